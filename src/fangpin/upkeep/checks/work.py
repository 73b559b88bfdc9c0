"""What goes on: accounts, worker, jobs, backups, keys in escrow."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from fangpin.foundation import keys
from fangpin.foundation.anchor import anchor_state
from fangpin.foundation.models import AuditEntry, Job
from fangpin.kernel.errors import FangpinError
from fangpin.people.models import User
from fangpin.upkeep.backup import ACTION, ESCROWED, marks
from fangpin.upkeep.checks import WORKER
from fangpin.upkeep.checks.finding import Finding, fine, refused, warn, wrong

_WAITING = timedelta(minutes=10)
_DAY, _WEEK = timedelta(hours=26), timedelta(days=7)


def look() -> list[Finding]:
    """All of it; reads only."""
    return [_accounts(), _worker(), _jobs(), _backup(), *_escrow(), _anchor()]


def _accounts() -> Finding:
    if not settings.DEMO and User.objects.filter(is_demo=True).exists():
        return wrong(
            "accounts",
            "数据库中有演示账号",
            "there are demonstration accounts",
            "正式使用须换用新的数据库",
            "real use needs a database of its own",
        )
    if not User.objects.filter(is_active=True).exists():
        return warn(
            "accounts",
            "还没有用户",
            "nobody can sign in yet",
            "执行 fangpin user add --help",
            "run fangpin user add --help",
        )
    return fine("accounts", "没有演示账号", "no demonstration accounts")


def worker_is_there() -> bool:
    """Is a worker connected to this database?"""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = %s)",
            [WORKER],
        )
        return bool(cursor.fetchone()[0])


def _worker() -> Finding:
    if worker_is_there():
        return fine("worker", "后台程序在运行", "the worker runs")
    return wrong(
        "worker",
        "后台程序没有运行，导入和比对不会开始",
        "no worker runs: imports and screenings do not begin",
        "执行 systemctl start fangpin-worker，或 fangpin serve",
        "run systemctl start fangpin-worker, or fangpin serve",
    )


def _jobs() -> Finding:
    now = timezone.now()
    late = Job.objects.filter(state=Job.State.QUEUED, created_at__lt=now - _WAITING).count()
    if late:
        return warn(
            "jobs",
            f"{late} 项任务等待超过 10 分钟",
            f"{late} jobs have waited for more than 10 minutes",
            "检查后台程序的日志",
            "look at the worker's log",
        )
    failed = Job.objects.filter(state=Job.State.FAILED, finished_at__gt=now - _DAY).count()
    if failed:
        return warn(
            "jobs",
            f"最近一天有 {failed} 项任务失败",
            f"{failed} jobs have failed since yesterday",
            "由系统管理员在“后台任务”页面查看原因，可重试",
            "the system administrator sees why on the page of jobs and may try again",
        )
    return fine("jobs", "没有积压或失败", "none waits or has failed")


def _backup() -> Finding:
    last = AuditEntry.objects.filter(action=ACTION).order_by("-id").first()
    remedy = (
        "执行 fangpin backup，并启用 deploy/systemd 中的每日定时备份",
        "run fangpin backup, and enable the daily timer in deploy/systemd",
    )
    if last is None:
        return wrong("backup", "从未备份", "there has never been a backup", *remedy)
    age = timezone.now() - last.at
    hours = int(age.total_seconds() // 3600)
    zh, en = f"最近一次在 {hours} 小时前", f"the last one is {hours} hours old"
    if age > _WEEK:
        return wrong("backup", zh, en, *remedy)
    if age > _DAY:
        return warn("backup", zh, en, *remedy)
    return fine("backup", zh, en)


def _escrow() -> list[Finding]:
    try:
        now: dict[str, Any] = marks(keys.ring())
    except FangpinError:
        return []  # said elsewhere
    last = AuditEntry.objects.filter(action=ESCROWED).order_by("-id").first()
    if last is not None and last.detail == now:
        return [fine("escrow", "当前密钥已另行存放", "the present keys have been put aside")]
    return [
        warn(
            "escrow",
            "当前密钥没有托管；丢失密钥后任何备份都打不开",
            "the present keys are not in escrow; without them no backup can be opened",
            "执行 fangpin backup … --keys 文件，与备份分开保管",
            "run fangpin backup … --keys FILE and keep that file apart from backups",
        )
    ]


def _anchor() -> Finding:
    try:
        state = anchor_state()
    except FangpinError as error:
        return refused("audit anchor", error)[0]
    if state.path is None:
        return warn(
            "audit anchor",
            "没有设置审计锚点，无法发现审计记录被截尾或整体重写",
            "no audit anchor is kept: a trail cut short or written anew cannot be told",
            "把 FANGPIN_AUDIT_ANCHOR 指向另一台机器的挂载目录",
            "point FANGPIN_AUDIT_ANCHOR at a file on a mount of another machine",
        )
    if state.alarming:
        return wrong(
            "audit anchor",
            "审计锚点超过一小时没有更新",
            "the audit anchor has not been kept for an hour",
            f"检查 {state.path} 所在的磁盘或网络，以及后台程序",
            f"check the disk or network of {state.path}, and the worker",
        )
    return fine("audit anchor", f"{state.path}", f"{state.path}")

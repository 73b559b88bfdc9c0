"""Settings that somebody chose, or forgot: limits that are too wide, addresses that are missing."""

import os
from pathlib import Path
from typing import Final

from django.conf import settings

from fangpin.foundation import environment, keys
from fangpin.kernel.errors import FangpinError
from fangpin.upkeep.checks.finding import Finding, fine, refused, warn, wrong
from fangpin.upkeep.checks.reach import LOCAL

_IDLE_MINUTES, _SESSION_HOURS = 60, 24
_PERSONS_A_DAY, _ROWS_AT_ONCE = 5000, 50_000
_PAGE_SERVERS: Final = 2


def look() -> list[Finding]:
    """All of it; touches nothing."""
    return [
        _proxies(),
        _sessions(),
        _passwords(),
        _single_sign_on(),
        _reading(),
        _exports(),
        _erased(),
        _public_address(),
        _memory_of_parts(),
        _limits_of_jobs(),
        _sealed_backups(),
        *_cipher(),
        _database(),
    ]


def _proxies() -> Finding:
    if settings.HTTPS and settings.PROXIES == 0:
        return warn(
            "proxies",
            "启用了 HTTPS，但没有说明前面有几层代理：登录限速会把所有人当作同一地址",
            "HTTPS is on, but no proxy is named: everybody signs in from one address",
            "在 FANGPIN_PROXIES 中写明自己的代理层数，通常为 1",
            "give the number of your own proxies in FANGPIN_PROXIES, usually 1",
        )
    if settings.PROXIES and not settings.HTTPS and not set(settings.ALLOWED_HOSTS) <= LOCAL:
        return wrong(
            "proxies",
            "相信代理报告的来访地址，但没有启用 HTTPS",
            "addresses told by a proxy are believed, yet HTTPS is off",
            "设 FANGPIN_HTTPS=1，或去掉 FANGPIN_PROXIES",
            "set FANGPIN_HTTPS=1, or unset FANGPIN_PROXIES",
        )
    return fine("proxies", f"{settings.PROXIES} 层", f"{settings.PROXIES}")


def _sessions() -> Finding:
    idle, hours = settings.SESSION_IDLE_SECONDS // 60, settings.SESSION_COOKIE_AGE // 3600
    zh, en = f"空闲 {idle} 分钟、最长 {hours} 小时", f"idle {idle} minutes, {hours} hours at most"
    if idle > _IDLE_MINUTES or hours > _SESSION_HOURS:
        return warn(
            "sessions",
            f"会话保持过久：{zh}",
            f"sessions last long: {en}",
            "FANGPIN_IDLE_MINUTES 不超过 60，FANGPIN_SESSION_HOURS 不超过 24",
            "at most 60 in FANGPIN_IDLE_MINUTES and 24 in FANGPIN_SESSION_HOURS",
        )
    return fine("sessions", zh, en)


def _passwords() -> Finding:
    days = settings.PASSWORD_DAYS
    if days == 0 and not settings.SECOND_FACTOR:
        return warn(
            "passwords",
            "密码没有更换期限，也没有双因素验证",
            "passwords never have to be changed, and nothing else is asked",
            "启用双因素验证，或在 FANGPIN_PASSWORD_DAYS 中规定天数",
            "ask for a second factor, or give days in FANGPIN_PASSWORD_DAYS",
        )
    if days == 0:
        return fine("passwords", "不要求定期更换，另有双因素验证", "no age limit; a second factor")
    return fine("passwords", f"每 {days} 天更换", f"changed every {days} days")


def _single_sign_on() -> Finding:
    if not settings.OIDC_ISSUER:
        if settings.OIDC_CLIENT_ID or settings.OIDC_CLIENT_SECRET:
            return warn(
                "single sign-on",
                "填写了统一身份认证的客户端，但没有地址，不会启用",
                "a client of a single sign-on is set, but no address: it is not offered",
                "补上 FANGPIN_OIDC_ISSUER，或去掉 FANGPIN_OIDC_CLIENT_…",
                "set FANGPIN_OIDC_ISSUER, or unset FANGPIN_OIDC_CLIENT_…",
            )
        return fine("single sign-on", "未使用", "not used")
    if not (settings.OIDC_CLIENT_ID and settings.OIDC_CLIENT_SECRET):
        return wrong(
            "single sign-on",
            "缺少统一身份认证的客户端编号或密钥",
            "the client id or its secret is missing",
            "填写 FANGPIN_OIDC_CLIENT_ID 和 FANGPIN_OIDC_CLIENT_SECRET_FILE",
            "set FANGPIN_OIDC_CLIENT_ID and FANGPIN_OIDC_CLIENT_SECRET_FILE",
        )
    if settings.OIDC_SECOND_FACTOR:
        return warn(
            "single sign-on",
            "双因素验证由统一身份认证负责，本系统不再要求",
            "the second factor is left to the single sign-on",
            "确认对方对每次登录都要求双因素；否则去掉 FANGPIN_OIDC_SECOND_FACTOR",
            "make sure that it always asks for one; else unset FANGPIN_OIDC_SECOND_FACTOR",
        )
    return fine("single sign-on", "已设置，双因素在本系统验证", "set; we ask the second factor")


def _reading() -> Finding:
    wide = {role: most for role, most in settings.READING_LIMITS.items() if most > _PERSONS_A_DAY}
    if wide:
        shown = ", ".join(f"{role}={most}" for role, most in sorted(wide.items()))
        return warn(
            "reading limits",
            f"每日查看人数上限过高（{shown}），批量窃取难以发现",
            f"limits of reading are wide ({shown}): taking many goes unseen",
            f"在 FANGPIN_READING_LIMITS 中改为不超过 {_PERSONS_A_DAY}",
            f"at most {_PERSONS_A_DAY} in FANGPIN_READING_LIMITS",
        )
    return fine("reading limits", "每个岗位都有上限", "every role has one")


def _exports() -> Finding:
    rows = settings.EXPORT_APPROVAL_ROWS
    zh = f"同类数据当日超过 {rows} 行须审批"
    en = f"more than {rows} rows of a kind in a day wait for an approver"
    if rows > _ROWS_AT_ONCE:
        return warn(
            "exports",
            zh,
            en,
            f"FANGPIN_EXPORT_APPROVAL_ROWS 不超过 {_ROWS_AT_ONCE}",
            f"at most {_ROWS_AT_ONCE} in FANGPIN_EXPORT_APPROVAL_ROWS",
        )
    return fine("exports", zh, en)


def _erased() -> Finding:
    named = environment.text("FANGPIN_ERASED_LIST", "")
    inside = not named or Path(named).is_relative_to(settings.DATA_DIR)
    if inside:
        return warn(
            "erased list",
            "已删除人员的编号表在数据目录内，从备份恢复会一并退回旧版",
            "the list of erased ids lies in the data folder: a restore would bring an old one back",
            "把 FANGPIN_ERASED_LIST 指向另一台机器的挂载目录",
            "point FANGPIN_ERASED_LIST at a file on a mount of another machine",
        )
    if not os.access(Path(named).parent, os.W_OK):
        return wrong(
            "erased list",
            "编号表所在目录不可写",
            "its folder cannot be written to",
            "检查 FANGPIN_ERASED_LIST 的目录和权限",
            "check the folder of FANGPIN_ERASED_LIST and its permissions",
        )
    return fine("erased list", "在数据目录之外", "outside of the data folder")


def _public_address() -> Finding:
    if not settings.PUBLIC_URL:
        return warn(
            "public address",
            "没有设置群众页面的地址，公示上不会印出",
            "the address of the public page is not set; notices do not print it",
            "在 FANGPIN_PUBLIC_URL 中填写",
            "set FANGPIN_PUBLIC_URL",
        )
    if not settings.PUBLIC_URL.startswith("https://"):
        return (warn if settings.DEMO else wrong)(
            "public address",
            "群众页面不是 https 地址，申请内容会以明文传输",
            "the public page is no https address: applications travel in clear",
            "改为 https 地址",
            "make FANGPIN_PUBLIC_URL an https address",
        )
    return fine("public address", "已设置", "set")


def _memory_of_parts() -> Finding:
    try:
        total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError):
        return fine("memory of parts", "系统没有报告内存", "this system does not tell its memory")
    job = environment.whole_number("FANGPIN_JOB_MB", 0, low=256, high=10_000_000) * 2**20
    pages = _PAGE_SERVERS * settings.BASELINE_BYTES
    if job > total or pages > total // 2:
        return warn(
            "memory of parts",
            "后台任务或政策试算可用的内存超过这台机器",
            "jobs or what-if may take more memory than this machine has",
            "调低 FANGPIN_JOB_MB 或 FANGPIN_BASELINE_MB",
            "lower FANGPIN_JOB_MB or FANGPIN_BASELINE_MB",
        )
    return fine("memory of parts", "与机器相称", "fits the machine")


def _limits_of_jobs() -> Finding:
    task = Path(f"/proc/self/task/{os.getpid()}/children")
    if not (task.exists() and Path("/proc/self/statm").exists()):
        return warn(
            "limits of jobs",
            "系统不报告进程占用，后台任务的内存和处理器时间不受限制",
            "this system does not tell what processes take: memory and processor time of jobs have "
            "no limit",
            "在 Linux 上运行后台任务，并让它看得到 /proc",
            "run the worker on Linux, with /proc in its sight",
        )
    return fine("limits of jobs", "内存、时长和处理器时间有上限", "memory, time and processor time")


def _sealed_backups() -> Finding:
    try:
        phrase = environment.secret("FANGPIN_BACKUP_PASSPHRASE")
    except FangpinError as error:
        return refused("sealed backups", error)[0]
    if not phrase:
        return warn(
            "sealed backups",
            "自动备份不会加密封存",
            "backups made by the timer are not sealed",
            "设置 FANGPIN_BACKUP_PASSPHRASE_FILE，口令另存一份在纸上",
            "set FANGPIN_BACKUP_PASSPHRASE_FILE and keep the phrase on paper as well",
        )
    return fine("sealed backups", "备份加密封存", "backups are sealed")


def _cipher() -> list[Finding]:
    try:
        wanted = keys.chosen_algorithm()
        closing = keys.ring().closing.algorithm
    except FangpinError as error:
        return refused("cipher", error)
    if wanted is not closing:
        return [
            warn(
                "cipher",
                f"现用密钥是 {closing.value}，设置要求 {wanted.value}",
                f"the present key is {closing.value}, the setting asks for {wanted.value}",
                "执行 fangpin keys rotate 换成新密钥",
                "run fangpin keys rotate for a new key",
            )
        ]
    return [fine("cipher", closing.value, closing.value)]


def _database() -> Finding:
    if settings.EMBEDDED_DATABASE:
        return warn(
            "embedded database",
            "使用内嵌数据库，只适合试用和很小的单位",
            "the embedded database is for trying out and very small offices",
            "建立 PostgreSQL，写入 FANGPIN_DATABASE_URL_FILE（见 docs/deploy.md）",
            "set up PostgreSQL and name it in FANGPIN_DATABASE_URL_FILE (docs/deploy.md)",
        )
    return fine("embedded database", "未使用", "not used")

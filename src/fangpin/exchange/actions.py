"""Every write of the exchange: a file brought, carried out, discarded; a snapshot asked for."""

import re
import shutil
import time
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from fangpin.exchange.models import Import, Snapshot
from fangpin.exchange.undoing import hindrances, refusal
from fangpin.foundation.actions import enqueue, record
from fangpin.foundation.models import Job
from fangpin.kernel.errors import FangpinError
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of

SUFFIXES = frozenset({".xlsx", ".xls", ".csv", ".txt"})
KEPT = timedelta(days=7)
"""How long a file waits to be carried out."""
CHECK, APPLY, SNAPSHOT = "registry_check", "registry_apply", "registry_snapshot"
UNDO = "registry_undo"


def folder_of(found: Import) -> Path:
    """Where the file of an import and its report stand."""
    return Path(settings.EXCHANGE_ROOT) / "imports" / found.key


def snapshot_folder(key: str) -> Path:
    """Where the files of a snapshot stand."""
    return Path(settings.EXCHANGE_ROOT) / "snapshots" / key


def file_of(found: Import) -> Path:
    """The file as it was brought."""
    kept = sorted(folder_of(found).glob("file.*"))
    if not kept:
        raise FangpinError.because(
            "文件已不在本机", "the file is no longer on this machine",
            do_zh="请重新上传", do_en="bring it again",
        )  # fmt: skip
    return kept[0]


def bring(
    *,
    by: User | None,
    name: str,
    chunks: Iterable[bytes],
    on: date,
    income_year: int | None = None,
    conditions_year: int | None = None,
    queued: bool = True,
) -> Import:
    """Keep a file and queue its dry run. `by` None: the program itself. Not `queued`: the caller
    carries on in its own process (`tasks.run_now`).

    Raises PermissionError without the right, FangpinError for a kind of file that is not read or
    when it cannot be stored.
    """
    if by is not None and not scope_of(by).may(Right.registry_import):
        raise PermissionError("this actor may not import")
    suffix = Path(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise FangpinError.because(
            f"{name}：不支持的文件类型", f"{name}: this type of file is not taken",
            do_zh="用 xlsx、xls 或 csv", do_en="use xlsx, xls or csv",
        )  # fmt: skip
    if on > timezone.localdate():
        raise FangpinError.because(
            "变更生效日期不能晚于今天", "changes cannot hold from a day after today",
            do_zh="改为今天或更早", do_en="choose today or an earlier day",
        )  # fmt: skip
    key = f"{timezone.localdate():%Y%m%d}-{uuid4().hex[:10]}"
    found = Import(
        key=key, file=name[-200:], on=on, income_year=income_year,
        conditions_year=conditions_year, by=by,
    )  # fmt: skip
    folder = folder_of(found)
    try:
        folder.mkdir(parents=True, mode=0o700)
        with (folder / f"file{suffix}").open("wb") as target:
            for chunk in chunks:
                target.write(chunk)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise FangpinError.because(
            f"文件未能保存：{error.strerror}", f"the file could not be stored: {error.strerror}",
            do_zh="检查磁盘空间后重试", do_en="check disk space and try again",
        ) from error  # fmt: skip
    with transaction.atomic():
        found.save()
        if queued:
            found.job = enqueue(by=by, kind=CHECK, arguments={"number": found.pk}).pk
            found.save(update_fields=["job"])
        record(by=by, action="registry.import.bring", subject=f"import:{found.pk}")
    return found


@transaction.atomic
def begin_apply(*, by: User | None, number: int, queued: bool = True) -> Job | None:
    """Queue the carrying out of a checked import; None when the caller does it itself.

    An import whose job broke off is queued again; one whose job is under way is not queued twice.
    """
    found = Import.objects.select_for_update().get(pk=number)
    if by is not None and not scope_of(by).may(Right.registry_import):
        raise PermissionError("this actor may not import")
    if found.state == Import.State.APPLYING:
        job = Job.objects.filter(pk=found.job).first() if found.job else None
        if job is not None and not job.ended:
            return job
    elif found.state != Import.State.CHECKED:
        raise FangpinError.because(
            "只有核对完毕、尚未导入的文件才能导入",
            "only a file that was checked and not carried out yet can be carried out",
            do_zh="如台账已有变动，请重新核对", do_en="check it again if the registry has changed",
        )  # fmt: skip
    job = enqueue(by=by, kind=APPLY, arguments={"number": found.pk}) if queued else None
    found.state, found.job = Import.State.APPLYING, job.pk if job else None
    found.applied_by = by
    found.save(update_fields=["state", "job", "applied_by"])
    record(by=by, action="registry.import.begin", subject=f"import:{found.pk}")
    return job


@transaction.atomic
def check_again(*, by: User | None, number: int) -> Job:
    """Queue another dry run of a file, for example because the registry has changed since."""
    found = Import.objects.select_for_update().get(pk=number)
    if found.state not in (Import.State.CHECKED, Import.State.STALE, Import.State.CHECKING):
        raise FangpinError.because(
            "该文件已经导入或作废", "the file was carried out or discarded",
            do_zh="请重新上传", do_en="bring it again",
        )  # fmt: skip
    job = enqueue(by=by, kind=CHECK, arguments={"number": found.pk})
    found.state, found.job = Import.State.CHECKING, job.pk
    found.save(update_fields=["state", "job"])
    record(by=by, action="registry.import.check_again", subject=f"import:{found.pk}")
    return job


@transaction.atomic
def discard(*, by: User | None, number: int) -> None:
    """Give up an import that was not carried out; its file is deleted."""
    found = Import.objects.select_for_update().get(pk=number)
    if not found.open or found.state == Import.State.APPLYING:
        raise FangpinError.because(
            "正在导入或已导入的文件不能作废", "a file that is or was carried out stays",
            do_zh="等待导入结束", do_en="wait for the end",
        )  # fmt: skip
    found.state = Import.State.DISCARDED
    found.save(update_fields=["state"])
    record(by=by, action="registry.import.discard", subject=f"import:{found.pk}")
    transaction.on_commit(lambda: forget_file(found))


@transaction.atomic
def begin_undo(*, by: User | None, number: int) -> Job:
    """Queue the taking back of an import as a whole; refused with a list when anything came after
    it. The job looks again."""
    found = Import.objects.select_for_update().get(pk=number)
    if by is not None and not scope_of(by).may(Right.registry_import):
        raise PermissionError("this actor may not import")
    came_after = hindrances(found)
    if came_after:
        raise refusal(came_after)
    job = Job.objects.filter(pk=found.job, kind=UNDO).first() if found.job else None
    if job is not None and not job.ended:
        return job
    job = enqueue(by=by, kind=UNDO, arguments={"number": found.pk})
    found.job = job.pk
    found.save(update_fields=["job"])
    record(by=by, action="registry.import.undo_begin", subject=f"import:{found.pk}")
    return job


def forget_file(found: Import) -> None:
    """Delete what was brought and what was read of it; the masked report stays."""
    shutil.rmtree(folder_of(found) / "read", ignore_errors=True)
    for path in folder_of(found).glob("file.*"):
        path.unlink(missing_ok=True)


def forget_old_files() -> int:
    """Discard files that nobody carried out for a week, and what broken-off snapshots left behind.

    Returns how many imports were discarded. The worker calls it every now and then.
    """
    due = Import.objects.filter(
        state__in=(Import.State.CHECKING, Import.State.CHECKED, Import.State.STALE),
        at__lte=timezone.now() - KEPT,
    )
    count = 0
    for found in due:
        with transaction.atomic():
            changed = Import.objects.filter(pk=found.pk, state=found.state).update(
                state=Import.State.DISCARDED
            )
            if changed:
                record(by=None, action="registry.import.expired", subject=f"import:{found.pk}")
                count += 1
        forget_file(found)
    oldest = time.time() - KEPT.total_seconds()
    for path in (Path(settings.EXCHANGE_ROOT) / "snapshots").glob("*.partial"):
        if path.stat().st_mtime < oldest:
            shutil.rmtree(path, ignore_errors=True)
    return count


@transaction.atomic
def ask_snapshot(*, by: User | None, as_of: date) -> Job:
    """Queue a snapshot of the whole registry. For people who answer for the whole county."""
    if by is not None and not scope_of(by).everywhere(Right.registry_import):
        raise PermissionError("this actor may not take a snapshot")
    if as_of > timezone.localdate():
        raise FangpinError.because(
            "快照日期不能晚于今天", "a snapshot cannot be of a day after today",
            do_zh="改为今天或更早", do_en="choose today or an earlier day",
        )  # fmt: skip
    return enqueue(by=by, kind=SNAPSHOT, arguments={"as_of": as_of.isoformat()})


@transaction.atomic
def remove_snapshot(*, by: User | None, number: int) -> None:
    """Delete the files of a snapshot; that it was taken stays known."""
    found = Snapshot.objects.select_for_update().get(pk=number)
    if by is not None and not scope_of(by).everywhere(Right.registry_import):
        raise PermissionError("this actor may not remove a snapshot")
    if found.removed_at is not None:
        return
    found.removed_at = timezone.now()
    found.save(update_fields=["removed_at"])
    record(by=by, action="registry.snapshot.remove", subject=f"snapshot:{found.pk}")
    folder = snapshot_folder(found.key)
    transaction.on_commit(lambda: shutil.rmtree(folder, ignore_errors=True))


def keep_snapshot(
    *, by: Any, key: str, as_of: date, digest: str, villages: int, households: int, persons: int
) -> Snapshot:
    """Note a snapshot whose files are in place. Inside the caller's transaction."""
    found = Snapshot.objects.create(
        key=key, as_of=as_of, hash=digest, villages=villages, households=households,
        persons=persons, by=by,
    )  # fmt: skip
    record(
        by=by, action="registry.snapshot", subject=f"snapshot:{found.pk}",
        detail={"as_of": as_of.isoformat(), "hash": digest, "persons": persons},
    )  # fmt: skip
    return found


def plain_name(name: str) -> str:
    """A file name as it may be shown and stored: the last part, without control characters."""
    return re.sub(r"[\x00-\x1f\x7f]", "", re.split(r"[/\\]", name)[-1]).strip()[:200]

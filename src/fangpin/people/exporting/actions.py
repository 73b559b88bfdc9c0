"""Every write to the export log, and the files that belong to it."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import IO, TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from fangpin.foundation.actions import record
from fangpin.foundation.anchor import refuse_export_without_anchor
from fangpin.foundation.models import ExportLog
from fangpin.foundation.sealed_files import forget_sealed, open_sealed, seal_file
from fangpin.kernel.errors import FangpinError, Text
from fangpin.people.exporting.purpose import Purpose
from fangpin.people.exporting.queries import (
    may_decide,
    may_take,
    rows_of_the_day,
    still_held,
)
from fangpin.people.messages.actions import Telling, settle, shared_place, tell
from fangpin.people.models import MessageKind, User
from fangpin.people.rights import RIGHTS
from fangpin.people.scope import Right, scope_of

Row = TypeVar("Row")
_FILE = Text("导出文件", "an export")
_COLUMN = "foundation.exportlog.file"
_CHECK_EVERY = 500  # rows
_ABANDONED_AFTER = timedelta(hours=6)


def _path(export: ExportLog) -> Path:
    return Path(settings.EXPORTS_ROOT) / f"{export.number}.sealed"


def _digest(file: IO[bytes]) -> str:
    found = hashlib.sha256()
    while block := file.read(1 << 20):
        found.update(block)
    return found.hexdigest()


@transaction.atomic
def begin_export(
    *,
    by: User,
    what: str,
    right: Right,
    filter: Mapping[str, object],
    columns: Sequence[str],
    form: str,
    purpose: Purpose,
) -> ExportLog:
    """Write down that a file is asked for; its number goes onto the file.

    Raises PermissionError without the right, and FangpinError while the audit trail cannot be
    anchored: then nothing leaves.
    """
    scope = scope_of(by)
    if not scope.may(right):
        raise PermissionError("this actor may not take such a file away")
    refuse_export_without_anchor()
    export = ExportLog.objects.create(
        by=by,
        what=what,
        right=right.value,
        areas=list(scope.areas(right)),
        filter=dict(filter),
        columns=list(columns),
        form=form,
        purpose=purpose.code,
        note=purpose.note,
    )
    record(
        by=by,
        action="export.asked",
        subject=f"export:{export.pk}",
        detail={"what": what, "form": form, "purpose": purpose.code, "filter": dict(filter)},
    )
    return export


def while_allowed(export: ExportLog, rows: Iterable[Row]) -> Iterator[Row]:
    """The rows, as long as whoever asked still holds the right and all of the area.

    Asked anew every few hundred rows, so that a post that ends stops a file under way. Raises
    FangpinError then; what was written so far is thrown away by the caller.
    """
    source = iter(rows)
    while block := list(islice(source, _CHECK_EVERY)):
        _refuse_when_lost(export)
        yield from block
    _refuse_when_lost(export)


def _refuse_when_lost(export: ExportLog) -> None:
    # A user read afresh: the scope kept on an actor is that of the beginning.
    actor = User.objects.get(pk=export.by_id)
    if not actor.is_active or not still_held(actor, export):
        raise FangpinError.because(
            "导出过程中您的岗位或负责区域已变动，导出已停止",
            "your post or its area changed while the file was made; the export was stopped",
            do_zh="如仍有权限，请重新导出",
            do_en="export again if you still may",
        )


def finish_export(*, export: ExportLog, file: IO[bytes], name: str, rows: int) -> ExportLog:
    """Keep the finished file, encrypted, and say what it is. `name`: file name without ending.

    With more rows than EXPORT_APPROVAL_ROWS, together with those of the same kind that the same
    person took away on that day, it waits for somebody else to release it: a list cut into pieces
    is as long as a whole one. Raises FangpinError when the right was lost meanwhile.
    """
    _refuse_when_lost(export)
    file.seek(0)
    digest = _digest(file)
    file.seek(0)
    size = seal_file(file, _path(export), column=_COLUMN, row=export.pk)
    with transaction.atomic():
        # Files that end at the same moment are counted one after the other.
        by = User.objects.select_for_update().get(pk=export.by_id)
        others = rows_of_the_day(by, export.what, export.asked_at)
        waits = rows + others > settings.EXPORT_APPROVAL_ROWS
        export.state = ExportLog.State.WAITING if waits else ExportLog.State.READY
        export.name, export.rows, export.size, export.sha256 = name[:120], rows, size, digest
        export.expires_at = timezone.now() + timedelta(days=settings.EXPORT_DAYS)
        export.save(update_fields=["state", "name", "rows", "size", "sha256", "expires_at"])
        if waits:
            _tell(export)
        record(
            by=export.by,
            action="export.made",
            subject=f"export:{export.pk}",
            detail={"rows": rows, "of_the_day": others, "sha256": digest, "waits": waits},
        )
    return export


def _tell(export: ExportLog) -> None:
    """Whoever may release it is told; never who asked for it."""
    place = shared_place(export.areas)
    telling = Telling(
        kind=MessageKind.RELEASE,
        area_code=place,
        roles=sorted(role for role, rights in RIGHTS.items() if Right.export_approve in rights),
        apart=export.by_id,
        about="exports",
        task=f"export:{export.pk}",
        label=export.number,
        what=_FILE,
    )
    tell([telling] if place else [])


@transaction.atomic
def abandon_export(*, export: ExportLog) -> None:
    """Say that no file came of it. One that a process wrote before it died goes, too."""
    kept = _path(export)
    changed = ExportLog.objects.filter(pk=export.pk, state=ExportLog.State.MAKING).update(
        state=ExportLog.State.FAILED
    )
    if changed:
        record(by=export.by, action="export.failed", subject=f"export:{export.pk}")
        transaction.on_commit(lambda: forget_sealed(kept))


@transaction.atomic
def decide_export(*, by: User, pk: int, release: bool, reason: str) -> ExportLog:
    """Release or refuse somebody else's large export.

    Raises ExportLog.DoesNotExist for one that is absent, one's own or out of the area, and
    FangpinError for one that was decided already or a refusal without a reason.
    """
    export = ExportLog.objects.select_for_update().get(pk=pk)
    if not may_decide(by, export):
        raise ExportLog.DoesNotExist
    if export.state != ExportLog.State.WAITING:
        raise FangpinError.because(
            "该导出已经处理过",
            "this export was decided already",
            do_zh="刷新页面查看结果",
            do_en="reload the page to see the decision",
        )
    reason = " ".join(reason.split())[:300]
    if not release and len(reason) < 2:
        raise FangpinError.because(
            "不同意时须说明原因",
            "a refusal needs its reason",
            do_zh="用一句话说明原因",
            do_en="say why in a sentence",
        )
    export.state = ExportLog.State.READY if release else ExportLog.State.REFUSED
    export.decided_by, export.decided_at, export.reason = by, timezone.now(), reason
    export.save(update_fields=["state", "decided_by", "decided_at", "reason"])
    settle([f"export:{export.pk}"])
    record(
        by=by,
        action="export.released" if release else "export.refused",
        subject=f"export:{export.pk}",
    )
    if not release:
        transaction.on_commit(lambda: _path(export).unlink(missing_ok=True))
    return export


def take_export(*, by: User, pk: int) -> tuple[ExportLog, IO[bytes]]:
    """The file in clear, for whoever asked for it; each time is written down.

    Raises ExportLog.DoesNotExist for one that is absent, somebody else's, not released, gone, or
    of an area that is not the actor's any more.
    """
    refuse_export_without_anchor()
    export = ExportLog.objects.get(pk=pk)
    if not may_take(by, export):
        raise ExportLog.DoesNotExist
    try:
        file = open_sealed(_path(export), column=_COLUMN, row=export.pk)
    except FileNotFoundError as error:
        raise ExportLog.DoesNotExist from error
    note_taken(by=by, export=export)
    return export, file


@transaction.atomic
def note_taken(*, by: User, export: ExportLog) -> None:
    """Write down that the file was handed out."""
    ExportLog.objects.filter(pk=export.pk).update(taken=F("taken") + 1)
    record(by=by, action="export.taken", subject=f"export:{export.pk}")


def remove_expired() -> int:
    """Delete files past their day and close exports that never came to an end. Returns how many."""
    now = timezone.now()
    states = ExportLog.State
    due = ExportLog.objects.filter(
        state__in=[states.READY, states.WAITING, states.REFUSED], expires_at__lte=now
    )
    count = 0
    for export in due.iterator():
        _path(export).unlink(missing_ok=True)
        with transaction.atomic():
            settle([f"export:{export.pk}"])
            if export.state != states.REFUSED:
                ExportLog.objects.filter(pk=export.pk).update(state=states.EXPIRED)
            else:
                ExportLog.objects.filter(pk=export.pk).update(expires_at=None)
            record(by=None, action="export.removed", subject=f"export:{export.pk}")
        count += 1
    lost = ExportLog.objects.filter(state=states.MAKING, asked_at__lte=now - _ABANDONED_AFTER)
    for export in lost.iterator():
        abandon_export(export=export)
        count += 1
    return count

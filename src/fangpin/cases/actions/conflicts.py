"""What could not be taken as it was sent: kept whole, taken over by whoever sent it, or let go.

Files of a conflict stay closed for their sender alone. They go when they are attached to a step
after all, or when somebody has compared both sides.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from fangpin.cases.actions.attachments import Clean, closed_files
from fangpin.cases.actions.doing import ids, locked_with, may_act, subject
from fangpin.cases.actions.refusals import STALE, Conflict, NotAllowed, Refused
from fangpin.cases.models import Case, KeptEntry, KeptFile, Turn
from fangpin.foundation.actions import record
from fangpin.foundation.fields import close_into
from fangpin.foundation.kept_files import drop_on_commit, opened
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of
from fangpin.registry.ids import allocate
from fangpin.registry.sealing import open_one


def keep_conflict(
    conflict: Conflict,
    files: Sequence[Clean],
    by: User,
    client_id: UUID,
    claimed_at: datetime | None,
) -> None:
    """Keep what was sent, in a transaction of its own; the same content only once."""
    mine = conflict.mine
    content: dict[str, Any] = {
        "step": mine.step,
        "outcome": mine.outcome,
        "entries": mine.entries,
        "reason": mine.reason,
        "files": sorted(each.sha256 for each in files),
    }
    with transaction.atomic():
        case = Case.objects.select_for_update(of=("self",)).get(pk=conflict.case)
        for row in KeptEntry.objects.filter(client_id=client_id, case=case):
            if row.content == content:
                conflict.kept = row.pk
                return
        why = KeptEntry.Why.STALE if conflict.what is STALE else KeptEntry.Why.OTHER_CONTENT
        (pk,) = allocate(KeptEntry, 1)
        row = KeptEntry(
            pk=pk,
            case=case,
            step=mine.step,
            why=why,
            client_id=client_id,
            claimed_at=claimed_at,
            by=by,
        )
        close_into([row], "content", [content])
        row.save(force_insert=True)
        record(
            by=by,
            action="cases.kept_entry",
            subject=subject(case),
            detail=ids(case, step=mine.step, kept=pk, why=str(why), files=len(files)),
        )
        closed_files(KeptFile, [each for each in files if each.data], kept=row)
    conflict.kept = pk


def kept_files_of(
    by: User, case: Case, step: str, kept: int | None, before: Turn | None
) -> list[Clean]:
    """Files of a kept entry for the same step, to be attached now. Only whoever sent them takes
    them over. `before`: the turn that was taken already when the same is sent once more; then they
    are those that went along with it, their content left out.

    Raises Refused when they are not there (any more), SealBroken for a damaged one.
    """
    if kept is None:
        return []
    entry = KeptEntry.objects.filter(pk=kept, case=case, step=step, by=by).first()
    if entry is not None and before is not None and before.case_id == case.pk:
        sums = (entry.content or {}).get("files", [])
        went = before.attachments.filter(sha256__in=sums)
        return [Clean(each.rule, each.kind, b"", each.sha256) for each in went]
    found = [
        Clean(
            row.rule,
            row.kind,
            opened(settings.CASE_FILES_ROOT, row.name, open_one(row, "key")),
            row.sha256,
        )
        for row in KeptFile.objects.filter(kept=entry).order_by("pk")
    ]
    if not found:
        raise Refused.said(
            "no_kept_files", "保留的附件已不在", "the kept files are not there any more",
            "重新选择附件", "attach them again",
        )  # fmt: skip
    return found


def let_go(row: KeptEntry) -> None:
    """Forget the files of a kept entry; what lies on the disk goes when that is certain."""
    drop_on_commit(settings.CASE_FILES_ROOT, row.files.values_list("name", flat=True))
    row.files.all().delete()


def settled(row: KeptEntry, case: Case, by: User, now: datetime) -> None:
    """Both sides were compared, or what was kept has been taken over. Under the case's lock."""
    row.settled_at, row.settled_by = now, by
    row.save(update_fields=["settled_at", "settled_by"])
    let_go(row)
    record(
        by=by,
        action="cases.kept_entry_settled",
        subject=subject(case),
        detail=ids(case, kept=row.pk),
    )


@transaction.atomic
def settle_kept(*, by: User, kept: int, now: datetime | None = None) -> KeptEntry:
    """Somebody has compared a kept entry with what was taken; its files go. Raises
    KeptEntry.DoesNotExist, NotAllowed."""
    case, row = locked_with(by, KeptEntry, kept)
    if not may_act(by, case.area_code):
        raise NotAllowed(scope_of(by).why(Right.cases_act, case.area_code).reason, case.pk)
    if row.settled_at is None:
        settled(row, case, by, now or timezone.now())
    return row

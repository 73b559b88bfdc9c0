"""Reads of what was handed in, bounded by the reader's places and rights."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from fangpin.disclosure.models import Kind, Submission, SubmissionFile
from fangpin.foundation.actions import record
from fangpin.foundation.kept_files import opened
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of

_SECRET = (Kind.COMPLAINT, Kind.TIP)


@dataclass(frozen=True)
class Read:
    """One submission in clear. `others`: earlier and later ones of the same person."""

    row: Submission
    content: dict[str, str]
    files: list[SubmissionFile]
    others: list[Submission]


def readable(actor: User) -> Q:
    """Condition on submissions: applications and objections for `submissions`, complaints and tips
    for `complaints`. Matches nothing without a right."""
    scope = scope_of(actor)
    open_ones = scope.within(Right.submissions, "area_code") & ~Q(kind__in=_SECRET)
    return open_ones | scope.within(Right.complaints, "area_code") & Q(kind__in=_SECRET)


def page_of_submissions(
    actor: User, *, kind: str = "", waiting: bool = False, after: int | None = None, size: int = 50
) -> tuple[list[Submission], bool]:
    """The newest first, after an id; whether there are more. No texts are opened. One query."""
    rows = Submission.objects.filter(readable(actor)).order_by("-pk")
    if kind:
        rows = rows.filter(kind=kind)
    if waiting:
        rows = rows.filter(state__in=[Submission.State.RECEIVED, Submission.State.PASSED_ON])
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows[: size + 1])
    return found[:size], len(found) > size


def repeated(rows: Iterable[Submission]) -> set[int]:
    """Ids among the rows whose person has handed in an application more than once. One query."""
    people = {bytes(row.id_index) for row in rows if row.id_index is not None}
    if not people:
        return set()
    seen: dict[bytes, list[int]] = {}
    found = Submission.objects.filter(id_index__in=people, kind=Kind.APPLICATION)
    for pk, person in found.values_list("pk", "id_index"):
        if person is not None:
            seen.setdefault(bytes(person), []).append(pk)
    return {pk for pks in seen.values() if len(pks) > 1 for pk in pks}


@transaction.atomic
def read(actor: User, pk: int) -> Read:
    """One submission in clear; each look is written down. Raises Submission.DoesNotExist for one
    that is absent or out of reach. Four queries."""
    row = Submission.objects.filter(readable(actor), pk=pk).first()
    if row is None:
        raise Submission.DoesNotExist("no such submission")
    others: list[Submission] = []
    if row.id_index is not None:
        others = list(
            Submission.objects.filter(readable(actor), id_index=row.id_index).exclude(pk=pk)[:20]
        )
    record(by=actor, action="submissions.read", subject=f"submission:{pk}", detail={})
    return Read(row, dict(row.content or {}), list(row.files.all()), others)


def file_of(actor: User, pk: int, file: int) -> tuple[SubmissionFile, bytes]:
    """A picture that was handed in. Raises Submission.DoesNotExist. Two queries."""
    found = SubmissionFile.objects.select_related("submission").filter(
        pk=file, submission__in=Submission.objects.filter(readable(actor), pk=pk)
    )
    row = found.first()
    if row is None:
        raise Submission.DoesNotExist("no such file")
    return row, opened(settings.SUBMISSIONS_ROOT, row.name, row.file_key)

"""Reads of the export log."""

from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from fangpin.foundation.models import ExportLog
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of

# What counts towards the limit of a day: what was handed out or may yet be.
_COUNTED = (ExportLog.State.WAITING, ExportLog.State.READY, ExportLog.State.EXPIRED)


def rows_of_the_day(actor: User, what: str, at: datetime | None = None) -> int:
    """How many rows of this kind of file the actor took away, or asked for, on the day of `at`
    (now), what was refused or never made left out. One query."""
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    files = ExportLog.objects.filter(by=actor, what=what, state__in=_COUNTED)
    files = files.filter(asked_at__gte=midnight)
    return int(files.aggregate(rows=Sum("rows", default=0))["rows"])


def own_exports(
    actor: User, *, before: int | None = None, size: int = 100
) -> tuple[list[ExportLog], int | None]:
    """One page of what the actor took away or asked for, the newest first, and the id to go on
    before. One query."""
    rows = ExportLog.objects.filter(by=actor).select_related("decided_by").order_by("-pk")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    page = list(rows[: size + 1])
    return page[:size], page[size - 1].pk if len(page) > size else None


def exports_to_decide(actor: User, size: int = 100) -> list[ExportLog]:
    """Exports of others that wait for a release the actor may give; `others` of each: rows of the
    same kind that the same person took away on that day besides. One query."""
    if not scope_of(actor).may(Right.export_approve):
        return []
    besides = ExportLog.objects.filter(
        by=OuterRef("by"), what=OuterRef("what"), asked_at__date=OuterRef("day")
    ).filter(state__in=_COUNTED)
    rows = besides.exclude(pk=OuterRef("pk")).order_by().values("by").annotate(n=Sum("rows"))
    waiting = (
        ExportLog.objects.filter(state=ExportLog.State.WAITING)
        .annotate(day=TruncDate("asked_at"))
        .annotate(others=Coalesce(Subquery(rows.values("n")), 0))
        .select_related("by")
    )
    found: list[ExportLog] = list(waiting[: 5 * size])
    return [export for export in found if may_decide(actor, export)][:size]


def may_decide(actor: User, export: ExportLog) -> bool:
    """Whether the actor may release it: somebody else's, and all of its area within the post's.
    What belongs to no area (the list of users) is released for a county or more."""
    scope = scope_of(actor)
    if export.by_id == actor.pk:
        return False
    if not export.areas:
        return scope.everywhere(Right.export_approve)
    return all(scope.covers(Right.export_approve, area) for area in export.areas)


def may_take(actor: User, export: ExportLog) -> bool:
    """Whether the actor may fetch the file now: the own one, still there, and every area of it
    still within a post that gives the right."""
    if export.by_id != actor.pk or export.state != ExportLog.State.READY:
        return False
    if export.expires_at is None or export.expires_at <= timezone.now():
        return False
    return still_held(actor, export)


def still_held(actor: User, export: ExportLog) -> bool:
    """Whether the actor holds what the export was begun with."""
    scope, right = scope_of(actor), Right(export.right)
    return scope.may(right) and all(scope.covers(right, area) for area in export.areas)


def export_of_number(actor: User, number: str) -> ExportLog | None:
    """The export whose number stands on a file that turned up; for the security administrator."""
    if not scope_of(actor).may(Right.alarms):
        return None
    digits = number.strip().upper().removeprefix("E")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 12):
        return None
    found: QuerySet[ExportLog] = ExportLog.objects.select_related("by", "decided_by")
    return found.filter(pk=int(digits)).first()

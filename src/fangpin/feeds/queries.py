"""Every read about deliveries. The actor comes first; departments and areas bound what is shown."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.db.models import Count, Q, QuerySet

from fangpin.feeds.models import Coverage, Delivery, Intake, ReturnedRow
from fangpin.kernel.place_codes import prefix_of
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of

_BAD = ("refused", "not_recognised", "quarantined", "accepted_with_gaps", "accepted")


def deliveries(actor: User, intake: Intake) -> QuerySet[Delivery]:
    """Deliveries the actor may know of: all, or those of their department."""
    scope = scope_of(actor)
    if not scope.may(Right.deliveries):
        return Delivery.objects.none()
    departments = scope.departments(Right.deliveries)
    rows = Delivery.objects.filter(intake=intake)
    return rows if departments is None else rows.filter(sender_zh__in=departments)


def delivery(actor: User, intake: Intake, pk: int) -> Delivery | None:
    """One delivery, or None: absent and forbidden look the same."""
    return deliveries(actor, intake).filter(pk=pk).first()


def may_read_rows(actor: User, item: Delivery) -> bool:
    """Whether the actor may see the content of rows of this delivery."""
    scope = scope_of(actor)
    departments = scope.departments(Right.rows)
    return scope.may(Right.rows) and (departments is None or item.sender_zh in departments)


def areas_of(actor: User, item: Delivery) -> list[dict[str, object]]:
    """The delivery's areas within the actor's own, as deliveries.json has them."""
    prefixes = scope_of(actor).areas(Right.deliveries)
    return [area for area in item.areas if _touches(str(area.get("code") or ""), prefixes)]


def _touches(code: str, prefixes: tuple[str, ...]) -> bool:
    """Whether the area of a code lies within one of the prefixes, or one of them within it."""
    own = prefix_of(code)
    return bool(own) and any(
        own.startswith(prefix) or prefix.startswith(own) for prefix in prefixes
    )


def returned_rows(
    actor: User, item: Delivery, *, action: str = "", after: int = 0, size: int = 50
) -> tuple[list[ReturnedRow], int | None]:
    """One page of the rows that were not simply accepted, and the id to go on from.

    Raises PermissionError when the actor may not read rows of this delivery.
    """
    if not may_read_rows(actor, item):
        raise PermissionError("this actor may not read rows of this delivery")
    rows = ReturnedRow.objects.filter(delivery=item, id__gt=after)
    if action:
        rows = rows.filter(action=action)
    page = list(rows.order_by("id")[: size + 1])
    return page[:size], page[size - 1].id if len(page) > size else None


def returned_counts(actor: User, item: Delivery) -> dict[str, int]:
    """Row reports by action; empty when the actor may not read rows."""
    if not may_read_rows(actor, item):
        return {}
    counted = ReturnedRow.objects.filter(delivery=item).values_list("action").annotate(Count("id"))
    return dict(counted.order_by("action"))


def return_workbook(actor: User, item: Delivery) -> Path | None:
    """The workbook that goes back to the sender; None when there is none or it is not theirs."""
    if not may_read_rows(actor, item):
        return None
    folder = Path(item.intake.folder, "returns").resolve()
    path = folder / f"{Path(item.file).stem}_退回.xlsx"
    # The name comes from a file that somebody sent: it must not lead out of the folder.
    return path if path.resolve().parent == folder and path.is_file() else None


@dataclass
class BoardLine:
    """One feed on the arrival board."""

    contract: str
    label_zh: str = ""
    label_en: str = ""
    sender_zh: str = ""
    sender_en: str = ""
    deliveries: list[Delivery] = field(default_factory=list)
    gaps: dict[str, int] = field(default_factory=dict)  # status → villages of the actor's areas

    @property
    def verdict(self) -> str:
        """The worst verdict of the newest period; "missing" when nothing came."""
        if not self.deliveries:
            return "missing"
        newest = max((item.period or date.min for item in self.deliveries), default=date.min)
        verdicts = {i.verdict for i in self.deliveries if (i.period or date.min) == newest}
        return next((name for name in _BAD if name in verdicts), "accepted")

    @property
    def period(self) -> date | None:
        """First day of the newest month delivered."""
        return max((item.period for item in self.deliveries if item.period), default=None)


def board(actor: User, intake: Intake) -> list[BoardLine]:
    """All feeds that arrived or are missed, with the villages where they are not complete.

    Two queries. Feeds known only by their absence are shown to whoever sees every department.
    """
    scope = scope_of(actor)
    lines: dict[str, BoardLine] = {}
    for item in deliveries(actor, intake).defer("sheets", "control_totals", "areas"):
        line = lines.setdefault(item.contract or f"?{item.file}", BoardLine(item.contract))
        line.deliveries.append(item)
        line.label_zh, line.label_en = item.label_zh or item.file, item.label_en or item.file
        line.sender_zh, line.sender_en = item.sender_zh, item.sender_en
    if not scope.may(Right.deliveries):
        return []
    newest = {name: line.period for name, line in lines.items()}
    gaps = (
        Coverage.objects.filter(scope.within(Right.deliveries, "village_code"), intake=intake)
        .values_list("contract", "period", "status")
        .annotate(n=Count("village_code", distinct=True))
        .order_by("contract", "period")
    )
    for contract, period, status, n in gaps:
        if contract not in lines:
            if scope.departments(Right.deliveries) is not None:
                continue
            lines[contract] = BoardLine(contract)
        line = lines[contract]
        if newest.get(contract) in (None, period):
            line.gaps[status] = line.gaps.get(status, 0) + n
    return sorted(
        lines.values(),
        key=lambda line: (_BAD.index(line.verdict) if line.verdict in _BAD else -1, line.label_zh),
    )


def coverage(actor: User, intake: Intake, contract: str, period: date | None) -> list[Coverage]:
    """Villages of the actor's areas where a feed is not complete, by township."""
    scope = scope_of(actor)
    rows = Coverage.objects.filter(
        scope.within(Right.deliveries, "village_code"), intake=intake, contract=contract
    ).filter(Q(period=period) | Q(period=None))
    return list(rows.order_by("township", "village_code"))

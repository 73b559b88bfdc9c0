"""How many households are monitored, by category, risk, place and stage, and how that has moved."""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models.functions import Concat, Left, TruncMonth

from fangpin.cases.models import OPEN, Case, Turn
from fangpin.clues.queries.lists import Each
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of
from fangpin.registry.catalogue.vocabulary import choices
from fangpin.registry.models import CategorySpell, Household, HouseholdState, SpellKind

By = Literal["category", "risk", "township", "village"]
_NOT: Final = ("", "none")


_KEYS: Final = {
    "category": F("monitoring_category"),
    "risk": Each(F("risks")),
    "township": Concat(Left("village_code", 9), Value("000")),
    "village": F("village_code"),
}


@dataclass(frozen=True)
class Standing:
    """Households of one category, risk or place: `watched` with a risk that is not removed,
    `removed` with a removed one; `unknown` where the registry does not say which."""

    key: str
    watched: int
    removed: int
    unknown: int


@dataclass(frozen=True)
class Month:
    """What a month brought: newly monitored, risks removed, returned to monitoring."""

    month: date
    monitored: int
    removed: int
    returned: int


def standing(actor: User, by: By) -> list[Standing]:
    """Monitored households in the actor's areas. A household counts under each of its risks.
    One query."""
    inside = scope_of(actor).within(Right.registry, "village_code")
    categories = [code for code in choices("monitoring_category") if code not in _NOT]
    rows = (
        Household.objects.filter(
            inside, state=HouseholdState.ACTIVE, monitoring_category__in=categories
        )
        .order_by()
        .annotate(key=_KEYS[by])
        .values("key")
        .annotate(
            watched=Count("pk", filter=Q(risk_removed=False)),
            removed=Count("pk", filter=Q(risk_removed=True)),
            unknown=Count("pk", filter=Q(risk_removed=None)),
        )
    )
    return sorted((Standing(**row) for row in rows), key=lambda line: (-line.watched, line.key))


def months(actor: User, first: date, last: date) -> list[Month]:
    """Every month from `first` to `last`, in order, by the day from which something held. Three
    queries."""
    scope = scope_of(actor)
    homes = scope.within(Right.registry, "household__village_code")
    began = _by_month(
        CategorySpell.objects.filter(
            homes, kind=SpellKind.MONITORING, began_on__range=(first, last)
        ).exclude(code__in=_NOT),
        "began_on",
    )
    removed = _by_month(
        Household.objects.filter(
            scope.within(Right.registry, "village_code"),
            risk_removed=True,
            risk_removed_month__range=(first, last),
        ),
        "risk_removed_month",
    )
    back = _by_month(
        Turn.objects.filter(
            scope.within(Right.cases, "area_code"),
            effect="return_to_monitoring",
            done_at__date__range=(first, last),
        ),
        "done_at",
    )
    found, day = [], first.replace(day=1)
    while day <= last:
        found.append(Month(day, began.get(day, 0), removed.get(day, 0), back.get(day, 0)))
        day = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return found


def _by_month(rows: QuerySet, column: str) -> dict[date, int]:  # type: ignore[type-arg]
    counted = (
        rows.order_by().annotate(month=TruncMonth(column)).values("month").annotate(n=Count("pk"))
    )
    return {
        date(row["month"].year, row["month"].month, 1): row["n"] for row in counted if row["month"]
    }


def running(actor: User) -> dict[tuple[str, str], int]:
    """Cases that run, by (procedure, step that waits). One query."""
    inside = scope_of(actor).within(Right.cases, "area_code")
    rows = Case.objects.filter(inside, OPEN).order_by().values("procedure", "step")
    return {(row["procedure"], row["step"]): row["n"] for row in rows.annotate(n=Count("pk"))}

"""Every read: what was found, within the actor's areas."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count as Counted
from django.db.models import Max, Q, QuerySet
from django.db.models.functions import Left

from fangpin.checks.models import Check, Count, Hit
from fangpin.kernel.place_codes import prefix_of
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of

MONTHS = 12
_OPEN, _CORRECTED = Hit.State.OPEN, Hit.State.CORRECTED


@dataclass(frozen=True)
class HitFilter:
    """What the list is narrowed to; "" does not narrow. `state` "" means not corrected."""

    area: str = ""
    rule: str = ""
    state: str = ""
    severity: str = ""
    unit: str = ""


def hits(actor: User, chosen: HitFilter) -> QuerySet[Hit]:
    """Hits the actor may see that fit, unordered."""
    rows = Hit.objects.filter(scope_of(actor).within(Right.quality, "village_code"))
    if chosen.area:
        rows = rows.filter(village_code__startswith=prefix_of(chosen.area))
    if chosen.state == "all":
        pass
    elif chosen.state:
        rows = rows.filter(state=chosen.state)
    else:
        rows = rows.exclude(state=_CORRECTED)
    simple = {"rule": chosen.rule, "severity": chosen.severity, "unit": chosen.unit}
    return rows.filter(**{key: value for key, value in simple.items() if value})


def page_of_hits(
    actor: User, chosen: HitFilter, *, after: tuple[str, int] | None = None, size: int = 50
) -> tuple[list[Hit], tuple[str, int] | None]:
    """One page in the order of village and entry, and the key to go on from. One query."""
    rows = hits(actor, chosen).order_by("village_code", "id")
    if after is not None:
        village, pk = after
        rows = rows.filter(Q(village_code__gte=village), Q(village_code__gt=village) | Q(id__gt=pk))
    page = list(rows[: size + 1])
    more = (page[size - 1].village_code, page[size - 1].pk) if len(page) > size else None
    return page[:size], more


def hits_of_household(actor: User, number: str) -> list[Hit]:
    """What is not corrected about one household and its members. One query."""
    rows = hits(actor, HitFilter()).filter(household_number=number)
    return list(rows.select_related("answered_by").order_by("state", "person_number", "rule"))


def rules_found(actor: User) -> list[str]:
    """Numbers of the rules that found something in the actor's areas, what is open most often
    first. One query."""
    rows = hits(actor, HitFilter(state="all")).order_by().values("rule")
    counted = rows.annotate(open=Counted("pk", filter=Q(state=_OPEN))).order_by("-open", "rule")
    return list(counted.values_list("rule", flat=True))


@dataclass
class Line:
    """A place or a rule on the board."""

    key: str
    households: int = 0
    open: int = 0
    answered: int = 0
    corrected: int = 0
    trend: list[int | None] = field(default_factory=list)


@dataclass(frozen=True)
class Board:
    """`by_place` townships, or the villages of the only township; `by_rule` the most frequent
    first; `months` of the trends, the oldest first. `check` the last one, None before any."""

    check: Check | None
    by_place: list[Line]
    by_rule: list[Line]
    months: list[date]


def board(actor: User) -> Board:
    """The board of the actor's areas. Five queries."""
    scope = scope_of(actor)
    inside = Hit.objects.filter(scope.within(Right.quality, "village_code"))
    townships = list(inside.order_by().values_list(Left("village_code", 9)).distinct()[:2])
    digits = 9 if len(townships) > 1 else 12
    counts = {
        "open": Counted("pk", filter=Q(state=_OPEN)),
        "answered": Counted("pk", filter=Q(state__in=["confirmed", "exempted"])),
        "corrected": Counted("pk", filter=Q(state=_CORRECTED)),
        "households": Counted(
            "household_number",
            filter=Q(state=_OPEN) & ~Q(unit=Hit.Unit.VILLAGE),
            distinct=True,
        ),
    }
    places = inside.order_by().values(key=Left("village_code", digits)).annotate(**counts)
    by_rule = inside.order_by().values(key=Left("rule", 40)).annotate(**counts)
    months, trends = _trends(actor) if digits == 9 else ([], {})
    lines = [
        Line(**row, trend=[trends.get(row["key"], {}).get(m) for m in months]) for row in places
    ]
    return Board(
        check=Check.objects.order_by("-pk").first(),
        by_place=sorted(lines, key=lambda line: (-line.open, line.key)),
        by_rule=sorted((Line(**row) for row in by_rule), key=lambda line: (-line.open, line.key)),
        months=months,
    )


def _trends(actor: User) -> tuple[list[date], dict[str, dict[date, int]]]:
    """Open hits by township and month, the last months that were counted."""
    rows = Count.objects.filter(scope_of(actor).within(Right.quality, "township"))
    last = rows.aggregate(last=Max("month"))["last"]
    if last is None:
        return [], {}
    found: dict[str, dict[date, int]] = defaultdict(dict)
    for month, township, count in rows.filter(
        month__gt=last.replace(year=last.year - 1)
    ).values_list("month", "township", "open"):
        found[township][month] = count
    months = sorted({month for counts in found.values() for month in counts})[-MONTHS:]
    return months, found

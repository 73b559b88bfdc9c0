"""A comparison as a page shows it: rows with bars, what changed first, one page of households."""

from dataclasses import dataclass
from typing import Any

from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of
from fangpin.registry.queries import head_names
from fangpin.screening.comparison import Comparison
from fangpin.screening.entitlements import ProgrammeEffect
from fangpin.screening.tally import Counts, Group

PAGE, SHORT_PAGE = 50, 10
DIRECTIONS = ("gained", "lost", "became_unknown")
_WIDTH = 200.0


@dataclass(frozen=True)
class Bar:
    """Lost to the left of the axis, gained to its right, in units of a bar `_WIDTH` wide;
    something is never narrower than 2."""

    axis: float
    lost: float
    gained: float

    @property
    def lost_from(self) -> float:
        """Where the left part begins."""
        return max(0.0, round(self.axis - self.lost, 1))


@dataclass(frozen=True)
class Row:
    """An area or a kind with its counts."""

    group: Group
    counts: Counts
    bar: Bar


@dataclass(frozen=True)
class Flips:
    """One page of the households that come and go. `rows` have sentences; `more` is where the next
    page begins, None at the end; `counts` by direction."""

    rows: list[dict[str, Any]]
    names: dict[str, str]
    counts: dict[str, int]
    direction: str
    more: int | None


@dataclass(frozen=True)
class Result:
    """What the result panel shows. `asked`: something differs from the run's own policy."""

    comparison: Comparison
    asked: bool
    level: str
    areas: list[Row]
    quiet_areas: int
    kinds: list[Row]
    programmes: list[ProgrammeEffect]
    flips: Flips

    @property
    def total(self) -> Counts:
        """Households, over all rules."""
        return self.comparison.total

    @property
    def flipped(self) -> int:
        """How many rows the whole list has."""
        return self.comparison.flips.height


def rows_of(groups: tuple[Group, ...]) -> list[Row]:
    """Groups with bars drawn to one scale."""
    lost = max((each.counts.lost for each in groups), default=0)
    gained = max((each.counts.gained for each in groups), default=0)
    scale = (_WIDTH - 2) / max(1, lost + gained)
    axis = round(lost * scale, 1)

    def length(count: int) -> float:
        return round(max(2.0, count * scale), 1) if count else 0.0

    return [
        Row(each, each.counts, Bar(axis, length(each.counts.lost), length(each.counts.gained)))
        for each in groups
    ]


def flips_of(
    actor: User, found: Comparison, direction: str = "", after: int = 0, size: int = PAGE
) -> Flips:
    """One page of the list, with names of heads as far as the actor may see them."""
    keys = found.flips
    counts = dict(zip(*keys["direction"].value_counts().get_columns(), strict=True))
    if direction in DIRECTIONS:
        keys = keys.filter(keys["direction"] == direction)
    page = keys.slice(after, size)
    rows = found.told(page).to_dicts() if page.height else []
    return Flips(
        rows=rows,
        names=head_names(actor, [row["household_number"] or "" for row in rows]) if rows else {},
        counts={name: int(counts.get(name, 0)) for name in DIRECTIONS},
        direction=direction if direction in DIRECTIONS else "",
        more=after + size if keys.height > after + size else None,
    )


def result_of(
    actor: User, found: Comparison, *, direction: str = "", after: int = 0, size: int = PAGE
) -> Result:
    """Everything the panel shows. Areas are townships, or villages for who works in a township."""
    prefixes = scope_of(actor).areas(Right.what_if)
    level = "village" if all(len(prefix) >= 9 for prefix in prefixes) else "township"
    asked = bool(found.changed_settings) or found.pack.name != found.baseline.applied.pack.name
    areas = rows_of(found.by("village" if level == "village" else "township"))
    kinds = rows_of(found.by("kind"))
    if asked:
        shown = [row for row in areas if row.counts.changed]
        kinds = [row for row in kinds if row.counts.changed]
    else:
        shown = [row for row in areas if row.counts.before]
        kinds = [row for row in kinds if row.counts.before]
    return Result(
        comparison=found,
        asked=asked,
        level=level,
        areas=shown,
        quiet_areas=len(areas) - len(shown),
        kinds=kinds,
        programmes=_concerned(found) if asked else [],
        flips=flips_of(actor, found, direction, after, size),
    )


def _concerned(found: Comparison) -> list[ProgrammeEffect]:
    """Programmes that the change concerns: first those in which other subjects are entitled."""
    concerned = [
        each
        for each in found.programmes
        if each.entitled.changed
        or each.led_gained
        or each.led_lost
        or each.amount_before != each.amount_after
    ]
    return sorted(
        concerned,
        key=lambda each: not (each.entitled.changed or each.amount_before != each.amount_after),
    )

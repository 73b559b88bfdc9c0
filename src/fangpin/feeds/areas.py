"""Villages and townships that a delivery does not cover.

Rows per village are compared with what is to be expected: the past of the same list where there
is one, otherwise the sizes of the villages. How many rows must be expected before silence means
anything depends on what the contract says it covers: everybody (census), a list (roster), events.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fangpin.feeds.delivery import AreaStatus
from fangpin.feeds.profile import Profile
from fangpin.kernel.errors import Text
from fangpin.policy.pack import Contract

Rows = NDArray[np.float64]


@dataclass(frozen=True)
class Line:
    """When too few rows are no chance: at least `least` expected, found less than `share` of it,
    and Poisson probability below `AreaThresholds.chance` after scaling counts down by `spread`
    (how much more than Poisson such lists vary from place to place)."""

    least: float
    share: float
    spread: float


@dataclass(frozen=True)
class AreaThresholds:
    """One line per kind of comparison; `chance` is one-sided."""

    chance: float = 1e-4
    census: Line = Line(5.0, 0.6, 1.5)
    past: Line = Line(8.0, 0.6, 1.5)
    roster: Line = Line(30.0, 0.4, 3.0)
    events: Line = Line(60.0, 0.3, 6.0)


AREA_THRESHOLDS = AreaThresholds()


@dataclass(frozen=True)
class Land:
    """The register's places: persons and households per village and the township of each.

    `township` index into `names` (township names), one per village.
    """

    persons: NDArray[np.int64]
    households: NDArray[np.int64]
    township: NDArray[np.int64]
    names: tuple[str, ...]

    @property
    def villages(self) -> int:
        return len(self.persons)

    def size_for(self, contract: Contract) -> NDArray[np.float64]:
        """What the rows of a contract should be in proportion to."""
        if contract.subject == "village":
            return np.ones(self.villages)
        sizes = self.households if contract.subject == "household" else self.persons
        return sizes.astype(np.float64)


@dataclass(frozen=True)
class Gap:
    """Villages with one and the same fault."""

    villages: NDArray[np.int64]
    status: AreaStatus
    why: Text


def find_gaps(
    contract: Contract,
    profile: Profile,
    land: Land,
    past: Profile | None,
    past_rows: Rows | None,
    thresholds: AreaThresholds,
) -> tuple[list[Gap], Rows | None]:
    """Gaps of a delivery, and the rows expected per village (None when nothing can be said).

    `past_rows` rows per township of an earlier run, where the folder holds no earlier delivery.
    """
    rows = profile.rows_by_village
    if not land.villages or not rows.any():
        return [], None
    sizes = land.size_for(contract)
    line = getattr(thresholds, contract.coverage)
    if contract.subject == "village":
        line = replace(thresholds.census, least=0.5)
    if contract.coverage != "census" and _comparable(contract, profile, past, past_rows):
        if past is not None:
            expected = past.rows_by_village
            gaps = _compare(rows, expected, land, thresholds.past, thresholds.chance, True, True)
            return gaps, expected
        assert past_rows is not None
        expected = _over_villages(past_rows, land)
        return (
            _compare(rows, expected, land, thresholds.past, thresholds.chance, True, False),
            expected,
        )
    by_village = contract.coverage == "census"
    expected = _rate(rows, sizes, land, by_village) * sizes
    return _compare(rows, expected, land, line, thresholds.chance, False, True), expected


def _comparable(
    contract: Contract, profile: Profile, past: Profile | None, past_rows: Rows | None
) -> bool:
    """Lists are compared with their past; events only where they add up over the year."""
    if contract.coverage == "roster":
        return past is not None or past_rows is not None
    growing = contract.period == "year_to_date" and past is not None
    return growing and past is not None and past.period.year == profile.period.year


def too_few(observed: float, expected: float, spread: float, chance: float) -> bool:
    """Whether so few rows are no chance: Poisson lower tail, counts scaled down by `spread`."""
    count, mean = observed / spread, expected / spread
    if mean > 500:  # exp(-mean) leaves the range of doubles; the normal tail is close enough
        return 0.5 * math.erfc((mean - count) / math.sqrt(2 * mean)) < chance
    term = total = math.exp(-mean)
    step = 1
    while step <= count:
        term *= mean / step
        total += term
        step += 1
    return total < chance


def _rate(rows: Rows, sizes: Rows, land: Land, by_village: bool) -> float:
    """Rows per unit of size where there are rows: the weighted median, so that areas that are
    missing do not lower what is expected of them. By village for a census, else by township."""
    if not by_village:
        count = len(land.names)
        rows = _summed(rows, land.township, count)
        sizes = _summed(sizes, land.township, count)
    there = (rows > 0) & (sizes > 0)
    if not there.any():
        return 0.0
    rates, weights = rows[there] / sizes[there], sizes[there]
    order = np.argsort(rates)
    middle = np.searchsorted(np.cumsum(weights[order]), weights.sum() / 2)
    return float(rates[order][min(int(middle), len(order) - 1)])


def _summed(values: Rows, groups: NDArray[np.int64], count: int) -> Rows:
    return np.bincount(groups, weights=values, minlength=count).astype(np.float64)


def _over_villages(by_township: Rows, land: Land) -> Rows:
    """Rows of townships spread over their villages by persons."""
    weights = np.bincount(land.township, weights=land.persons, minlength=len(land.names))
    share = land.persons / np.maximum(weights[land.township], 1)
    return np.asarray(by_township[land.township] * share, dtype=np.float64)


def _compare(
    rows: Rows,
    expected: Rows,
    land: Land,
    line: Line,
    chance: float,
    past: bool,
    villages: bool,
) -> list[Gap]:
    """Whole townships first, then villages of the townships that are there."""
    gaps: list[Gap] = []
    for township, name in enumerate(land.names):
        inside = np.flatnonzero(land.township == township)
        found, want = float(rows[inside].sum()), float(expected[inside].sum())
        state = _state(found, want, line, chance)
        if state is AreaStatus.missing:
            gaps.append(Gap(inside, state, _whole(name, want, past)))
            continue
        states = [
            _state(float(rows[v]), float(expected[v]), line, chance) if villages else None
            for v in inside.tolist()
        ]
        for status in (AreaStatus.missing, AreaStatus.partial):
            which = inside[[each is status for each in states]]
            if len(which):
                gaps.append(Gap(which, status, _some(name, len(which), found, want, status, past)))
        rest = inside[[each is None for each in states]]
        left, due = float(rows[rest].sum()), float(expected[rest].sum())
        if state is AreaStatus.partial and len(rest) and left < line.share * due:
            # Too few even without the villages already named: the others lack rows as well.
            gaps.append(Gap(rest, state, _thin(name, found, want, past)))
    return gaps


def _state(found: float, want: float, line: Line, chance: float) -> AreaStatus | None:
    if want < line.least:
        return None
    if found == 0:
        return AreaStatus.missing
    if found < line.share * want and too_few(found, want, line.spread, chance):
        return AreaStatus.partial
    return None


def _whole(name: str, want: float, past: bool) -> Text:
    if past:
        return Text(
            f"{name}由上期 {want:.0f} 行变为一行也没有。",
            f"{name} went from {want:.0f} rows last time to none.",
        )
    return Text(
        f"{name}一行也没有，按登记规模应有约 {want:.0f} 行。",
        f"{name} has no row at all; about {want:.0f} were to be expected.",
    )


def _thin(name: str, found: float, want: float, past: bool) -> Text:
    if past:
        return Text(
            f"{name}由上期 {want:.0f} 行变为本期 {found:.0f} 行。",
            f"{name} went from {want:.0f} rows last time to {found:.0f} now.",
        )
    return Text(
        f"{name}只有 {found:.0f} 行，按登记规模应有约 {want:.0f} 行。",
        f"{name} has only {found:.0f} rows; about {want:.0f} were to be expected.",
    )


def _some(name: str, count: int, found: float, want: float, status: AreaStatus, past: bool) -> Text:
    zh_base = f"上期 {want:.0f} 行" if past else f"应有约 {want:.0f} 行"
    en_base = f"{want:.0f} last time" if past else f"about {want:.0f} expected"
    zh_what = "没有一行" if status is AreaStatus.missing else "行数明显偏少"
    en_what = "no row" if status is AreaStatus.missing else "far too few rows"
    return Text(
        f"{name}有 {count} 个村{zh_what}(全乡镇 {found:.0f} 行,{zh_base})。",
        f"{count} villages of {name} have {en_what} ({found:.0f} in the township, {en_base}).",
    )

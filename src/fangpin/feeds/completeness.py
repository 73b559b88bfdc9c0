"""Can this delivery be relied on, and for which villages?

A delivery is compared with the register's places, with its own past and with itself. All
thresholds stand in `Thresholds`. What is found makes facts unknown for the areas concerned; it
never changes a row.
"""

import math
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from fangpin.feeds.delivery import AreaStatus, Verdict
from fangpin.feeds.profile import Amounts, Profile
from fangpin.kernel.errors import Text
from fangpin.policy.pack import Contract, ContractColumn


@dataclass(frozen=True)
class Thresholds:
    """When a deviation is no longer chance.

    `chance` one-sided probability below which too few rows are not chance; `share` a village or
    township with less than this share of its expected rows is partial; `least_expected` rows that
    must be expected before silence means anything (census), `least_expected_roster` likewise for
    lists that need not reach everybody, `least_past` likewise against the past; `spread` how much
    more than Poisson counts of real lists vary; `unreadable` share of cells of one column that do
    not fit their type; `unit_jump` factor between medians that only a change of unit explains;
    `totals` relative difference between stated and own totals; `least_rows` below which shares of
    cells are not judged; `few_names` share of distinct names below which a column is broken.
    """

    chance: float = 1e-4
    share: float = 0.6
    least_expected: float = 5.0
    least_expected_roster: float = 30.0
    least_past: float = 8.0
    spread: float = 1.5
    unreadable: float = 0.5
    unit_jump: float = 1000.0
    totals: float = 0.05
    least_rows: int = 10
    few_names: float = 0.02
    months: tuple[tuple[str, int], ...] = (
        ("day", 1), ("week", 1), ("month", 1), ("quarter", 4), ("term", 7), ("half_year", 7),
        ("year", 13), ("once", 10_000), ("event", 10_000),
    )  # fmt: skip


THRESHOLDS = Thresholds()


@dataclass
class Assessment:
    """Verdict of one delivery, status per village (index into `AreaStatus`), expected rows.

    `status` one per village of the register; `why` a reason per village that is not complete.
    """

    verdict: Verdict
    status: list[AreaStatus]
    why: dict[int, Text] = field(default_factory=dict)
    reasons: list[Text] = field(default_factory=list)
    expected: NDArray[np.float64] | None = None

    @classmethod
    def complete(cls, villages: int) -> "Assessment":
        """Nothing found (yet)."""
        return cls(Verdict.accepted, [AreaStatus.complete] * villages)

    def mark(self, villages: NDArray[np.int64], status: AreaStatus, why: Text) -> None:
        """Give villages a status that is not better than the one they have."""
        order = list(AreaStatus)
        for village in villages.tolist():
            if order.index(status) > order.index(self.status[village]) or (
                self.status[village] is AreaStatus.complete
            ):
                self.status[village] = status
                self.why[village] = why
        if len(villages) and self.verdict is Verdict.accepted:
            self.verdict = Verdict.accepted_with_gaps

    def quarantine(self, why: Text) -> None:
        """The whole delivery is set aside."""
        self.verdict = Verdict.quarantined
        self.reasons.append(why)
        self.status = [AreaStatus.quarantined] * len(self.status)
        self.why = dict.fromkeys(range(len(self.status)), why)

    @property
    def quarantined(self) -> bool:
        return self.verdict is Verdict.quarantined


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


def assess(
    contract: Contract,
    profile: Profile,
    land: Land,
    as_of: date,
    *,
    newest: bool,
    past: Profile | None = None,
    past_rows: NDArray[np.float64] | None = None,
    thresholds: Thresholds = THRESHOLDS,
) -> Assessment:
    """Everything that can be said about one delivery.

    `past` the same contract's delivery before this one; `past_rows` rows per township of an
    earlier run where the folder holds no earlier delivery; `newest` no later delivery of the
    contract is here (only then can it be late).
    """
    result = Assessment.complete(land.villages)
    _content(result, contract, profile, past, thresholds)
    if not result.quarantined:
        _period(result, contract, profile, as_of, newest, thresholds)
    if not result.quarantined:
        _areas(result, contract, profile, land, past, past_rows, thresholds)
    return result


def _areas(
    result: Assessment,
    contract: Contract,
    profile: Profile,
    land: Land,
    past: Profile | None,
    past_rows: NDArray[np.float64] | None,
    thresholds: Thresholds,
) -> None:
    """Rows per village and township, and the sender's own totals."""
    if contract.coverage == "census":
        _census(result, contract, profile, land, thresholds)
    else:
        _against_past(result, contract, profile, land, past, past_rows, thresholds)
    _totals(result, profile, land, thresholds)


# ---- content ------------------------------------------------------------------------------------


def _content(
    result: Assessment, contract: Contract, profile: Profile, past: Profile | None, t: Thresholds
) -> None:
    """Zero columns, shifted columns, broken name columns, changed units, nothing left."""
    if profile.read and not profile.used:
        result.quarantine(Text("没有一行可以采用。", "Not a single row can be used."))
        return
    for column in contract.columns:
        header = profile.headers.get(column.name, column.name)
        money = profile.money.get(column.name)
        if money is not None and _all_alike(column, money, t):
            shown = _yuan(money.minimum)
            result.quarantine(
                Text(
                    f"“{header}”全部为 {shown},不合情理,须整份核对重报。",
                    f"Every “{header}” is {shown}; that cannot be, the whole file has to be "
                    "checked and sent again.",
                )
            )
            return
        filled, wrong = profile.readable.get(column.name, (0, 0))
        if filled >= t.least_rows and wrong / filled >= t.unreadable:
            text = Text(
                f"“{header}”有 {wrong}/{filled} 个单元格与该列应有的内容不符,可能整列错位。",
                f"{wrong} of {filled} cells of “{header}” do not fit; the column may be shifted.",
            )
            if column.required or column.name in profile.identity_columns:
                result.quarantine(text)
                return
            result.reasons.append(text)
        if past is not None and money is not None and column.name in past.money:
            before = past.money[column.name]
            if money.median and before.median:
                factor = money.median / before.median
                if factor >= t.unit_jump or factor <= 1 / t.unit_jump:
                    result.quarantine(
                        Text(
                            f"“{header}”的中位数由 {_yuan(before.median)} 变为 "
                            f"{_yuan(money.median)},单位(元、万元)可能变了。",
                            f"The median of “{header}” went from {_yuan(before.median)} to "
                            f"{_yuan(money.median)}; the unit (元, 万元) may have changed.",
                        )
                    )
                    return
    for name, (filled, distinct) in profile.distinct_names.items():
        if filled >= 5 * t.least_rows and distinct / filled < t.few_names:
            header = profile.headers.get(name, name)
            result.quarantine(
                Text(
                    f"“{header}”{filled} 行只有 {distinct} 个不同的值,整列可能填充错误。",
                    f"“{header}” has only {distinct} different values in {filled} rows; the column "
                    "may have been filled by mistake.",
                )
            )
            return


def _all_alike(column: ContractColumn, money: Amounts, t: Thresholds) -> bool:
    """One and the same amount where the contract says that this cannot be, or zeros throughout."""
    if not money.known or money.distinct != 1:
        return False
    zeros = money.minimum == 0 and column.required and money.known >= t.least_rows
    return zeros or money.minimum in column.not_all


def _yuan(fen: float) -> str:
    return f"{fen / 100:,.2f} 元"


# ---- time ---------------------------------------------------------------------------------------


def _period(
    result: Assessment,
    contract: Contract,
    profile: Profile,
    as_of: date,
    newest: bool,
    t: Thresholds,
) -> None:
    period = profile.period
    months = (as_of.year - period.year) * 12 + as_of.month - period.month
    if months < 0:
        result.quarantine(
            Text(
                f"所属期 {period:%Y-%m} 晚于核查日 {as_of}。",
                f"The period {period:%Y-%m} lies after the day of screening {as_of}.",
            )
        )
        return
    allowed = dict(t.months).get(contract.frequency or "once", 10_000)
    if newest and months > allowed:
        why = Text(
            f"最近一期是 {period:%Y-%m},按“{contract.frequency}”报送已过期 {months} 个月。",
            f"The newest delivery is for {period:%Y-%m}, {months} months old "
            f"(expected every {contract.frequency}).",
        )
        result.mark(np.arange(len(result.status)), AreaStatus.late, why)
        result.reasons.append(why)


# ---- areas --------------------------------------------------------------------------------------


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


def _census(
    result: Assessment, contract: Contract, profile: Profile, land: Land, t: Thresholds
) -> None:
    """Every village must appear in proportion to its size; the rate is that of the villages that
    are there, so that missing townships do not lower what is expected of them."""
    sizes = land.size_for(contract)
    rows = profile.rows_by_village
    rate = _rate(rows, sizes)
    expected = rate * sizes
    result.expected = expected
    townships = np.arange(len(land.names))
    by_township = np.bincount(land.township, weights=rows, minlength=len(townships))
    wanted = np.bincount(land.township, weights=expected, minlength=len(townships))
    for township in townships.tolist():
        inside = np.flatnonzero(land.township == township)
        name = land.names[township]
        if by_township[township] == 0 and wanted[township] >= min(t.least_expected, len(inside)):
            why = Text(
                f"{name}一行也没有,按登记规模应有约 {wanted[township]:.0f} 行。",
                f"{name} has no row at all; about {wanted[township]:.0f} were to be expected.",
            )
            result.mark(inside, AreaStatus.missing, why)
            result.reasons.append(why)
            continue
        _census_villages(result, contract, rows, expected, inside, name, t)


def _rate(rows: NDArray[np.float64], sizes: NDArray[np.float64]) -> float:
    """Rows per unit of size in the villages that appear: their weighted median."""
    there = (rows > 0) & (sizes > 0)
    if not there.any():
        return 0.0
    rates, weights = rows[there] / sizes[there], sizes[there]
    order = np.argsort(rates)
    middle = np.searchsorted(np.cumsum(weights[order]), weights.sum() / 2)
    return float(rates[order][min(int(middle), len(order) - 1)])


def _census_villages(
    result: Assessment,
    contract: Contract,
    rows: NDArray[np.float64],
    expected: NDArray[np.float64],
    inside: NDArray[np.int64],
    township: str,
    t: Thresholds,
) -> None:
    gone, thin = [], []
    for village in inside.tolist():
        want = float(expected[village])
        if contract.subject == "village":
            if rows[village] == 0:
                gone.append(village)
        elif want >= t.least_expected and rows[village] == 0:
            gone.append(village)
        elif (
            want >= t.least_expected
            and rows[village] < t.share * want
            and too_few(float(rows[village]), want, t.spread, t.chance)
        ):
            thin.append(village)
    found = float(rows[inside].sum())
    want = float(expected[inside].sum())
    if gone:
        why = Text(
            f"{township}有 {len(gone)} 个村没有一行(全镇 {found:.0f} 行,应有约 {want:.0f} 行)。",
            f"{len(gone)} villages of {township} have no row ({found:.0f} rows in the township, "
            f"about {want:.0f} expected).",
        )
        result.mark(np.array(gone), AreaStatus.missing, why)
        result.reasons.append(why)
    if thin:
        why = Text(
            f"{township}有 {len(thin)} 个村行数偏少(全镇 {found:.0f} 行,应有约 {want:.0f} 行)。",
            f"{len(thin)} villages of {township} have far too few rows ({found:.0f} in the "
            f"township, about {want:.0f} expected).",
        )
        result.mark(np.array(thin), AreaStatus.partial, why)
        result.reasons.append(why)


def _against_past(
    result: Assessment,
    contract: Contract,
    profile: Profile,
    land: Land,
    past: Profile | None,
    past_rows: NDArray[np.float64] | None,
    t: Thresholds,
) -> None:
    """Rosters and running lists: no township may lose most of its rows against last time."""
    count = len(land.names)
    now = _by_township(profile, land)
    if past is not None:
        before = _by_township(past, land)
    elif past_rows is not None:
        before = past_rows
    elif contract.coverage == "roster":
        _silent_townships(result, contract, profile, land, now, t)
        return
    else:
        return
    result.expected = _spread_over_villages(before, land)
    growing = contract.period == "year_to_date" and _same_year(profile, past)
    if contract.coverage == "events" and not growing:
        return
    for township in range(count):
        was, found = float(before[township]), float(now[township])
        if was < t.least_past or found >= t.share * was:
            continue
        if not too_few(found, was, t.spread, t.chance):
            continue
        name = land.names[township]
        why = Text(
            f"{name}由上期 {was:.0f} 行变为本期 {found:.0f} 行。",
            f"{name} went from {was:.0f} rows last time to {found:.0f} now.",
        )
        inside = np.flatnonzero(land.township == township)
        status = AreaStatus.missing if found == 0 else AreaStatus.partial
        result.mark(inside, status, why)
        result.reasons.append(why)


def _by_township(profile: Profile, land: Land) -> NDArray[np.float64]:
    rows = np.bincount(land.township, weights=profile.rows_by_village, minlength=len(land.names))
    return rows.astype(np.float64)


def _same_year(profile: Profile, past: Profile | None) -> bool:
    return past is not None and past.period.year == profile.period.year


def _spread_over_villages(by_township: NDArray[np.float64], land: Land) -> NDArray[np.float64]:
    weights = np.bincount(land.township, weights=land.persons, minlength=len(land.names))
    share = land.persons / np.maximum(weights[land.township], 1)
    return np.asarray(by_township[land.township] * share, dtype=np.float64)


def _silent_townships(
    result: Assessment,
    contract: Contract,
    profile: Profile,
    land: Land,
    now: NDArray[np.float64],
    t: Thresholds,
) -> None:
    """No past to compare with: a whole township without a row where many were to be expected."""
    sizes = land.size_for(contract)
    by_size = np.bincount(land.township, weights=sizes, minlength=len(land.names))
    there = now > 0
    if there.sum() < 2:
        return
    rate = now[there].sum() / by_size[there].sum()
    result.expected = rate * sizes
    for township in np.flatnonzero(~there).tolist():
        want = rate * by_size[township]
        if want < t.least_expected_roster:
            continue
        name = land.names[township]
        why = Text(
            f"{name}一行也没有,按其他乡镇的比例应有约 {want:.0f} 行。",
            f"{name} has no row at all; about {want:.0f} would match the other townships.",
        )
        result.mark(np.flatnonzero(land.township == township), AreaStatus.missing, why)
        result.reasons.append(why)


def _totals(result: Assessment, profile: Profile, land: Land, t: Thresholds) -> None:
    """The sender's own total says that rows are missing."""
    for stated, computed, label in profile.shortfalls:
        if stated <= 0 or computed >= stated * (1 - t.totals):
            continue
        why = Text(
            f"表内合计({label})为 {stated:,.2f},逐行相加只有 {computed:,.2f},可能缺行。",
            f"The sender's total ({label}) is {stated:,.2f}, the rows add up to {computed:,.2f}; "
            "rows may be missing.",
        )
        result.mark(np.arange(land.villages), AreaStatus.partial, why)
        result.reasons.append(why)
        return

"""Can this delivery be relied on, and for which villages?

A delivery is compared with the register's places, with its own past and with itself. All
thresholds stand in `Thresholds` and `areas.AreaThresholds`. What is found makes facts unknown for
the areas concerned; it never changes a row.
"""

from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from fangpin.feeds.areas import AREA_THRESHOLDS, AreaThresholds, Land, find_gaps
from fangpin.feeds.delivery import AreaStatus, Verdict
from fangpin.feeds.profile import Amounts, Profile
from fangpin.kernel.errors import Text
from fangpin.policy.pack import Contract, ContractColumn

_RHYTHM = {"month": "月", "quarter": "季", "term": "学期", "year": "年"}


@dataclass(frozen=True)
class Thresholds:
    """When content is no longer chance; for areas see `areas.AreaThresholds`.

    `unusable` share of rejected rows, `of_another` share of rows whose number and name are two
    persons'; `few_others` cells without the usual word last time, from which none at all is no
    chance;
    `unreadable` share of cells of one column that do not fit their type; `unit_jump` factor between
    medians that only a change of unit explains; `totals` relative difference between stated and
    own totals; `least_rows` below which shares of cells are not judged; `few_names` share of
    distinct names below which a column is broken; `more_zeros` rise of the share of zero amounts
    against last time; `months` how old the newest delivery of a
    rhythm may be.
    """

    unusable: float = 0.5
    of_another: float = 0.1
    few_others: int = 10
    unreadable: float = 0.5
    unit_jump: float = 1000.0
    totals: float = 0.05
    least_rows: int = 10
    few_names: float = 0.02
    more_zeros: float = 0.6
    months: tuple[tuple[str, int], ...] = (
        ("day", 1), ("week", 1), ("month", 1), ("quarter", 4), ("term", 7), ("half_year", 7),
        ("year", 13), ("once", 10_000), ("event", 10_000),
    )  # fmt: skip
    areas: AreaThresholds = AREA_THRESHOLDS


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
    gaps, result.expected = find_gaps(contract, profile, land, past, past_rows, thresholds.areas)
    for gap in gaps:
        result.mark(gap.villages, gap.status, gap.why)
        result.reasons.append(gap.why)
    _totals(result, profile, land, thresholds)


# ---- content ------------------------------------------------------------------------------------


def _content(
    result: Assessment, contract: Contract, profile: Profile, past: Profile | None, t: Thresholds
) -> None:
    """Zero columns, shifted columns, broken name columns, changed units, nothing left."""
    if not profile.used:
        result.quarantine(
            Text("没有一行可以采用。", "Not a single row can be used.")
            if profile.read
            else Text(
                "表中只有表头，没有一行数据，看不出是确无此项还是漏导。如确无此项，请另行说明。",
                "There is a header and not one row; whether there was nothing to report or the "
                "export failed cannot be told.",
            )
        )
        return
    for column in contract.columns:
        header = profile.headers.get(column.name, column.name)
        money = profile.money.get(column.name)
        if money is not None and _all_alike(column, money, t):
            shown = _yuan(money.minimum)
            result.quarantine(
                Text(
                    f"“{header}”全部为 {shown}，不合情理，须整份核对重报。",
                    f"Every “{header}” is {shown}; that cannot be, the whole file has to be "
                    "checked and sent again.",
                )
            )
            return
        filled, wrong = profile.readable.get(column.name, (0, 0))
        if filled >= t.least_rows and wrong / filled >= t.unreadable:
            text = Text(
                f"“{header}”有 {wrong}/{filled} 个单元格与该列应有的内容不符，可能整列错位。",
                f"{wrong} of {filled} cells of “{header}” do not fit; the column may be shifted.",
            )
            if column.required or column.name in profile.identity_columns:
                result.quarantine(text)
                return
            result.reasons.append(text)
        if past is not None and money is not None and column.name in past.money:
            before = past.money[column.name]
            was, now = before.zeros / max(before.known, 1), money.zeros / max(money.known, 1)
            if min(before.known, money.known) >= t.least_rows and now - was >= t.more_zeros:
                result.quarantine(
                    Text(
                        f"“{header}”为0的占 {now:.0%}，上期只占 {was:.0%}，金额可能没有导出。",
                        f"{now:.0%} of “{header}” are zero, last time {was:.0%}; the amounts may "
                        "not have been exported.",
                    )
                )
                return
            if money.median and before.median:
                factor = money.median / before.median
                if factor >= t.unit_jump or factor <= 1 / t.unit_jump:
                    result.quarantine(
                        Text(
                            f"“{header}”的中位数由 {_yuan(before.median)} 变为 "
                            f"{_yuan(money.median)}，单位(元、万元)可能变了。",
                            f"The median of “{header}” went from {_yuan(before.median)} to "
                            f"{_yuan(money.median)}; the unit (元, 万元) may have changed.",
                        )
                    )
                    return
    if _rows_spoilt(result, profile, t) or _words_lost(result, profile, past, t):
        return
    for name, (filled, distinct) in profile.distinct_names.items():
        if filled >= 5 * t.least_rows and distinct / filled < t.few_names:
            header = profile.headers.get(name, name)
            result.quarantine(
                Text(
                    f"“{header}”{filled} 行只有 {distinct} 个不同的值，整列可能填充错误。",
                    f"“{header}” has only {distinct} different values in {filled} rows; the column "
                    "may have been filled by mistake.",
                )
            )
            return


def _rows_spoilt(result: Assessment, profile: Profile, t: Thresholds) -> bool:
    """Most rows unusable, or numbers that stand beside other people's names."""
    many = 2 * t.least_rows
    if profile.of_another >= many and profile.of_another / profile.read >= t.of_another:
        result.quarantine(
            Text(
                f"{profile.of_another}/{profile.read} 行的证件号与姓名不是同一人，"
                "可能整列错行，须整份核对重报。",
                f"In {profile.of_another} of {profile.read} rows number and name are two "
                "persons'; a column may have slipped, the whole file has to be checked and sent "
                "again.",
            )
        )
    elif profile.unusable >= many and profile.unusable / profile.read >= t.unusable:
        result.quarantine(
            Text(
                f"{profile.unusable}/{profile.read} 行不能采用，其余各行也不可靠，须整份核对重报。",
                f"{profile.unusable} of {profile.read} rows cannot be used, so the others are not "
                "reliable either; the whole file has to be checked and sent again.",
            )
        )
    return result.quarantined


def _words_lost(result: Assessment, profile: Profile, past: Profile | None, t: Thresholds) -> bool:
    """A column that told rows apart last time and says one and the same now."""
    for name, (cells, distinct, _) in profile.words.items():
        before = past.words.get(name, (0, 0, 0)) if past else (0, 0, 0)
        if distinct == 1 and cells >= 5 * t.least_rows and before[2] >= t.few_others:
            if cells < before[0] / 2:
                continue
            header = profile.headers.get(name, name)
            result.quarantine(
                Text(
                    f"“{header}”{cells} 行全部相同，上期有 {before[1]} 种取值"
                    f"({before[2]} 行与多数不同)，整列可能填充错误。",
                    f"“{header}” is the same in all {cells} rows; last time there were "
                    f"{before[1]} values ({before[2]} rows unlike the others). The column may have "
                    "been filled by mistake.",
                )
            )
            return True
    return False


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
    why = overdue(contract, period, as_of, t) if newest else None
    if why is not None:
        result.mark(np.arange(len(result.status)), AreaStatus.late, why)
        result.reasons.append(why)


def overdue(
    contract: Contract, period: date, as_of: date, thresholds: Thresholds = THRESHOLDS
) -> Text | None:
    """Why the newest delivery of a contract is too old for its rhythm; None when it is not."""
    months = (as_of.year - period.year) * 12 + as_of.month - period.month
    if months <= dict(thresholds.months).get(contract.frequency or "once", 10_000):
        return None
    rhythm = _RHYTHM.get(contract.frequency or "", "期")
    return Text(
        f"最近一期是 {period:%Y-%m}，按{rhythm}报送已过期 {months} 个月。",
        f"The newest delivery is for {period:%Y-%m}, {months} months old "
        f"(expected every {contract.frequency}).",
    )


def _totals(result: Assessment, profile: Profile, land: Land, t: Thresholds) -> None:
    """The sender's own total says that rows are missing."""
    for stated, computed, label in profile.shortfalls:
        if stated <= 0 or computed >= stated * (1 - t.totals):
            continue
        why = Text(
            f"表内合计({label})为 {stated:,.2f}，逐行相加只有 {computed:,.2f}，可能缺行。",
            f"The sender's total ({label}) is {stated:,.2f}, the rows add up to {computed:,.2f}; "
            "rows may be missing.",
        )
        result.mark(np.arange(land.villages), AreaStatus.partial, why)
        result.reasons.append(why)
        return

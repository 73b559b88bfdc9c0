"""Judging all deliveries of an intake and writing down which villages they do not cover."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.feeds.areas import Land
from fangpin.feeds.broken import records
from fangpin.feeds.completeness import Assessment, assess
from fangpin.feeds.delivery import AreaStatus, ControlTotal
from fangpin.feeds.linking import Links
from fangpin.feeds.placing import Placing
from fangpin.feeds.profile import Profile, control_totals, profile_of
from fangpin.feeds.register import Register
from fangpin.feeds.rows import TypedRows
from fangpin.kernel.errors import Text
from fangpin.policy.pack import Pack

if TYPE_CHECKING:
    from fangpin.feeds.arrivals import Arrival

FeedKey = tuple[str, date]

COVERAGE_SCHEMA: dict[str, type[pl.DataType]] = {
    "contract": pl.String,
    "period": pl.Date,
    "village": pl.UInt32,
    "status": pl.String,
    "reason_zh": pl.String,
    "reason_en": pl.String,
}
NOT_DELIVERED = Text("没有收到这项数据。", "This feed has not been delivered.")
ROW_UNUSABLE = Text("本村的行不能采用。", "The row of this village cannot be used.")


@dataclass
class Assessed:
    """One table of a delivery after linking."""

    typed: TypedRows
    placing: Placing
    links: Links
    arrival: "Arrival"

    @property
    def villages(self) -> NDArray[np.int64]:
        """Dense village of every row: of the person it was booked to, else as written."""
        linked = self.links.village
        return np.where(linked >= 0, linked, self.placing.village)


@dataclass
class Judged:
    """What was found about one contract and period. `period` of its delivery; `totals` the control
    totals of each of its tables, by file."""

    assessment: Assessment
    profile: Profile
    totals: dict[str, list[ControlTotal]]

    @property
    def quarantined(self) -> bool:
        return self.assessment.quarantined


def land_of(register: Register) -> Land:
    """The register's villages as completeness checks need them."""
    return Land(
        persons=register.places["persons"].cast(pl.Int64).to_numpy(),
        households=register.places["households"].cast(pl.Int64).to_numpy(),
        township=register.township_of_village,
        names=register.townships,
    )


def assess_all(
    feeds: dict[FeedKey, list[Assessed]],
    register: Register,
    pack: Pack,
    as_of: date,
    previous: list[dict[str, Any]] | None,
) -> dict[FeedKey, Judged]:
    """Every delivery judged, each against the one before it."""
    land = land_of(register)
    profiles: dict[FeedKey, Profile] = {}
    totals: dict[FeedKey, dict[str, list[ControlTotal]]] = {}
    for key, parts in feeds.items():
        profiles[key], totals[key] = _profile(key, parts, land)
    judged: dict[FeedKey, Judged] = {}
    for key in sorted(feeds):
        name, period = key
        periods = sorted(other for contract, other in feeds if contract == name)
        earlier = [other for other in periods if other < period]
        past = profiles[name, earlier[-1]] if earlier else None
        assessment = assess(
            pack.contracts[name],
            profiles[key],
            land,
            as_of,
            newest=period == periods[-1],
            past=past,
            past_rows=None if past else _past_rows(name, period, register, previous),
        )
        _unusable_villages(assessment, feeds[key])
        judged[key] = Judged(assessment, profiles[key], totals[key])
    return judged


def _profile(
    key: FeedKey, parts: list[Assessed], land: Land
) -> tuple[Profile, dict[str, list[ControlTotal]]]:
    broken = sum(
        records(sheet)
        for sheet in {
            id(part.typed.block.recognised.table.sheet): part.typed.block.recognised.table.sheet
            for part in parts
        }.values()
    )
    profile = profile_of(
        [part.typed for part in parts],
        [part.villages for part in parts],
        land.villages,
        key[1],
        broken,
    )
    for part in parts:
        for _, village in part.links.also:
            profile.rows_by_village[village] += 1
    by_file: dict[str, list[ControlTotal]] = {}
    for part in parts:
        found, pairs = control_totals([part.typed])
        by_file.setdefault(part.arrival.file, []).extend(found)
        profile.shortfalls.extend(pairs)
    return profile, by_file


def assess_alone(
    feeds: dict[FeedKey, list[Assessed]], pack: Pack, as_of: date
) -> dict[FeedKey, Judged]:
    """Deliveries judged by their content alone: there is no register, so there are no areas."""
    nothing = np.zeros(0, dtype=np.int64)
    land = Land(nothing, nothing, nothing, ())
    judged: dict[FeedKey, Judged] = {}
    for key, parts in feeds.items():
        profile, totals = _profile(key, parts, land)
        assessment = assess(pack.contracts[key[0]], profile, land, as_of, newest=True)
        judged[key] = Judged(assessment, profile, totals)
    return judged


def _past_rows(
    contract: str, period: date, register: Register, previous: list[dict[str, Any]] | None
) -> NDArray[np.float64] | None:
    """Rows per township of the newest earlier delivery of the contract in a previous run."""
    earlier = [
        entry
        for entry in previous or []
        if entry.get("contract") == contract
        and entry.get("verdict") in ("accepted", "accepted_with_gaps")
        and entry.get("period")
        and date.fromisoformat(entry["period"]) < period
    ]
    if not earlier:
        return None
    newest = max(entry["period"] for entry in earlier)
    rows = np.zeros(len(register.townships))
    for entry in earlier:
        if entry["period"] != newest:
            continue
        for area in entry.get("areas") or []:
            if area["township"] in register.townships:
                rows[register.townships.index(area["township"])] += area["rows"]
    return rows if rows.any() else None


def _unusable_villages(assessment: Assessment, parts: list[Assessed]) -> None:
    """A village whose own row was rejected is not covered (contracts about villages)."""
    for part in parts:
        if part.typed.contract.subject != "village" or assessment.quarantined:
            continue
        rejected = ~part.typed.used & (part.villages >= 0)
        duplicate = part.typed.verdicts.mask_of("duplicate")
        lost = np.unique(part.villages[rejected & ~duplicate])
        present = np.unique(part.villages[part.typed.used & (part.villages >= 0)])
        lost = np.setdiff1d(lost, present)
        if len(lost):
            assessment.mark(lost, AreaStatus.partial, ROW_UNUSABLE)


def coverage_frame(
    judged: dict[FeedKey, Judged], pack: Pack, as_of: date, villages: int
) -> pl.DataFrame:
    """Villages without a complete delivery; what was never delivered is missing everywhere."""
    rows: list[tuple[str, date, int, str, str, str]] = []
    for (contract, period), found in sorted(judged.items(), key=lambda entry: entry[0]):
        for village, status in enumerate(found.assessment.status):
            if status is AreaStatus.complete:
                continue
            why = found.assessment.why[village]
            rows.append((contract, period, village, status.value, why.zh, why.en))
    delivered = {contract for contract, _ in judged}
    month = as_of.replace(day=1)
    for name, declared in pack.contracts.items():
        if declared.role != "feed" or name in delivered:
            continue
        missing, zh, en = AreaStatus.missing.value, NOT_DELIVERED.zh, NOT_DELIVERED.en
        rows += [(name, month, village, missing, zh, en) for village in range(villages)]
    return pl.DataFrame(rows, schema=COVERAGE_SCHEMA, orient="row").sort(
        "contract", "period", "village"
    )

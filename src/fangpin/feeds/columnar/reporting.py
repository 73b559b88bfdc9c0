"""What became of every file and row of a columnar source: deliveries and the list of rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.feeds.columnar.coverage import late_reason
from fangpin.feeds.columnar.linking import Linked
from fangpin.feeds.columnar.register import Register
from fangpin.feeds.columnar.source import ColumnarSource, DeliveredFile
from fangpin.feeds.delivery import Area, AreaStatus, Delivery, RowCounts, Verdict
from fangpin.feeds.reasons import REASONS, Action
from fangpin.feeds.suspects import NO_NUMBER, SUSPECTS_SCHEMA
from fangpin.feeds.tally import ROWS_SCHEMA
from fangpin.kernel.errors import Text
from fangpin.policy.pack import Contract, Pack

_ROLES = {
    "places": "household_register",
    "households": "household_register",
    "persons": "person_register",
    "identity": "person_register",
}
NOT_READ = Text(
    "没有事实项用到这一期，未读入。", "No fact of the pack reads this delivery; it was not opened."
)


@dataclass(frozen=True)
class Report:
    """Everything that is told of one source. `without`: persons without a usable number."""

    source: ColumnarSource
    pack: Pack
    as_of: date
    register: Register
    without: int
    linked: Mapping[Path, Linked]
    coverage: pl.DataFrame
    hashes: Mapping[Path, str]

    def deliveries(self) -> list[Delivery]:
        """One entry per file, in order of name."""
        found = [self._of_register(name) for name in _ROLES]
        delivered = [*self.source.deliveries, *self.source.unread]
        for file in delivered:
            entry = self._of_feed(file)
            why = late_reason(file, delivered, self.as_of)
            if why is not None:
                entry.verdict = Verdict.accepted_with_gaps
                entry.reasons.append(why)
            found.append(entry)
        for file in self.source.future:
            entry = self._of_feed(file)
            entry.verdict = Verdict.quarantined
            entry.reasons = [
                Text(
                    f"所属期 {file.period:%Y-%m} 晚于核查日 {self.as_of}。",
                    f"The period {file.period:%Y-%m} lies after the day of screening {self.as_of}.",
                )
            ]
            found.append(entry)
        return sorted(found, key=lambda each: each.file)

    def _entry(self, path: Path, contract: Contract | None) -> Delivery:
        entry = Delivery(path.name, self.hashes[path], path.stat().st_size, "parquet")
        if path.parent.name == "register":
            entry.file = self.source.name_of(path)
        if contract is not None:
            entry.contract, entry.label, entry.sender = (
                contract.name, contract.label, contract.sender,
            )  # fmt: skip
        return entry

    def _of_register(self, name: str) -> Delivery:
        contract = next(
            (each for each in self.pack.contracts.values() if each.role == _ROLES[name]), None
        )
        entry = self._entry(self.source.register_file(name), contract)
        rows = self.source.heights[name]
        entry.rows = RowCounts(read=rows, accepted=rows)
        if name == "identity" and self.without:
            entry.rows.flagged = self.without
            entry.verdict = Verdict.accepted_with_gaps
            entry.reasons.append(
                Text(
                    f"{self.without:,} 人的证件号不能采用或与他人相同，按号比对时找不到他们。",
                    f"{self.without:,} persons have no usable number or share it with somebody; "
                    "they cannot be found by number.",
                )
            )
        for table, column, reason, cells in self.register.unusable:
            if table == name:
                entry.verdict = Verdict.accepted_with_gaps
                entry.reasons.append(_unusable(column, reason, cells))
        return entry

    def _of_feed(self, file: DeliveredFile) -> Delivery:
        entry = self._entry(file.path, file.contract)
        entry.period = file.period
        linked = self.linked.get(file.path)
        if linked is None:
            entry.reasons.append(NOT_READ)
            return entry
        rejected = linked.rejected["row"].n_unique()
        entry.rows = RowCounts(
            read=linked.read,
            accepted=linked.read - rejected - linked.corrected,
            corrected=linked.corrected,
            rejected=rejected,
            of_which_duplicates=linked.duplicates,
        )
        entry.linked = linked.linked
        entry.not_linked = linked.read - rejected - linked.linked
        entry.reasons += [_unusable(*each) for each in linked.unusable]
        entry.areas = self._areas(file, linked)
        gaps = linked.unusable or any(
            area.status is not AreaStatus.complete for area in entry.areas
        )
        entry.verdict = Verdict.accepted_with_gaps if gaps else Verdict.accepted
        return entry

    def _areas(self, file: DeliveredFile, linked: Linked) -> list[Area]:
        """Booked rows and the worst status by township."""
        names, township = self._townships
        order = [status.value for status in AreaStatus]
        covered = self.coverage.filter(
            (pl.col("contract") == file.contract.name) & (pl.col("period") == file.period)
        )
        worst = np.zeros(len(names), dtype=np.int64)
        ranks = np.array([order.index(each) for each in covered["status"]], dtype=np.int64)
        np.maximum.at(worst, township[covered["village"].to_numpy()], ranks)
        rows = np.zeros(len(names), dtype=np.int64)
        np.add.at(rows, township, linked.villages)
        status = list(AreaStatus)
        return [
            Area(code, name, count, None, status[rank])
            for (code, name), count, rank in zip(names, rows.tolist(), worst.tolist(), strict=True)
        ]

    @cached_property
    def _townships(self) -> tuple[list[tuple[str, str]], NDArray[np.int64]]:
        """Code and name of each township, and the township of each village."""
        known: dict[str | None, int] = {}
        names: list[tuple[str, str]] = []
        of_village = []
        places = self.register.places
        for code, name in zip(places["township_code"], places["township"], strict=True):
            if code not in known:
                known[code] = len(names)
                names.append((code or "", name or ""))
            of_village.append(known[code])
        return names, np.array(of_village, dtype=np.int64)

    def rows(self) -> pl.DataFrame:
        """One line per row that goes back."""
        return worded([each for _, each in sorted(self.linked.items())])


def _unusable(column: str, reason: str, cells: int) -> Text:
    if reason == "unknown_word":
        return Text(
            f"“{column}”有 {cells:,} 个取值不在词表中，按未知处理。",
            f"“{column}” holds {cells:,} words that its vocabulary does not have; they count as "
            "unknown.",
        )
    return Text(
        f"“{column}”有 {cells:,} 个数值超出范围，按未知处理。",
        f"“{column}” holds {cells:,} values out of bounds; they count as unknown.",
    )


def worded(linked: list[Linked]) -> pl.DataFrame:
    """All rejected rows with their sentences, by file and row."""
    found = [
        each.rejected.with_columns(pl.lit(at, pl.UInt16).alias("_at"))
        for at, each in enumerate(linked)
    ]
    if not found:
        return pl.DataFrame(schema=ROWS_SCHEMA)
    groups = pl.concat(found).partition_by("reason", "column", as_dict=True)
    if not groups:
        return pl.DataFrame(schema=ROWS_SCHEMA)
    lines = [_worded(rows, str(reason), str(name)) for (reason, name), rows in groups.items()]
    whole = pl.concat(lines).sort("_at", "row", "reason", maintain_order=True)
    files = pl.Series([each.file.path.name for each in linked], dtype=pl.String)
    contracts = pl.Series([each.file.contract.name for each in linked], dtype=pl.String)
    return (
        whole.with_columns(
            files.gather(whole["_at"]).alias("file"),
            pl.lit("").alias("sheet"),
            contracts.gather(whole["_at"]).alias("contract"),
        )
        .select(list(ROWS_SCHEMA))
        .cast(ROWS_SCHEMA)  # type: ignore[arg-type]
    )


def _worded(rows: pl.DataFrame, reason: str, column: str) -> pl.DataFrame:
    """Rows of one reason with their sentences; only what was sent differs from row to row."""
    entry = REASONS[reason]
    said = (
        pl.col("delivered")
        .fill_null("")
        .str.replace_all(r"\s+", " ")
        .str.strip_chars()
        .str.slice(0, 120)
    )

    again = reason == "duplicate_row"
    mark = "{detail}" if again else "{delivered}"

    def filled(template: str) -> pl.Expr:
        before, found, after = template.replace("{header}", column).partition(mark)
        return pl.lit(before) + said + pl.lit(after) if found else pl.lit(before)

    return rows.select(
        "_at",
        "row",
        pl.lit("").alias("column"),
        pl.lit(column).alias("header"),
        pl.lit((Action.duplicate if again else Action.rejected).value).alias("action"),
        "reason",
        filled(entry.what.zh).alias("reason_zh"),
        filled(entry.what.en).alias("reason_en"),
        filled(entry.remedy.zh).alias("remedy_zh"),
        filled(entry.remedy.en).alias("remedy_en"),
        pl.lit(None, pl.String).alias("delivered") if again else pl.col("delivered"),
        pl.lit(None, pl.String).alias("taken_as"),
    )


def suspects_of(
    files: Iterable[DeliveredFile], without: NDArray[np.int64], register_file: str
) -> pl.DataFrame:
    """Persons without a usable number: for them an absent row proves nothing."""
    frames = [pl.DataFrame(schema=SUSPECTS_SCHEMA)]
    for file in files:
        if file.about != "id_number" or file.contract.subject not in ("person", "household"):
            continue
        frames.append(
            pl.DataFrame({"person": pl.Series(without, dtype=pl.UInt32)})
            .with_columns(
                contract=pl.lit(file.contract.name),
                period=pl.lit(file.period),
                file=pl.lit(register_file),
                sheet=pl.lit(""),
                row=pl.col("person") + 1,
                reason=pl.lit(NO_NUMBER),
            )
            .select(list(SUSPECTS_SCHEMA))
            .cast(SUSPECTS_SCHEMA)  # type: ignore[arg-type]
        )
    return pl.concat(frames).sort("contract", "period", "person")

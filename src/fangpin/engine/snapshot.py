"""The immutable input of a run: the register and the deliveries as of one date, in columns.

Persons are sorted by household and households by village, so that "all members of a household" is
a range of rows and a person is a number. A snapshot holds neither names nor identity numbers.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.engine.dependencies import Deliveries, FeedKey
from fangpin.engine.dialect_numpy import Groups
from fangpin.engine.once import once
from fangpin.kernel.hashing import frame_hash, text_hash

__all__ = ["ELSEWHERE", "FeedKey", "Snapshot", "table_of"]

Form = Literal["zstd", "lz4", "arrow"]
"""Parquet, compressed so, or Arrow: larger, and written in a tenth of the time."""

ELSEWHERE = 2**32 - 1
"""In a link of a part's delivered row: it names somebody who lies in another part."""

_TABLES = ("places", "households", "persons", "coverage", "suspects")


@dataclass(frozen=True)
class Snapshot:
    """Tables as described in docs/architecture.md.

    `places` row = village; `households.village` and `persons.household` are row numbers;
    `coverage` holds (contract, period, village, status) where a delivery is not complete;
    `suspects` (contract, period, person, …) whom an unusable row may concern;
    `feeds` the accepted rows of each delivery with `_person _household _village _file _sheet _row`.

    `known_hash`: the hash where it is known from elsewhere (from the files the tables came from, or
    of the whole that this is a part of); `known_deliveries`: those of that whole.
    """

    places: pl.DataFrame
    households: pl.DataFrame
    persons: pl.DataFrame
    feeds: Mapping[FeedKey, pl.DataFrame]
    coverage: pl.DataFrame
    suspects: pl.DataFrame
    files: tuple[str, ...]
    sheets: tuple[str, ...]
    known_hash: str | None = None
    known_deliveries: Deliveries | None = None

    @once
    def hash(self) -> str:
        """sha256 over the content of all tables, unless known from elsewhere."""
        if self.known_hash is not None:
            return self.known_hash
        parts = [f"{name}:{frame_hash(getattr(self, name))}" for name in _TABLES]
        for key in sorted(self.feeds):
            parts.append(f"{key[0]}@{key[1]:%Y-%m}:{frame_hash(self.feeds[key])}")
        parts.append(json.dumps([self.files, self.sheets], ensure_ascii=False))
        return text_hash("\n".join(parts))

    @once
    def deliveries(self) -> Deliveries:
        """Which deliveries are there, and which are known to be late or missing."""
        if self.known_deliveries is not None:
            return self.known_deliveries
        expected = self.coverage.select("contract", "period").unique().rows()
        return Deliveries.of(self.feeds, expected)

    def villages_where(self, key: FeedKey, statuses: tuple[str, ...]) -> NDArray[np.bool_] | None:
        """Villages where a delivery has one of these statuses; None when there is none."""
        if (key, statuses) not in self._villages_where:
            found = [villages for status, villages in self._gaps.get(key, ()) if status in statuses]
            mask = np.zeros(self.places.height, dtype=np.bool_)
            for villages in found:
                mask[villages] = True
            self._villages_where[key, statuses] = mask if found else None
        return self._villages_where[key, statuses]

    @once
    def _villages_where(self) -> dict[tuple[FeedKey, tuple[str, ...]], NDArray[np.bool_] | None]:
        """What has been asked before."""
        return {}

    @once
    def _gaps(self) -> dict[FeedKey, list[tuple[str, NDArray[np.uint32]]]]:
        """`coverage` by delivery: villages of each status."""
        return {
            key: [
                (str(status), rows["village"].to_numpy())
                for (status,), rows in gaps.partition_by("status", as_dict=True).items()
            ]
            for key, gaps in _by_delivery(self.coverage).items()
        }

    @once
    def doubtful_persons(self) -> dict[FeedKey, NDArray[np.int64]]:
        """For each delivery the persons whom an unusable row may concern."""
        return {
            key: suspects["person"].cast(pl.Int64).to_numpy()
            for key, suspects in _by_delivery(self.suspects).items()
        }

    # ---- relations -----------------------------------------------------------------------------

    @once
    def households_of_persons(self) -> NDArray[np.int64]:
        """Row of the household of each person."""
        return self.members.group

    @once
    def villages_of_households(self) -> NDArray[np.int64]:
        """Row of the village of each household."""
        return self.households["village"].cast(pl.Int64).to_numpy()

    @once
    def villages_of_persons(self) -> NDArray[np.int64]:
        """Row of the village of each person."""
        return self.villages_of_households[self.households_of_persons]

    def above(self, subject: str, target: str) -> NDArray[np.int64]:
        """For each row of `subject` the row of `target` it belongs to."""
        match subject, target:
            case "person", "household":
                return self.households_of_persons
            case "person", "village":
                return self.villages_of_persons
            case "household", "village":
                return self.villages_of_households
            case _:
                raise ValueError(f"a {subject} does not belong to a {target}")

    @once
    def members(self) -> Groups:
        """Persons by household."""
        household = self.persons["household"].to_numpy()
        # Persons are sorted by household: only where it changes is looked at.
        changes = np.ones(len(household), dtype=np.bool_)
        np.not_equal(household[1:], household[:-1], out=changes[1:])
        first = np.append(np.flatnonzero(changes), len(household))
        if len(first) <= self.households.height:  # some have no members
            homes = household[first[:-1]].astype(np.int64)
            before = np.diff(homes, prepend=-1, append=self.households.height)
            first = np.repeat(first, before)
        return Groups(first)

    def size(self, subject: str) -> int:
        """How many persons, households or villages there are."""
        return self.table(subject).height

    def table(self, subject: str) -> pl.DataFrame:
        """The register's table of a subject."""
        return {"person": self.persons, "household": self.households, "village": self.places}[
            subject
        ]

    def village_of(self, subject: str) -> NDArray[np.int64]:
        """Row of the village of each row of `subject`."""
        if subject == "village":
            return np.arange(self.places.height, dtype=np.int64)
        return self.above(subject, "village")

    def household_of(self, persons: NDArray[np.int64]) -> NDArray[np.int64]:
        """Row of the household of some persons, without working it out for all."""
        return self.persons["household"].to_numpy()[persons].astype(np.int64)

    def village_rows(self, subject: str, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Row of the village of some rows of `subject`, without working it out for all."""
        if subject == "village":
            return rows
        households = self.household_of(rows) if subject == "person" else rows
        return self.households["village"].to_numpy()[households].astype(np.int64)

    # ---- files ---------------------------------------------------------------------------------

    def save(
        self, folder: Path, form: Form = "zstd", written: Mapping[str, Path] | None = None
    ) -> None:
        """Write the tables into `folder` (made if needed). `written`: Arrow files that hold some of
        them already and never change, by the names of the tables; they are linked if possible."""
        (folder / "feeds").mkdir(parents=True, exist_ok=True)
        tables = {name: getattr(self, name) for name in _TABLES}
        for (contract, period), frame in self.feeds.items():
            tables[f"feeds/{contract}@{period:%Y-%m}"] = frame
        for name, frame in tables.items():
            file = (written or {}).get(name)
            if file is None or not _linked(file, folder / f"{name}.arrow"):
                _write(frame, folder / name, form)
        sources: dict[str, Any] = {"files": self.files, "sheets": self.sheets}
        if self.known_hash is not None:
            sources["hash"] = self.known_hash
        if self.known_deliveries is not None:
            sources["deliveries"] = self.known_deliveries.as_json()
        (folder / "sources.json").write_text(
            json.dumps(sources, ensure_ascii=False, indent=1), encoding="utf-8"
        )

    @classmethod
    def load(cls, folder: Path) -> "Snapshot":
        """What `save` wrote."""
        tables = {name: table_of(folder, name).collect() for name in _TABLES}
        feeds: dict[FeedKey, pl.DataFrame] = {}
        for name in sorted({path.stem for path in (folder / "feeds").iterdir()}):
            contract, _, month = name.partition("@")
            frame = table_of(folder / "feeds", name).collect()
            feeds[contract, date.fromisoformat(f"{month}-01")] = frame
        sources = json.loads((folder / "sources.json").read_text(encoding="utf-8"))
        return cls(
            feeds=feeds,
            files=tuple(sources["files"]),
            sheets=tuple(sources["sheets"]),
            known_hash=sources.get("hash"),
            known_deliveries=Deliveries.from_json(sources["deliveries"])
            if "deliveries" in sources
            else None,
            **tables,
        )


def table_of(folder: Path, name: str) -> pl.LazyFrame:
    """One table of a snapshot that was saved in `folder`, whole or in parts."""
    if (folder / "parts.json").is_file():
        return _table_of_parts(folder, name)
    arrow = folder / f"{name}.arrow"
    if arrow.is_file():
        return pl.scan_ipc(arrow)
    return pl.scan_parquet(folder / f"{name}.parquet")


def _linked(file: Path, path: Path) -> bool:
    try:
        path.hardlink_to(file)
    except OSError:  # another disk, or one that knows no links
        return False
    return True


def _table_of_parts(folder: Path, name: str) -> pl.LazyFrame:
    """The table of all parts, with the row numbers of the whole."""
    counted = {
        "households": ("village", "villages"),
        "persons": ("household", "households"),
        "coverage": ("village", "villages"),
        "suspects": ("person", "persons"),
    }
    listed = json.loads((folder / "parts.json").read_text(encoding="utf-8"))["parts"]
    tables = []
    for number, starts in enumerate(listed):
        table = table_of(folder / "parts" / f"{number:04d}", name)
        if name in counted:
            column, start = counted[name]
            table = table.with_columns(pl.col(column) + pl.lit(starts[start], pl.UInt32))
        tables.append(table)
    return pl.concat(tables)


def _write(frame: pl.DataFrame, path: Path, form: Form) -> None:
    if form == "arrow":
        frame.write_ipc(path.with_name(f"{path.name}.arrow"))
    else:
        frame.write_parquet(path.with_name(f"{path.name}.parquet"), compression=form)


def _by_delivery(frame: pl.DataFrame) -> dict[FeedKey, pl.DataFrame]:
    if not frame.height:
        return {}
    found = frame.partition_by("contract", "period", as_dict=True)
    return {(str(contract), period): rows for (contract, period), rows in found.items()}

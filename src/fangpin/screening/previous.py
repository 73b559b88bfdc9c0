"""The run before this one: its findings, its deliveries, and last month's rows."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from fangpin.engine.partition import load_whole
from fangpin.engine.snapshot import Snapshot
from fangpin.kernel.errors import FangpinError
from fangpin.kernel.hashing import value_hash


@dataclass(frozen=True)
class PreviousRun:
    """A finished run folder."""

    folder: Path

    @classmethod
    def open(cls, folder: Path) -> "PreviousRun":
        """Raises FangpinError when the folder is not a finished run."""
        needed = ("run.json", "findings.parquet", "deliveries.json", "snapshot")
        missing = [name for name in needed if not (folder / name).exists()]
        if missing:
            raise FangpinError.because(
                f"“{folder}”不是一次完成的比对结果，缺少 {'、'.join(missing)}",
                f"{folder} is not a finished run, it lacks {', '.join(missing)}",
                do_zh="指向 fangpin screen --out 写成的文件夹，或去掉 --previous",
                do_en="name a folder that `fangpin screen --out` wrote, or leave out --previous",
            )
        return cls(folder)

    @cached_property
    def facts(self) -> dict[str, Any]:
        """run.json."""
        loaded: dict[str, Any] = json.loads((self.folder / "run.json").read_text("utf-8"))
        return loaded

    @cached_property
    def findings(self) -> pl.DataFrame:
        return pl.read_parquet(self.folder / "findings.parquet")

    @cached_property
    def deliveries(self) -> list[dict[str, Any]]:
        """deliveries.json."""
        loaded: list[dict[str, Any]] = json.loads(
            (self.folder / "deliveries.json").read_text("utf-8")
        )
        return loaded

    @cached_property
    def snapshot(self) -> Snapshot:
        folder = self.folder / "snapshot"
        return load_whole(folder) if (folder / "parts.json").is_file() else Snapshot.load(folder)

    @property
    def delivered(self) -> set[str]:
        """The deliveries in its snapshot, as contract@yyyy-mm, without loading them."""
        folder = self.folder / "snapshot"
        if (folder / "parts.json").is_file():
            folder = folder / "parts" / "0000"
        return {path.stem for path in (folder / "feeds").iterdir()}

    def completed(self, snapshot: Snapshot) -> Snapshot:
        """`snapshot` with the deliveries of earlier months that only the previous run had.

        Persons and households are found again by their numbers in the register, villages by code.
        """
        as_of = date.fromisoformat(self.facts["as_of"])
        if not any(key not in snapshot.feeds and key[1] <= as_of for key in self.snapshot.feeds):
            return snapshot
        feeds = dict(snapshot.feeds)
        lookup = {
            "_person": _renumbered(self.snapshot.persons, snapshot.persons, "number"),
            "_household": _renumbered(self.snapshot.households, snapshot.households, "number"),
            "_village": _renumbered(self.snapshot.places, snapshot.places, "code"),
        }
        files = list(snapshot.files)
        sheets = list(snapshot.sheets)
        added = []
        for key, frame in self.snapshot.feeds.items():
            if key in feeds or key[1] > as_of:
                continue
            added.append(key)
            for name, numbers in lookup.items():
                if name in frame.columns:
                    frame = frame.with_columns(
                        numbers.gather(frame[name]).cast(frame[name].dtype).alias(name)
                    )
            frame = frame.with_columns(
                (pl.col("_file").cast(pl.UInt32) + len(files)).cast(frame["_file"].dtype),
                (pl.col("_sheet").cast(pl.UInt32) + len(sheets)).cast(frame["_sheet"].dtype),
            )
            feeds[key] = frame
        return replace(
            snapshot,
            feeds=dict(sorted(feeds.items())),
            # What was doubtful about them stays doubtful.
            coverage=_with(
                snapshot.coverage, self.snapshot.coverage, added, "village", lookup["_village"]
            ),
            suspects=_with(
                snapshot.suspects, self.snapshot.suspects, added, "person", lookup["_person"]
            ),
            files=(*files, *self.snapshot.files),
            sheets=(*sheets, *self.snapshot.sheets),
            known_hash=self.hash_with(
                snapshot.known_hash, [f"{contract}@{month:%Y-%m}" for contract, month in added]
            ),
        )

    def hash_with(self, known: str | None, added: Iterable[str]) -> str | None:
        """The hash of a snapshot `known` by its files, completed with deliveries of this run (as
        contract@yyyy-mm)."""
        if known is None:
            return None
        return value_hash([known, self.facts["snapshot_hash"], sorted(added)])


def _with(
    frame: pl.DataFrame,
    before: pl.DataFrame,
    feeds: list[tuple[str, date]],
    column: str,
    numbers: pl.Series,
) -> pl.DataFrame:
    """`frame` and the rows of `before` about `feeds`, with today's numbers in `column`."""
    keys = pl.DataFrame(
        feeds, schema={"contract": pl.String, "period": frame.schema["period"]}, orient="row"
    )
    earlier = before.join(keys, on=["contract", "period"], how="semi", maintain_order="left")
    if not earlier.height:
        return frame
    renumbered = numbers.gather(earlier[column]).cast(frame.schema[column])
    earlier = earlier.with_columns(renumbered.alias(column)).drop_nulls(column)
    return pl.concat([frame, earlier.select(frame.columns)])


def _renumbered(before: pl.DataFrame, now: pl.DataFrame, key: str) -> pl.Series:
    """For each row of `before` its row in `now`, or null."""
    return before.select(key).join(
        now.select(key).with_row_index("_row"), on=key, how="left", maintain_order="left"
    )["_row"]

"""Some households of a snapshot with everything that concerns them, as a snapshot of its own.

Findings are few among many: why they hold is worked out on the households they concern. Facts and
conditions have the same values there, because all members and all their rows are taken along and
every village stays.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.engine.rows import link_numbers
from fangpin.engine.snapshot import ELSEWHERE, Snapshot

Int64 = NDArray[np.int64]


@dataclass(frozen=True)
class Selection:
    """`households` and `persons`: rows in the whole of the rows of `snapshot`; villages are all."""

    snapshot: Snapshot
    households: Int64
    persons: Int64

    def rows(self, subject: str, whole: Int64) -> Int64:
        """Rows here of subjects given by their rows in the whole."""
        if subject == "village":
            return whole
        return np.searchsorted(self.households if subject == "household" else self.persons, whole)


def selected(
    snapshot: Snapshot, households: Int64, with_villages: Collection[str] = ()
) -> Selection:
    """The households given by their rows, ascending. Of the contracts `with_villages`, every row
    about a village is kept, whomever it concerns besides."""
    counts = snapshot.members.counts[households]
    ends = np.cumsum(counts)
    shift = snapshot.members.start[households] - (ends - counts)
    persons = np.repeat(shift, counts) + np.arange(int(counts.sum()))
    tables = {
        "_person": _numbered(persons, snapshot.persons.height),
        "_household": _numbered(households, snapshot.households.height),
    }
    taken = snapshot.persons[persons]
    household = pl.Series("household", np.repeat(np.arange(len(households)), counts))
    suspects = snapshot.suspects
    if suspects.height:
        number = tables["_person"][suspects["person"].to_numpy()]
        kept = np.flatnonzero(number >= 0)
        suspects = suspects[kept].with_columns(
            pl.Series("person", number[kept], dtype=suspects.schema["person"])
        )
    return Selection(
        Snapshot(
            places=snapshot.places,
            households=snapshot.households[households],
            persons=taken.with_columns(household.cast(taken.schema["household"])),
            feeds={
                key: _rows(snapshot, frame, tables, key[0] in with_villages)
                for key, frame in snapshot.feeds.items()
            },
            coverage=snapshot.coverage,
            suspects=suspects,
            files=snapshot.files,
            sheets=snapshot.sheets,
            known_hash=snapshot.known_hash,
            known_deliveries=snapshot.deliveries,
        ),
        households,
        persons,
    )


def _numbered(rows: Int64, size: int) -> Int64:
    """The new number of each old row, -1 for those left out."""
    table: Int64 = np.full(size, -1, dtype=np.int64)
    table[rows] = np.arange(len(rows))
    return table


def _rows(
    snapshot: Snapshot, frame: pl.DataFrame, tables: dict[str, Int64], villages: bool
) -> pl.DataFrame:
    """Delivered rows about the households or their members, with their new numbers."""
    keep = np.zeros(frame.height, dtype=np.bool_)
    moved: dict[str, tuple[Int64, Int64]] = {}
    for name, table in tables.items():
        if frame[name].null_count() == frame.height:
            continue
        old, linked = link_numbers(frame, name, len(table))
        new = table[old] if linked.all() else np.where(linked, table[np.where(linked, old, 0)], -1)
        keep |= new >= 0
        moved[name] = old, new
    if villages:
        keep |= link_numbers(frame, "_village", snapshot.places.height)[1]
    kept = np.flatnonzero(keep)
    changed = []
    for name, (old, new) in moved.items():
        number, was = new[kept], old[kept]
        # Somebody who is left out is not nobody: the row still names him.
        series = pl.Series(name, np.where(number < 0, ELSEWHERE, number), dtype=pl.UInt32)
        if was.min(initial=0) < 0:
            series = series.set(pl.Series(was < 0), None)
        changed.append(series.cast(frame.schema[name]))
    return frame[kept].with_columns(changed)

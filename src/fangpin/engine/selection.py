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

from fangpin.engine.column import Mask
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
    taking = {
        "_person": _Taking.of(persons, snapshot.persons.height),
        "_household": _Taking.of(households, snapshot.households.height),
    }
    taken = snapshot.persons[persons]
    household = pl.Series("household", np.repeat(np.arange(len(households)), counts))
    suspects = snapshot.suspects
    if suspects.height:
        person = suspects["person"].cast(pl.Int64).to_numpy()
        kept = np.flatnonzero(taking["_person"].taken[person])
        number = np.searchsorted(persons, person[kept])
        suspects = suspects[kept].with_columns(
            pl.Series("person", number, dtype=suspects.schema["person"])
        )
    return Selection(
        Snapshot(
            places=snapshot.places,
            households=snapshot.households[households],
            persons=taken.with_columns(household.cast(taken.schema["household"])),
            feeds={
                key: _rows(snapshot, frame, taking, key[0] in with_villages)
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


@dataclass(frozen=True)
class _Taking:
    """Which persons or households are taken along: their rows in the whole, and whether each is."""

    rows: Int64
    taken: Mask

    @classmethod
    def of(cls, rows: Int64, size: int) -> "_Taking":
        taken = np.zeros(size, dtype=np.bool_)
        taken[rows] = True
        return cls(rows, taken)


def _rows(
    snapshot: Snapshot, frame: pl.DataFrame, taking: dict[str, _Taking], villages: bool
) -> pl.DataFrame:
    """Delivered rows about the households or their members, with their new numbers."""
    keep = np.zeros(frame.height, dtype=np.bool_)
    linking: list[str] = []
    for name, each in taking.items():
        stored = frame[name]
        if stored.null_count() == frame.height:
            continue
        linking.append(name)
        if not stored.null_count() and stored.to_numpy().max() < len(each.taken):
            # Nearly all deliveries: no copy of the numbers is needed to look them up.
            keep |= each.taken[stored.to_numpy()]
        else:
            number, linked = link_numbers(frame, name, len(each.taken))
            keep[linked] |= each.taken[number[linked]]
    if villages:
        keep |= link_numbers(frame, "_village", snapshot.places.height)[1]
    kept = np.flatnonzero(keep)
    changed = []
    taken = frame[kept]
    for name in linking:
        each = taking[name]
        was = link_numbers(taken, name, len(each.taken))[0]
        there = (was >= 0) & (was < len(each.taken))
        there[there] = each.taken[was[there]]
        # Somebody who is left out is not nobody: the row still names him.
        now = np.full(len(kept), ELSEWHERE)
        now[there] = np.searchsorted(each.rows, was[there])
        series = pl.Series(name, now, dtype=pl.UInt32)
        if was.min(initial=0) < 0:
            series = series.set(pl.Series(was < 0), None)
        changed.append(series.cast(frame.schema[name]))
    return taken.with_columns(changed)

"""Delivered rows → the feed table of a snapshot: whose row it is, in the register's order."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.feeds.columnar.delivered import Delivered, Rejected, matched, read_delivery
from fangpin.feeds.columnar.index import NOBODY, KeyIndex
from fangpin.feeds.columnar.repeated import repeated_rows
from fangpin.feeds.columnar.source import DeliveredFile
from fangpin.policy.pack import Pack

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
Rows = NDArray[Any]
"""Rows of the register, -1 for none: whole numbers of some width."""


@dataclass(frozen=True)
class Relations:
    """Households by person, villages by household, and villages by their code."""

    household: NDArray[np.uint32]
    village: NDArray[np.uint32]
    codes: pl.Series

    @cached_property
    def people(self) -> Int64:
        """The first person of each village, and how many there are."""
        villages = np.arange(len(self.codes) + 1, dtype=self.village.dtype)
        homes = np.searchsorted(self.village, villages).astype(self.household.dtype)
        return np.searchsorted(self.household, homes)


@dataclass
class Linked:
    """The used rows of one file that belong to somebody (or somewhere) in the register.

    `frame` as in a snapshot, without `_file` and `_sheet`; `rejected` what goes back (row reason
    column delivered); `read`, `corrected`, `outside`, `duplicates`, `linked` count rows; `unusable`
    column, reason and number of single cells that could not be used; `villages` booked rows by
    village.
    """

    file: DeliveredFile
    frame: pl.DataFrame
    rejected: pl.DataFrame
    read: int
    corrected: int
    outside: int
    duplicates: int
    linked: int
    unusable: list[tuple[str, str, int]]
    villages: Int64


def link_delivery(
    file: DeliveredFile,
    pack: Pack,
    as_of: date,
    index: Callable[[], KeyIndex],
    relations: Callable[[], Relations],
) -> Linked:
    """Read a delivery and book its rows. `index` and `relations` may wait until they are there."""
    rejected = Rejected()
    frames: list[pl.DataFrame] = []
    subjects: list[Rows] = []
    keeps: list[NDArray[np.bool_]] = []
    corrected = outside = first = 0
    unusable: dict[tuple[str, str], int] = {}
    for piece in read_delivery(file, pack):
        height = piece.frame.height
        if file.about == "id_number":
            person, tidied, strangers = matched(piece, index(), as_of, first, rejected)
            subject: Rows = person
            corrected, outside = corrected + tidied, outside + strangers
            keep = person != NOBODY
        elif file.about == "village_code":
            subject = villages(piece, relations(), first, rejected, file)
            keep = subject != NOBODY
        else:
            subject = np.full(height, NOBODY, dtype=np.int64)
            keep = np.ones(height, dtype=np.bool_)
        if file.contract.subject == "none":
            keep[:] = True
        keep &= ~without_required(piece, first, rejected)
        frames.append(piece.frame)
        subjects.append(subject)
        keeps.append(keep)
        for column, reason, count in piece.unusable:
            unusable[column, reason] = unusable.get((column, reason), 0) + count
        first += height
    rows = np.flatnonzero(_joined(keeps))
    subject, row = _in_order(file, pack, _joined(subjects), rows, relations)
    frame = (frames[0] if len(frames) == 1 else pl.concat(frames))[row.astype(np.uint32)]
    again, original = repeated_rows(file, frame, subject, row)
    if len(again):
        use = np.ones(len(row), dtype=np.bool_)
        use[again] = False
        note_repeated(rejected, row[again], original)
        frame, subject, row = frame.filter(use), subject[use], row[use]
    return Linked(
        file,
        snapshot_frame(file, pack, frame, subject, row, relations),
        rejected.frame,
        first,
        corrected,
        outside,
        len(again),
        int(np.count_nonzero(subject != NOBODY)),
        [(*key, count) for key, count in sorted(unusable.items())],
        by_village(file, subject, relations()),
    )


def _joined(arrays: list[NDArray[Any]]) -> NDArray[Any]:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)


def villages(
    piece: Delivered, relations: Relations, first: int, rejected: Rejected, file: DeliveredFile
) -> Int64:
    """The village of each row by its code."""
    known = pl.DataFrame({"code": relations.codes}).with_row_index("village")
    found = pl.DataFrame({"code": piece.sent}).join(
        known, on="code", how="left", maintain_order="left"
    )["village"]
    village: Int64 = found.cast(pl.Int64).fill_null(NOBODY).to_numpy().copy()
    if file.contract.subject == "village":
        lost = np.flatnonzero(village == NOBODY)
        reasons = pl.Series(["not_linked_village"]).new_from_index(0, len(lost))
        sent = piece.sent.gather(pl.Series(lost, dtype=pl.UInt32))
        rejected.add(first + lost + 1, reasons, "village_code", sent)
    return village


def without_required(piece: Delivered, first: int, rejected: Rejected) -> NDArray[np.bool_]:
    """Rows that lack a value the contract requires."""
    without = np.zeros(piece.frame.height, dtype=np.bool_)
    for column in piece.file.columns:
        # A cell that was sent and could not be used is unknown, not blank.
        blank = piece.blank.get(column.name)
        if not column.required or blank is None:
            continue
        rows = np.flatnonzero(blank & ~without)
        without |= blank
        reasons = pl.Series(["required_blank"]).new_from_index(0, len(rows))
        nothing = pl.Series([None], dtype=pl.String).new_from_index(0, len(rows))
        rejected.add(first + rows + 1, reasons, column.name, nothing)
    return without


def in_order(
    file: DeliveredFile, pack: Pack, subject: Int64, relations: Callable[[], Relations]
) -> NDArray[np.uint32]:
    """Rows by person (or village), those of one person as they stand in the file.

    Where a fact is about households, by household: its rows then keep the order of the file.
    """
    place = _place(file, pack, subject, relations)
    return _packed(place, np.arange(len(subject), dtype=np.int64)).astype(np.uint32)


def _in_order(
    file: DeliveredFile,
    pack: Pack,
    subject: Rows,
    rows: Int64,
    relations: Callable[[], Relations],
) -> tuple[Int64, Int64]:
    """Subjects and places in the file of some `rows`, ordered as `in_order` says; `subject` is that
    of each row of the file."""
    place = _place(file, pack, subject, relations)
    packed = _packed(place.take(rows) if len(rows) < len(place) else place, rows)
    row = packed & 0xFFFFFFFF
    if place is not subject:
        return subject.take(row).astype(np.int64), row
    packed >>= 32
    packed -= 1
    return packed, row


def _place(
    file: DeliveredFile, pack: Pack, subject: Rows, relations: Callable[[], Relations]
) -> Rows:
    if file.about != "id_number" or "household" not in subjects_of_facts(file, pack):
        return subject
    place = relations().household[np.maximum(subject, 0)].astype(np.int64)
    place[subject == NOBODY] = NOBODY
    return place


def _packed(place: Rows, rows: Int64) -> Int64:
    """Sorted: places (below 2^31) + 1 above, rows below, so that plain integers are sorted."""
    packed = place.astype(np.int64)
    packed += 1
    packed <<= 32
    packed |= rows
    packed.sort()
    return packed


def by_village(file: DeliveredFile, subject: Int64, relations: Relations) -> Int64:
    """Booked rows of each village."""
    villages = len(relations.codes)
    known = subject[subject != NOBODY]
    if file.about != "id_number":
        return np.bincount(known, minlength=villages)
    if len(known) and (known[1:] >= known[:-1]).all():
        # Both are in the order of villages: their borders are looked up, not every row.
        return np.diff(np.searchsorted(known, relations.people))
    return np.bincount(relations.village[relations.household[known]], minlength=villages)


def subjects_of_facts(file: DeliveredFile, pack: Pack) -> set[str]:
    """What kinds of subjects the facts that read this contract are about."""
    return {fact.subject for fact in pack.facts.values() if fact.feed == file.contract.name}


def note_repeated(rejected: Rejected, rows: Int64, original: Int64) -> None:
    """`delivered` names the row that is counted."""
    reasons = pl.Series(["duplicate_row"]).new_from_index(0, len(rows))
    rejected.add(rows + 1, reasons, "", pl.Series(original + 1).cast(pl.String))


def snapshot_frame(
    file: DeliveredFile,
    pack: Pack,
    frame: pl.DataFrame,
    subject: Int64,
    row: Int64,
    relations: Callable[[], Relations],
) -> pl.DataFrame:
    """With the links that facts follow: a person's household follows from the person."""
    numbers = pl.Series(subject, dtype=pl.Int64)
    numbers = numbers.set(numbers < 0, None) if (subject < 0).any() else numbers
    nobody = pl.lit(None, pl.UInt32)
    person = village = nobody
    if file.about == "id_number":
        person = pl.lit(numbers.cast(pl.UInt32))
        if file.contract.subject in ("village", "none") or "village" in subjects_of_facts(
            file, pack
        ):
            known = relations()
            at = known.village[known.household[np.maximum(subject, 0)]]
            lived = pl.Series(at, dtype=pl.UInt32)
            village = pl.lit(lived.set(numbers.is_null(), None))
    elif file.about == "village_code":
        village = pl.lit(numbers.cast(pl.UInt32))
    own = [] if frame.columns == ["_"] else [pl.all()]
    return frame.select(
        *own,
        person.alias("_person"),
        nobody.alias("_household"),
        village.alias("_village"),
        pl.lit(pl.Series(row + 1, dtype=pl.UInt32)).alias("_row"),
    )

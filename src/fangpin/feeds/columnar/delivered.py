"""One delivery: its file read, its numbers turned into keys, its rows matched with the register."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.feeds.columnar.columns import Declared, typed
from fangpin.feeds.columnar.index import NOBODY, KeyIndex
from fangpin.feeds.columnar.source import DeliveredFile
from fangpin.kernel.identity.keys import (
    NO_KEY,
    USABLE,
    VERDICTS,
    check_keys,
    plain_keys,
    untidy_keys,
)
from fangpin.kernel.identity.verdicts import Verdict
from fangpin.policy.pack import Pack

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]

ROWS_AT_ONCE = 1 << 22
"""Rows of a file that are in memory as texts at the same time."""
_NORMALISED = VERDICTS.index(Verdict.ok_normalised)


@dataclass
class Rejected:
    """Rows that go back: their row in the file from 1, why (feeds/reasons.py), and what was sent
    in the column that is wrong."""

    rows: list[Int64] = field(default_factory=list)
    reasons: list[pl.Series] = field(default_factory=list)
    columns: list[pl.Series] = field(default_factory=list)
    delivered: list[pl.Series] = field(default_factory=list)

    def add(self, rows: Int64, reasons: pl.Series, column: str, delivered: pl.Series) -> None:
        """Some rows, each with its reason."""
        if len(rows):
            self.rows.append(rows)
            self.reasons.append(reasons)
            self.columns.append(pl.Series([column]).new_from_index(0, len(rows)))
            self.delivered.append(delivered)

    @property
    def frame(self) -> pl.DataFrame:
        """`row reason column delivered`, by row."""
        schema = {
            "row": pl.UInt32, "reason": pl.String, "column": pl.String, "delivered": pl.String,
        }  # fmt: skip
        if not self.rows:
            return pl.DataFrame(schema=schema)
        return pl.DataFrame(
            {
                "row": np.concatenate(self.rows),
                "reason": pl.concat(self.reasons),
                "column": pl.concat(self.columns),
                "delivered": pl.concat(self.delivered),
            }
        ).cast(schema).sort("row", maintain_order=True)  # type: ignore[arg-type]  # fmt: skip


@dataclass
class Delivered:
    """The rows of one file as they were sent, typed; `key` of the number of each row as far as it
    is plain; `untidy` rows whose number needs a second look, with their texts `sent`."""

    file: DeliveredFile
    frame: pl.DataFrame
    key: Int64
    lower: Int64
    untidy: Int64
    sent: pl.Series
    unusable: list[tuple[str, str, int]]
    """Column, reason, number of cells that cannot be used."""
    blank: dict[str, NDArray[np.bool_]]
    """Rows in which nothing was sent, for columns with such rows."""


def declared_columns(file: DeliveredFile, pack: Pack) -> list[Declared]:
    """What the columns that are read are to be."""
    return [
        Declared(
            column.name,
            column.type,
            _words(pack, column.codes),
            column.domain,
        )
        for column in file.columns
    ]


def _words(pack: Pack, codes: str | None) -> tuple[str, ...] | None:
    return None if codes is None else tuple(each.code for each in pack.codes[codes].values)


def read_delivery(file: DeliveredFile, pack: Pack) -> Iterator[Delivered]:
    """The file in pieces of at most `ROWS_AT_ONCE` rows; one piece, possibly empty, at least."""
    columns = declared_columns(file, pack)
    names = [each.name for each in columns]
    if file.about is not None:
        names.append(file.about)
    for start in range(0, max(file.rows, 1), ROWS_AT_ONCE):
        frame = read_rows(file.path, names, start, ROWS_AT_ONCE, file.rows)
        yield delivered(file, frame, columns)


def read_rows(path: object, names: list[str], start: int, count: int, height: int) -> pl.DataFrame:
    """Some rows of some columns of a Parquet file."""
    scan = pl.scan_parquet(path).select(names)  # type: ignore[arg-type]
    if start or count < height:
        scan = scan.slice(start, count)
    return scan.collect()


def delivered(file: DeliveredFile, frame: pl.DataFrame, columns: list[Declared]) -> Delivered:
    found = []
    unusable = []
    blank = {}
    for declared in columns:
        column = typed(frame[declared.name], declared)
        found.append(column.values)
        if column.reason is not None:
            unusable.append((declared.name, column.reason, column.unusable))
        if frame[declared.name].null_count():
            blank[declared.name] = frame[declared.name].is_null().to_numpy()
    nothing = np.zeros(0, dtype=np.int64)
    if file.about == "id_number":
        texts = frame["id_number"]
        keys = plain_keys(texts)
        untidy = keys.untidy
        sent = texts.gather(pl.Series(untidy, dtype=pl.UInt32))
        return Delivered(
            file, _frame(found, frame.height), keys.key, keys.lower, untidy, sent, unusable, blank
        )
    sent = frame["village_code"] if file.about else pl.Series([], dtype=pl.String)
    return Delivered(
        file, _frame(found, frame.height), nothing, nothing, nothing, sent, unusable, blank
    )  # fmt: skip


def _frame(columns: list[pl.Series], height: int) -> pl.DataFrame:
    frame = pl.DataFrame(columns)
    # Without any column the rows still count.
    return frame if columns else pl.DataFrame({"_": pl.repeat(None, height, eager=True)})


def matched(
    piece: Delivered, index: KeyIndex, as_of: date, first: int, rejected: Rejected
) -> tuple[Int32, int, int]:
    """The person of each row (`NOBODY` for rows that cannot be booked), rows whose number was
    tidied, rows of outsiders. `first`: rows of the file before this piece.

    A number that a registered person has is as sound as the register's, which was checked; only
    the others are checked here, and only what is not plain is tidied.
    """
    key = piece.key
    person = index.find(key)
    corrected = len(piece.lower)
    if len(piece.untidy):
        judged = untidy_keys(piece.sent, as_of)
        good = judged.usable
        corrected += int((judged.code == _NORMALISED).sum())
        rows = piece.untidy[good]
        key[rows] = judged.key[good]
        person[rows] = index.find(judged.key[good])
        bad = ~good
        _reject(rejected, first + piece.untidy[bad] + 1, judged.code[bad], piece.sent.filter(bad))
    unknown = np.flatnonzero((person == NOBODY) & (key != NO_KEY))
    code = check_keys(key[unknown], as_of)
    sound = (code == USABLE[0]) | (code == USABLE[1])
    wrong = unknown[~sound]
    corrected -= int(np.isin(wrong, piece.lower).sum())
    _reject(rejected, first + wrong + 1, code[~sound], _spelled(key[wrong]))
    return person, corrected, int(sound.sum())


def _reject(rejected: Rejected, rows: Int64, codes: NDArray[np.uint8], sent: pl.Series) -> None:
    reasons = pl.Series([f"id_{verdict.value}" for verdict in VERDICTS]).gather(codes)
    rejected.add(rows, reasons, "id_number", sent)


def _spelled(keys: Int64) -> pl.Series:
    """Plain numbers from their keys."""
    last = pl.Series([*"0123456789X"]).gather(pl.Series(keys & 15).cast(pl.UInt32))
    return pl.Series(keys >> 4).cast(pl.String).str.zfill(17) + last

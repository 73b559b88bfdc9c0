"""One chunk of a delivery: typed, its numbers turned into keys, what cannot be used set aside.

The work is that of `feeds.columnar` on one machine; here it stops before the register, which no
task has as a whole.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.cluster.chunks import Chunk
from fangpin.feeds.columnar.columns import Declared
from fangpin.feeds.columnar.delivered import (
    Rejected,
    declared_columns,
    delivered,
    matched,
    read_rows,
)
from fangpin.feeds.columnar.index import NOBODY, KeyIndex
from fangpin.feeds.columnar.linking import Relations, villages, without_required
from fangpin.feeds.columnar.repeated import compared_columns
from fangpin.feeds.columnar.source import DeliveredFile
from fangpin.kernel.identity.keys import NO_KEY
from fangpin.policy.pack import Pack

Int64 = NDArray[np.int64]
ROW, REST = "_row", "_rest"
_NOBODYS = 15
"""A key that no text has: its check character would be the fifteenth of eleven."""


@dataclass(frozen=True)
class ReadChunk:
    """`rows`: the columns that facts read, `_row` (place in the file from 1) and `_rest` (below),
    of the rows that can be used; `key` of the number of each, or the row of its village, `NO_KEY`
    for rows about nobody, which only tables about nobody in particular keep.
    `rejected` row reason column delivered; `unusable` column, reason, cells.

    `_rest` stands for what a row says in columns that are not read, so that rows are taken for sent
    twice only where they agree in everything.
    """

    rows: pl.DataFrame
    key: Int64
    rejected: pl.DataFrame
    corrected: int
    unusable: list[tuple[str, str, int]]


def read_chunk(
    chunk: Chunk, file: DeliveredFile, pack: Pack, as_of: date, codes: pl.Series
) -> ReadChunk:
    """Read and judge the rows of a chunk; `codes` of all villages of the register, in its order."""
    columns = declared_columns(file, pack)
    compared = compared_columns(file)
    unread = [name for name in compared if name not in {each.name for each in columns}]
    names = [each.name for each in columns] + unread
    if file.about is not None:
        names.append(file.about)
    sent = read_rows(file.path, names, chunk.first, chunk.rows, file.rows)
    piece = delivered(file, sent, columns)
    rejected = Rejected()
    corrected = 0
    if file.about == "id_number":
        nobody = KeyIndex.of(np.array([_NOBODYS], dtype=np.int64))
        _, corrected, _ = matched(piece, nobody, as_of, chunk.first, rejected)
        key = piece.key
        keep = key != NO_KEY
        for refused in rejected.rows:
            keep[refused - chunk.first - 1] = False
    elif file.about == "village_code":
        nothing = np.zeros(0, dtype=np.uint32)
        key = villages(piece, Relations(nothing, nothing, codes), chunk.first, rejected, file)
        keep = key != NOBODY
    else:
        key = np.full(sent.height, NOBODY, dtype=np.int64)
        keep = key != NOBODY
    if file.contract.subject == "none":
        key = np.where(keep, key, NO_KEY)
        keep[:] = True
    keep &= ~without_required(piece, chunk.first, rejected)
    place = np.arange(chunk.first + 1, chunk.first + sent.height + 1, dtype=np.uint32)
    rest = _rest(sent, piece.frame, columns, unread)
    rows = pl.DataFrame(
        [*(piece.frame[each.name] for each in columns), pl.Series(ROW, place), rest]
    )
    return ReadChunk(
        rows.filter(pl.Series(keep)),
        key[keep],
        rejected.frame,
        corrected,
        piece.unusable,
    )


def _rest(
    sent: pl.DataFrame, typed: pl.DataFrame, columns: list[Declared], unread: list[str]
) -> pl.Series:
    """A number for what a row says beyond its typed columns: 0 where that is nothing."""
    rest = np.zeros(sent.height, dtype=np.uint64)
    if unread:
        rest = _hashes(sent.select(unread))
    lost = np.zeros(sent.height, dtype=np.bool_)
    for each in columns:
        if typed[each.name].null_count() != sent[each.name].null_count():
            gone = typed[each.name].is_null() & sent[each.name].is_not_null()
            lost |= gone.to_numpy()
    if lost.any():
        cells = _hashes(sent.select(each.name for each in columns).filter(pl.Series(lost)))
        rest[lost] ^= cells
    return pl.Series(REST, rest)


def row_numbers(rows: pl.DataFrame) -> NDArray[np.uint64]:
    """A number for all that rows of a `ReadChunk` say; equal rows have equal ones."""
    return _hashes(rows.drop(ROW))


def _hashes(frame: pl.DataFrame) -> NDArray[np.uint64]:
    """The same rows give the same numbers in every process."""
    texts = [name for name, dtype in frame.schema.items() if dtype in (pl.Categorical, pl.Enum)]
    plain = frame.with_columns(pl.col(texts).cast(pl.String))
    return plain.hash_rows(seed=1).to_numpy().copy()

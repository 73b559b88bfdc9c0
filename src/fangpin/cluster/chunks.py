"""Parquet files in pieces of about equal size, each read by one task."""

from dataclasses import dataclass
from pathlib import Path

ROWS = 1_000_000
"""Rows of a chunk; it ends where a row group of the file does, so that no group is read twice."""

PERSONS_IN_A_BUCKET = 2_000_000
"""Of the register; with their rows they are joined in one task."""


@dataclass(frozen=True)
class Chunk:
    """Rows `first` … `first + rows` (from 0) of table number `table`."""

    table: int
    first: int
    rows: int


def chunks_of(table: int, path: Path, rows: int = ROWS) -> list[Chunk]:
    """A file in chunks of whole row groups, of at least `rows` rows but for the last."""
    from pyarrow.parquet import ParquetFile

    found: list[Chunk] = []
    first = at = 0
    with ParquetFile(path) as file:
        metadata = file.metadata
        for group in range(metadata.num_row_groups):
            at += metadata.row_group(group).num_rows
            if at - first >= rows:
                found.append(Chunk(table, first, at - first))
                first = at
    if at > first:
        found.append(Chunk(table, first, at - first))
    return found

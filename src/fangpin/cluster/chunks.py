"""Parquet files in pieces of about equal size, each read by one task."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

ROWS = 1_000_000
"""Rows of a chunk; it ends where a row group of the file does, so that no group is read twice."""


@dataclass(frozen=True)
class Chunk:
    """Rows `first` … `first + rows` (from 0) of table number `table`."""

    table: int
    first: int
    rows: int

    def read(self, path: Path, columns: Sequence[str]) -> pl.DataFrame:
        """The chunk's rows of a file."""
        frame = pl.scan_parquet(path).select(columns).slice(self.first, self.rows).collect()
        return frame

    def leave_rejected(
        self, folder: Path, rows: NDArray[np.uint32], codes: NDArray[np.uint8]
    ) -> None:
        """Write down rows that cannot be used (position in the file from 1, code of the verdict).

        Done again by a repeated task, the file is the same; it is there as a whole or not at all.
        """
        path = folder / f"{self.table:04d}-{self.first:012d}.parquet"
        aside = path.with_name(f"{path.name}.{os.getpid()}-{os.urandom(4).hex()}")
        pl.DataFrame({"_row": rows, "code": codes}).write_parquet(aside)
        aside.replace(path)


def chunks_of(table: int, path: Path, rows: int = ROWS) -> list[Chunk]:
    """A file in chunks of whole row groups, of at least `rows` rows but for the last."""
    from pyarrow.parquet import ParquetFile  # type: ignore[import-untyped]

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

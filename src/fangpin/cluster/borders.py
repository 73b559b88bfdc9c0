"""Where parts begin and end, worked out from the register's files without loading them."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.engine.partition import Borders, cut

Int64 = NDArray[np.int64]
ROWS_AT_A_TIME = 8_000_000
"""Numbers of a register column held in memory at once by the driver."""


def register_borders(register: Path, persons_per_part: int) -> Borders:
    """`engine.partition.borders` of the register of a columnar source (its folder).

    The register is sorted, so its two relation columns are enough; they are read block by block.
    """
    villages = _height(register / "places.parquet")
    households = _firsts(register / "households.parquet", "village", np.arange(villages + 1))
    persons = _firsts(register / "persons.parquet", "household", households)
    return cut(households, persons, persons_per_part)


def part_of(firsts: Int64, numbers: Int64) -> Int64:
    """The part of each person (village); `firsts` as in `Borders.persons` (`villages`)."""
    return np.searchsorted(firsts, numbers, side="right") - 1


def _firsts(path: Path, column: str, wanted: Int64) -> Int64:
    """For each number of `wanted` (ascending) how many rows have a smaller one in `column`."""
    smaller = np.zeros(len(wanted), dtype=np.int64)
    for block in _blocks(path, column):
        smaller += np.searchsorted(block, wanted, side="left")
    return smaller


def _blocks(path: Path, column: str) -> Iterator[Int64]:
    for start in range(0, _height(path), ROWS_AT_A_TIME):
        rows = pl.scan_parquet(path).select(column).slice(start, ROWS_AT_A_TIME).collect()
        yield rows[column].cast(pl.Int64).to_numpy()


def _height(path: Path) -> int:
    count: int = pl.scan_parquet(path).select(pl.len()).collect().item()
    return count

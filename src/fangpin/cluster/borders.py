"""Where parts begin and end, worked out from the register's files without loading them."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.engine.partition import Borders, cut
from fangpin.feeds.columnar.refusals import Refusals
from fangpin.feeds.columnar.register import LINKS, check_filled, check_link
from fangpin.feeds.columnar.source import ColumnarSource

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


def check_register(source: ColumnarSource) -> None:
    """FangpinError when the register is not in order: a blank or unsorted link, a blank number, or
    villages that are not sorted by code (parts are told in the order of their villages)."""
    refusals = Refusals(source.folder)
    for table, link, above in LINKS:
        path = source.register_file(table)
        if _in_order(path, link, source.heights[above]):
            continue
        frame = pl.read_parquet(path, columns=[link])
        check_link(source, refusals, frame, table, link, source.heights[above])
    for table, column in (("households", "number"), ("persons", "number"), ("places", "code")):
        path = source.register_file(table)
        if pl.scan_parquet(path).select(pl.col(column).null_count()).collect().item():
            check_filled(source, refusals, pl.read_parquet(path, columns=[column]), table, column)
    codes = pl.read_parquet(source.register_file("places"), columns=["code"])["code"]
    if not codes.cast(pl.String).is_sorted():
        refusals.add(
            source.register_file("places"),
            "没有按村代码排序，集群比对要求按 code 从小到大排列",
            "the villages are not sorted by code, which a screening on a cluster needs",
            "按 code 排序后重新导出整个 register(households.village 等行号随之改变)",
            "sort by code and export the whole register again (row numbers change with it)",
            column="code",
        )
    refusals.raise_if_any()


def _in_order(path: Path, link: str, height: int) -> bool:
    """Whether a link column is filled, ascending and within the table above."""
    before = 0
    for block in _blocks(path, link):
        values = block.to_numpy()
        if block.null_count() or values[0] < before or (values[1:] < values[:-1]).any():
            return False
        before = int(values[-1])
    return 0 <= before < height


def part_of(firsts: Int64, numbers: Int64) -> Int64:
    """The part of each person (village); `firsts` as in `Borders.persons` (`villages`)."""
    return np.searchsorted(firsts, numbers, side="right") - 1


def _firsts(path: Path, column: str, wanted: Int64) -> Int64:
    """For each number of `wanted` (ascending) how many rows have a smaller one in `column`."""
    smaller = np.zeros(len(wanted), dtype=np.int64)
    for block in _blocks(path, column):
        smaller += np.searchsorted(block.to_numpy(), wanted, side="left")
    return smaller


def _blocks(path: Path, column: str) -> Iterator[pl.Series]:
    for start in range(0, _height(path), ROWS_AT_A_TIME):
        rows = pl.scan_parquet(path).select(column).slice(start, ROWS_AT_A_TIME).collect()
        yield rows[column].cast(pl.Int64)


def _height(path: Path) -> int:
    count: int = pl.scan_parquet(path).select(pl.len()).collect().item()
    return count

"""Rows that were sent twice: equal in everything the file says of the same person."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.feeds.columnar.source import DeliveredFile

Int64 = NDArray[np.int64]

_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_NOT_COMPARED = ("id_number", "village_code", "serial")


def repeated_rows(
    file: DeliveredFile, frame: pl.DataFrame, subject: Int64, row: Int64
) -> tuple[Int64, Int64]:
    """Positions of rows equal to one that stands earlier in the file, and the place of that one.

    `frame` n rows (the columns that were read), `subject` whom each is about, `row` its place in
    the file from 0. Columns that were not read are read only for rows that agree in all others.
    """
    nothing = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    several = _of_several(subject)
    if not len(several):
        return nothing
    hashes = _hashes(frame[several] if len(several) < frame.height else frame, subject[several])
    alike = _alike(hashes)
    if not len(alike):
        return nothing
    alike = several[alike]
    whole = _whole_rows(file, row[alike]).with_columns(
        pl.Series("_subject", subject[alike]),
        pl.Series("_at", alike),
        pl.Series("_place", row[alike]),
    )
    compared = [name for name in whole.columns if name not in ("_at", "_place")]
    earliest = pl.col("_place").min().over(compared)
    again = (
        whole.with_columns(first=earliest).filter(pl.col("_place") > pl.col("first")).sort("_at")
    )
    return again["_at"].to_numpy(), again["first"].to_numpy()


def compared_columns(file: DeliveredFile) -> list[str]:
    """Columns of the file in which rows about the same person must agree to be the same row.

    Where the contract has a key, what it does not know cannot tell two rows apart.
    """
    names = [name for name in pl.read_parquet_schema(file.path) if name not in _NOT_COMPARED]
    if file.contract.key:
        known = {column.name for column in file.contract.columns}
        names = [name for name in names if name in known]
    return names


def _of_several(subject: Int64) -> Int64:
    """Rows whose subject has other rows too, and nobody's rows."""
    if len(subject) < 2:
        return np.zeros(0, dtype=np.int64)
    if (subject[1:] >= subject[:-1]).all():
        same = subject[1:] == subject[:-1]
        mask = np.zeros(len(subject), dtype=np.bool_)
        mask[1:] |= same
        mask[:-1] |= same
        return np.flatnonzero(mask)
    return np.arange(len(subject))


def _hashes(frame: pl.DataFrame, subject: Int64) -> NDArray[np.uint64]:
    total = subject.astype(np.uint64) * _FACTOR
    for series in frame:
        if series.dtype == pl.String:
            numbers = series.hash()
        else:
            numbers = series.to_physical().cast(pl.Int64, strict=False).fill_null(-7_777)
        total ^= total >> np.uint64(29)
        total *= _FACTOR
        total += numbers.to_numpy().view(np.uint64)
    total ^= total >> np.uint64(29)
    return total


def _alike(hashes: NDArray[np.uint64]) -> Int64:
    """Positions whose hash occurs more than once."""
    in_order = np.sort(hashes)
    twice = np.unique(in_order[1:][in_order[1:] == in_order[:-1]])
    if not len(twice):
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero(np.isin(hashes, twice))


def _whole_rows(file: DeliveredFile, rows: Int64) -> pl.DataFrame:
    """Every column of some rows of the file, in the order of `rows`."""
    wanted = pl.DataFrame({"_at_row": pl.Series(rows, dtype=pl.UInt32)})
    scan = pl.scan_parquet(file.path, row_index_name="_at_row")
    scan = scan.select("_at_row", *compared_columns(file))
    chosen = scan.filter(pl.col("_at_row").is_in(wanted["_at_row"].implode())).collect()
    return wanted.join(chosen, on="_at_row", how="left", maintain_order="left").drop("_at_row")

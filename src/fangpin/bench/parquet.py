"""Columns of numbers → Parquet in row groups, the same bytes for the same content."""

from pathlib import Path
from types import TracebackType
from typing import Any, Final

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from fangpin.bench.rows import NULL, Int64

ROW_GROUP: Final = 262_144


def stored(values: Int64, type_: str, words: tuple[str, ...] = ()) -> pa.Array:
    """A numeric column as its Parquet type: code, date, or a 64-bit integer; NULL is null."""
    missing = values == NULL
    mask = missing if missing.any() else None
    filled = np.where(missing, 0, values) if mask is not None else values
    if type_ == "code":
        numbers = pa.array(filled.astype(np.int8), mask=mask)
        return pa.DictionaryArray.from_arrays(numbers, pa.array(words, pa.string()))
    if type_ == "date":
        return pa.array(filled.astype(np.int32), pa.int32(), mask=mask).cast(pa.date32())
    return pa.array(filled, pa.int64(), mask=mask)


def text(column: pl.Series) -> pa.Array:
    """A column of texts."""
    return column.to_arrow().cast(pa.string())


class Writer:
    """One Parquet file, written piece by piece; only columns of codes are dictionaries."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: pq.ParquetWriter | None = None

    def write(self, columns: dict[str, Any]) -> None:
        """A piece with all columns; at least one is needed, possibly without rows."""
        table = pa.table(columns)
        if self._writer is None:
            codes = [each.name for each in table.schema if pa.types.is_dictionary(each.type)]
            self._writer = pq.ParquetWriter(
                self._path,
                table.schema,
                compression="zstd",
                use_dictionary=codes,
                compression_level=1,
            )
        self._writer.write_table(table, row_group_size=ROW_GROUP)

    def __enter__(self) -> "Writer":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._writer is not None:
            self._writer.close()

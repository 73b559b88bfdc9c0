"""Applies a scalar reading once per distinct value: the bridge from plain Python to columns.

Department columns repeat themselves (dates, villages, grades, names); reading each distinct value
once makes the clear scalar code fast enough for millions of rows and keeps both faces one.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import polars as pl


def map_distinct(
    keys: pl.DataFrame,
    read: Callable[..., Sequence[Any]],
    schema: Mapping[str, pl.DataType | type[pl.DataType]],
) -> pl.DataFrame:
    """`read(*row)` for every distinct row of `keys`, put back in the order of `keys`.

    `keys` n rows; `read` takes one value per key column (None for null) and returns one value per
    entry of `schema`. Result: n rows with the columns of `schema`. Key and result names may
    coincide.
    """
    names = [f"_key{index}" for index in range(keys.width)]
    renamed = keys.rename(dict(zip(keys.columns, names, strict=True)))
    distinct = renamed.unique(maintain_order=False)
    rows = [tuple(read(*row)) for row in distinct.iter_rows()]
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    results = [
        pl.Series(name, list(values), dtype=dtype, strict=False)
        for (name, dtype), values in zip(schema.items(), columns, strict=True)
    ]
    table = distinct.with_columns(results)
    joined = renamed.join(table, on=names, how="left", nulls_equal=True, maintain_order="left")
    return joined.select(list(schema))

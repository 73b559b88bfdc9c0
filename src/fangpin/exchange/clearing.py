"""Cells that say “nothing stands here any more”. A blank cell never erases what the registry knows;
the mark does, written on purpose into a cell of our own template.

The numbers and names that tell who is meant, and what only an action of the registry changes, are
not cleared by a file.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.exchange.columns import WideColumn

MARK: Final = "〔清空〕"
MARKS: Final = (MARK, "[清空]", "【清空】", "-clear-")
"""The mark as people type it."""
CLEARED: Final = "_cleared"
"""Column of frames: keys that a row clears, joined by commas; null = none."""
_TABLES: Final = ("household", "conditions", "income", "person")
_KEPT: Final = (
    *("household.number", "household.village_code", "household.category"),
    *("household.monitoring_category", "household.poverty_status"),
    *("person.number", "person.name", "person.id_number"),
)


def clearable(column: WideColumn) -> bool:
    """Whether a file may clear this field."""
    return column.table in _TABLES and column.base not in _KEPT


def marked(texts: pl.Series) -> NDArray[np.bool_]:
    """Cells with the mark."""
    return texts.str.strip_chars().str.to_lowercase().is_in(MARKS).fill_null(False).to_numpy()


def joined(parts: Iterable[tuple[str, NDArray[np.bool_]]], size: int) -> pl.Series:
    """The column CLEARED of a table from the keys with the rows that clear them."""
    keys: list[str | None] = [None] * size
    for key, where in parts:
        for at in np.flatnonzero(where).tolist():
            before = keys[at]
            if before is None:
                keys[at] = key
            elif key not in before.split(","):
                keys[at] = f"{before},{key}"
    return pl.Series(CLEARED, keys, dtype=pl.String)


def clears(key: str) -> pl.Expr:
    """Whether a row clears the field."""
    return pl.col(CLEARED).str.split(",").list.contains(key).fill_null(False)


def clears_any(frame: pl.DataFrame) -> bool:
    """Whether any row clears anything; most files do not."""
    return CLEARED in frame.columns and frame[CLEARED].null_count() < frame.height


def cleared_columns(frame: pl.DataFrame, columns: Sequence[tuple[str, str]]) -> pl.Expr:
    """CLEARED of a frame as columns of the database's table, for some keys with their columns."""
    named = [pl.when(clears(key)).then(pl.lit(column)) for key, column in columns]
    if not named or not clears_any(frame):
        return pl.lit(None, dtype=pl.String).alias(CLEARED)
    return pl.concat_list(named).list.drop_nulls().list.join(",").replace("", None).alias(CLEARED)

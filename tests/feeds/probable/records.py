"""Records for comparing, from plain words."""

from datetime import date
from typing import Any

import numpy as np
import polars as pl

from fangpin.feeds.names_compared import folded
from fangpin.feeds.probable.columns import Fields


def records(*entries: dict[str, Any]) -> Fields:
    """One record per entry; what is left out is not said."""

    def column(name: str, dtype: type[pl.DataType] = pl.String) -> pl.Series:
        return pl.Series([entry.get(name) for entry in entries], dtype=dtype)

    def place(name: str) -> np.ndarray[Any, np.dtype[np.int64]]:
        return np.array([entry.get(name, -1) for entry in entries], dtype=np.int64)

    return Fields(
        name=column("name"),
        folded=folded(column("name")),
        birth=column("birth", pl.Date),
        sex=column("sex"),
        place=place("place"),
        township=place("township"),
        phone=column("phone"),
        head=folded(column("head")),
    )


def day(text: str | None) -> date | None:
    """An ISO date, or nothing."""
    return date.fromisoformat(text) if text else None

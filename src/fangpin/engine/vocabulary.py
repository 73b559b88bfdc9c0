"""Codes and texts as numbers: a code is its position in the pack's vocabulary."""

import numpy as np
import polars as pl

from fangpin.engine.column import Column
from fangpin.policy.pack import Pack


class Vocabularies:
    """Numbers for the codes of a pack, and for texts of one delivery as they are met."""

    def __init__(self, pack: Pack) -> None:
        self._codes = {
            name: {value.code: number for number, value in enumerate(codes.values)}
            for name, codes in pack.codes.items()
        }
        self._texts: dict[str, int] = {}

    def code(self, vocabulary: str | None, text: str) -> int:
        """The number of a code, or of a text (vocabulary None); -1 for one never met."""
        known = self._texts if vocabulary is None else self._codes[vocabulary]
        return known.get(text, -1)

    def text(self, vocabulary: str, number: int) -> str:
        """The code behind a number."""
        return list(self._codes[vocabulary])[number]

    def column(self, series: pl.Series, vocabulary: str | None = None) -> Column:
        """A stored column: bool as it is, dates as days, codes and texts as their numbers."""
        known = series.is_not_null().to_numpy() if series.null_count() else None
        if series.dtype == pl.Boolean:
            return Column(series.fill_null(False).to_numpy(), known)
        if series.dtype == pl.Date:
            return Column(series.cast(pl.Int64).fill_null(0).to_numpy(), known)
        if series.dtype in (pl.String, pl.Categorical, pl.Enum):
            numbers = self._numbers(series.cast(pl.String), vocabulary)
            known = numbers.is_not_null().to_numpy() if numbers.null_count() else None
            return Column(numbers.fill_null(0).to_numpy(), known)
        return Column(series.cast(pl.Int64).fill_null(0).to_numpy().astype(np.int64), known)

    def _numbers(self, series: pl.Series, vocabulary: str | None) -> pl.Series:
        if vocabulary is None:
            known = self._texts
            for text in series.unique().drop_nulls().sort():
                known.setdefault(text, len(known))
        else:
            known = self._codes[vocabulary]
        return series.replace_strict(known, default=None, return_dtype=pl.Int64)

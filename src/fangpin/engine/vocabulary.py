"""Codes and texts as numbers: a code is its position in the pack's vocabulary."""

import numpy as np
import polars as pl

from fangpin.engine.column import Column
from fangpin.policy.pack import Pack

NEVER = -1
"""Stands for a code that the vocabulary does not have."""


class Vocabularies:
    """Numbers for the codes of a pack and for free texts."""

    def __init__(self, pack: Pack) -> None:
        self._words = {
            name: [value.code for value in codes.values] for name, codes in pack.codes.items()
        }
        self._numbers = {
            name: {code: number for number, code in enumerate(words)}
            for name, words in self._words.items()
        }

    def code(self, vocabulary: str | None, text: str) -> int:
        """The number of a code; of a text when `vocabulary` is None."""
        if vocabulary is None:
            return int(_texts(pl.Series([text]))[0])
        return self._numbers[vocabulary].get(text, NEVER)

    def text(self, vocabulary: str, number: int) -> str:
        """The code behind a number."""
        return self._words[vocabulary][number]

    def column(self, series: pl.Series, vocabulary: str | None = None) -> Column:
        """A stored column: bool as it is, dates as days, codes and texts as their numbers.

        A code that the vocabulary does not have is unknown.
        """
        if series.dtype in (pl.String, pl.Categorical, pl.Enum):
            if vocabulary is None:
                series = _texts(series)
            else:
                words = pl.Enum(self._words[vocabulary])
                series = series.cast(pl.String).cast(words, strict=False).to_physical()
        known = series.is_not_null().to_numpy() if series.null_count() else None
        if series.dtype == pl.Boolean:
            return Column(series.fill_null(False).to_numpy(), known)
        return Column(series.cast(pl.Int64).fill_null(0).to_numpy().astype(np.int64), known)


def _texts(series: pl.Series) -> pl.Series:
    """Equal texts have equal numbers, in all columns of the process."""
    return series.cast(pl.String).cast(pl.Categorical).to_physical()

"""Codes and texts as numbers: a code is its position in the pack's vocabulary."""

import numpy as np
import polars as pl

from fangpin.engine.column import Column
from fangpin.policy.pack import Pack

NEVER = -1
"""Stands for a code that the vocabulary does not have."""


class Vocabularies:
    """Numbers for the codes of a pack."""

    def __init__(self, pack: Pack) -> None:
        self._words = {
            name: [value.code for value in codes.values] for name, codes in pack.codes.items()
        }
        self._numbers = {
            name: {code: number for number, code in enumerate(words)}
            for name, words in self._words.items()
        }

    def code(self, vocabulary: str | None, text: str) -> int:
        """The number of a code."""
        return self._numbers[vocabulary or ""].get(text, NEVER)

    def text(self, vocabulary: str, number: int) -> str:
        """The code behind a number."""
        return self._words[vocabulary][number]

    def column(self, series: pl.Series, vocabulary: str | None = None) -> Column:
        """A stored column: bool as it is, dates as days, codes as their numbers.

        A code that the vocabulary does not have is unknown.
        """
        if vocabulary is not None:
            words = pl.Enum(self._words[vocabulary])
            series = series.cast(pl.String).cast(words, strict=False).to_physical()
        return numbers(series)


class Texts:
    """Numbers for the free texts of one table; equal texts are equal in all its columns."""

    def __init__(self, columns: list[pl.Series]) -> None:
        self._texts = pl.concat([pl.Series(dtype=pl.String), *columns])
        self._numbers = self._texts.cast(pl.Categorical).to_physical()
        self._starts: dict[str, int] = {}
        start = 0
        for column in columns:
            self._starts[column.name] = start
            start += column.len()

    def code(self, text: str) -> int:
        """The number of a text."""
        found = (self._texts == text).arg_true()
        return int(self._numbers[found[0]]) if found.len() else NEVER

    def column(self, series: pl.Series) -> Column:
        """One of the columns of the table."""
        return numbers(self._numbers.slice(self._starts[series.name], series.len()))


def numbers(series: pl.Series) -> Column:
    """Booleans as they are; dates as days; everything else as int64."""
    known = series.is_not_null().to_numpy() if series.null_count() else None
    if series.dtype == pl.Boolean:
        return Column(series.fill_null(False).to_numpy(), known)
    return Column(series.cast(pl.Int64).fill_null(0).to_numpy().astype(np.int64), known)

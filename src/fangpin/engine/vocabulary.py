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

        A code that the vocabulary does not have is unknown. Codes may be texts or come from any
        dictionary.
        """
        if vocabulary is None:
            return numbers(series)
        if isinstance(series.dtype, pl.Categorical | pl.Enum):
            return self._translated(series, series.dtype, vocabulary)
        words = pl.Enum(self._words[vocabulary])
        return numbers(series.cast(pl.String).cast(words, strict=False).to_physical())

    def _translated(
        self, series: pl.Series, dtype: pl.Categorical | pl.Enum, vocabulary: str
    ) -> Column:
        """Numbers of one dictionary as numbers of the vocabulary."""
        words = self._words[vocabulary]
        if isinstance(dtype, pl.Enum) and dtype.categories.to_list() == words:
            return numbers(series.to_physical())
        own = pl.Series(words, dtype=pl.String).cast(dtype, strict=False).to_physical()
        stored = series.to_physical().fill_null(0).to_numpy()
        own_numbers = own.drop_nulls().to_numpy()
        largest = max(own_numbers.max(initial=0), stored.max(initial=0))
        table = np.full(int(largest) + 1, -1, dtype=np.int16)
        table[own_numbers] = np.flatnonzero(own.is_not_null().to_numpy())
        found = table[stored]
        known = found >= 0
        if series.null_count():
            known &= series.is_not_null().to_numpy()
        if known.all():
            return Column(found)
        return Column(np.where(known, found, np.int16(0)), known)


class Texts:
    """Numbers for the free texts of one table; equal texts are equal in all its columns."""

    def __init__(self, columns: list[pl.Series]) -> None:
        texts = [each.cast(pl.String).rename("text") for each in columns]
        self._texts = pl.concat([pl.Series("text", dtype=pl.String), *texts])
        # The number of a text is the first row that has it.
        frame = self._texts.to_frame().with_row_index("number")
        first = frame.select(pl.col("number").first().over("text"))["number"]
        self._numbers = first.set(self._texts.is_null(), None) if len(first) else first
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
    """Booleans as they are, dates as days, whole numbers in the width they are stored with."""
    known = series.is_not_null().to_numpy() if series.null_count() else None
    if series.dtype == pl.Boolean:
        return Column(series.fill_null(False).to_numpy(), known)
    stored = series.cast(pl.Int32) if series.dtype == pl.Date else series
    if not stored.dtype.is_integer() or stored.dtype == pl.UInt64:
        stored = stored.cast(pl.Int64)
    return Column((stored if known is None else stored.fill_null(0)).to_numpy(), known)

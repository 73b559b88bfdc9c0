"""A Parquet column → the typed column of a snapshot: codes of the vocabulary, values in bounds."""

from dataclasses import dataclass
from typing import Final

import polars as pl

from fangpin.feeds.frames import NUMBER_INSIDE
from fangpin.policy.language.types import NUMBER_SCALE
from fangpin.policy.names import EVERYTHING
from fangpin.policy.record import Domain

_SCALES: Final = {"integer": 0, "number": NUMBER_SCALE, "money": 2, "money_text": 2}
_SHORTEST_NUMBER: Final = 11  # characters of a telephone number


@dataclass(frozen=True)
class Declared:
    """What a column is to be: name, type as in contracts and facts, words of its vocabulary,
    bounds. Without `domain` a number lies within plus or minus a thousand million."""

    name: str
    type: str
    words: tuple[str, ...] | None = None
    domain: Domain | None = None


@dataclass(frozen=True)
class Typed:
    """`values` with null for what cannot be used; how many cells that were, and why (a code of
    feeds/reasons.py)."""

    values: pl.Series
    unusable: int = 0
    reason: str | None = None


def typed(series: pl.Series, declared: Declared) -> Typed:
    """n values as a snapshot holds them. The type has been checked when the source was opened."""
    if declared.words is not None:
        return _codes(series, declared.words)
    if declared.type in _SCALES:
        return _in_bounds(series.cast(pl.Int64), declared)
    if series.dtype in (pl.Categorical, pl.Enum):
        series = series.cast(pl.String)
    if series.dtype == pl.String:
        return Typed(_without_numbers(series))
    return Typed(series)


def _codes(series: pl.Series, words: tuple[str, ...]) -> Typed:
    """Words of the vocabulary; others are unknown. Dictionaries are translated, not their rows."""
    vocabulary = pl.Enum(words)
    if series.dtype == vocabulary:
        return Typed(series)
    if series.dtype in (pl.Categorical, pl.Enum):
        numbers = series.to_physical()
        present = series.unique().drop_nulls()
        size = int(present.to_physical().max() or 0) + 1 if len(present) else 1  # type: ignore[arg-type]
        table = pl.Series([None], dtype=vocabulary).new_from_index(0, size)
        translated = present.cast(pl.String).cast(vocabulary, strict=False)
        table = table.scatter(present.to_physical().cast(pl.UInt32), translated)
        values = table.gather(numbers.cast(pl.UInt32))
    else:
        values = series.cast(vocabulary, strict=False)
    unknown = values.null_count() - series.null_count()
    return Typed(values.alias(series.name), unknown, "unknown_word" if unknown else None)


def _in_bounds(series: pl.Series, declared: Declared) -> Typed:
    low, high = (declared.domain or EVERYTHING).scaled(_SCALES[declared.type])
    if not len(series) or series.null_count() == len(series):
        return Typed(series)
    values = series.to_numpy() if not series.null_count() else series.drop_nulls().to_numpy()
    if values.min() >= low and values.max() <= high:
        return Typed(series)
    outside = ((series < low) | (series > high)).fill_null(False)
    return Typed(series.set(outside, None), int(outside.sum()), "out_of_domain")


def _without_numbers(series: pl.Series) -> pl.Series:
    """Texts in which an identity or telephone number stands are unknown: they name a person."""
    longest = series.str.len_bytes().max()
    if not isinstance(longest, int) or longest < _SHORTEST_NUMBER:
        return series
    return series.set(series.str.contains(NUMBER_INSIDE).fill_null(False), None)

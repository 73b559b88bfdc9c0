"""How departments write amounts, days and places: many spellings of the same value."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.sample.sheet import Cells, Kind
from fangpin.sample.world import Ints

EXCEL_ZERO = 25_569
"""serial number of 1970-01-01"""
DAY_STYLES = ("%Y-%m-%d", "%Y.%-m.%-d", "%Y年%-m月%-d日", "%Y/%-m/%-d", "%Y%m%d")
MONTH_STYLES = ("%Y-%m", "%Y%m", "%Y年%-m月", "%Y.%m")
_FULL = str.maketrans("0123456789.", "０１２３４５６７８９．")


def plain(numbers: Ints) -> pl.Series:
    """Whole numbers as text."""
    return pl.Series(numbers).cast(pl.String)


def yuan(fen: Ints) -> pl.Series:
    """Fen as yuan in the shortest form: 6000, 6000.5, 0.01."""
    return _decimal(fen, 2)


def wan(fen: Ints) -> pl.Series:
    """Fen as 万元 in the shortest form: 0.6, 0.000001."""
    return _decimal(fen, 6)


def _decimal(value: Ints, places: int) -> pl.Series:
    negative = pl.Series(np.where(value < 0, "-", ""))
    whole, part = np.divmod(np.abs(value), 10**places)
    tail = pl.Series(part).cast(pl.String).str.zfill(places).str.strip_chars_end("0")
    dot = pl.Series(np.where(part > 0, ".", ""))
    return negative + pl.Series(whole).cast(pl.String) + dot + tail


def number(series: pl.Series) -> Cells:
    """A column stored as numbers."""
    return Cells(series, Kind.number)


def blanks(size: int) -> Cells:
    """An empty column."""
    return Cells(pl.Series([None], dtype=pl.String).new_from_index(0, size))


def constant(text: str, size: int) -> Cells:
    """The same text in every row."""
    return Cells(pl.Series([text], dtype=pl.String).new_from_index(0, size))


def picked(words: Sequence[str | None], index: NDArray[np.integer] | NDArray[np.bool_]) -> Cells:
    """Words by number."""
    return Cells(pl.Series(list(words), dtype=pl.String).gather(index.astype(np.int64)))


def messy_yuan(fen: Ints, rng: np.random.Generator) -> Cells:
    """Amounts as numbers, with ￥, 元, thousands separators or full-width digits."""
    size = len(fen)
    style = rng.choice(6, size, p=[0.55, 0.12, 0.12, 0.1, 0.1, 0.01])
    bare = yuan(fen)
    grouped = _grouped(fen)
    text = pl.select(
        pl.when(pl.lit(pl.Series(style == 1)))
        .then(pl.lit("￥") + pl.lit(grouped))
        .when(pl.lit(pl.Series(style == 2)))
        .then(pl.lit(bare) + pl.lit("元"))
        .when(pl.lit(pl.Series(style == 3)))
        .then(pl.lit(grouped))
        .when(pl.lit(pl.Series(style == 4)))
        .then(pl.lit("¥") + pl.lit(bare))
        .otherwise(pl.lit(bare))
    ).to_series()
    kinds = np.where((style == 0) | (style == 5), int(Kind.number), int(Kind.text)).astype(np.uint8)
    cells = Cells(text, kinds)
    wide = np.flatnonzero(style == 5)
    return cells.changed(
        wide.tolist(), [str(bare[int(row)]).translate(_FULL) for row in wide], Kind.text
    )


def _grouped(fen: Ints) -> pl.Series:
    """1,234.50; thousands separated, two decimals."""
    negative = pl.Series(np.where(fen < 0, "-", ""))
    whole, part = np.divmod(np.abs(fen), 100)
    thousands, rest = np.divmod(whole, 1000)
    high = pl.Series(thousands).cast(pl.String)
    low = pl.Series(rest).cast(pl.String)
    big = pl.Series(thousands > 0)
    body = (high + "," + low.str.zfill(3)).zip_with(big, low)
    return negative + body + "." + pl.Series(part).cast(pl.String).str.zfill(2)


def days(
    numbers: Ints,
    rng: np.random.Generator,
    styles: Sequence[str] = DAY_STYLES,
    serials: float = 0.0,
) -> Cells:
    """Days in mixed spellings; a share of them as Excel dates. 0 → blank."""
    dates = pl.Series(numbers).cast(pl.Int32).cast(pl.Date)
    style = rng.integers(0, len(styles), len(numbers))
    text = dates.dt.strftime(styles[0])
    for place, pattern in enumerate(styles[1:], 1):
        text = dates.dt.strftime(pattern).zip_with(pl.Series(style == place), text)
    known = pl.Series(numbers != 0)
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, len(numbers))
    text = text.zip_with(known, nothing)
    if not serials:
        return Cells(text)
    as_serial = rng.random(len(numbers)) < serials
    text = plain(numbers + EXCEL_ZERO).zip_with(pl.Series(as_serial) & known, text)
    kinds = np.where(as_serial, int(Kind.date), int(Kind.text)).astype(np.uint8)
    return Cells(text, kinds)


def one_style(numbers: Ints, style: str) -> Cells:
    """Days, all written alike. 0 → blank."""
    text = pl.Series(numbers).cast(pl.Int32).cast(pl.Date).dt.strftime(style)
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, len(numbers))
    return Cells(text.zip_with(pl.Series(numbers != 0), nothing))


def yes_no(mask: NDArray[np.bool_]) -> Cells:
    """是 or 否."""
    return picked(("否", "是"), mask.astype(np.int64))

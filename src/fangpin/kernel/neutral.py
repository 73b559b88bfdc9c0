"""Texts in spreadsheets that no program takes for a formula."""

from typing import Final

import polars as pl

_BLANK: Final = " \u00a0\u3000\u200b\u200c\u200d\u2060\ufeff"
SIGNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a formula may begin with, full-width signs as some programs read them included."""


def neutral(value: object) -> str:
    """The text of a cell; a leading apostrophe disarms what could begin a formula."""
    text = "" if value is None else str(value).replace("\x00", "")
    return f"'{text}" if text.lstrip(_BLANK).startswith(SIGNS) else text


def neutral_table(table: pl.DataFrame) -> pl.DataFrame:
    """A table of texts, each as `neutral` gives it; null stays null."""
    return table.select(_neutral_cells(name) for name in table.columns)


def _neutral_cells(name: str) -> pl.Expr:
    text = pl.col(name).str.replace_all("\x00", "", literal=True)
    risky = text.str.strip_chars_start(_BLANK).str.head(1).is_in(SIGNS)
    return pl.when(risky).then(pl.concat_str(pl.lit("'"), text)).otherwise(text).alias(name)

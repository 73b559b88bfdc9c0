"""The column face of `number.tidied`: bare numbers, and a flag per correction."""

from typing import Final

import polars as pl

from fangpin.kernel import characters
from fangpin.kernel.identity import number as one
from fangpin.kernel.identity.verdicts import Correction

_TEXT: Final = pl.col("text")
_SPACES: Final = characters.PLAIN_SPACES + characters.IDEOGRAPHIC_SPACE
_LOWER: Final = [chr(code) for code in range(ord("a"), ord("z") + 1)]
# Most untidy numbers need nothing but these characters looked at.
_UNUSUAL: Final = "[^0-9Xx ]"


def _class(unwanted: str) -> str:
    return "[" + "".join(f"\\x{{{ord(character):X}}}" for character in unwanted) + "]"


def _drop(frame: pl.DataFrame, unwanted: str, correction: Correction) -> pl.DataFrame:
    pattern = _class(unwanted)
    found = frame["text"].str.contains(pattern)
    frame = frame.with_columns(found.alias(correction.value))
    return frame.with_columns(_TEXT.str.replace_all(pattern, "")) if found.any() else frame


def _replace(frame: pl.DataFrame, changed: pl.Expr, correction: Correction) -> pl.DataFrame:
    flag = changed != _TEXT
    if correction.value in frame.columns:
        flag |= pl.col(correction.value)
    return frame.with_columns(flag.alias(correction.value), changed.alias("text"))


def _without_spaces(frame: pl.DataFrame) -> pl.DataFrame:
    frame = _replace(frame, _TEXT.str.strip_chars(_SPACES), Correction.outer_space)
    return _drop(frame, _SPACES, Correction.inner_space)


def _upper(frame: pl.DataFrame) -> pl.DataFrame:
    upper = _TEXT.str.replace_many(_LOWER, [letter.upper() for letter in _LOWER])
    return _replace(frame, upper, Correction.lower_x)


def _usual(frame: pl.DataFrame) -> pl.DataFrame:
    return _upper(_without_spaces(frame))


def _unusual(frame: pl.DataFrame) -> pl.DataFrame:
    wide = _TEXT.str.contains(_class(characters.FULL_WIDTH))
    frame = frame.with_columns(wide.alias(Correction.full_width.value))
    frame = _drop(frame, characters.ZERO_WIDTH + characters.CONTROLS, Correction.zero_width)
    frame = _drop(frame, characters.NO_BREAK_SPACES, Correction.nbsp)
    frame = _drop(frame, characters.TAB, Correction.tab)
    frame = _drop(frame, characters.LINE_BREAKS, Correction.line_break)
    frame = _without_spaces(frame)
    frame = frame.with_columns(characters.fold_width_series(frame["text"]))
    look_alike = _TEXT.str.replace_all(_class(one.X_LOOK_ALIKES), "X")
    frame = _replace(frame, look_alike, Correction.x_look_alike)
    for _ in range(2):
        formula = (
            pl.when(_TEXT.str.starts_with("="))
            .then(_TEXT.str.slice(1).str.strip_chars('"“”'))
            .otherwise(_TEXT)
        )
        frame = _replace(frame, formula, Correction.excel_text)
        frame = _replace(frame, _TEXT.str.strip_chars(one.APOSTROPHES), Correction.apostrophe)
        prefix = _TEXT.str.replace(f"^{one.PREFIX}", "")
        frame = _replace(frame, prefix, Correction.text_prefix)
    frame = _upper(frame)
    joined = _TEXT.str.replace_all("-", "", literal=True)
    plain = pl.when(joined.str.contains("^[0-9X]+$")).then(joined).otherwise(_TEXT)
    return _replace(frame, plain, Correction.separator)


def tidy_texts(texts: pl.Series) -> pl.DataFrame:
    """n texts without nulls → n rows: text String, and a Boolean column per correction that
    tidying can make (by the name of the `Correction`)."""
    frame = pl.DataFrame({"text": texts}).with_row_index("row")
    unusual = texts.str.contains(_UNUSUAL)
    parts = [_usual(frame.filter(~unusual)), _unusual(frame.filter(unusual))]
    whole = pl.concat(parts, how="diagonal").sort("row").drop("row")
    flags = [name for name in whole.columns if name != "text"]
    return whole.with_columns(pl.col(flags).fill_null(False))

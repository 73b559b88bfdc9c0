"""Words of a delivery → codes, yes/no and whole or decimal numbers.

Each function takes a String column of n cells and returns a typed column of n values (null =
unknown) and a Boolean mask of the cells that said something that could not be understood.
"""

from functools import lru_cache

import polars as pl

from fangpin.kernel import characters
from fangpin.policy.pack import Codes, ContractColumn

YES = (
    "是", "有", "已", "对", "true", "yes", "y", "1", "√", "✓", "✔", "享受", "已享受", "参加",
    "已参加", "参保", "通", "已通", "合格", "恢复", "已恢复", "在", "享有", "符合", "t",
    "农村低保", "城市低保", "农村特困", "城市特困", "集中供养", "分散供养",
)  # fmt: skip
NO = (
    "否", "无", "未", "没有", "没", "不是", "false", "no", "n", "0", "×", "x", "✗", "不享受",
    "未享受", "未参加", "不参加", "未参保", "不通", "未通", "不合格", "未恢复", "不符合", "f",
    "不", "否。", "没享受",
)  # fmt: skip
NOTHING = ("", "-", "--", "—", "——", "/", "\\", "无数据", "null", "none", "n/a", "na", "空", "(空)")
"""Cells that say nothing: the same as blank."""

_SILENT = sorted({form for word in NOTHING for form in (word, word.upper(), word.capitalize())})
_ODD = r"[\s\p{Cc}\p{Cf}\p{Zs}\x{FF01}-\x{FF5E}]"
"""Characters that `kernel.characters` may change; most cells have none."""
_NUMBER = r"^[+-]?[0-9]+(?:\.[0-9]+)?$"
_UNIT_WORDS = (
    r"(?:人次|平方米|平米|公里|千米|周岁|个月|人|户|个|天|日|次|月|岁|年|亩|元|㎡|m2|km"
    r"|名|口|头|只|株|辆|套|间|级|%)"
)
NUMBER_SCALE = 4


def cleaned(cells: pl.Series) -> pl.Series:
    """Half-width, trimmed, inner runs of spaces one space; cells that say nothing are null."""
    odd = cells.str.contains(_ODD).fill_null(False)
    if odd.all():
        plain = characters.tidy_series(cells)
    elif odd.any():
        plain = cells.clone().scatter(odd.arg_true(), characters.tidy_series(cells.filter(odd)))
    else:
        plain = cells
    silent = plain.is_in(_SILENT).fill_null(False)
    return plain.set(silent, None) if silent.any() else plain


@lru_cache(maxsize=256)
def _spelling(text: str) -> str:
    """The form in which spellings are compared: half-width, lower case, no spaces or brackets."""
    plain = characters.without_spaces(text).lower()
    for unwanted in "()()[]【】“”\"'、,,.。·-—_":
        plain = plain.replace(unwanted, "")
    return plain


def spellings(codes: Codes) -> dict[str, str]:
    """Every known spelling, folded → code. The official word wins over a synonym of another."""
    known: dict[str, str] = {}
    for value in codes.values:
        for word in (value.zh, value.code):
            known.setdefault(_spelling(word), value.code)
    for value in codes.values:
        for word in (*value.also, value.standard or "", value.en):
            if word:
                known.setdefault(_spelling(word), value.code)
    return known


def known_words(codes: Codes, limit: int = 12) -> str:
    """The official words of a vocabulary for a message, shortened after `limit`."""
    words = [value.zh for value in codes.values]
    return "、".join(words[:limit]) + (" …" if len(words) > limit else "")


def to_codes(cells: pl.Series, codes: Codes) -> tuple[pl.Series, pl.Series]:
    """Vocabulary codes (String) by spelling; and the cells whose spelling is unknown."""
    known = spellings(codes)
    distinct = cells.unique().drop_nulls()
    table: dict[str, str | None] = {}
    unknown: list[str] = []
    for cell in distinct.to_list():
        folded = _spelling(cell)
        code = known.get(folded)
        if code is None and folded not in NOTHING:
            code = _only_code(cell, known)
        if code is None and folded and folded not in NOTHING:
            unknown.append(cell)
        table[cell] = code
    if not table:
        empty = pl.Series(cells.name, [None], dtype=pl.String).new_from_index(0, cells.len())
        return empty, pl.Series([False]).new_from_index(0, cells.len())
    coded = cells.replace_strict(
        list(table), list(table.values()), default=None, return_dtype=pl.String
    )
    mask = cells.is_in(unknown).fill_null(False) if unknown else coded.is_null() & False
    return coded, mask


def _only_code(cell: str, known: dict[str, str]) -> str | None:
    """Code of a cell such as `C级(危房)` or `健康、健康`: every part agrees on one code."""
    plain = characters.without_spaces(cell).lower()
    for separator in "、,,;;/|":
        plain = plain.replace(separator, "|")
    parts = [part for part in plain.split("|") if part]
    if len(parts) > 1:
        found = {known.get(_spelling(part)) for part in parts}
        return found.pop() if len(found) == 1 else None
    head, _, _ = plain.replace("(", "(").partition("(")
    return known.get(_spelling(head)) if head and head != plain else None


def by_keywords(cells: pl.Series, column: ContractColumn) -> pl.Series:
    """First code of `column.keywords` one of whose words stands in the text; else the default."""
    expression = pl.lit(column.default, dtype=pl.String)
    text = pl.col("text")
    for code, words in reversed(list(column.keywords.items())):
        found = pl.lit(False)
        for word in words:
            found = found | text.str.contains(word, literal=True)
        expression = pl.when(found.fill_null(False)).then(pl.lit(code)).otherwise(expression)
    return pl.DataFrame({"text": cells}).select(expression.alias(column.name)).to_series()


def to_bool(cells: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Yes/no (Boolean); and the cells that say neither."""
    plain = characters.without_spaces_series(cells).str.to_lowercase().str.strip_chars(".。")
    plain = plain.set(plain.is_in(NOTHING).fill_null(True), None)
    yes, no = plain.is_in(YES), plain.is_in(NO)
    value = pl.Series(cells.name, [True]).new_from_index(0, cells.len()).set(~yes, False)
    value = value.set(~(yes | no).fill_null(False), None)
    return value, (plain.is_not_null() & ~yes & ~no).fill_null(False)


def to_scaled(cells: pl.Series, scale: int) -> tuple[pl.Series, pl.Series]:
    """Numbers × 10^scale (Int64), exact; and the cells that are no number.

    More decimals than `scale` are rounded half away from zero; with scale 0 a fraction is no whole
    number and is not understood. Thousands separators, full-width digits and a unit word behind
    the number are understood.
    """
    plain = cells
    direct = cells.str.contains(_NUMBER).fill_null(False)
    blank = cells.is_null()
    if not (direct | blank).all():
        tidied = cleaned(cells)
        tidied = tidied.str.replace_all(r"([0-9]),([0-9]{3})", "$1$2").str.replace_all(
            r"([0-9]),([0-9]{3})", "$1$2"
        )
        tidied = tidied.str.replace(rf"\s*{_UNIT_WORDS}$", "").str.replace(r"^(?:约|共)\s*", "")
        tidied = tidied.str.replace_all(" ", "")
        plain = cells.zip_with(direct, tidied)
        direct = plain.str.contains(_NUMBER).fill_null(False)
        blank = plain.is_null()
    values = _scaled(plain.set(~direct, None), scale)
    wrong = ~blank & (~direct | values.is_null())
    return values.alias(cells.name), wrong


def _scaled(plain: pl.Series, scale: int) -> pl.Series:
    """Plain decimals × 10^scale as Int64; null where it does not fit (or is no whole number)."""
    text = pl.col("text")
    frame = pl.DataFrame({"text": plain})
    if not plain.str.contains(".", literal=True).any():
        return frame.select(text.cast(pl.Int64, strict=False) * 10**scale).to_series()
    digits = text.str.strip_chars_start("+-")
    whole = digits.str.replace(r"\..*$", "")
    fraction = digits.str.extract(r"\.([0-9]+)$", 1).fill_null("")
    padded = fraction.str.slice(0, scale).str.pad_end(scale, "0") if scale else pl.lit("")
    magnitude = (whole + padded).cast(pl.Int64, strict=False)
    next_digit = fraction.str.slice(scale, 1)
    if scale:
        magnitude = magnitude + next_digit.is_in(["5", "6", "7", "8", "9"]).cast(pl.Int64)
    else:
        exact = fraction.str.strip_chars("0") == ""
        magnitude = pl.when(exact).then(magnitude)
    signed = pl.when(text.str.starts_with("-")).then(-magnitude).otherwise(magnitude)
    return frame.select(signed).to_series()

"""Columns of an export as the contract declares them: typed values, and tests of the text itself.

Everything is total: whatever stands in a cell, a column comes out. A word outside a vocabulary
becomes `other_word`, an empty cell `blank`, where the vocabulary has them; what is no number or
date is unknown as a value and known as filled.
"""

from collections.abc import Callable, Mapping
from datetime import date

import polars as pl

from fangpin.policy.language.types import parse_declared_unit
from fangpin.policy.pack import Codes, Contract, ContractColumn, Pack
from fangpin.quality.sheets import folded

BLANK = "blank"
OTHER = "other_word"
_SEPARATORS = "[,，、;；|]"
_SCALE = {"integer": 0, "money": 2, "number": 4}
_MOST = 10**9


def typed(pack: Pack, contract: Contract, texts: pl.DataFrame) -> pl.DataFrame:
    """The contract's columns whose source `texts` has, with the other columns (`_row` …) kept.

    `texts` may hold `household_number`, on which `shared` rests.
    """
    made: list[pl.Expr | pl.Series] = []
    for column in contract.columns:
        source = column.from_text if column.test else column.name
        if source not in texts.columns:
            continue
        if column.test in _OF_SEVERAL and column.words[0] not in texts.columns:
            continue
        if column.test and column.test != "value":
            made.append(_test(column, texts).alias(column.name))
        elif column.codes is not None:
            made.append(_codes(texts[source], pack.codes[column.codes]).alias(column.name))
        elif column.type in _SCALE or column.type in ("date", "month"):
            made.append(_value(column, pl.col(source)).alias(column.name))
    return texts.with_columns(made)


def _codes(texts: pl.Series, codes: Codes) -> pl.Series:
    """Words as codes; each distinct word is looked up once."""
    words = {
        folded(word): value.code
        for value in codes.values
        for word in (value.zh, *value.also)
        if value.code not in (BLANK, OTHER)
    }
    known = {value.code for value in codes.values}
    other = OTHER if OTHER in known else None
    distinct = texts.unique().drop_nulls().to_list()
    found = {text: words.get(folded(text), other) for text in distinct}
    filled = texts.replace_strict(found, default=None, return_dtype=pl.String)
    return filled.fill_null(BLANK) if BLANK in known and other else filled


# ---- values --------------------------------------------------------------------------------------


def _value(column: ContractColumn, text: pl.Expr) -> pl.Expr:
    if column.type == "date":
        return day(text)
    if column.type == "month":
        return day(text).dt.month_start()
    scale = _SCALE[column.type]
    number: pl.Expr = _number(text)
    low = high = float(_MOST)
    if column.domain is not None:
        low, high = float(column.domain.min), float(column.domain.max)
    else:
        low = -low
    # What lies beyond every bound is taken as the bound: it is as wrong as that.
    factor = parse_declared_unit(column.unit or "").factor
    scaled: pl.Expr = (number * float(factor)).clip(low, high) * float(10**scale)
    return scaled.round(0).cast(pl.Int64, strict=False)


def _number(text: pl.Expr) -> pl.Expr:
    plain = text.str.replace_all("[,，\\s]", "")
    number: pl.Expr = plain.cast(pl.Float64, strict=False)
    return pl.when(number.is_finite()).then(number)


def day(text: pl.Expr) -> pl.Expr:
    """A date written as 20041118, 2004-11-18, 2004年11月18日, or a month (its first day)."""
    plain = text.str.replace(r"\.0+$", "").str.replace_all(r"\s", "")
    parts = plain.str.extract_groups(r"^(\d{4})[年./-]?(\d{1,2})(?:[月./-]?(\d{1,2})?日?)$")
    first, second, third = (parts.struct.field(str(number)) for number in (1, 2, 3))
    written = (
        first
        + "-"
        + second.str.zfill(2)
        + "-"
        + pl.when(third.is_null() | (third == "")).then(pl.lit("01")).otherwise(third.str.zfill(2))
    )
    return written.str.to_date("%Y-%m-%d", strict=False)


# ---- tests of the text ---------------------------------------------------------------------------


def _test(column: ContractColumn, texts: pl.DataFrame) -> pl.Expr | pl.Series:
    assert column.from_text is not None
    assert column.test is not None
    if column.test in _OF_ROWS:
        return _OF_ROWS[column.test](column.from_text, texts)
    if column.test in _OF_SEVERAL:
        return _OF_SEVERAL[column.test](column, texts)
    return _OF_CELL[column.test](column, pl.col(column.from_text))


def _blank(column: ContractColumn, text: pl.Expr) -> pl.Expr:
    return text.is_null()


def _filled(column: ContractColumn, text: pl.Expr) -> pl.Expr:
    return text.is_not_null()


def _numeric(column: ContractColumn, text: pl.Expr) -> pl.Expr:
    return _number(text).is_not_null()


def _mobile(column: ContractColumn, text: pl.Expr) -> pl.Expr:
    return _known(text.str.contains(r"^1[3-9]\d{9}(\.0+)?$"))


def _length(column: ContractColumn, text: pl.Expr) -> pl.Expr:
    return text.str.replace(r"\.0+$", "").str.len_chars().fill_null(0).clip(0, 1000).cast(pl.Int64)


def _starts(column: ContractColumn, text: pl.Expr) -> pl.Expr:
    return _known(pl.any_horizontal(text.str.starts_with(word) for word in column.words))


def _contains(column: ContractColumn, text: pl.Expr) -> pl.Expr:
    return _known(text.str.contains_any(list(column.words)))


def _characters(column: ContractColumn, text: pl.Expr) -> pl.Expr:
    first, last = column.at
    return _known(text.str.slice(first - 1, last - first + 1).is_in(list(column.words)))


_PROVINCE = "^.*?(省|自治区)"
_COUNTY = "[县旗区]|(市|州|盟).+市"


def _county_named(column: ContractColumn, text: pl.Expr) -> pl.Expr:
    """A county, district or banner, or a city inside a prefecture: neither a province nor a
    prefecture alone is one."""
    below_province = text.str.replace(_PROVINCE, "").str.replace_all("地区", "盟")
    return _known(below_province.str.contains(_COUNTY))


def _elements_of(text: pl.Expr) -> pl.Expr:
    listed = text.str.replace_all(_SEPARATORS, ",").str.split(",")
    return listed.list.eval(pl.element().str.strip_chars().filter(pl.element() != ""))


def _has(column: ContractColumn, text: pl.Expr) -> pl.Expr:
    return _known(_elements_of(text).list.eval(pl.element().is_in(list(column.words))).list.any())


def _only(column: ContractColumn, text: pl.Expr) -> pl.Expr:
    own = _elements_of(text)
    return _known(
        own.list.eval(pl.element().is_in(list(column.words))).list.all() & (own.list.len() > 0)
    )


def _elements(column: ContractColumn, text: pl.Expr) -> pl.Expr:
    return _elements_of(text).list.n_unique().fill_null(0).cast(pl.Int64)


def _known(condition: pl.Expr) -> pl.Expr:
    """An empty cell has no property."""
    return condition.fill_null(False)


def _birth_date(column: ContractColumn, text: pl.Expr) -> pl.Expr:
    return text.str.slice(6, 8).str.to_date("%Y%m%d", strict=False)


def _birth_wrong(column: ContractColumn, text: pl.Expr) -> pl.Expr:
    """A date before 1900 counts as none: nobody alive was born then."""
    born = _birth_date(column, text)
    impossible = born.is_null() | (born.dt.year() < 1900)
    return _known(text.str.contains(r"^\d{17}")) & impossible


_OF_CELL: dict[str, Callable[[ContractColumn, pl.Expr], pl.Expr]] = {
    "blank": _blank,
    "filled": _filled,
    "numeric": _numeric,
    "mobile": _mobile,
    "length": _length,
    "starts": _starts,
    "contains": _contains,
    "characters": _characters,
    "county_named": _county_named,
    "has": _has,
    "only": _only,
    "elements": _elements,
    "birth_date": _birth_date,
    "birth_wrong": _birth_wrong,
}

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def _check_wrong(name: str, texts: pl.DataFrame) -> pl.Series:
    """Whether the 18th character is not the one that GB 11643 asks for. Where the first 17 are no
    digits there is none that would be right; a shorter text has no check character."""
    number = texts[name].str.slice(0, 18)
    shaped = number.str.contains(r"^\d{17}.$")
    digits = pl.DataFrame({"number": number.set(~shaped.fill_null(False), None)})
    total = sum(
        pl.col("number").str.slice(place, 1).cast(pl.Int32, strict=False) * weight
        for place, weight in enumerate(_WEIGHTS)
    )
    table = pl.Series(list(_CHECKS))
    right = digits.select(
        rest=total % 11, last=pl.col("number").str.slice(17, 1).str.to_uppercase()
    )
    wanted = table.gather(right["rest"].cast(pl.UInt32))
    wrong = (right["last"] != wanted) | ~shaped
    return wrong.fill_null(False) & (texts[name].str.len_chars().fill_null(0) >= 18)


def _row(name: str, texts: pl.DataFrame) -> pl.Series:
    return texts["_row"].cast(pl.Int64)


def _repeated(name: str, texts: pl.DataFrame) -> pl.Series:
    return (texts[name].is_duplicated() & texts[name].is_not_null()).fill_null(False)


def _shared(name: str, texts: pl.DataFrame) -> pl.Series:
    if "household_number" not in texts.columns:
        return pl.Series(name, [False] * texts.height, dtype=pl.Boolean)
    plain = pl.col(name).str.replace(r"\.0+$", "")
    households = pl.col("household_number").n_unique().over(plain)
    return texts.select((pl.col(name).is_not_null() & (households > 1)).alias(name))[name]


def _repeated_among(column: ContractColumn, texts: pl.DataFrame) -> pl.Series:
    """Whether the text stands in two rows or more of those whose column, named first under
    `words`, holds one of the further words; other rows do not count and are not repeated."""
    assert column.from_text is not None
    other, *wanted = column.words
    counted = (pl.col(column.from_text).is_not_null() & pl.col(other).is_in(wanted)).fill_null(
        False
    )
    rows = counted.sum().over(column.from_text)
    return texts.select((counted & (rows > 1)).alias(column.name))[column.name]


def _overlapping(column: ContractColumn, texts: pl.DataFrame) -> pl.Series:
    """Whether a spell begins before one of the same person that began earlier has ended; the
    column of the ends is named under `words`. A spell without end goes on; one whose end cannot
    be read says nothing about later ones."""
    assert column.from_text is not None
    (ends,) = column.words
    if "person_number" not in texts.columns:
        return pl.Series(column.name, [False] * texts.height, dtype=pl.Boolean)
    spells = texts.select(
        person="person_number", start=day(pl.col(column.from_text)), end=day(pl.col(ends))
    ).with_row_index("row")
    goes_on = texts[ends].is_null()
    spells = spells.with_columns(
        end=pl.when(goes_on).then(pl.lit(date.max)).otherwise(pl.col("end").fill_null(date.min))
    ).sort("start", nulls_last=True)
    before = pl.col("end").cum_max().shift(1).over("person")
    late = (pl.col("start") < before) & pl.col("person").is_not_null()
    return spells.select("row", late=late.fill_null(False)).sort("row")["late"]


def _two_places(column: ContractColumn, texts: pl.DataFrame) -> pl.Series:
    """Whether another row of the same household has the same text, but a place (its column is
    named under `words`) in another county. A place that only says less is no other place."""
    assert column.from_text is not None
    (place,) = column.words
    if "household_number" not in texts.columns:
        return pl.Series(column.name, [None] * texts.height, dtype=pl.Boolean)
    named = texts.select(
        household="household_number",
        text=pl.col(column.from_text).str.replace(r"\.0+$", ""),
        county=pl.coalesce(pl.col(place).str.extract("^(.*[县区市旗])"), place),
    )
    # Sorted, places of which each only says less than the next form one chain.
    group = ["household", "text"]
    places = named.drop_nulls().unique().sort(*group, "county")
    before = pl.col("county").shift(1).over(group)
    apart = places.filter(~pl.col("county").str.starts_with(before)).select(group).unique()
    marked = named.join(apart.with_columns(apart=True), on=group, how="left", maintain_order="left")
    return marked.select(
        (pl.col("apart").fill_null(False) & pl.col("county").is_not_null()).alias(column.name)
    )[column.name]


_OF_ROWS: Mapping[str, Callable[[str, pl.DataFrame], pl.Series]] = {
    "check_wrong": _check_wrong,
    "row": _row,
    "repeated": _repeated,
    "shared": _shared,
}

_OF_SEVERAL: Mapping[str, Callable[[ContractColumn, pl.DataFrame], pl.Series]] = {
    "repeated_among": _repeated_among,
    "overlapping": _overlapping,
    "two_places": _two_places,
}

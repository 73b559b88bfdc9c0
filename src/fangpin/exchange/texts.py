"""Values of wide tables as people write them: words for codes, 是 and 否, yuan, 201405."""

from collections.abc import Callable
from functools import lru_cache
from typing import Final

import polars as pl

from fangpin.exchange import bulk
from fangpin.exchange.columns import WideColumn, reading_pack, standard_of
from fangpin.foundation import masks
from fangpin.registry.catalogue.field import CodeMap

_MASKS: Final[dict[str, Callable[[str | None], str]]] = {
    "name": masks.mask_name,
    "id_number": masks.mask_id,
    "phone": masks.mask_phone,
    "account": masks.mask_account,
}


def in_cell(column: WideColumn, value: pl.Expr, *, national: bool = False) -> pl.Expr:
    """What stands in the column's own cell: of several codes only its part. `national`: codes of
    the national standard, where it has one for all that the cell says."""
    table = standard_of(column) if national else None
    if table is not None:
        codes = value.str.split(",").list.eval(pl.element().replace(table.gb)).list.join(",")
        return pl.when(has_codes(value, table)).then(codes).otherwise(whole(column, value))
    if column.part:
        value = value.str.split(",").list.get(column.part - 1, null_on_oob=True)
        return value.replace(words_of(column.codes))
    return whole(column, value)


def whole(column: WideColumn, value: pl.Expr) -> pl.Expr:
    """All of a field, several codes with commas between them."""
    if column.kind == "codes" or column.part:
        words = words_of(column.codes)
        return value.str.split(",").list.eval(pl.element().replace(words)).list.join(",")
    if column.kind == "code":
        return value.replace(words_of(column.codes))
    if column.kind == "flag":
        return pl.when(value).then(pl.lit("是")).when(~value).then(pl.lit("否"))
    if column.kind == "money":
        return _shortened(bulk.decimal_text(value, 2))
    if column.kind == "quantity":
        return _shortened(bulk.decimal_text(value, 4))
    if column.kind in ("date", "month"):
        return value.dt.strftime("%Y%m%d" if column.kind == "date" else "%Y%m")
    return value.cast(pl.String)


def has_codes(value: pl.Expr, table: CodeMap) -> pl.Expr:
    """Whether the standard has a code for all that a field says."""
    each = pl.element().is_in(list(table.gb))
    return value.str.split(",").list.eval(each).list.all()


def masked(column: WideColumn, texts: pl.Series) -> pl.Series:
    """Texts of a field as they may stand on a page."""
    mask = _MASKS.get(column.masked)
    if mask is None:
        return texts
    return pl.Series(
        texts.name,
        [None if text is None else mask(text) for text in texts.to_list()],
        dtype=pl.String,
    )


@lru_cache(maxsize=64)
def words_of(vocabulary: str) -> dict[str, str]:
    """The official words of a vocabulary by code."""
    return {value.code: value.zh for value in reading_pack().codes[vocabulary].values}


def _shortened(text: pl.Expr) -> pl.Expr:
    return text.str.replace(r"0+$", "").str.replace(r"\.$", "")

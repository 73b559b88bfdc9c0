"""Amounts by the column: plain decimals and number cells by column arithmetic, words once each."""

from typing import Final

import numpy as np
import polars as pl

from fangpin.kernel.distinct import map_distinct
from fangpin.kernel.money.amount import FEN_PER_UNIT, LIMIT, Money, MoneyVerdict, Unit, read_money

MONEY_VERDICT_DTYPE: Final = pl.Enum([verdict.value for verdict in MoneyVerdict])
_SCHEMA: Final = {
    "verdict": MONEY_VERDICT_DTYPE,
    "fen": pl.Int64(),
    "low": pl.Int64(),
    "high": pl.Int64(),
    "per": pl.String(),
}
_MARKED: Final = r"^(?:-?|[¥￥])(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,15})(?:\.[0-9]{1,2})?元?$"
_EXPONENT: Final = {unit: len(str(fen)) - 1 for unit, fen in FEN_PER_UNIT.items()}


def _row(money: Money) -> tuple[str, int | None, int | None, int | None, str | None]:
    return money.verdict.value, money.fen, money.low, money.high, money.per


def read_money_series(
    values: pl.Series, *, unit: Unit = "元", numeric: pl.Series | None = None
) -> pl.DataFrame:
    """The column face of `read_money`: same answers.

    `values` n rows of String, or of integers or floats (then all are number cells). `numeric`
    Boolean, n rows, for String values: true where the text is that of a number cell. Result, n
    rows: verdict Enum, fen, low, high Int64, per String.
    """
    if values.dtype.is_numeric():
        return _read_numbers(values, unit)
    values = values.cast(pl.String)
    delivered = values
    if unit == "元":
        values = _without_marks(values)
    whole = 18 - _EXPONENT[unit] - 1  # digits before the point that surely fit
    fraction = min(_EXPONENT[unit], 9)
    pattern = rf"^-?[0-9]{{1,{whole}}}(?:\.[0-9]{{1,{fraction}}})?$"
    plain = values.str.contains(pattern).fill_null(False)
    frame = pl.DataFrame({"text": values})
    text = pl.col("text")
    point = text.str.find(".", literal=True).fill_null(text.str.len_bytes())
    frame = frame.with_columns(point.alias("point"))
    magnitude = text.str.slice(0, pl.col("point")).cast(pl.Int64, strict=False).abs() * 10 ** (
        _EXPONENT[unit]
    ) + text.str.slice(pl.col("point") + 1).str.pad_end(_EXPONENT[unit], "0").cast(
        pl.Int64, strict=False
    )
    fen = pl.when(text.str.starts_with("-")).then(-magnitude).otherwise(magnitude)
    if plain.all():
        return _exact(frame.select(fen.alias("fen")).to_series())
    amounts = frame.filter(plain).select(fen.alias("fen")).to_series()
    flags = pl.Series([False]).new_from_index(0, len(values)) if numeric is None else numeric
    rest = pl.DataFrame({"text": delivered, "numeric": flags.fill_null(False)}).filter(~plain)
    read = map_distinct(
        rest, lambda text, number: _row(read_money(text, unit=unit, numeric=number)), _SCHEMA
    )
    return _interleave(plain, _exact(amounts), read)


def _without_marks(values: pl.Series) -> pl.Series:
    """¥1,234.50, 1,234.50元 … as 1234.50; every other text as it is."""
    marked = values.str.contains(_MARKED).fill_null(False)
    if not marked.any():
        return values
    bare = values.str.replace_all("[¥￥,元]", "")
    return bare.zip_with(marked, values)


def _exact(fen: pl.Series) -> pl.DataFrame:
    count = len(fen)
    return pl.DataFrame(
        {
            "verdict": pl.Series([MoneyVerdict.ok.value], dtype=MONEY_VERDICT_DTYPE).new_from_index(
                0, count
            ),
            "fen": fen,
            "low": fen,
            "high": fen,
            "per": pl.Series([None], dtype=pl.String).new_from_index(0, count),
        }
    )


def _interleave(first: pl.Series, chosen: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """Rows of `chosen` where `first` is true, of `others` elsewhere, each in its own order."""
    mask = first.to_numpy()
    position = np.empty(len(mask), np.uint32)
    position[mask] = np.arange(len(chosen), dtype=np.uint32)
    position[~mask] = np.arange(len(chosen), len(chosen) + len(others), dtype=np.uint32)
    return pl.concat([chosen, others])[position]


def _read_numbers(values: pl.Series, unit: Unit) -> pl.DataFrame:
    factor = FEN_PER_UNIT[unit]
    if values.dtype.is_integer():
        safe = ((values >= -LIMIT // factor) & (values <= LIMIT // factor)).fill_null(False)
        fen = values.filter(safe).cast(pl.Int64) * factor
    else:
        # A cell that is no number at all is judged like one without end: it joins with nothing.
        values = values.fill_nan(float("inf"))
        scaled = values.cast(pl.Float64) * factor
        nearest = scaled.round(0)
        # Within these bounds the binary product cannot hide a millionth of a fen; the rest is
        # decided exactly.
        safe = ((scaled.abs() < 1e8) & ((scaled - nearest).abs() < 5e-7)).fill_null(False)
        fen = nearest.filter(safe).cast(pl.Int64)
    if safe.all():
        return _exact(fen)
    rest = pl.DataFrame({"value": values}).filter(~safe)
    read = map_distinct(rest, lambda value: _row(read_money(value, unit=unit)), _SCHEMA)
    return _interleave(safe, _exact(fen), read)

"""Identity numbers by the column: the same answers as `number.judge`, for millions of rows.

Rows that are already 18 plain valid characters take a path over their bytes, in blocks, on every
core; only the others are tidied, once per distinct value.
"""

from datetime import date
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.kernel.identity import number as one
from fangpin.kernel.identity.blocks import CODE, Bytes, bytes18, judge_bytes, with_check_digit
from fangpin.kernel.identity.tidying import tidy_texts
from fangpin.kernel.identity.verdicts import (
    Correction,
    Sex,
    Verdict,
)

VERDICT_DTYPE: Final = pl.Enum([verdict.value for verdict in Verdict])
SEX_DTYPE: Final = pl.Enum([sex.value for sex in Sex])

# Looked up by code: polars versions disagree on casting numbers to an Enum.
_VERDICTS: Final = pl.Series("verdict", list(CODE), dtype=VERDICT_DTYPE)
_SEXES: Final = pl.Series("sex", [Sex.female, Sex.male], dtype=SEX_DTYPE)  # by 17th digit odd
_COLUMNS: Final = ["normalised", "verdict", "corrections", "birth_date", "sex", "category", "level"]


def _judge_distinct(texts: pl.Series, numeric: pl.Series, as_of: date | None) -> pl.DataFrame:
    """Rows that are not plain valid numbers; null texts given as "". Columns as in the result."""
    frame = tidy_texts(texts).with_columns(numeric.alias("numeric"))
    text = pl.col("text")
    ends = r"[0-9]{17}[0-9X]"
    frame = frame.with_columns(
        pl.when((text == "") | text.is_in(sorted(one.NOTHING)))
        .then(pl.lit(CODE[Verdict.blank]))
        .when(pl.col("numeric") | text.str.contains(r"^[0-9]{15,}\.0*$"))
        .then(pl.lit(CODE[Verdict.numeric_cell]))
        .when(text.str.contains(r"^[+-]?[0-9](?:\.[0-9]+)?E\+?[0-9]{1,3}$"))
        .then(pl.lit(CODE[Verdict.scientific_text]))
        .when(~text.str.len_chars().is_in([15, 18, 20, 22]))
        .then(
            pl.when(text.str.contains("^[0-9X]+$"))
            .then(pl.lit(CODE[Verdict.wrong_length]))
            .otherwise(pl.lit(CODE[Verdict.bad_characters]))
        )
        .when(~text.str.contains(rf"^(?:[0-9]{{15}}|{ends}(?:[0-9]{{2}}(?:[A-Z0-9][0-9])?)?)$"))
        .then(pl.lit(CODE[Verdict.bad_characters]))
        .when(text.str.starts_with(one.PLACEHOLDER_PREFIX))
        .then(pl.lit(CODE[Verdict.placeholder]))
        .otherwise(pl.lit(CODE[Verdict.ok]))
        .cast(pl.UInt8)
        .alias("code"),
        text.str.len_chars().alias("length"),
    ).with_row_index("row")
    shaped = frame.filter(pl.col("code") == CODE[Verdict.ok])
    old = pl.col("length") == 15
    seventeen = shaped.filter(old).select(text.str.slice(0, 6) + "19" + text.str.slice(6))
    extended = (
        shaped.filter(old)
        .select("row")
        .with_columns(with_check_digit(seventeen.to_series()).alias("extended"))
    )
    shaped = shaped.join(extended, on="row", how="left", maintain_order="left").with_columns(
        pl.coalesce("extended", text.str.slice(0, 18)).alias("number")
    )
    code, born, _ = judge_bytes(bytes18(shaped["number"]), as_of)
    certificate = pl.col("length") > 18
    suffix_fits = text.str.slice(18, 2).str.contains("^[1-7][1-4]$")
    ok = pl.col("code") == CODE[Verdict.ok]
    shaped = shaped.with_columns(
        pl.Series("code", code),
        pl.Series("born", born),
        old.alias(Correction.fifteen_digits.value),
        (pl.col("length") == 20).alias(Correction.disability_20.value),
        (pl.col("length") == 22).alias(Correction.disability_22.value),
    ).with_columns(
        pl.when(ok & certificate & ~suffix_fits)
        .then(pl.lit(CODE[Verdict.bad_disability_code], dtype=pl.UInt8))
        .otherwise(pl.col("code"))
        .alias("code"),
        _corrections(),
    )
    shaped = shaped.with_columns(
        pl.when(ok & (pl.col("corrections") != ""))
        .then(pl.lit(CODE[Verdict.ok_normalised], dtype=pl.UInt8))
        .otherwise(pl.col("code"))
        .alias("code")
    )
    good = pl.col("code").is_in([CODE[Verdict.ok], CODE[Verdict.ok_normalised]])
    last_digit = text.str.slice(18, 1), text.str.slice(19, 1)
    shaped = shaped.select(
        "row",
        pl.col("code").alias("shaped_code"),
        pl.when(good).then("number").alias("normalised"),
        pl.when(good).then("corrections").otherwise(pl.lit("")).alias("corrections"),
        pl.when(good).then("born").cast(pl.Date).alias("birth_date"),
        pl.when(good)
        .then(pl.col("number").str.slice(16, 1).cast(pl.UInt8) % 2)
        .replace_strict({1: Sex.male.value, 0: Sex.female.value}, return_dtype=SEX_DTYPE)
        .alias("sex"),
        pl.when(good & certificate).then(last_digit[0]).cast(pl.UInt8).alias("category"),
        pl.when(good & certificate).then(last_digit[1]).cast(pl.UInt8).alias("level"),
    )
    judged = frame.join(shaped, on="row", how="left", maintain_order="left").select(
        "normalised",
        pl.coalesce("shaped_code", "code").alias("code"),
        "corrections",
        "birth_date",
        "sex",
        "category",
        "level",
    )
    judged = judged.with_columns(pl.col("corrections").fill_null(""))
    return judged.with_columns(_VERDICTS.gather(judged["code"]).alias("verdict")).select(_COLUMNS)


def _corrections() -> pl.Expr:
    """The flags of a row joined to one text; few combinations occur, so each is spelled once."""
    bits = pl.sum_horizontal(
        pl.col(correction.value).cast(pl.UInt32) * (1 << index)
        for index, correction in enumerate(Correction)
    )

    def spell(masks: pl.Series) -> pl.Series:
        if masks.is_empty():
            return masks.cast(pl.String)
        distinct = masks.unique()
        texts = [
            "+".join(name for index, name in enumerate(Correction) if mask >> index & 1)
            for mask in distinct.to_list()
        ]
        return masks.replace_strict(distinct.to_list(), texts, return_dtype=pl.String)

    return bits.map_batches(spell, return_dtype=pl.String).alias("corrections")


def _plain_frame(values: pl.Series, born: NDArray[np.int32], odd: Bytes) -> pl.DataFrame:
    """The answers for a column of plain valid numbers."""
    count = len(values)
    nothing = pl.Series([None], dtype=pl.UInt8).new_from_index(0, count)
    return pl.DataFrame(
        {
            "normalised": values,
            "verdict": pl.Series([Verdict.ok.value], dtype=VERDICT_DTYPE).new_from_index(0, count),
            "corrections": pl.Series([""]).new_from_index(0, count),
            "birth_date": pl.Series(born).cast(pl.Date),
            "sex": _SEXES.gather(pl.Series(odd)),
            "category": nothing,
            "level": nothing,
        }
    )


def judge_series(
    values: pl.Series, numeric: pl.Series | None = None, *, as_of: date | None = None
) -> pl.DataFrame:
    """What every cell of a column of identity numbers says; the column face of `judge`.

    `values` String, n rows, null = blank. `numeric` Boolean, n rows, true where the cell arrived as
    a number (null counts as false). `as_of`: nobody is born after it.

    Result, n rows: normalised String (null unless ok or ok_normalised), verdict Enum, corrections
    String (names joined by "+", "" for none), birth_date Date, sex Enum, category UInt8, level
    UInt8 (from disability certificate
    numbers). Never raises on data.
    """
    values = values.cast(pl.String).rechunk()
    arrived_as_number = (
        pl.Series([False]).new_from_index(0, len(values))
        if numeric is None
        else numeric.cast(pl.Boolean).fill_null(False)
    )
    plain = (values.str.len_bytes() == 18).fill_null(False) & ~arrived_as_number
    dummy = pl.Series(["0" * 18])
    code, born, odd = judge_bytes(
        bytes18(values if plain.all() else values.zip_with(plain, dummy)), as_of
    )
    good = (code == CODE[Verdict.ok]) & plain.to_numpy()
    if good.all():
        return _plain_frame(values, born, odd)

    rest = np.flatnonzero(~good)
    keys = pl.DataFrame({"text": values, "numeric": arrived_as_number})[rest]
    distinct = keys.unique()
    answers = keys.join(
        pl.concat(
            [distinct, _judge_distinct(distinct["text"].fill_null(""), distinct["numeric"], as_of)],
            how="horizontal",
        ),
        on=["text", "numeric"],
        how="left",
        nulls_equal=True,
        maintain_order="left",
    ).drop("text", "numeric")
    position = pl.Series(rest, dtype=pl.UInt32)
    columns = _plain_frame(values, born, odd).get_columns()
    return pl.DataFrame(
        # `clone`: scatter writes in place, and `normalised` is the caller's own column.
        [column.clone().scatter(position, answers[column.name]) for column in columns]
    )

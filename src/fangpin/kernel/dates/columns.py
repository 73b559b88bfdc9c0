"""Dates by the column: every distinct value is read once."""

from typing import Final

import polars as pl

from fangpin.kernel.dates.reading import (
    DEFAULT,
    DateSettings,
    DateVerdict,
    Precision,
    read_date,
)
from fangpin.kernel.distinct import map_distinct

DATE_VERDICT_DTYPE: Final = pl.Enum([verdict.value for verdict in DateVerdict])
PRECISION_DTYPE: Final = pl.Enum([precision.value for precision in Precision])


def read_date_series(
    values: pl.Series, settings: DateSettings = DEFAULT, *, numeric: pl.Series | None = None
) -> pl.DataFrame:
    """The column face of `read_date`: same answers.

    `values` n rows of String, Date, Datetime, or numbers (then all are number cells). `numeric`
    Boolean, n rows, for String values: true where the text is that of a number cell. Result, n
    rows: value Date, verdict Enum, precision Enum.
    """
    flags = pl.Series([False]).new_from_index(0, len(values)) if numeric is None else numeric
    keys = pl.DataFrame({"value": values, "numeric": flags.fill_null(False)})

    def read(value: object, number: bool) -> tuple[object, str, str | None]:
        reading = read_date(value, settings, numeric=number)  # type: ignore[arg-type]
        precision = reading.precision
        return reading.value, reading.verdict.value, precision.value if precision else None

    schema = {"value": pl.Date(), "verdict": DATE_VERDICT_DTYPE, "precision": PRECISION_DTYPE}
    return map_distinct(keys, read, schema)

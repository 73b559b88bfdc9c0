"""Dates in every usual Chinese form. `read_date` reads a cell, `read_date_series` a column."""

from fangpin.kernel.dates.columns import DATE_VERDICT_DTYPE, PRECISION_DTYPE, read_date_series
from fangpin.kernel.dates.reading import (
    DateSettings,
    DateVerdict,
    Precision,
    Reading,
    from_serial,
    read_date,
)

__all__ = [
    "DATE_VERDICT_DTYPE",
    "PRECISION_DTYPE",
    "DateSettings",
    "DateVerdict",
    "Precision",
    "Reading",
    "from_serial",
    "read_date",
    "read_date_series",
]

"""What the date functions of the language mean on numpy columns of days since 1970-01-01.

A register has few distinct days: a function of one day is looked up in a table of all days of two
centuries, which is worked out once for each figure that it is combined with.
"""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from fangpin.engine.column import Column
from fangpin.engine.dialect_numpy import add, both_known, subtract

Int64 = NDArray[np.int64]
Function = Callable[[Int64, Int64], Int64]

FIRST, LAST = -25_567, 47_481
"""1900-01-01 and 2099-12-31: days outside of the table are computed one by one."""
WORTHWHILE = 1_000
"""Rows from which on a table is used."""


def _months(days: Int64) -> Int64:
    """Months since 1970-01."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def _first_day(months: Int64) -> Int64:
    return months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def _full_months(start: Int64, end: Int64) -> Int64:
    """Full months from start to end, start ≤ end."""
    first, last = _months(start), _months(end)
    day_of_start, day_of_end = start - _first_day(first), end - _first_day(last)
    return last - first - (day_of_end < day_of_start)


def _months_between(start: Int64, end: Int64) -> Int64:
    forward = _full_months(np.minimum(start, end), np.maximum(start, end))
    result: Int64 = np.where(end < start, -forward, forward)
    return result


def _years_between(start: Int64, end: Int64) -> Int64:
    months = _months_between(start, end)
    years: Int64 = np.sign(months) * (np.abs(months) // 12)
    return years


def _add_months(start: Int64, months: Int64) -> Int64:
    month = _months(start)
    target = month + months
    first, following = _first_day(target), _first_day(target + 1)
    return np.minimum(first + (start - _first_day(month)), following - 1)


def _first_of_month(day: Int64, _: Int64) -> Int64:
    return _first_day(_months(day))


def _year(day: Int64, _: Int64) -> Int64:
    return _months(day) // 12 + 1970


def _month(day: Int64, _: Int64) -> Int64:
    return _months(day) % 12 + 1


@lru_cache(maxsize=64)
def _table(function: Function, figure: int, day_first: bool) -> NDArray[np.signedinteger]:
    """The function of every day of the table and one figure, in the order day, figure or not."""
    days, other = np.broadcast_arrays(np.arange(FIRST, LAST + 1), np.int64(figure))
    found = function(days, other) if day_first else function(other, days)
    for narrow in (np.int16, np.int32):
        if np.iinfo(narrow).min <= found.min() and found.max() <= np.iinfo(narrow).max:
            return found.astype(narrow)
    return found


def _applied(function: Function, left: Column, right: Column) -> Column:
    known = both_known(left, right)
    a, b = left.values, right.values
    for days, other, day_first in ((a, b, True), (b, a, False)):
        if days.ndim and other.ndim == 0 and len(days) >= WORTHWHILE:
            position = days - FIRST
            if position.min() >= 0 and position.max() <= LAST - FIRST:
                table = _table(function, int(other), day_first)
                return Column(table.take(position, mode="clip"), known)
    a, b = np.broadcast_arrays(a.astype(np.int64), b.astype(np.int64))
    return Column(function(a, b), known)


def days_between(start: Column, end: Column) -> Column:
    return subtract(end, start)


def months_between(start: Column, end: Column) -> Column:
    """Full months; negative when end lies before start."""
    return _applied(_months_between, start, end)


def years_between(start: Column, end: Column) -> Column:
    """Full years; somebody born on Feb 29 is a year older on Mar 1 of a common year."""
    return _applied(_years_between, start, end)


def add_days(day: Column, days: Column) -> Column:
    return add(day, days)


def add_months(day: Column, months: Column) -> Column:
    """The same day of a later month, clamped to the month's last day."""
    return _applied(_add_months, day, months)


def first_of_month(day: Column) -> Column:
    return _applied(_first_of_month, day, Column.constant(0))


def year(day: Column) -> Column:
    return _applied(_year, day, Column.constant(0))


def month(day: Column) -> Column:
    return _applied(_month, day, Column.constant(0))

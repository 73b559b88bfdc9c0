"""Holidays as published by the State Council, as the library we ship with knows them."""

from datetime import date
from functools import cache
from typing import Final

from chinese_calendar.constants import holidays, workdays

from fangpin.foundation.calendar.workdays import Calendar

_WEEKEND: Final = 5


@cache
def published() -> Calendar:
    """All years from the first to the last one that the library holds."""
    exceptions = {day: False for day in holidays if day.weekday() < _WEEKEND}
    exceptions |= {day: True for day in workdays if day.weekday() >= _WEEKEND}
    years = {day.year for day in holidays}
    return Calendar(exceptions, frozenset(range(min(years), max(years) + 1)))


def exceptions_of(calendar: Calendar, year: int) -> dict[date, bool]:
    """The days of a year that differ from Monday to Friday, in order."""
    return {day: works for day, works in sorted(calendar.exceptions.items()) if day.year == year}

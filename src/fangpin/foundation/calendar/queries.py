"""The calendar in force: what was entered, and for other years what is published."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from fangpin.foundation.calendar.models import CalendarDay, CalendarYear
from fangpin.foundation.calendar.published import exceptions_of, published
from fangpin.foundation.calendar.workdays import Calendar


def calendar_in_force() -> Calendar:
    """Every year's worked and free days, as far as known. Two queries."""
    base = published()
    entered = frozenset(CalendarYear.objects.values_list("year", flat=True))
    exceptions = {day: works for day, works in base.exceptions.items() if day.year not in entered}
    exceptions |= dict(CalendarDay.objects.values_list("day", "working"))
    return Calendar(exceptions, base.years | entered)


@dataclass(frozen=True, slots=True)
class YearShown:
    """A year with where its holidays come from; `known` unknown: weekends only, provisionally."""

    year: int
    known: Literal["entered", "published", "unknown"]
    exceptions: dict[date, bool]
    entered: CalendarYear | None


def year_shown(actor: Any, year: int) -> YearShown:
    """One year as it is counted. Three queries at most. The right is checked by the caller's scope
    one layer above; a calendar holds nothing about persons."""
    entered = CalendarYear.objects.select_related("changed_by").filter(year=year).first()
    calendar = calendar_in_force()
    known: Literal["entered", "published", "unknown"] = "unknown"
    if entered is not None:
        known = "entered"
    elif published().published(year):
        known = "published"
    return YearShown(year, known, exceptions_of(calendar, year), entered)

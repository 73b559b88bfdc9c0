"""When something is due, by days or working days. Pure: the calendar and the start are given."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

Kind = Literal["calendar", "workday"]
CHINA: Final = ZoneInfo("Asia/Shanghai")
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Calendar:
    """Which days are worked. `exceptions`: days that differ from Monday to Friday; `years`: those
    for which the exceptions are known. Any other year counts as weekends only, provisionally."""

    exceptions: Mapping[date, bool] = field(default_factory=dict)
    years: frozenset[int] = frozenset()

    def works(self, day: date) -> bool:
        """Whether offices work on that day, as far as is known."""
        known = self.exceptions.get(day)
        return day.weekday() < 5 if known is None else known

    def published(self, year: int) -> bool:
        """Whether the year's holidays are known."""
        return year in self.years


@dataclass(frozen=True, slots=True)
class Due:
    """The last day on which something is in time. `provisional`: it may still change, because it
    was counted through a year whose holidays nobody has published."""

    on: date
    provisional: bool = False


def local_day(start: datetime | date) -> date:
    """The day in China on which a moment lies. A moment without a time zone is refused."""
    if not isinstance(start, datetime):
        return start
    if start.tzinfo is None:
        raise ValueError(f"{start} has no time zone: the day it lies on cannot be told")
    return start.astimezone(CHINA).date()


def due(start: datetime | date, limit_days: int, kind: Kind, calendar: Calendar) -> Due:
    """The last day of a limit of `limit_days` that begins at `start`.

    The day of the start does not count. Working days: the limit ends on the last of so many worked
    days; none at all means the day itself, or the next worked one. Calendar days end on whatever
    day they end. Raises ValueError for a negative limit.
    """
    if limit_days < 0:
        raise ValueError(f"a limit of {limit_days} days")
    first = local_day(start)
    if kind == "calendar":
        return Due(first + timedelta(days=limit_days))
    day, left = first, limit_days
    while left:
        day += _DAY
        left -= calendar.works(day)
    day = next_workday(day, calendar)
    years = range(first.year, day.year + 1)
    return Due(day, not all(calendar.published(year) for year in years))


def next_workday(day: date, calendar: Calendar) -> date:
    """The day itself when it is worked, else the next one that is."""
    while not calendar.works(day):
        day += _DAY
    return day


def workdays_between(after: date, until: date, calendar: Calendar) -> int:
    """Worked days after the first and up to the second day; negative when that lies before."""
    if until < after:
        return -workdays_between(until, after, calendar)
    return sum(calendar.works(after + _DAY * step) for step in range(1, (until - after).days + 1))

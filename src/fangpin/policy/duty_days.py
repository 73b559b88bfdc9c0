"""When a duty falls due next: the calendar of a pack's duty held against a day."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Final

from fangpin.policy.pack import Calendar, Duty, Pack

_MONTHS: Final = {"month": 1, "two_months": 2, "quarter": 3, "half_year": 6}


def next_due(calendar: Calendar, on: date) -> date | None:
    """The next day, `on` included, by which the duty is owed; None for one that fell due once and
    is over, and for a school term, whose days no pack knows.

    A rhythm without a day ends with its period: a quarter on the last day of March, June …
    A day that a month does not have is its last one.
    """
    if calendar.once is not None:
        return calendar.once if calendar.once >= on else None
    if calendar.every == "day":
        return on
    if calendar.every == "week":
        return on + timedelta(days=6 - on.weekday())
    if calendar.every == "year":
        month, day = (int(part) for part in (calendar.by or "12-31").split("-"))
        this = _day_of(on.year, month, day)
        return this if this >= on else _day_of(on.year + 1, month, day)
    months = _MONTHS.get(calendar.every or "")
    if months is None:
        return None
    last = on.month + (-on.month) % months
    this = _day_of(on.year, last, calendar.by_day or 31)
    if this >= on:
        return this
    after = on.year * 12 + last - 1 + months
    return _day_of(after // 12, after % 12 + 1, calendar.by_day or 31)


def _day_of(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, monthrange(year, month)[1]))


def due_by(pack: Pack, on: date, until: date) -> list[tuple[date, Duty]]:
    """Duties of a pack and those it extends that fall due from `on` to `until`, the nearest first.

    A pack whose document is over, or has not begun, owes nothing.
    """
    if on < pack.period.from_ or (pack.period.to is not None and on > pack.period.to):
        return []
    found = [(next_due(duty.calendar, on), duty) for duty in pack.duties.values()]
    within = [(day, duty) for day, duty in found if day is not None and day <= until]
    return sorted(within, key=lambda each: (each[0], each[1].id))

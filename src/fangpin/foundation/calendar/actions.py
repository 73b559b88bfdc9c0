"""Entering a year's holidays. Whoever keeps deadlines is told, in the same transaction."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from django.db import transaction

from fangpin.foundation.actions import record
from fangpin.foundation.calendar.models import CalendarDay, CalendarYear
from fangpin.kernel.errors import FangpinError

FIRST_YEAR: Final = 1990
LAST_YEAR: Final = 2100
_WEEKEND: Final = 5

Listener = Callable[[Any, int], None]
_LISTENERS: list[Listener] = []


def on_calendar_changed(listener: Listener) -> Listener:
    """Has `listener(by, year)` called in the transaction of every change of the calendar; it puts
    the recomputing of deadlines into a job. Usable as a decorator; registered once."""
    if listener not in _LISTENERS:
        _LISTENERS.append(listener)
    return listener


@transaction.atomic
def enter_year(*, by: Any, year: int, days: Mapping[date, bool], source: str) -> CalendarYear:
    """Takes `days` (worked or not) as all that differs from Monday to Friday in `year`.

    Days that do not differ are left out. Raises FangpinError for a year out of bounds, a day of
    another year, or no source.
    """
    _check_year(year)
    given = source.strip()
    if not given or len(given) > 200:
        raise FangpinError.because(
            "没有写明放假安排的依据，或超过200字",
            "where the holidays were published is missing or longer than 200 characters",
            do_zh="写明文件名称和文号，如“国办发明电〔2026〕×号”",
            do_en="name the document and its number",
        )
    strange = sorted(day for day in days if day.year != year)
    if strange:
        raise FangpinError.because(
            f"{strange[0]} 不在 {year} 年",
            f"{strange[0]} does not lie in {year}",
            do_zh="只填本年的日期，跨年的日子填到它所在的年",
            do_en="enter days of this year only",
        )
    before = dict(CalendarDay.objects.filter(of_id=year).values_list("day", "working"))
    kept = {day: works for day, works in days.items() if works != (day.weekday() < _WEEKEND)}
    entered, _ = CalendarYear.objects.update_or_create(
        year=year, defaults={"source": given, "changed_by": by}
    )
    CalendarDay.objects.filter(of=entered).delete()
    CalendarDay.objects.bulk_create(
        CalendarDay(day=day, working=works, of=entered) for day, works in sorted(kept.items())
    )
    changed = sorted(
        day.isoformat() for day in {*before, *kept} if before.get(day) != kept.get(day)
    )
    record(
        by=by,
        action="calendar.enter",
        subject=f"calendar:{year}",
        detail={"source": given, "days": len(kept), "changed": changed},
    )
    _tell(by, year)
    return entered


@transaction.atomic
def forget_year(*, by: Any, year: int) -> bool:
    """Goes back to what the program knows of the year. False when nothing was entered."""
    removed, _ = CalendarYear.objects.filter(year=year).delete()
    if not removed:
        return False
    record(by=by, action="calendar.forget", subject=f"calendar:{year}")
    _tell(by, year)
    return True


def _check_year(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise FangpinError.because(
            f"年份 {year} 超出 {FIRST_YEAR}–{LAST_YEAR}",
            f"the year {year} lies outside {FIRST_YEAR} to {LAST_YEAR}",
            do_zh="核对年份",
            do_en="check the year",
        )


def _tell(by: Any, year: int) -> None:
    for listener in _LISTENERS:
        listener(by, year)

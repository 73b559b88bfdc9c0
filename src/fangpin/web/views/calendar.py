"""The calendar of working days: a year as it is counted, and entering the State Council's list."""

from calendar import Calendar as Weeks
from calendar import month_name
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from fangpin.foundation.calendar.actions import FIRST_YEAR, LAST_YEAR, enter_year, forget_year
from fangpin.foundation.calendar.notice import LONGEST, as_lines, read_notice
from fangpin.foundation.calendar.queries import YearShown, year_shown
from fangpin.kernel.errors import FangpinError, Text
from fangpin.people.scope import Right
from fangpin.web.access import actor_of, needs, whole_number
from fangpin.web.posted import text as line_of

_WEEKEND: Final = 5


@dataclass(frozen=True, slots=True)
class Cell:
    """A day: worked or not, and whether that differs from Monday to Friday."""

    day: date
    works: bool
    differs: bool


Month = tuple[Text, list[list[Cell | None]]]


def _months(year: int, exceptions: dict[date, bool]) -> list[Month]:
    """Twelve months, each of weeks of seven days; None for days of the months beside."""

    def cell(day: date, month: int) -> Cell | None:
        if day.month != month:
            return None
        works = exceptions.get(day, day.weekday() < _WEEKEND)
        return Cell(day, works, works != (day.weekday() < _WEEKEND))

    weeks = Weeks(firstweekday=0)
    return [
        (
            Text(f"{month}月", month_name[month]),
            [[cell(day, month) for day in week] for week in weeks.monthdatescalendar(year, month)],
        )
        for month in range(1, 13)
    ]


def _year(request: HttpRequest, written: str | None) -> int:
    year = whole_number(written) or timezone.localdate().year
    return min(max(year, FIRST_YEAR), LAST_YEAR)


def _page(
    request: HttpRequest,
    shown: YearShown,
    more: Mapping[str, object] | None = None,
    preview: dict[date, bool] | None = None,
    status: int = 200,
) -> HttpResponse:
    exceptions = shown.exceptions if preview is None else preview
    context: dict[str, object] = {
        "shown": shown,
        "months": _months(shown.year, exceptions),
        "free": sum(1 for works in exceptions.values() if not works),
        "worked": sum(1 for works in exceptions.values() if works),
        "before": shown.year - 1 if shown.year > FIRST_YEAR else None,
        "after": shown.year + 1 if shown.year < LAST_YEAR else None,
        "text": as_lines(shown.exceptions),
        "source": shown.entered.source if shown.entered else "",
        "longest": LONGEST,
        "preview": preview,
    }
    return render(request, "web/calendar.html", context | dict(more or {}), status=status)


@require_GET
@needs(Right.calendar)
def calendar(request: HttpRequest) -> HttpResponse:
    """The months of `year`, this year when none is asked for."""
    shown = year_shown(actor_of(request), _year(request, request.GET.get("year")))
    return _page(request, shown)


@require_POST
@needs(Right.calendar)
def change(request: HttpRequest) -> HttpResponse:
    """Look at what a pasted text means (`do` = check), keep it (save), or go back (forget)."""
    actor = actor_of(request)
    year = _year(request, request.POST.get("year"))
    if request.POST.get("do") == "forget":
        forget_year(by=actor, year=year)
        return redirect(f"{reverse('calendar')}?year={year}")
    text = request.POST.get("text", "")[: LONGEST + 1]
    source = line_of(request, "source")
    written = {"text": text, "source": source}
    shown = year_shown(actor, year)
    try:
        days = read_notice(text, year)
        if request.POST.get("do") == "save":
            enter_year(by=actor, year=year, days=days, source=source)
            return redirect(f"{reverse('calendar')}?year={year}")
    except FangpinError as error:
        return _page(request, shown, written | {"problem": error}, status=422)
    return _page(request, shown, written, preview=days)

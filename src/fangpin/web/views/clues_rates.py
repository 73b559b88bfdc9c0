"""How many clues were sent, answered in time and confirmed; every figure opens its list."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from fangpin.clues import queries
from fangpin.clues.limits import pack_in_force
from fangpin.clues.queries import Rate
from fangpin.clues.queries.rates import BY, By
from fangpin.clues.words import CHANNELS
from fangpin.kernel.errors import Text
from fangpin.people.scope import Right
from fangpin.places.models import Place
from fangpin.web import packs as library
from fangpin.web.access import actor_of, needs
from fangpin.web.lists.clues import said

WORDS: dict[str, Text] = {
    "channel": Text("来源渠道", "Channel"),
    "rule": Text("预警规则", "Rule"),
    "township": Text("乡镇", "Township"),
    "village": Text("村", "Village"),
    "month": Text("发现月份", "Month"),
}
# figure → what narrows the list to it
_NARROW: dict[str, dict[str, str]] = {
    "clues": {},
    "sent": {"sent": "yes"},
    "answered": {"answer": "any"},
    "in_time": {"due": "in_time"},
    "late": {"due": "answered_late"},
    "overdue": {"due": "late"},
    "confirmed": {"answer": "true"},
    "refused": {"answer": "not_true"},
    "monitored": {"answer": "already_monitored"},
    "elsewhere": {"answer": "not_living_here"},
    "cases": {"ended": "case"},
}


@dataclass(frozen=True)
class Figure:
    """A figure and the query string of its list."""

    name: str
    count: int
    query: str


@dataclass(frozen=True)
class Line:
    """One line of the table: shares as whole per cent, None = unknown."""

    label: str
    figures: tuple[Figure, ...]
    in_time: int | None
    confirmed: int | None


def _percent(share: Fraction | None) -> int | None:
    """Rounded half up, as people do."""
    return None if share is None else int(share * 100 + Fraction(1, 2))


def _line(rate: Rate, label: str, base: dict[str, str]) -> Line:
    figures = tuple(
        Figure(
            name, getattr(rate, name), urlencode({"state": "all", "counted": "yes"} | base | more)
        )
        for name, more in _NARROW.items()
    )
    return Line(label, figures, _percent(rate.share_in_time), _percent(rate.share_confirmed))


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def _labels(by: str, rows: list[Rate]) -> dict[str, str]:
    """Words for the keys. At most two queries."""
    if by == "channel":
        return {key: said(text) for key, text in CHANNELS.items()}
    if by == "rule":
        known = library.labels_of_rules(pack_in_force())
        return {key: said(text) for key, text in known.items()}
    if by in ("township", "village"):
        codes = [row.key for row in rows]
        return dict(Place.objects.filter(code__in=codes, valid_to=None).values_list("code", "name"))
    return {}


def _period(by: str, key: str, period: tuple[str, str]) -> dict[str, str]:
    """Filter values for the line: the key itself and the days of the period."""
    found = {"opened_from": period[0], "opened_to": period[1]}
    if by == "month":
        first = date.fromisoformat(f"{key}-01")
        following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
        last = date.fromordinal(following.toordinal() - 1)
        found["opened_from"] = max(first.isoformat(), period[0])
        found["opened_to"] = min(last.isoformat(), period[1] or last.isoformat())
    else:
        found[by] = key
    return {name: value for name, value in found.items() if value}


@require_GET
@needs(Right.clues)
def rates(request: HttpRequest) -> HttpResponse:
    """The table by channel, rule, township (or village) or month, for clues opened in a period."""
    actor = actor_of(request)
    asked = request.GET.get("by", "")
    by: By = next((each for each in BY if each == asked), "channel")
    if by == "township" and queries.only_one_township(actor):
        by = "village"
    period = _day(request.GET.get("from", "")), _day(request.GET.get("to", ""))
    rows = queries.rates(actor, by, period)
    if by == "month":
        rows = rows[::-1]
    labels = _labels(by, rows)
    every = queries.total(actor, period)
    days = {k: v for k, v in (("opened_from", period[0]), ("opened_to", period[1])) if v}
    context = {
        "by": "township" if by == "village" else by,
        "label": WORDS[by],
        "tabs_by": [(each, WORDS[each]) for each in BY],
        "lines": [
            _line(row, labels.get(row.key, row.key), _period(by, row.key, period)) for row in rows
        ],
        "total": _line(every, "", days) if every else None,
        "overlapping": by in ("channel", "rule"),
        "from": period[0],
        "to": period[1],
        "today": timezone.localdate(),
    }
    return render(request, "web/clues/rates.html", context)

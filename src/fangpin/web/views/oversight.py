"""What came of it: the four earlies, monitored households, and the map. Every number opens the
list behind it, cut to what the reader may see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from fangpin.kernel.errors import FangpinError, Text
from fangpin.oversight.earlies import SPANS, By, Early, Span, Way, earlies_and_whole, ways
from fangpin.oversight.monitored import Month, Standing, months, standing
from fangpin.people import queries as people
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of
from fangpin.places.actions import forget_outlines, keep_outlines
from fangpin.places.geojson import LARGEST_FILE, read_outlines
from fangpin.places.models import Boundary, Place
from fangpin.places.queries import names_of
from fangpin.registry.catalogue.vocabulary import choices
from fangpin.registry.models import Household
from fangpin.web import posted
from fangpin.web.access import actor_of, needs
from fangpin.web.oversight.map import drawn
from fangpin.web.posted import plain_number

PERIODS = {
    3: Text("近三个月", "Three months"),
    6: Text("近半年", "Half a year"),
    12: Text("近一年", "A year"),
}
SHOWN = {"watched": Text("监测户数", "Monitored households")} | {
    str(k): v for k, v in SPANS.items()
}
_PAGE = 50


@dataclass(frozen=True)
class Period:
    """Whole months up to today."""

    months: int
    first: date
    last: date


@require_GET
@needs(Right.cases)
def oversight(request: HttpRequest) -> HttpResponse:
    """The page. A fixed number of queries."""
    actor = actor_of(request)
    period = _period(request)
    show = request.GET.get("show", "watched")
    if show not in SHOWN:
        raise Http404
    level = "township" if _wide(actor) else "village"
    by_place, spans = earlies_and_whole(actor, cast(By, level), period.first, period.last)
    homes = standing(actor, cast(Any, level))
    names = _places(actor, level)
    figures = _figures(show, by_place, homes)
    context = {
        "period": period,
        "periods": PERIODS.items(),
        "shown": SHOWN.items(),
        "show": show,
        "show_text": SHOWN[show],
        "spans": [(span, SPANS[span], spans[span]) for span in SPANS],
        "span_words": SPANS.values(),
        "places": _lines(names, by_place, homes),
        "level": level,
        "map": drawn(names, {code: figures.get(code) for code in names}),
        "map_query": "monitoring" if show == "watched" else show,
        "categories": _worded(standing(actor, "category"), "monitoring_category"),
        "risks": _worded(standing(actor, "risk"), "risk_type"),
        "months": _bars(months(actor, period.first, period.last)),
        "may_load": bool(people.counties(actor)) and scope_of(actor).may(Right.places_write),
    }
    return render(request, "web/oversight/oversight.html", context)


@require_GET
@needs(Right.cases)
def behind(request: HttpRequest, span: str) -> HttpResponse:
    """The ways behind a figure: done in the period or waiting, the longest first."""
    if span not in SPANS:
        raise Http404
    actor, period = actor_of(request), _period(request)
    waiting = request.GET.get("waiting") == "1"
    area, month = request.GET.get("area", ""), request.GET.get("month", "")
    found = ways(
        actor,
        span,
        period.first,
        period.last,
        waiting=waiting,
        area=area if area.isdecimal() and len(area) == 12 else "",
        month=month[:7],
        after=_after(request.GET.get("after", "")),
        size=_PAGE + 1,
    )
    page = found[:_PAGE]
    more = ""
    if len(found) > _PAGE:
        last = page[-1]
        more = urlencode(request.GET.dict() | {"after": f"{last.days}~{last.kind}~{last.id}"})
    context = {
        "span": SPANS[span],
        "waiting": waiting,
        "period": period,
        "area": names_of(area) if area else (),
        "lines": _behind(page),
        "more": more,
        "seen_clues": scope_of(actor).may(Right.clues),
    }
    return render(request, "web/oversight/behind.html", context)


@require_http_methods(["GET", "POST"])
@needs(Right.places_write)
def outlines(request: HttpRequest) -> HttpResponse:
    """Outlines of the county's places from a GeoJSON file; loaded again they replace the former."""
    actor = actor_of(request)
    counties = people.counties(actor)
    if not counties:
        raise Http404
    context: dict[str, Any] = {"counties": counties}
    status = 200
    if request.method == "POST":
        county = next((c for c in counties if c.pk == posted.number(request, "county")), None)
        try:
            context["kept"] = _kept(request, actor, county)
        except FangpinError as error:
            context["problems"], status = error.problems, 422
        else:
            if context["kept"] is None:
                return redirect("outlines")
    context["loaded"] = [
        (each, Boundary.objects.filter(code__startswith=each.prefix).count()) for each in counties
    ]
    return render(request, "web/oversight/outlines.html", context, status=status)


def _kept(request: HttpRequest, actor: User, county: Place | None) -> int | None:
    if county is None:
        raise FangpinError.because(
            "没有选择县", "the county is missing", do_zh="选择县", do_en="choose the county"
        )
    if "forget" in request.POST:
        forget_outlines(by=actor, county=county)
        return None
    file = request.FILES.get("file")
    if file is None or file.size is None or file.size > LARGEST_FILE:
        raise FangpinError.because(
            "没有选择文件，或文件超过 20 MB",
            "no file was chosen, or it is larger than 20 MB",
            do_zh="选择 GeoJSON 文件",
            do_en="choose a GeoJSON file",
        )
    inside = Place.objects.filter(code__startswith=county.prefix, valid_to=None)
    known = dict(inside.values_list("code", "name"))
    found = read_outlines(file.read(), known)
    source = request.POST.get("source", "").strip() or (file.name or "")[-120:]
    return keep_outlines(by=actor, county=county, outlines=found, source=source)


def _period(request: HttpRequest) -> Period:
    text = request.GET.get("months", "")
    months = plain_number(text)
    count = months if months is not None and months in PERIODS else 12
    today = timezone.localdate()
    at = today.year * 12 + today.month - count
    return Period(count, date(at // 12, at % 12 + 1, 1), today)


def _wide(actor: User) -> bool:
    """Whether the reader sees more than one township."""
    return any(len(area) < 9 for area in scope_of(actor).areas(Right.cases)) or (
        len({area[:9] for area in scope_of(actor).areas(Right.cases)}) > 1
    )


def _places(actor: User, level: str) -> dict[str, str]:
    inside = scope_of(actor).within(Right.cases, "code")
    rows = Place.objects.filter(inside, level=level, valid_to=None)
    return dict(rows.values_list("code", "name"))


def _figures(
    show: str, by_place: Mapping[Span, list[Early]], homes: list[Standing]
) -> dict[str, int | None]:
    if show == "watched":
        return {line.key: line.watched for line in homes}
    return {line.key: line.median for line in by_place[cast(Span, show)]}


def _lines(
    names: Mapping[str, str], by_place: Mapping[Span, list[Early]], homes: list[Standing]
) -> list[dict[str, Any]]:
    """A line of the table for each place: households, and each span."""
    watched = {line.key: line for line in homes}
    spans = {span: {line.key: line for line in lines} for span, lines in by_place.items()}
    return [
        {
            "code": code,
            "name": names[code],
            "homes": watched.get(code),
            "spans": [(span, spans[span].get(code)) for span in SPANS],
        }
        for code in sorted(names)
    ]


def _worded(lines: list[Standing], vocabulary: str) -> list[dict[str, Any]]:
    known = choices(vocabulary)
    most = max((line.watched for line in lines), default=0)
    return [
        {
            "line": line,
            "text": known.get(line.key) or Text(line.key, line.key),
            "share": 100 * line.watched // most if most else 0,
        }
        for line in lines
    ]


def _bars(found: list[Month]) -> dict[str, Any]:
    """Bars of the months: newly monitored upward, removed and returned beside them."""
    most = max((max(m.monitored, m.removed, m.returned) for m in found), default=0)
    bars = []
    for at, month in enumerate(found):
        values = (("monitored", month.monitored), ("removed", month.removed),
                  ("returned", month.returned))  # fmt: skip
        heights = [(kind, n, round(100 * n / most) if most else 0) for kind, n in values]
        bars.append(
            {
                "month": month.month,
                "x": at * 60,
                "bars": [
                    {
                        "kind": kind,
                        "n": n,
                        "height": height,
                        "x": at * 60 + 6 + 16 * i,
                        "y": 110 - height,
                    }
                    for i, (kind, n, height) in enumerate(heights)
                ],
            }
        )
    return {"bars": bars, "width": max(60 * len(found), 60), "lines": found, "most": most}


def _behind(found: list[Way]) -> list[dict[str, Any]]:
    numbers = dict(
        Household.objects.filter(pk__in={way.home for way in found if way.home}).values_list(
            "pk", "number"
        )
    )
    codes = {way.place for way in found}
    villages = dict(Place.objects.filter(code__in=codes, valid_to=None).values_list("code", "name"))
    return [
        {
            "way": way,
            "number": numbers.get(way.home, "") if way.home else "",
            "village": villages.get(way.place, way.place),
            "address": reverse(way.kind, args=[way.id]),
        }
        for way in found
    ]


def _after(text: str) -> tuple[int, str, int] | None:
    parts = text.split("~")
    if len(parts) != 3:
        return None
    first, last = plain_number(parts[0]), plain_number(parts[2])
    return None if first is None or last is None else (first, parts[1], last)

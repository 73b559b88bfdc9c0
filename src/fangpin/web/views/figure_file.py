"""Figures of many villages from one workbook: tried, looked at, taken over."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from fangpin.kernel.errors import FangpinError, Text
from fangpin.people import queries as people
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of
from fangpin.places.actions import Stale, keep_profile
from fangpin.places.models import Place
from fangpin.web import posted
from fangpin.web.access import actor_of, needs
from fangpin.web.figure_files import pack, read_figures, unpack
from fangpin.web.views.place_list import LARGEST

YEAR = Text("年度", "year")


@require_http_methods(["GET", "POST"])
@needs(Right.village_figures)
def figure_file(request: HttpRequest) -> HttpResponse:
    """GET: the form. POST with a file: the dry run. POST with `rows`: save what it accepted."""
    context: dict[str, Any] = {"this_year": timezone.localdate().year}
    if request.method == "POST":
        try:
            context |= _tried(request)
        except FangpinError as error:
            context |= {"problems": error.problems}
            return render(request, "web/places/figure_file.html", context, status=422)
    return render(request, "web/places/figure_file.html", context)


def _tried(request: HttpRequest) -> dict[str, Any]:
    actor = actor_of(request)
    if "rows" in request.POST:
        name, kept_year, saved = unpack(request.POST["rows"])
        return {"done": _save(actor, kept_year, saved), "file": name, "year": kept_year}
    asked = posted.whole(request, "year", YEAR, timezone.localdate().year)
    if asked is None or asked < 1990:
        raise FangpinError.because(
            "没有填写年度", "the year is missing", do_zh="填写年度", do_en="give the year"
        )
    file = request.FILES.get("file")
    if file is None or file.size is None or file.size > LARGEST:
        raise FangpinError.because(
            "没有选择文件，或文件超过 20 MB",
            "no file was chosen, or it is larger than 20 MB",
            do_zh="选择“行政村信息”表（xlsx、xls、csv）",
            do_en="choose the village table (xlsx, xls, csv)",
        )
    name, year = (file.name or "")[-120:], asked
    inside = scope_of(actor).within(Right.village_figures, "code")
    villages = Place.objects.filter(inside, level=Place.Level.VILLAGE, valid_to=None)
    rows = read_figures(file.read(), name, list(villages.select_related("parent")), year)
    return {
        "report": rows,
        "taken": [row for row in rows if row.taken],
        "refused": [row for row in rows if row.why],
        "unchanged": sum(not row.why and not row.changed for row in rows),
        "rows": pack(rows, year, name),
        "file": name,
        "year": year,
    }


@transaction.atomic
def _save(actor: User, year: int, saved: list[tuple[int, int, dict[str, Any]]]) -> int:
    """All villages or none: somebody else's version in between stops the whole file."""
    for pk, version, values in saved:
        place = people.place(actor, pk, Right.village_figures)
        try:
            if place is None or place.valid_to is not None:
                raise Stale(None)
            keep_profile(by=actor, place=place, year=year, values=values, version=version)
        except Stale as error:
            raise FangpinError.because(
                "预检之后有村的数据或区划已被他人修改，没有导入",
                "somebody has changed one of the villages since the dry run; nothing was saved",
                do_zh="重新预检，核对后再导入",
                do_en="run the dry run again, look at it, then apply",
            ) from error
    return len(saved)

"""The county's own list of villages: handed in, tried, looked at, taken over."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from fangpin.kernel.errors import FangpinError
from fangpin.people import queries as people
from fangpin.people.scope import Right
from fangpin.places.actions import Report, apply_list, dry_run
from fangpin.places.models import Place
from fangpin.web import posted
from fangpin.web.access import actor_of, needs
from fangpin.web.place_lists import pack, read_list, unpack
from fangpin.web.views.places import ON

LARGEST = 20 * 1024 * 1024


@require_http_methods(["GET", "POST"])
@needs(Right.places_write)
def place_list(request: HttpRequest) -> HttpResponse:
    """GET: the form. POST with a file: the dry run. POST with `rows`: take it over as shown."""
    counties = people.counties(actor_of(request))
    if not counties:
        raise Http404
    context: dict[str, Any] = {"counties": counties, "today": timezone.localdate()}
    if request.method == "POST":
        try:
            context |= _tried(request, counties)
        except FangpinError as error:
            context |= {"problems": error.problems}
            return render(request, "web/places/list.html", context, status=422)
    return render(request, "web/places/list.html", context)


def _tried(request: HttpRequest, counties: list[Place]) -> dict[str, Any]:
    actor = actor_of(request)
    county = next((c for c in counties if c.pk == posted.number(request, "county")), None)
    if county is None:
        raise FangpinError.because(
            "没有选择县", "the county is missing", do_zh="选择县", do_en="choose the county"
        )
    on = posted.day(request, "on", ON)
    complete = request.POST.get("complete") == "1"
    common: dict[str, Any] = {
        "by": actor,
        "county": county,
        "on": on,
        "complete": complete,
    }
    shown = {"county": county, "on": on, "complete": complete}
    if "rows" in request.POST:
        name, rows = unpack(request.POST["rows"])
        report = apply_list(rows=rows, digest=request.POST.get("digest", ""), **common)
        return shown | {"report": report, "done": True, "file": name, "lines": _lines(report)}
    file = request.FILES.get("file")
    if file is None or file.size is None or file.size > LARGEST:
        raise FangpinError.because(
            "没有选择文件，或文件超过 20 MB",
            "no file was chosen, or it is larger than 20 MB",
            do_zh="选择县里的村名单（xlsx、xls、csv）",
            do_en="choose the county's list of villages (xlsx, xls, csv)",
        )
    name = (file.name or "")[-120:]
    rows = read_list(file.read(), name)
    report = dry_run(rows=rows, **common)
    return shown | {
        "report": report,
        "file": name,
        "rows": pack(rows, name),
        "lines": _lines(report),
    }


def _lines(report: Report) -> dict[str, list[Any]]:
    """Lines that are not as before, by kind, what is refused first."""
    order = ("refused", "closed", "merged", "moved", "recoded", "renamed", "reopened", "added")
    found: dict[str, list[Any]] = {}
    for kind in order:
        if lines := [line for line in report.lines if line.kind == kind]:
            found[kind] = lines
    return found

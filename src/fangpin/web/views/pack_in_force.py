"""Which pack's procedures hold in which place from which day on."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from fangpin.cases.actions import put_pack_in_force
from fangpin.cases.in_force import name_for
from fangpin.cases.models import PackInForce
from fangpin.kernel.errors import FangpinError
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of
from fangpin.places.models import Place
from fangpin.web import packs
from fangpin.web.access import actor_of, needs
from fangpin.web.posted import number


@require_http_methods(["GET", "POST"])
@needs(Right.cases_decide)
def packs_in_force(request: HttpRequest) -> HttpResponse:
    """What holds now and what was put in force; POST: from a day on another pack holds in a place.
    Cases that run go on under what they began with."""
    actor = actor_of(request)
    places = list(_places(actor))
    problem, status = None, 200
    if request.method == "POST":
        try:
            _put(request, actor, places)
        except FangpinError as error:
            problem, status = error, 422
        else:
            return redirect("packs-in-force")
    today = timezone.localdate()
    known = {place.prefix: place.name for place in places}
    rows = PackInForce.objects.filter(area_code__in=known).select_related("by")
    context = {
        "rows": [(row, known[row.area_code], packs.pack(row.pack)) for row in rows],
        "now": [
            (place, packs.pack(name_for(place.code, today)))
            for place in places
            if place.level == Place.Level.COUNTY
        ],
        "places": places,
        "packs": [pack for name in packs.names() if (pack := packs.pack(name)) and pack.procedures],
        "today": today,
        "problem": problem,
        "written": request.POST,
    }
    return render(request, "web/cases/packs.html", context, status=status)


def _places(actor: User) -> list[Place]:
    """Counties where the actor decides, and their townships. Raises Http404 for whoever decides
    for less than a county: the rules of a place are not set by the place itself."""
    scope = scope_of(actor)
    if not scope.everywhere(Right.cases_decide):
        raise Http404
    inside = scope.within(Right.cases_decide, "code")
    levels = (Place.Level.COUNTY, Place.Level.TOWNSHIP)
    return list(Place.objects.filter(inside, level__in=levels, valid_to=None).order_by("code"))


def _put(request: HttpRequest, actor: User, places: list[Place]) -> None:
    place = next((each for each in places if each.pk == number(request, "place")), None)
    name = request.POST.get("pack", "")
    if place is None or name not in packs.names():
        raise FangpinError.because(
            "没有选择地方或政策包", "place or pack is missing", do_zh="请选择", do_en="choose both"
        )
    try:
        day = date.fromisoformat(request.POST.get("from", ""))
    except ValueError:
        raise FangpinError.because(
            "生效日期不对",
            "the first day is no date",
            do_zh="按 2026-01-01 这样填写",
            do_en="write it like 2026-01-01",
        ) from None
    if day < timezone.localdate():
        raise FangpinError.because(
            "生效日期已经过去",
            "the first day lies in the past",
            do_zh="从今天或以后的日期起施行，已办理的个案不受影响",
            do_en="begin today or later; cases that run stay as they are",
        )
    put_pack_in_force(by=actor, place=place, pack=name, from_date=day)

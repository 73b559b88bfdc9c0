"""The village table by year, hamlets and groups, resettlement sites."""

from collections.abc import Mapping
from typing import TypeVar

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from fangpin.kernel.errors import FangpinError, Problem, Text
from fangpin.people.scope import Right, scope_of
from fangpin.places import actions
from fangpin.places.actions import Stale
from fangpin.places.models import NaturalVillage, Place, ResettlementSite, VillageProfile
from fangpin.places.profile.catalogue import catalogue
from fangpin.places.profile.values import Unreadable, Value, read_value, remarks, worded
from fangpin.places.queries import way_to
from fangpin.web import posted
from fangpin.web.access import actor_of, needs, whole_number
from fangpin.web.views.places import page, place_or_404
from fangpin.web.village_figures import all_remarks, shown

Row = TypeVar("Row", NaturalVillage, ResettlementSite)


@require_http_methods(["GET", "POST"])
@needs(Right.places)
def figures(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    """GET: the figures of a village for a year, as a form for whoever keeps them. POST: save."""
    of = place_or_404(request, pk)
    if of.level != Place.Level.VILLAGE or not 1990 <= year <= timezone.localdate().year:
        raise Http404
    if request.method == "POST":
        return _save(request, of, year)
    return _figures(request, of, year)


def _figures(
    request: HttpRequest,
    of: Place,
    year: int,
    *,
    written: Mapping[str, str] | None = None,
    problems: Mapping[str, Text] | None = None,
    problem: Problem | None = None,
    stale: VillageProfile | None = None,
    status: int = 200,
) -> HttpResponse:
    profile = VillageProfile.objects.filter(place=of, year=year).first()
    before = VillageProfile.objects.filter(place=of, year__lt=year).first()
    seen = stale or profile
    theirs = _other_than_mine(stale, written or {}) if stale else {}
    years = set(VillageProfile.objects.filter(place=of).values_list("year", flat=True))
    this_year = timezone.localdate().year
    context = {
        "place": of,
        "way": way_to(of),
        "year": year,
        "years": sorted({*years, year, this_year, this_year - 1}, reverse=True),
        "kept_years": years,
        "profile": profile,
        "before": before,
        "sections": shown(
            profile, before=before, written=written, problems=problems, theirs=theirs
        ),
        "remarks": all_remarks(actor_of(request), profile),
        "version": seen.version if seen else 0,
        "may_keep": scope_of(actor_of(request)).covers(Right.village_figures, of.code)
        and of.valid_to is None,
        "classes": catalogue().classes,
        "purpose": catalogue().purpose,
        "legal_basis": catalogue().legal_basis,
        "problem": problem,
        "stale": stale,
        "problems": problems,
    }
    return render(request, "web/places/figures.html", context, status=status)


def _other_than_mine(stale: VillageProfile, written: Mapping[str, str]) -> dict[str, Text | None]:
    """Fields in which what somebody else saved differs from what this form says."""
    found: dict[str, Text | None] = {}
    for name, field in catalogue().fields.items():
        try:
            mine = read_value(field, written.get(name, ""))
        except Unreadable:
            mine = None
        theirs = stale.values.get(name)
        if mine != theirs:
            unknown = Text("（未填）", "(unknown)")
            found[name] = worded(field, theirs) if theirs is not None else unknown
    return found


def _save(request: HttpRequest, of: Place, year: int) -> HttpResponse:
    actor = actor_of(request)
    if not scope_of(actor).covers(Right.village_figures, of.code) or of.valid_to is not None:
        raise Http404
    written = {name: request.POST.get(name, "")[:200] for name in catalogue().fields}
    values: dict[str, Value | None] = {}
    problems: dict[str, Text] = {}
    for name, field in catalogue().fields.items():
        try:
            values[name] = read_value(field, written[name])
        except Unreadable as error:
            problems[name] = error.text
    known = {name: value for name, value in values.items() if value is not None}
    problems |= {
        remark.field: remark.text
        for remark in remarks(known)
        if remark.error and remark.field not in problems
    }
    if problems:
        return _figures(request, of, year, written=written, problems=problems, status=422)
    try:
        actions.keep_profile(
            by=actor,
            place=of,
            year=year,
            values=values,
            version=whole_number(request.POST.get("version")),
        )
    except Stale as stale:
        return _figures(request, of, year, written=written, stale=stale.theirs, status=409)
    except FangpinError as error:
        return _figures(request, of, year, written=written, problem=error.problems[0], status=422)
    return redirect("village-figures", of.pk, year)


def _keeper_or_404(request: HttpRequest, pk: int) -> Place:
    of = place_or_404(request, pk, Right.village_figures)
    if of.valid_to is not None:
        raise Http404
    return of


@require_POST
@needs(Right.village_figures)
def hamlet(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter a hamlet or group of a village, or change the one that `hamlet` names."""
    of = _keeper_or_404(request, pk)
    row = _row(NaturalVillage, request, "hamlet", of)
    kind = request.POST.get("kind", "")
    try:
        actions.keep_hamlet(
            by=actor_of(request),
            place=of,
            kind=NaturalVillage.Kind(kind)
            if kind in NaturalVillage.Kind.values
            else NaturalVillage.Kind.GROUP,
            name=posted.text(request, "name", 81),
            households=posted.whole(request, "households", Text("户数", "households")),
            persons=posted.whole(request, "persons", Text("人数", "people")),
            hard_road={"1": True, "0": False}.get(request.POST.get("hard_road", "")),
            hamlet=row,
        )
    except FangpinError as error:
        return _again(request, of, "hamlet", error)
    return redirect("place", of.pk)


@require_POST
@needs(Right.village_figures)
def close_hamlet(request: HttpRequest, pk: int) -> HttpResponse:
    """A hamlet or group is there no more."""
    row = NaturalVillage.objects.filter(pk=pk, closed_on=None).first()
    if row is None:
        raise Http404
    of = _keeper_or_404(request, row.place_id)
    actions.close_hamlet(by=actor_of(request), hamlet=row, on=timezone.localdate())
    return redirect("place", of.pk)


_SITE = {
    "planned_households": Text("规划户数", "planned households"),
    "planned_persons": Text("规划人数", "planned people"),
    "households": Text("入住户数", "households"),
    "persons": Text("入住人数", "people"),
    "employed_persons": Text("就业人数", "people at work"),
    "occupied_since": Text("入住年份", "occupied since"),
}


@require_POST
@needs(Right.village_figures)
def site(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter a resettlement site of a place, or change the one that `site` names."""
    of = _keeper_or_404(request, pk)
    row = _row(ResettlementSite, request, "site", of)
    try:
        actions.keep_site(
            by=actor_of(request),
            place=of,
            name=posted.text(request, "name", 81),
            figures={
                name: posted.whole(
                    request, name, label, 2100 if name == "occupied_since" else 1_000_000
                )
                for name, label in _SITE.items()
            },
            note=posted.text(request, "note"),
            site=row,
        )
    except FangpinError as error:
        return _again(request, of, "site", error)
    return redirect("place", of.pk)


@require_POST
@needs(Right.village_figures)
def close_site(request: HttpRequest, pk: int) -> HttpResponse:
    """A resettlement site is one no longer."""
    row = ResettlementSite.objects.filter(pk=pk, closed_on=None).first()
    if row is None:
        raise Http404
    of = _keeper_or_404(request, row.place_id)
    actions.close_site(by=actor_of(request), site=row, on=timezone.localdate())
    return redirect("place", of.pk)


def _row(model: type[Row], request: HttpRequest, name: str, of: Place) -> Row | None:
    """The row that a form changes, None for a new one."""
    pk = posted.number(request, name)
    if not pk:
        return None
    row = model._default_manager.filter(pk=pk, place=of, closed_on=None).first()
    if row is None:
        raise Http404
    return row


def _again(request: HttpRequest, of: Place, failed: str, error: FangpinError) -> HttpResponse:
    return page(request, of, problem=error.problems[0], failed=failed)

"""Units, responsibility lists, who looks after which place or household."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from fangpin.kernel.errors import FangpinError, Problem, Text
from fangpin.people import actions
from fangpin.people import queries as people
from fangpin.people.models import Charge, Unit, UnitDuty, User
from fangpin.people.scope import Right, scope_of
from fangpin.places.models import Place
from fangpin.policy.pack import Clause
from fangpin.screening.queries import current_run
from fangpin.web import packs as library
from fangpin.web import posted
from fangpin.web.access import actor_of, needs, whole_number

SINCE = Text("开始日期", "first day")


@require_GET
@needs(Right.places, Right.users)
def units(request: HttpRequest) -> HttpResponse:
    """Units of the reader's areas by place and kind; `kind` and `place` restrict."""
    return _list(request)


def _list(request: HttpRequest, problem: Problem | None = None) -> HttpResponse:
    actor = actor_of(request)
    kind = request.GET.get("kind", "")
    rows = people.units(actor)
    if kind in Unit.Kind.values:
        rows = rows.filter(kind=kind)
    if at := whole_number(request.GET.get("place")):
        rows = rows.filter(place=at)
    context = {
        "rows": list(rows[:1000]),
        "kind": kind,
        "kinds": Unit.Kind.values,
        "counts": people.kinds_of_units(actor),
        "places": _changeable(actor),
        "counties": people.counties(actor),
        "parents": list(people.units(actor)[:1000]),
        "today": timezone.localdate(),
        "problem": problem,
        "posted": request.POST,
    }
    return render(request, "web/units/list.html", context, status=422 if problem else 200)


def _changeable(actor: User) -> list[Place]:
    """Places of which the actor keeps the units: down to the townships, and villages by choice."""
    inside = scope_of(actor).within(Right.places_write, "code")
    return list(Place.objects.filter(inside, valid_to=None).order_by("code")[:1000])


def _unit_or_404(request: HttpRequest, pk: int, *, change: bool = False) -> Unit:
    actor = actor_of(request)
    found = people.unit(actor, pk)
    if found is None or (change and not people.may_change_unit(actor, found.place)):
        raise Http404
    return found


def _place_or_404(request: HttpRequest) -> Place:
    actor = actor_of(request)
    found = people.place(actor, posted.number(request, "place"), Right.places_write)
    if found is None or found.valid_to is not None:
        raise Http404
    return found


def _parent(request: HttpRequest) -> Unit | None:
    pk = posted.number(request, "parent")
    return _unit_or_404(request, pk) if pk else None


@require_POST
@needs(Right.places_write)
def add(request: HttpRequest) -> HttpResponse:
    """Enter a unit of a place."""
    of = _place_or_404(request)
    kind = request.POST.get("kind", "")
    try:
        made = actions.enter_unit(
            by=actor_of(request),
            name=posted.text(request, "name", 121),
            kind=Unit.Kind(kind) if kind in Unit.Kind.values else Unit.Kind.OTHER,
            place=of,
            since=posted.day(request, "since", SINCE),
            parent=_parent(request),
            code=posted.text(request, "code", 30),
            feed_name=posted.text(request, "feed_name", 80),
        )
    except FangpinError as error:
        return _list(request, error.problems[0])
    return redirect("unit", made.pk)


@require_POST
@needs(Right.places_write)
def enter_local(request: HttpRequest) -> HttpResponse:
    """Governments of the townships and committees of the villages, all that are missing."""
    counties = people.counties(actor_of(request))
    if not counties:
        raise Http404
    for county in counties:
        actions.enter_local_units(by=actor_of(request), county=county, since=timezone.localdate())
    return redirect("units")


@require_GET
@needs(Right.places, Right.users)
def unit(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit: what it is, who works in it, what it answers for, whom it looks after."""
    return _page(request, _unit_or_404(request, pk))


def _page(
    request: HttpRequest, of: Unit, *, problem: Problem | None = None, failed: str = ""
) -> HttpResponse:
    actor = actor_of(request)
    may_change = of.valid_to is None and people.may_change_unit(actor, of.place)
    context: dict[str, Any] = {
        "unit": of,
        "posts": people.posts_in(of),
        "below": list(people.units(actor).filter(parent=of)),
        "duties": people.duties(actor, of),
        "charges": people.charges(actor, of=of),
        "may_change": may_change,
        "problem": problem,
        "failed": failed,
        "posted": request.POST,
        "today": timezone.localdate(),
    }
    if may_change:
        context |= {
            "parents": list(people.units(actor).exclude(pk=of.pk)[:1000]),
            "places": _changeable(actor),
            "clauses": _clauses(actor),
        }
    return render(request, "web/units/unit.html", context, status=422 if problem else 200)


def _clauses(actor: User) -> list[tuple[str, Clause]]:
    """Clauses that a duty can rest on: those of the document that is screened with."""
    run = current_run(actor)
    pack = library.pack(run.pack_name if run else "cn-base")
    return [(f"{pack.name}:{name}", each) for name, each in pack.clauses.items()] if pack else []


@require_POST
@needs(Right.places_write)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name, parent, credit code or name in feeds."""
    of = _unit_or_404(request, pk, change=True)
    try:
        actions.change_unit(
            by=actor_of(request),
            unit=of,
            name=posted.text(request, "name", 121),
            parent=_parent(request),
            code=posted.text(request, "code", 30),
            feed_name=posted.text(request, "feed_name", 80),
        )
    except FangpinError as error:
        return _page(request, of, problem=error.problems[0], failed="change")
    return redirect("unit", of.pk)


@require_POST
@needs(Right.places_write)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit ends; the posts in it with it."""
    of = _unit_or_404(request, pk, change=True)
    try:
        last = posted.day(request, "last_day", Text("最后一天", "last day"))
        actions.close_unit(by=actor_of(request), unit=of, last_day=last)
    except FangpinError as error:
        return _page(request, of, problem=error.problems[0], failed="close")
    return redirect("unit", of.pk)


@require_GET
@needs(Right.places)
def responsibilities(request: HttpRequest) -> HttpResponse:
    """The responsibility lists of all units in the reader's areas, and who looks after whom."""
    actor = actor_of(request)
    context = {"duties": people.duties(actor), "charges": people.charges(actor)}
    return render(request, "web/units/responsibilities.html", context)


@require_POST
@needs(Right.places_write)
def add_duty(request: HttpRequest, pk: int) -> HttpResponse:
    """A line of the unit's responsibility list."""
    of = _unit_or_404(request, pk, change=True)
    pack, _, clause = posted.text(request, "clause", 121).partition(":")
    try:
        actions.add_duty(
            by=actor_of(request),
            unit=of,
            text=posted.text(request, "text", 301),
            since=posted.day(request, "since", SINCE),
            pack=pack,
            clause=clause,
        )
    except FangpinError as error:
        return _page(request, of, problem=error.problems[0], failed="duty")
    return redirect("unit", of.pk)


@require_POST
@needs(Right.places_write)
def end_duty(request: HttpRequest, pk: int) -> HttpResponse:
    """A line of a responsibility list ends today."""
    duty = UnitDuty.objects.filter(pk=pk).first()
    if duty is None:
        raise Http404
    of = _unit_or_404(request, duty.unit_id, change=True)
    actions.end_duty(by=actor_of(request), duty=duty, last_day=timezone.localdate())
    return redirect("unit", of.pk)


@require_POST
@needs(Right.places_write)
def add_charge(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit, or somebody who works in it, looks after a place or a household of it."""
    of, at = _unit_or_404(request, pk, change=True), _place_or_404(request)
    person = posted.number(request, "user")
    members = {post.user_id: post.user for post in people.posts_in(of)}
    try:
        actions.add_charge(
            by=actor_of(request),
            unit=of,
            user=members.get(person),
            place=at,
            since=posted.day(request, "since", SINCE),
            household_number=posted.text(request, "household", 40),
        )
    except FangpinError as error:
        return _page(request, of, problem=error.problems[0], failed="charge")
    return redirect("unit", of.pk)


@require_POST
@needs(Right.places_write)
def end_charge(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody looks after a place or household no longer."""
    charge = Charge.objects.select_related("place").filter(pk=pk).first()
    if (
        charge is None
        or people.place(actor_of(request), charge.place_id, Right.places_write) is None
    ):
        raise Http404
    actions.end_charge(by=actor_of(request), charge=charge, last_day=timezone.localdate())
    return redirect("place", charge.place_id)

"""The administrative tree: browsing it, one place with its history, changing it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from fangpin.kernel.errors import FangpinError, Problem, Text
from fangpin.people import queries as people
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of
from fangpin.places import actions
from fangpin.places import queries as tree
from fangpin.places.actions import NewPlace
from fangpin.places.consistency import oddities
from fangpin.places.models import Place, PlaceChange, VillageProfile
from fangpin.places.profile.catalogue import catalogue
from fangpin.web import posted
from fangpin.web.access import actor_of, needs
from fangpin.web.village_figures import all_remarks, shown

ON = Text("生效日期", "first day")
_CHILD = {
    Place.Level.PROVINCE: Place.Level.CITY,
    Place.Level.CITY: Place.Level.COUNTY,
    Place.Level.COUNTY: Place.Level.TOWNSHIP,
    Place.Level.TOWNSHIP: Place.Level.VILLAGE,
}


@require_GET
@needs(Right.places)
def places(request: HttpRequest) -> HttpResponse:
    """Townships and villages of the reader's areas, with the latest figures of each village."""
    actor = actor_of(request)
    branches = people.tree(actor)
    changing = people.counties(actor)
    context = {
        "branches": branches,
        "villages": sum(len(branch.villages) for branch in branches),
        "year": timezone.localdate().year,
        "counties": changing,
        "may_keep": scope_of(actor).may(Right.village_figures),
        "oddities": [odd for county in changing[:3] for odd in oddities(county.prefix)][:50],
    }
    return render(request, "web/places/tree.html", context)


def place_or_404(request: HttpRequest, pk: int, right: Right = Right.places) -> Place:
    """The place when the right covers it."""
    found = people.place(actor_of(request), pk, right)
    if found is None:
        raise Http404
    return found


@require_GET
@needs(Right.places)
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """One place: what lies below, what is known about it, its history, who looks after it."""
    return page(request, place_or_404(request, pk))


def page(
    request: HttpRequest, of: Place, *, problem: Problem | None = None, failed: str = ""
) -> HttpResponse:
    actor = actor_of(request)
    came, went = tree.kin_of(of)
    village = of.level == Place.Level.VILLAGE
    latest = VillageProfile.objects.filter(place=of).first() if village else None
    may_change = people.may_change_tree(actor, of)
    context: dict[str, Any] = {
        "place": of,
        "way": tree.way_to(of),
        "children": tree.children_of(of),
        "history": tree.history_of(of),
        "came": came,
        "went": went,
        "changes": tree.changes(of),
        "village": village,
        "figures": shown(latest) if latest else [],
        "profile": latest,
        "remarks": all_remarks(actor, latest),
        "years": list(VillageProfile.objects.filter(place=of).values_list("year", flat=True)),
        "this_year": timezone.localdate().year,
        "today": timezone.localdate(),
        "hamlets": of.hamlets.filter(closed_on=None),
        "sites": of.sites.filter(closed_on=None),
        "units": [unit for unit in people.units(actor) if unit.place_id == of.pk],
        "charges": people.charges(actor, at=of),
        "may_change": may_change,
        "may_read_households": scope_of(actor).covers(Right.registry, of.code),
        "may_keep": scope_of(actor).covers(Right.village_figures, of.code),
        "problem": problem,
        "failed": failed,
        "posted": request.POST,
        "classes": catalogue().classes,
    }
    if may_change:
        context |= _choices(of)
    return render(request, "web/places/place.html", context, status=422 if problem else 200)


def _choices(of: Place) -> dict[str, Any]:
    """What the forms offer: neighbours to merge with, other parents, codes that are free."""
    above = of.parent
    county = of.code[:6]
    parents: list[Place] = []
    if above is not None and len(of.prefix) > 6:
        parents = list(
            Place.objects.filter(
                level=above.level, valid_to=None, code__startswith=county
            ).order_by("code")
        )
    siblings = Place.objects.filter(level=of.level, valid_to=None, code__startswith=county).exclude(
        pk=of.pk
    )
    offered: dict[str, Any] = {
        "parents": [(parent, tree.proposed_code(parent, of)) for parent in parents],
        "siblings": list(siblings.order_by("code")) if len(of.prefix) > 6 else [],
        "child_level": _CHILD.get(Place.Level(of.level)),
    }
    if above is not None:
        offered["free_code"] = tree.proposed_code(above, of)
    return offered


@require_POST
@needs(Right.places_write)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """One change of the tree, named by `kind`; then the page of the place that goes on."""
    actor, of = actor_of(request), place_or_404(request, pk, Right.places_write)
    kind = request.POST.get("kind", "")
    if kind not in _CHANGES or not people.may_change_tree(actor, of):
        raise Http404
    try:
        going_on = _CHANGES[kind](request, actor, of)
    except FangpinError as error:
        return page(request, of, problem=error.problems[0], failed=kind)
    return _see(going_on)


def _see(of: Place) -> HttpResponse:
    return redirect("place", of.pk)


def _common(request: HttpRequest, actor: User) -> dict[str, Any]:
    return {
        "by": actor,
        "on": posted.day(request, "on", ON),
        "document": posted.text(request, "document", 120),
        "note": posted.text(request, "note"),
    }


def _rename(request: HttpRequest, actor: User, of: Place) -> Place:
    name = posted.text(request, "name", 81)
    actions.rename(place=of, name=name, **_common(request, actor))
    return of


def _recode(request: HttpRequest, actor: User, of: Place) -> Place:
    code = posted.text(request, "code", 20)
    actions.recode(place=of, code=code, **_common(request, actor))
    return of


def _move(request: HttpRequest, actor: User, of: Place) -> Place:
    parent = _other(actor, posted.number(request, "parent"))
    code = posted.text(request, "code", 20) or tree.proposed_code(parent, of)
    actions.move(place=of, parent=parent, code=code, **_common(request, actor))
    return of


def _merge(request: HttpRequest, actor: User, of: Place) -> Place:
    others = [
        _other(actor, int(pk))
        for pk in request.POST.getlist("with")
        if pk.isascii() and pk.isdigit()
    ]
    name = posted.text(request, "name", 81) or None
    into: Place | NewPlace = of
    if request.POST.get("into") == "new":
        into = NewPlace(posted.text(request, "code", 20), name or "")
        name = None
    made = actions.merge(places=[of, *others], into=into, name=name, **_common(request, actor))
    return PlaceChange.objects.select_related("place").get(pk=made.pk).place or of


def _split(request: HttpRequest, actor: User, of: Place) -> Place:
    lines = request.POST.get("parts", "")[:2000].splitlines()
    parts = []
    for line in lines:
        words = line.replace("，", " ").replace(",", " ").split()
        if len(words) == 2:
            parts.append(NewPlace(words[0], words[1]))
        elif words:
            raise FangpinError.because(
                f"“{line.strip()[:40]}”不是“代码 名称”",
                f"“{line.strip()[:40]}” is not “code name”",
                do_zh="每行写一个新区划：12 位代码、空格、名称",
                do_en="one new place a line: 12 digits, a space, the name",
            )
    keeps = request.POST.get("keeps", "1") == "1"
    actions.split(place=of, parts=parts, keeps=keeps, **_common(request, actor))
    return of


def _close(request: HttpRequest, actor: User, of: Place) -> Place:
    actions.close(place=of, **_common(request, actor))
    return of


def _reopen(request: HttpRequest, actor: User, of: Place) -> Place:
    actions.reopen(place=of, **_common(request, actor))
    return of


def _enter(request: HttpRequest, actor: User, of: Place) -> Place:
    level = _CHILD.get(Place.Level(of.level))
    if level is None:
        raise Http404
    return actions.enter(
        parent=of,
        level=level,
        code=posted.text(request, "code", 20),
        name=posted.text(request, "name", 81),
        **_common(request, actor),
    )


def _other(actor: User, pk: int) -> Place:
    """Another place of a change; it lies within what the actor may change too."""
    found = people.place(actor, pk, Right.places_write)
    if found is None or not people.may_change_tree(actor, found):
        raise FangpinError.because(
            "没有选择另一个区划",
            "the other place is missing",
            do_zh="从列表中选择",
            do_en="choose it from the list",
        )
    return found


_CHANGES = {
    "rename": _rename,
    "recode": _recode,
    "move": _move,
    "merge": _merge,
    "split": _split,
    "close": _close,
    "reopen": _reopen,
    "enter": _enter,
}


@require_POST
@needs(Right.places_write)
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a change back, as long as nothing rests on it."""
    actor = actor_of(request)
    found = PlaceChange.objects.select_related("place").filter(pk=pk).first()
    if found is None or found.place is None or not people.may_change_tree(actor, found.place):
        raise Http404
    above = found.place.parent
    try:
        actions.undo(by=actor, change=found)
    except FangpinError as error:
        return page(request, found.place, problem=error.problems[0], failed="undo")
    again = Place.objects.filter(pk=found.place.pk).first() or above
    return _see(again) if again else redirect("places")

"""Data quality of the registry: the board, the list, one hit and its answer."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fangpin.checks import actions, queries
from fangpin.checks.models import Hit
from fangpin.checks.run import rules
from fangpin.foundation.actions import enqueue
from fangpin.kernel.errors import FangpinError
from fangpin.kernel.place_codes import code_of
from fangpin.people.scope import Right, scope_of
from fangpin.places.models import Place
from fangpin.web.access import actor_of, needs
from fangpin.web.lists.quality import QUALITY, STATES, label
from fangpin.web.lists.respond import respond


@require_GET
@needs(Right.quality)
def board(request: HttpRequest) -> HttpResponse:
    """What is open by township (or village) and by rule, and how it went over the months."""
    actor = actor_of(request)
    found = queries.board(actor)
    codes = [code_of(line.key) for line in found.by_place]
    names = dict(Place.objects.filter(code__in=codes, valid_to=None).values_list("code", "name"))
    lines = [
        (line, names.get(code_of(line.key), line.key), code_of(line.key)) for line in found.by_place
    ]
    context = {
        "board": found,
        "places": lines,
        "rules": [(line, label(line.key)) for line in found.by_rule if line.open][:20],
        "most": max((line.open for line in found.by_place), default=0),
        "totals": {
            name: sum(getattr(line, name) for line in found.by_place)
            for name in ("open", "answered", "corrected")
        },
        "may_run": scope_of(actor).may(Right.registry_import) and _county(request) is not None,
    }
    return render(request, "web/quality/board.html", context)


@require_GET
@needs(Right.quality)
def hits(request: HttpRequest) -> HttpResponse:
    """The list."""
    return respond(request, QUALITY, page="web/quality/hits.html")


@require_http_methods(["GET", "POST"])
@needs(Right.quality)
def hit(request: HttpRequest, pk: int) -> HttpResponse:
    """One hit: what the rule says, the registered data, and the answer. POST: answer it."""
    actor = actor_of(request)
    inside = scope_of(actor).within(Right.quality, "village_code")
    found = Hit.objects.filter(inside, pk=pk).select_related("answered_by").first()
    if found is None:
        raise Http404
    problem = None
    if request.method == "POST":
        try:
            actions.answer(
                by=actor,
                pk=pk,
                state=request.POST.get("state", ""),
                reason=request.POST.get("reason", ""),
                until=_day(request.POST.get("until", "")),
            )
        except FangpinError as error:
            problem = error
        else:
            return redirect("quality-hit", pk)
    rule = rules().get(found.rule)
    context = {
        "hit": found,
        "rule": rule,
        "label": label(found.rule),
        "state": STATES[Hit.State(found.state)],
        "village": _village(found),
        "may_exempt": scope_of(actor).covers(Right.quality_exempt, found.village_code),
        "problem": problem,
        "written": request.POST,
        "latest": timezone.localdate() + actions.LONGEST_ANSWER,
    }
    return render(request, "web/quality/hit.html", context, status=422 if problem else 200)


@require_POST
@needs(Right.registry_import)
def run(request: HttpRequest) -> HttpResponse:
    """Check the registry of the county now, in the background."""
    area = _county(request)
    if area is None:
        raise Http404
    job = enqueue(by=actor_of(request), kind=actions.JOB, arguments={"area": area})
    return redirect("job", job.pk)


def _village(found: Hit) -> Place | None:
    """The village that a hit is about; None for hits about people."""
    if found.unit != Hit.Unit.VILLAGE:
        return None
    return Place.objects.filter(code=found.village_code, valid_to=None).first()


def _county(request: HttpRequest) -> str | None:
    """The county that the actor works for; None for whoever works for less than one."""
    wide = scope_of(actor_of(request)).areas(Right.registry_import)
    return next((area for area in wide if len(area) <= 6), None)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None

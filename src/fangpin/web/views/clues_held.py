"""A run that would bring too many clues at once: what it is, and two people's release."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from fangpin.clues import actions, queries
from fangpin.clues.limits import limits
from fangpin.clues.models import RunTaken
from fangpin.clues.words import HELD
from fangpin.kernel.errors import FangpinError
from fangpin.people.scope import Right
from fangpin.screening.models import Run
from fangpin.web.access import actor_of, needs
from fangpin.web.lists.choosing import place_names


@require_http_methods(["GET", "POST"])
@needs(Right.clues_release)
def held(request: HttpRequest, pk: int) -> HttpResponse:
    """How many clues it would bring and where; a POST proposes, releases or refuses it."""
    actor = actor_of(request)
    found = queries.held_run(actor, pk)
    if found is None:
        raise Http404
    problem = None
    if request.method == "POST":
        try:
            if request.POST.get("do") == "propose":
                actions.propose_release(by=actor, held=pk, reason=request.POST.get("reason", ""))
            else:
                release = request.POST.get("do") == "release"
                actions.decide_release(by=actor, held=pk, release=release)
        except FangpinError as error:
            problem = error
        except RunTaken.DoesNotExist as error:
            raise Http404 from error
        else:
            return redirect("clue-run", pk)
    run = Run.objects.filter(pk=found.run).first()
    names = place_names(each["code"] for each in found.villages)
    context = {
        "held": found,
        "state": HELD[found.state],
        "villages": [
            (*names[each["code"]], each["concerned"], each["households"]) for each in found.villages
        ],
        "limits": limits(run.pack_name, run.as_of) if run else None,
        "waits": found.state == RunTaken.State.HELD,
        "first": found.proposed_by_id is None,
        "own": found.proposed_by_id == actor.pk,
        "problem": problem,
        "written": request.POST,
    }
    return render(request, "web/clues/held.html", context, status=422 if problem else 200)

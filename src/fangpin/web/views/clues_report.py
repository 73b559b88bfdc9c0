"""Entering a lead by hand, and saying which household a lead is about."""

from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from fangpin.clues import actions, queries
from fangpin.clues.actions.refusals import refuse
from fangpin.clues.models import Channel, Clue
from fangpin.clues.words import CHANNELS, SOURCES
from fangpin.kernel.errors import FangpinError
from fangpin.people.scope import Right, scope_of
from fangpin.registry.models import Household
from fangpin.web import posted
from fangpin.web.access import actor_of, needs
from fangpin.web.lists.choosing import places
from fangpin.web.views.clues import context_of, file_or_404


def _channels(request: HttpRequest) -> list[str]:
    """Channels whose leads the actor enters by hand."""
    scope = scope_of(actor_of(request))
    found: list[str] = [Channel.CADRE, Channel.APPLICATION]
    return [*found, Channel.SUPERVISION] if scope.may(Right.clues_send) else found


def _villages(request: HttpRequest) -> list[tuple[str, str]]:
    """Villages to choose from when nobody of the registry is named: of the actor's township, or
    all of a chosen one."""
    township = request.POST.get("township") or request.GET.get("township", "")
    found = places(actor_of(request), Right.clues_answer, township[:12])
    return [(each.value, each.text.zh) for each in found["village"]]


@require_http_methods(["GET", "POST"])
@needs(Right.clues_answer)
def report(request: HttpRequest) -> HttpResponse:
    """The form, and entering what it says."""
    actor = actor_of(request)
    channels = _channels(request)
    townships = places(actor, Right.clues_answer, "")["township"]
    context = {
        "sources": [
            (
                CHANNELS[channel],
                [(f"{channel}:{key}", text) for key, text in SOURCES[channel].items()],
            )
            for channel in channels
        ],
        "townships": [(each.value, each.text.zh) for each in townships],
        "township": request.POST.get("township") or request.GET.get("township", ""),
        "villages": _villages(request),
        "client_id": request.POST.get("client_id") or uuid4(),
        "written": request.POST if request.method == "POST" else request.GET,
    }
    if request.method == "GET" or "find" in request.POST:
        return render(request, "web/clues/report.html", context)
    channel, _, source = request.POST.get("source", "").partition(":")
    if channel and channel not in channels:
        raise Http404
    try:
        made = actions.report(
            by=actor,
            channel=channel,
            source=source,
            text=request.POST.get("text", ""),
            reporter=request.POST.get("reporter", ""),
            reference=request.POST.get("reference", ""),
            client_id=posted.client_id(request),
            household=_household(request),
            village_code=request.POST.get("village", ""),
        )
    except FangpinError as error:
        context |= {
            "problem": error,
            "refused": {each.where.column: each for each in error.problems if each.where.column},
        }
        return render(request, "web/clues/report.html", context, status=422)
    return redirect("clue", made.pk)


def _household(request: HttpRequest) -> int | None:
    """The household by its number; None without one. Raises FangpinError for a wrong number."""
    number = posted.text(request, "number", 40)
    if not number:
        return None
    found = queries.household_named(actor_of(request), number)
    if found is None:
        raise refuse(
            f"辖区内没有编号为 {number} 的户",
            f"there is no household {number} in your area",
            "核对户编号；台账中没有的户请留空并写明是谁",
            "check the number; leave it empty for somebody who is not registered",
            "number",
        )
    return found.pk


@require_POST
@needs(Right.clues_answer)
def identify(request: HttpRequest, pk: int) -> HttpResponse:
    """Say by its number which household a clue is about."""
    actor = actor_of(request)
    file = file_or_404(request, pk)
    if not scope_of(actor).covers(Right.clues_answer, file.clue.village_code):
        raise Http404
    version = request.POST.get("version", "")
    try:
        household = _household(request)
        if household is None:
            raise refuse(
                "请填写户编号",
                "give the number of the household",
                "可在台账中查找",
                "it can be looked up in the registry",
                "number",
            )
        goes_on = actions.identify(
            by=actor,
            clue=pk,
            version=posted.plain_number(version) or 0,
            household=household,
        )
    except FangpinError as error:
        context = context_of(request, file)
        context |= {"problem": error, "problem_at": "identify", "written": request.POST}
        return render(request, "web/clues/clue.html", context, status=422)
    except (Clue.DoesNotExist, Household.DoesNotExist) as error:
        raise Http404 from error
    return redirect("clue", goes_on.pk)

"""The review of probable links: one pair after the other, and the list of decisions."""

from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from fangpin.feeds import review_actions as actions
from fangpin.feeds import review_queries as queries
from fangpin.feeds.models import LinkQuestion
from fangpin.feeds.review_queries import CandidateState, ReviewFilter
from fangpin.foundation.actions import record
from fangpin.kernel.errors import FangpinError
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of
from fangpin.screening.models import Run
from fangpin.screening.queries import current_run
from fangpin.web.access import actor_of, needs, run_or_404, whole_number
from fangpin.web.packs import labels_of_contracts
from fangpin.web.side_by_side import probability, side_by_side
from fangpin.web.uploads import screen_again
from fangpin.web.wording import language

_DECISIONS = {"accept": True, "refuse": False}


def _wanted(parameters: dict[str, str]) -> ReviewFilter:
    return ReviewFilter(
        parameters.get("township", "")[:12], parameters.get("contract", "").strip()[:80]
    )


def _address(wanted: ReviewFilter, question: int = 0) -> str:
    """The queue's address with its filters, or that of one question in it."""
    parameters = {
        "township": wanted.township,
        "contract": wanted.contract,
        "question": str(question or ""),
    }
    query = urlencode({name: value for name, value in parameters.items() if value})
    return reverse("reviews") + (f"?{query}" if query else "")


@require_GET
@needs(Right.reviews)
def reviews(request: HttpRequest) -> HttpResponse:
    """The next open pair, or the one asked for; with HX-Request only the part that changes."""
    actor = actor_of(request)
    run = current_run(actor)
    if run is None:
        return render(request, "web/no_run.html")
    wanted = _wanted(request.GET.dict())
    if pk := whole_number(request.GET.get("question")):
        asked = queries.question(actor, run.intake, pk)
        if asked is None:
            raise Http404
    else:
        after = whole_number(request.GET.get("after"))
        asked = queries.next_question(actor, run.intake, wanted, after=after)
    return _shown(request, run, wanted, asked, pair=whole_number(request.GET.get("pair")))


@require_POST
@needs(Right.reviews)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept or refuse a candidate; the answer is the next pair."""
    actor, run, wanted = actor_of(request), run_or_404(request), _wanted(request.POST.dict())
    accepted = _DECISIONS.get(request.POST.get("decision", ""))
    if accepted is None:
        raise Http404
    try:
        decision = actions.decide(by=actor, candidate=pk, accepted=accepted)
    except LookupError:
        return _gone(request)
    except FangpinError as error:
        return _told(request, run, wanted, error, queries.question_with(actor, run.intake, pk))
    asked = queries.question_of(actor, run.intake, decision)
    # A refusal leaves the other candidates of the same person to be looked at.
    if asked is None or not queries.is_open(asked):
        after = asked.pk if asked else 0
        asked = queries.next_question(actor, run.intake, wanted, after=after)
    return _next(request, run, wanted, asked)


@require_POST
@needs(Right.reviews)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a decision back; the answer is its pair, or the list it was taken back in."""
    actor, run, wanted = actor_of(request), run_or_404(request), _wanted(request.POST.dict())
    try:
        decision = actions.withdraw(by=actor, decision=pk)
    except LookupError:
        return _gone(request)
    except FangpinError as error:
        asked = queries.next_question(actor, run.intake, wanted)
        return _told(request, run, wanted, error, asked)
    if request.POST.get("back") == "decisions":
        return _see(reverse("review-decisions"))
    return _next(request, run, wanted, queries.question_of(actor, run.intake, decision))


@require_GET
@needs(Right.reviews)
def decisions(request: HttpRequest) -> HttpResponse:
    """What was decided, by whom, and what was withdrawn."""
    before = whole_number(request.GET.get("before"))
    rows, more = queries.decisions(actor_of(request), before=before)
    may_apply = scope_of(actor_of(request)).may(Right.upload)
    context = {"rows": rows, "more": more, "before": before, "may_apply": may_apply}
    return render(request, "web/review_decisions.html", context)


@require_POST
@needs(Right.reviews)
@needs(Right.upload)
def apply(request: HttpRequest) -> HttpResponse:
    """Screen the same files again, so that the decisions take effect now."""
    actor, run = actor_of(request), run_or_404(request)
    try:
        job = screen_again(by=actor, run=run)
    except FangpinError as error:
        return _shown(request, run, ReviewFilter(), None, problem=error, status=422)
    return _see(reverse("job", args=[job.pk]))


# ---- answers --------------------------------------------------------------------------------


def _see(address: str) -> HttpResponse:
    response = HttpResponse(status=303)
    response.headers["Location"] = address
    return response


def _gone(request: HttpRequest) -> HttpResponse:
    """Absent, foreign, or replaced by a new run while the page was open."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("reviews")})
    raise Http404


def _told(
    request: HttpRequest,
    run: Run,
    wanted: ReviewFilter,
    error: FangpinError,
    asked: LinkQuestion | None,
) -> HttpResponse:
    """The pair as it stands now, with the sentence why nothing was changed."""
    partial = request.headers.get("HX-Request") is not None
    # htmx shows an answer only when it is a success.
    return _shown(request, run, wanted, asked, problem=error, status=200 if partial else 409)


def _next(
    request: HttpRequest, run: Run, wanted: ReviewFilter, asked: LinkQuestion | None
) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return _shown(request, run, wanted, asked)
    return _see(_address(wanted, question=asked.pk if asked else 0))


def _shown(
    request: HttpRequest,
    run: Run,
    wanted: ReviewFilter,
    asked: LinkQuestion | None,
    *,
    pair: int = 0,
    problem: FangpinError | None = None,
    status: int = 200,
) -> HttpResponse:
    actor = actor_of(request)
    labels = labels_of_contracts(run.pack_name)
    context: dict[str, Any] = {
        "run": run,
        "wanted": wanted,
        "asked": asked,
        "queue": queries.queue(actor, run.intake, wanted),
        "may_apply": scope_of(actor).may(Right.upload),
        "last": queries.last_decision(actor, run.intake),
        "labels": {name: label for name, (label, _) in labels.items()},
        "senders": {name: sender for name, (_, sender) in labels.items()},
        "problems": [
            (each.what.in_language(language()), each.remedy.in_language(language()))
            for each in (problem.problems if problem else ())
        ],
    }
    if asked is not None:
        context |= _pair(actor, asked, pair)
    partial = request.headers.get("HX-Request") is not None
    template = "web/review_panel.html" if partial else "web/reviews.html"
    response = render(request, template, context, status=status)
    if partial and request.method == "POST":
        # What the address names would be decided by now; loading it again goes on in the queue.
        response.headers["HX-Replace-Url"] = _address(wanted)
    return response


def _pair(actor: User, asked: LinkQuestion, pair: int) -> dict[str, Any]:
    """The question with the candidate looked at: the one asked for, else the best that is open.

    Reading names is written down.
    """
    states = queries.candidates(asked)
    shown = (
        next((s for s in states if s.candidate.pk == pair), None)
        or next((s for s in states if s.state == "accepted"), None)
        or next((s for s in states if s.state == "open"), None)
        or states[0]
    )
    with transaction.atomic():
        record(
            by=actor,
            action="links.read",
            subject=f"household:{shown.candidate.household_number}",
            detail={
                "person": shown.candidate.person_number,
                "candidates": [_number(state) for state in states],
            },
        )
    return {
        "states": states,
        "shown": shown,
        "sides": side_by_side(asked.delivered, shown.candidate.registered, shown.candidate.reasons),
        "probability": probability(shown.candidate.probability),
        "source": asked.sources[0],
        "more_sources": asked.sources[1:],
    }


def _number(state: CandidateState) -> str:
    return f"{state.candidate.household_number}/{state.candidate.person_number}"

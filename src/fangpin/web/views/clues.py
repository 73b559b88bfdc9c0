"""Clues: the list, one clue with its reasons, the answer to it."""

from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from fangpin.clues import actions, queries
from fangpin.clues.deadlines import LONGEST_DAYS, usual_days
from fangpin.clues.models import Clue, ClueState
from fangpin.clues.queries import ClueFile
from fangpin.clues.queries.one import Why
from fangpin.clues.words import ANSWERS, CHANNELS, ENDINGS, REASONS, SOURCES, STANDINGS, STATES
from fangpin.kernel.errors import FangpinError
from fangpin.people.scope import Right, scope_of
from fangpin.places.queries import names_of
from fangpin.web import packs as library
from fangpin.web.access import actor_of, needs
from fangpin.web.lists import respond
from fangpin.web.lists.clues import CLUES
from fangpin.web.views.households import grouped_evidence


@require_GET
@needs(Right.clues)
def clues(request: HttpRequest) -> HttpResponse:
    """The list; with HX-Request only the part that changes."""
    actor = actor_of(request)
    scope = scope_of(actor)
    context = {
        "may_send": scope.may(Right.clues_send),
        "may_report": scope.may(Right.clues_answer),
        "held": queries.held_runs(actor),
    }
    return respond(request, CLUES, page="web/clues/list.html", context=context)


def file_or_404(request: HttpRequest, pk: int) -> ClueFile:
    """The clue. Raises Http404 when it is absent or not the reader's."""
    found = queries.clue(actor_of(request), pk)
    if found is None:
        raise Http404
    return found


def _covered(request: HttpRequest, pk: int, right: Right) -> ClueFile:
    """The clue, where the actor holds `right`. Raises Http404 otherwise."""
    found = file_or_404(request, pk)
    if not scope_of(actor_of(request)).covers(right, found.clue.village_code):
        raise Http404
    return found


def _card(why: Why) -> dict[str, Any]:
    """A reason as the page shows it."""
    reason = why.reason
    loaded, clauses = library.pack(reason.pack), library.by_clause(reason.pack)
    rule = loaded.rules.get(reason.rule) if loaded else None
    content = clauses.get(reason.clause)
    return {
        "why": why,
        "reason": reason,
        "channel": CHANNELS[reason.channel],
        "source": SOURCES.get(reason.channel, {}).get(reason.source),
        "standing": STANDINGS.get(reason.standing),
        "advice": rule.advice if rule else None,
        "clause": content.clause if content else None,
        "evidence": grouped_evidence(reason.evidence, {}),
    }


def context_of(request: HttpRequest, found: ClueFile) -> dict[str, Any]:
    """Everything the page of a clue shows."""
    clue = found.clue
    today = timezone.localdate()
    scope = scope_of(actor_of(request))
    return {
        "sees_case": scope.covers(Right.cases, clue.village_code),
        "may_begin": scope.covers(Right.cases_act, clue.village_code),
        "file": found,
        "clue": clue,
        "places": names_of(clue.village_code),
        "state": ENDINGS[clue.ended_as] if clue.ended_as else STATES[clue.state],
        "late": clue.state == ClueState.SENT and clue.due_on is not None and clue.due_on < today,
        "answer": ANSWERS.get(clue.answer),
        "reason": REASONS.get(clue.answer, {}).get(clue.reason),
        "cards": [_card(why) for why in found.reasons],
        "answers": [
            {
                "given": given,
                "kind": ANSWERS[given.answer.answer],
                "reason": REASONS[given.answer.answer].get(given.answer.reason),
            }
            for given in found.answers
        ],
        "choices": [
            {"key": key, "text": text, "reasons": list(REASONS[key].items())}
            for key, text in ANSWERS.items()
        ],
        "client_id": uuid4(),
        "chosen_answer": (),
        "usual_days": usual_days(today) if found.may_send else None,
        "longest_days": LONGEST_DAYS,
        "today": today,
        "states": {**STATES, **ENDINGS},
    }


@require_GET
@needs(Right.clues)
def clue(request: HttpRequest, pk: int) -> HttpResponse:
    """One clue: why, how far it is, what was answered; the form to answer."""
    context = context_of(request, file_or_404(request, pk))
    context["said"] = request.GET.get("said", "")
    return render(request, "web/clues/clue.html", context)


def _shown_again(request: HttpRequest, pk: int, error: FangpinError, at: str) -> HttpResponse:
    """The page with what was refused and what had been filled in."""
    context = context_of(request, file_or_404(request, pk))
    context |= {"problem": error, "problem_at": at, "written": request.POST}
    context["chosen_answer"] = request.POST.get("choice", "").partition(":")[:1]
    if at == "answer" and _uuid(request.POST.get("client_id", "")):
        context["client_id"] = request.POST["client_id"]
    return render(request, "web/clues/clue.html", context, status=422)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _version(request: HttpRequest) -> int:
    """The version that the writer saw; 0 for none, which fits no clue."""
    written = request.POST.get("version", "")
    return int(written) if written.isascii() and written.isdigit() and len(written) < 9 else 0


@require_POST
@needs(Right.clues_answer)
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a clue. `choice` is answer and reason in one, as `not_true:data_wrong`."""
    _covered(request, pk, Right.clues_answer)
    kind, _, reason = request.POST.get("choice", "").partition(":")
    try:
        done = actions.answer(
            by=actor_of(request),
            clue=pk,
            version=_version(request),
            answer=kind,
            reason=reason,
            note=request.POST.get("note", ""),
            client_id=_uuid(request.POST.get("client_id", "")) or uuid4(),
        )
    except FangpinError as error:
        return _shown_again(request, pk, error, "answer")
    except Clue.DoesNotExist as error:  # moved away in between
        raise Http404 from error
    said = "conflict" if done.outcome == "conflict" else "answered"
    response = redirect("clue", pk)
    response["Location"] += f"?said={said}"
    return response


@require_POST
@needs(Right.clues_answer)
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a mistaken answer back."""
    _covered(request, pk, Right.clues_answer)
    try:
        actions.take_back(
            by=actor_of(request),
            clue=pk,
            version=_version(request),
            reason=request.POST.get("reason", ""),
        )
    except FangpinError as error:
        return _shown_again(request, pk, error, "take_back")
    except Clue.DoesNotExist as error:  # moved away in between
        raise Http404 from error
    return redirect("clue", pk)


@require_POST
@needs(Right.clues_send)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """End a clue that was found true, without a case."""
    _covered(request, pk, Right.clues_send)
    try:
        actions.close_without_case(
            by=actor_of(request),
            clue=pk,
            version=_version(request),
            reason=request.POST.get("reason", ""),
        )
    except FangpinError as error:
        return _shown_again(request, pk, error, "close")
    except Clue.DoesNotExist as error:  # moved away in between
        raise Http404 from error
    return redirect("clue", pk)

"""What persons ask about the data kept on them: received, decided by somebody else, carried out."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fangpin.foundation.models import ExportLog
from fangpin.kernel.errors import FangpinError
from fangpin.people.reading import note_reading
from fangpin.people.row_security import unwalled
from fangpin.people.scope import Right
from fangpin.privacy import lawful, queries
from fangpin.privacy.actions import requests as actions
from fangpin.privacy.copying import copy_file
from fangpin.privacy.models import PersonRequest
from fangpin.privacy.words import ASKERS, GROUNDS, KINDS, PROOFS, STATES
from fangpin.registry.catalogue.load import catalogue
from fangpin.registry.models import Household, RegistryEvent
from fangpin.registry.sealing import open_one
from fangpin.web.access import actor_of, needs, whole_number
from fangpin.web.exports.leaving import leave_file
from fangpin.web.exports.watermark import Watermark
from fangpin.web.wording import language, pick

READING = (Right.person_requests, Right.person_requests_decide)


@require_GET
@needs(*READING)
def requests(request: HttpRequest) -> HttpResponse:
    """Those under way by deadline; with ?all=1 every one, newest first."""
    actor, today = actor_of(request), timezone.localdate()
    every = request.GET.get("all") == "1"
    before = whole_number(request.GET.get("before")) or None
    page, more = queries.requests_of(actor, under_way=not every, before=before)
    context = {
        "requests": [(each, _words(each), each.under_way and each.due_on < today) for each in page],
        "every": every,
        "more": page[-1].pk if more and every and page else None,
        "late": queries.late(actor, today),
    }
    return render(request, "web/privacy/requests.html", context)


def _words(found: PersonRequest) -> dict[str, Any]:
    return {
        "kind": KINDS[found.kind],
        "state": STATES[found.state],
        "asker": ASKERS[found.asker],
        "proof": PROOFS[found.proof],
        "ground": GROUNDS.get(found.ground),
    }


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@require_http_methods(["GET", "POST"])
@needs(Right.person_requests)
def new(request: HttpRequest, household: int) -> HttpResponse:
    """The form on which a request is received, for one household."""
    actor, today = actor_of(request), timezone.localdate()
    found = queries.members_of(actor, household)
    if found is None:
        raise Http404
    home, members = found
    note_reading(by=actor, persons=[person.pk for person, _ in members])
    given, problem = request.POST, None
    if request.method == "POST":
        try:
            made = actions.register(
                by=actor,
                kind=given.get("kind", ""),
                household=household,
                person=whole_number(given.get("person")) or None,
                asker=given.get("asker", ""),
                proof=given.get("proof", ""),
                text=given.get("text", ""),
                fields=given.getlist("fields"),
                received_on=_day(given.get("received_on", "")) or today,
                today=today,
            )
        except Household.DoesNotExist as error:
            raise Http404 from error
        except FangpinError as error:
            problem = error
        else:
            return redirect("person-request", made.pk)
    fields = catalogue().fields
    context = {
        "household": home,
        "members": [(person.pk, name or person.number) for person, name in members],
        "kinds": KINDS.items(),
        "askers": ASKERS.items(),
        "proofs": PROOFS.items(),
        "consented": [(key, fields[key].label) for key in actions.objectable()],
        "today": today,
        "given": given,
        "chosen": whole_number(given.get("person") or request.GET.get("person")),
        "problem": problem,
    }
    return render(request, "web/privacy/new.html", context, status=422 if problem else 200)


@require_GET
@needs(*READING)
def request_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: what was asked, by when, the decision, and what is to be done next."""
    return _page(request, pk)


def _page(request: HttpRequest, pk: int, problem: FangpinError | None = None) -> HttpResponse:
    actor, today = actor_of(request), timezone.localdate()
    found = queries.request_of(actor, pk)
    if found is None:
        raise Http404
    decides, registers = actions.may_decide(actor, found), actions.may_register(actor, found)
    fields = catalogue().fields
    obstacles = []
    if found.kind == PersonRequest.Kind.ERASE and found.under_way and found.person_id:
        grounds = [found.ground] if found.ground else ["ended"]
        obstacles = lawful.obstacles(found.person_id, grounds[0], today)
    edits = []
    if found.kind == "correct" and found.state == "granted" and registers:
        made = RegistryEvent.objects.filter(
            persons__contains=[found.person_id], at__gte=found.decided_at, kind="edited"
        )
        edits = [(event.pk, event.at) for event in made.select_related("by")[:10]]
    context = {
        "request_": found,
        "words": _words(found),
        "name": open_one(found.person, "name") if found.person else "",
        "late": found.under_way and found.due_on < today,
        "may_decide": decides and found.state == "open",
        "own": found.registered_by_id == actor.pk,
        "registers": registers,
        "decides": decides,
        "fields": [fields[key].label for key in found.fields if key in fields],
        "grounds": GROUNDS.items(),
        "obstacles": obstacles,
        "edits": edits,
        "problem": problem,
    }
    return render(request, "web/privacy/request.html", context, status=422 if problem else 200)


def _acted(request: HttpRequest, pk: int, act: Callable[[], PersonRequest]) -> HttpResponse:
    """Do it and show the request; refused: the same page with the sentence."""
    try:
        act()
    except PersonRequest.DoesNotExist as error:
        raise Http404 from error
    except FangpinError as error:
        return _page(request, pk, error)
    return redirect("person-request", pk)


def _version(request: HttpRequest) -> int:
    return whole_number(request.POST.get("version"))


@require_POST
@needs(Right.person_requests_decide)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Grant or refuse it, with a reason."""
    given = request.POST
    return _acted(
        request,
        pk,
        lambda: actions.decide(
            by=actor_of(request),
            request=pk,
            version=_version(request),
            grant=given.get("decision") == "grant",
            reason=given.get("reason", ""),
            ground=given.get("ground", ""),
            today=timezone.localdate(),
        ),
    )


@require_POST
@needs(Right.person_requests)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """The person does not want it any more."""
    return _acted(
        request,
        pk,
        lambda: actions.withdraw(by=actor_of(request), request=pk, version=_version(request)),
    )


@require_POST
@needs(Right.person_requests)
def corrected(request: HttpRequest, pk: int) -> HttpResponse:
    """Name the edit that made the correction."""
    event = whole_number(request.POST.get("event"))
    return _acted(
        request, pk, lambda: actions.corrected(by=actor_of(request), request=pk, event=event)
    )


@require_POST
@needs(Right.person_requests_decide)
def erase(request: HttpRequest, pk: int) -> HttpResponse:
    """Carry out a granted erasure or withdrawal. It cannot be taken back."""
    return _acted(
        request,
        pk,
        lambda: actions.carry_out(
            by=actor_of(request), request=pk, version=_version(request), today=timezone.localdate()
        ),
    )


@require_POST
@needs(Right.person_requests)
def copy(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The copy as one file; handing it out closes the request."""
    actor = actor_of(request)
    found = queries.request_of(actor, pk)
    if found is None or found.kind != "copy" or not actions.may_register(actor, found):
        raise Http404
    if found.state not in (PersonRequest.State.GRANTED, PersonRequest.State.DONE):
        raise Http404
    subject = queries.subject_of(found)
    note_reading(by=actor, persons=subject.persons)
    taken: list[ExportLog] = []

    def make(export: ExportLog, mark: Watermark) -> tuple[io.BytesIO, int]:
        taken.append(export)
        with unwalled():  # what is held of a former village belongs to the copy as well
            content, rows = copy_file(
                queries.subject_of(found),
                number=found.number,
                made=timezone.now(),
                language=language(),
                watermark=mark.text,
            )
        return io.BytesIO(content), rows

    response = leave_file(
        request,
        what="person_copy",
        right=Right.person_requests,
        filter={"request": pk},
        columns=[],
        form="zip",
        name=pick("个人信息副本", "copy_of_personal_data"),
        make=make,
    )
    if taken and taken[0].state in (ExportLog.State.READY, ExportLog.State.WAITING):
        actions.copied(by=actor, request=pk, export=taken[0])
    return response

"""A case is opened: what may be begun for a household or a place, and whether it may begin now."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from fangpin.cases.actions import open_case
from fangpin.cases.actions.refusals import NotAllowed
from fangpin.cases.in_force import pack_for
from fangpin.cases.queries import procedures_for, why_not_open
from fangpin.cases.queries.opening import Offer
from fangpin.clues.models import Clue
from fangpin.kernel.errors import FangpinError, Text
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of
from fangpin.places.models import Place
from fangpin.places.queries import names_of
from fangpin.policy.procedure_records import Procedure
from fangpin.registry.models import Household
from fangpin.web.access import actor_of, needs
from fangpin.web.posted import client_id, plain_number

# heading → what procedures under it do to the registry, in the order of the page
_KINDS: Final[tuple[tuple[Text, tuple[str, ...]], ...]] = (
    (
        Text("识别、监测与退出", "Identification, monitoring and exit"),
        (
            *("monitor", "remove_risk", "return_to_monitoring", "identify"),
            *("exit_household", "exit_village", "exit_county"),
        ),
    ),
    (
        Text("更正、异议与迁移", "Corrections, objections and moves"),
        ("correct", "objection", "transfer"),
    ),
    (Text("其他工作程序", "Other procedures"), ("none",)),
)


@require_http_methods(["GET", "POST"])
@needs(Right.cases)
@needs(Right.cases_act)
def household(request: HttpRequest, number: str) -> HttpResponse:
    """For a household: the procedures there are, then one of them with its conditions. POST opens
    the case; refused with the figures when a condition does not hold."""
    actor = actor_of(request)
    inside = scope_of(actor).within(Right.cases_act, "village_code")
    found = Household.objects.filter(inside, number=number).first()
    if found is None:
        raise Http404
    today = timezone.localdate()
    offers = procedures_for(actor, found.pk, today)
    procedure = _chosen([offer.procedure for offer in offers], request)
    clue = _clue(actor, found, request.GET.get("clue") or request.POST.get("clue", ""))
    conditions = why_not_open(actor, procedure.id, found.pk, today) if procedure else []
    context = {
        "household": found,
        "about": found.number,
        "clue": clue,
        "came": "clue" if clue else "officer",
        "place": names_of(found.village_code),
        "groups": _groups(offers),
        "offer": next((offer for offer in offers if offer.procedure is procedure), None),
        "conditions": conditions,
        "stopped": any(each.blocks for each in conditions),
        "pack": pack_for(found.village_code, today),
    }
    return _answer(request, procedure, context, household=found.pk, clue=clue.pk if clue else None)


@require_http_methods(["GET", "POST"])
@needs(Right.cases)
@needs(Right.cases_act)
def place(request: HttpRequest, code: str) -> HttpResponse:
    """For a village, township or county: the exit of a village or county, for example."""
    scope = scope_of(actor_of(request))
    inside = scope.within(Right.cases_act, "code")
    found = Place.objects.filter(inside, code=code, valid_to=None).first()
    if found is None:
        raise Http404
    pack, may = pack_for(found.code, timezone.localdate()), scope.why(Right.cases_act, found.code)
    offered = [
        each
        for each in pack.procedures.values()
        if each.runnable and each.subject == str(found.level)
    ]
    context = {
        "about": found.name,
        "came": "officer",
        "place": names_of(found.code),
        "groups": _groups([Offer(each, pack.name, may, None) for each in offered]),
        "pack": pack,
    }
    return _answer(request, _chosen(offered, request), context, place=found.code)


def _groups(offers: Sequence[Offer]) -> list[tuple[Text, list[Offer]]]:
    """What is offered under the heading of what it does, the usual first."""
    found = []
    for title, effects in _KINDS:
        own = [offer for offer in offers if offer.procedure.effect in effects]
        own.sort(key=lambda offer: effects.index(offer.procedure.effect))
        if own:
            found.append((title, own))
    return found


def _answer(
    request: HttpRequest, procedure: Procedure | None, context: dict[str, Any], **subject: Any
) -> HttpResponse:
    """The page, or the case that was opened."""
    status = 200
    if request.method == "POST" and procedure is not None:
        try:
            case = open_case(
                by=actor_of(request),
                procedure=procedure.id,
                client_id=client_id(request),
                green="green" in request.POST,
                **subject,
            )
        except NotAllowed as refused:
            context["refused"], status = refused.reason, 403
        except FangpinError as error:
            context["problem"], status = error, 422
        else:
            return redirect("case", case.pk)
    context |= {
        "procedure": procedure,
        "client_id": uuid4(),
        "green": "green" in request.POST,
    }
    return render(request, "web/cases/open.html", context, status=status)


def _chosen(offered: list[Procedure], request: HttpRequest) -> Procedure | None:
    name = request.POST.get("procedure") or request.GET.get("procedure", "")
    return next((each for each in offered if each.id == name), None)


def _clue(actor: User, household: Household, text: str) -> Clue | None:
    """The clue of this household that the case begins from. Raises Http404 for another."""
    if not text:
        return None
    inside = scope_of(actor).within(Right.clues, "village_code")
    pk = plain_number(text) or 0
    found = Clue.objects.filter(inside, household=household, pk=pk).first()
    if found is None:
        raise Http404
    return found

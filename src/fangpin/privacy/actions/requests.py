"""Requests of persons: registered, decided by somebody else, carried out, within their deadline."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from fangpin.foundation.actions import record
from fangpin.foundation.fields import close_into
from fangpin.foundation.models import ExportLog
from fangpin.kernel.errors import FangpinError, Text, Where
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of
from fangpin.privacy import lawful
from fangpin.privacy.actions.erase import erase_rows
from fangpin.privacy.deadline import answer_by
from fangpin.privacy.models import Depth, PersonRequest
from fangpin.privacy.words import ASKERS, GROUNDS, KINDS, PROOFS
from fangpin.registry.catalogue.load import catalogue
from fangpin.registry.ids import allocate
from fangpin.registry.models import Household, Membership, RegistryEvent

Kind, State = PersonRequest.Kind, PersonRequest.State
_LONGEST = 2000


@transaction.atomic
def register(
    *,
    by: User,
    kind: str,
    household: int,
    person: int | None,
    asker: str,
    proof: str,
    text: str,
    received_on: date,
    today: date,
    fields: Collection[str] = (),
) -> PersonRequest:
    """Write down what somebody asks for; its deadline runs from the day after it was received.

    `person` None: the household as a whole, only for a copy. Raises Household.DoesNotExist for one
    that is absent or not the actor's, FangpinError for what is missing or does not fit.
    """
    home = Household.objects.get(pk=household)
    if not scope_of(by).covers(Right.person_requests, home.village_code):
        raise Household.DoesNotExist
    _check(kind, asker, proof, text, received_on, today, fields)
    if person is None and kind != Kind.COPY:
        raise _wrong(
            *("更正、删除、限制处理须指明家庭成员", "name the member it is about"), "person"
        )
    if person is not None and not Membership.objects.filter(household=home, person=person).exists():
        raise Household.DoesNotExist
    limit = answer_by(received_on)
    (pk,) = allocate(PersonRequest, 1)
    made = PersonRequest(
        pk=pk,
        kind=kind,
        village_code=home.village_code,
        household=home,
        person_id=person,
        asker=asker,
        proof=proof,
        fields=sorted(set(fields)),
        received_on=received_on,
        due_on=limit.on,
        provisional=limit.provisional,
        registered_by=by,
    )
    close_into([made], "text", [text.strip() or None])
    made.save(force_insert=True)
    detail = {"kind": kind, "household": household, "person": person, "due": str(limit.on)}
    record(by=by, action="request.registered", subject=f"request:{pk}", detail=detail)
    return made


@transaction.atomic
def decide(
    *, by: User, request: int, version: int, grant: bool, reason: str, today: date, ground: str = ""
) -> PersonRequest:
    """Grant or refuse a request, with the reason that the person is told.

    Never by who registered it. An erasure is granted only where the law allows it (`lawful`).
    Raises PersonRequest.DoesNotExist for one that is absent or not the actor's to decide.
    """
    found = _locked(request)
    if not may_decide(by, found):
        raise PersonRequest.DoesNotExist
    if found.state != State.OPEN or found.version != version:
        raise _stale()
    reason = " ".join(reason.split())
    if not 2 <= len(reason) <= _LONGEST:
        raise _wrong("决定须写明理由", "a decision needs its reason", "reason")
    if found.kind == Kind.ERASE and grant:
        if ground not in GROUNDS:
            raise _wrong("请选择删除的法定理由", "choose the legal ground", "ground")
        against = lawful.obstacles(found.person_id or 0, ground, today)
        if against:
            raise FangpinError.because(
                "；".join(each.zh for each in against),
                "; ".join(each.en for each in against),
                do_zh="不予删除并告知理由，或先消除上述情形",
                do_en="refuse it and say why, or settle that first",
                where=Where(column="ground"),
            )
        found.ground = ground
    found.state = State.GRANTED if grant else State.REFUSED
    found.decided_by, found.decided_at = by, timezone.now()
    close_into([found], "reason", [reason])
    _save(found, "state", "ground", "decided_by", "decided_at", "reason_closed")
    record(
        by=by,
        action="request.granted" if grant else "request.refused",
        subject=f"request:{found.pk}",
        detail={"kind": found.kind, "ground": found.ground},
    )
    return found


@transaction.atomic
def withdraw(*, by: User, request: int, version: int) -> PersonRequest:
    """The person does not want it any more. Possible until it is carried out."""
    found = _locked(request)
    if not may_register(by, found):
        raise PersonRequest.DoesNotExist
    if not found.under_way or found.version != version:
        raise _stale()
    found.state = State.WITHDRAWN
    _save(found, "state")
    record(by=by, action="request.withdrawn", subject=f"request:{found.pk}")
    return found


@transaction.atomic
def corrected(*, by: User, request: int, event: int) -> PersonRequest:
    """Say that a granted correction was made, by the edit that made it.

    The event must concern the person, come after the decision, and not serve another request.
    """
    found = PersonRequest.objects.select_for_update().get(pk=request)
    if not may_register(by, found) or found.kind != Kind.CORRECT:
        raise PersonRequest.DoesNotExist
    if found.state != State.GRANTED:
        raise _stale()
    made = RegistryEvent.objects.filter(
        pk=event, persons__contains=[found.person_id], at__gte=found.decided_at
    )
    if not made.exists() or PersonRequest.objects.filter(event=event).exists():
        raise _wrong(
            *("这次修改不属于该申请", "that change does not belong to this request"), "event"
        )
    found.event_id = event
    return _done(found, by, {"event": event})


@transaction.atomic
def copied(*, by: User, request: int, export: ExportLog) -> PersonRequest:
    """Say that the copy was made and handed out as this export."""
    found = PersonRequest.objects.select_for_update().get(pk=request)
    if not may_register(by, found) or found.kind != Kind.COPY:
        raise PersonRequest.DoesNotExist
    if found.state == State.DONE:  # handed out once more
        return found
    if found.state != State.GRANTED:
        raise _stale()
    found.export = export
    return _done(found, by, {"export": export.pk})


@transaction.atomic
def carry_out(*, by: User, request: int, version: int, today: date) -> PersonRequest:
    """Erase what a granted erasure or objection is about. Cannot be taken back."""
    found = _locked(request)
    if not may_decide(by, found) or found.kind not in (Kind.ERASE, Kind.OBJECT):
        raise PersonRequest.DoesNotExist
    if found.state != State.GRANTED or found.person_id is None or found.version != version:
        raise _stale()
    if found.kind == Kind.ERASE:
        if lawful.obstacles(found.person_id, found.ground, today):
            raise _stale()
        count = erase_rows(by=by, persons=[found.person_id], depth=Depth.IDENTITY, request=found)
    else:
        count = erase_rows(
            by=by,
            persons=[found.person_id],
            depth=Depth.FIELDS,
            fields=found.fields,
            request=found,
        ) if found.fields else 0  # fmt: skip
    found.refresh_from_db()
    return _done(found, by, {"rows": count})


def may_register(actor: User, request: PersonRequest) -> bool:
    """Whether the actor receives and answers requests there."""
    return scope_of(actor).covers(Right.person_requests, request.village_code)


def may_decide(actor: User, request: PersonRequest) -> bool:
    """Whether the actor decides on it: not who registered it."""
    return request.registered_by_id != actor.pk and scope_of(actor).covers(
        Right.person_requests_decide, request.village_code
    )


def objectable() -> dict[str, str]:
    """Fields that rest on consent, or that the law does not ask for: key → purpose."""
    return {
        key: field.purpose.name
        for key, field in catalogue().fields.items()
        if field.subject == "person" and field.purpose.consent
    }


def _check(
    kind: str,
    asker: str,
    proof: str,
    text: str,
    received_on: date,
    today: date,
    fields: Collection[str],
) -> None:
    for name, value, known in (("kind", kind, KINDS), ("asker", asker, ASKERS),
                               ("proof", proof, PROOFS)):  # fmt: skip
        if value not in known:
            raise _wrong("请从列表中选择", "choose from the list", name)
    if received_on > today:
        raise _wrong("收到日期还没有到", "that day lies in the future", "received_on")
    if len(text) > _LONGEST or (kind != Kind.COPY and len(text.strip()) < 4):
        raise _wrong(
            "写明申请内容（不超过 2000 字）", "say what is asked for, at most 2000 characters",
            "text",
        )  # fmt: skip
    if kind == Kind.OBJECT and set(fields) - set(objectable()):
        raise _wrong(
            "只有基于同意处理的项目可以撤回；其他项目依法定职责处理，请写明异议由决定人答复",
            "only fields that rest on consent can be withdrawn; an objection to others is written "
            "down and answered",
            "fields",
        )
    unknown = set(fields) - set(catalogue().fields)
    if unknown:
        raise _wrong("没有这个项目", "no such field", "fields")


def _locked(pk: int) -> PersonRequest:
    return PersonRequest.objects.select_for_update().get(pk=pk)


def _done(found: PersonRequest, by: User, detail: dict[str, Any]) -> PersonRequest:
    found.state, found.done_by, found.done_at = State.DONE, by, timezone.now()
    _save(found, "state", "done_by", "done_at", "event", "export")
    record(
        by=by,
        action="request.done",
        subject=f"request:{found.pk}",
        detail={"kind": found.kind, **detail},
    )
    return found


def _save(found: PersonRequest, *columns: str) -> None:
    found.version += 1
    found.save(update_fields=[*columns, "version"])


def _stale() -> FangpinError:
    return FangpinError.because(
        "该申请已有变动，或现在不能这样办理",
        "the request has changed meanwhile, or this cannot be done now",
        do_zh="刷新页面后再办理",
        do_en="reload the page and go on from there",
    )


def _wrong(zh: str, en: str, column: str) -> FangpinError:
    where, what = Where(column=column), Text("改正后再提交", "correct it and send it again")
    return FangpinError.because(zh, en, do_zh=what.zh, do_en=what.en, where=where)

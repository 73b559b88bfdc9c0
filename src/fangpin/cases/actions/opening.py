"""A case begins: for a household, one of its members, or a place."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from fangpin.cases import snapshots
from fangpin.cases.actions.doing import ids, may_act, subject
from fangpin.cases.actions.refusals import OTHER_CONTENT, Conflict, NotAllowed, Refused, Side
from fangpin.cases.deadlines import case_due
from fangpin.cases.eyes import who_is
from fangpin.cases.in_force import definition_of, flow_of, pack_for
from fangpin.cases.models import Case, CaseState
from fangpin.cases.refusals import barred
from fangpin.cases.standing import Standing, begin_turn
from fangpin.clues.actions import link_case
from fangpin.clues.models import Clue
from fangpin.exchange.one_household import newest_run
from fangpin.foundation.actions import record
from fangpin.kernel.errors import Problem, Text
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of
from fangpin.places.models import Place
from fangpin.policy.pack import Pack
from fangpin.policy.procedure_records import Procedure
from fangpin.registry.ids import allocate
from fangpin.registry.models import Household, HouseholdState, Membership

CIRCUMSTANCES: Final = ("green", "compared_already")
_FAILS: Final = {
    "false": Text("不符合", "does not hold"),
    "unknown": Text("无法判断", "cannot be told"),
}


@dataclass(frozen=True)
class _About:
    """The subject of a case as it was asked for."""

    household: Household | None
    person: int | None
    place: Place | None
    area_code: str


def open_case(
    *,
    by: User,
    procedure: str,
    client_id: UUID,
    household: int | None = None,
    person: int | None = None,
    place: str = "",
    clue: int | None = None,
    application: bool = False,
    green: bool = False,
    compared_already: bool = False,
    about: int | None = None,
    now: datetime | None = None,
) -> Case:
    """Open a case under the procedure that holds where its subject is. Sent twice with the same
    `client_id` it is the same case.

    `place`: code of a village, township or county. `about`: the case that an objection is about.
    Raises Household.DoesNotExist or Place.DoesNotExist for a subject that is not the actor's,
    NotAllowed, Refused (with the figures, when a condition does not hold), and Conflict when the
    id came before with another subject.
    """
    now = now or timezone.now()
    with transaction.atomic():
        found = _subject(by, household, person, place)
        known = Case.objects.select_related("definition").filter(client_id=client_id).first()
        if known is not None:
            return _the_same(known, by, procedure, found)
        if not may_act(by, found.area_code):
            answer = scope_of(by).why(Right.cases_act, found.area_code)
            raise NotAllowed(answer.reason)
        who = who_is(by, found.area_code, found.household.pk if found.household else None)
        if who.barred is not None:
            raise Refused.by(barred(who.barred))
        on = timezone.localtime(now).date()
        pack = pack_for(found.area_code, on)
        declared = _declared(pack, procedure, found)
        came = "clue" if clue is not None else "application" if application else "officer"
        _may_come_from(declared, came)
        if clue is not None:
            _clue_fits(by, clue, found)
        circumstances = _circumstances(declared, green, compared_already)
        _none_open(declared, found)
        if found.household is not None:
            _conditions_hold(pack, declared, found.household, on)
        (pk,) = allocate(Case, 1)
        case = Case(
            pk=pk,
            number=f"{on.year}-{pk:06d}",
            definition=definition_of(pack, declared, on),
            procedure=declared.id,
            effect=declared.effect,
            household=found.household,
            person_id=found.person,
            place_code=found.place.code if found.place else "",
            area_code=found.area_code,
            clue=clue,
            about_id=about,
            green="green" in circumstances,
            circumstances=circumstances,
            opened_at=now,
            opened_by=by,
            reason=came,
            client_id=client_id,
        )
        flow = flow_of(case)
        state = flow.begin(by.pk)
        standing = Standing(case, flow, {}, {}, state)
        case.due_on, case.provisional = case_due(case, standing.calendar)
        case.step, case.owed = state.waiting[0].step, list(flow.owed(state))
        case.save(force_insert=True)
        for waiting in state.waiting:
            begin_turn(standing, waiting, now)
        record(
            by=by,
            action="cases.opened",
            subject=subject(case),
            detail=ids(case, pack=pack.name, definition=case.definition.hash, clue=clue),
        )
        if clue is not None:
            link_case(by=by, clue=clue, case=case.pk)
    return case


def _subject(by: User, household: int | None, person: int | None, place: str) -> _About:
    """The subject, its household locked; within what the actor may see."""
    scope = scope_of(by)
    if household is not None:
        inside = scope.within(Right.cases, "village_code")
        row = Household.objects.select_for_update().get(inside, pk=household)
        if (
            person is not None
            and not Membership.objects.filter(household=row, person=person, ended_on=None).exists()
        ):
            raise Refused.said(
                "no_member",
                "此人不是该户现有成员",
                "the person is no present member of the household",
                "核对后重新选择",
                "choose again",
                "person",
            )
        return _About(row, person, None, row.village_code)
    inside = scope.within(Right.cases, "code")
    found = Place.objects.select_for_update().get(inside, code=place, valid_to=None)
    return _About(None, None, found, found.code)


def _the_same(known: Case, by: User, procedure: str, found: _About) -> Case:
    asked = (
        procedure,
        found.household.pk if found.household else None,
        found.person,
        found.place.code if found.place else "",
        by.pk,
    )
    was = (
        known.procedure,
        known.household_id,
        known.person_id,
        known.place_code,
        known.opened_by_id,
    )
    if asked == was:
        return known
    mine = Side(procedure, "", {}, "", by.pk, None)
    theirs = Side(known.procedure, "", {}, "", known.opened_by_id, known.opened_at)
    raise Conflict(OTHER_CONTENT, known.pk, known.version, mine, (theirs,))


def _declared(pack: Pack, procedure: str, found: _About) -> Procedure:
    declared = pack.procedures.get(procedure)
    if declared is None or not declared.runnable:
        raise Refused.said(
            "no_procedure",
            f"政策包“{pack.title.zh}”没有可以办理的程序 {procedure}",
            f'the pack "{pack.title.en}" has no procedure {procedure} that can be run',
            "选择列出的程序",
            "choose one that is listed",
            "procedure",
        )
    level = str(found.place.level) if found.place else ""
    fits = (
        declared.subject == level
        if found.place
        else declared.subject == "household"
        or (declared.subject == "person" and found.person is not None)
    )
    if not fits:
        raise Refused.said(
            "other_subject",
            f"“{declared.label.zh}”不适用于这一对象",
            f'"{declared.label.en}" is not about such a subject',
            "选择适用的程序",
            "choose another procedure",
            "procedure",
        )
    if found.household is not None and found.household.state != HouseholdState.ACTIVE:
        raise Refused.said(
            "no_household",
            "该户已并户、分户或销户",
            "the household was merged, split or dissolved",
            "到现在的户里办理",
            "open it for the household its members live in now",
        )
    return declared


def _may_come_from(declared: Procedure, came: str) -> None:
    if came not in declared.opens_from:
        words = {
            "clue": ("线索", "a clue"),
            "application": ("农户申请", "an application"),
            "officer": ("工作人员", "an officer"),
        }
        listed = [words[each] for each in declared.opens_from]
        raise Refused.said(
            "opens_from",
            f"“{declared.label.zh}”由{'、'.join(each[0] for each in listed)}发起",
            f'"{declared.label.en}" begins with {" or ".join(each[1] for each in listed)}',
            "按规定的来源发起",
            "begin it that way",
        )


def _circumstances(declared: Procedure, green: bool, compared: bool) -> list[str]:
    if green and declared.green is None:
        raise Refused.said(
            "no_green_channel",
            f"“{declared.label.zh}”没有绿色通道",
            f'"{declared.label.en}" has no green channel',
            "按一般程序办理",
            "take the ordinary way",
            "green",
        )
    return [name for name, holds in zip(CIRCUMSTANCES, (green, compared), strict=True) if holds]


def _none_open(declared: Procedure, found: _About) -> None:
    """Checked under the lock of the household or place; an index backs it. A place may have several
    cases of a kind that changes nothing in the registry: problems to be put right, for example."""
    if found.place is not None and declared.effect == "none":
        return
    same = Case.objects.filter(state=CaseState.OPEN, procedure=declared.id)
    if found.household is not None:
        same = same.filter(household=found.household, person=found.person)
    else:
        same = same.filter(place_code=found.area_code)
    number = same.values_list("number", flat=True).first()
    if number is not None:
        raise Refused.said(
            "open_already",
            f"已有同类个案 {number} 正在办理",
            f"the case {number} of this kind is open already",
            "到该个案中办理",
            "go on with that case",
        )


def _conditions_hold(pack: Pack, declared: Procedure, home: Household, on: date) -> None:
    """Raise Refused with the figures of every condition that does not hold or cannot be told."""
    found = snapshots.answers(home.pk, declared.conditions, pack, on, newest_run())
    problems = []
    for condition in declared.conditions:
        answer = found[condition.id]
        if answer.truth == "true":
            continue
        if answer.truth == "unknown" and condition.on_unknown == "warn":
            continue
        said, clause = answer.sentence, pack.clauses[condition.clause].path
        unknown = answer.truth == "unknown"
        label = condition.label
        what = Text(
            f"{_FAILS[answer.truth].zh}“{label.zh}”：{said.zh}（{clause}）",
            f'{_FAILS[answer.truth].en}: "{label.en}": {said.en} ({clause})',
        )
        remedy = (
            Text("补齐资料后再办理", "complete the data, then try again")
            if unknown
            else Text("符合条件后再办理", "begin when it holds")
        )
        problems.append(Problem(what, remedy))
    if problems:
        error = Refused(problems)
        error.code = "conditions"
        raise error


def _clue_fits(by: User, pk: int, found: _About) -> None:
    """The clue must be one that the actor sees, about this household."""
    inside = scope_of(by).within(Right.cases, "village_code")
    clue = Clue.objects.get(inside, pk=pk)
    if found.household is None or clue.household_id != found.household.pk:
        raise Refused.said(
            "other_clue",
            "线索不是关于该户的",
            "the clue is not about this household",
            "从该户的线索发起",
            "begin from a clue about it",
            "clue",
        )

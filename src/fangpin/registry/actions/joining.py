"""Somebody comes into a household: born, married in, moved from another household, come back."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from fangpin.people.scope import FieldGroup
from fangpin.registry.actions.doing import (
    Doing,
    allowed,
    check_version,
    doing,
    locked,
    state_allows,
)
from fangpin.registry.actions.enter import NewPerson, enter_person
from fangpin.registry.actions.members import begin, leave, text_relations
from fangpin.registry.actions.refusals import Refused
from fangpin.registry.models import (
    EventKind,
    Household,
    HouseholdState,
    Membership,
    Person,
    RegistryEvent,
)
from fangpin.registry.values import accept_all

# what the vocabulary of the civil register calls each way of coming
_WHY = {
    EventKind.BORN: "born",
    EventKind.MARRIED_IN: "married_in",
    EventKind.JOINED: "moved_in",
    EventKind.MOVED: "moved_in",
    EventKind.RETURNED: "moved_in",
}


def add_member(
    *,
    by: Any,
    household: int,
    version: int,
    person: NewPerson,
    kind: EventKind = EventKind.JOINED,
    on: date | None = None,
) -> RegistryEvent:
    """Enter a person whom the registry did not have into a household (born, married in, joined)."""
    if kind not in (EventKind.BORN, EventKind.MARRIED_IN, EventKind.JOINED):
        raise ValueError(f"{kind} is not a way to enter somebody new")
    with doing(by=by, kind=kind, on=on) as act:
        home = _home(by, household, version)
        row = enter_person(act, person)
        if kind is EventKind.BORN and row.birth_date is not None and row.birth_date > act.on:
            raise Refused.said(
                "出生日期晚于办理日期",
                "the date of birth lies after this day",
                "核对日期",
                "check the dates",
                "person.birth_date",
            )
        _settle(act, home, row, person.relation, _WHY[kind])
    assert act.event is not None
    return act.event


def move_person(
    *,
    by: Any,
    person: int,
    household: int,
    version: int,
    relation: str,
    source_version: int,
    kind: EventKind = EventKind.MOVED,
    new_head: int | None = None,
    relations: Mapping[int, Any] | None = None,
    on: date | None = None,
) -> RegistryEvent:
    """Move a member of one household to another (or marry them in there).

    `version` is that of the household entered, `source_version` of the one left. When the head
    goes and others stay, `new_head` names who follows; an emptied household is dissolved.
    """
    if kind not in (EventKind.MOVED, EventKind.MARRIED_IN):
        raise ValueError(f"{kind} is not a way to move")
    stated = text_relations(relations)
    with doing(by=by, kind=kind, on=on) as act:
        now = Membership.objects.filter(person=person, ended_on=None).first()
        if now is None or now.household_id == household:
            raise Refused.said(
                "此人不在其他户，或已在本户",
                "the person is in no other household, or in this one already",
                "核对人员",
                "check who is meant",
            )
        # Households before persons, everywhere: so that two actions never wait for each other.
        both = locked([household, now.household_id])
        row = _person(person)
        home, source = both[household], both[now.household_id]
        _may_enter(by, home, version)
        allowed(by, source, {FieldGroup.household})
        check_version(source, source_version)
        why = "married_out" if kind is EventKind.MARRIED_IN else "moved_out"
        leave(act, source, {row.pk}, why=why, new_head=new_head, relations=stated)
        _settle(act, home, row, relation, _WHY[kind])
        act.detail |= {"from": source.pk, "to": home.pk}
    assert act.event is not None
    return act.event


def come_back(
    *,
    by: Any,
    person: int,
    household: int,
    version: int,
    relation: str,
    is_head: bool = False,
    on: date | None = None,
) -> RegistryEvent:
    """Take somebody back who had left the registry or was entered as dead by mistake, when the
    entry itself cannot be taken back any more. A death is cleared; the time between stays a gap.

    An empty household that was dissolved becomes active again by its first member, who is its head.
    """
    with doing(by=by, kind=EventKind.RETURNED, on=on) as act:
        home = locked([household])[household]
        row = _person(person)
        if Membership.objects.filter(person=row, ended_on=None).exists():
            raise Refused.said(
                "此人仍在册", "the person is a member already", "核对人员", "check who is meant"
            )
        if home.state == HouseholdState.DISSOLVED:
            Household.objects.filter(pk=home.pk).update(state=HouseholdState.ACTIVE)
            home.state, is_head = HouseholdState.ACTIVE, True
        _may_enter(by, home, version)
        if row.died_on is not None:
            Person.objects.filter(pk=row.pk).update(
                died_on=None, death_cause="", version=row.version + 1
            )
            act.detail["death_cleared"] = True
        act.touch(home, row)
        _settle(act, home, row, relation, _WHY[EventKind.RETURNED], is_head=is_head)
    assert act.event is not None
    return act.event


def _home(by: Any, household: int, version: int) -> Household:
    home = locked([household])[household]
    _may_enter(by, home, version)
    return home


def _may_enter(by: Any, home: Household, version: int) -> None:
    state_allows(home)
    allowed(by, home, {FieldGroup.household})
    check_version(home, version)


def _person(pk: int) -> Person:
    row = Person.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        raise Refused.said(
            "该人员已不存在", "the person is not there any more", "返回列表", "go back to the list"
        )
    return row


def _settle(
    act: Doing, home: Household, row: Person, relation: str, why: str, *, is_head: bool = False
) -> None:
    accepted = str(accept_all("membership", {"relation": relation})["relation"])
    if accepted == "head" and not is_head:
        raise Refused.said(
            "本户已有户主",
            "the household has a head already",
            "先填写与现户主的关系，再办理变更户主",
            "state the relation to the head; change the head afterwards",
            "membership.relation",
        )
    act.touch(home, row)
    begin(act, person=row.pk, household=home.pk, relation=accepted, is_head=is_head, why=why)

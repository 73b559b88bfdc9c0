"""Somebody goes: dies, or leaves for where this registry does not reach; and who is head then."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from fangpin.people.scope import FieldGroup
from fangpin.registry.actions.doing import allowed, check_version, doing, locked, state_allows
from fangpin.registry.actions.members import leave, make_head, present, text_relations
from fangpin.registry.actions.refusals import Refused
from fangpin.registry.models import EventKind, Membership, Person, RegistryEvent
from fangpin.registry.values import accept_all

LEAVES = ("moved_out", "married_out", "enlisted", "cancelled", "corrected")


def die(
    *,
    by: Any,
    person: int,
    version: int,
    on: date,
    cause: str = "",
    new_head: int | None = None,
    relations: Mapping[int, Any] | None = None,
) -> RegistryEvent:
    """Enter a death. `version` is the household's. When the head dies and others stay, `new_head`
    names who follows; the last member's death dissolves the household."""
    stated = text_relations(relations)
    with doing(by=by, kind=EventKind.DIED, on=on) as act:
        member = _membership(person)
        home = locked([member.household_id])[member.household_id]
        state_allows(home)
        allowed(by, home, {FieldGroup.household})
        check_version(home, version)
        row = Person.objects.select_for_update().get(pk=person)
        if row.birth_date is not None and row.birth_date > on:
            raise Refused.said(
                "死亡日期早于出生日期",
                "the death lies before the birth",
                "核对日期",
                "check the dates",
                "person.died_on",
            )
        accepted = accept_all("person", {"died_on": on, "death_cause": cause})
        leave(act, home, {person}, why="died", new_head=new_head, relations=stated)
        Person.objects.filter(pk=person).update(version=row.version + 1, **accepted)
        act.touch(row)
    assert act.event is not None
    return act.event


def leave_registry(
    *,
    by: Any,
    person: int,
    version: int,
    why: str,
    on: date | None = None,
    new_head: int | None = None,
    relations: Mapping[int, Any] | None = None,
) -> RegistryEvent:
    """Let a member leave for where the registry does not reach (moved or married away, enlisted,
    registration cancelled, entered by mistake)."""
    if why not in LEAVES:
        raise ValueError(f"{why} is not a way to leave")
    stated = text_relations(relations)
    with doing(by=by, kind=EventKind.LEFT, on=on) as act:
        member = _membership(person)
        home = locked([member.household_id])[member.household_id]
        state_allows(home)
        allowed(by, home, {FieldGroup.household})
        check_version(home, version)
        leave(act, home, {person}, why=why, new_head=new_head, relations=stated)
        act.persons.add(person)
        act.detail["why"] = why
    assert act.event is not None
    return act.event


def change_head(
    *,
    by: Any,
    household: int,
    version: int,
    person: int,
    relations: Mapping[int, Any] | None = None,
    on: date | None = None,
) -> RegistryEvent:
    """Let another member be the head. `relations` (person id → code) states everybody's relation
    to the new head where it was confirmed; what is not certain otherwise becomes unknown."""
    stated = text_relations(relations)
    with doing(by=by, kind=EventKind.HEAD_CHANGED, on=on) as act:
        home = locked([household])[household]
        state_allows(home)
        allowed(by, home, {FieldGroup.household})
        check_version(home, version)
        members = present(household)
        head = next((row for row in members if row.is_head), None)
        if head is not None and head.person_id == person:
            raise Refused.said(
                "此人已是户主", "the person is the head already", "无需变更", "leave it"
            )
        act.touch(home)
        act.persons |= {person} | ({head.person_id} if head else set())
        make_head(act, household, person, stated, staying=members, old_head=head)
    assert act.event is not None
    return act.event


def _membership(person: int) -> Membership:
    row = Membership.objects.filter(person=person, ended_on=None).first()
    if row is None:
        raise Refused.said(
            "此人已不在册",
            "the person is a member of no household",
            "核对人员",
            "check who is meant",
        )
    return row

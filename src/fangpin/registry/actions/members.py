"""Who lives in a household: memberships begun and ended, the head and who might follow."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fangpin.kernel.errors import Text
from fangpin.registry.actions.doing import Doing
from fangpin.registry.actions.refusals import Refused
from fangpin.registry.models import Household, HouseholdState, Membership, Person
from fangpin.registry.relations import restated

ADULT = 18


@dataclass(frozen=True, slots=True)
class Successor:
    """Somebody who might be head next, and why; the first proposal comes first."""

    person: int
    why: Text


def present(household: int) -> list[Membership]:
    """Open memberships with their persons, head first, then by age. One query."""
    rows = Membership.objects.filter(household=household, ended_on=None).select_related("person")
    return sorted(rows, key=lambda row: (not row.is_head, _born(row.person), row.person.pk))


def _born(person: Person) -> date:
    return person.birth_date or date.max


def successors(
    members: Collection[Membership], leaving: Collection[int], on: date
) -> list[Successor]:
    """Who may follow as head when the persons `leaving` go: the spouse of the head, then the
    adults by age, then the others by age. Nobody is chosen silently: this is a proposal."""
    staying = [row for row in members if row.person_id not in leaving]
    head_leaves = any(row.is_head and row.person_id in leaving for row in members)

    def rank(row: Membership) -> tuple[int, date, int]:
        spouse = head_leaves and row.relation == "spouse"
        return (0 if spouse else 1 if _adult(row.person, on) else 2, _born(row.person), row.pk)

    def why(row: Membership) -> Text:
        if head_leaves and row.relation == "spouse":
            return Text("原户主的配偶", "spouse of the head")
        if _adult(row.person, on):
            return Text("年龄较长的成年人", "eldest adult")
        return Text("户内没有成年人", "there is no adult")

    return [Successor(row.person_id, why(row)) for row in sorted(staying, key=rank)]


def _adult(person: Person, on: date) -> bool:
    born = person.birth_date
    return (
        born is not None
        and (on.year - born.year) - ((on.month, on.day) < (born.month, born.day)) >= ADULT
    )


def begin(
    act: Doing, *, person: int, household: int, relation: str, is_head: bool, why: str
) -> Membership:
    """Open a membership on the day of the action."""
    row = Membership(
        person_id=person,
        household_id=household,
        relation="head" if is_head else relation,
        is_head=is_head,
        began_on=act.on,
        why_began=why,
    )
    act.new(row)
    return row


def end(act: Doing, rows: Collection[Membership], why: str) -> None:
    """Close memberships on the day of the action. Refused when one began later than that."""
    for row in rows:
        if row.began_on is not None and row.began_on > act.on:
            raise Refused.said(
                f"日期不能早于该成员成为本户成员的日期 {row.began_on}",
                f"a member joined on {row.began_on}, later than this day",
                "核对办理日期",
                "check the day",
                "on",
            )
    Membership.objects.filter(pk__in=[row.pk for row in rows]).update(
        ended_on=act.on, why_ended=why
    )


def make_head(
    act: Doing,
    household: int,
    person: int,
    relations: Mapping[int, str],
    *,
    staying: Collection[Membership],
    old_head: Membership | None,
) -> None:
    """Let a member be the head and state everybody's relation to them.

    `relations` (person id → code) is what the user confirmed; the rest is worked out from the
    relations to the old head where that is certain, and is unknown otherwise.
    """
    chosen = next((row for row in staying if row.person_id == person), None)
    if chosen is None:
        raise Refused.said(
            "新户主不是留在本户的成员",
            "the new head is not a member who stays",
            "从留在本户的成员中选择",
            "choose one of those who stay",
            "membership.is_head",
        )
    anew = restated(chosen, staying, old_head)
    Membership.objects.filter(household=household, ended_on=None, is_head=True).exclude(
        pk=chosen.pk
    ).update(is_head=False)
    for row in staying:
        if row.pk == chosen.pk:
            Membership.objects.filter(pk=row.pk).update(is_head=True, relation="head")
            continue
        relation = relations.get(row.person_id, anew.get(row.person_id, ""))
        if relation == "head":
            relation = ""
        if relation != row.relation or row.is_head:
            Membership.objects.filter(pk=row.pk).update(relation=relation, is_head=False)


def leave(
    act: Doing,
    household: Household,
    leaving: Collection[int],
    *,
    why: str,
    new_head: int | None,
    relations: Mapping[int, str],
    left_as: HouseholdState = HouseholdState.DISSOLVED,
) -> list[Membership]:
    """End the memberships of `leaving`, see to the head, and close an emptied household.

    Returns the memberships that ended. Refused, with the proposals in words, when the head goes,
    others stay and no new head is named.
    """
    members = present(household.pk)
    gone = [row for row in members if row.person_id in leaving]
    if {row.person_id for row in gone} != set(leaving):
        raise Refused.said(
            "有人已不是本户成员",
            "somebody is not a member of this household any more",
            "重新打开本户",
            "open the household again",
        )
    staying = [row for row in members if row.person_id not in leaving]
    head = next((row for row in members if row.is_head), None)
    act.touch(household)
    end(act, gone, why)
    if not staying:
        act.ends_as[household.pk] = left_as
        return gone
    if head is not None and head in gone:
        if new_head is None:
            raise Refused.said(
                "户主离开后须确定新户主",
                "the head goes, so a new head must be named",
                "从建议人选中确认",
                "confirm one of those proposed",
                "membership.is_head",
            )
        Membership.objects.filter(pk=head.pk).update(is_head=False)
        make_head(act, household.pk, new_head, relations, staying=staying, old_head=head)
    elif new_head is not None and (head is None or new_head != head.person_id):
        make_head(act, household.pk, new_head, relations, staying=staying, old_head=head)
    return gone


def text_relations(relations: Mapping[int, Any] | None) -> dict[int, str]:
    """Relations by person id as given with an action; unknown codes are refused."""
    from fangpin.registry.values import accept_all

    return {
        int(person): str(accept_all("membership", {"relation": code})["relation"])
        for person, code in (relations or {}).items()
    }

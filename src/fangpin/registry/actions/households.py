"""What happens to whole households: one becomes two, two become one, one moves to another village.

What hangs on a household follows: open classifications and helpers are carried on in the household
that was split off; in a merger they end with the household that ends. Incomes and conditions of
years stay with the household they were recorded for. Findings and decisions about links name
households by number and stay where they are; their village follows (`following.py`).
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from fangpin.people.scope import FieldGroup
from fangpin.registry import sealing
from fangpin.registry.actions.doing import (
    Doing,
    allowed,
    check_version,
    doing,
    locked,
    state_allows,
)
from fangpin.registry.actions.enter import make_household
from fangpin.registry.actions.members import begin, leave, make_head, present, text_relations
from fangpin.registry.actions.refusals import Refused
from fangpin.registry.actions.spells import end_spell, open_spell
from fangpin.registry.following import village_changed
from fangpin.registry.ids import allocate
from fangpin.registry.models import (
    CategorySpell,
    EventKind,
    HelperSpell,
    Household,
    HouseholdState,
    RegistryEvent,
    SpellKind,
)
from fangpin.registry.relations import restated

# What the household that is split off takes along; the rest is asked for anew.
_INHERITED = (
    *("group_name", "category", "policies_continue", "poverty_status", "poverty_attribute"),
    *("main_cause", "other_causes", "identification_standard", "identified_in", "lifted_out_year"),
    *("monitoring_category", "monitored_since", "risks", "disaster_kinds", "risk_note"),
    *("risk_removed", "risk_removed_month", "removal_kind", "resettlement_area"),
    "resettlement_address",
)


def split(
    *,
    by: Any,
    household: int,
    version: int,
    persons: Collection[int],
    head: int,
    number: str = "",
    new_head: int | None = None,
    relations: Mapping[int, Any] | None = None,
    on: date | None = None,
) -> RegistryEvent:
    """Let `persons` leave together and form a household of their own with `head` at its head.

    `new_head` follows in the old household when its head is among them. `relations` (person id →
    code) states relations in either household. Refused when nobody goes or nobody stays.
    """
    stated = text_relations(relations)
    with doing(by=by, kind=EventKind.SPLIT, on=on) as act:
        home = _checked(by, household, version)
        members = present(household)
        going = [row for row in members if row.person_id in set(persons)]
        if not going or len(going) == len(members):
            raise Refused.said(
                "分户须有人分出、有人留下",
                "in a split somebody goes and somebody stays",
                "选择分出的成员",
                "choose who goes",
            )
        chosen = next((row for row in going if row.person_id == head), None)
        if chosen is None:
            raise Refused.said(
                "新户的户主须是分出的成员",
                "the head of the new household must be one of those who go",
                "从分出的成员中选择",
                "choose one of them",
                "membership.is_head",
            )
        old_head = next((row for row in members if row.is_head), None)
        anew = restated(chosen, going, old_head)
        leave(
            act,
            home,
            {row.person_id for row in going},
            why="split",
            new_head=new_head,
            relations=stated,
        )
        (pk,) = allocate(Household, 1)
        values = {name: getattr(home, name) for name in _INHERITED}
        new = make_household(act, pk, number or f"L{pk}", home.village_code, values)
        for row in going:
            relation = stated.get(row.person_id, anew.get(row.person_id, ""))
            begin(
                act,
                person=row.person_id,
                household=new.pk,
                relation="" if relation == "head" else relation,
                is_head=row.person_id == head,
                why="split",
            )
            act.persons.add(row.person_id)
        _carry_on(act, home, new)
        act.detail |= {"from": home.pk, "to": new.pk}
    assert act.event is not None
    return act.event


def _carry_on(act: Doing, home: Household, new: Household) -> None:
    for spell in CategorySpell.objects.filter(household=home, ended_on=None):
        open_spell(
            act,
            new,
            SpellKind(spell.kind),
            spell.code,
            risks=spell.risks,
            clause=spell.clause,
        )
    for helper in HelperSpell.objects.filter(household=home, ended_on=None):
        (pk,) = allocate(HelperSpell, 1)
        texts = {name: sealing.open_one(helper, name) for name in ("name", "phone")}
        closed = sealing.close_one(HelperSpell, pk, texts)
        copy = HelperSpell(
            pk=pk,
            household=new,
            sex=helper.sex,
            political_status=helper.political_status,
            unit=helper.unit,
            began_on=act.on,
        )
        for name, value in closed.items():
            setattr(copy, name, value)
        act.new(copy)


def merge(
    *,
    by: Any,
    household: int,
    version: int,
    into: int,
    into_version: int,
    relations: Mapping[int, Any] | None = None,
    new_head: int | None = None,
    on: date | None = None,
) -> RegistryEvent:
    """Let all members of a household join another and end the first.

    The head of the household entered stays its head unless `new_head` names another of all members.
    """
    stated = text_relations(relations)
    if household == into:
        raise Refused.said(
            "不能并入自身", "a household cannot join itself", "另选一户", "choose another"
        )
    with doing(by=by, kind=EventKind.MERGED, on=on) as act:
        both = locked([household, into])
        home, target = both[household], both[into]
        for each, seen in ((home, version), (target, into_version)):
            state_allows(each)
            allowed(by, each, {FieldGroup.household})
            check_version(each, seen)
        going = present(household)
        act.touch(home, target)
        leave(
            act,
            home,
            {row.person_id for row in going},
            why="merged",
            new_head=None,
            relations={},
            left_as=HouseholdState.MERGED,
        )
        for row in going:
            relation = stated.get(row.person_id, "")
            begin(
                act,
                person=row.person_id,
                household=target.pk,
                relation="" if relation == "head" else relation,
                is_head=False,
                why="merged",
            )
            act.persons.add(row.person_id)
        act.ends_as[home.pk] = HouseholdState.MERGED
        for kind in SpellKind:
            end_spell(act, home, kind)
        HelperSpell.objects.filter(household=home, ended_on=None).update(ended_on=act.on)
        _head_of_merged(act, target, new_head, stated)
        act.detail |= {"from": home.pk, "to": target.pk}
    assert act.event is not None
    return act.event


def _head_of_merged(
    act: Doing, target: Household, new_head: int | None, stated: Mapping[int, str]
) -> None:
    members = present(target.pk)
    head = next((row for row in members if row.is_head), None)
    if new_head is None and head is None and members:
        raise Refused.said(
            "并入的户没有户主",
            "the household entered has no head",
            "请指定户主",
            "name the head",
            "membership.is_head",
        )
    if new_head is not None and (head is None or head.person_id != new_head):
        make_head(act, target.pk, new_head, stated, staying=members, old_head=head)


def move_village(
    *,
    by: Any,
    household: int,
    version: int,
    village_code: str,
    group_name: str = "",
    on: date | None = None,
) -> RegistryEvent:
    """Move a household to another village. Who may see and change it follows at once.

    The actor needs the right in both villages. Everything kept by village elsewhere follows.
    """
    with doing(by=by, kind=EventKind.MOVED_VILLAGE, on=on) as act:
        home = _checked(by, household, version)
        if len(village_code) != 12 or not village_code.isdigit():
            raise Refused.said(
                "请选择行政村",
                "a village is needed",
                "从列表中选择",
                "choose from the list",
                "household.village_code",
            )
        if village_code == home.village_code:
            raise Refused.said(
                "该户已在此村", "the household is in this village", "另选一村", "choose another"
            )
        act.touch(home)
        old = home.village_code
        Household.objects.filter(pk=home.pk).update(
            village_code=village_code, group_name=group_name.strip()[:80]
        )
        home.village_code = village_code
        allowed(by, home, {FieldGroup.household})
        village_changed(home.number, old, village_code)
        act.detail |= {"from_village": old, "to_village": village_code}
    assert act.event is not None
    return act.event


def _checked(by: Any, household: int, version: int) -> Household:
    home = locked([household])[household]
    state_allows(home)
    allowed(by, home, {FieldGroup.household})
    check_version(home, version)
    return home

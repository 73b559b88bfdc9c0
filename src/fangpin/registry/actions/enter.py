"""Households and persons that the registry did not have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from fangpin.kernel.errors import all_at_once
from fangpin.people.row_security import unwalled
from fangpin.people.scope import FieldGroup
from fangpin.registry import sealing
from fangpin.registry.actions.doing import Doing, allowed, doing
from fangpin.registry.actions.members import begin
from fangpin.registry.actions.refusals import Refused
from fangpin.registry.actions.spells import open_spell
from fangpin.registry.ids import allocate
from fangpin.registry.models import EventKind, Household, Person, RegistryEvent, SpellKind
from fangpin.registry.values import accept_all

ENTERED_WITH = ("category", "poverty_status", "monitoring_category", "monitored_since")
_KINDS = {
    "category": SpellKind.CATEGORY,
    "poverty_status": SpellKind.POVERTY_STATUS,
    "monitoring_category": SpellKind.MONITORING,
}


@dataclass(frozen=True)
class NewPerson:
    """A person to enter. `values` by field name; `number` "" = one is given here."""

    relation: str
    values: Mapping[str, Any] = field(default_factory=dict)
    number: str = ""
    is_head: bool = False


def enter_household(
    *,
    by: Any,
    village_code: str,
    members: Sequence[NewPerson],
    values: Mapping[str, Any] | None = None,
    number: str = "",
    on: date | None = None,
    clause: str = "",
) -> RegistryEvent:
    """Enter a household with its members; exactly one of them is the head.

    `values` by field name, among them the categories it starts with. Without a national number it
    gets one of this registry (L…), until the national system gives one. Raises FangpinError.
    """
    given = dict(values or {})
    if sum(member.is_head for member in members) != 1:
        raise Refused.said(
            "每户须有且只有一名户主",
            "a household has exactly one head",
            "指定一名户主",
            "name one head",
            "membership.is_head",
        )
    with doing(by=by, kind=EventKind.ENTERED, on=on) as act:
        accepted = accept_all("household", given)
        (pk,) = allocate(Household, 1)
        row = make_household(act, pk, number or f"L{pk}", village_code, accepted)
        allowed(by, row, {FieldGroup.household, FieldGroup.identity})
        for member in members:
            person = enter_person(act, member)
            begin(
                act,
                person=person.pk,
                household=row.pk,
                relation=_relation(member.relation),
                is_head=member.is_head,
                why="",
            )
        for column, kind in _KINDS.items():
            if accepted.get(column):
                open_spell(
                    act, row, kind, accepted[column], risks=accepted.get("risks", []), clause=clause
                )
    assert act.event is not None
    return act.event


def make_household(
    act: Doing, pk: int, number: str, village_code: str, values: Mapping[str, Any]
) -> Household:
    """Save a new household. Refused when the number is taken or the village code is not one."""
    if len(village_code) != 12 or not village_code.isdigit():
        raise Refused.said(
            "请选择行政村",
            "a village is needed",
            "从列表中选择",
            "choose from the list",
            "household.village_code",
        )
    number = "".join(number.split())
    taken = Refused.said(
        "户编号已被使用或超过 40 个字符",
        "the household number is taken, or longer than 40 characters",
        "核对编号；该户可能已经登记",
        "check it; the household may be registered already",
        "household.number",
    )
    if len(number) > 40:
        raise taken
    row = Household(pk=pk, number=number, village_code=village_code)
    fill(row, values)
    try:
        with transaction.atomic():
            act.new(row)
    except IntegrityError:  # it may be taken where the actor does not see it
        raise taken from None
    return row


def accepted_person(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as they are kept. A name is needed. Raises FangpinError with every problem."""
    accepted: dict[str, Any] = {}

    def named() -> None:
        if not str(values.get("name") or "").strip():
            raise Refused.said(
                "请填写姓名", "a name is needed", "按证件填写", "as on the document", "person.name"
            )

    all_at_once(named, lambda: accepted.update(accept_all("person", values)))
    return accepted


def enter_person(act: Doing, new: NewPerson) -> Person:
    """Save a new person. Refused when the number is taken, and as `accepted_person`."""
    accepted = accepted_person(new.values)
    (pk,) = allocate(Person, 1)
    number = "".join(new.number.split()) or f"L{pk}"
    row = Person(pk=pk, number=number)
    fill(row, accepted)
    # The number may be taken where the actor does not see it, and who belongs to no household yet
    # is seen by nobody.
    with unwalled():
        if len(number) > 40 or Person.objects.filter(number=number).exists():
            raise Refused.said(
                "人编号已被使用或超过 40 个字符",
                "the person's number is taken, or longer than 40 characters",
                "核对编号；该人可能已经登记",
                "check it; the person may be registered already",
                "person.number",
            )
        act.new(row)
    return row


def fill(row: Household | Person, values: Mapping[str, Any]) -> None:
    """Set fields of an unsaved row that has its id, closing what is closed."""
    closed_names = set(sealing.sealed_fields(type(row)))
    texts = {name: value for name, value in values.items() if name in closed_names}
    for name, value in values.items():
        if name not in closed_names:
            setattr(row, name, value)
    for name, closed in sealing.close_one(type(row), row.pk, texts).items():
        setattr(row, name, closed)


def already_known(values: Mapping[str, Any]) -> list[str]:
    """Numbers of living persons with the same identity number, to be shown before entering."""
    number = str(values.get("id_number") or "")
    if not number:
        return []
    (index,) = sealing.id_hashes([number])
    rows = Person.objects.filter(id_index=index, died_on=None).order_by("number")
    with unwalled():  # whoever is registered anywhere must not be entered twice
        return list(rows.values_list("number", flat=True)[:5])


def _relation(code: str) -> str:
    return str(accept_all("membership", {"relation": code})["relation"])

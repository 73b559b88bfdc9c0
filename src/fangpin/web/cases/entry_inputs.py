"""The entries of a step as inputs of a form, and what was sent for them.

An entry about each member is one input per member, called `<entry>:<id of the person>`. A field of
the registry to be chosen is three: `<entry>.field`, `<entry>.value`, `<entry>.person`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict

from fangpin.cases.entries import options
from fangpin.cases.frozen import Frozen
from fangpin.kernel.errors import Text
from fangpin.kernel.money import format_yuan
from fangpin.policy.procedure_records import Entry, Step
from fangpin.registry.catalogue.load import catalogue
from fangpin.registry.catalogue.vocabulary import choices, vocabularies
from fangpin.web.forms import Input, from_field

_KINDS = {
    "text": "text",
    "long_text": "long",
    "money": "decimal",
    "number": "decimal",
    "integer": "whole",
    "date": "date",
    "boolean": "choice",
    "choice": "choice",
    "choices": "choices",
    "signature": "signature",
}
_YES_NO = (("yes", Text("是", "Yes")), ("no", Text("否", "No")))
_CHOOSE = ("", Text("请选择", "choose"))
_NOT_STATED = ("", Text("未填", "not stated"))


@dataclass(frozen=True)
class Member:
    """A member of the household as a form names them."""

    pk: int
    name: str


def inputs(
    frozen: Frozen, step: Step, members: Sequence[Member], begun: Mapping[str, Any]
) -> list[Input]:
    """The inputs of a step in the order of the pack. `begun`: kept values to start from, of the
    same step before the case was sent back."""
    found: list[Input] = []
    for entry in step.enter:
        if entry.about == "each_member":
            found += [
                replace(
                    _input(frozen, entry),
                    name=f"{entry.id}:{member.pk}",
                    label=Text(
                        f"{member.name}：{entry.label.zh}", f"{member.name}: {entry.label.en}"
                    ),
                )
                for member in members
            ]
        elif entry.type == "household_field" and entry.vocabulary is None:
            found += _of_any_field(entry, members)
        else:
            value = _started(entry, begun.get(entry.id))
            found.append(replace(_input(frozen, entry), **value))
    return found


def _started(entry: Entry, value: Any) -> dict[str, Any]:
    """What an input starts from; signatures are given anew."""
    if value is None or entry.type in ("signature", "household_field"):
        return {}
    if entry.type == "boolean":
        return {"value": "yes" if value else "no"}
    if entry.type == "money":
        return {"value": format_yuan(int(value)).removesuffix(" 元").replace(",", "")}
    return {"value": value if entry.type == "choices" else str(value)}


def _input(frozen: Frozen, entry: Entry) -> Input:
    if entry.type == "household_field":
        field = catalogue().fields[entry.vocabulary or ""]
        return replace(
            from_field(field, name=entry.id),
            label=entry.label,
            hint=entry.help,
            required=entry.required,
        )
    blank = _CHOOSE if entry.required else _NOT_STATED
    if entry.type == "boolean":
        choice: Sequence[tuple[str, Text]] = (blank, *_YES_NO)
    elif entry.type == "choice":
        choice = (blank, *_ordered(frozen, entry))
    elif entry.type == "choices":
        choice = _ordered(frozen, entry)
    else:
        choice = ()
    return Input(
        entry.id,
        entry.label,
        _KINDS[entry.type],
        [] if entry.type == "choices" else "",
        choice,
        hint=entry.help,
        unit=entry.unit or ("元" if entry.type == "money" else ""),
        required=entry.required,
    )


def _ordered(frozen: Frozen, entry: Entry) -> tuple[tuple[str, Text], ...]:
    """What an entry chooses from, in the order of its vocabulary where the registry knows it."""
    known = options(frozen, entry)
    named = list(choices(entry.vocabulary)) if entry.vocabulary in vocabularies() else []
    order = {code: place for place, code in enumerate(named)}
    return tuple(sorted(known.items(), key=lambda item: order.get(item[0], len(order))))


def _of_any_field(entry: Entry, members: Sequence[Member]) -> list[Input]:
    """Which field is wrong, of whom, and what it should be."""
    fields = [
        (key, field.label)
        for key, field in catalogue().fields.items()
        if key.startswith(("household.", "person."))
    ]
    people = [(str(member.pk), Text(member.name, member.name)) for member in members]
    return [
        Input(
            f"{entry.id}.field",
            entry.label,
            "choice",
            "",
            (_CHOOSE, *fields),
            hint=entry.help,
            required=entry.required,
        ),
        Input(
            f"{entry.id}.person",
            Text("所属成员", "whose"),
            "choice",
            "",
            (("", Text("全户", "the household")), *people),
        ),
        Input(f"{entry.id}.value", Text("更正为", "should be"), "text", required=entry.required),
    ]


def sent(step: Step, members: Sequence[Member], data: QueryDict) -> dict[str, Any]:
    """What was sent, by entry id, as `cases.actions.take_step` takes it; blanks are left out."""
    found: dict[str, Any] = {}
    for entry in step.enter:
        if entry.about == "each_member":
            values = {
                str(member.pk): text
                for member in members
                if (text := _sent(entry, f"{entry.id}:{member.pk}", data))
            }
            if values:
                found[entry.id] = values
        elif entry.type == "household_field" and entry.vocabulary is None:
            field, value = (data.get(f"{entry.id}.{part}", "").strip() for part in _PARTS)
            if field or value:
                person = data.get(f"{entry.id}.person", "")
                found[entry.id] = {"field": field, "value": value} | (
                    {"person": person} if person.isdecimal() else {}
                )
        elif value := _sent(entry, entry.id, data):
            found[entry.id] = value
    return found


_PARTS = ("field", "value")


def _sent(entry: Entry, name: str, data: QueryDict) -> Any:
    if entry.type == "choices":
        return [code for code in data.getlist(name) if code]
    return data.get(name, "").strip()


def written(found: Sequence[Input], data: QueryDict) -> dict[str, Any]:
    """What was sent for inputs, by input name, to show the form again."""
    return {
        each.name: data.getlist(each.name) if each.kind == "choices" else data.get(each.name, "")
        for each in found
    }

"""What was known when a case was decided, as lines of a page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fangpin.kernel.errors import Text
from fangpin.registry.catalogue.load import catalogue
from fangpin.registry.queries.shown import text_of
from fangpin.web import packs

Line = tuple[Text, Text]


@dataclass(frozen=True)
class MemberThen:
    """A member as they stood then."""

    name: str
    head: bool
    fields: list[Line]


@dataclass(frozen=True)
class Then:
    """The lines: the household, its members, the figures in force."""

    household: list[Line]
    members: list[MemberThen]
    parameters: list[tuple[Text, str]]


def decided(content: Mapping[str, Any]) -> Then:
    """The content of a snapshot (`cases.snapshots`) in words."""
    pack = packs.pack(content["pack"]["name"])
    labels = {name: each.label for name, each in pack.parameters.items()} if pack else {}
    return Then(
        household=_lines("household", content.get("household", {})),
        members=[
            MemberThen(str(each.get("name") or each["number"]), bool(each["head"]), _person(each))
            for each in content.get("members", ())
        ],
        parameters=[
            (labels.get(name) or Text(name, name), str(value))
            for name, value in sorted(content["parameters"].items())
        ],
    )


def _person(member: Mapping[str, Any]) -> list[Line]:
    return [
        *_lines("membership", {"relation": member.get("relation")}),
        *_lines("person", member),
    ]


def _lines(subject: str, values: Mapping[str, Any]) -> list[Line]:
    """Known fields of the registry, in the catalogue's order."""
    found = []
    for key, field in catalogue().fields.items():
        name = key.removeprefix(f"{subject}.")
        if name == key or name not in values:
            continue
        value = values[name]
        if field.type in ("month", "date") and isinstance(value, str) and value:
            value = date.fromisoformat(value)
        text = text_of(field, value)
        if text is not None:
            found.append((field.label, text))
    return found

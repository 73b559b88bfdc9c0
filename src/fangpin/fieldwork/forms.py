"""Forms as data, the same for the phone and for the check of what comes back.

A field is a `policy` Entry: those of steps come from packs, those of visits and of answers to clues
stand in this package. `only_if` shows a field for some answers to another one.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from fangpin.kernel.errors import FangpinError, Problem, Text, Where
from fangpin.policy.procedure_records import AttachmentRule, Entry

LONGEST: Final = {"text": 200, "long_text": 2000, "signature": 200_000}
_PNG: Final = "data:image/png;base64,"
_BASE64: Final = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_REMEDY: Final = Text("更正后重新提交", "correct it and send it again")


@dataclass(frozen=True)
class Field:
    """An entry, and when it is asked: for these answers to another one (None: always)."""

    entry: Entry
    only_if: tuple[str, tuple[str, ...]] | None = None


@dataclass(frozen=True)
class Attach:
    """Pictures that belong to a form, and when they are asked for, as in Field."""

    rule: AttachmentRule
    only_if: tuple[str, tuple[str, ...]] | None = None


@dataclass(frozen=True)
class Form:
    """What is filled in at once."""

    id: str
    title: Text
    fields: tuple[Field, ...]
    attach: tuple[Attach, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """As the phone reads it, in both languages."""
        return {
            "id": self.id,
            "title": text(self.title),
            "fields": [_field(field) for field in self.fields],
            "attach": [
                {
                    "id": each.rule.id,
                    "label": text(each.rule.label),
                    "least": each.rule.least,
                    "most": each.rule.most,
                    "only_if": list(each.only_if) if each.only_if else None,
                }
                for each in self.attach
            ],
        }

    def in_words(self, values: Mapping[str, Any]) -> list[tuple[Text, Text]]:
        """Label and answer of each field that was answered, without drawn signatures."""
        return [
            (field.entry.label, _in_words(field.entry, values[field.entry.id]))
            for field in self.fields
            if values.get(field.entry.id) not in (None, "", [], {})
            and field.entry.type != "signature"
        ]

    def asked(self, values: Mapping[str, Any]) -> list[Entry]:
        """The entries that these answers leave on the form."""
        return [
            field.entry
            for field in self.fields
            if field.only_if is None or values.get(field.only_if[0]) in field.only_if[1]
        ]

    def checked(
        self, values: Mapping[str, Any], members: Sequence[int], today: date
    ) -> dict[str, Any]:
        """The values that belong to the form, in the order of its fields, each of the right kind.

        Values of fields that are not asked are left out. Raises FangpinError with every fault.
        """
        problems: list[Problem] = []
        found: dict[str, Any] = {}
        for entry in self.asked(values):
            given = values.get(entry.id)
            if entry.about == "each_member":
                each = given if isinstance(given, dict) else {}
                taken = {
                    str(pk): value
                    for pk in members
                    if (value := _checked(entry, each.get(str(pk)), today, problems)) is not None
                }
                if taken:
                    found[entry.id] = taken
                continue
            value = _checked(entry, given, today, problems)
            if value is not None:
                found[entry.id] = value
        if problems:
            raise FangpinError(problems)
        return found


def _in_words(entry: Entry, value: Any) -> Text:
    """An answer in words; one about each member is a list of theirs."""
    if isinstance(value, dict):
        value = list(value.values())
    labels = {option.code: option.label for option in entry.options}
    found = [labels.get(str(each), _plain(each)) for each in _listed(value)]
    unit = f" {entry.unit}" if entry.unit else ""
    return Text(
        "、".join(word.zh for word in found) + unit, ", ".join(word.en for word in found) + unit
    )


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _plain(value: Any) -> Text:
    if isinstance(value, bool):
        return Text("是", "yes") if value else Text("否", "no")
    return Text(str(value) or "—", str(value) or "—")


def text(words: Text) -> dict[str, str]:
    """A sentence as data."""
    return {"zh": words.zh, "en": words.en}


def _field(field: Field) -> dict[str, Any]:
    entry = field.entry
    return {
        "id": entry.id,
        "label": text(entry.label),
        "type": entry.type,
        "options": [{"code": o.code, "label": text(o.label)} for o in entry.options],
        "required": entry.required,
        "unit": entry.unit,
        "about": entry.about,
        "help": text(entry.help) if entry.help else None,
        "least": str(entry.least) if entry.least is not None else None,
        "most": str(entry.most) if entry.most is not None else None,
        "longest": LONGEST.get(entry.type, 40),
        "only_if": list(field.only_if) if field.only_if else None,
    }


# -- one value -------------------------------------------------------------------------------------


def _checked(entry: Entry, given: Any, today: date, problems: list[Problem]) -> Any:
    """The value, None for one that was left out; a fault is added to `problems`."""
    if given in (None, "", []):
        if entry.required:
            zh, en = f"没有填写“{entry.label.zh}”", f"“{entry.label.en}” is missing"
            problems.append(Problem(Text(zh, en), _REMEDY, Where(column=entry.label.zh)))
        return None
    try:
        return _READERS.get(entry.type, _line)(entry, given, today)
    except (ValueError, TypeError, InvalidOperation):
        zh, en = f"“{entry.label.zh}”填写有误", f"“{entry.label.en}” is not right"
        problems.append(Problem(Text(zh, en), _REMEDY, Where(column=entry.label.zh)))
        return None


def _line(entry: Entry, given: Any, today: date) -> str:
    if not isinstance(given, str) or len(given) > LONGEST.get(entry.type, 200) or "\x00" in given:
        raise ValueError
    return given.strip()


def _choice(entry: Entry, given: Any, today: date) -> str:
    if given not in {option.code for option in entry.options}:
        raise ValueError
    return str(given)


def _choices(entry: Entry, given: Any, today: date) -> list[str]:
    known = [option.code for option in entry.options]
    if not isinstance(given, list) or not set(given) <= set(known):
        raise ValueError
    return [code for code in known if code in given]


def _day(entry: Entry, given: Any, today: date) -> str:
    found = date.fromisoformat(given)
    if found > today:
        raise ValueError
    return found.isoformat()


def _flag(entry: Entry, given: Any, today: date) -> bool:
    if not isinstance(given, bool):
        raise TypeError
    return given


def _number(entry: Entry, given: Any, today: date) -> str:
    """Decimal text, as it was written; money stays in 元 until whoever keeps it makes fen of it."""
    if not isinstance(given, str) or len(given) > 20:
        raise ValueError
    number = Decimal(given)
    if not number.is_finite() or (entry.type == "integer" and number % 1):
        raise ValueError
    if entry.type == "money" and number != round(number, 2):
        raise ValueError
    if (entry.least is not None and number < entry.least) or (
        entry.most is not None and number > entry.most
    ):
        raise ValueError
    return str(number)


def _signature(entry: Entry, given: Any, today: date) -> str:
    if not isinstance(given, str) or len(given) > LONGEST["signature"]:
        raise ValueError
    if not given.startswith(_PNG) or not _BASE64.fullmatch(given[len(_PNG) :]):
        raise ValueError
    return given


_READERS: Final = {
    "choice": _choice,
    "choices": _choices,
    "date": _day,
    "boolean": _flag,
    "money": _number,
    "integer": _number,
    "number": _number,
    "signature": _signature,
}

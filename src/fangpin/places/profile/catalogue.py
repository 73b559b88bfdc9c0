"""The catalogue of village figures, read strictly from `catalogue.yaml`."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from fangpin.kernel.errors import Text
from fangpin.policy.loading.reading import PackError, Problems, meant
from fangpin.policy.loading.records import BILINGUAL, Key, Keyed, ListOf, optional
from fangpin.policy.loading.scalars import NAME, Choice, Whole, Words
from fangpin.policy.loading.shapes import BAD, Reading
from fangpin.policy.loading.tree import read_yaml

FILE = Path(__file__).parent / "catalogue.yaml"


class Kind(StrEnum):
    """How a value is written and kept: count, year as int; money as fen; number × 100; bool;
    code and text as they are."""

    COUNT = "count"
    MONEY = "money"
    NUMBER = "number"
    YEAR = "year"
    BOOL = "bool"
    CODE = "code"
    TEXT = "text"


class Privacy(StrEnum):
    """Who may know a figure: everybody, or whoever works here."""

    PUBLIC = "public"
    INTERNAL = "internal"


@dataclass(frozen=True)
class Field:
    """One figure. `highest` is in the unit as kept (fen, hundredths)."""

    name: str
    label: Text
    kind: Kind
    unit: str
    privacy: Privacy
    highest: int | None
    headers: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """Figures that stand together."""

    name: str
    label: Text
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Check:
    """`part` may not be larger than `whole`; `error` says that it is refused otherwise."""

    part: Field
    whole: Field
    error: bool


@dataclass(frozen=True)
class Catalogue:
    """Everything that is asked about a village, and why."""

    purpose: Text
    legal_basis: Text
    clause: str
    classes: dict[str, Text]
    sections: tuple[Section, ...]
    checks: tuple[Check, ...]
    not_zero: tuple[Field, ...]

    @property
    def fields(self) -> dict[str, Field]:
        """By name, in reading order."""
        return {field.name: field for section in self.sections for field in section.fields}


def _kept(**values: Any) -> dict[str, Any]:
    return values


_FIELD = Keyed(
    "Field",
    {
        "name": Key(NAME),
        "label": Key(BILINGUAL),
        "type": Key(Choice(tuple(Kind)), into="kind"),
        "unit": optional(Words()),
        "max": optional(Whole(1, 10**12), into="highest"),
        "class": Key(Choice(tuple(Privacy)), into="privacy"),
        "headers": optional(ListOf(Words(), at_least=1, distinct=True)),
    },
    _kept,
    identity="name",
)
_SECTION = Keyed(
    "Section",
    {"name": Key(NAME), "label": Key(BILINGUAL), "fields": Key(ListOf(_FIELD, at_least=1))},
    _kept,
)
_CHECK = Keyed(
    "Check",
    {
        "part": Key(NAME),
        "whole": Key(NAME),
        "severity": Key(Choice(("error", "doubt"))),
    },
    _kept,
)
_CATALOGUE = Keyed(
    "VillageTable",
    {
        "purpose": Key(BILINGUAL),
        "legal_basis": Key(BILINGUAL),
        "clause": Key(Words(r"[a-z0-9-]+:[A-Za-z0-9.]+")),
        "classes": Key(
            ListOf(Keyed("Class", {"code": Key(NAME), "label": Key(BILINGUAL)}, _kept), 1)
        ),
        "sections": Key(ListOf(_SECTION, 1)),
        "checks": Key(ListOf(_CHECK, 1)),
        "not_zero": Key(ListOf(NAME)),
    },
    _kept,
)


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """The catalogue as shipped. Raises PackError with every problem at once."""
    return read_catalogue(FILE)


def read_catalogue(file: Path) -> Catalogue:
    """The catalogue in a file."""
    tree, found = read_yaml(file, f"profile/{file.name}")
    problems = Problems()
    problems.extend(found)
    if tree is None:
        raise PackError(problems.errors)
    reading = Reading("catalogue", file.name, f"profile/{file.name}", problems)
    values = _CATALOGUE.read(tree, file.name, reading)
    if values is BAD or problems.errors:
        raise PackError(problems.errors)
    fields: dict[str, Field] = {}
    sections = []
    headers: dict[str, str] = {}
    for section in values["sections"]:
        own = []
        for each in section["fields"]:
            field = _field(each)
            if field.name in fields:
                _twice(problems, each["origin"], field.name)
            for header in field.headers:
                if headers.setdefault(header, field.name) != field.name:
                    _twice(problems, each["origin"], header)
            fields[field.name] = field
            own.append(field)
        sections.append(Section(section["name"], section["label"], tuple(own)))

    def known(name: str, origin: Any) -> Field | None:
        if name not in fields:
            problems.at(
                origin,
                name,
                (f"没有字段 {name}", f"there is no field {name}"),
                meant(name, tuple(fields)),
            )
        return fields.get(name)

    checks = []
    for each in values["checks"]:
        part, whole = known(each["part"], each["origin"]), known(each["whole"], each["origin"])
        if part and whole:
            checks.append(Check(part, whole, each["severity"] == "error"))
    zero = (known(name, values["origin"]) for name in values["not_zero"])
    not_zero = [each for each in zero if each is not None]
    if problems.errors:
        raise PackError(problems.errors)
    return Catalogue(
        values["purpose"],
        values["legal_basis"],
        values["clause"],
        {each["code"]: each["label"] for each in values["classes"]},
        tuple(sections),
        tuple(checks),
        tuple(not_zero),
    )


def _field(each: dict[str, Any]) -> Field:
    return Field(
        each["name"],
        each["label"],
        Kind(each["kind"]),
        each.get("unit", ""),
        Privacy(each["privacy"]),
        each.get("highest"),
        each.get("headers", ()),
    )


def _twice(problems: Problems, origin: Any, name: str) -> None:
    problems.at(
        origin, "name", (f"{name} 重复", f"{name} stands twice"), ("只保留一个", "keep one")
    )

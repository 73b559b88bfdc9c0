"""What is said about a column of the registry: records of the catalogue."""

from dataclasses import dataclass, field
from enum import StrEnum

from fangpin.kernel.errors import Text
from fangpin.people.rights import FieldGroup


class PrivacyClass(StrEnum):
    """How much harm knowledge of a field can do. `sensitive` as PIPL art. 28 means it."""

    public = "public"
    internal = "internal"
    personal = "personal"
    sensitive = "sensitive"


@dataclass(frozen=True, slots=True)
class Retention:
    """How long something is kept: so many years after an event."""

    name: str
    years: int
    after: Text


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why fields are kept, on what legal basis, for how long. `consent`: the basis is consent,
    which may be declined and withdrawn; otherwise it is a statutory duty."""

    name: str
    label: Text
    text: Text
    legal_basis: Text
    retention: Retention
    consent: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One column that says something about a household or a person.

    `type`: text name id_number phone account money number integer date month year bool code codes
    word reference text_by_code money_by_item. `vocabulary` names the codes of code, codes and
    text_by_code ("" else). `national`: headers under which the national system's wide tables have
    it, the official one first; `after` the same for the income of a removed risk. `sheet`: the wide
    table it stands in, household or person, "" for none.
    """

    subject: str
    name: str
    label: Text
    type: str
    group: FieldGroup
    privacy: PrivacyClass
    purpose: Purpose
    vocabulary: str = ""
    unit: str = ""
    national: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    national_code: str = ""
    low: int | None = None
    high: int | None = None
    sheet: str = ""

    @property
    def key(self) -> str:
        """`household.phone`."""
        return f"{self.subject}.{self.name}"


@dataclass(frozen=True, slots=True)
class Technical:
    """A column without a fact of its own: a key, a counter, an index of a sealed value."""

    name: str
    privacy: PrivacyClass
    why: Text


class Counts(StrEnum):
    """How an item enters an income."""

    counted = "counted"
    left_out = "left_out"
    deducted = "deducted"


@dataclass(frozen=True, slots=True)
class Treatment:
    """How an item enters an income, and the clause that says so (`pack:clause`)."""

    counts: Counts
    clause: str


@dataclass(frozen=True, slots=True)
class ItemClass:
    """A class of items; `sum` is the column of `IncomeYear` with its recorded sum, "" for none."""

    name: str
    label: Text
    registration: Treatment
    subsistence: Treatment
    sum: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One item of income or expense."""

    name: str
    item_class: ItemClass
    label: Text
    registration: Treatment
    subsistence: Treatment
    national: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CodeMap:
    """Our codes and those of a national standard. `gb` is written, `back` reads every code that
    means one of ours; `several` may mean one of those named; `silent` say that nothing is known."""

    vocabulary: str
    standard: str
    gb: dict[str, str] = field(default_factory=dict)
    back: dict[str, str] = field(default_factory=dict)
    several: dict[str, tuple[str, ...]] = field(default_factory=dict)
    silent: frozenset[str] = frozenset()

    def knows(self, written: str) -> bool:
        """Whether the standard has this code."""
        return written in self.back or written in self.several or written in self.silent


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything the catalogue says. `fields` by key in file order, `technical` by name."""

    fields: dict[str, Field]
    technical: dict[str, Technical]
    purposes: dict[str, Purpose]
    item_classes: dict[str, ItemClass]
    items: dict[str, Item]
    code_maps: dict[str, CodeMap]

    def of(self, subject: str) -> tuple[Field, ...]:
        """The fields of one subject, in file order."""
        return tuple(each for each in self.fields.values() if each.subject == subject)

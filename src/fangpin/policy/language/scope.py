"""What names mean where an expression stands. Built by the loader from a pack, or by hand."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from fangpin.kernel.errors import Text
from fangpin.policy.language.types import Subject, Type

Bounds = tuple[int, int] | tuple[date, date]
"""Inclusive; numbers as integers at the scale of the type (money: fen)."""

ABOVE: Mapping[str, tuple[str, ...]] = {
    "person": ("household", "village"),
    "household": ("village",),
    "village": (),
    "row": (),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A fact (or a column, in the scope of a row).

    `bounds` is required for numbers: it is what keeps 64-bit arithmetic from overflowing.
    `percent`: a share of 1 that people read as a percentage.
    """

    name: str
    type: Type
    label: Text
    subject: Subject = "person"
    bounds: Bounds | None = None
    percent: bool = False

    def __post_init__(self) -> None:
        if self.type.is_number and self.bounds is None:
            raise ValueError(f"{self.name}: a number needs bounds")


@dataclass(frozen=True, slots=True)
class ParameterEntry:
    """A parameter with all its dated values: bool, scaled int, date, str, or (kind list) a tuple
    of codes."""

    name: str
    type: Type
    label: Text
    values: tuple[bool | int | date | str | tuple[str, ...], ...]
    percent: bool = False


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A closed list of codes with the words people read."""

    name: str
    words: Mapping[str, Text]
    label: Text | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """Everything an expression about `subject` may name; nothing else is reachable.

    `facts`: of all subjects, by name. `columns`: of one contract, used when subject is "row".
    """

    subject: Subject
    facts: Mapping[str, Entry] = field(default_factory=dict)
    parameters: Mapping[str, ParameterEntry] = field(default_factory=dict)
    codes: Mapping[str, Vocabulary] = field(default_factory=dict)
    columns: Mapping[str, Entry] = field(default_factory=dict)

    def about(self, subject: Subject) -> "Scope":
        """The same names, spoken about another subject."""
        return replace(self, subject=subject)

    def entry(self, name: str) -> Entry | None:
        """The fact or column `name` means here."""
        return (self.columns if self.subject == "row" else self.facts).get(name)

    def word(self, codes: str | None, code: str) -> Text:
        """The words of a code; the code itself when the vocabulary does not know it."""
        vocabulary = self.codes.get(codes or "")
        found = vocabulary.words.get(code) if vocabulary else None
        return found or Text(code, code)

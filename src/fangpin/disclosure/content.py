"""What a public notice says, before it is a page or a sheet. No Django, no database.

A notice holds only what is listed here. Whatever else is known about a household – numbers,
telephones, health, causes, members – has no place to go.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from fangpin.foundation.masks import mask_name
from fangpin.kernel.errors import Language, Text

Form = Literal["notice", "announcement"]
ADULT = 18
NAMELESS = Text("一户（依法不公开姓名）", "one household (not named, as the law asks)")


@dataclass(frozen=True, slots=True)
class Head:
    """Who stands for a household, in clear; lives only until the notice is built.

    `born` None = unknown.
    """

    name: str
    born: date | None


@dataclass(frozen=True, slots=True)
class Line:
    """One household (its head masked) or one village on a notice. `group` "" = unknown."""

    name: Text
    group: str = ""
    category: Text | None = None


@dataclass(frozen=True, slots=True)
class Telephone:
    """An office's telephone, not a person's."""

    label: str
    number: str


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice or announcement. `place`: names from the county down; `until_day` is included;
    `address`: where objections are taken on the web, "" = nowhere."""

    number: str
    form: Form
    title: Text
    opening: Text
    place: tuple[str, ...]
    lines: tuple[Line, ...]
    from_day: date
    until_day: date
    closing: Text
    ways: tuple[Text, ...]
    telephones: tuple[Telephone, ...]
    issuer: str
    address: str = ""
    lines_are_places: bool = False

    def texts(self) -> Iterator[tuple[str, str]]:
        """Every text with the name of the field it stands in, in both languages."""
        for language in ("zh", "en"):
            yield "title", self.title.in_language(language)
            yield "opening", self.opening.in_language(language)
            yield "closing", self.closing.in_language(language)
            for way in self.ways:
                yield "ways", way.in_language(language)
            for line in self.lines:
                yield "line", line.name.in_language(language)
                if line.category is not None:
                    yield "category", line.category.in_language(language)
        for line in self.lines:
            yield "group", line.group
        for name in self.place:
            yield "place", name
        for telephone in self.telephones:
            yield "telephone", f"{telephone.label} {telephone.number}"
        yield "issuer", self.issuer
        yield "number", self.number
        yield "address", self.address

    def in_language(self, language: Language) -> dict[str, object]:
        """The notice as plain values for a renderer; dates as ISO texts."""
        return {
            "number": self.number,
            "form": self.form,
            "title": self.title.in_language(language),
            "opening": self.opening.in_language(language),
            "place": " ".join(self.place),
            "lines": [
                {
                    "name": line.name.in_language(language),
                    "group": line.group,
                    "category": line.category.in_language(language) if line.category else "",
                }
                for line in self.lines
            ],
            "has_groups": any(line.group for line in self.lines),
            "has_categories": any(line.category for line in self.lines),
            "from_day": self.from_day.isoformat(),
            "until_day": self.until_day.isoformat(),
            "closing": self.closing.in_language(language),
            "ways": [way.in_language(language) for way in self.ways],
            "telephones": [f"{each.label} {each.number}".strip() for each in self.telephones],
            "issuer": self.issuer,
            "address": self.address,
        }


def public_name(head: Head, on: date) -> Text:
    """The head as a notice may name them: masked; not at all when they are under age on that day,
    or when nobody knows how old they are."""
    if not is_adult(head.born, on):
        return NAMELESS
    masked = mask_name(head.name)
    return Text(masked, masked) if masked else NAMELESS


def is_adult(born: date | None, on: date) -> bool:
    """Whether somebody is of age on a day; never when nobody knows when they were born."""
    if born is None:
        return False
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day)) >= ADULT

"""Free text (a hotline call, a petition) → the household it is about.

Evidence, strongest first: an identity number in the text or in a column; the caller's phone with a
compatible name; a village named in the text and the full name of exactly one of its households'
members. A name alone never decides. What is left stays as a clue that a person has to match.
"""

import re
from dataclasses import dataclass

import numpy as np
import polars as pl

from fangpin.feeds.linking import Linker, Links
from fangpin.feeds.names_compared import COMPATIBLE_KINDS, compared
from fangpin.feeds.placing import Placing
from fangpin.feeds.reasons import Action
from fangpin.feeds.register import Register
from fangpin.feeds.rows import TypedRows
from fangpin.kernel.errors import Text
from fangpin.kernel.identity import judge_series

_NUMBER = r"(?:^|[^0-9])([0-9]{17}[0-9Xx]|[0-9]{15})(?:$|[^0-9Xx])"
_PHONE = r"(1[3-9][0-9]{9})"
ANONYMOUS = ("匿名", "市民", "群众", "网友", "不详", "不愿透露", "来电人")
BY_NUMBER = Text("身份证号", "the identity number")
BY_PHONE = Text("来电号码和姓名", "the caller's phone and name")
BY_NAME = Text("村名和姓名", "village and name")


@dataclass
class ClueLinker:
    """Looks up callers in the register of one intake."""

    linker: Linker

    def __post_init__(self) -> None:
        register = self.linker.register
        identity = register.identity
        self.by_phone: dict[str, set[int]] = {}
        for person, phone in enumerate(identity.phone.to_list()):
            if phone:
                self.by_phone.setdefault(phone, set()).add(person)
        home_phones = register.household_phone.to_list()
        for person, household in enumerate(identity.household.tolist()):
            if home_phones[household]:
                self.by_phone.setdefault(home_phones[household], set()).add(person)
        self.codes = {code: n for n, code in enumerate(register.places["code"].to_list())}
        self.in_village: dict[int, list[int]] = {}
        for person, village in enumerate(identity.village.tolist()):
            self.in_village.setdefault(village, []).append(person)

    @property
    def register(self) -> Register:
        return self.linker.register

    def link(self, typed: TypedRows, placing: Placing) -> Links:
        """Households of the clues; what could not be matched is flagged, never dropped."""
        links = Links.none(typed.size)
        links.village = placing.village.copy()
        texts = _texts(typed)
        numbers = _numbers(typed, texts)
        persons = self.linker.exact(numbers)
        phones = self._phones(typed, texts)
        names = typed.values.get("name")
        for row in np.flatnonzero(typed.used).tolist():
            person, why = int(persons[row]), BY_NUMBER
            name = names[row] if names is not None else None
            if person < 0:
                person, why = self._by_phone(phones[row], name, texts[row]), BY_PHONE
            if person < 0:
                person, why = self._by_village(texts[row], name, int(placing.village[row])), BY_NAME
            if person >= 0:
                self._book(typed, links, row, person, why)
            elif texts[row] and self._about_somebody(texts[row], name):
                typed.verdicts.add(
                    np.array([row]), "not_linked_clue", Action.flagged, _text_column(typed),
                    delivered=texts[row],
                )  # fmt: skip
        return links

    def _book(self, typed: TypedRows, links: Links, row: int, person: int, why: Text) -> None:
        identity = self.register.identity
        links.person[row] = person
        links.household[row] = identity.household[person]
        links.village[row] = identity.village[person]
        home = self.register.households["number"][int(identity.household[person])]
        typed.verdicts.add(
            np.array([row]), "linked_by_text", Action.corrected, _text_column(typed),
            taken_as=home, detail=why.zh, detail_en=why.en,
        )  # fmt: skip

    def _phones(self, typed: TypedRows, texts: list[str]) -> list[set[str]]:
        column = typed.values.get("phone")
        stated = column.to_list() if column is not None else [None] * typed.size
        phones: list[set[str]] = []
        for text, phone in zip(texts, stated, strict=True):
            found = set(re.findall(_PHONE, text))
            if phone:
                found.add(phone)
            phones.append(found)
        return phones

    def _by_phone(self, phones: set[str], name: str | None, text: str) -> int:
        """The one person with this phone whose name agrees with the caller or stands in the text;
        several members of one household count when only one of them is named."""
        people = sorted({person for phone in phones for person in self.by_phone.get(phone, ())})
        if not people:
            return -1
        registered = self.register.identity.name
        named = [p for p in people if registered[p] and registered[p] in text]
        if len(named) == 1:
            return named[0]
        if name and name not in ANONYMOUS:
            wanted = pl.Series([name] * len(people), dtype=pl.String)
            kinds = compared(wanted, registered.gather(people))
            fits = [p for p, kind in zip(people, kinds, strict=True) if kind in COMPATIBLE_KINDS]
            homes = {int(self.register.identity.household[p]) for p in fits}
            if fits and len(homes) == 1:
                heads = [p for p in fits if self.register.identity.head[p]]
                return (heads or fits)[0]
        return -1

    def _by_village(self, text: str, name: str | None, village: int) -> int:
        """Somebody whose full name stands in the text (or is the caller's), in a village named."""
        villages = {village} if village >= 0 else set()
        for found in self.register.index.mentions(text):
            codes = (found.code,) if found.code else found.candidates
            villages |= {self.codes[code] for code in codes if code in self.codes}
        registered = self.register.identity.name
        said = text + (f" {name}" if name and name not in ANONYMOUS else "")
        fits = [
            person
            for place in villages
            for person in self.in_village.get(place, ())
            if len(registered[person] or "") >= 2 and registered[person] in said
        ]
        longest = max((len(registered[person]) for person in fits), default=0)
        fits = [person for person in fits if len(registered[person]) == longest]
        homes = {int(self.register.identity.household[person]) for person in fits}
        return fits[0] if len(homes) == 1 else -1

    def _about_somebody(self, text: str, name: str | None) -> bool:
        """Whether the clue names a person, a phone or a village, so that somebody should look."""
        named = bool(name) and name not in ANONYMOUS
        return named or bool(re.search(_PHONE, text)) or bool(self.register.index.mentions(text))


def _text_column(typed: TypedRows) -> str:
    """The column that holds what was said: the source of keywords, else the longest text."""
    for column in typed.contract.columns:
        if column.from_text and column.from_text in typed.values:
            return column.from_text
    texts = [c.name for c in typed.contract.columns if c.type == "text" and c.name in typed.values]
    lengths = {name: typed.values[name].str.len_chars().mean() or 0 for name in texts}
    return max(lengths, key=lambda name: lengths[name]) if lengths else ""


def _texts(typed: TypedRows) -> list[str]:
    column = _text_column(typed)
    values = typed.values.get(column)
    return [text or "" for text in values.to_list()] if values is not None else [""] * typed.size


def _numbers(typed: TypedRows, texts: list[str]) -> pl.Series:
    """A valid identity number per clue: from a column, else the only one in the text."""
    inside = pl.Series(texts, dtype=pl.String).str.extract(_NUMBER, 1)
    numbers = judge_series(inside)["normalised"]
    for column in typed.identity.values():
        numbers = column["normalised"].zip_with(column["normalised"].is_not_null(), numbers)
    return numbers

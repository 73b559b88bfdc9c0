"""What somebody typed into the search box: an identity number, its last four characters, a phone, a
number of a household or person, a name, a part of one, pinyin – and perhaps a village before it."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from fangpin.kernel.characters import tidy
from fangpin.registry.sealing import identity_key, phone_key
from fangpin.registry.search_tokens import folded, is_han

LONGEST: Final = 60  # longer texts were pasted by mistake


class Kind(StrEnum):
    """What a search looks at."""

    identity = "identity"
    last_four = "last_four"
    phone = "phone"
    number = "number"
    name = "name"
    letters = "letters"
    nothing = "nothing"


@dataclass(frozen=True)
class Terms:
    """One search. `text` is in the form in which the kind is compared; `place` is a village or
    township as typed, "" for none."""

    kind: Kind
    text: str
    place: str = ""


_WITH_PLACE: Final = re.compile(r"^(.{1,20}?(?:村|社区|镇|乡|街道))(.{1,20})$")


def read_terms(typed: str) -> list[Terms]:
    """The ways to understand a text, the likeliest first; empty when there is nothing in it."""
    text = tidy(typed)[:LONGEST]
    joined = text.replace(" ", "")
    if re.fullmatch(r"[0-9]{17}[0-9Xx]|[0-9]{15}", joined):
        return [Terms(Kind.identity, identity_key(joined)), Terms(Kind.number, joined)]
    if re.fullmatch(r"[0-9]{3}[0-9Xx]", joined):
        also = [Terms(Kind.number, joined)] if joined.isdigit() else []
        return [Terms(Kind.last_four, joined.upper()), *also]
    digits = joined.removeprefix("+").replace("-", "")
    if re.fullmatch(r"[0-9]{7,14}", digits):
        phone = Terms(Kind.phone, phone_key(digits))
        number = Terms(Kind.number, digits)
        return [phone, number] if len(phone.text) == 11 and phone.text[0] in "01" else [number]
    if re.fullmatch(r"[0-9]{5,40}", joined):
        return [Terms(Kind.number, joined)]
    words = text.split()
    found = []
    if len(words) > 1:
        found += _of(words[1:], place=words[0]) if _may_be_place(words[0]) else []
        found += _of(words[:-1], place=words[-1]) if _may_be_place(words[-1]) else []
    elif words and (split := _WITH_PLACE.match(words[0])):
        found += _of([split[2]], place=split[1])
    return [*found, *_of(words)]


def _may_be_place(word: str) -> bool:
    return any(map(is_han, word))


def _of(words: list[str], place: str = "") -> list[Terms]:
    joined = "".join(words)
    letters = joined.lower()
    if re.fullmatch(r"[a-züê']+", letters):
        return [Terms(Kind.letters, letters.replace("'", ""), place)]
    name = folded(joined)
    if not is_han(name):
        name = folded(" ".join(words))
    return [Terms(Kind.name, name, place)] if any(map(str.isalnum, name)) else []

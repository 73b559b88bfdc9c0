"""What the documents call things: a search through all packs by name, in either language."""

import unicodedata
from dataclasses import dataclass
from typing import Any

from fangpin.kernel.errors import Text
from fangpin.policy.pack import Pack
from fangpin.web import packs as library

SEARCHED = ("ledgers", "mechanisms", "procedures", "programmes", "targets", "duties", "rules")
MOST = 60


@dataclass(frozen=True)
class Hit:
    """An entry of a pack whose name holds the words asked for; `anchor` is its place on the page
    of its section."""

    pack: Pack
    section: str
    record: Any
    anchor: str
    label: Text


@dataclass(frozen=True)
class Found:
    """`hits` in the order of SEARCHED, at most MOST; `more` that are left out."""

    hits: list[Hit]
    more: int


def plain(text: str) -> str:
    """Letters, digits and characters alone, in half width and lower case: quotation marks, dashes
    and blanks do not matter."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(each for each in folded if each.isalnum())


def find(text: str) -> Found:
    """Entries of all packs, each where it is written, whose name holds `text`; names that equal it
    come first. Nothing for a text without letters."""
    wanted = plain(text)
    hits: list[Hit] = []
    for section in SEARCHED if wanted else ():
        for name in library.names():
            pack = library.pack(name)
            for key, record in getattr(pack, section).items() if pack is not None else ():
                label = getattr(record, "label", None) or record.name
                if record.origin.pack != name or wanted not in plain(label.zh) + " " + plain(
                    label.en
                ):
                    continue
                assert pack is not None
                hits.append(Hit(pack, section, record, key, label))
    hits.sort(key=lambda hit: wanted not in (plain(hit.label.zh), plain(hit.label.en)))
    return Found(hits[:MOST], max(0, len(hits) - MOST))

"""A sentence with holes: fixed text and slots that each finding fills with its figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal as OneOf

from fangpin.kernel.errors import Language
from fangpin.policy.language import nodes as n
from fangpin.policy.language.evaluate import UNKNOWN, Result
from fangpin.policy.language.scope import Scope
from fangpin.policy.language.wording import date_text, number_text, percent_text, truth_text

Style = OneOf["figure", "value", "percent", "date", "code", "truth", "text", "members"]


@dataclass(frozen=True, slots=True)
class Slot:
    """A hole: the value of `node` for the subject of the finding.

    With `among` set the node speaks of persons: the values of all members for whom `among` is true
    are listed. `style`: figure (money keeps its decimals), value (trailing zeros go), percent,
    date, code (the words of the code), truth, text, members ("2 名成员").
    """

    name: str
    node: n.Node
    style: Style
    among: n.Node | None = None


Pieces = list[str | Slot]


@dataclass(frozen=True, slots=True)
class Template:
    """Pieces in order of printing."""

    pieces: tuple[str | Slot, ...]

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The distinct slots that must be filled."""
        return tuple(dict.fromkeys(piece for piece in self.pieces if isinstance(piece, Slot)))

    def fill(self, texts: Mapping[str, str]) -> str:
        """The sentence; `texts` by slot name, as `slot_text` and `listed` print them."""
        return "".join(
            piece if isinstance(piece, str) else texts[piece.name] for piece in self.pieces
        )


def slot_text(value: Result, slot: Slot, language: Language, scope: Scope) -> str:
    """One value as the slot prints it. Numbers are ints at `slot.node.type.scale`."""
    type_ = slot.node.type
    if value is UNKNOWN:
        return "未知" if language == "zh" else "unknown"
    if isinstance(value, bool):
        return truth_text(value, language)
    if isinstance(value, date):
        return date_text(value, language)
    if isinstance(value, str):
        return scope.word(type_.codes, value).in_language(language)
    if slot.style == "percent":
        return percent_text(value, type_.scale)
    if slot.style == "members":
        if language == "zh":
            return f"{value} 名成员"
        return f"{value} member" if value == 1 else f"{value} members"
    if isinstance(slot.node, n.Function) and slot.node.name == "year":
        return str(value)
    keep = slot.style == "figure" and type_.kind == "money"
    return number_text(value, type_.scale, type_.unit, language, keep_decimals=keep)


LISTED = 6
"""Most values listed for one slot."""


def listed(texts: Sequence[str], language: Language) -> str:
    """The printed values of several members; equal ones once, at most `LISTED`."""
    distinct = list(dict.fromkeys(texts))
    more = len(distinct) > LISTED
    joined = ("、" if language == "zh" else ", ").join(distinct[:LISTED])
    if more:
        joined += "等" if language == "zh" else " …"
    return joined

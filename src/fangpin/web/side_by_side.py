"""Two sides of a pair for the eye: which characters differ, what that means, how much it weighs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from fangpin.kernel.errors import Text
from fangpin.web.wording import language

FIELDS: dict[str, Text] = {
    "name": Text("姓名", "Name"),
    "sex": Text("性别", "Sex"),
    "birth_date": Text("出生日期", "Date of birth"),
    "village": Text("住址", "Village"),
    "phone": Text("电话", "Phone"),
    "head_name": Text("户主", "Head of household"),
}
_BIRTH_IN_NUMBER = Text("证件号码中的出生日期", "Birth date in the number")
_SEXES = {"男": Text("男", "male"), "女": Text("女", "female")}
_AXIS, _LONGEST = 60.0, 57.0
_SMALLEST_SCALE = 8.0


@dataclass(frozen=True)
class Part:
    """A piece of a value; `differs` when the other side has something else there."""

    text: str
    differs: bool


@dataclass(frozen=True)
class Bar:
    """A reason's weight as a bar on a scale 120 units wide whose zero is in the middle."""

    x: float
    width: float
    speaks_for: bool


@dataclass(frozen=True)
class Reason:
    """What was found in one field, in words, with its weight (log2 of the Bayes factor)."""

    label: Text
    words: Text
    weight: float
    scale: float = _SMALLEST_SCALE

    @property
    def bar(self) -> Bar:
        """The heaviest reason of the pair has full length; a weight near zero still shows."""
        width = max(1.5, min(1.0, abs(self.weight) / self.scale) * _LONGEST)
        start = _AXIS if self.weight >= 0 else _AXIS - width
        return Bar(round(start, 1), round(width, 1), self.weight >= 0)


@dataclass
class Line:
    """One field that both sides have. `verdict`: same | similar | different."""

    name: str
    label: Text
    delivered: list[Part]
    registered: list[Part]
    verdict: str
    reasons: list[Reason] = field(default_factory=list)


@dataclass
class Sides:
    """A pair for the page: what both sides have, what only one has, and reasons of no such line."""

    lines: list[Line] = field(default_factory=list)
    only_delivered: list[tuple[Text, str]] = field(default_factory=list)
    only_registered: list[tuple[Text, str]] = field(default_factory=list)
    further: list[Reason] = field(default_factory=list)


def side_by_side(
    delivered: Mapping[str, str | None],
    registered: Mapping[str, str | None],
    reasons: list[dict[str, Any]],
) -> Sides:
    """Compare field by field. Where no birth date was delivered, that in a damaged number stands in
    for it, for the eye only."""
    found = Sides()
    scale = max([_SMALLEST_SCALE, *(abs(reason["weight"]) for reason in reasons)])
    left = {id(reason): _reason(reason, scale) for reason in reasons}
    for name, label in FIELDS.items():
        one, other = _shown(name, delivered), _shown(name, registered)
        if name == "birth_date" and other and not one:
            one, label = _birth_in(delivered.get("number") or ""), _BIRTH_IN_NUMBER
            label = label if one else FIELDS[name]
        if one and other:
            own = [left.pop(id(reason)) for reason in reasons if reason["field"] == name]
            parts = compared(name, one, other)
            found.lines.append(Line(name, label, *parts, _verdict(parts, own), own))
        elif one:
            found.only_delivered.append((label, one))
        elif other:
            found.only_registered.append((label, other))
    found.further = list(left.values())
    return found


def _birth_in(number: str) -> str:
    """The birth date that an 18-digit number names, readable or not; "" for other lengths."""
    digits = number[6:14]
    if len(number) != 18 or not (digits.isascii() and digits.isdigit()):
        return ""
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"


def _shown(name: str, side: Mapping[str, str | None]) -> str:
    """A value as the reader sees it: the sex in words of their language, all else as it stands."""
    value = side.get(name) or ""
    word = _SEXES.get(value) if name == "sex" else None
    return word.in_language(language()) if word else value


def _reason(reason: Mapping[str, Any], scale: float) -> Reason:
    return Reason(
        Text(reason["label_zh"] or "", reason["label_en"] or ""),
        Text(reason["zh"] or "", reason["en"] or ""),
        float(reason["weight"]),
        scale,
    )


def _verdict(parts: tuple[list[Part], list[Part]], reasons: list[Reason]) -> str:
    """What speaks for the same person although it differs is similar; without a reason, what
    differs in two characters at most."""
    if not any(part.differs for side in parts for part in side):
        return "same"
    if reasons:
        return "similar" if sum(reason.weight for reason in reasons) > 0 else "different"
    apart = max(sum(len(part.text) for part in side if part.differs) for side in parts)
    return "similar" if apart <= 2 else "different"


def compared(name: str, one: str, other: str) -> tuple[list[Part], list[Part]]:
    """Both values in parts. Values of one length are compared place by place, so that exchanged
    characters show as such; phones from the end, because often only the last digits are given; a
    village without its township equals the one with it; the sex as a whole; everything else by
    what both have."""
    if one == other:
        return _whole(one), _whole(other)
    if name == "sex":
        return [Part(one, True)], [Part(other, True)]
    if len(one) == len(other):
        return _placewise(one, other), _placewise(other, one)
    if name == "phone":
        ends = (one[::-1], other[::-1])
        return tuple(_reversed(_placewise(a, b)) for a, b in (ends, ends[::-1]))  # type: ignore[return-value]
    if name == "village" and (one.endswith(other) or other.endswith(one)):
        return _whole(one), _whole(other)
    return _characters(one, other)


def _whole(text: str) -> list[Part]:
    return [Part(text, False)] if text else []


def _placewise(text: str, other: str) -> list[Part]:
    """Position by position; what has no counterpart is only more, not different."""
    marks = [a != b for a, b in zip(text, other, strict=False)]
    marks += [False] * (len(text) - len(marks))
    return _joined(text, marks)


def _reversed(parts: list[Part]) -> list[Part]:
    return [Part(part.text[::-1], part.differs) for part in reversed(parts)]


def _characters(one: str, other: str) -> tuple[list[Part], list[Part]]:
    marks = [True] * len(one), [True] * len(other)
    for a, b, size in SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks():
        marks[0][a : a + size] = [False] * size
        marks[1][b : b + size] = [False] * size
    return _joined(one, marks[0]), _joined(other, marks[1])


def _joined(text: str, marks: list[bool]) -> list[Part]:
    parts: list[Part] = []
    for character, differs in zip(text, marks, strict=True):
        if parts and parts[-1].differs == differs:
            parts[-1] = Part(parts[-1].text + character, differs)
        else:
            parts.append(Part(character, differs))
    return parts


def probability(value: float) -> str:
    """A probability that is never shown as certain."""
    if value > 0.999:
        return "> 99.9 %"
    if value < 0.001:
        return "< 0.1 %"
    return f"{100 * value:.1f} %"

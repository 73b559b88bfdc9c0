"""What the parser yields: the shape of a text, before names and types are known."""

from dataclasses import dataclass, field
from datetime import date

from fangpin.kernel.errors import NOWHERE, Where
from fangpin.policy.language.types import UNITLESS, Unit


@dataclass(frozen=True, slots=True)
class Syntax:
    """Common to all shapes. `position`: character offset from 0; `depth`: levels below, from 1."""

    position: int = field(kw_only=True, compare=False)
    depth: int = field(kw_only=True, default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Number(Syntax):
    """`digits` scaled by `scale`; `has_unit` tells `0` from `0元`."""

    digits: int
    scale: int
    unit: Unit = UNITLESS
    has_unit: bool = False


@dataclass(frozen=True, slots=True)
class Quoted(Syntax):
    """A code or text in single quotes."""

    value: str


@dataclass(frozen=True, slots=True)
class Truth(Syntax):
    """true or false."""

    value: bool


@dataclass(frozen=True, slots=True)
class Day(Syntax):
    """A date written out."""

    value: date


@dataclass(frozen=True, slots=True)
class AsOfWord(Syntax):
    """The word as_of."""


@dataclass(frozen=True, slots=True)
class Param(Syntax):
    """`param.<name>`."""

    name: str


@dataclass(frozen=True, slots=True)
class Name(Syntax):
    """A fact or a column."""

    name: str


@dataclass(frozen=True, slots=True)
class Negation(Syntax):
    """`not x`."""

    x: Syntax


@dataclass(frozen=True, slots=True)
class Minus(Syntax):
    """`-x`."""

    x: Syntax


@dataclass(frozen=True, slots=True)
class Logic(Syntax):
    """`a and b and …` or `a or b or …`."""

    op: str
    items: tuple[Syntax, ...]


@dataclass(frozen=True, slots=True)
class Binary(Syntax):
    """A comparison or an arithmetic operation; `position` is that of the operator."""

    op: str
    left: Syntax
    right: Syntax


@dataclass(frozen=True, slots=True)
class Within(Syntax):
    """`x between low and high`."""

    x: Syntax
    low: Syntax
    high: Syntax


@dataclass(frozen=True, slots=True)
class Among(Syntax):
    """`x in (…)`, `x not in (…)`, `x in param.list`."""

    x: Syntax
    items: tuple[Syntax, ...] | Param
    negated: bool


@dataclass(frozen=True, slots=True)
class Call(Syntax):
    """`name(arguments)`."""

    name: str
    args: tuple[Syntax, ...]


@dataclass(frozen=True, slots=True)
class Parsed:
    """A whole text and its shape; `where` is the place of the text in the pack."""

    text: str
    root: Syntax
    where: Where = NOWHERE

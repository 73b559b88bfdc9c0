"""What all records of a pack share: origin, expression, bounds, and the kinds of value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Literal

from fangpin.kernel.errors import Where
from fangpin.policy.language.nodes import Node

Subject = Literal["person", "household", "village"]
Value = bool | int | Fraction | date | str | tuple[str, ...]
"""bool; int (integers, and money in fen); Fraction (type number); date; str (codes, text);
tuple of str (type list)."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a record is written: pack name, file inside the pack's folder (with /), line from 1.

    `keys` holds the line of each key of the record, so that a problem names the exact line.
    """

    file: str
    line: int
    pack: str
    keys: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)

    def line_of(self, key: str) -> int:
        """Line of `key` in this record, or of the record itself when the key is not written."""
        return self.keys.get(key, self.line)

    def where(self, key: str | None = None) -> Where:
        """The position as `pack/file` and line, for problems and for the page."""
        line = self.line if key is None else self.line_of(key)
        return Where.of(f"{self.pack}/{self.file}", line)

    def __str__(self) -> str:
        return f"{self.pack}/{self.file}:{self.line}"


NO_ORIGIN = Origin("", 0, "")


@dataclass(frozen=True, slots=True)
class Record:
    """What every entry of a pack has. The origin is ignored when records are compared."""

    origin: Origin = field(default=NO_ORIGIN, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Expression(Record):
    """A text of the pack language and its checked, typed node.

    `node` is None only between reading and checking; every expression of a Pack returned by
    `load_pack` has one.
    """

    text: str
    node: Node | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Period:
    """Both ends inclusive; `to` None means open."""

    from_: date
    to: date | None = None


@dataclass(frozen=True, slots=True)
class Domain:
    """Inclusive bounds as written: money in 元, numbers in the unit of the fact or column."""

    min: Fraction
    max: Fraction

    def scaled(self, scale: int) -> tuple[int, int]:
        """Bounds as integers with `scale` decimals (2 for money in fen), rounded inwards."""
        factor = 10**scale
        return -((-self.min * factor) // 1), (self.max * factor) // 1

"""Types and units of the language of packs (docs/packs.md, "The language").

A number is a Python int together with `Type.scale`, its count of decimals: 600000 at scale 2 is
6000.00. Money is held in fen (scale 2), stored numbers at scale 4, results of division at up to
scale 6. Units form an algebra over a few base units; nothing converts silently.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from fangpin.kernel.errors import FangpinError

Kind = Literal["bool", "integer", "number", "money", "date", "code", "text", "list"]
Subject = Literal["person", "household", "village", "row"]

NUMBER_KINDS: frozenset[str] = frozenset({"integer", "number", "money"})

MONEY_SCALE = 2
NUMBER_SCALE = 4
MAX_SCALE = 6

# The order is the order of printing: 元 before 人 before 年.
BASE_UNITS = ("元", "人", "户", "年", "月", "天", "岁", "次", "亩", "平方米", "公里", "个")
_ALIASES = {"日": "天", "个月": "月", "周岁": "岁", "㎡": "平方米", "平米": "平方米"}
UNIT_WORDS: frozenset[str] = frozenset(BASE_UNITS) | frozenset(_ALIASES)

# Allowed where a value is declared (parameters.yaml), never inside an expression.
_MULTIPLES = {"百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}

ENGLISH_UNITS = {
    "元": "yuan",
    "人": "persons",
    "户": "households",
    "年": "years",
    "月": "months",
    "天": "days",
    "岁": "years old",
    "次": "",
    "亩": "mu",
    "平方米": "m²",
    "公里": "km",
    "个": "",
}


@dataclass(frozen=True, slots=True)
class Unit:
    """A product of powers of base units, canonical: ordered as `BASE_UNITS`, no zero powers."""

    powers: tuple[tuple[str, int], ...] = ()

    @classmethod
    def of(cls, powers: Iterable[tuple[str, int]]) -> "Unit":
        """The unit with these powers, in any order; powers of one base unit are added."""
        total: dict[str, int] = {}
        for name, power in powers:
            total[name] = total.get(name, 0) + power
        return cls(tuple((name, total[name]) for name in BASE_UNITS if total.get(name)))

    def power(self, base: str) -> int:
        """The power of one base unit, 0 when it does not occur."""
        return dict(self.powers).get(base, 0)

    def __mul__(self, other: "Unit") -> "Unit":
        return Unit.of((*self.powers, *other.powers))

    def __truediv__(self, other: "Unit") -> "Unit":
        return Unit.of((*self.powers, *((name, -power) for name, power in other.powers)))

    def fits(self, other: "Unit") -> bool:
        """Whether values of both may be compared and added. An age (岁) counts years (年)."""
        return self == other or self._in_years() == other._in_years()

    def _in_years(self) -> "Unit":
        return Unit.of(("年" if name == "岁" else name, power) for name, power in self.powers)

    def __bool__(self) -> bool:
        return bool(self.powers)

    @property
    def is_plain(self) -> bool:
        """True for a number without unit."""
        return not self.powers

    def __str__(self) -> str:
        above = "·".join(name for name, power in self.powers for _ in range(power))
        below = "·".join(name for name, power in self.powers for _ in range(-power))
        return f"{above or '1'}/{below}" if below else above


UNITLESS = Unit()
YUAN = Unit.of([("元", 1)])
PERSONS = Unit.of([("人", 1)])
YEARS = Unit.of([("年", 1)])
MONTHS = Unit.of([("月", 1)])
DAYS = Unit.of([("天", 1)])


@dataclass(frozen=True, slots=True)
class DeclaredUnit:
    """A unit as a pack declares it: a value times `factor` is in `unit` (万元 → 元 × 10000)."""

    unit: Unit
    factor: Fraction


@dataclass(frozen=True, slots=True)
class Type:
    """What a node yields. Every type includes unknown, except where docs/packs.md says otherwise.

    `scale`: decimals of the integer that holds a number; 0 for other kinds.
    `unit`: of a number, plain otherwise. `codes`: the vocabulary of a code (or list of codes).
    """

    kind: Kind
    scale: int = 0
    unit: Unit = UNITLESS
    codes: str | None = None

    @property
    def is_number(self) -> bool:
        """integer, number or money."""
        return self.kind in NUMBER_KINDS

    def __str__(self) -> str:
        if self.is_number:
            return f"{self.kind}({self.unit})" if not self.unit.is_plain else self.kind
        return f"{self.kind}:{self.codes}" if self.codes else self.kind


BOOL = Type("bool")
DATE = Type("date")
TEXT = Type("text")


def number_type(scale: int, unit: Unit = UNITLESS) -> Type:
    """The type of a computed number: money when it counts 元 once, else integer or number."""
    if unit.power("元") == 1:
        return Type("money", scale, unit)
    return Type("number" if scale else "integer", scale, unit)


def stored_type(kind: str, unit: Unit = UNITLESS, codes: str | None = None) -> Type:
    """The type of a declared fact, column or parameter, with the scale values are stored at.

    `kind` is one of `Kind`, or any text kind of a contract column (name, phone, id_number …: text),
    or month (a date) or money_text (money). Raises FangpinError when kind and unit do not agree.
    """
    match kind:
        case "money" | "money_text":
            if unit.power("元") != 1:
                raise FangpinError.because(
                    f"金额的单位应含“元”，写的是“{unit}”",
                    f"money needs a unit with 元, got {str(unit)!r}",
                    do_zh="写成 元、元/人、元/月、元/次 等，或把类型改为 number",
                    do_en="write 元, 元/人, 元/月, 元/次 …, or make the type number",
                )
            return Type("money", MONEY_SCALE, unit)
        case "integer" | "number":
            if unit.power("元") == 1:
                raise FangpinError.because(
                    f"单位“{unit}”是金额，类型却写成 {kind}",
                    f"the unit {str(unit)!r} is money, but the type is {kind}",
                    do_zh="把类型写成 money",
                    do_en="write type: money",
                )
            return (
                Type("integer", 0, unit)
                if kind == "integer"
                else Type("number", NUMBER_SCALE, unit)
            )
        case "bool":
            return BOOL
        case "date" | "month":
            return DATE
        case "code":
            return Type("code", codes=codes)
        case "list":
            return Type("list", codes=codes)
        case _:
            return TEXT


def parse_unit(text: str) -> Unit:
    """`元/人·年` → 元 per person and year. Everything after the first `/` is below the line.

    "" and "1" are the plain number. Raises FangpinError for words that are no base unit.
    """
    declared = parse_declared_unit(text)
    if declared.factor != 1:
        raise FangpinError.because(
            f"“{text}”不能用在这里",
            f"{text!r} cannot be used here",
            do_zh=f"换算成“{declared.unit}”" if declared.unit.powers else "写成小数，例如 0.5",
            do_en=f"convert to {declared.unit}" if declared.unit.powers else "write 0.5, not 50%",
        )
    return declared.unit


@lru_cache(maxsize=1024)
def parse_declared_unit(text: str) -> DeclaredUnit:
    """Like `parse_unit`, and understands 百元 千元 万元 亿元 万人 … and % (a share of 1).

    Raises FangpinError naming the word that is not understood and the units that are.
    """
    text = text.strip()
    if text in ("%", "\uff05", "百分数"):
        return DeclaredUnit(UNITLESS, Fraction(1, 100))
    if len(text) > 40:
        raise _unknown_unit(text[:40] + "…")
    powers: list[tuple[str, int]] = []
    factor = Fraction(1)
    for part, factors in enumerate(text.split("/")):
        words = [word.strip() for word in factors.split("·")]
        if words in ([""], ["1"]) and part == 0:
            continue
        for word in words:
            base, times = _base_unit(word)
            power = -1 if part else 1
            powers.append((base, power))
            factor *= Fraction(times) ** power
    return DeclaredUnit(Unit.of(powers), factor)


def _base_unit(word: str) -> tuple[str, int]:
    times = 1
    if word not in UNIT_WORDS and len(word) > 1 and word[0] in _MULTIPLES:
        times, word = _MULTIPLES[word[0]], word[1:]
    base = _ALIASES.get(word, word)
    if base not in BASE_UNITS:
        raise _unknown_unit(word)
    return base, times


def _unknown_unit(word: str) -> FangpinError:
    known = " ".join(BASE_UNITS)
    return FangpinError.because(
        f"不认识的单位“{word}”",
        f"unknown unit {word!r}",
        do_zh=f"可用的单位：{known}；用 / 和 · 组合，例如 元/人·年",
        do_en=f"use one of {known}, combined with / and ·, for example 元/人·年",
    )

"""Typed nodes: what an expression of a pack becomes after checking. Immutable and hashable.

Every node has `type`, `subject` (what it is a value of: person, household, village, or a row of a
contract) and `position` (character offset in the text, ignored when nodes are compared). Constants
carry the subject of the place where they stand.

Values: bool; numbers as int scaled by `type.scale`; `datetime.date`; codes and text as str; every
node may be unknown unless said otherwise. `evaluate.py` defines the meaning of each node.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import date

from fangpin.policy.language.types import Subject, Type

Value = bool | int | date | str

COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
ARITHMETIC = ("+", "-", "*", "/")
FUNCTIONS = (
    "least",
    "greatest",
    "abs",
    "round",
    "days_between",
    "months_between",
    "years_between",
    "add_days",
    "add_months",
    "first_of_month",
    "year",
    "month",
    "per_year",
    "per_month",
)
MEMBERS = ("any", "all", "count", "sum", "known_sum", "max", "min", "share")


@dataclass(frozen=True, slots=True)
class Node:
    """Common to all nodes. Never built itself."""

    type: Type = field(kw_only=True)
    subject: Subject = field(kw_only=True)
    position: int = field(kw_only=True, default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A constant written in the text; never unknown. Numbers are scaled by `type.scale`."""

    value: Value


@dataclass(frozen=True, slots=True)
class AsOf(Node):
    """The date the run speaks of. Never unknown."""


@dataclass(frozen=True, slots=True)
class Parameter(Node):
    """A dated value of the pack at `as_of`. Of kind `list` only as `In.items`."""

    name: str


@dataclass(frozen=True, slots=True)
class Fact(Node):
    """A fact; `subject` is the fact's own subject."""

    name: str


@dataclass(frozen=True, slots=True)
class FromAbove(Node):
    """A fact of the household or village (`child.subject`) read from below (`subject`).

    One step whatever the distance: person → village is one FromAbove.
    """

    child: Fact


@dataclass(frozen=True, slots=True)
class Column(Node):
    """A column of the contract's row. Only under `subject == "row"`."""

    name: str


@dataclass(frozen=True, slots=True)
class Not(Node):
    """Kleene negation."""

    x: Node


@dataclass(frozen=True, slots=True)
class And(Node):
    """Kleene conjunction of two or more items; no item is itself an And."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or(Node):
    """Kleene disjunction of two or more items; no item is itself an Or."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """`op` in COMPARISONS. Numbers of fitting units (scales may differ: align exactly), dates;
    bool, codes and text only with == and !=. Unknown when a side is unknown."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Between(Node):
    """`low <= x and x <= high` (inclusive); numbers or dates; scales may differ."""

    x: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class In(Node):
    """Whether x is one of the items (codes, text, or numbers of the scale and unit of x).
    Unknown when x is unknown, whatever `negated` says. A Parameter here is of kind `list`."""

    x: Node
    items: "tuple[Literal, ...] | Parameter"
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """`op` in ARITHMETIC on numbers.

    + -   result scale = the larger scale, sides aligned exactly.
    *     raw product has scale left + right; when that exceeds 6 it is rounded half away from
          zero to `type.scale` == 6.
    /     left ÷ right rounded half away from zero to `type.scale`; divisor 0 → unknown.
    """

    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class If(Node):
    """Condition true → then, false → otherwise (each aligned to `type.scale`). Condition unknown →
    unknown, unless both branches are known and equal."""

    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Coalesce(Node):
    """The first known item, aligned to `type.scale`; unknown when none is known."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Known(Node):
    """Whether x is known; never unknown."""

    x: Node


@dataclass(frozen=True, slots=True)
class Function(Node):
    """`name` in FUNCTIONS; unknown when an argument is unknown.

    least, greatest (2+ numbers aligned to `type.scale`, or dates); abs(x); round(x, Literal n):
    half away from zero, `type.scale` == n, also when n exceeds the scale of x (then exact);
    days_between(a, b), months_between, years_between: full units from a to b, b − a; when b lies
    before a, the full units from b to a with a minus; a month or year is full when the day has been
    reached, what a shorter month lacks is reached on the first of the next (29 February → 1 March);
    add_days(d, n), add_months(d, n): clamped to the month's end, n at scale 0; first_of_month(d);
    year(d); month(d); per_year(x): 元/月 → 元/年, times 12; per_month(x): divided by 12, rounded
    half away from zero to `type.scale` (2 for money, else 6).
    """

    name: str
    args: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Members(Node):
    """A household's value from its members; `child.subject == "person"`, subject household.

    any, all: Kleene or, and over the members. count (人), share (scale 6): members for whom the
    child is true; sum, max, min: `type == child.type`; all five unknown when one member's child is
    unknown. known_sum adds the known ones, never unknown. No members: any false, all true, count 0,
    sum and known_sum 0, max, min and share unknown.
    """

    function: str
    child: Node


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below, in the order they are written."""
    found: list[Node] = []
    for name in _names(type(node)):
        value = getattr(node, name)
        if isinstance(value, Node):
            found.append(value)
        elif isinstance(value, tuple):
            found.extend(item for item in value if isinstance(item, Node))
    return tuple(found)


def _names(kind: type[Node]) -> tuple[str, ...]:
    found = _NAMES.get(kind)
    if found is None:
        found = _NAMES[kind] = tuple(each.name for each in fields(kind))
    return found


_NAMES: dict[type[Node], tuple[str, ...]] = {}


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, parents first."""
    yield node
    for child in children(node):
        yield from walk(child)


def facts_of(node: Node) -> tuple[Fact, ...]:
    """The distinct facts named in an expression, in order of appearance."""
    return tuple(dict.fromkeys(each for each in walk(node) if isinstance(each, Fact)))


def parameters_of(node: Node) -> tuple[str, ...]:
    """The distinct parameters named in an expression, in order of appearance."""
    return tuple(dict.fromkeys(each.name for each in walk(node) if isinstance(each, Parameter)))


def whole_of(literal: Literal) -> int:
    """The scaled integer of a literal number; TypeError for any other literal."""
    if isinstance(literal.value, bool) or not isinstance(literal.value, int):
        raise TypeError(f"not a number: {literal.value!r}")
    return literal.value


def decimal_text(value: int, scale: int) -> str:
    """A scaled integer in plain decimals without trailing zeros: 600000 at scale 2 → 6000."""
    sign, digits = ("-" if value < 0 else ""), str(abs(value)).rjust(scale + 1, "0")
    whole, decimals = digits[: len(digits) - scale], digits[len(digits) - scale :].rstrip("0")
    return f"{sign}{whole}.{decimals}" if decimals else f"{sign}{whole}"

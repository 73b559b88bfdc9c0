"""The plain reference evaluator: one case at a time, exact integers, three values.

It defines what the language means. The columnar engine must agree with it on every input, and
examples in packs are checked against it. No speed is attempted here.
"""

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum
from typing import Final

from fangpin.policy.language import nodes as n
from fangpin.policy.language.nodes import Value
from fangpin.policy.language.types import MAX_SCALE


class Unknown(Enum):
    """The third value. It has no truth: asking `if UNKNOWN` is a programming error."""

    UNKNOWN = "unknown"

    def __bool__(self) -> bool:
        raise TypeError("unknown is neither true nor false")

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown.UNKNOWN
Result = Value | Unknown
ParameterValue = Value | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One subject with its values. Numbers are ints at the scale of their declared type.

    `values`: facts of the subject itself, or the columns of a row. `above`: facts of its household
    and village. `members`: for a household, the facts of each person. A name that is missing is
    unknown. `parameters`: values at `as_of`; a missing one is a KeyError.
    """

    as_of: date
    values: Mapping[str, Result] = field(default_factory=dict)
    above: Mapping[str, Result] = field(default_factory=dict)
    members: tuple[Mapping[str, Result], ...] = ()
    parameters: Mapping[str, ParameterValue] = field(default_factory=dict)

    def member(self, position: int) -> "Case":
        """The case of one member of this household."""
        return Case(
            self.as_of,
            self.members[position],
            {**self.above, **self.values},
            parameters=self.parameters,
        )


def evaluate(node: n.Node, case: Case) -> Result:
    """The value of a checked node for one case."""
    match node:
        case n.Literal():
            return node.value
        case n.AsOf():
            return case.as_of
        case n.Parameter():
            return _parameter(node, case)
        case n.Fact() | n.Column():
            return case.values.get(node.name, UNKNOWN)
        case n.FromAbove():
            return case.above.get(node.child.name, UNKNOWN)
        case n.Not():
            x = evaluate(node.x, case)
            return UNKNOWN if x is UNKNOWN else not x
        case n.And():
            return _all(evaluate(item, case) for item in node.items)
        case n.Or():
            return _any(evaluate(item, case) for item in node.items)
        case n.Compare():
            return _compare(node.op, *_aligned(node.left, node.right, case=case))
        case n.Between():
            x, low, high = _aligned(node.x, node.low, node.high, case=case)
            return _all([_compare("<=", low, x), _compare("<=", x, high)])
        case n.In():
            return _in(node, case)
        case n.Arithmetic():
            return _arithmetic(node, evaluate(node.left, case), evaluate(node.right, case))
        case n.If():
            return _if(node, case)
        case n.Coalesce():
            found = (_at_scale(item, node.type.scale, case) for item in node.items)
            return next((value for value in found if value is not UNKNOWN), UNKNOWN)
        case n.Known():
            return evaluate(node.x, case) is not UNKNOWN
        case n.Function():
            return _function(node, case)
        case n.Members():
            return _members(node, case)
    raise TypeError(f"no such node: {type(node).__name__}")


def _parameter(node: n.Parameter, case: Case) -> Value:
    value = case.parameters[node.name]
    if isinstance(value, tuple):
        raise TypeError(f"the parameter {node.name} is a list")
    return value


# Three-valued logic


def _all(values: Iterable[Result]) -> Result:
    found = list(values)
    if any(value is False for value in found):
        return False
    return UNKNOWN if UNKNOWN in found else True


def _any(values: Iterable[Result]) -> Result:
    found = list(values)
    if any(value is True for value in found):
        return True
    return UNKNOWN if UNKNOWN in found else False


def _if(node: n.If, case: Case) -> Result:
    condition = evaluate(node.condition, case)
    then = _at_scale(node.then, node.type.scale, case)
    otherwise = _at_scale(node.otherwise, node.type.scale, case)
    if condition is UNKNOWN:
        return then if then == otherwise else UNKNOWN
    return then if condition else otherwise


# Comparison


def _at_scale(node: n.Node, scale: int, case: Case) -> Result:
    value = evaluate(node, case)
    if value is UNKNOWN or not node.type.is_number:
        return value
    return _whole(value) * tens(scale - node.type.scale)


def _aligned(*nodes: n.Node, case: Case) -> list[Result]:
    scale = max(node.type.scale for node in nodes)
    return [_at_scale(node, scale, case) for node in nodes]


def _compare(op: str, left: Result, right: Result) -> Result:
    if left is UNKNOWN or right is UNKNOWN:
        return UNKNOWN
    match op:
        case "==":
            return left == right
        case "!=":
            return left != right
    a, b = (
        (left.toordinal(), right.toordinal())
        if isinstance(left, date) and isinstance(right, date)
        else (_whole(left), _whole(right))
    )
    match op:
        case "<":
            return a < b
        case "<=":
            return a <= b
        case ">":
            return a > b
        case ">=":
            return a >= b
    raise ValueError(f"no such comparison: {op}")


def _in(node: n.In, case: Case) -> Result:
    x = evaluate(node.x, case)
    if x is UNKNOWN:
        return UNKNOWN
    items: tuple[Value, ...]
    if isinstance(node.items, n.Parameter):
        value = case.parameters[node.items.name]
        if not isinstance(value, tuple):
            raise TypeError(f"the parameter {node.items.name} is not a list")
        items = value
    else:
        items = tuple(item.value for item in node.items)
    return (x in items) != node.negated


# Numbers


def _whole(value: Result) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"a number is an int here, got {value!r}")
    return value


def tens(power: int) -> int:
    """10 to a power that is not negative."""
    if power < 0:
        raise ValueError("alignment never drops decimals")
    return int(10**power)


def divided(a: int, b: int) -> int:
    """a ÷ b to the nearest whole, halves away from zero. b is not 0."""
    quotient, rest = divmod(abs(a), abs(b))
    quotient += 2 * rest >= abs(b)
    return -quotient if (a < 0) != (b < 0) else quotient


def rescaled(value: int, old: int, new: int) -> int:
    """A scaled integer at another scale, halves away from zero when decimals are dropped."""
    if new >= old:
        return value * tens(new - old)
    return divided(value, tens(old - new))


def _arithmetic(node: n.Arithmetic, left: Result, right: Result) -> Result:
    if left is UNKNOWN or right is UNKNOWN:
        return UNKNOWN
    a, b = _whole(left), _whole(right)
    scale_a, scale_b, scale = node.left.type.scale, node.right.type.scale, node.type.scale
    match node.op:
        case "+" | "-":
            a, b = rescaled(a, scale_a, scale), rescaled(b, scale_b, scale)
            return a + b if node.op == "+" else a - b
        case "*":
            return rescaled(a * b, scale_a + scale_b, scale)
        case "/":
            if b == 0:
                return UNKNOWN
            shift = scale + scale_b - scale_a
            return divided(a * tens(shift), b) if shift >= 0 else divided(a, b * tens(-shift))
    raise ValueError(f"no such operation: {node.op}")


# Functions


def _function(node: n.Function, case: Case) -> Result:
    values = [evaluate(arg, case) for arg in node.args]
    if UNKNOWN in values:
        return UNKNOWN
    first, scale = node.args[0].type, node.type.scale
    match node.name:
        case "least" | "greatest":
            pick = min if node.name == "least" else max
            if first.kind == "date":
                return pick(_date(value) for value in values)
            return pick(
                rescaled(_whole(value), arg.type.scale, scale)
                for value, arg in zip(values, node.args, strict=True)
            )
        case "abs":
            return abs(_whole(values[0]))
        case "round":
            return rescaled(_whole(values[0]), first.scale, scale)
        case "per_year":
            return _whole(values[0]) * 12
        case "per_month":
            a, shift = _whole(values[0]), scale - first.scale
            return divided(a * tens(shift), 12) if shift >= 0 else divided(a, 12 * tens(-shift))
        case "days_between":
            return (_date(values[1]) - _date(values[0])).days
        case "months_between":
            return months_between(_date(values[0]), _date(values[1]))
        case "years_between":
            return years_between(_date(values[0]), _date(values[1]))
        case "add_days":
            return _date(values[0]) + timedelta(days=_whole(values[1]))
        case "add_months":
            return add_months(_date(values[0]), _whole(values[1]))
        case "first_of_month":
            return _date(values[0]).replace(day=1)
        case "year":
            return _date(values[0]).year
        case "month":
            return _date(values[0]).month
    raise ValueError(f"no such function: {node.name}")


def _date(value: Result) -> date:
    if not isinstance(value, date):
        raise TypeError(f"a date is needed here, got {value!r}")
    return value


def months_between(start: date, end: date) -> int:
    """Full months from start to end: the day of the month must have been reached; what a shorter
    month lacks is reached on the first of the next (31 January → 1 March is one month). Negative
    when end lies before start: the full months from end to start, with a minus."""
    if end < start:
        return -months_between(end, start)
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)


def years_between(start: date, end: date) -> int:
    """Full years from start to end, as ages are counted: who is born on 29 February is a year
    older on 1 March of a common year. Negative when end lies before start."""
    if end < start:
        return -years_between(end, start)
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))


def add_months(start: date, count: int) -> date:
    """The same day `count` months later, or the last day of that month when it is shorter."""
    year, month = divmod(start.year * 12 + start.month - 1 + count, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(start.day, last))


# Members


def _members(node: n.Members, case: Case) -> Result:
    values = [evaluate(node.child, case.member(at)) for at in range(len(case.members))]
    match node.function:
        case "any":
            return _any(values)
        case "all":
            return _all(values)
        case "known_sum":
            return sum(_whole(value) for value in values if value is not UNKNOWN)
    if UNKNOWN in values:
        return UNKNOWN
    match node.function:
        case "count":
            return sum(value is True for value in values)
        case "sum":
            return sum(_whole(value) for value in values)
    if not values:
        return UNKNOWN
    match node.function:
        case "share":
            return divided(sum(value is True for value in values) * tens(MAX_SCALE), len(values))
        case "max" | "min":
            pick = max if node.function == "max" else min
            if node.child.type.kind == "date":
                return pick(_date(value) for value in values)
            return pick(_whole(value) for value in values)
    raise ValueError(f"no such members function: {node.function}")

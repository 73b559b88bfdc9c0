"""What values an expression can take, from the bounds of the facts it names.

Two uses: every intermediate result must fit 64-bit integers whatever the data (`overflows`), and
`possible.py` asks whether a condition can hold at all. Domains are over-approximations: a value
outside is impossible, a value inside may be.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from fangpin.kernel.errors import NOWHERE, Problem, Where
from fangpin.policy.language import nodes as n
from fangpin.policy.language.domain import BOTH, NOTHING, Domain, Narrowed, key, narrowed_above
from fangpin.policy.language.evaluate import (
    add_months,
    divided,
    months_between,
    rescaled,
    tens,
    years_between,
)
from fangpin.policy.language.faults import fault
from fangpin.policy.language.scope import Bounds, Scope
from fangpin.policy.language.types import MAX_SCALE

LIMIT = 2**62
"""Half of the 64-bit range: leaves room for rounding inside an engine."""
MAX_MEMBERS = 1000
"""A household never has more members than this (the intake refuses larger ones)."""
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)
"""Bounds of dates whose fact or column declares none, and of `as_of`."""


def bounds(node: n.Node, scope: Scope) -> Bounds:
    """Smallest and largest value of a number (scaled by `node.type.scale`) or date."""
    low, high = Analysis(scope).domain(node).range
    if node.type.kind == "date":
        return date.fromordinal(low), date.fromordinal(high)
    return low, high


def may_be_unknown(node: n.Node, scope: Scope) -> bool:
    """Whether the value can be unknown for some data."""
    return Analysis(scope).domain(node).unknown


def overflows(node: n.Node, scope: Scope, text: str = "", where: Where = NOWHERE) -> list[Problem]:
    """A problem for each place where 64-bit integers or the calendar could overflow."""
    analysis = Analysis(scope)
    analysis.domain(node)
    return [
        fault(text, position, zh, en, do_zh=do_zh, do_en=do_en, where=where)
        for position, (zh, en, do_zh, do_en) in sorted(analysis.faults.items())
    ]


class Analysis:
    """Domains of the nodes of one expression, optionally narrowed by what is already known."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.faults: dict[int, tuple[str, str, str, str]] = {}

    def domain(self, node: n.Node, narrowed: Narrowed | None = None) -> Domain:
        """The domain of a node."""
        narrowed = narrowed or {}
        found = self._plain(node, narrowed)
        told = narrowed.get(key(node))
        return found if told is None else found.meet(told)

    # By kind of node

    def _plain(self, node: n.Node, narrowed: Narrowed) -> Domain:
        match node:
            case n.Literal():
                return self._points(node, (node.value,))
            case n.AsOf():
                return Domain(FIRST_DAY.toordinal(), LAST_DAY.toordinal(), unknown=False)
            case n.Parameter() if node.type.kind == "bool":
                return Domain(options=BOTH, unknown=False)  # a switch: places set it either way
            case n.Parameter():
                values = self.scope.parameters[node.name].values
                return self._points(node, tuple(v for v in values if not isinstance(v, tuple)))
            case n.Fact() | n.Column():
                return self._named(node)
            case n.FromAbove():
                return self._named(node.child)
            case n.Known():
                self.domain(node.x, narrowed)
                return Domain(options=BOTH, unknown=False)
            case n.If():
                condition = self.domain(node.condition, narrowed)
                parts = [
                    self._aligned(each, node, narrowed) for each in (node.then, node.otherwise)
                ]
                found = parts[0].join(parts[1])
                return replace(found, unknown=found.unknown or condition.unknown)
            case n.Coalesce():
                parts = [self._aligned(item, node, narrowed) for item in node.items]
                found = parts[0]
                for part in parts[1:]:
                    found = found.join(part)
                return replace(found, unknown=all(part.unknown for part in parts))
            case n.Arithmetic():
                return self._arithmetic(node, narrowed)
            case n.Function():
                return self._function(node, narrowed)
            case n.Members():
                return self._members(node, narrowed)
        return self._condition(node, narrowed)

    def _condition(self, node: n.Node, narrowed: Narrowed) -> Domain:
        below = n.children(node)
        parts = [self.domain(child, narrowed) for child in below]
        if isinstance(node, n.Compare | n.Between):
            scale = max(child.type.scale for child in below)
            for child, part in zip(below, parts, strict=True):
                self._rescale(part, child, scale, node)
        return Domain(options=BOTH, unknown=any(part.unknown for part in parts))

    def _points(self, node: n.Node, values: tuple[n.Value, ...]) -> Domain:
        if node.type.is_number or node.type.kind == "date":
            points = [v.toordinal() if isinstance(v, date) else int(v) for v in values]
            found = Domain(min(points), max(points), unknown=False) if points else NOTHING
            return self._checked(found, node)
        return Domain(
            options=frozenset(v for v in values if isinstance(v, bool | str)), unknown=False
        )

    def _named(self, node: n.Fact | n.Column) -> Domain:
        names = self.scope.columns if isinstance(node, n.Column) else self.scope.facts
        entry = names[node.name]
        match node.type.kind:
            case "bool":
                return Domain(options=BOTH)
            case "code":
                vocabulary = self.scope.codes.get(node.type.codes or "")
                return Domain(options=frozenset(vocabulary.words) if vocabulary else None)
            case "date":
                low, high = entry.bounds or (FIRST_DAY, LAST_DAY)
                if isinstance(low, date) and isinstance(high, date):
                    return Domain(low.toordinal(), high.toordinal())
            case "integer" | "number" | "money" if entry.bounds is not None:
                low, high = entry.bounds
                if isinstance(low, int) and isinstance(high, int):
                    return self._checked(Domain(low, high), node)
        return Domain()

    # Numbers

    def _fail(self, node: n.Node, zh: str, en: str, do_zh: str, do_en: str) -> None:
        self.faults.setdefault(node.position, (zh, en, do_zh, do_en))

    def _fits(self, node: n.Node, *values: int) -> None:
        if any(abs(value) > LIMIT for value in values):
            self._fail(
                node,
                "这里的数可能超出 64 位整数的范围",
                "a number here may exceed 64-bit integers",
                "缩小所用事实项的 domain，或先用 round(x, 2) 减少小数位",
                "narrow the domain of the facts used, or drop decimals first with round(x, 2)",
            )

    def _checked(self, found: Domain, node: n.Node) -> Domain:
        if found.known and found.low is not None:
            self._fits(node, *found.range)
        return found

    def _rescale(self, found: Domain, node: n.Node, scale: int, at: n.Node) -> Domain:
        if not node.type.is_number or not found.known:
            return found
        low, high = (rescaled(value, node.type.scale, scale) for value in found.range)
        self._fits(at, low, high)
        return replace(found, low=low, high=high)

    def _aligned(self, node: n.Node, parent: n.Node, narrowed: Narrowed) -> Domain:
        return self._rescale(self.domain(node, narrowed), node, parent.type.scale, parent)

    def _arithmetic(self, node: n.Arithmetic, narrowed: Narrowed) -> Domain:
        if node.op in "+-":
            left = self._aligned(node.left, node, narrowed)
            right = self._aligned(node.right, node, narrowed)
        else:
            left, right = self.domain(node.left, narrowed), self.domain(node.right, narrowed)
        unknown = left.unknown or right.unknown
        if not (left.known and right.known):
            return NOTHING
        (a, b), (c, d) = left.range, right.range
        match node.op:
            case "+":
                found = Domain(a + c, b + d, unknown=unknown)
            case "-":
                found = Domain(a - d, b - c, unknown=unknown)
            case "*":
                raw = [x * y for x in (a, b) for y in (c, d)]
                self._fits(node, *raw)
                scale = node.left.type.scale + node.right.type.scale
                kept = [rescaled(value, scale, node.type.scale) for value in raw]
                found = Domain(min(kept), max(kept), unknown=unknown)
            case _:
                found = self._quotient(node, (a, b), (c, d), unknown)
        return self._checked(found, node)

    def _quotient(
        self, node: n.Arithmetic, above: tuple[int, int], below: tuple[int, int], unknown: bool
    ) -> Domain:
        shift = node.type.scale + node.right.type.scale - node.left.type.scale
        up, down = tens(max(shift, 0)), tens(max(-shift, 0))
        dividends = [value * up for value in above]
        low, high = below
        ends = {value for value in (low, high, -1, 1) if low <= value <= high and value}
        divisors = [value * down for value in ends]
        self._fits(node, *dividends, *divisors)
        if not divisors:
            return NOTHING
        found = [divided(x, y) for x in dividends for y in divisors]
        return Domain(min(found), max(found), unknown=unknown or low <= 0 <= high)

    # Functions

    def _function(self, node: n.Function, narrowed: Narrowed) -> Domain:
        choice = node.name in ("least", "greatest")
        args = [
            self._aligned(arg, node, narrowed) if choice else self.domain(arg, narrowed)
            for arg in node.args
        ]
        if not all(arg.known for arg in args):
            return NOTHING
        low, high = self._image(node, [arg.range for arg in args])
        return self._checked(Domain(low, high, unknown=any(arg.unknown for arg in args)), node)

    def _image(self, node: n.Function, args: list[tuple[int, int]]) -> tuple[int, int]:
        a, b = args[0]
        scale = node.type.scale
        match node.name:
            case "least":
                return min(low for low, _ in args), min(high for _, high in args)
            case "greatest":
                return max(low for low, _ in args), max(high for _, high in args)
            case "abs":
                return (0 if a <= 0 <= b else min(abs(a), abs(b))), max(abs(a), abs(b))
            case "round":
                old = node.args[0].type.scale
                return rescaled(a, old, scale), rescaled(b, old, scale)
            case "per_year":
                return a * 12, b * 12
            case "per_month":
                shift = scale - node.args[0].type.scale
                up, down = tens(max(shift, 0)), 12 * tens(max(-shift, 0))
                self._fits(node, a * up, b * up)
                return divided(a * up, down), divided(b * up, down)
            case "days_between":
                return args[1][0] - b, args[1][1] - a
            case "months_between":
                return self._span(months_between, args)
            case "years_between":
                return self._span(years_between, args)
            case "add_days":
                return self._day(node, a + args[1][0]), self._day(node, b + args[1][1])
            case "add_months":
                return self._month(node, a, args[1][0]), self._month(node, b, args[1][1])
            case "first_of_month":
                return _day(a).replace(day=1).toordinal(), _day(b).replace(day=1).toordinal()
            case "year":
                return _day(a).year, _day(b).year
            case "month":
                return 1, 12
        raise ValueError(f"no such function: {node.name}")

    def _span(
        self, between: Callable[[date, date], int], args: list[tuple[int, int]]
    ) -> tuple[int, int]:
        (a, b), (c, d) = args
        return between(_day(b), _day(c)), between(_day(a), _day(d))

    def _day(self, node: n.Node, ordinal: int) -> int:
        if not 1 <= ordinal <= date.max.toordinal():
            self._outside(node)
        return min(max(ordinal, 1), date.max.toordinal())

    def _month(self, node: n.Node, ordinal: int, count: int) -> int:
        start = _day(ordinal)
        if not 12 <= start.year * 12 + start.month - 1 + count <= 9999 * 12 + 11:
            self._outside(node)
            return ordinal
        return add_months(start, count).toordinal()

    def _outside(self, node: n.Node) -> None:
        self._fail(
            node,
            "算出的日期可能超出公元 1 年到 9999 年",
            "the resulting date may lie outside the years 1 to 9999",
            "缩小所加天数或月数的 domain",
            "narrow the domain of the number of days or months",
        )

    # Members

    def _members(self, node: n.Members, narrowed: Narrowed) -> Domain:
        child = self.domain(node.child, narrowed_above(narrowed))
        match node.function:
            case "any" | "all":
                return Domain(options=BOTH, unknown=child.unknown)
            case "count":
                return Domain(0, MAX_MEMBERS, unknown=child.unknown)
            case "share":
                return Domain(0, tens(MAX_SCALE))
            case "max" | "min":
                return replace(child, unknown=True)
        if not child.known:
            return Domain(0, 0, unknown=child.unknown and node.function == "sum")
        low, high = child.range
        found = Domain(
            min(0, low * MAX_MEMBERS),
            max(0, high * MAX_MEMBERS),
            unknown=child.unknown and node.function == "sum",
        )
        return self._checked(found, node)


def _day(ordinal: int) -> date:
    return date.fromordinal(min(max(ordinal, 1), date.max.toordinal()))

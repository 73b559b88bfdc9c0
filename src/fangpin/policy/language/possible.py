"""Can a condition be true, false, unknown? A rule that can never be one of them is a mistake.

Conditions are narrowed step by step: after `age < 3岁` the domain of `age` ends below 3, so that
`age < 3岁 and age > 60岁` is found to be impossible. "Impossible" is certain; "possible" is not.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from fangpin.policy.language import nodes as n
from fangpin.policy.language.domain import Domain, Narrowed, key, narrowed_above
from fangpin.policy.language.domains import Analysis
from fangpin.policy.language.evaluate import rescaled
from fangpin.policy.language.scope import Scope
from fangpin.policy.language.types import BOOL

# Nested choices double the work at each level; beyond this everything counts as possible.
_MOST_STEPS = 20_000

_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
_MIRROR = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


@dataclass(frozen=True, slots=True)
class Possible:
    """What a condition can be, for some data within the domains of its facts."""

    true: bool
    false: bool
    unknown: bool


def possible(node: n.Node, scope: Scope) -> Possible:
    """Whether the condition can be true, false, unknown."""
    narrowing = _Narrowing(scope)
    return Possible(
        true=narrowing.assume(node, True, {}) is not None,
        false=narrowing.assume(node, False, {}) is not None,
        unknown=narrowing.analysis.domain(node).unknown,
    )


def idle_parts(node: n.Node, scope: Scope) -> tuple[tuple[n.Node, bool], ...]:
    """Comparisons inside a condition that are never true or never false whatever the data, with
    the value they never take. Worth a warning: usually a slip in a figure."""
    narrowing = _Narrowing(scope)
    return tuple(
        (part, value)
        for part in n.walk(node)
        if isinstance(part, n.Compare | n.Between | n.In)
        for value in (True, False)
        if narrowing.assume(part, value, {}) is None
    )


class _Narrowing:
    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.analysis = Analysis(scope)
        self.steps = _MOST_STEPS

    def assume(self, node: n.Node, value: bool, known: Narrowed) -> Narrowed | None:
        """What is known of the facts once `node` is `value`; None when it cannot be."""
        self.steps -= 1
        if self.steps < 0:
            return known
        told = known.get(key(node))
        if told is not None and (
            not told.known or (told.options is not None and value not in told.options)
        ):
            return None
        found = self._assume(node, value, known)
        if found is None or isinstance(node, n.Literal):
            return found
        return {**found, key(node): Domain(options=frozenset({value}), unknown=False)}

    def _assume(self, node: n.Node, value: bool, known: Narrowed) -> Narrowed | None:
        match node:
            case n.Not():
                return self.assume(node.x, not value, known)
            case n.And() | n.Or():
                if isinstance(node, n.And) == value:
                    return self._every(node.items, value, known)
                return _either(self.assume(item, value, known) for item in node.items)
            case n.Compare():
                op = node.op if value else _OPPOSITE[node.op]
                return self._compare(op, node.left, node.right, known)
            case n.Between():
                ends = (_at_most(node.low, node.x), _at_most(node.x, node.high))
                if value:
                    return self._every(ends, True, known)
                return _either(self.assume(end, False, known) for end in ends)
            case n.In():
                return self._in(node, value != node.negated, known)
            case n.Known():
                return self._known(node.x, value, known)
            case n.If():
                return self._if(node, value, known)
            case n.Coalesce():
                return self._coalesce(node, value, known)
            case n.Members():
                return self._members(node, value, known)
        domain = self.analysis.domain(node, known)
        possible_here = domain.known and (domain.options is None or value in domain.options)
        return known if possible_here else None

    def _every(self, items: tuple[n.Node, ...], value: bool, known: Narrowed) -> Narrowed | None:
        current: Narrowed | None = known
        for item in items:
            if current is None:
                return None
            current = self.assume(item, value, current)
        if current is None:
            return None
        # A later item may narrow what an earlier comparison between two facts relied on.
        for item in items:
            if isinstance(item, n.Compare):
                op = item.op if value else _OPPOSITE[item.op]
                current = self._compare(op, item.left, item.right, current)
                if current is None:
                    return None
        return current

    # Comparison

    def _compare(self, op: str, left: n.Node, right: n.Node, known: Narrowed) -> Narrowed | None:
        a, b = self.analysis.domain(left, known), self.analysis.domain(right, known)
        if not (a.known and b.known):
            return None
        if a.low is None or b.low is None:
            return _compare_options(op, left, right, a, b, known)
        scale = max(left.type.scale, right.type.scale)
        a_low, a_high = (rescaled(x, left.type.scale, scale) for x in a.range)
        b_low, b_high = (rescaled(x, right.type.scale, scale) for x in b.range)
        if op == "!=":
            return None if a_low == a_high == b_low == b_high else known
        new_a, new_b = _ordered(op, (a_low, a_high), (b_low, b_high))
        if new_a[0] > new_a[1] or new_b[0] > new_b[1]:
            return None
        told = _told(known, left, a, _inward(new_a, scale, left.type.scale))
        if told is None:
            return None
        return _told(told, right, b, _inward(new_b, scale, right.type.scale))

    def _in(self, node: n.In, value: bool, known: Narrowed) -> Narrowed | None:
        domain = self.analysis.domain(node.x, known)
        if not domain.known:
            return None
        always, sometimes = self._listed(node)
        if domain.low is not None:
            low, high = domain.range
            inside = [v for v in map(_ordinal, sometimes) if low <= v <= high]
            if not value:
                covered = {v for v in map(_ordinal, always) if low <= v <= high}
                return None if len(covered) == high - low + 1 else known
            if not inside:
                return None
            return _told(known, node.x, domain, (min(inside), max(inside)))
        words: frozenset[bool | str] = frozenset(v for v in sometimes if isinstance(v, bool | str))
        if not value:
            if domain.options is None:
                return known
            certain = frozenset(v for v in always if isinstance(v, bool | str))
            words = domain.options - certain
        elif domain.options is not None:
            words = domain.options & words
        if not words:
            return None
        return {**known, key(node.x): replace(domain, options=words, unknown=False)}

    def _listed(self, node: n.In) -> tuple[set[n.Value], set[n.Value]]:
        if isinstance(node.items, tuple):
            values = {item.value for item in node.items}
            return values, values
        lists: list[set[n.Value]] = [
            set(value)
            for value in self.scope.parameters[node.items.name].values
            if isinstance(value, tuple)
        ]
        if not lists:
            return set(), set()
        return set.intersection(*lists), set.union(*lists)

    # Knowing and choosing

    def _known(self, x: n.Node, value: bool, known: Narrowed) -> Narrowed | None:
        domain = self.analysis.domain(x, known)
        if value:
            return {**known, key(x): replace(domain, unknown=False)} if domain.known else None
        return {**known, key(x): replace(domain, known=False)} if domain.unknown else None

    def _if(self, node: n.If, value: bool, known: Narrowed) -> Narrowed | None:
        ways: list[Narrowed | None] = []
        for condition, branch in ((True, node.then), (False, node.otherwise)):
            chosen = self.assume(node.condition, condition, known)
            ways.append(None if chosen is None else self.assume(branch, value, chosen))
        if self.analysis.domain(node.condition, known).unknown:
            ways.append(self._every((node.then, node.otherwise), value, known))
        return _either(ways)

    def _coalesce(self, node: n.Coalesce, value: bool, known: Narrowed) -> Narrowed | None:
        ways: list[Narrowed | None] = []
        for item in node.items:
            ways.append(self.assume(item, value, known))
            if not self.analysis.domain(item, known).unknown:
                break
        return _either(ways)

    def _members(self, node: n.Members, value: bool, known: Narrowed) -> Narrowed | None:
        if (node.function == "any") != value:
            return known  # a household without members
        inner = self.assume(node.child, value, narrowed_above(known))
        return None if inner is None else {**known, **narrowed_above(inner)}


def _at_most(left: n.Node, right: n.Node) -> n.Compare:
    return n.Compare("<=", left, right, type=BOOL, subject=left.subject, position=left.position)


def _either(ways: Iterable[Narrowed | None]) -> Narrowed | None:
    """What is known when one of several ways was taken; None when none can be."""
    open_ways = [way for way in ways if way is not None]
    if not open_ways:
        return None
    shared = dict(open_ways[0])
    for way in open_ways[1:]:
        shared = {node: domain.join(way[node]) for node, domain in shared.items() if node in way}
    return shared


def _told(known: Narrowed, node: n.Node, old: Domain, ends: tuple[int, int]) -> Narrowed | None:
    if ends[0] > ends[1]:  # nothing between two decimals the value does not have
        return None
    if isinstance(node, n.Literal):
        return known
    return {**known, key(node): replace(old, low=ends[0], high=ends[1], unknown=False)}


def _ordered(
    op: str, a: tuple[int, int], b: tuple[int, int]
) -> tuple[tuple[int, int], tuple[int, int]]:
    """The ends of both sides narrowed by a comparison; low > high when it cannot hold."""
    if op in (">", ">="):
        second, first = _ordered(_MIRROR[op], b, a)
        return first, second
    if op == "==":
        both = max(a[0], b[0]), min(a[1], b[1])
        return both, both
    gap = 1 if op == "<" else 0
    return (a[0], min(a[1], b[1] - gap)), (max(b[0], a[0] + gap), b[1])


def _inward(ends: tuple[int, int], scale: int, own: int) -> tuple[int, int]:
    """Ends at a finer scale brought to a coarser one without widening."""
    step = 10 ** (scale - own)
    return -((-ends[0]) // step), ends[1] // step


def _ordinal(value: n.Value) -> int:
    if isinstance(value, date):
        return value.toordinal()
    if isinstance(value, int):
        return value
    raise TypeError(f"not a number or date: {value!r}")


def _compare_options(
    op: str, left: n.Node, right: n.Node, a: Domain, b: Domain, known: Narrowed
) -> Narrowed | None:
    if a.options is None and b.options is None:
        return known
    if op == "==":
        if a.options is None or b.options is None:
            shared = a.options if b.options is None else b.options
        else:
            shared = a.options & b.options
        if not shared:
            return None
        new_a = new_b = shared
    else:
        if a.options is None or b.options is None:
            return known
        new_a = a.options - b.options if len(b.options) == 1 else a.options
        new_b = b.options - a.options if len(a.options) == 1 else b.options
        if not new_a or not new_b:
            return None
    for node, domain, options in ((left, a, new_a), (right, b, new_b)):
        if not isinstance(node, n.Literal):
            known = {**known, key(node): replace(domain, options=options, unknown=False)}
    return known

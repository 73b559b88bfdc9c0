"""Writing statements: why a condition is true, or false."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from fangpin.policy.language import nodes as n
from fangpin.policy.language.phrases import SIGNS
from fangpin.policy.language.template import Pieces
from fangpin.policy.language.wording import no, yes
from fangpin.policy.language.writer_values import (
    Alternative,
    ValueWriter,
    first_known,
    opposite,
)

_MOST_LISTED = 3
"""Codes named in brackets after the one that is told; beyond that the one is enough."""

_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}


class Writer(ValueWriter):
    """Writes conditions. `want` is the truth that is told: True why it holds, False why not."""

    def plain(self, node: n.Node, want: bool) -> Pieces:
        """The statement without figures, as it stands between quotes."""
        return Writer(self.scope, self.language, figures=False).statement(node, want, level=1)

    def undecided(self, names: tuple[str, ...]) -> Pieces:
        """Which facts are missing for a decision."""
        if not names:
            return self.say("undecided_plain")
        entries = [entry for entry in map(self.scope.entry, names) if entry is not None]
        labels = [self.word(entry.label) for entry in entries]
        return self.say("undecided", x=self.joined("list", labels))

    def statement(self, node: n.Node, want: bool, level: int = 0, inside: str = "") -> Pieces:
        """A condition in words. `level` 0 is the whole sentence; `inside`: how the sentence around
        joins its parts."""
        match node:
            case n.Not():
                return self.statement(node.x, not want, level, inside)
            case n.And() | n.Or():
                return self._logic(node, want, level, inside)
            case n.Compare():
                return self._compare(node, node.op if want else _OPPOSITE[node.op], level)
            case n.Between():
                ends = (node.x, node.low, node.high)
                percent = any(self.is_percent(each) for each in ends)
                a, b, c = (self.figure(each, percent) for each in ends)
                return self.say("between" if want else "not_between", a=a, b=b, c=c)
            case n.In():
                return self._in(node, want != node.negated)
            case n.Known():
                return self._on_record([node.x], want)
            case n.If():
                return self._if(node, want, level, inside)
            case n.Coalesce():
                return self._coalesce(node, want, level, inside)
            case n.Members():
                return self._members(node, want, level)
            case n.Literal():
                return self.say("always" if node.value == want else "never")
            case n.Parameter():
                return self.say("yes" if want else "no", a=self.label(node))
        label = "".join(str(piece) for piece in self.label(node))
        return [(yes if want else no)(label, self.language)]

    # Joining

    def _logic(self, node: n.And | n.Or, want: bool, level: int, inside: str) -> Pieces:
        # Switches of the pack ('a' in param.variants) say nothing about the case.
        items = [item for item in node.items if not is_constant(item)] or list(node.items)
        if len(items) == 1:
            return self.statement(items[0], want, level, inside)
        if isinstance(node, n.And) == want:
            told = _without_repetition(list(_spread(node, want))) if self.figures else None
            told = told or [(item, want) for item in items]
            parts = [self.statement(*each, level + 1, "and") for each in told]
            found = self.joined("and" if level == 0 else "and_inner", parts)
            return self._enclosed(found, "and", inside, len(parts))
        if not self.figures:
            parts = [self.statement(item, want, level + 1, "or") for item in items]
            return self._enclosed(self.joined("or", parts), "or", inside, len(parts))
        parts = self.shown(self._branch(item, want, level) for item in self._telling(items, want))
        if not parts:
            return self.plain(node, want)
        if isinstance(node, n.And) and level and self.holding is not None:
            return parts[0]  # inside a sentence one reason why not is enough
        return self.joined("also" if level == 0 else "also_inner", parts)

    def _enclosed(self, pieces: Pieces, op: str, inside: str, parts: int) -> Pieces:
        if self.figures or parts < 2 or inside in ("", op):
            return pieces
        return ["\uff08", *pieces, "\uff09"] if self.language == "zh" else ["(", *pieces, ")"]

    def _branch(self, item: n.Node, want: bool, level: int) -> Alternative:
        condition = item if want else opposite(item)
        return condition, lambda: self.statement(item, want, level + 1, "or")

    def _telling(self, items: list[n.Node], want: bool) -> list[n.Node]:
        """Without `known_sum(x) >= a` where `sum(x) >= a` says the same and holds too."""
        if self.holding is None:
            return items
        holding = [
            item for item in items if self._lifted(item if want else opposite(item)) in self.holding
        ]
        return [item for item in items if _with_full_sum(item) not in holding]

    # Comparison

    def _compare(self, node: n.Compare, op: str, level: int) -> Pieces:
        left, right = node.left, node.right
        match left.type.kind:
            case "bool":
                return self._agreement(left, right, op == "==", level)
            case "code" | "text":
                return self._words(left, right, op)
            case "date":
                return self.say(f"date{op}", a=self.figure(left), b=self.figure(right))
        percent = self.is_percent(left) or self.is_percent(right)
        if self.figures and _goes_without_saying(op, right):
            return self.figure(left, percent)
        return [*self.figure(left, percent), f" {SIGNS[op]} ", *self.figure(right, percent)]

    def _agreement(self, left: n.Node, right: n.Node, same: bool, level: int) -> Pieces:
        for one, other in ((left, right), (right, left)):
            if isinstance(one, n.Literal):
                return self.statement(other, (one.value is True) == same, level)
        return self.say("same" if same else "differ", a=self._named(left), b=self._named(right))

    def _named(self, node: n.Node) -> Pieces:
        if isinstance(node, n.Fact | n.FromAbove | n.Column | n.Parameter):
            return self.label(node)
        return self.label(node) if node.type.kind != "bool" else self.plain(node, True)

    def _words(self, left: n.Node, right: n.Node, op: str) -> Pieces:
        if isinstance(left, n.Literal):
            left, right = right, left
        if not isinstance(right, n.Literal | n.Parameter):
            a, b = self.figure(left), self.figure(right)
            return self.say("same" if op == "==" else "differ", a=a, b=b)
        a, b = self.label(left), self.label(right)
        if isinstance(right, n.Parameter) and self.figures:
            b = self.slot(right)
        if op == "==":
            return self.say("code==", a=a, v=self.slot(left) if self.figures else b)
        if self.figures:
            return self.say("code!=seen", a=a, v=self.slot(left), b=b)
        return self.say("code!=", a=a, b=b)

    def _in(self, node: n.In, want: bool) -> Pieces:
        a = self.label(node.x)
        a_list = isinstance(node.items, n.Parameter)
        if isinstance(node.items, n.Parameter):
            b = self.label(node.items)
        else:
            b = self.joined("list_or", [self.label(item) for item in node.items])
        one = not a_list and len(n.children(node)) == 2
        many = not a_list and len(n.children(node)) > _MOST_LISTED + 1
        if self.figures and not isinstance(node.x, n.Literal):
            v = self.slot(node.x, self.is_percent(node.x))
            if want or many:
                return self.say("code==", a=a, v=v)
            phrase = "not_in_list_seen" if a_list else "code!=seen" if one else "not_in_seen"
            return self.say(phrase, a=a, v=v, b=b)
        if want:
            return self.say("in_list" if a_list else "in_one" if one else "in", a=a, b=b)
        return self.say("not_in_list" if a_list else "code!=" if one else "not_in", a=a, b=b)

    # Choice

    def _if(self, node: n.If, want: bool, level: int, inside: str) -> Pieces:
        if not self.figures:
            return self.say(
                "if",
                c=self.statement(node.condition, True, level + 1, "if"),
                a=self.statement(node.then, want, level + 1, "if"),
                b=self.statement(node.otherwise, want, level + 1, "if"),
            )
        found = self.shown(
            (
                self._choice(node.condition, True, node.then, want, level),
                self._choice(node.condition, False, node.otherwise, want, level),
            )
        )
        # An unknown condition whose branches agree: either branch tells the reason.
        if not found:
            return self.statement(node.then, want, level, inside)
        return self.joined("also_inner", found)

    def _choice(
        self, condition: n.Node, chosen: bool, branch: n.Node, want: bool, level: int
    ) -> Alternative:
        def write() -> Pieces:
            parts = [(condition, chosen), (branch, want)]
            telling = [part for part in parts if not is_constant(part[0])] or parts
            return self.joined(
                "and_inner", [self.statement(*part, level + 1, "and") for part in telling]
            )

        return (condition if chosen else opposite(condition)), write

    def _coalesce(self, node: n.Coalesce, want: bool, level: int, inside: str) -> Pieces:
        first, last = node.items[0], node.items[-1]
        if not self.figures:
            told = self.statement(first, want, level, inside)
            if isinstance(last, n.Literal):
                return self.say("or_no_record", a=told) if last.value == want else told
            others = [self.statement(item, want, level + 1, "or") for item in node.items[1:]]
            return self.say("else", a=told, b=self.joined("or", others))
        found = self.shown(
            (known, self._known_item(node, item, want, level)) for known, item in first_known(node)
        )
        return self.joined("also_inner", found) if found else self.plain(node, want)

    def _known_item(
        self, node: n.Coalesce, item: n.Node, want: bool, level: int
    ) -> Callable[[], Pieces]:
        if not isinstance(item, n.Literal):
            return lambda: self.statement(item, want, level + 1, "or")
        facts = n.facts_of(node.items[0])
        return lambda: self._on_record(list(facts), False)

    def _on_record(self, nodes: list[n.Node], want: bool) -> Pieces:
        phrase = "known" if want else "not_known"
        if any(node.type.kind == "bool" for node in nodes):
            phrase += "_answer"
        return self.say(phrase, a=self.joined("list", [self._named(node) for node in nodes]))

    # Members

    def _members(self, node: n.Members, want: bool, level: int) -> Pieces:
        exists = (node.function == "any") == want
        wanted = node.function == "any" if exists else True
        if not exists:
            phrase = "none" if node.function == "any" else "all"
            return self.say(phrase, x=self.plain(node.child, True))
        if not self.figures:
            return self.say("any_plain", x=self.plain(node.child, wanted))
        condition = node.child if wanted else opposite(node.child)
        with self.telling_of((condition,)):
            told = self.statement(node.child, wanted, level + 1)
        return self.say("any", v=self.members_slot(condition), x=told)


def is_constant(node: n.Node) -> bool:
    """Whether a condition depends on the pack alone, not on the case."""
    return not any(isinstance(each, n.Fact | n.Column) for each in n.walk(node))


def _spread(node: n.And | n.Or, want: bool) -> Iterator[tuple[n.Node, bool]]:
    """What must all hold for `node` to be `want`, through negations: not (a or b) is not a, not b.
    Switches of the pack are left out."""
    for item in node.items:
        below, wanted = item, want
        while isinstance(below, n.Not):
            below, wanted = below.x, not wanted
        if isinstance(below, n.And | n.Or) and isinstance(below, n.And) == wanted:
            yield from _spread(below, wanted)
        elif not is_constant(below):
            yield below, wanted


def _without_repetition(told: list[tuple[n.Node, bool]]) -> list[tuple[n.Node, bool]]:
    """Without `x > 0` where the figure of x is told anyway, and without the known part of a sum
    where the whole sum is told."""
    told = list(dict.fromkeys(told))
    told = [each for each in told if (_with_full_sum(each[0]), each[1]) not in told]
    return [
        each
        for each in told
        if not any(_repeats(each[0], other[0]) for other in told if other is not each)
    ]


def _repeats(item: n.Node, other: n.Node) -> bool:
    match item:
        case n.Compare(op, left, right) if _goes_without_saying(op, right):
            return _mentions(other, left)
    return False


def _mentions(node: n.Node, x: n.Node) -> bool:
    match node:
        case n.Not(below):
            return _mentions(below, x)
        case n.Or(items):
            return all(_mentions(item, x) for item in items)
        case n.And(items):
            return any(_mentions(item, x) for item in items)
        case n.Compare(_, left, right) if not _goes_without_saying(node.op, right):
            same = (x, _full_sum(x))
            return any(each in same for side in (left, right) for each in _figures(side))
    return False


def _full_sum(node: n.Node) -> n.Node:
    if isinstance(node, n.Members) and node.function == "known_sum":
        return replace(node, function="sum")
    return node


def _figures(node: n.Node) -> Iterator[n.Node]:
    """The values that are printed for a side of a comparison."""
    yield node
    if isinstance(node, n.Arithmetic):
        yield from _figures(node.left)
        yield from _figures(node.right)


def _goes_without_saying(op: str, right: n.Node) -> bool:
    """`x > 0`, `x >= 1` of a count: the figure of x says it all."""
    if not isinstance(right, n.Literal):
        return False
    if right.value == 0:
        return op in (">", "==", "!=", "<=")
    return op == ">=" and right.value == 1 and right.type.scale == 0


def _with_full_sum(item: n.Node) -> n.Node | None:
    if isinstance(item, n.Compare) and _full_sum(item.left) != item.left:
        return replace(item, left=_full_sum(item.left))
    return None

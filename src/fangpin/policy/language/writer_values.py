"""Writing values: what a number, date or code is called, and what it is in this case."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from fangpin.kernel.errors import Language, Text
from fangpin.policy.language import nodes as n
from fangpin.policy.language.phrases import ARITHMETIC, PHRASES
from fangpin.policy.language.scope import Scope
from fangpin.policy.language.template import Pieces, Slot, Style, slot_text
from fangpin.policy.language.types import BOOL, PERSONS, number_type

SlotKey = tuple[n.Node, n.Node | None, Style]
Alternative = tuple[n.Node, Callable[[], Pieces]]


class ValueWriter:
    """Shared by all writing. In one of three states:

    collecting (`holding` None): every alternative is written, conditions and slots are noted;
    wording (`holding` given): only alternatives whose condition is in `holding` are written;
    plain (`figures` False): no figures, every alternative.
    """

    def __init__(
        self,
        scope: Scope,
        language: Language,
        holding: frozenset[n.Node] | None = None,
        slots: Mapping[SlotKey, Slot] | None = None,
        figures: bool = True,
    ) -> None:
        self.scope = scope
        self.language = language
        self.holding = holding
        self.figures = figures
        self.conditions: dict[n.Node, None] = {}
        self.slots: dict[SlotKey, Slot] = dict(slots or {})
        self.among: tuple[n.Node, ...] | None = None  # set inside a members function

    def plain(self, node: n.Node, want: bool) -> Pieces:
        """The statement without figures."""
        raise NotImplementedError

    # Phrases

    def say(self, phrase: str, **parts: Pieces) -> Pieces:
        """A fixed phrase with its parts in place."""
        found: Pieces = []
        for piece in re.split(r"(\{\w\})", PHRASES[phrase].in_language(self.language)):
            found.extend(parts[piece[1]] if re.fullmatch(r"\{\w\}", piece) else [piece])
        return found

    def word(self, text: Text) -> Pieces:
        """A text of the pack."""
        return [text.in_language(self.language)]

    def joined(self, phrase: str, parts: Iterable[Pieces]) -> Pieces:
        """Parts with a joining phrase between them."""
        found: Pieces = []
        for number, part in enumerate(parts):
            found.extend((self.say(phrase) if number else []) + part)
        return found

    # Alternatives

    def shown(self, alternatives: Iterable[Alternative]) -> list[Pieces]:
        """What is written of several alternatives: all while collecting, else those that hold.

        Inside a members function an alternative holds when it does for one of the members told of,
        and its figures are those of these members.
        """
        found: list[Pieces] = []
        for condition, write in alternatives:
            lifted = self._lifted(condition)
            if self.holding is None:
                self.conditions.setdefault(lifted)
            elif lifted not in self.holding:
                continue
            if self.among is None:
                found.append(write())
            else:
                with self.telling_of((*self.among, condition)):
                    found.append(write())
        return found

    def _lifted(self, condition: n.Node) -> n.Node:
        if self.among is None:
            return condition
        child = conjunction((*self.among, condition))
        return n.Members("any", child, type=BOOL, subject="household")

    @contextmanager
    def telling_of(self, among: tuple[n.Node, ...]) -> Iterator[None]:
        """Inside: figures of the members for whom all of `among` hold."""
        before, self.among = self.among, among
        try:
            yield
        finally:
            self.among = before

    # Values

    def slot(self, node: n.Node, percent: bool = False) -> Pieces:
        """The hole for the value of a node."""
        return [self._slot(node, _style(node, percent))]

    def _slot(self, node: n.Node, style: Style) -> Slot:
        among: n.Node | None = None
        if self.among is not None:
            if isinstance(node, n.FromAbove):
                fact = node.child
                node = fact if fact.subject == "household" else replace(node, subject="household")
            elif isinstance(node, n.Parameter | n.AsOf):
                node = replace(node, subject="household")
            else:
                among = conjunction(self.among)
        key: SlotKey = (node, among, style)
        if key not in self.slots:
            self.slots[key] = Slot(f"s{len(self.slots)}", node, style, among)
        return self.slots[key]

    def members_slot(self, condition: n.Node) -> Pieces:
        """The hole for the number of members for whom a condition holds."""
        known = n.Known(condition, type=BOOL, subject="person")
        count = n.Members(
            "count",
            conjunction((known, condition)),
            type=number_type(0, PERSONS),
            subject="household",
        )
        return [self._slot(count, "members")]

    def figure(self, node: n.Node, percent: bool = False, shown: n.Node | None = None) -> Pieces:
        """What a value is called and what it is; `shown` is the node whose value is printed, when
        that is a rounded one."""
        if not self.figures:
            return self.label(node, percent)
        match node:
            case n.Literal():
                return self.label(node, percent)
            case n.Function("round", (x, _)):
                return self.figure(x, percent, shown or node)
            case n.Arithmetic() if self.among is None:
                left = self._operand(node, node.left)
                right = self._operand(node, node.right)
                pieces = [*left, f" {ARITHMETIC[node.op]} ", *right, " = "]
                return pieces + self.slot(shown or node, percent)
            case n.If() if shown is None:
                found = self.shown(
                    (
                        (node.condition, lambda: self.figure(node.then, percent)),
                        (opposite(node.condition), lambda: self.figure(node.otherwise, percent)),
                    )
                )
                if found:
                    return self.joined("or_value", found)
            case n.Coalesce() if shown is None:
                found = self.shown(
                    (known, self._fallback(node, item, percent))
                    for known, item in first_known(node)
                )
                if found:
                    return self.joined("or_value", found)
        if isinstance(node, n.Function) and node.type.kind == "date":
            return self.say("aside", a=self.label(node), v=self.slot(shown or node))
        return [*self.label(node, percent), " ", *self.slot(shown or node, percent)]

    def _fallback(self, node: n.Coalesce, item: n.Node, percent: bool) -> Callable[[], Pieces]:
        if not isinstance(item, n.Literal):
            return lambda: self.figure(item, percent)
        return lambda: self.say(
            "no_record", a=self.label(node.items[0]), b=self.label(item, percent)
        )

    def _operand(self, parent: n.Arithmetic, node: n.Node) -> Pieces:
        if isinstance(node, n.Arithmetic):
            return ["(", *self.figure(node), ")"] if self.figures else self._bracketed(parent, node)
        return self.figure(node, self.is_percent(node))

    def _bracketed(self, parent: n.Arithmetic, node: n.Arithmetic) -> Pieces:
        looser = parent.op in "*/" and node.op in "+-"
        right = node is parent.right and parent.op in "-/"
        text = self.label(node)
        return ["(", *text, ")"] if looser or right else text

    # Names of values

    def label(self, node: n.Node, percent: bool = False) -> Pieces:
        """What a value is called."""
        match node:
            case n.Literal():
                slot = Slot("", node, _style(node, percent, fixed=True))
                return [slot_text(node.value, slot, self.language, self.scope)]
            case n.AsOf():
                return self.say("as_of")
            case n.Parameter():
                return self.word(self.scope.parameters[node.name].label)
            case n.Fact():
                return self.word(self.scope.facts[node.name].label)
            case n.FromAbove():
                return self.word(self.scope.facts[node.child.name].label)
            case n.Column():
                return self.word(self.scope.columns[node.name].label)
            case n.Arithmetic():
                parts = [
                    self._bracketed(node, side)
                    if isinstance(side, n.Arithmetic)
                    else self.label(side, self.is_percent(side))
                    for side in (node.left, node.right)
                ]
                return [*parts[0], f" {ARITHMETIC[node.op]} ", *parts[1]]
            case n.If():
                return self.joined(
                    "or_value", [self.label(each) for each in (node.then, node.otherwise)]
                )
            case n.Coalesce():
                named = [item for item in node.items if not isinstance(item, n.Literal)]
                return self.joined(
                    "or_value", [self.label(item) for item in named or node.items[:1]]
                )
            case n.Function():
                return self._function_label(node)
            case n.Members():
                return self._members_label(node)
        return self.plain(node, True)

    def _function_label(self, node: n.Function) -> Pieces:
        match node.name:
            case "round":
                return self.label(node.args[0])
            case "least" | "greatest":
                phrase = f"{node.name}_date" if node.type.kind == "date" else node.name
                names = [self.label(arg, self.is_percent(node)) for arg in node.args]
                return self.say(phrase, x=self.joined("list", names))
            case "add_days" | "add_months":
                return self._shifted(*node.args)
        names = [self.label(arg) for arg in node.args]
        if len(names) == 1:
            return self.say(node.name, a=names[0])
        return self.say(node.name, a=names[0], b=names[1])

    def _shifted(self, start: n.Node, count: n.Node) -> Pieces:
        phrase = "after"
        if isinstance(count, n.Literal) and n.whole_of(count) < 0:
            phrase, count = "before", replace(count, value=-n.whole_of(count))
        return self.say(phrase, a=self.label(start), b=self.label(count))

    def _members_label(self, node: n.Members) -> Pieces:
        match node.function:
            case "count":
                if isinstance(node.child, n.Literal):
                    return self.say("count_all")
                return self.say("count", x=self.plain(node.child, True))
            case "share":
                return self.say("share", x=self.plain(node.child, True))
            case "max" | "min" if node.type.kind == "date":
                return self.say(f"{node.function}_date", x=self.label(node.child))
            case "any" | "all":
                return self.plain(node, True)
        return self.say(node.function, x=self.label(node.child))

    def is_percent(self, node: n.Node) -> bool:
        """Whether a plain number is a share that people read as a percentage."""
        match node:
            case n.Members("share", _):
                return True
            case n.Parameter() if node.name in self.scope.parameters:
                return self.scope.parameters[node.name].percent
            case n.Fact() if node.name in self.scope.facts:
                return self.scope.facts[node.name].percent
            case n.FromAbove():
                return self.is_percent(node.child)
            case n.Arithmetic("/", left, right):
                return bool(left.type.unit) and left.type.unit.fits(right.type.unit)
            case n.Arithmetic("+" | "-") | n.If() | n.Coalesce():
                return any(self.is_percent(each) for each in n.children(node))
            case n.Function("round", (x, _)):
                return self.is_percent(x)
            case n.Function("least" | "greatest" | "abs", args):
                return any(self.is_percent(each) for each in args)
        return False


def _style(node: n.Node, percent: bool, fixed: bool = False) -> Style:
    match node.type.kind:
        case "date":
            return "date"
        case "code":
            return "code"
        case "bool":
            return "truth"
        case "text" | "list":
            return "text"
    if percent and not node.type.unit:
        return "percent"
    return "value" if fixed or isinstance(node, n.Parameter) else "figure"


def conjunction(nodes: Iterable[n.Node]) -> n.Node:
    """All of them, as one node."""
    flat: list[n.Node] = []
    for node in nodes:
        flat.extend(node.items if isinstance(node, n.And) else (node,))
    flat = list(dict.fromkeys(flat))
    if len(flat) == 1:
        return flat[0]
    return n.And(tuple(flat), type=BOOL, subject=flat[0].subject)


def opposite(node: n.Node) -> n.Node:
    """The negation of a condition."""
    return node.x if isinstance(node, n.Not) else n.Not(node, type=BOOL, subject=node.subject)


def first_known(node: n.Coalesce) -> Iterator[tuple[n.Node, n.Node]]:
    """Each item with the condition under which it is the first known one."""
    before: list[n.Node] = []
    for item in node.items:
        known = n.Known(item, type=BOOL, subject=item.subject)
        yield conjunction((*before, known)), item
        before.append(opposite(known))

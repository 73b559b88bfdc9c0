"""Whether the parts of an expression fit together: kinds, units, vocabularies, scales."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace

from fangpin.kernel.errors import Problem, Where
from fangpin.policy.language import nodes as n
from fangpin.policy.language import syntax as s
from fangpin.policy.language.faults import fault
from fangpin.policy.language.scope import Scope
from fangpin.policy.language.types import Subject, Type, Unit, number_type

KIND_WORDS = {
    "bool": ("是非", "true/false"),
    "integer": ("整数", "a whole number"),
    "number": ("数", "a number"),
    "money": ("金额", "an amount of money"),
    "date": ("日期", "a date"),
    "code": ("代码", "a code"),
    "text": ("文字", "text"),
    "list": ("名单", "a list"),
}


class Matching(ABC):
    """Collects faults; the subclass knows how to turn syntax into nodes."""

    def __init__(self, text: str, where: Where, scope: Scope) -> None:
        self.text = text
        self.where = where
        self.scope = scope
        self.subject: Subject = scope.subject  # that of the place being read
        self.problems: list[Problem] = []

    @abstractmethod
    def node(self, syntax: s.Syntax, hint: Type | None = None) -> n.Node | None:
        """The node of one shape, None when it is faulty."""

    def fault(self, at: s.Syntax | n.Node, zh: str, en: str, do_zh: str, do_en: str) -> None:
        """Note a fault at the position of a shape or node."""
        self.fault_at(at.position, zh, en, do_zh, do_en)

    def fault_at(self, position: int, zh: str, en: str, do_zh: str, do_en: str) -> None:
        """Note a fault at a character offset."""
        self.problems.append(
            fault(self.text, position, zh, en, do_zh=do_zh, do_en=do_en, where=self.where)
        )

    # One node

    def must_be_bool(self, node: n.Node) -> n.Node | None:
        """The node when it is a condition."""
        if node.type.kind == "bool":
            return node
        kind_zh, kind_en = KIND_WORDS[node.type.kind]
        self.fault(
            node,
            f"这里需要一个条件，写的是{kind_zh}",
            f"a condition is needed here, this is {kind_en}",
            "补上比较，例如 x > 0",
            "complete the comparison, for example x > 0",
        )
        return None

    def must_be_number(self, node: n.Node) -> n.Node | None:
        """The node when it is a number."""
        if node.type.is_number:
            return node
        kind_zh, kind_en = KIND_WORDS[node.type.kind]
        hint_zh = "计数用 count_members(条件)，选择用 if(条件, a, b)"
        hint_en = "to count write count_members(condition), to choose if(condition, a, b)"
        self.fault(
            node,
            f"这里需要一个数，写的是{kind_zh}",
            f"a number is needed here, this is {kind_en}",
            hint_zh if node.type.kind == "bool" else "换成数值型的事实项",
            hint_en if node.type.kind == "bool" else "use a fact that is a number",
        )
        return None

    def number(self, syntax: s.Syntax) -> n.Node | None:
        """The node of a shape that must be a number."""
        found = self.node(syntax)
        return found and self.must_be_number(found)

    def date(self, syntax: s.Syntax) -> n.Node | None:
        """The node of a shape that must be a date."""
        found = self.node(syntax)
        if found is None or found.type.kind == "date":
            return found
        kind_zh, kind_en = KIND_WORDS[found.type.kind]
        self.fault(
            found,
            f"这里需要日期，写的是{kind_zh}",
            f"a date is needed here, this is {kind_en}",
            "写成 2021-05-31、as_of 或日期类事实项",
            "write 2021-05-31, as_of, or a fact that is a date",
        )
        return None

    # Several nodes

    def alike(self, parts: Sequence[s.Syntax], hint: Type | None) -> tuple[n.Node, ...] | None:
        """Nodes of parts that belong together: quoted words take the vocabulary of the others."""
        found: dict[int, n.Node | None] = {}
        plain = [at for at, part in enumerate(parts) if not speaks_in_quotes(part)]
        for at in plain:
            found[at] = self.node(parts[at], hint)
        types = [node.type for node in found.values() if node is not None]
        hint = types[0] if types else hint
        for at, part in enumerate(parts):
            if at not in plain:
                # Without a type to go by, the others' fault has already been told.
                told = bool(plain) and not types
                found[at] = None if told else self.node(part, hint)
        ordered = [found[at] for at in range(len(parts))]
        sound = [node for node in ordered if node is not None]
        return tuple(sound) if len(sound) == len(ordered) else None

    def matched(
        self, nodes: tuple[n.Node, ...], position: int, op: str
    ) -> tuple[n.Node | None, ...]:
        """The nodes, a bare 0 given the unit of the others; all None when they do not fit."""
        nothing = (None,) * len(nodes)
        if all(node.type.is_number for node in nodes):
            leading = next((node for node in nodes if not is_bare_zero(node)), nodes[0])
            nodes = tuple(self.retyped(node, leading.type) for node in nodes)
            for node in nodes:
                if not node.type.unit.fits(leading.type.unit):
                    self._units_differ(leading, node, position, op)
                    return nothing
            return nodes
        first = nodes[0].type
        for node in nodes[1:]:
            if node.type.kind != first.kind or node.type.codes != first.codes:
                self.fault_at(
                    position,
                    f"{op} 两边不同类：{first} 与 {node.type}",
                    f"the sides of {op} differ in kind: {first} and {node.type}",
                    "两边用同一类型（同一代码表）的值",
                    "use values of one type (one vocabulary) on both sides",
                )
                return nothing
        return nodes

    def _units_differ(self, leading: n.Node, node: n.Node, position: int, op: str) -> None:
        a, b = leading.type.unit, node.type.unit
        bare = next(
            (x for x in (leading, node) if isinstance(x, n.Literal) and x.type.unit.is_plain), None
        )
        if bare is not None:
            other = a if bare is node else b
            written = n.decimal_text(n.whole_of(bare), bare.type.scale)
            do_zh, do_en = f"写成 {written}{other}", f"write {written}{other}"
        elif a.power("月") != b.power("月"):
            do_zh = "用 per_year(…) 或 per_month(…) 换算到同一周期"
            do_en = "convert one side with per_year(…) or per_month(…)"
        else:
            do_zh, do_en = "换算到同一单位再比较", "bring both sides to one unit first"
        self.fault_at(
            position,
            f"{op} 两边单位不同：“{a or '无单位'}”与“{b or '无单位'}”",
            f"the sides of {op} have different units: {a or 'none'} and {b or 'none'}",
            do_zh,
            do_en,
        )

    def common(self, nodes: Sequence[n.Node]) -> Type:
        """The type of a choice among matched nodes: the largest scale wins."""
        first = nodes[0].type
        if not first.is_number:
            return first
        unit: Unit = first.unit
        return number_type(max(node.type.scale for node in nodes), unit)

    def retyped(self, node: n.Node, type_: Type) -> n.Node:
        """A bare 0 with the unit and scale of its neighbours; any other node as it is."""
        return replace(node, type=type_) if is_bare_zero(node) and type_.is_number else node

    def exactly(self, literal: n.Literal, type_: Type) -> n.Literal | None:
        """The literal at the scale of `type_`; a fault when it has more decimals."""
        if not type_.is_number or literal.type.scale == type_.scale:
            return replace(literal, type=type_)
        value = n.whole_of(literal)
        if literal.type.scale < type_.scale:
            return replace(
                literal, type=type_, value=value * 10 ** (type_.scale - literal.type.scale)
            )
        whole, rest = divmod(value, 10 ** (literal.type.scale - type_.scale))
        if rest:
            self.fault(
                literal,
                f"{n.decimal_text(value, literal.type.scale)} 的小数位比左边的值多，永远不会相等",
                f"{n.decimal_text(value, literal.type.scale)} has more decimals than the value "
                "it is compared with and can never be equal",
                f"最多写 {type_.scale} 位小数",
                f"write at most {type_.scale} decimals",
            )
            return None
        return replace(literal, type=type_, value=whole)


def is_bare_zero(node: n.Node) -> bool:
    """A 0 written without unit: it fits every unit."""
    return (
        isinstance(node, n.Literal)
        and node.type.kind == "integer"
        and node.type.unit.is_plain
        and node.value == 0
    )


def speaks_in_quotes(syntax: s.Syntax) -> bool:
    """Whether a shape takes its vocabulary from its neighbours."""
    match syntax:
        case s.Quoted():
            return True
        case s.Call("if", args) if len(args) == 3:
            return all(speaks_in_quotes(each) for each in args[1:])
        case s.Call("coalesce", args):
            return bool(args) and all(speaks_in_quotes(each) for each in args)
    return False

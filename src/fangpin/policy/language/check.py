"""Syntax → typed nodes: names, kinds, units, scales, vocabularies and subjects are verified.

All faults of an expression are reported together. A part that is wrong yields None, and what
stands above it stays silent, so that one slip is not reported twice.
"""

from fangpin.kernel.errors import NOWHERE, Problem, Where
from fangpin.policy.language import nodes as n
from fangpin.policy.language import syntax as s
from fangpin.policy.language.check_functions import FunctionRules
from fangpin.policy.language.check_names import NameRules
from fangpin.policy.language.domains import overflows
from fangpin.policy.language.faults import ExpressionError, nearest, shown
from fangpin.policy.language.parse import parse
from fangpin.policy.language.scope import Scope
from fangpin.policy.language.types import (
    BOOL,
    DATE,
    MAX_SCALE,
    MONEY_SCALE,
    TEXT,
    Type,
    Unit,
    number_type,
)


def check(parsed: s.Parsed, scope: Scope, expected: Type | None = None) -> n.Node:
    """The typed node of a parsed text.

    `expected`: the declared type of what the text defines (BOOL for conditions). A number is then
    rounded to the declared scale by a `round` node where the scales differ. The expression is also
    proven free of 64-bit overflow on the bounds of the facts it names.
    Raises ExpressionError with every fault.
    """
    checker = _Checker(parsed, scope)
    node = checker.node(parsed.root, expected)
    if node is not None and expected is not None:
        node = checker.fitted(node, expected)
    if checker.problems or node is None:
        raise ExpressionError(checker.problems)
    if too_large := overflows(node, scope, parsed.text, parsed.where):
        raise ExpressionError(too_large)
    return node


def read(
    text: str, scope: Scope, *, expected: Type | None = None, where: Where = NOWHERE
) -> n.Node:
    """Parse and check. Raises ExpressionError."""
    return check(parse(text, where), scope, expected)


class _Checker(FunctionRules, NameRules):
    def __init__(self, parsed: s.Parsed, scope: Scope) -> None:
        super().__init__(parsed.text, parsed.where, scope)
        self.start = len(parsed.text) - len(parsed.text.lstrip())

    # Dispatch

    def node(self, syntax: s.Syntax, hint: Type | None = None) -> n.Node | None:
        """The node of one shape; `hint` gives quoted words their vocabulary."""
        match syntax:
            case s.Number():
                return self._number(syntax)
            case s.Quoted():
                return self._quoted(syntax, hint)
            case s.Truth():
                return self._literal(syntax.value, BOOL, syntax)
            case s.Day():
                return self._literal(syntax.value, DATE, syntax)
            case s.AsOfWord():
                return n.AsOf(type=DATE, subject=self.subject, position=syntax.position)
            case s.Param():
                return self.parameter(syntax)
            case s.Name():
                return self.name(syntax)
            case s.Negation():
                x = self.condition(syntax.x)
                return x and n.Not(x, type=BOOL, subject=self.subject, position=syntax.position)
            case s.Logic():
                return self._logic(syntax)
            case s.Minus():
                return self._minus(syntax)
            case s.Binary() if syntax.op in n.COMPARISONS:
                return self._compare(syntax)
            case s.Binary():
                return self._arithmetic(syntax)
            case s.Within():
                return self._between(syntax)
            case s.Among():
                return self._in(syntax)
            case s.Call():
                return self.call(syntax, hint)
        raise TypeError(f"no such syntax: {type(syntax).__name__}")

    def _literal(self, value: n.Value, type_: Type, syntax: s.Syntax) -> n.Literal:
        return n.Literal(value, type=type_, subject=self.subject, position=syntax.position)

    def _number(self, syntax: s.Number) -> n.Node:
        type_ = number_type(syntax.scale, syntax.unit)
        digits = syntax.digits
        if type_.kind == "money" and type_.scale < MONEY_SCALE:
            digits *= 10 ** (MONEY_SCALE - type_.scale)
            type_ = number_type(MONEY_SCALE, syntax.unit)
        return self._literal(digits, type_, syntax)

    def _quoted(self, syntax: s.Quoted, hint: Type | None) -> n.Node | None:
        if hint is not None and hint.kind == "text":
            return self._literal(syntax.value, TEXT, syntax)
        if hint is None or hint.kind != "code":
            self.fault(
                syntax,
                f"'{shown(syntax.value)}' 在这里没有含义",
                f"'{shown(syntax.value)}' means nothing here",
                "代码只能与代码类事实项比较，例如 sex == 'male'",
                "compare a code with a fact of type code, for example sex == 'male'",
            )
            return None
        vocabulary = self.scope.codes.get(hint.codes or "")
        if vocabulary is not None and syntax.value not in vocabulary.words:
            close = nearest(syntax.value, vocabulary.words)
            some = ", ".join(f"'{each}'" for each in list(vocabulary.words)[:12])
            self.fault(
                syntax,
                f"代码表 {hint.codes} 里没有 '{shown(syntax.value)}'",
                f"the vocabulary {hint.codes} has no code '{shown(syntax.value)}'",
                f"是不是 '{close}'？" if close else f"可用：{some}",
                f"did you mean '{close}'?" if close else f"use one of {some}",
            )
            return None
        return self._literal(syntax.value, Type("code", codes=hint.codes), syntax)

    # Logic and comparison

    def condition(self, syntax: s.Syntax) -> n.Node | None:
        """A node that must be a bool."""
        found = self.node(syntax)
        return found and self.must_be_bool(found)

    def _logic(self, syntax: s.Logic) -> n.Node | None:
        found = [self.condition(item) for item in syntax.items]
        kind = n.And if syntax.op == "and" else n.Or
        flat: list[n.Node] = []
        for item in found:
            if item is None:
                return None
            flat.extend(item.items if isinstance(item, kind) else (item,))
        return kind(tuple(flat), type=BOOL, subject=self.subject, position=syntax.position)

    def _compare(self, syntax: s.Binary) -> n.Node | None:
        pair = self.alike((syntax.left, syntax.right), None)
        if pair is None:
            return None
        left, right = self.matched(pair, syntax.position, syntax.op)
        if left is None or right is None:
            return None
        ordered = left.type.is_number or left.type.kind == "date"
        if not ordered and syntax.op not in ("==", "!="):
            self.fault(
                syntax,
                f"{left.type} 不能比较大小",
                f"{left.type} has no order",
                "用 ==、!= 或 in",
                "use ==, != or in",
            )
            return None
        return n.Compare(
            syntax.op, left, right, type=BOOL, subject=self.subject, position=syntax.position
        )

    def _between(self, syntax: s.Within) -> n.Node | None:
        found = self.alike((syntax.x, syntax.low, syntax.high), None)
        if found is None:
            return None
        x, low, high = self.matched(found, syntax.position, "between")
        if x is None or low is None or high is None:
            return None
        if not (x.type.is_number or x.type.kind == "date"):
            self.fault(
                syntax,
                f"between 只用于数和日期，这里是 {x.type}",
                f"between takes numbers and dates, not {x.type}",
                "代码用 in ('a', 'b')",
                "for codes write in ('a', 'b')",
            )
            return None
        return n.Between(x, low, high, type=BOOL, subject=self.subject, position=syntax.position)

    def _in(self, syntax: s.Among) -> n.Node | None:
        x = self.node(syntax.x, self._word_of_list(syntax.items))
        if isinstance(syntax.items, s.Param):
            items: n.Parameter | tuple[n.Literal, ...] | None = self._list_for(x, syntax.items)
        else:
            items = None if x is None else self._items_for(x, syntax.items)
        if x is None or items is None:
            return None
        return n.In(
            x, items, syntax.negated, type=BOOL, subject=self.subject, position=syntax.position
        )

    def _word_of_list(self, items: "s.Param | tuple[s.Syntax, ...]") -> Type | None:
        """What a quoted word before `in param.list` means: 'a' in param.list is a switch."""
        entry = self.scope.parameters.get(items.name) if isinstance(items, s.Param) else None
        if entry is None or entry.type.kind != "list":
            return None
        return Type("code", codes=entry.type.codes) if entry.type.codes else TEXT

    def _list_for(self, x: n.Node | None, syntax: s.Param) -> n.Parameter | None:
        found = self.parameter(syntax, list_allowed=True)
        if found is None or x is None:
            return None
        if found.type.kind != "list":
            self.fault(
                syntax,
                f"参数 {syntax.name} 不是名单",
                f"the parameter {syntax.name} is not a list",
                f"写成 == param.{syntax.name}，或把参数类型改为 list",
                f"write == param.{syntax.name}, or declare the parameter as type list",
            )
            return None
        same = found.type.codes is None or found.type.codes == x.type.codes
        if x.type.kind not in ("code", "text") or not same:
            self.fault(
                syntax,
                f"{x.type} 不能与名单 {found.type} 比较",
                f"{x.type} cannot be looked up in {found.type}",
                "两边用同一个代码表",
                "use one vocabulary on both sides",
            )
            return None
        vocabulary = self.scope.codes.get(x.type.codes or "")
        for value in self.scope.parameters[syntax.name].values:
            for code in value if isinstance(value, tuple) and vocabulary else ():
                if vocabulary and code not in vocabulary.words:
                    self.fault(
                        syntax,
                        f"名单 {syntax.name} 里的 '{shown(code)}' 不在代码表 {vocabulary.name} 中",
                        f"'{shown(code)}' of the list {syntax.name} is not in the vocabulary "
                        f"{vocabulary.name}",
                        "改正 parameters.yaml 里的名单",
                        "correct the list in parameters.yaml",
                    )
                    return None
        return found

    def _items_for(self, x: n.Node, items: tuple[s.Syntax, ...]) -> tuple[n.Literal, ...] | None:
        found: list[n.Literal] = []
        for item in items:
            node = self.node(item, x.type)
            if node is None:
                return None
            if not isinstance(node, n.Literal) or x.type.kind == "bool":
                self.fault(
                    item,
                    "括号里只能写固定的代码、数或日期",
                    "the list may only hold fixed codes, numbers or dates",
                    "与别的值比较用 == 和 or",
                    "to compare with other values use == and or",
                )
                return None
            matched = self.matched((x, node), item.position, "in")[1]
            if not isinstance(matched, n.Literal):
                return None
            exact = self.exactly(matched, x.type)
            if exact is None:
                return None
            found.append(exact)
        return tuple(dict.fromkeys(found))

    # Arithmetic

    def _minus(self, syntax: s.Minus) -> n.Node | None:
        x = self.number(syntax.x)
        if x is None:
            return None
        zero = n.Literal(0, type=x.type, subject=self.subject, position=syntax.position)
        return n.Arithmetic(
            "-", zero, x, type=x.type, subject=self.subject, position=syntax.position
        )

    def _arithmetic(self, syntax: s.Binary) -> n.Node | None:
        left, right = self.node(syntax.left), self.node(syntax.right)
        if left is None or right is None:
            return None
        if "date" in (left.type.kind, right.type.kind):
            self.fault(
                syntax,
                f"日期不能用 {syntax.op}",
                f"{syntax.op} does not work on dates",
                "用 days_between(a, b)、add_days(d, 90天)、add_months(d, 3月)",
                "use days_between(a, b), add_days(d, 90天), add_months(d, 3月)",
            )
            return None
        left, right = self.must_be_number(left), self.must_be_number(right)
        if left is None or right is None:
            return None
        if syntax.op in "+-":
            left, right = self.matched((left, right), syntax.position, syntax.op)
            if left is None or right is None:
                return None
            type_ = self.common([left, right])
        else:
            type_ = self._product(left, right, syntax.op)
        return n.Arithmetic(
            syntax.op, left, right, type=type_, subject=self.subject, position=syntax.position
        )

    def _product(self, left: n.Node, right: n.Node, op: str) -> Type:
        if op == "*":
            unit: Unit = left.type.unit * right.type.unit
            return number_type(min(left.type.scale + right.type.scale, MAX_SCALE), unit)
        unit = left.type.unit / right.type.unit
        whole_divisor = right.type.scale == 0
        scale = MONEY_SCALE if left.type.kind == "money" and whole_divisor else MAX_SCALE
        return number_type(scale, unit)

    # The declared type

    def fitted(self, node: n.Node, expected: Type) -> n.Node | None:
        """The node at the scale of the declared type; faults when the types do not agree."""
        actual = node.type
        if expected.is_number and actual.is_number:
            node = self.retyped(node, expected)
            if not node.type.unit.fits(expected.unit):
                self.fault_at(
                    self.start,
                    f"声明的单位是“{expected.unit}”，算出来是“{actual.unit}”",
                    f"declared in {expected.unit or 'no unit'}, but the expression yields "
                    f"{actual.unit or 'no unit'}",
                    "改正 unit，或检查式子里缺了哪个因子",
                    "correct the unit, or look for a missing factor in the expression",
                )
                return None
            if node.type.scale == expected.scale:
                return node
            digits = n.Literal(
                expected.scale,
                type=number_type(0),
                subject=self.subject,
                position=node.position,
            )
            return n.Function(
                "round",
                (node, digits),
                type=number_type(expected.scale, node.type.unit),
                subject=node.subject,
                position=node.position,
            )
        if actual.kind != expected.kind or actual.codes != expected.codes:
            self.fault_at(
                self.start,
                f"这里需要 {expected}，写的是 {actual}",
                f"{expected} is needed here, the expression yields {actual}",
                "写成条件，例如 age >= 16岁" if expected.kind == "bool" else "改正声明的类型或式子",
                "write a condition, for example age >= 16岁"
                if expected.kind == "bool"
                else "correct the declared type or the expression",
            )
            return None
        return node


def problems_of(
    text: str, scope: Scope, *, expected: Type | None = None, where: Where = NOWHERE
) -> tuple[Problem, ...]:
    """The faults of a text, none when it is sound."""
    try:
        read(text, scope, expected=expected, where=where)
    except ExpressionError as error:
        return error.problems
    return ()

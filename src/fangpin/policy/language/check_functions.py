"""The functions of the language: what they take and what they yield."""

from collections.abc import Callable

from fangpin.policy.language import nodes as n
from fangpin.policy.language import syntax as s
from fangpin.policy.language.check_matching import Matching
from fangpin.policy.language.faults import nearest, shown
from fangpin.policy.language.types import (
    BOOL,
    DATE,
    DAYS,
    MAX_SCALE,
    MONEY_SCALE,
    MONTHS,
    PERSONS,
    YEARS,
    Type,
    Unit,
    number_type,
)

MEMBER_FUNCTIONS = {
    "any_member": "any",
    "all_members": "all",
    "count_members": "count",
    "sum_members": "sum",
    "known_sum_members": "known_sum",
    "max_members": "max",
    "min_members": "min",
    "share_of_members": "share",
}
_OF_CONDITIONS = ("any", "all", "count", "share")

# Number of arguments: (fewest, most).
_ARITY = {
    "if": (3, 3),
    "coalesce": (2, 20),
    "known": (1, 1),
    "least": (2, 20),
    "greatest": (2, 20),
    "abs": (1, 1),
    "round": (2, 2),
    "days_between": (2, 2),
    "months_between": (2, 2),
    "years_between": (2, 2),
    "add_days": (2, 2),
    "add_months": (2, 2),
    "first_of_month": (1, 1),
    "year": (1, 1),
    "month": (1, 1),
    "per_year": (1, 1),
    "per_month": (1, 1),
    **dict.fromkeys(MEMBER_FUNCTIONS, (1, 1)),
}
FUNCTION_NAMES: frozenset[str] = frozenset(_ARITY)

_HABITS = {
    "min": "least",
    "max": "greatest",
    "sum": "sum_members",
    "count": "count_members",
    "any": "any_member",
    "all": "all_members",
    "any_members": "any_member",
    "all_member": "all_members",
    "iif": "if",
    "ifnull": "coalesce",
    "nvl": "coalesce",
    "is_known": "known",
    "age": "years_between",
    "datediff": "days_between",
}


class FunctionRules(Matching):
    """Checks calls. Every method returns None after noting a fault."""

    def call(self, syntax: s.Call, hint: Type | None) -> n.Node | None:
        """The node of `name(arguments)`."""
        if syntax.name not in _ARITY:
            self._no_such_function(syntax)
            return None
        fewest, most = _ARITY[syntax.name]
        if not fewest <= len(syntax.args) <= most:
            count = str(fewest) if fewest == most else f"{fewest}–{most}"
            self.fault(
                syntax,
                f"{syntax.name} 需要 {count} 个参数，写了 {len(syntax.args)} 个",
                f"{syntax.name} takes {count} arguments, found {len(syntax.args)}",
                f"写成 {_USAGE[syntax.name]}",
                f"write {_USAGE[syntax.name]}",
            )
            return None
        if syntax.name in MEMBER_FUNCTIONS:
            return self._members(syntax, MEMBER_FUNCTIONS[syntax.name])
        match syntax.name:
            case "if":
                return self._if(syntax, hint)
            case "coalesce":
                return self._coalesce(syntax, hint)
            case "known":
                x = self.node(syntax.args[0])
                return x and n.Known(x, type=BOOL, subject=self.subject, position=syntax.position)
        rule = _RULES[syntax.name]
        return rule(self, syntax)

    def _no_such_function(self, syntax: s.Call) -> None:
        name = shown(syntax.name)
        instead = _HABITS.get(syntax.name) or nearest(syntax.name, FUNCTION_NAMES)
        if syntax.name in self.scope.facts or syntax.name in self.scope.columns:
            do_zh = "事实项后面不加括号"
            do_en = "a fact is written without parentheses"
        elif instead:
            do_zh, do_en = f"是不是 {_USAGE[instead]}？", f"did you mean {_USAGE[instead]}?"
        else:
            listed = " ".join(sorted(FUNCTION_NAMES))
            do_zh, do_en = f"可用的函数：{listed}", f"the functions are: {listed}"
        self.fault(syntax, f"没有函数“{name}”", f"there is no function {name!r}", do_zh, do_en)

    def _made(self, syntax: s.Call, type_: Type, *args: n.Node) -> n.Function:
        return n.Function(
            syntax.name, args, type=type_, subject=self.subject, position=syntax.position
        )

    # Choice

    def _if(self, syntax: s.Call, hint: Type | None) -> n.Node | None:
        condition = self.node(syntax.args[0])
        condition = condition and self.must_be_bool(condition)
        found = self.alike(syntax.args[1:], hint)
        if found is None:
            return None
        then, otherwise = self.matched(found, syntax.position, "if")
        if condition is None or then is None or otherwise is None:
            return None
        type_ = self.common([then, otherwise])
        return n.If(
            condition,
            then,
            otherwise,
            type=type_,
            subject=self.subject,
            position=syntax.position,
        )

    def _coalesce(self, syntax: s.Call, hint: Type | None) -> n.Node | None:
        items = self._matched_args(syntax, hint)
        if items is None:
            return None
        return n.Coalesce(
            items, type=self.common(items), subject=self.subject, position=syntax.position
        )

    def _matched_args(self, syntax: s.Call, hint: Type | None) -> tuple[n.Node, ...] | None:
        found = self.alike(syntax.args, hint)
        if found is None:
            return None
        matched = self.matched(found, syntax.position, syntax.name)
        items = tuple(node for node in matched if node is not None)
        return items if len(items) == len(matched) else None

    # Numbers

    def extreme(self, syntax: s.Call) -> n.Node | None:
        """least and greatest."""
        items = self._matched_args(syntax, None)
        if items is None:
            return None
        if not (items[0].type.is_number or items[0].type.kind == "date"):
            self.fault(
                syntax,
                f"{syntax.name} 只用于数和日期，这里是 {items[0].type}",
                f"{syntax.name} takes numbers or dates, not {items[0].type}",
                "条件之间用 and、or",
                "join conditions with and / or",
            )
            return None
        return self._made(syntax, self.common(items), *items)

    def absolute(self, syntax: s.Call) -> n.Node | None:
        """abs."""
        x = self.number(syntax.args[0])
        return x and self._made(syntax, x.type, x)

    def rounded(self, syntax: s.Call) -> n.Node | None:
        """round."""
        x = self.number(syntax.args[0])
        digits = syntax.args[1]
        if (
            not isinstance(digits, s.Number)
            or digits.scale
            or digits.has_unit
            or not 0 <= digits.digits <= MAX_SCALE
        ):
            self.fault(
                digits,
                f"保留位数应是 0 到 {MAX_SCALE} 的整数",
                f"the number of decimals must be a whole number from 0 to {MAX_SCALE}",
                "例如 round(x, 2)",
                "for example round(x, 2)",
            )
            return None
        if x is None:
            return None
        kept = n.Literal(
            digits.digits, type=number_type(0), subject=self.subject, position=digits.position
        )
        return self._made(syntax, number_type(digits.digits, x.type.unit), x, kept)

    def per(self, syntax: s.Call) -> n.Node | None:
        """per_year and per_month."""
        x = self.number(syntax.args[0])
        if x is None:
            return None
        yearly = syntax.name == "per_year"
        old, new = (MONTHS, YEARS) if yearly else (YEARS, MONTHS)
        old_word = "月" if yearly else "年"
        if x.type.unit.power(old_word) != -1:
            self.fault(
                syntax,
                f"{syntax.name} 需要每{old_word}的值，这里的单位是“{x.type.unit or '无'}”",
                f"{syntax.name} takes a value per {'month' if yearly else 'year'}, "
                f"this one is in {x.type.unit or 'no unit'}",
                f"只换算单位为 元/{old_word} 一类的值；已是所要的周期就去掉这个函数",
                f"use it on 元/{old_word} and the like; drop it when the period is already right",
            )
            return None
        unit: Unit = x.type.unit * old / new
        if yearly:
            scale = x.type.scale
        else:
            scale = MONEY_SCALE if x.type.kind == "money" else MAX_SCALE
        return self._made(syntax, number_type(scale, unit), x)

    # Dates

    def span(self, syntax: s.Call) -> n.Node | None:
        """days_between, months_between and years_between."""
        start, end = self.date(syntax.args[0]), self.date(syntax.args[1])
        if start is None or end is None:
            return None
        unit = {"days_between": DAYS, "months_between": MONTHS, "years_between": YEARS}
        return self._made(syntax, number_type(0, unit[syntax.name]), start, end)

    def shift(self, syntax: s.Call) -> n.Node | None:
        """add_days and add_months."""
        start, count = self.date(syntax.args[0]), self.number(syntax.args[1])
        if start is None or count is None:
            return None
        unit, word = (DAYS, "天") if syntax.name == "add_days" else (MONTHS, "月")
        if count.type.scale != 0 or not (count.type.unit.is_plain or count.type.unit == unit):
            self.fault(
                count,
                f"{syntax.name} 的第二个参数应是整数（单位 {word}）",
                f"the second argument of {syntax.name} must be a whole number in {word}",
                f"例如 {syntax.name}(d, 3{word})",
                f"for example {syntax.name}(d, 3{word})",
            )
            return None
        return self._made(syntax, DATE, start, count)

    def date_part(self, syntax: s.Call) -> n.Node | None:
        """first_of_month, year and month."""
        x = self.date(syntax.args[0])
        type_ = DATE if syntax.name == "first_of_month" else number_type(0)
        return x and self._made(syntax, type_, x)

    # Members

    def _members(self, syntax: s.Call, function: str) -> n.Node | None:
        if self.subject != "household":
            self.fault(
                syntax,
                f"{syntax.name} 只能用在说户的表达式里，且不能嵌套",
                f"{syntax.name} belongs in an expression about a household and cannot be nested",
                "先登记一个户的派生事实项，再引用它的名称",
                "declare a derived fact of the household and use its name",
            )
            return None
        self.subject = "person"
        try:
            child = self.node(syntax.args[0])
        finally:
            self.subject = "household"
        if child is None:
            return None
        if function in _OF_CONDITIONS:
            child = self.must_be_bool(child)
        elif function in ("sum", "known_sum") or child.type.kind != "date":
            child = self.must_be_number(child)
        if child is None:
            return None
        match function:
            case "any" | "all":
                type_ = BOOL
            case "count":
                type_ = number_type(0, PERSONS)
            case "share":
                type_ = number_type(MAX_SCALE)
            case _:
                type_ = child.type
        return n.Members(function, child, type=type_, subject="household", position=syntax.position)


_RULES: dict[str, Callable[[FunctionRules, s.Call], n.Node | None]] = {
    "least": FunctionRules.extreme,
    "greatest": FunctionRules.extreme,
    "abs": FunctionRules.absolute,
    "round": FunctionRules.rounded,
    "per_year": FunctionRules.per,
    "per_month": FunctionRules.per,
    "days_between": FunctionRules.span,
    "months_between": FunctionRules.span,
    "years_between": FunctionRules.span,
    "add_days": FunctionRules.shift,
    "add_months": FunctionRules.shift,
    "first_of_month": FunctionRules.date_part,
    "year": FunctionRules.date_part,
    "month": FunctionRules.date_part,
}

_USAGE = {
    "if": "if(c, a, b)",
    "coalesce": "coalesce(a, b)",
    "known": "known(x)",
    "least": "least(a, b)",
    "greatest": "greatest(a, b)",
    "abs": "abs(x)",
    "round": "round(x, 2)",
    "days_between": "days_between(a, b)",
    "months_between": "months_between(a, b)",
    "years_between": "years_between(a, b)",
    "add_days": "add_days(d, 90天)",
    "add_months": "add_months(d, 3月)",
    "first_of_month": "first_of_month(d)",
    "year": "year(d)",
    "month": "month(d)",
    "per_year": "per_year(x)",
    "per_month": "per_month(x)",
    "any_member": "any_member(c)",
    "all_members": "all_members(c)",
    "count_members": "count_members(c)",
    "sum_members": "sum_members(x)",
    "known_sum_members": "known_sum_members(x)",
    "max_members": "max_members(x)",
    "min_members": "min_members(x)",
    "share_of_members": "share_of_members(c)",
}

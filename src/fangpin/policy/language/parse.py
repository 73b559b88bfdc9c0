"""Tokens → syntax, by recursive descent. Bounded length and depth; the first fault is reported.

or        := and ("or" and)*
and       := not ("and" not)*
not       := "not" not | comparison
comparison:= sum [ sign sum | ["not"] "between" sum "and" sum | ["not"] "in" list ]
list      := "(" literal ("," literal)* ")" | "param." name
sum       := term (("+" | "-") term)*
term      := unary (("*" | "/") unary)*
unary     := "-" unary | primary
primary   := number | date | 'quoted' | true | false | as_of | param.name | name
           | name "(" or ("," or)* ")" | "(" or ")"
"""

from collections.abc import Callable
from datetime import date
from typing import NoReturn

from fangpin.kernel.errors import NOWHERE, FangpinError, Where
from fangpin.policy.language import syntax as s
from fangpin.policy.language.faults import ExpressionError, fault, shown
from fangpin.policy.language.lexer import Token, tokens
from fangpin.policy.language.nodes import COMPARISONS
from fangpin.policy.language.types import UNITLESS, parse_unit

MAX_DEPTH = 32
WORDS = frozenset({"and", "or", "not", "in", "between", "true", "false", "as_of", "param"})


def parse(text: str, where: Where = NOWHERE) -> s.Parsed:
    """The shape of an expression. Raises ExpressionError with column, fault and remedy."""
    return s.Parsed(text, _Parser(text, where).whole(), where)


class _Parser:
    def __init__(self, text: str, where: Where) -> None:
        self.text = text
        self.where = where
        self.tokens = tokens(text, where)
        self.at = 0
        self.nesting = 0

    # Reading tokens

    @property
    def now(self) -> Token:
        return self.tokens[self.at]

    def _is(self, *words: str) -> bool:
        return self.now.kind in ("name", "sign") and self.now.text in words

    def _next_is(self, word: str) -> bool:
        following = self.tokens[min(self.at + 1, len(self.tokens) - 1)]
        return following.kind in ("name", "sign") and following.text == word

    def _take(self) -> Token:
        token = self.now
        self.at += 1
        return token

    def _fail(self, position: int, zh: str, en: str, do_zh: str, do_en: str) -> NoReturn:
        raise ExpressionError(
            fault(self.text, position, zh, en, do_zh=do_zh, do_en=do_en, where=self.where)
        )

    def _expect(self, sign: str, zh: str, en: str) -> Token:
        if self._is(sign):
            return self._take()
        self._fail(
            self.now.position,
            f"应是“{sign}”，写的却是{self._seen('zh')}",
            f"expected {sign!r}, found {self._seen('en')}",
            zh,
            en,
        )

    def _seen(self, language: str) -> str:
        if self.now.kind == "end":
            return "结尾" if language == "zh" else "the end"
        word = shown(self.now.text)
        return f"“{word}”" if language == "zh" else repr(word)

    def _level(self, *below: s.Syntax, at: int) -> int:
        depth = 1 + max((each.depth for each in below), default=0)
        if depth > MAX_DEPTH:
            self._too_deep(at)
        return depth

    def _too_deep(self, position: int) -> NoReturn:
        self._fail(
            position,
            f"嵌套超过 {MAX_DEPTH} 层",
            f"nested more than {MAX_DEPTH} levels deep",
            "把里面的部分写成派生事实项（derive），再引用它的名称",
            "move the inner part into a derived fact and use its name",
        )

    # The grammar

    def whole(self) -> s.Syntax:
        if len(self.tokens) == 1:
            self._fail(
                0,
                "表达式是空的",
                "the expression is empty",
                "写一个条件，例如 age >= 16岁",
                "write a condition, for example age >= 16岁",
            )
        found = self._either()
        if self.at < len(self.tokens) - 1:
            self._left_over()
        return found

    def _left_over(self) -> NoReturn:
        token = self.now
        if self._is(")"):
            do_zh, do_en = (
                "删去多余的右括号，或补上左括号",
                "delete it, or open a parenthesis before",
            )
        elif token.kind == "sign" and token.text in COMPARISONS:
            do_zh = "连续比较写成 x between a and b，或用 and 连接"
            do_en = "write x between a and b, or join two comparisons with and"
        elif self._is(","):
            do_zh = "逗号只用在括号里；数里不写千位逗号"
            do_en = "commas belong inside parentheses; write numbers without thousands separators"
        else:
            do_zh, do_en = "两个条件之间写 and 或 or", "join two conditions with and / or"
        self._fail(
            token.position,
            f"{self._seen('zh')}接不上前面的内容",
            f"{self._seen('en')} does not fit what stands before it",
            do_zh,
            do_en,
        )

    def _either(self) -> s.Syntax:
        self.nesting += 1
        if self.nesting > MAX_DEPTH:
            self._too_deep(self.now.position)
        found = self._logic("or")
        self.nesting -= 1
        return found

    def _logic(self, op: str) -> s.Syntax:
        part = self._negation if op == "and" else lambda: self._logic("and")
        items = [part()]
        position = self.now.position
        while self._is(op):
            self._take()
            items.append(part())
        if len(items) == 1:
            return items[0]
        return s.Logic(op, tuple(items), position=position, depth=self._level(*items, at=position))

    def _negation(self) -> s.Syntax:
        if not self._is("not"):
            return self._comparison()
        token = self._take()
        self.nesting += 1
        if self.nesting > MAX_DEPTH:
            self._too_deep(token.position)
        x = self._negation()
        self.nesting -= 1
        return s.Negation(x, position=token.position, depth=self._level(x, at=token.position))

    def _comparison(self) -> s.Syntax:
        left = self._sum()
        token = self.now
        if token.kind == "sign" and token.text in COMPARISONS:
            self._take()
            right = self._sum()
            depth = self._level(left, right, at=token.position)
            return s.Binary(token.text, left, right, position=token.position, depth=depth)
        negated = self._is("not") and (self._next_is("in") or self._next_is("between"))
        if negated:
            self._take()
        if self._is("between"):
            return self._between(left, negated)
        if self._is("in"):
            return self._in(left, negated)
        if self._is("is", "like"):
            self._fail(
                token.position,
                f"没有 {token.text} 这种写法",
                f"there is no {token.text!r} in the language",
                "相等写 ==；有没有值写 known(x)；多个代码写 x in ('a', 'b')",
                "write == for equality, known(x) for presence, x in ('a', 'b') for several codes",
            )
        return left

    def _between(self, x: s.Syntax, negated: bool) -> s.Syntax:
        at = self._take().position
        low = self._sum()
        self._expect(
            "and", "写成 x between 下限 and 上限", "write x between the low end and the high end"
        )
        high = self._sum()
        found: s.Syntax = s.Within(
            x, low, high, position=at, depth=self._level(x, low, high, at=at)
        )
        if negated:
            found = s.Negation(found, position=at, depth=self._level(found, at=at))
        return found

    def _in(self, x: s.Syntax, negated: bool) -> s.Syntax:
        at = self._take().position
        items: tuple[s.Syntax, ...] | s.Param
        if self.now.kind == "param":
            token = self._take()
            items = s.Param(token.text, position=token.position)
        else:
            do_zh = "in 后面写括号里的代码，例如 in ('a', 'b')，或 in param.<名单>"
            do_en = "write codes in parentheses, in ('a', 'b'), or in param.<list>"
            self._expect("(", do_zh, do_en)
            found = [self._unary()]
            while self._is(","):
                self._take()
                found.append(self._unary())
            self._expect(")", do_zh, do_en)
            items = tuple(found)
        depth = self._level(x, *(items if isinstance(items, tuple) else ()), at=at)
        return s.Among(x, items, negated, position=at, depth=depth)

    def _sum(self) -> s.Syntax:
        return self._chain(("+", "-"), lambda: self._chain(("*", "/"), self._unary))

    def _chain(self, signs: tuple[str, ...], part: Callable[[], s.Syntax]) -> s.Syntax:
        left = part()
        while self._is(*signs):
            token = self._take()
            right = part()
            depth = self._level(left, right, at=token.position)
            left = s.Binary(token.text, left, right, position=token.position, depth=depth)
        return left

    def _unary(self) -> s.Syntax:
        if not self._is("-"):
            return self._primary()
        token = self._take()
        self.nesting += 1
        if self.nesting > MAX_DEPTH:
            self._too_deep(token.position)
        x = self._unary()
        self.nesting -= 1
        if isinstance(x, s.Number):
            return s.Number(-x.digits, x.scale, x.unit, x.has_unit, position=token.position)
        return s.Minus(x, position=token.position, depth=self._level(x, at=token.position))

    def _primary(self) -> s.Syntax:
        token = self.now
        match token.kind:
            case "number":
                return self._number(self._take())
            case "date":
                return s.Day(date.fromisoformat(self._take().text), position=token.position)
            case "quoted":
                return s.Quoted(self._take().text, position=token.position)
            case "param":
                return s.Param(self._take().text, position=token.position)
            case "name" if token.text not in WORDS or token.text in ("true", "false", "as_of"):
                return self._named(self._take())
            case "sign" if token.text == "(":
                self._take()
                found = self._either()
                self._expect(")", "补上右括号", "close the parenthesis")
                return found
        if token.kind == "name" and token.text == "param":
            do_zh, do_en = "写成 param.<参数名>", "write param.<name of a parameter>"
        else:
            do_zh = "这里应是名称、数、日期、'代码'、函数或括号"
            do_en = "write a name, a number, a date, a 'code', a function or a parenthesis"
        self._fail(
            token.position,
            f"这里缺一个值，写的却是{self._seen('zh')}",
            f"a value is missing here, found {self._seen('en')}",
            do_zh,
            do_en,
        )

    def _number(self, token: Token) -> s.Number:
        whole, _, decimals = token.text.partition(".")
        decimals = decimals.rstrip("0")
        unit = UNITLESS
        if token.unit:
            try:
                unit = parse_unit(token.unit)
            except FangpinError as error:  # 天/天 and the like stay readable
                problem = error.problems[0]
                self._fail(
                    token.position,
                    problem.what.zh,
                    problem.what.en,
                    problem.remedy.zh,
                    problem.remedy.en,
                )
        return s.Number(
            int(whole + decimals), len(decimals), unit, bool(token.unit), position=token.position
        )

    def _named(self, token: Token) -> s.Syntax:
        if token.text in ("true", "false"):
            return s.Truth(token.text == "true", position=token.position)
        if token.text == "as_of":
            return s.AsOfWord(position=token.position)
        if not self._is("("):
            return s.Name(token.text, position=token.position)
        self._take()
        args: list[s.Syntax] = []
        if not self._is(")"):
            args.append(self._either())
            while self._is(","):
                self._take()
                args.append(self._either())
        self._expect(
            ")",
            f"补上 {shown(token.text)}(…) 的右括号",
            f"close the parenthesis of {shown(token.text)}(…)",
        )
        depth = self._level(*args, at=token.position)
        return s.Call(token.text, tuple(args), position=token.position, depth=depth)

"""Shapes of single values: text, names, choices, numbers, dates, expressions."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from fangpin.policy.loading.reading import meant
from fangpin.policy.loading.shapes import BAD, Json, Reading, refuse
from fangpin.policy.loading.tree import Scalar, Sequence, Tree
from fangpin.policy.pack import Expression


@dataclass(frozen=True)
class Words:
    """Text, optionally of a pattern; `pattern_words` says in words what the pattern means."""

    pattern: str | None = None
    pattern_words: tuple[str, str] = ("文字", "text")
    example: str | None = None

    def read(self, tree: Tree, name: str, reading: Reading) -> Any:
        zh, en = self.pattern_words
        if not isinstance(tree, Scalar):
            return refuse(tree, name, reading, (zh, en), ("写一段文字", "write one text"))
        if not isinstance(tree.value, str):
            if tree.value is None:
                return refuse(
                    tree,
                    name,
                    reading,
                    (zh, en),
                    ("写上内容，或删去这个键", "fill it in or remove the key"),
                )
            return refuse(
                tree,
                name,
                reading,
                (zh, en),
                (f'加引号：{name}: "{tree.text}"', f'put it in quotes: {name}: "{tree.text}"'),
            )
        text = tree.value.strip()
        if not text or (self.pattern is not None and not re.fullmatch(self.pattern, text)):
            shown = f":{self.example}" if self.example else ""
            return refuse(
                tree,
                name,
                reading,
                (zh, en),
                (
                    f"按这样写{shown}" if shown else "写上内容",
                    f"write it like {self.example}" if shown else "fill it in",
                ),
            )
        return text

    def json_schema(self, definitions: Json) -> Json:
        schema: Json = {"type": "string", "minLength": 1}
        if self.pattern is not None:
            schema["pattern"] = f"^({self.pattern})$"
        return schema


NAME = Words(
    r"[a-z][a-z0-9_]{0,79}",
    (
        "小写字母开头、由小写字母数字和下划线组成的名称",
        "a name of lower-case letters, digits and _",
    ),
    "medical_line",
)
IDENTIFIER = Words(
    r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}",
    ("由字母数字和 . _ - 组成的编号", "an id of letters, digits and . _ -"),
    "t-1b",
)
PACK_NAME = Words(
    r"[a-z][a-z0-9-]{0,59}",
    ("小写字母数字和连字符组成的政策包名", "a pack name of lower-case letters, digits and -"),
    "baiyin-2021",
)
AREA_CODE = Words(
    r"[0-9]{12}", ("带引号的 12 位区划代码", "a 12-digit area code in quotes"), '"620402000000"'
)
MONTH_DAY = Words(
    r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])",
    ("带引号的月-日", "month and day in quotes"),
    '"08-31"',
)
TYPE_WORDS = (
    "bool",
    "integer",
    "number",
    "money",
    "date",
    "text",
    "name",
    "id_number",
    "disability_number",
    "credit_code",
    "month",
    "money_text",
    "phone",
    "list",
)


@dataclass(frozen=True)
class TypeName:
    """One of `words`, or `code:<vocabulary>` when `coded`."""

    words: tuple[str, ...]
    coded: bool = True

    def read(self, tree: Tree, name: str, reading: Reading) -> Any:
        known = (*self.words, "code:…") if self.coded else self.words
        listed = ", ".join(known)
        text = Words().read(tree, name, reading)
        if text is BAD:
            return BAD
        if text in self.words or (self.coded and re.fullmatch(r"code:[a-z][a-z0-9_]*", text)):
            return text
        zh, en = meant(text, self.words)
        return refuse(tree, name, reading, (f"类型({listed})", f"a type ({listed})"), (zh, en))

    def json_schema(self, definitions: Json) -> Json:
        choices: list[Json] = [{"enum": list(self.words)}]
        if self.coded:
            choices.append({"type": "string", "pattern": "^code:[a-z][a-z0-9_]*$"})
        return choices[0] if len(choices) == 1 else {"anyOf": choices}


@dataclass(frozen=True)
class Choice:
    """One of a closed list of words."""

    words: tuple[str, ...]

    def read(self, tree: Tree, name: str, reading: Reading) -> Any:
        if isinstance(tree, Scalar) and tree.text in self.words:
            return tree.text
        listed = ", ".join(self.words)
        do = (
            meant(tree.text, self.words)
            if isinstance(tree, Scalar) and tree.text
            else (
                f"写 {listed} 之一",
                f"write one of {listed}",
            )
        )
        return refuse(tree, name, reading, (f" {listed} 之一", f"one of {listed}"), do)

    def json_schema(self, definitions: Json) -> Json:
        return {"enum": list(self.words)}


@dataclass(frozen=True)
class Truth:
    """true or false; nothing else."""

    def read(self, tree: Tree, name: str, reading: Reading) -> Any:
        if isinstance(tree, Scalar) and isinstance(tree.value, bool):
            return tree.value
        return refuse(
            tree,
            name,
            reading,
            (" true 或 false", "true or false"),
            ("写 true 或 false（不带引号）", "write true or false, without quotes"),
        )

    def json_schema(self, definitions: Json) -> Json:
        return {"type": "boolean"}


@dataclass(frozen=True)
class Whole:
    """A whole number within inclusive bounds."""

    low: int
    high: int

    def read(self, tree: Tree, name: str, reading: Reading) -> Any:
        if isinstance(tree, Scalar):
            value = tree.value
            if (
                isinstance(value, int)
                and not isinstance(value, bool)
                and self.low <= value <= self.high
            ):
                return value
        return refuse(
            tree,
            name,
            reading,
            (
                f" {self.low} 到 {self.high} 的整数",
                f"a whole number from {self.low} to {self.high}",
            ),
            ("写一个不带引号的整数", "write a whole number without quotes"),
        )

    def json_schema(self, definitions: Json) -> Json:
        return {"type": "integer", "minimum": self.low, "maximum": self.high}


@dataclass(frozen=True)
class Exact:
    """A number, kept exact."""

    def read(self, tree: Tree, name: str, reading: Reading) -> Any:
        if isinstance(tree, Scalar):
            value = tree.value
            if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
                return Fraction(value)
        return refuse(
            tree,
            name,
            reading,
            ("数字", "a number"),
            ("写不带引号、不带千分位的数字", "write a number without quotes and separators"),
        )

    def json_schema(self, definitions: Json) -> Json:
        return {"type": "number"}


@dataclass(frozen=True)
class Day:
    """An ISO date that exists."""

    def read(self, tree: Tree, name: str, reading: Reading) -> Any:
        if isinstance(tree, Scalar) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", tree.text):
            try:
                return date.fromisoformat(tree.text)
            except ValueError:
                pass
        return refuse(
            tree,
            name,
            reading,
            ("日期", "a date"),
            ("写成 2021-05-31 这样的日期", "write a date that exists, like 2021-05-31"),
        )

    def json_schema(self, definitions: Json) -> Json:
        return {"type": "string", "format": "date"}


@dataclass(frozen=True)
class Formula:
    """An expression of the pack language; checked later, when all names are known."""

    def read(self, tree: Tree, name: str, reading: Reading) -> Any:
        if isinstance(tree, Scalar) and tree.text.strip() and tree.value is not None:
            return Expression(text=tree.text.strip(), origin=reading.origin(tree))
        return refuse(
            tree,
            name,
            reading,
            ("表达式", "an expression"),
            (
                "写一个表达式，如 age < 16；含 : 或 # 时整体加引号",
                "write an expression such as age < 16; with a : or # put it in quotes",
            ),
        )

    def json_schema(self, definitions: Json) -> Json:
        return {
            "type": ["string", "boolean", "number"],
            "description": "expression of the pack language",
        }


@dataclass(frozen=True)
class Raw:
    """A scalar whose type depends on its neighbours; kept as its tree and converted later."""

    lists: bool = False

    def read(self, tree: Tree, name: str, reading: Reading) -> Any:
        if isinstance(tree, Scalar):
            return tree
        if (
            self.lists
            and isinstance(tree, Sequence)
            and all(isinstance(item, Scalar) for item in tree.items)
        ):
            return tree
        return refuse(
            tree, name, reading, ("单个的值", "a single value"), ("写一个值", "write one value")
        )

    def json_schema(self, definitions: Json) -> Json:
        plain = ["string", "number", "boolean", "null"]
        return {"type": [*plain, "array"]} if self.lists else {"type": plain}


@dataclass(frozen=True)
class Figures:
    """A number, a list of two, or `true`: the value of a figure or target."""

    range_only: bool = False

    def read(self, tree: Tree, name: str, reading: Reading) -> Any:
        if isinstance(tree, Sequence) and len(tree.items) == 2:
            low, high = (Exact().read(item, name, reading) for item in tree.items)
            if low is BAD or high is BAD:
                return BAD
            if low > high:
                return reading.bad(
                    tree.line,
                    (f"{name} 的下限大于上限", f"{name}: the lower bound is above the upper one"),
                    ("按 [下限, 上限] 写", "write [low, high]"),
                )
            return low, high
        if isinstance(tree, Scalar) and not self.range_only:
            value = tree.value
            if value is True:
                return True
            if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
                return Fraction(value)
        if self.range_only:
            return refuse(
                tree,
                name,
                reading,
                ("[下限, 上限]", "[low, high]"),
                ("写两个数，如 [50, 200]", "write two numbers such as [50, 200]"),
            )
        return refuse(
            tree,
            name,
            reading,
            ("数字、[下限, 上限] 或 true", "a number, [low, high] or true"),
            (
                "写不带单位的数字；文件只有文字表述时用 text",
                "write a number without its unit; use text where the document gives words",
            ),
        )

    def json_schema(self, definitions: Json) -> Json:
        pair: Json = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
        if self.range_only:
            return pair
        return {"anyOf": [{"type": "number"}, {"const": True}, pair]}

"""Strict YAML: a tree with line numbers, scalars as the core schema of YAML 1.2 reads them.

Refused: files that are not UTF-8 or larger than 2 MB, anchors, aliases and merge keys (bombs, and
copies nobody sees), tags (objects), several documents, duplicate keys, keys that are not text,
nesting deeper than 40. Only `true` and `false` are booleans; `yes`, `no`, `on`, `0123` and
`2021-05-31` stay text. Decimal numbers stay exact.
"""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from fangpin.kernel.errors import Problem, Text, Where

MAX_BYTES = 2_000_000
MAX_DEPTH = 40
MAX_NODES = 400_000

Plain = bool | int | Decimal | str | None

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]*)\.[0-9]+")
_NULL = {"", "~", "null", "Null", "NULL"}
_BOOLEAN = {
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value. `plain` is true when it is written without quotes."""

    text: str
    plain: bool
    line: int

    @property
    def value(self) -> Plain:
        """The value of the core schema: null, bool, int, exact Decimal, otherwise the text."""
        if not self.plain:
            return self.text
        if self.text in _NULL:
            return None
        if self.text in _BOOLEAN:
            return _BOOLEAN[self.text]
        if len(self.text) <= 40:
            if _INTEGER.fullmatch(self.text):
                return int(self.text)
            if _DECIMAL.fullmatch(self.text):
                return Decimal(self.text)
        return self.text


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: list["Tree"]
    line: int


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys with their values; `lines` holds the line of each key."""

    entries: dict[str, "Tree"]
    line: int
    lines: dict[str, int] = field(default_factory=dict)


Tree = Scalar | Sequence | Mapping


class _Refused(Exception):
    def __init__(self, line: int, what: Text, remedy: Text) -> None:
        self.line, self.what, self.remedy = line, what, remedy


def read_yaml(path: Path, shown_as: str) -> tuple[Tree | None, list[Problem]]:
    """The tree of one file and what is wrong with it; None when nothing can be read from it.

    `shown_as` is the file name that problems carry.
    """
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            return None, [
                Problem(
                    Text(
                        f"文件有 {size:,} 字节，超过 {MAX_BYTES:,} 字节的上限",
                        f"the file has {size:,} bytes, more than the limit of {MAX_BYTES:,}",
                    ),
                    Text("把内容拆成几个文件", "split the content over several files"),
                    Where.of(shown_as),
                )
            ]
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        return None, [
            Problem(
                Text("文件不是 UTF-8 编码", "the file is not UTF-8 text"),
                Text("用 UTF-8 编码重新保存", "save it again as UTF-8"),
                Where.of(shown_as),
            )
        ]
    except OSError as error:
        return None, [
            Problem(
                Text(
                    f"文件读不出来：{error.strerror}", f"the file cannot be read: {error.strerror}"
                ),
                Text("检查文件和访问权限", "check the file and its permissions"),
                Where.of(shown_as),
            )
        ]
    return parse_yaml(text, shown_as)


def parse_yaml(text: str, shown_as: str) -> tuple[Tree | None, list[Problem]]:
    """As `read_yaml`, from text."""
    builder = _Builder(shown_as)
    try:
        return builder.document(text), builder.problems
    except _Refused as refused:
        problem = Problem(refused.what, refused.remedy, Where.of(shown_as, refused.line))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        said = str(getattr(error, "problem", None) or "unreadable")
        problem = Problem(
            Text(f"不是合法的 YAML({said})", f"this is not valid YAML ({said})"),
            Text(
                "检查缩进、冒号后的空格和成对的引号、括号；含冒号或井号的文字要加引号",
                "check indentation, the space after a colon, and that quotes and brackets are "
                "closed; text with a colon or # needs quotes",
            ),
            Where.of(shown_as, mark.line + 1 if mark is not None else None),
        )
    return None, [*builder.problems, problem]


class _Builder:
    def __init__(self, shown_as: str) -> None:
        self.shown_as = shown_as
        self.problems: list[Problem] = []
        self.nodes = 0

    def document(self, text: str) -> Tree | None:
        tree: Tree | None = None
        documents = 0
        self.events = yaml.parse(text, Loader=_Loader)
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _Refused(
                        _line(event),
                        Text(
                            "一个文件里有多份 YAML(---)", "several YAML documents in one file (---)"
                        ),
                        Text("每个文件只写一份", "keep one document per file"),
                    )
            elif isinstance(event, yaml.NodeEvent):
                tree = self.node(event, 0)
        return tree

    def node(self, event: Any, depth: int) -> Tree:
        line = _line(event)
        self.nodes += 1
        if depth > MAX_DEPTH or self.nodes > MAX_NODES:
            raise _Refused(
                line,
                Text("嵌套太深或条目太多", "too deeply nested, or too many entries"),
                Text(
                    f"最多 {MAX_DEPTH} 层、{MAX_NODES:,} 项",
                    f"at most {MAX_DEPTH} levels and {MAX_NODES:,} entries",
                ),
            )
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise _Refused(
                line,
                Text("不允许使用锚点和别名（& 和 *）", "anchors and aliases (& and *) are refused"),
                Text(
                    "把内容写出来；以 & 或 * 开头的文字要加引号",
                    "write the content out; put text that begins with & or * in quotes",
                ),
            )
        if event.tag not in (None, "!"):
            raise _Refused(
                line,
                Text(f"不允许使用标签 {event.tag}", f"the tag {event.tag} is refused"),
                Text(
                    "删去标签；以 ! 开头的文字要加引号",
                    "remove the tag; put text that begins with ! in quotes",
                ),
            )
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(event.value, bool(event.implicit[0]), line)
        if isinstance(event, yaml.SequenceStartEvent):
            items = []
            for inner in self.events:
                if isinstance(inner, yaml.SequenceEndEvent):
                    break
                items.append(self.node(inner, depth + 1))
            return Sequence(items, line)
        return self.mapping(line, depth)

    def mapping(self, line: int, depth: int) -> Mapping:
        entries: dict[str, Tree] = {}
        lines: dict[str, int] = {}
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key_line = _line(event)
            key = self.node(event, depth + 1)
            value = self.node(next(self.events), depth + 1)
            if not isinstance(key, Scalar):
                raise _Refused(
                    key_line,
                    Text("键必须是文字", "a key must be text"),
                    Text("写成 键: 值", "write key: value"),
                )
            if key.plain and key.text == "<<":
                raise _Refused(
                    key_line,
                    Text("不允许使用合并键 <<", "the merge key << is refused"),
                    Text("把内容写出来", "write the content out"),
                )
            if key.text in entries:
                self.problems.append(
                    Problem(
                        Text(
                            f"键 {key.text} 重复（第 {lines[key.text]} 行已写过）",
                            f"the key {key.text} is written twice "
                            f"(first on line {lines[key.text]})",
                        ),
                        Text("只保留一个", "keep one of them"),
                        Where.of(self.shown_as, key_line),
                    )
                )
                continue
            entries[key.text] = value
            lines[key.text] = key_line
        return Mapping(entries, line, lines)


def _line(event: Any) -> int:
    """Line of an event, from 1 (the parser's marks count from 0)."""
    return int(event.start_mark.line) + 1

"""Shapes: what may stand at a place of a pack file; also the source of the JSON Schemas.

A shape either yields a value or records a problem and yields `BAD`.
"""

from dataclasses import dataclass, field
from typing import Any, Protocol

from fangpin.kernel.errors import Where
from fangpin.policy.loading.reading import Problems
from fangpin.policy.loading.tree import Mapping, Scalar, Sequence, Tree
from fangpin.policy.pack import Origin


class _Bad:
    def __repr__(self) -> str:
        return "BAD"


BAD: Any = _Bad()
"""Stands for a value that could not be read; the problem has been recorded."""

Json = dict[str, Any]


@dataclass
class Reading:
    """The reading of one file: where it is, and where problems go.

    `broken` remembers the names of entries that could not be read, so that a mention of them
    elsewhere is not reported a second time as unknown.
    """

    pack: str
    file: str
    shown: str
    problems: Problems
    broken: set[str] = field(default_factory=set)

    def origin(self, tree: Tree) -> Origin:
        keys = tree.lines if isinstance(tree, Mapping) else {}
        return Origin(self.file, tree.line, self.pack, keys)

    def bad(self, line: int, what: tuple[str, str], do: tuple[str, str]) -> Any:
        self.problems.add(Where.of(self.shown, line), what, do)
        return BAD


class Shape(Protocol):
    """Reads one place of a file; `name` is the key it stands under."""

    def read(self, tree: Tree, name: str, reading: Reading) -> Any: ...

    def json_schema(self, definitions: Json) -> Json: ...


def _written(tree: Tree) -> str:
    if isinstance(tree, Scalar):
        return tree.text if len(tree.text) <= 60 else tree.text[:57] + "…"
    return "[…]" if isinstance(tree, Sequence) else "{…}"


def refuse(
    tree: Tree, name: str, reading: Reading, expected: tuple[str, str], do: tuple[str, str]
) -> Any:
    got = _written(tree)
    if got == "":
        return reading.bad(
            tree.line,
            (f"{name} 是空的，应为{expected[0]}", f"{name} is empty; it must be {expected[1]}"),
            do,
        )
    return reading.bad(
        tree.line,
        (f"{name} 应为{expected[0]}，写的是 {got}", f"{name} must be {expected[1]}, got {got}"),
        do,
    )

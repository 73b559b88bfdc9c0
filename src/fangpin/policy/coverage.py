"""What the documents demand and what the software does about it: live or only recorded."""

import ast
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fangpin.policy.pack import Mechanism, Pack


@dataclass(frozen=True, slots=True)
class Covered:
    """One mechanism in the pack that records it."""

    pack: str
    mechanism: Mechanism


def coverage(packs: Iterable[Pack]) -> list[Covered]:
    """The mechanisms that each pack itself records, in the order of the packs and their files."""
    return [
        Covered(pack.name, mechanism)
        for pack in packs
        for mechanism in pack.mechanisms.values()
        if mechanism.origin.pack == pack.name
    ]


def totals(covered: Iterable[Covered]) -> dict[str, Counter[str]]:
    """Mechanisms by pack and status."""
    found: dict[str, Counter[str]] = {}
    for each in covered:
        found.setdefault(each.pack, Counter())[each.mechanism.status] += 1
    return found


def absent_tests(covered: Iterable[Covered], root: Path) -> Iterator[tuple[Covered, str]]:
    """Tests that a live mechanism names and that are not in the source below `root`.

    A test is named as pytest does: tests/packs/test_x.py::test_y, a class between them, and a
    parameter in brackets (which is not looked at) allowed.
    """
    for each in covered:
        if each.mechanism.status == "live":
            for test in each.mechanism.tests:
                if not _defined(test, root):
                    yield each, test


def _defined(test: str, root: Path) -> bool:
    file, *names = test.split("[")[0].split("::")
    path = root / file
    if not names or not path.is_file():
        return False
    body: list[ast.stmt] = ast.parse(path.read_text(encoding="utf-8")).body
    for name in names:
        found = next(
            (
                node
                for node in body
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
                and node.name == name
            ),
            None,
        )
        if found is None:
            return False
        body = found.body
    return names[-1].startswith("test")

"""What the documents demand and what the software does about it: live, partly, or recorded."""

import ast
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fangpin.kernel.errors import Language, Text
from fangpin.policy.pack import Mechanism, Pack

STATUS_WORDS = {
    "live": Text("已运行", "live"),
    "partly": Text("部分运行", "partly live"),
    "recorded": Text("已登记", "recorded"),
}
PARTS = {
    "engine": Text("规则和疑点", "rules and findings"),
    "screening": Text("规则和疑点", "rules and findings"),
    "clues": Text("线索", "clues"),
    "cases": Text("个案", "cases"),
    "fieldwork": Text("入户手机页", "the phone"),
    "disclosure": Text("公示公告和群众页面", "notices and the public page"),
    "oversight": Text("成效和时效", "results and the four earlies"),
    "registry": Text("户和人", "households and people"),
    "reports": Text("卡册档打印", "cards, books and archives"),
    "feeds": Text("部门数据", "department data"),
    "exchange": Text("导入导出", "import and export"),
    "quality": Text("数据质量", "data quality"),
    "people": Text("单位和人员", "units and users"),
    "foundation": Text("审计和工作日历", "audit and calendar"),
    "packs": Text("政策待遇和程序", "programmes and procedures"),
    "policy": Text("政策包", "policy packs"),
}
"""Where in the product a mechanism works, by the package whose tests hold it."""


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


def parts_of(mechanism: Mechanism) -> list[str]:
    """The packages of PARTS in which a mechanism works, in that order: tests mirror the source."""
    named = {Path(test.split("::")[0]).parts[1] for test in mechanism.tests}
    unknown = named - {*PARTS, "browser", "web"}
    if unknown:
        raise ValueError(f"{mechanism.id}: no part of the product is called {sorted(unknown)}")
    return [part for part in PARTS if part in named]


def used_in(mechanism: Mechanism) -> list[Text]:
    """Where in the product a mechanism works, in words."""
    return list(dict.fromkeys(PARTS[part] for part in parts_of(mechanism)))


def absent_tests(covered: Iterable[Covered], root: Path) -> Iterator[tuple[Covered, str]]:
    """Tests that a mechanism names and that are not in the source below `root`.

    A test is named as pytest does: tests/packs/test_x.py::test_y, a class between them, and a
    parameter in brackets (which is not looked at) allowed.
    """
    for each in covered:
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


def page(packs: Iterable[Pack], language: Language) -> str:
    """The page on all mechanisms, as Markdown: status, where it works, what is missing, tests."""
    zh = language == "zh"
    covered = coverage(packs)
    counted = totals(covered)
    told = "、" if zh else ", "
    lines = [
        "# 文件要求与运行情况" if zh else "# What the documents demand, and what works",
        "",
        "由 `fangpin pack coverage --page` 生成，不手工填写。"
        if zh
        else "Written by `fangpin pack coverage --page`, never by hand.",
        "",
        _row(
            ["政策包" if zh else "pack", *(s.in_language(language) for s in STATUS_WORDS.values())]
        ),
        "|---|--:|--:|--:|",
        *(_row([name, *(str(count[s]) for s in STATUS_WORDS)]) for name, count in counted.items()),
    ]
    for name in counted:
        heads = ("行", "机制", "情况", "在哪里", "还缺") if zh else _HEADS
        lines += ["", f"## {name}", "", _row(list(heads)), "|---|---|---|---|---|"]
        for each in covered:
            if each.pack != name:
                continue
            mechanism = each.mechanism
            where = told.join(part.in_language(language) for part in used_in(mechanism))
            status = STATUS_WORDS[mechanism.status].in_language(language)
            missing = mechanism.missing.in_language(language) if mechanism.missing else ""
            named = mechanism.name.in_language(language)
            lines.append(_row([mechanism.id, named, status, where, missing]))
    return "\n".join(lines) + "\n"


_HEADS = ("row", "mechanism", "status", "works in", "missing")


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"

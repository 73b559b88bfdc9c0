"""The settings that the code reads, those that settings.py tells of and those in docs/deploy.md are
the same."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
READERS = {
    *("text", "secret", "flag", "whole_number", "whole_numbers", "port", "words"),
    *("get", "setdefault"),
}
_NAME = re.compile(r"FANGPIN_[A-Z_]+[A-Z]")


def read_by_the_code() -> set[str]:
    found: set[str] = set()
    for path in (ROOT / "src/fangpin").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = isinstance(node, ast.Call) and node.args
            if not called or not isinstance(node.args[0], ast.Constant):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            value = node.args[0].value
            if name in READERS and isinstance(value, str) and _NAME.fullmatch(value):
                found.add(value.removesuffix("_FILE"))
    return found


def rows(path: str) -> dict[str, str]:
    """Variable → its row of the table in this file."""
    text = (ROOT / path).read_text(encoding="utf-8")
    lines = re.findall(r"^\| (FANGPIN_[A-Z_]+)((?: |`)[^\n]*)\|$", text, re.MULTILINE)
    return {name: " ".join(rest.split()) for name, rest in lines}


def test_what_the_code_reads_is_told_of() -> None:
    assert read_by_the_code() == set(rows("src/fangpin/web/settings.py"))


def test_the_reference_says_the_same_as_the_code() -> None:
    assert rows("docs/deploy.md") == rows("src/fangpin/web/settings.py")


def test_files_of_deploy_name_no_other_setting() -> None:
    known = set(rows("docs/deploy.md"))
    for path in (ROOT / "deploy").rglob("*"):
        if path.is_file():
            named = set(_NAME.findall(path.read_text(encoding="utf-8")))
            inside = {name.removesuffix("_FILE") for name in named} - {"FANGPIN_PASSWORD"}
            assert inside <= known, path.name

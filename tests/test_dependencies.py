"""What the program imports is declared and locked, so that an installation without the tools of
development – the bundle – has it."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src/fangpin"
# package folder or module → the extra whose lock has what it imports beyond the base
EXTRAS = {
    "bench/by_hand_spark.py": "spark",
    "cluster": "spark",
    "cli/on_spark.py": "spark",
    "bench": "bench",
    "reports": "print",
    "disclosure": "print",
}


def name(requirement: str) -> str:
    return re.split(r"[\[<>=!~;\s]", requirement.strip())[0].lower().replace("_", "-")


def declared() -> dict[str, set[str]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = {"base": {name(line) for line in project["dependencies"]}}
    for extra, lines in project["optional-dependencies"].items():
        groups[extra] = {name(line) for line in lines}
    return groups


def imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add(str(node.module).partition(".")[0])
    return found - set(sys.stdlib_module_names) - {"fangpin", "__future__"}


def test_every_import_is_declared() -> None:
    groups, owners = declared(), packages_distributions()
    missing: dict[str, set[str]] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        inside = path.relative_to(SOURCE).as_posix()
        allowed = set(groups["base"])
        for prefix, extra in EXTRAS.items():
            if inside == prefix or inside.startswith(f"{prefix}/"):
                allowed |= groups[extra]
        for module in imported(path):
            if not {name(owner) for owner in owners.get(module, [module])} & allowed:
                missing.setdefault(module, set()).add(inside)
    assert missing == {}


@pytest.mark.parametrize("lock", ["base", "dev", "print", "node"])
def test_locks_name_no_host_and_every_line_has_its_hash(lock: str) -> None:
    text = (ROOT / f"requirements/{lock}.txt").read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index" not in text
    hashed = r"^[A-Za-z0-9][^\n]*==[^\n]*\\\n((?:    --hash=sha256:[0-9a-f]{64}[^\n]*\n)+)"
    entries = re.findall(hashed, text, re.MULTILINE)
    assert len(entries) == len(re.findall(r"^[A-Za-z0-9]", text, re.MULTILINE))


def test_locks_hold_what_is_declared() -> None:
    groups = declared()
    for lock, group in (("base", "base"), ("print", "print"), ("dev", "dev")):
        text = (ROOT / f"requirements/{lock}.txt").read_text(encoding="utf-8").lower()
        locked = set(re.findall(r"^([a-z0-9._-]+)(?:\[[^\]]*\])?==", text, re.MULTILINE))
        wanted = groups[group] - {"fangpin"}
        assert wanted <= {entry.replace("_", "-") for entry in locked}, lock

"""What the examples of a rule leave out is told as a warning."""

import shutil
from pathlib import Path

import pytest

from fangpin.policy import load_pack
from fangpin.policy.loading import known_packs
from fangpin.policy.loading.example_gaps import warn_of_gaps
from fangpin.policy.loading.reading import Problems

SOUND = Path(__file__).parent / "packs" / "lakeside-2020"


def gaps(folder: Path | str) -> list[str]:
    problems = Problems()
    warn_of_gaps(load_pack(folder), problems)
    assert all(problem.severity == "warning" for problem in problems.found)
    return [problem.what.en.removeprefix("the rule ") for problem in problems.found]


def without(folder: Path, *names: str) -> Path:
    """A copy of the pack without some examples."""
    copy = folder / "lakeside-2020"
    shutil.copytree(SOUND, copy)
    rules = copy / "rules" / "catch.yaml"
    lines = rules.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [
        line
        for line in lines
        if not any(f"name: {name}, {key}" in line for name in names for key in ("given", "as_of"))
    ]
    assert len(lines) - len(kept) == len(names)
    rules.write_text("".join(kept), encoding="utf-8")
    return copy


def test_complete_examples_leave_no_gap() -> None:
    assert gaps(SOUND) == []


@pytest.mark.parametrize(
    ("removed", "told"),
    [
        (("at_line",), "low_catch has no example at the line monthly_catch < param.catch_line"),
        (("above", "later_line"), "low_catch has no example above the line monthly_catch"),
        (("gauge_missing",), "low_catch has no example with water_gauge missing"),
        (("last_month_missing",), "catch_fell has no example with catch_sales@previous missing"),
        (("at_half",), "catch_fell has no example at the line"),
        (("two",), "old_crew has no example that expects true"),
        (
            ("idle_village", "more_idle"),
            "low_catch has no example in which the exemption idle_village holds",
        ),
        (("one",), "old_crew has no example that expects false"),
    ],
)
def test_a_gap_is_told(tmp_path: Path, removed: tuple[str, ...], told: str) -> None:
    found = gaps(without(tmp_path, *removed))
    assert any(gap.startswith(told) for gap in found), found


def test_examples_may_replace_a_figure() -> None:
    pack = load_pack(SOUND)
    example = next(e for e in pack.rules["low_catch"].examples if e.name == "another_line")
    assert example.parameters == {"catch_line": 90_100}


@pytest.mark.parametrize("name", known_packs())
def test_the_examples_of_shipped_rules_leave_no_gap(name: str) -> None:
    assert gaps(name) == []

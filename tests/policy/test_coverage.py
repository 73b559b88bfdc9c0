"""What the documents demand: 138 mechanisms, and live ones are proved by tests of this suite."""

import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from fangpin.policy import load_pack
from fangpin.policy.coverage import Covered, absent_tests, coverage, page, parts_of, totals
from fangpin.policy.loading import known_packs

ROOT = Path(__file__).parents[2]
ROWS = {
    "fuxin-2016": 29,
    "baiyin-2021": 34,
    "cangxi-2014": 27,
    "hubei-2019": 21,
    "shicheng-2020": 27,
}


@pytest.fixture(scope="module")
def covered() -> list[Covered]:
    return coverage(load_pack(name) for name in known_packs())


def test_every_row_of_the_five_documents_is_there_once(covered: list[Covered]) -> None:
    assert {pack: sum(count.values()) for pack, count in totals(covered).items()} == ROWS
    assert max(Counter(each.mechanism.id for each in covered).values()) == 1


def test_the_tests_of_live_mechanisms_exist(covered: list[Covered]) -> None:
    assert list(absent_tests(covered, ROOT)) == []


def test_the_tests_of_live_mechanisms_run_every_time(covered: list[Covered]) -> None:
    """None of them is left to the long suite."""
    for name in sorted({test for each in covered for test in each.mechanism.tests}):
        file, function = name.split("[")[0].split("::")
        source = (ROOT / file).read_text(encoding="utf-8")
        before = source[: source.index(f"def {function}(")].rsplit("\n\n", 1)[-1]
        assert "mark.long" not in before, name


def test_the_tests_of_live_mechanisms_run_in_this_suite(
    covered: list[Covered], request: pytest.FixtureRequest
) -> None:
    """In a run of the whole suite they are among its tests, so that a failure fails the suite;
    in a partial run they are collected here."""
    wanted = {test for each in covered for test in each.mechanism.tests}
    running = {item.nodeid.split("[")[0] for item in request.session.items}
    missing = sorted(test for test in wanted if test.split("[")[0] not in running)
    if missing:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "--collect-only", "-q", "--no-header", *missing],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_test_that_is_not_there_is_named(covered: list[Covered]) -> None:
    here = "tests/policy/test_coverage.py"
    names = (
        f"{here}::test_a_test_that_is_not_there_is_named",
        f"{here}::test_a_test_that_is_not_there_is_named[a parameter]",
        f"{here}::test_nowhere",
        "tests/policy/test_nowhere.py::test_x",
        f"{here}::covered",
        here,
    )
    mechanism = replace(covered[0].mechanism, status="live", tests=names)
    absent = absent_tests([Covered("somewhere", mechanism)], ROOT)
    assert [test for _, test in absent] == list(names[2:])


def test_where_a_mechanism_works_follows_from_its_tests(covered: list[Covered]) -> None:
    by_id = {each.mechanism.id: each.mechanism for each in covered}
    assert parts_of(by_id["1-08"]) == ["clues", "cases", "disclosure"]
    assert parts_of(by_id["1-01"]) == []
    odd = replace(by_id["1-08"], tests=("tests/elsewhere/test_x.py::test_y",))
    with pytest.raises(ValueError, match="1-08: no part of the product is called"):
        parts_of(odd)


def test_the_page_in_the_documentation_is_current() -> None:
    """After a change: fangpin pack coverage --page --lang en > docs/coverage.md"""
    packs = [load_pack(name) for name in known_packs()]
    assert (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8") == page(packs, "en")
    assert "| 4-20 | 常态化整改机制 | 已运行 | 个案 |  |" in page(packs, "zh")

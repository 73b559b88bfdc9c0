"""Scenarios kept in files, and two of them side by side."""

import json
from pathlib import Path

import pytest
from tests.screening.asked import lake_run

from fangpin.kernel.errors import FangpinError
from fangpin.screening.scenarios import (
    Scenario,
    between,
    load_scenario,
    save_scenario,
    scenarios_in,
)
from fangpin.screening.what_if import Baseline


@pytest.fixture(scope="module")
def baseline(tmp_path_factory: pytest.TempPathFactory) -> Baseline:
    run, pack = lake_run(tmp_path_factory.mktemp("lake"))
    return Baseline.load(run, pack)


WHOLE = Scenario("降到八千", {"param.poor_catch": "0.50 元", "b": "是"}, "cn-base", "讨论稿", "h:1")


@pytest.mark.parametrize("name", ["a.yaml", "a.json"])
@pytest.mark.parametrize("scenario", [WHOLE, Scenario("只有名字")])
def test_what_is_saved_is_loaded(tmp_path: Path, name: str, scenario: Scenario):
    save_scenario(scenario, tmp_path / name)
    assert load_scenario(tmp_path / name) == scenario
    assert [each for _, each in scenarios_in(tmp_path)] == [scenario]


def test_an_existing_file_stays(tmp_path: Path):
    save_scenario(WHOLE, tmp_path / "a.yaml")
    with pytest.raises(FangpinError, match="exists"):
        save_scenario(Scenario("b"), tmp_path / "a.yaml")
    assert load_scenario(tmp_path / "a.yaml") == WHOLE


def test_values_by_hand_stay_what_was_written(tmp_path: Path):
    path = tmp_path / "a.yaml"
    path.write_text(
        "name: a\nset:\n  x: 0.50\n  y: 80%\n  z: [a, b]\n  d: 2021-05-31\n  t: true\n",
        encoding="utf-8",
    )
    assert load_scenario(path).set == {
        "x": "0.50", "y": "80%", "z": "[a, b]", "d": "2021-05-31", "t": "true",
    }  # fmt: skip


@pytest.mark.parametrize(
    "text", ["", "a", "name: 5\nsets: {}", "name: a\nset: 5", "name: a\nset: {x: }", "a: [", "{}"]
)
def test_what_is_no_scenario(tmp_path: Path, text: str):
    path = tmp_path / "a.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FangpinError) as refused:
        load_scenario(path)
    assert refused.value.problems[0].where.file == str(path)
    assert scenarios_in(tmp_path) == []


def test_a_file_that_is_not_there(tmp_path: Path):
    with pytest.raises(FangpinError, match="cannot be read"):
        load_scenario(tmp_path / "a.yaml")


def test_asked_again(baseline: Baseline, tmp_path: Path):
    scenario = Scenario("两百", {"poor_catch": "200"}, run=baseline.run_hash)
    save_scenario(scenario, tmp_path / "a.json")
    again = load_scenario(tmp_path / "a.json")
    assert again.same_run(baseline)
    assert again.asked_of(baseline).total.gained == 2
    assert not Scenario("x", run="other").same_run(baseline)
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["set"] == scenario.set


def test_two_side_by_side(baseline: Baseline):
    higher = baseline.what_if({"poor_catch": "200"})
    high = baseline.what_if({"poor_catch": "100.01"})
    low = baseline.what_if({"poor_catch": "50"})

    def differing(one, other):
        rows = between(one, other).select("household_number", "first", "second").rows()
        return rows

    assert differing(higher, high) == [("H2", "gained", None)]
    assert differing(high, low) == [("H0", None, "lost"), ("H1", "gained", None)]
    assert differing(low, low) == []

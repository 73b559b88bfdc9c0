"""What-if answers worked by hand, and equal to a fresh screening with the figure written down."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from tests.engine import lake
from tests.screening.asked import CATCHES, lake_run, pack_folder, write_run
from tests.screening.lakefolder import write_folder

from fangpin.kernel.errors import FangpinError
from fangpin.policy import load_pack
from fangpin.screening import screen
from fangpin.screening.payments import Cost
from fangpin.screening.tally import Counts
from fangpin.screening.what_if import Baseline


@pytest.fixture(scope="module")
def baseline(tmp_path_factory: pytest.TempPathFactory) -> Baseline:
    run, pack = lake_run(tmp_path_factory.mktemp("lake"))
    return Baseline.load(run, pack)


def rule(answer, name):
    return next(each for each in answer.rules if each.name == name)


def programme(answer, name):
    return next(each for each in answer.programmes if each.id == name)


def test_nothing_changed_changes_nothing(baseline: Baseline):
    for asked in ({}, {"param.poor_catch": "100"}, {"poor_catch": "0.01万元"}):
        answer = baseline.what_if(asked)
        assert answer.total == Counts(before=1, after=1)
        assert {each.status for each in answer.rules} == {"same"}
        assert {each.status for each in answer.programmes} == {"same"}
        assert answer.flips.is_empty()
        assert (answer.costs.entitled, answer.costs.led) == (Cost(0, 0), Cost(0, 0))
        assert "0 户" in answer.sentence.zh


def test_a_higher_line_finds_more(baseline: Baseline):
    answer = baseline.what_if({"param.poor_catch": "100.01元"})
    # H1 caught exactly 100 元
    assert answer.total == Counts(before=1, after=2, gained=1, newly=1)
    assert rule(answer, "poor_catch").status == "changed"
    assert rule(answer, "poor_catch").subjects == Counts(before=1, after=2, gained=1, newly=1)
    assert rule(answer, "stopped_fishing").status == "same"
    villages = {each.label.zh: each.counts for each in answer.by("village")}
    assert villages == {"东岸村": answer.total, "西岸村": Counts()}
    assert {each.key: each.counts.gained for each in answer.by("kind")} == {
        "poor_catch": 1,
        "stopped_fishing": 0,
    }
    assert answer.sentence.zh == (
        "把“渔获预警线”从 100元 改为 100.01元，将新增疑点户 1 户（原来都没有疑点）、减少 0 户。"
    )
    assert "from 100 yuan to 100.01 yuan" in answer.sentence.en


def test_a_lower_line_loses_some(baseline: Baseline):
    answer = baseline.what_if({"poor_catch": "99.99"})
    assert answer.total == Counts(before=1, after=0, lost=1, no_longer=1)
    (told,) = answer.told(answer.flips).to_dicts()
    assert (told["direction"], told["household_number"]) == ("lost", "H0")
    assert (told["before"], told["after"]) == ("found", "not_found")
    assert "99.99 元 < 渔获预警线 100 元" in told["before_zh"]
    assert "99.99 元 ≥ 渔获预警线 99.99 元" in told["after_zh"]
    assert "99.99 yuan ≥ warning line for the catch 99.99 yuan" in told["after_en"]


def test_the_list_has_both_reasons_in_the_order_asked_for(baseline: Baseline):
    answer = baseline.what_if({"poor_catch": "200"})
    assert answer.flips["household_number"].to_list() == ["H1", "H2"]
    told = answer.told(answer.flips.reverse())
    assert told["household_number"].to_list() == ["H2", "H1"]
    assert "130.00 元 < 渔获预警线 200 元" in told["after_zh"][0]
    assert "130.00 元 ≥ 渔获预警线 100 元" in told["before_zh"][0]
    assert "100.00 元 < 渔获预警线 200 元" in told["after_zh"][1]
    assert pl.concat(list(answer.told_in_slices())).equals(answer.told(answer.flips))


def test_programmes_and_what_they_cost(baseline: Baseline):
    answer = baseline.what_if({"poor_catch": "200"})
    nets = programme(answer, "nets")
    # H0 (2 persons) was entitled; H1 (1) and H2 (2) are now: 3 persons × 10 元 × 12 months
    assert nets.entitled == Counts(before=1, after=3, gained=2, newly=2)
    assert (nets.status, nets.rhythm) == ("changed", "yearly")
    assert nets.cost == Cost(360_00, 360_00)
    assert (nets.led_gained, nets.led_cost) == (2, Cost(360_00, 360_00))
    stipend = programme(answer, "stipend")
    # P2 and P3 went out, live in gained households, and are not known to receive it: 2 × 20–30 元
    assert (stipend.status, stipend.cost) == ("same", Cost(0, 0))
    assert (stipend.led_gained, stipend.led_cost) == (2, Cost(40_00, 60_00))
    training = programme(answer, "training")
    assert (training.cost, training.led_cost, training.led_gained) == (None, None, 2)
    assert training.reason is not None
    assert training.reason.en == "no figure in the pack"
    assert answer.costs.entitled == Cost(360_00, 360_00)
    assert answer.costs.led == Cost(400_00, 420_00)
    assert [each.id for each in answer.costs.without_figure] == ["training"]
    assert answer.programmes_recorded_only == 1


def test_what_is_received_already_is_not_led_to(tmp_path: Path):
    twice = [*CATCHES, {"_person": 3, "value": 0, "landed_on": date(2030, 6, 6), "slip": "e"}]
    run, pack = lake_run(tmp_path, catches=twice)
    answer = Baseline.load(run, pack).what_if({"poor_catch": "200"})
    assert programme(answer, "stipend").led_gained == 1


def test_paid_once_is_in_no_yearly_sum(tmp_path: Path):
    boats = [{"_household": 1, "state": "wrecked", "checked_on": date(2030, 6, 1)}]
    run, pack = lake_run(tmp_path, boats=boats)
    answer = Baseline.load(run, pack).what_if({"poor_catch": "200"})
    boat = programme(answer, "boat")
    assert (boat.rhythm, boat.led_gained) == ("once", 0)  # H1 is exempt: its boat is wrecked
    assert answer.total.gained == 1
    assert boat.entitled.before == 1
    assert boat.entitled.unknown_before == 2, "no row about the others: unknown"


def test_unknown_is_never_lost(tmp_path: Path):
    # No row of P4, and the list is not complete in 西岸村: the sum of H2 is unknown.
    run, pack = lake_run(
        tmp_path,
        catches=[*CATCHES[:3], {"_person": 3, "value": 5000, "landed_on": date(2030, 6, 5)}],
        coverage=[("catches", lake.JUNE, 1, "partial")],
    )
    base = Baseline.load(run, pack)
    answer = base.what_if({"poor_catch": "50"})
    found = rule(answer, "poor_catch").subjects
    assert (found.before, found.after, found.lost) == (1, 0, 1)
    assert (found.unknown_before, found.unknown_after) == (1, 1)
    assert answer.total.unknown_before == 1
    villages = {each.label.zh: each.counts for each in answer.by("village")}
    assert (villages["西岸村"].lost, villages["西岸村"].unknown_after) == (0, 1)


def test_a_finding_that_cannot_be_decided_any_more(tmp_path: Path):
    pack = load_pack(pack_folder(tmp_path))
    text = (tmp_path / "lake-2030/rules/catch.yaml").read_text(encoding="utf-8")
    (tmp_path / "other").mkdir()
    other_folder = pack_folder(tmp_path / "other")
    rules = other_folder / "rules/catch.yaml"
    # The other pack asks for the boat as well, of which nothing is known.
    rules.write_text(
        text.replace("when: poor_month", "when: poor_month and boat_state == 'afloat'"),
        encoding="utf-8",
    )
    run = write_run(
        tmp_path / "run", lake.snapshot(catches=CATCHES, catches_before=[], boats=[]), pack
    )
    answer = Baseline.load(run, pack).what_if(pack=load_pack(other_folder))
    assert answer.total.lost == 0
    assert answer.total.became_unknown == 1
    (told,) = answer.told(answer.flips).to_dicts()
    assert (told["direction"], told["after"]) == ("became_unknown", "unknown")
    assert "渔船状态" in told["after_zh"]
    assert "转为无法判断" in answer.sentence.zh


def test_rules_of_another_pack_by_name(baseline: Baseline, tmp_path: Path):
    folder = pack_folder(tmp_path, programmes=False)
    rules = next((folder / "rules").iterdir())
    text = rules.read_text(encoding="utf-8")
    at = text.index("  - name: stopped_fishing")
    added = text[at:].replace("stopped_fishing", "never_fished").replace(
        "when: fished_before and not fished", "when: not fished"
    ).replace("停止出船", "没有出船").replace("expect: unknown", "expect: unknown").replace(
        "{fished_before: true, fished", "{fished"
    )  # fmt: skip
    rules.write_text(text[:at] + added, encoding="utf-8")
    answer = baseline.what_if(pack=load_pack(folder))
    assert {each.name: each.status for each in answer.rules} == {
        "poor_catch": "same",
        "stopped_fishing": "dropped",
        "never_fished": "added",
    }
    added_rule = rule(answer, "never_fished")
    assert added_rule.subjects == Counts(after=1, gained=1, newly=1)  # P4 of H2
    assert added_rule.households == Counts(after=1, gained=1, newly=1)
    (told,) = answer.told(answer.flips).to_dicts()
    assert told["person_number"] == "P4"
    assert (told["before"], told["before_en"]) == ("no_rule", "the pack has no such rule")
    assert programme(answer, "nets").status == "dropped"
    assert programme(answer, "nets").cost == Cost(-240_00, -240_00)
    assert answer.sentence.zh.startswith("改用政策包")


def test_cut_to_villages(baseline: Baseline):
    answer = baseline.what_if({"poor_catch": "200"})
    east, west = (answer.within([code]) for code in ("990101001200", "990101001201"))
    assert (east.total.gained, west.total.gained) == (1, 1)
    assert east.flips["household_number"].to_list() == ["H1"]
    assert west.told(west.flips)["village"].to_list() == ["西岸村"]
    assert [each.label.zh for each in west.by("village")] == ["西岸村"]
    assert programme(east, "nets").cost == Cost(120_00, 120_00)
    assert programme(west, "nets").cost == Cost(240_00, 240_00)
    assert rule(east, "poor_catch").subjects.after == 2
    nowhere = answer.within([])
    assert nowhere.total == Counts()
    assert nowhere.flips.is_empty()
    assert nowhere.by("township") == ()
    assert east.within(["990101001201"]).total == Counts()


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"param.poor_cach": "1"}, ["poor_cach", "是否想写 poor_catch", "did you mean poor_catch"]),
        ({"param.poor_catch": "1 元/月"}, ["元/月", "counts in 元"]),
        ({"param.poor_catch": "很多"}, ["应为金额", "is an amount of money"]),
        ({"param.poor_catch": "1.005"}, ["应为金额"]),
    ],
)
def test_refusals_say_what_to_write(baseline: Baseline, asked, words):
    with pytest.raises(FangpinError) as refused:
        baseline.what_if(asked)
    assert all(word in str(refused.value) for word in words)
    assert refused.value.problems[0].where.column == next(iter(asked))


def test_all_problems_are_told_at_once(baseline: Baseline):
    with pytest.raises(FangpinError) as refused:
        baseline.what_if({"param.poor_catch": "x", "param.nothing": "1"})
    assert len(refused.value.problems) == 2


def test_a_folder_that_is_no_run(tmp_path: Path):
    with pytest.raises(FangpinError, match=r"run\.json"):
        Baseline.load(tmp_path)


def test_a_pack_that_changed_since_the_run_is_told(tmp_path: Path):
    run, pack = lake_run(tmp_path)
    assert Baseline.load(run, pack).pack_unchanged
    (tmp_path / "new").mkdir()
    changed = load_pack(pack_folder(tmp_path / "new", line=150))
    assert not Baseline.load(run, changed).pack_unchanged


@pytest.mark.parametrize("line", [60, 242, 300])
def test_equal_to_a_screening_with_the_figure_written_down(tmp_path: Path, line: int):
    """The same files, screened under a pack in which the line is written otherwise."""
    write_folder(tmp_path / "in")
    (tmp_path / "old").mkdir()
    (tmp_path / "new").mkdir()
    old, new = load_pack(pack_folder(tmp_path / "old")), pack_folder(tmp_path / "new", line)
    before = screen(
        tmp_path / "in", pack=old, as_of=lake.AS_OF, out=tmp_path / "a", workbooks=False
    )
    after = screen(
        tmp_path / "in", pack=load_pack(new), as_of=lake.AS_OF, out=tmp_path / "b", workbooks=False
    )

    def firm(findings: pl.DataFrame) -> dict[tuple[str, str], str]:
        rows = findings.filter(pl.col("state") == "new").iter_rows(named=True)
        return {(row["rule"], row["household_number"]): row["sentence_zh"] for row in rows}

    then, now = firm(before.findings), firm(after.findings)
    answer = Baseline.load(tmp_path / "a", old).what_if({"poor_catch": f"{line}元"})
    assert (tmp_path / "a").is_dir()
    told = answer.told(answer.flips)
    for direction, expected, side in (
        ("gained", {key: now[key] for key in now.keys() - then.keys()}, "after_zh"),
        ("lost", {key: then[key] for key in then.keys() - now.keys()}, "before_zh"),
    ):
        rows = told.filter(pl.col("direction") == direction).iter_rows(named=True)
        found = {(row["rule"], row["household_number"]): row[side] for row in rows}
        assert found == expected
    assert answer.total.before == len({key[1] for key in then})
    assert answer.total.after == len({key[1] for key in now})
    assert then.keys() != now.keys(), "a case in which nothing flips would prove nothing"

"""Backtests worked by hand, and no look ahead."""

import json
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.screening.months import (
    CATCHES,
    DAYS,
    OUTCOMES,
    SUNK,
    write_months,
    write_outcomes,
)

from fangpin.kernel.errors import FangpinError
from fangpin.policy import load_pack
from fangpin.screening.backtest import Backtest, backtest
from fangpin.screening.backtest_json import as_json
from fangpin.screening.backtest_rows import write_workbook
from fangpin.screening.intervals import Days, Share
from fangpin.screening.outcomes import load_outcomes
from fangpin.screening.replay import runs_in

OTHER = {"param.poor_catch": ["60", "350元"]}


def run(folder: Path, answers: str | None = OUTCOMES, **more) -> Backtest:
    pack = write_months(
        folder, **{key: more.pop(key) for key in ("catches", "sunk") if key in more}
    )
    outcomes = load_outcomes(write_outcomes(folder, answers)) if answers is not None else None
    return backtest([folder], outcomes, packs=lambda _: pack, **more)


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Backtest:
    return run(tmp_path_factory.mktemp("months") / "runs", values=OTHER)


def rule(result: Backtest, name: str = "poor_catch"):
    return next(each.judged for each in result.rules if each.name == name)


def test_what_became_of_findings(result: Backtest):
    found = rule(result)
    assert found.findings == 3  # H0 and H3 in April, H1 in May
    assert (found.confirmed, found.refused, found.unanswered) == (1, 1, 1)
    assert found.precision == Share.of(1, 2)


def test_lead_time_and_misses(result: Backtest):
    found = rule(result)
    assert found.recognised == 2  # H0 and H2, by the register of June
    assert found.lead == Days(1, 61, 61, 61)  # H0: 30 April to 30 June
    assert found.missed == 1  # H2
    assert rule(result, "stopped_fishing").missed == 2
    assert result.overall.judged.missed == 1


def test_month_by_month(result: Backtest):
    told = {
        each.as_of: (each.found, each.first_found, each.labels["confirmed"], each.labels["refused"])
        for each in result.by_month
        if each.name == "poor_catch"
    }
    assert told == {DAYS[0]: (2, 2, 0, 1), DAYS[1]: (3, 1, 1, 0), DAYS[2]: (2, 0, 0, 0)}


def test_other_figures(result: Backtest):
    lower, higher = result.alternatives
    assert lower.setting.after_text.zh == "60元"
    assert lower.judged.findings == 1  # H0 alone
    assert (lower.lost["confirmed"], lower.lost["refused"], lower.lost["unanswered"]) == (1, 1, 0)
    assert sum(lower.gained.values()) == 0
    assert lower.judged.missed == 1
    assert higher.judged.findings == 4
    assert higher.gained == {
        "confirmed": 0, "refused": 0, "in_monitoring": 0, "not_living_here": 0, "unanswered": 1,
    }  # fmt: skip
    assert (higher.gained_recognised, higher.lost_recognised) == (1, 0)
    assert higher.judged.lead == Days(2, 61, 61, 61)  # H2 would have been found in April
    assert higher.judged.missed == 0
    # H1 would have been found in April already; the check of 10 June still answers it.
    assert higher.judged.confirmed == 1


def test_an_answer_holds_for_a_finding_that_other_figures_make_later(tmp_path: Path):
    catches = {
        DAYS[0]: (50, 90, 300, 300),
        DAYS[1]: (50, 60, 300, 300),
        DAYS[2]: (50, 60, 300, 300),
    }
    answers = OUTCOMES.replace("2030-06-10", "2030-05-10")
    result = run(tmp_path / "runs", answers, catches=catches, values={"poor_catch": ["70"]})
    # H1 was found in April (90 < 100) and confirmed on 10 May; under 70 it is found in May.
    (under_70,) = result.alternatives
    assert (rule(result).confirmed, under_70.judged.confirmed) == (1, 1)
    assert under_70.lost["confirmed"] == 0


def test_a_figure_that_is_in_force_already_changes_nothing(tmp_path: Path):
    same = run(tmp_path / "runs", values={"poor_catch": ["100"]})
    assert same.alternatives == ()


def test_an_answer_that_came_too_late_is_none(tmp_path: Path):
    found = rule(run(tmp_path / "runs", within=9))
    assert (found.confirmed, found.refused, found.unanswered) == (0, 0, 3)
    assert found.precision is None


def test_an_answer_from_before_the_finding_is_none(tmp_path: Path):
    early = OUTCOMES.replace("2030-06-10", "2030-05-30")
    found = rule(run(tmp_path / "runs", early))
    assert (found.confirmed, found.unanswered) == (0, 2)


def test_the_first_answer_counts_and_one_about_the_household_too(tmp_path: Path):
    answers = (
        "户编号,规则,答复日期,结果\n"
        "H0,,2030-05-05,已在监测\n"
        "H0,poor_catch,2030-05-20,属实\n"
        "H3,,2030-05-02,不在此居住\n"
        "H3,stopped_fishing,2030-05-01,属实\n"
    )
    found = rule(run(tmp_path / "runs", answers))
    assert (found.in_monitoring, found.not_living_here, found.confirmed) == (1, 1, 0)
    assert found.precision is None, "neither says whether the finding was right"


def test_other_channels_bring_households_to_light(tmp_path: Path):
    answers = OUTCOMES + "H3,poor_catch,2030-06-01,属实,自主申报\nH2,,2030-05-20,属实,hotline\n"
    found = rule(run(tmp_path / "runs", answers))
    # H3: found 30 April, applied on 1 June (32 days). H2: the hotline was first, on 20 May.
    assert found.recognised == 3
    assert found.lead == Days.of([61, 32])
    assert found.missed == 1


def test_whoever_a_check_confirmed_did_not_come_to_light_otherwise(tmp_path: Path):
    answers = OUTCOMES + "H0,poor_catch,2030-05-15,属实,入户核查\n"
    found = rule(run(tmp_path / "runs", answers))
    assert (found.recognised, found.lead, found.missed) == (1, None, 1)


def test_without_answers(tmp_path: Path):
    result = run(tmp_path / "runs", None)
    found = rule(result)
    assert (found.confirmed, found.refused, found.unanswered) == (0, 0, 3)
    assert found.precision is None
    assert found.lead == Days(1, 61, 61, 61)
    assert any("no answer is not a refusal" in note.en for note in result.notes)


def test_one_month_says_what_it_needs(tmp_path: Path):
    one = {DAYS[0]: CATCHES[DAYS[0]]}
    result = run(tmp_path / "runs", catches=one)
    assert rule(result).lead is None
    assert any("one month only" in note.en for note in result.notes)


def test_answers_that_belong_to_nothing_are_told(tmp_path: Path):
    answers = OUTCOMES + "H99,poor_catch,2030-06-01,属实,\nH0,nothing,2030-06-01,属实,\n"
    result = run(tmp_path / "runs", answers)
    notes = " ".join(note.en for note in result.notes)
    assert "1 answers are about households that no register has" in notes
    assert "not used: nothing" in notes
    assert rule(result).confirmed == 1


def test_months_without_answers_say_so(tmp_path: Path):
    result = run(tmp_path / "runs", OUTCOMES.splitlines()[0] + "\nH3,,2030-05-12,不属实,\n")
    (note,) = [each.en for each in result.notes if "answered yet" in each.en]
    assert "2030-05-31" in note
    assert "2030-04-30" not in note


def test_cut_to_villages(result: Backtest):
    east, west = (result.within([code]) for code in ("990101001200", "990101001201"))
    assert (rule(east).findings, rule(west).findings) == (3, 0)
    assert (rule(east).recognised, rule(west).recognised) == (1, 1)
    assert (rule(east).missed, rule(west).missed) == (0, 1)
    assert [sum(each.gained.values()) for each in west.alternatives] == [0, 1]
    assert rule(result.within([])).findings == 0
    assert rule(east.within(["990101001201"])).findings == 0


amounts = st.tuples(*[st.integers(min_value=0, max_value=200)] * 4)


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(amounts, st.sets(st.integers(min_value=0, max_value=3)))
def test_no_look_ahead(tmp_path_factory: pytest.TempPathFactory, catches, sunk):
    """Whatever June turns out to be, April and May found what they found."""
    folder = tmp_path_factory.mktemp("ahead") / "runs"
    changed = run(
        folder,
        catches={**CATCHES, DAYS[2]: catches},
        sunk={**SUNK, DAYS[2]: tuple(sorted(sunk))},
        values=OTHER,
    )
    usual = run(tmp_path_factory.mktemp("usual") / "runs", values=OTHER)

    def before_june(result: Backtest):
        months = [each for each in result.by_month if each.as_of < DAYS[2]]
        found = result.replay.found.filter(result.replay.found["as_of"] < DAYS[2])
        return months, found.rows()

    assert before_june(changed) == before_june(usual)


def test_only_the_runs_own_data_is_read(tmp_path: Path):
    """A run alone finds what it finds among others."""
    whole = run(tmp_path / "runs", values=OTHER).replay.found
    pack = load_pack(tmp_path / "runs/lake-2030")
    for day in DAYS:
        alone = backtest([tmp_path / f"runs/{day:%Y-%m}"], None, OTHER, packs=lambda _: pack)
        assert alone.replay.found.rows() == whole.filter(whole["as_of"] == day).rows()


def test_json_and_workbook(result: Backtest, tmp_path: Path):
    found = json.loads(json.dumps(as_json(result)))
    own = next(each for each in found["rules"] if each["rule"] == "poor_catch")
    assert own["precision"]["n"] == 2
    assert own["lead_days"]["median"] == 61
    assert [each["value"]["zh"] for each in found["alternatives"]] == ["60元", "350元"]
    write_workbook(result, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["规则", "逐月", "其他标准", "说明"]
    rows = {row[0]: row for row in book["规则"].iter_rows(values_only=True)}
    assert rows["渔获不足"][1:4] == (3, 1, 1)
    assert rows["渔获不足"][9] == "61 (61–61, 1)"
    others = list(book["其他标准"].iter_rows(values_only=True))
    assert [row[1] for row in others[1:]] == ["100元", "60元", "350元"]
    assert others[3][-3] == "0 / 0 / 1"


def test_runs_are_found_and_ordered(tmp_path: Path):
    write_months(tmp_path / "runs")
    found = runs_in([tmp_path / "runs/2030-06", tmp_path / "runs/2030-04"])
    assert [path.name for path in found] == ["2030-04", "2030-06"]
    assert len(runs_in([tmp_path / "runs", tmp_path / "runs/2030-05"])) == 3


def test_two_runs_of_one_day_are_refused(tmp_path: Path):
    write_months(tmp_path / "one")
    write_months(tmp_path / "two")
    with pytest.raises(FangpinError, match="both of 2030-04-30"):
        backtest([tmp_path / "one", tmp_path / "two"])


@pytest.mark.parametrize("name", ["empty", "gone"])
def test_no_runs_are_refused(tmp_path: Path, name: str):
    (tmp_path / "empty").mkdir()
    with pytest.raises(FangpinError, match="holds none"):
        backtest([tmp_path / name])


def test_refused_values(tmp_path: Path):
    pack = write_months(tmp_path / "runs")
    with pytest.raises(FangpinError, match="did you mean poor_catch"):
        backtest([tmp_path / "runs"], values={"poor_cach": ["1"]}, packs=lambda _: pack)


def test_a_month_whose_own_figure_was_another(tmp_path: Path):
    """The value tried is the pack's own in June and not before."""
    write_months(tmp_path / "runs")
    figures = tmp_path / "runs/lake-2030/parameters.yaml"
    *lines, june = figures.read_text(encoding="utf-8").rstrip().splitlines()
    assert "2030-01-01, value: 100," in june
    before = june.replace("value: 100", "value: 60")
    june = june.replace("2030-01-01, value", "2030-06-01, value")
    figures.write_text("\n".join([*lines, before, june]) + "\n", encoding="utf-8")
    dated = load_pack(tmp_path / "runs/lake-2030")
    result = backtest([tmp_path / "runs"], None, {"poor_catch": ["100"]}, packs=lambda _: dated)
    # Under the pack: H0 from April on, H1 and H3 in June. Under 100 all along: H3 in April …
    assert rule(result).findings == 3
    (alternative,) = result.alternatives
    assert alternative.judged.findings == 3
    assert sum(alternative.gained.values()) == sum(alternative.lost.values()) == 0
    found = result.replay.found.filter(result.replay.found["variant"] == 1)
    by_day = {day: set(found.filter(found["as_of"] == day)["household_number"]) for day in DAYS}
    assert by_day == {DAYS[0]: {"H0", "H3"}, DAYS[1]: {"H0", "H1", "H3"}, DAYS[2]: {"H1", "H3"}}
    assert any("changed since" in note.en for note in result.notes)

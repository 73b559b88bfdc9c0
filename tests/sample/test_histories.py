"""Several months of one county: answers that come later, inclusion in the register."""

import csv
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from fangpin.kernel.errors import FangpinError
from fangpin.kernel.hashing import file_hash
from fangpin.policy import load_pack
from fangpin.sample.county import county as county_of
from fangpin.sample.histories import (
    ANSWERS,
    MOST_MONTHS,
    History,
    generate_later,
    generate_months,
    included,
    months_until,
)
from fangpin.sample.planting import FINDING
from fangpin.sample.recovery import recovered
from fangpin.sample.world import day_number
from fangpin.screening import screen
from fangpin.screening.backtest import Backtest, backtest
from fangpin.screening.outcomes import load_outcomes

MAY = date(2021, 5, 1)
DAYS = {4: date(2021, 4, 30), 5: date(2021, 5, 31)}


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("county")
    generate_months(folder, 250, 4, MAY, 2)
    return folder


@pytest.fixture(scope="module")
def result(county: Path, tmp_path_factory: pytest.TempPathFactory) -> Backtest:
    runs = tmp_path_factory.mktemp("runs")
    pack, previous = load_pack("baiyin-2021"), None
    for month, day in DAYS.items():
        out = runs / f"{month}"
        screen(county / f"2021-{month:02d}", pack=pack, as_of=day, out=out, previous=previous,
               workbooks=False)  # fmt: skip
        previous = out
    return backtest([runs], load_outcomes(county / ANSWERS))


def test_a_folder_for_each_month_and_the_answers(county: Path) -> None:
    assert sorted(path.name for path in county.iterdir()) == ["2021-04", "2021-05", ANSWERS]
    assert len(list((county / "2021-04").iterdir())) == 26


def test_same_arguments_same_bytes(county: Path, tmp_path: Path) -> None:
    generate_months(tmp_path, 250, 4, MAY, 2)
    for path in sorted(county.rglob("*")):
        if path.is_file():
            assert file_hash(path) == file_hash(tmp_path / path.relative_to(county)), path.name


def test_answers_are_of_the_months_known(county: Path) -> None:
    with (county / ANSWERS).open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    days = [date.fromisoformat(row["答复日期"]) for row in rows]
    assert days == sorted(days)
    assert date(2021, 4, 1) <= days[0]
    assert days[-1] <= DAYS[5]
    assert {"属实", "不属实"} <= {row["结果"] for row in rows}


def test_a_backtest_has_something_to_tell(result: Backtest) -> None:
    judged = result.overall.judged
    assert judged.findings > 60
    assert judged.confirmed > 10
    assert judged.refused > 0
    assert judged.unanswered > judged.confirmed, "those of May have hardly been answered"
    assert not any("not used" in note.en for note in result.notes)


def test_a_month_replayed_finds_what_its_run_found(result: Backtest) -> None:
    for month in result.months:
        firm = pl.read_parquet(month.folder / "findings.parquet").filter(
            pl.col("state").is_in(["new", "continuing"]) & (pl.col("subject") != "village")
        )
        replayed = result.replay.found.filter(pl.col("as_of") == month.as_of)
        keys = ("rule", "household_number")
        assert set(replayed.select(keys).rows()) == set(firm.select(keys).rows())


def test_the_register_shows_who_was_included(county: Path, result: Backtest) -> None:
    """Whoever applied in April is monitored from May on."""
    history = History(4)
    for month in months_until(MAY, 2):
        world, planted = county_of(250, 4, month)
        included(world, history.monitored)
        history.go_on(world, planted)
    due = {
        world.numbers[household] for household, month in history.monitored.items() if month <= MAY
    }
    monitored = set(result.replay.recognised["household_number"])
    assert monitored == due
    assert monitored


def test_months_up_to_a_day() -> None:
    assert months_until(MAY, 1) == [MAY]
    across = months_until(date(2022, 2, 1), 4)
    assert across == [date(2021, 11, 1), date(2021, 12, 1), date(2022, 1, 1), date(2022, 2, 1)]
    for count in (0, MOST_MONTHS + 1):
        with pytest.raises(FangpinError, match=f"there can be {MOST_MONTHS} months"):
            months_until(MAY, count)


def test_half_a_year_later_the_same_people_and_some_have_recovered(tmp_path: Path) -> None:
    before, first = county_of(250, 4, MAY)
    later, second = county_of(250, 4, date(2021, 11, 1), MAY)
    ordinary = ~before.quiet[np.nonzero(before.present)[0]]
    assert later.ids.filter(ordinary).to_list() == before.ids.filter(ordinary).to_list()
    assert (before.ages()[before.present] <= later.ages()[later.present]).mean() > 0.99
    # What is found in both months would go on without help.
    found = [{(p.kind, p.household) for p in each if p.expected == FINDING}
             for each in (first, second)]  # fmt: skip
    going_on = dict(found[0] & found[1])
    ill, flood, job = (going_on[kind] for kind in ("medical_expense", "disaster_loss", "job_loss"))
    paid = [stay.paid for stay in later.extra.stays if stay.household == ill]
    assert paid
    assert [row for row in later.extra.disasters if row[0] == flood]
    for each in (ill, flood, job):
        recovered(later, each, date(2021, 6, 1))
    # The year's settlements stay what they were; the flood is no news any more, the work goes on.
    of_year = [stay for stay in later.extra.stays if stay.household == ill]
    assert [stay.paid for stay in of_year] == paid
    assert all(stay.day < day_number(date(2021, 6, 1)) for stay in of_year)
    assert not [row for row in later.extra.disasters if row[0] == flood]
    assert set(later.facts.work[job, later.present[job]].tolist()) <= {0, 1}
    assert later.net[flood] >= 9_000_00 * int(later.sizes[flood])
    next_year, _ = county_of(250, 4, date(2022, 1, 1), MAY)
    recovered(next_year, ill, date(2021, 6, 1))
    assert all(abs(s.paid) <= 160_00 for s in next_year.extra.stays if s.household == ill)
    number = before.numbers[flood]
    generate_later(tmp_path / "11", 250, 4, date(2021, 11, 1), MAY, {number: date(2021, 6, 1)})
    register = next((tmp_path / "11").glob("*导出*.xlsx"))
    assert register.stat().st_size > 10_000
    with pytest.raises(FangpinError, match="there is no household 7"):
        generate_later(tmp_path / "12", 250, 4, date(2021, 12, 1), MAY, {"7": MAY})

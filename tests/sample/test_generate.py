"""The invented county: same seed same bytes, invented numbers that are valid, what is planted."""

import csv
import errno
import hashlib
import zipfile
from collections import Counter
from datetime import date
from pathlib import Path
from typing import IO, Any

import numpy as np
import openpyxl
import pytest

from fangpin.kernel.credit_code import CreditCodeVerdict, judge_credit_code
from fangpin.kernel.errors import FangpinError
from fangpin.kernel.identity import is_valid
from fangpin.sample import SampleSummary, generate
from fangpin.sample.block import UNUSABLE
from fangpin.sample.county import county
from fangpin.sample.numbers import INVENTED_PREFIXES, credit_code
from fangpin.sample.villages import all_villages, villages_for

MAY = date(2021, 5, 1)
KINDS = {
    "medical_expense", "school_dropout", "new_severe_disability", "unsafe_house", "disaster_loss",
    "job_loss", "water_interrupted", "temporary_relief", "loan_overdue", "loan_due_soon",
    "hotline_clue", "low_income_not_monitored", "low_income_general", "risk_returns",
    "no_labour_unprotected", "nursing_allowance_missing", "living_allowance_missing",
    "yulu_grant_missing", "uninsured", "dead_receiving", "two_posts", "post_away", "post_age",
    "subsistence_assets", "subsistence_ended", "single_person_subsistence",
}  # fmt: skip


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> SampleSummary:
    """300 households with their answer sheet."""
    folder = tmp_path_factory.mktemp("small")
    return generate(folder / "files", 300, seed=4, month=MAY, truth=folder / "truth")


def hashes(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
    }


def answers(summary: SampleSummary, name: str) -> list[dict[str, str]]:
    path = summary.folder.parent / "truth" / name
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_same_seed_same_bytes(small: SampleSummary, tmp_path: Path) -> None:
    again = generate(tmp_path / "files", 300, seed=4, month=MAY, truth=tmp_path / "truth")
    assert hashes(again.folder) == hashes(small.folder)
    assert hashes(tmp_path / "truth") == hashes(small.folder.parent / "truth")
    assert again.rows == small.rows


def test_another_seed_other_people(small: SampleSummary, tmp_path: Path) -> None:
    other = generate(tmp_path, 300, seed=5, month=MAY)
    ours, theirs = hashes(small.folder), hashes(tmp_path)
    assert ours.keys() == theirs.keys()
    assert ours["12345热线工单(2021年5月).xlsx"] != theirs["12345热线工单(2021年5月).xlsx"]
    assert other.households == small.households


def test_two_months_speak_of_the_same_households() -> None:
    april, _ = county(400, 3, date(2021, 4, 1))
    may, _ = county(400, 3, MAY)
    assert april.numbers.to_list() == may.numbers.to_list()
    assert april.person_numbers.to_list() == may.person_numbers.to_list()
    same = sum(a == b for a, b in zip(april.ids, may.ids, strict=True))
    assert same > 0.95 * len(may.ids)  # only birthdays planted to the day move with the month
    assert april.gap != may.gap


def test_files_present_with_the_month_before(small: SampleSummary) -> None:
    names = [path.name for path in small.folder.iterdir()]
    assert len(names) == 26
    assert set(names) == set(small.rows)
    for word in (
        "持证残疾人花名册202104",
        "2021年4月农村低保",
        "台账(2021年4月)",
        "务工监测202104",
    ):
        assert any(word in name for name in names), word
    assert all(rows > 0 for name, rows in small.rows.items() if "对照表" not in name)


def test_every_person_is_clearly_invented() -> None:
    world, _ = county(700, 2, MAY)
    ids = world.ids.to_list()
    assert len(set(ids)) == len(ids)
    assert all(is_valid(number, world.as_of) for number in ids)
    assert all(int(number[:6]) in INVENTED_PREFIXES for number in ids)
    born = world.born[world.present].astype("datetime64[D]").astype(str)
    assert [number[6:14] for number in ids] == [day.replace("-", "") for day in born]
    male = world.male[world.present]
    assert [int(number[16]) % 2 == 1 for number in ids] == male.tolist()
    assert all(phone.startswith("154") and len(phone) == 11 for phone in world.phones)


def test_ages_are_full_years() -> None:
    world, _ = county(60, 2, MAY)
    ages = world.ages()
    for home, slot in zip(*np.nonzero(world.present), strict=True):
        born = date.fromordinal(date(1970, 1, 1).toordinal() + int(world.born[home, slot]))
        before = (born.month, born.day) > (world.as_of.month, world.as_of.day)
        assert ages[home, slot] == world.as_of.year - born.year - before


@pytest.mark.parametrize("households", [300, 600])
def test_three_of_each_kind(households: int) -> None:
    _, planted = county(households, 1, MAY)
    found = Counter(each.kind for each in planted if each.expected == "finding")
    quiet = Counter(each.kind for each in planted if each.expected != "finding")
    assert set(found) | set(quiet) == KINDS
    # The whole relief file has to be quarantined: nothing of it can be found.
    assert {kind for kind in KINDS if found[kind] < 3} == {"temporary_relief"}
    assert {kind for kind in KINDS if quiet[kind] < 3} == set()


def test_more_households_more_situations() -> None:
    few = county(300, 1, MAY)[1]
    many = county(4000, 1, MAY)[1]
    assert len(many) > 1.8 * len(few)


def test_no_birthday_holds_too_many_people() -> None:
    """Identity numbers run out at 2,000 persons of one sex and day: a million households fit."""
    world, _ = county(20_000, 1, MAY)
    _, counts = np.unique(world.born[~world.quiet & world.present[:, 0], 0], return_counts=True)
    assert counts.max() < 2_000 / 50


def test_small_counties_hold_what_fits(tmp_path: Path) -> None:
    summary = generate(tmp_path, 50, month=MAY)
    assert summary.households == 50
    assert summary.planted["finding"] > 5


def test_answer_sheet_names_real_rows(small: SampleSummary) -> None:
    planted = answers(small, "planted.csv")
    assert {row["expected"] for row in planted} == {"finding", "none", "unknown"}
    assert all(row["why"] or row["expected"] == "none" for row in planted)
    codes = {village.code for village in all_villages()}
    assert all(row["village_code"] in codes for row in planted)
    assert all(
        row["person_number"].startswith(row["household_number"]) or not row["person_number"]
        for row in planted
    )
    defects = answers(small, "defects.csv")
    assert len(defects) == small.defects
    kinds = {row["kind"] for row in defects}
    assert {
        "id_as_number", "id_15_digits", "id_transposed", "duplicate_row", "subtotal_row",
        "unit_section_wan", "hidden_row", "cert_22_reissued", "extra_delimiter",
        "amount_free_text", "amount_all_zero", "total_row", "truncated_townships",
        "name_variant_character", "village_committee_form", "columns_swapped", "date_impossible",
        "formula_cell", "formula_without_result", "id_shared_by_two", "person_in_two_households",
        "id_placeholder_999999", "name_same_sound",
    } <= kinds  # fmt: skip


def test_defects_stand_where_the_answer_sheet_says(small: SampleSummary) -> None:
    """The delivered contents of every respelt identity number, read back from the workbooks."""
    defects = [
        row
        for row in answers(small, "defects.csv")
        if row["file"].endswith(".xlsx") and row["kind"].startswith("id_") and row["delivered"]
    ]
    books = {
        file: openpyxl.load_workbook(small.folder / file)
        for file in {row["file"] for row in defects}
    }
    checked = 0
    for row in defects:
        sheet = books[row["file"]][row["sheet"]]
        cells = [cell.value for cell in sheet[int(row["row"])]]
        if row["kind"] == "id_as_number":
            assert float(row["delivered"]) in cells, row
        else:
            assert row["delivered"] in cells, row
        checked += 1
    assert checked >= 20


def test_names_that_sound_alike_stand_only_where_the_number_is_no_help(
    small: SampleSummary,
) -> None:
    """What the demonstration's review screen shows."""
    defects = answers(small, "defects.csv")
    unusable = {
        (row["file"], row["sheet"], row["row"], row["person_number"])
        for row in defects
        if row["kind"] in UNUSABLE
    }
    slips = [row for row in defects if row["kind"] == "name_same_sound"]
    assert 5 < len(slips) < len(unusable)
    for row in slips:
        assert (row["file"], row["sheet"], row["row"], row["person_number"]) in unusable
        assert "防返贫监测系统" not in row["file"], "the register itself has no such slip"


def test_households_without_anything_planted_are_ordinary() -> None:
    world, planted = county(3000, 9, MAY)
    free = ~world.quiet
    per_person = world.net / world.sizes
    assert (per_person[free & (world.category < 2)] >= 6000_00).all()
    policy = free & (world.category > 0)
    assert world.facts.insured[policy][world.present[policy]].all()
    assert {each.household for each in planted if each.household >= 0} <= set(
        np.flatnonzero(world.quiet).tolist()
    )


def test_hidden_sheet_merges_and_formulas(small: SampleSummary) -> None:
    book = openpyxl.load_workbook(small.folder / "2021年5月农村低保金发放名册.xlsx")
    assert [sheet.sheet_state for sheet in book] == ["visible", "hidden"]
    assert len(book.worksheets[0].merged_cells.ranges) > 8
    export = openpyxl.load_workbook(
        next(path for path in small.folder.iterdir() if "信息导出" in path.name)
    )
    sheet = export["户信息"]
    assert sheet["B3"].value == "行政区划"
    assert sheet["B4"].value == "省(区、市)"
    assert sheet.max_row == 4 + small.households + 1


def test_text_files_in_the_encodings_of_departments(small: SampleSummary) -> None:
    roll = next(path for path in small.folder.iterdir() if "学籍" in path.name)
    assert roll.read_bytes().decode("gbk").startswith("白银区2021年春季学期在籍学生")
    work = small.folder / "劳务输转务工监测202105.csv"
    assert work.read_bytes().startswith(b"\xef\xbb\xbf")
    deaths = small.folder / "殡葬服务信息_20210531.txt"
    assert deaths.read_bytes().decode("gbk").splitlines()[0].count("|") == 6
    with pytest.raises(UnicodeDecodeError):
        roll.read_bytes().decode("utf-8")


def test_villages_of_every_township() -> None:
    assert len(all_villages()) == 42
    assert len({village.code for village in all_villages()}) == 42
    for households in (50, 120, 600):
        assert len({village.township for village in villages_for(households)}) == 5


def test_credit_codes_are_well_formed() -> None:
    for number in (0, 17, 4711, 999_999):
        code = credit_code("92", number)
        assert judge_credit_code(code).verdict is CreditCodeVerdict.ok
        assert code[2:8] == "620499"


@pytest.mark.parametrize("households", [0, 49, 1_000_001])
def test_odd_sizes_are_refused(households: int, tmp_path: Path) -> None:
    with pytest.raises(FangpinError, match="户数"):
        generate(tmp_path / "x", households)
    assert not (tmp_path / "x").exists()


def test_months_without_parameters_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FangpinError, match="月份"):
        generate(tmp_path / "x", 100, month=date(2019, 12, 1))


def test_a_failed_run_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full when the second workbook is written."""
    opened: list[str] = []
    plain_open = zipfile.ZipFile.open

    def full(self: zipfile.ZipFile, *args: Any, **more: Any) -> IO[bytes]:
        opened.append(str(self.filename))
        if len(set(opened)) > 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        return plain_open(self, *args, **more)

    monkeypatch.setattr(zipfile.ZipFile, "open", full)
    with pytest.raises(OSError, match="No space"):
        generate(tmp_path / "county", 60, month=MAY, truth=tmp_path / "truth")
    assert list(tmp_path.iterdir()) == []

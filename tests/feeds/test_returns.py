"""The workbook that goes back, read as the person who gets it would."""

import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from tests.feeds.county import AS_OF, number_of, pack, write_csv

from fangpin.feeds.checking import check_files
from fangpin.feeds.reasons import REASONS, Action
from fangpin.feeds.returns import ADDED, CAUSES, column_index, display_width, write_returns

ANNA = number_of(date(1970, 3, 4), 12)
HEADER = [
    "序号",
    "乡镇",
    "患者姓名",
    "证件号码",
    "结算日期",
    "结算单号",
    "医疗总费用",
    "个人自付(元)",
    "备注",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = [
        ["丙县城乡居民医保住院结算明细表(2021年5月) 单位:元"],
        HEADER,
        ["1", "青石镇", "沈安", ANNA, "2021-05-03", "62040221011390253701058", "1000", "100", ""],
        [
            "2",
            "青石镇",
            "吕博",
            ANNA[:17],
            "2021-05-03",
            "62040221011390253701059",
            "900",
            "90",
            "",
        ],
        [
            "3",
            "青石镇",
            "=1+2",
            ANNA,
            "2021.2.30",
            "62040221011390253701060",
            "800",
            "80",
            "@SUM(A1)",
        ],
        ["4", "青石镇", "沈安", ANNA, "2021-05-03", "62040221011390253701058", "1000", "100", ""],
    ]
    source = tmp_path / "in"
    source.mkdir()
    write_csv(source / "医保结算2021年5月.csv", rows)
    write_returns(check_files(source, pack(), AS_OF), tmp_path / "out")
    return tmp_path / "out"


def sheet(folder: Path, name: str) -> Worksheet:
    book = openpyxl.load_workbook(folder / "医保结算2021年5月_退回.xlsx")
    return book[name]


def test_the_cover_says_what_was_read_and_why_rows_come_back(folder: Path) -> None:
    said = {row[0].value: row[1].value for row in sheet(folder, "说明").iter_rows()}
    assert said["文件"] == "医保结算2021年5月.csv"
    assert said["识别为"] == "医保结算明细"
    assert said["读到的数据行"] == said["采用"] + said["更正后采用"] + said["退回"] == 4
    assert said["证件号位数不对"] == 1


def test_rows_come_back_as_sent_with_the_cell_marked(folder: Path) -> None:
    rows = list(sheet(folder, "数据").iter_rows())
    assert [cell.value for cell in rows[0]] == [*HEADER, *ADDED]
    wrong = rows[1]
    assert [cell.value for cell in wrong[:4]] == [2, "青石镇", "吕博", ANNA[:17]] or (
        [str(cell.value) for cell in wrong[:4]] == ["2", "青石镇", "吕博", ANNA[:17]]
    )
    assert wrong[9].value == 4
    assert wrong[3].fill.fgColor.rgb == "FFFFC7CE"
    assert wrong[2].fill.fgColor.rgb != "FFFFC7CE"
    assert "应为18位" in wrong[11].value
    assert wrong[12].value
    doubtful = rows[2]
    assert doubtful[10].value == "已采用，请核对"
    assert doubtful[4].fill.fgColor.rgb == "FFFFEB9C"
    assert rows[3][10].value == "重复，只计一次"


def test_nothing_becomes_a_formula_and_long_numbers_stay_text(folder: Path) -> None:
    for row in sheet(folder, "数据").iter_rows():
        for cell in row:
            assert cell.data_type != "f"
    values = [cell.value for row in sheet(folder, "数据").iter_rows() for cell in row]
    assert "=1+2" in values
    assert "62040221011390253701059" in values
    with zipfile.ZipFile(folder / "医保结算2021年5月_退回.xlsx") as book:
        assert not any(b"<f>" in book.read(name) for name in book.namelist())


def test_the_same_rows_give_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    write_returns(check_files(tmp_path / "in", pack(), AS_OF), again)
    name = "医保结算2021年5月_退回.xlsx"
    assert (again / name).read_bytes() == (folder / name).read_bytes()


def test_files_without_fault_get_no_workbook(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    rows = [HEADER, ["1", "青石镇", "沈安", ANNA, "2021-05-03", "R000001", "1000", "100", ""]]
    write_csv(source / "医保结算2021年5月.csv", rows)
    assert write_returns(check_files(source, pack(), AS_OF), tmp_path / "out") == []


def test_columns_are_wide_enough_to_read(folder: Path) -> None:
    widths = sheet(folder, "数据").column_dimensions
    assert widths["D"].width >= len(ANNA)
    assert widths["L"].width >= 40


def test_every_reason_that_goes_back_has_a_short_name() -> None:
    silent = {
        "id_normalised", "columns_swapped", "name_normalised", "name_variant", "name_masked",
        "linked_by_text", "money_free_text", "unit_of_section", "place_old_name",
        "place_merged_name", "place_normalised", "delivery_quarantined", "not_data",
        "broken_record", "code_invalid", "id_repaired", "head_number_differs",
    }  # fmt: skip
    assert set(REASONS) - silent <= set(CAUSES)


def test_letters_and_widths() -> None:
    assert [column_index(letters) for letters in ("A", "Z", "AA", "", None)] == [
        0,
        25,
        26,
        None,
        None,
    ]
    assert display_width("中a") == 3
    assert Action.rejected == "rejected"


def test_what_the_system_refuses_is_an_error_of_the_system(folder: Path, tmp_path: Path) -> None:
    """Not one of the workbook library: callers tell a full disk by its number."""
    checked = check_files(tmp_path / "in", pack(), AS_OF)
    blocked = tmp_path / "blocked"
    (blocked / "医保结算2021年5月_退回.xlsx").mkdir(parents=True)
    with pytest.raises(IsADirectoryError):
        write_returns(checked, blocked)

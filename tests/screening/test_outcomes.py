"""Answers from CSV, Excel and Parquet; what is refused names row and column."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from fangpin.kernel.errors import FangpinError
from fangpin.screening.outcomes import SCHEMA, load_outcomes

ROWS = [
    ("H1", "poor_catch", date(2030, 6, 10), "confirmed", "field_check"),
    ("H2", None, date(2030, 6, 11), "refused", "own_application"),
]


def expected() -> pl.DataFrame:
    return pl.DataFrame(ROWS, schema=SCHEMA, orient="row")


def test_csv_in_chinese(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text(
        "\ufeff户编号,疑点类型,答复日期,结果,渠道,备注\n"
        "H2,,2030年6月11日,不属实,自主申报,x\n"
        " H1 ,poor_catch,2030-06-10,属实,,\n"
        ",,,,,\n"
        "H1,poor_catch,2030/6/10,属实,入户核查,\n",
        encoding="utf-8",
    )
    assert load_outcomes(path).equals(expected())


def test_parquet_as_documented(tmp_path: Path):
    expected().write_parquet(tmp_path / "a.parquet")
    assert load_outcomes(tmp_path / "a.parquet").equals(expected())


def test_excel(tmp_path: Path):
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet()
    for at, name in enumerate(SCHEMA):
        sheet.write(0, at, name)
    for number, row in enumerate(ROWS, start=1):
        for at, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(number, at, value)
            elif value is not None:
                sheet.write(number, at, value)
    book.close()
    assert load_outcomes(path).equals(expected())


def test_numbers_of_households_kept_as_numbers(tmp_path: Path):
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["household_number", "answered_on", "result"])
    sheet.write_row(1, 0, [12345, "2030-06-10", "confirmed"])
    book.close()
    assert load_outcomes(path)["household_number"].to_list() == ["12345"]


def test_an_unknown_channel_stays_what_it_is(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text("户编号,日期,结果,渠道\nH1,2030-06-10,属实,邻居\n", encoding="utf-8")
    assert load_outcomes(path)["channel"].to_list() == ["邻居"]


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (",poor_catch,2030-06-10,属实", "household_number", "户编号"),
        ("H1,poor_catch,六月,属实", "answered_on", "write it like 2021-06-15"),
        ("H1,poor_catch,,属实", "answered_on", "答复日期"),
        ("H1,poor_catch,2030-06-10,也许", "result", "confirmed, refused"),
        ("H1,poor_catch,2030-06-10,", "result", "result"),
    ],
)
def test_what_is_refused_names_row_and_column(tmp_path: Path, row: str, column: str, words: str):
    path = tmp_path / "a.csv"
    path.write_text(f"户编号,规则,答复日期,结果\nH0,,2030-06-01,属实\n{row}\n", encoding="utf-8")
    with pytest.raises(FangpinError, match=words) as refused:
        load_outcomes(path)
    (problem,) = refused.value.problems
    assert (problem.where.row, problem.where.column) == (3, column)


def test_many_problems_are_cut_short(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text("户编号,日期,结果\n" + "H1,,\n" * 500, encoding="utf-8")
    with pytest.raises(FangpinError) as refused:
        load_outcomes(path)
    assert 20 <= len(refused.value.problems) <= 22


@pytest.mark.parametrize(("name", "text"), [("a.csv", "x,y\n1,2\n"), ("a.txt", ""), ("b.csv", "")])
def test_what_is_no_table_of_answers(tmp_path: Path, name: str, text: str):
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(FangpinError):
        load_outcomes(tmp_path / name)


def test_a_file_that_is_not_there(tmp_path: Path):
    with pytest.raises(FangpinError, match="cannot be read"):
        load_outcomes(tmp_path / "a.csv")

"""Workbooks written as XML: every kind of cell comes back, long sheets go on, nothing is lost."""

from datetime import datetime
from pathlib import Path

import numpy as np
import openpyxl
import polars as pl
import pytest
import python_calamine

from fangpin.sample.sheet import Cells, Defect, Delivery, Kind, Line, Part, Rows, Sheet
from fangpin.sample.xlsx import letters, write_workbook

Logged = list[tuple[str, str, int, str]]


def logger(into: Logged) -> object:
    def log(file: str, sheet: str, row: int, defect: Defect) -> None:
        into.append((file, sheet, row, defect.kind))

    return log


def texts(*values: str | None) -> Cells:
    return Cells(pl.Series(values, dtype=pl.String))


def write(folder: Path, *sheets: Sheet, most_rows: int = 1000) -> tuple[Path, int, Logged]:
    logged: Logged = []
    rows = write_workbook(folder, Delivery("x.xlsx", sheets), logger(logged), most_rows)  # type: ignore[arg-type]
    return folder / "x.xlsx", rows, logged


def test_every_kind_of_cell(tmp_path: Path) -> None:
    mixed = Cells(
        pl.Series(["a", "1.5", "44317", "><f>1+1</f><v>2</v>"], dtype=pl.String),
        np.array([Kind.text, Kind.number, Kind.date, Kind.raw], dtype=np.uint8),
    )
    awkward = texts(" <b> & c ", None, "两行\n文字", '"引号"')
    path, rows, _ = write(
        tmp_path, Sheet("一", [Line(["标题", 3, 4.5, None]), Rows({"甲": mixed, "乙": awkward})])
    )
    assert rows == 4
    sheet = openpyxl.load_workbook(path)["一"]
    assert [cell.value for cell in sheet[1]] == ["标题", 3, 4.5]
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == [
        "a", 1.5, datetime(2021, 5, 1), "=1+1",
    ]  # fmt: skip
    assert [row[1].value for row in sheet.iter_rows(min_row=2)] == [
        " <b> & c ", None, "两行\n文字", '"引号"',
    ]  # fmt: skip
    second = python_calamine.load_workbook(str(path)).get_sheet_by_name("一").to_python()
    assert second[1][:2] == ["a", " <b> & c "]
    assert second[4][0] == 2


def test_merges_hidden_rows_and_hidden_sheets(tmp_path: Path) -> None:
    head = Line(["组", None, "单"], merges=[(0, 1)], down_columns=[2])
    block = Rows({"甲": texts("1", "2", "3")}, merges=[(0, 0, 1, 0)], hidden=[2])
    block.change("甲", [1], ["二"], "renamed", "accept")
    path, _, logged = write(
        tmp_path, Sheet("明", [head, Line(["a", "b"]), block]), Sheet("藏", [block], hidden=True)
    )
    book = openpyxl.load_workbook(path)
    assert {str(each) for each in book["明"].merged_cells.ranges} == {"A1:B1", "C1:C2", "A3:A4"}
    assert book["明"].row_dimensions[5].hidden
    assert not book["明"].row_dimensions[4].hidden
    assert book["藏"].sheet_state == "hidden"
    assert logged == [("x.xlsx", "明", 4, "renamed"), ("x.xlsx", "藏", 2, "renamed")]


def test_long_sheets_go_on_under_the_same_header(tmp_path: Path) -> None:
    blocks = [Rows({"号": texts(*(f"{n}-{k}" for k in range(10)))}) for n in range(5)]
    blocks[3].defects.append(Defect(4, "号", "odd", "accept"))
    parts: list[Part] = [Line(["题"]), Line(["号"]), *blocks, Line(["合计"], defect="total_row")]
    path, rows, logged = write(tmp_path, Sheet("表", parts), Sheet("别", []), most_rows=25)
    assert rows == 50
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["表", "表(2)", "表(3)", "别"]
    columns = {sheet.title: [row[0].value for row in sheet.iter_rows()] for sheet in book}
    assert columns["表(2)"][:3] == ["题", "号", "2-0"]
    assert columns["表(3)"][-1] == "合计"
    data = [value for name in book.sheetnames[:3] for value in columns[name] if "-" in str(value)]
    assert data == [f"{n}-{k}" for n in range(5) for k in range(10)]
    assert ("x.xlsx", "表(2)", 17, "odd") in logged
    assert columns["表(2)"][16] == "3-4"


def test_same_content_same_bytes(tmp_path: Path) -> None:
    contents = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        path, _, _ = write(tmp_path / name, Sheet("表", [Rows({"甲": texts("1", None)})]))
        contents.append(path.read_bytes())
    assert contents[0] == contents[1]


@pytest.mark.parametrize(("column", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ")])
def test_letters(column: int, name: str) -> None:
    assert letters(column) == name

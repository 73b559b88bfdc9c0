from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangpin.exchange.wide_book import (
    Head,
    WideSheet,
    column_letters,
    plain_text,
    write_book,
    write_text,
)

RISKY = st.text(st.sampled_from("=+-@'\t\"<>&,;|\r\n =＋－＠＝0123456789X样本𬱖㛃䶮"), max_size=24)


def _book(sheets: list[WideSheet], most_rows: int = 1_000_000) -> tuple[BytesIO, int]:
    buffer = BytesIO()
    return buffer, write_book(buffer, sheets, most_rows)


def test_letters_go_on_after_z() -> None:
    assert column_letters(704)[24:29] == ["Y", "Z", "AA", "AB", "AC"]
    assert column_letters(704)[-2:] == ["AAA", "AAB"]


@given(st.lists(RISKY, min_size=1, max_size=8))
def test_no_cell_of_a_workbook_is_a_formula(texts: list[str]) -> None:
    frame = pl.DataFrame({"a": texts, "b": texts})
    buffer, rows = _book([WideSheet("表", [Head("甲"), Head("乙")], [frame])])
    assert rows == len(texts)
    page = openpyxl.load_workbook(buffer)["表"]
    for line, text in zip(page.iter_rows(min_row=2), texts, strict=True):
        for cell in line:
            assert cell.data_type in ("s", "inlineStr", "n")
            assert cell.data_type != "n" or cell.value is None
            assert (cell.value or "") == text


@given(st.lists(RISKY, min_size=1, max_size=8))
def test_no_cell_of_a_text_file_is_live_and_reading_takes_the_mark_off(texts: list[str]) -> None:
    buffer = BytesIO()
    write_text(
        buffer, WideSheet("", [Head("甲"), Head("乙")], [pl.DataFrame({"a": texts, "b": texts})])
    )
    raw = pl.read_csv(BytesIO(buffer.getvalue()), infer_schema=False)
    for cell, text in zip(raw["甲"].to_list(), texts, strict=True):
        assert not (cell or "").startswith(
            ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
        )
        assert not (cell or "").isdigit() or len(cell) < 12
        shown = (
            pl.DataFrame({"t": [cell]}, schema={"t": pl.String})
            .select(plain_text(pl.col("t")))
            .item()
        )
        assert (shown or "") == text


def test_two_header_rows_and_merges() -> None:
    heads = [Head("序号"), Head("省", "区划"), Head("村", "区划"), Head("姓名", "人")]
    frame = pl.DataFrame({"1": ["1"], "2": ["a"], "3": ["b"], "4": ["c"]})
    buffer, _ = _book([WideSheet("表", heads, [frame], title="某县", note="说明")])
    page = openpyxl.load_workbook(buffer)["表"]
    assert [[cell.value for cell in row] for row in page.iter_rows()] == [
        ["某县", None, None, None],
        ["说明", None, None, None],
        ["序号", "区划", None, "人"],
        [None, "省", "村", "姓名"],
        ["1", "a", "b", "c"],
    ]
    assert {str(area) for area in page.merged_cells.ranges} == {"A1:D1", "A2:D2", "A3:A4", "B3:C3"}


@pytest.mark.parametrize("most", [1, 2, 3, 7])
def test_a_long_table_goes_on_on_further_sheets(most: int) -> None:
    rows = [str(number) for number in range(7)]
    frames = [pl.DataFrame({"a": rows[:3]}), pl.DataFrame({"a": rows[3:]})]
    buffer, total = _book([WideSheet("表", [Head("甲")], frames)], most)
    assert total == 7
    book = openpyxl.load_workbook(buffer)
    assert len(book.sheetnames) == -(-7 // most)
    assert [row[0].value for page in book for row in page.iter_rows(min_row=2)] == rows
    assert {page["A1"].value for page in book} == {"甲"}


def test_an_empty_table_still_has_its_headers(tmp_path: Path) -> None:
    buffer, total = _book([WideSheet("表", [Head("甲")], [])])
    assert total == 0
    assert openpyxl.load_workbook(buffer)["表"]["A1"].value == "甲"
    assert "xl/worksheets/sheet1.xml" in ZipFile(buffer).namelist()

"""The workbook writer: what goes in comes out of another reader, whatever it is."""

import io
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fangpin.quality import workbook
from fangpin.quality.workbook import Sheet, sheets_by, write_workbook

HELD = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"))


@settings(deadline=None)
@given(texts=st.lists(st.none() | HELD, max_size=6), numbers=st.integers(0, 2**32 - 1))
def test_texts_come_back(texts: list[str | None], numbers: int) -> None:
    target = io.BytesIO()
    table = pl.DataFrame(
        {"g": ["x"] * len(texts), "a": texts, "b": [numbers] * len(texts)},
        schema={"g": pl.String, "a": pl.String, "b": pl.UInt32},
    )
    sheets = sheets_by("g", "表", ("甲", "乙"), (10, 20), table)
    assert set(sheets) == ({"x"} if texts else set())
    write_workbook(target, sheets.get("x") or [Sheet("表", ("甲", "乙"), (10, 20), "", 0)])
    sheet = openpyxl.load_workbook(target).active
    assert sheet is not None
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert [row[0] or "" for row in rows] == [text or "" for text in texts]
    assert [row[1] for row in rows] == [numbers] * len(texts)


def test_what_xml_cannot_hold_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    table = pl.DataFrame({"a": ["a\x00b\x1f<&>", "x" * 40_000], "g": "x"})
    write_workbook(path, sheets_by("g", "表 & 单", ("甲<",), (10,), table)["x"])
    book = openpyxl.load_workbook(path)
    values = [row[0] for row in book["表 & 单"].iter_rows(values_only=True)]
    assert values == ["甲<", "ab<&>", "x" * 32_767]


def test_long_tables_go_on_on_the_next_sheet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "ROWS_PER_SHEET", 2)
    path = tmp_path / "a.xlsx"
    table = pl.DataFrame({"g": list("ppqppp"), "a": list("vwxyz!")})
    sheets = sheets_by("g", "表", ("甲",), (10,), table)
    write_workbook(path, sheets["p"])
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["表", "表 2", "表 3"]
    assert [row[0] for row in book["表 3"].iter_rows(values_only=True)] == ["甲", "!"]
    write_workbook(path, sheets["q"])
    sheet = openpyxl.load_workbook(path)["表"]
    assert [row[0] for row in sheet.iter_rows(values_only=True)] == ["甲", "x"]

"""Findings as CSV and Excel: readable, numbers kept, no formulas."""

import csv

import openpyxl
import polars as pl

from fangpin.screening.sheets import COLUMNS, write_csv, write_workbook
from fangpin.screening.table import SCHEMA


def findings() -> pl.DataFrame:
    source = {"fact": "f", "file": "名册.xlsx", "sheet": "一", "row": 7}
    rows = [
        {
            "township": "湖心镇",
            "village": "东岸村",
            "household_number": "620402100200000012",
            "kind_zh": "=HYPERLINK(1)",
            "severity": "alert",
            "state": "new",
            "sentence_zh": "+1 说明",
            "clause_path": "二（二）",
            "evidence": [source, source | {"row": 8}, source],
        },
        {"township": "湖心镇", "severity": "gap", "state": "unknown", "evidence": []},
    ]
    full = [{name: row.get(name) for name in SCHEMA} for row in rows]
    return pl.DataFrame(full, schema=SCHEMA, strict=False)


def test_csv(tmp_path):
    write_csv(findings(), tmp_path / "f.csv")
    assert (tmp_path / "f.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with (tmp_path / "f.csv").open(encoding="utf-8-sig", newline="") as file:
        first, second = csv.DictReader(file)
    assert list(first) == list(COLUMNS.values())
    assert first["户编号"] == "620402100200000012"
    assert first["疑点类型"] == "'=HYPERLINK(1)"
    assert first["说明"] == "'+1 说明"
    assert first["来源"] == "名册.xlsx › 一 › 7；名册.xlsx › 一 › 8"
    assert (first["级别"], second["级别"], second["状态"]) == ("预警", "应享未享", "待核实")


def test_workbook_keeps_long_numbers_and_has_no_formulas(tmp_path):
    write_workbook(findings(), tmp_path / "f.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "f.xlsx").active
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row if cell.value is not None]
    assert all(cell.data_type == "s" for cell in cells)
    assert "620402100200000012" in {cell.value for cell in cells}
    assert "=HYPERLINK(1)" in {cell.value for cell in cells}

"""Workbook, CSV and Parquet of a comparison, opened and read."""

import csv
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from tests.screening.asked import lake_run

from fangpin.kernel.errors import Language
from fangpin.screening import sheet_book
from fangpin.screening.comparison import Comparison
from fangpin.screening.comparison_sheets import write_csv, write_parquet, write_workbook
from fangpin.screening.flips import SCHEMA
from fangpin.screening.what_if import Baseline


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    run, pack = lake_run(tmp_path_factory.mktemp("lake"))
    return Baseline.load(run, pack).what_if({"poor_catch": "200"})


def sheets(path: Path) -> dict[str, list[tuple[object, ...]]]:
    book = openpyxl.load_workbook(path)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def test_the_workbook(answer: Comparison, tmp_path: Path):
    write_workbook(answer, tmp_path / "a.xlsx")
    found = sheets(tmp_path / "a.xlsx")
    assert list(found) == ["概览", "规则", "乡镇", "行政村", "疑点类型", "待遇", "名单"]
    overview = dict(found["概览"])
    assert overview["渔获预警线"] == "100元 → 200元"
    assert (overview["新增"], overview["减少"]) == (2, 0)
    assert overview["符合条件者的年费用差"] == "+360.00 元"
    head, *villages = found["行政村"]
    gained = head.index("新增")
    assert [(row[0], row[gained]) for row in villages] == [("东岸村", 1), ("西岸村", 1)]
    rules = {row[0]: row for row in found["规则"][1:]}
    assert rules["poor_catch"][2:4] == ("有变化", "户")
    assert rules["stopped_fishing"][2:4] == ("不变", "人")
    programmes = {row[0]: row for row in found["待遇"][1:]}
    assert programmes["培训"][-2:] == ("政策包未写金额", "政策包未写金额")
    assert programmes["出船补贴"][-1] == "+40.00 – +60.00 元"
    listed = found["名单"]
    assert [row[4] for row in listed[1:]] == ["H1", "H2"]
    assert "100.00 元 ≥ 渔获预警线 100 元" in str(listed[1][6])


def test_the_workbook_in_english(answer: Comparison, tmp_path: Path):
    write_workbook(answer, tmp_path / "a.xlsx", "en")
    found = sheets(tmp_path / "a.xlsx")
    assert next(iter(found)) == "overview"
    assert found["list"][1][0] == "gained"
    assert "100.00 yuan ≥ warning line for the catch 100 yuan" in str(found["list"][1][6])


def test_a_long_list_goes_on_to_further_sheets(
    answer: Comparison, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sheet_book, "ROWS_PER_SHEET", 1)
    write_workbook(answer, tmp_path / "a.xlsx")
    found = sheets(tmp_path / "a.xlsx")
    assert [found[name][1][4] for name in ("名单", "名单 2")] == ["H1", "H2"]
    assert found["名单 2"][0] == found["名单"][0]


def test_nothing_in_the_list_is_a_head_alone(answer: Comparison, tmp_path: Path):
    nothing = answer.within([])
    write_workbook(nothing, tmp_path / "a.xlsx")
    assert len(sheets(tmp_path / "a.xlsx")["名单"]) == 1
    write_csv(nothing, tmp_path / "a.csv")
    write_parquet(nothing, tmp_path / "a.parquet")
    assert (tmp_path / "a.csv").read_text(encoding="utf-8-sig").count("\n") == 1
    assert pl.read_parquet(tmp_path / "a.parquet").schema == pl.Schema(SCHEMA)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_list_as_csv(answer: Comparison, tmp_path: Path, language: Language):
    write_csv(answer, tmp_path / "a.csv", language)
    content = (tmp_path / "a.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    head, *rows = csv.reader(content.decode("utf-8-sig").splitlines())
    assert head[4] == {"zh": "户编号", "en": "household"}[language]
    assert [row[4] for row in rows] == ["H1", "H2"]
    assert rows[0][0] == {"zh": "新增", "en": "gained"}[language]


def test_the_list_as_parquet_in_both_languages(answer: Comparison, tmp_path: Path):
    write_parquet(answer, tmp_path / "a.parquet")
    assert pl.read_parquet(tmp_path / "a.parquet").equals(answer.told(answer.flips))

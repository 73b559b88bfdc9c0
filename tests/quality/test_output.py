"""The files that a check writes."""

import csv
import json
from pathlib import Path

import openpyxl
from click.testing import CliRunner
from tests.quality.exports import checked, household, pack, written

from fangpin.cli.main import main
from fangpin.quality.output import write


def spoiled(township: str, number: str) -> list[dict[str, str | None]]:
    rows = household()
    for row in rows:
        row |= {"township": township, "household_number": number}
    rows[1] |= {"ethnic_group": None, "name": "=cmd|' /C calc'!A0"}
    return rows


def test_one_workbook_per_township_and_all_hits_in_one_file(tmp_path: Path) -> None:
    rows = spoiled("青石乡", "=1") + spoiled("白沙/乡", "2") + spoiled("", "3")
    files = write(pack(), checked(tmp_path / "in", rows), tmp_path / "out")
    assert {each.name for each in files} == {
        "hits.csv",
        "青石乡.xlsx",
        "白沙_乡.xlsx",
        "未填乡镇.xlsx",
    }
    with (tmp_path / "out" / "hits.csv").open(encoding="utf-8") as file:
        hits = [row for row in csv.DictReader(file) if row["rule"] == "2_01_001"]
    assert list(hits[0]) == ["rule", "unit", "village", "household_id", "person_no"]
    assert sorted(row["household_id"] for row in hits) == ["'=1", "2", "3"]
    book = openpyxl.load_workbook(tmp_path / "out" / "青石乡.xlsx")
    sheet = book["人员"]
    heads, *lines = sheet.iter_rows(values_only=True)
    assert heads[:5] == ("行政村", "户编号", "户主", "人编号", "姓名")
    line = next(line for line in lines if line[-1] == "2_01_001")
    assert line[1:5] == ("=1", "样本01", "529900000000102", "=cmd|' /C calc'!A0")
    assert line[5:8] == ("错误", "脱贫户成员民族为空", "属于脱贫户；且民族为空")
    assert (line[9], line[10]) == ("监测对象信息.xlsx", 5)
    assert all(cell.data_type in ("s", "n", "inlineStr") for row in sheet for cell in row)
    assert sheet.freeze_panes == "A2"


def test_the_command(tmp_path: Path) -> None:
    folder = written(tmp_path / "in", spoiled("青石乡", "1"))
    out = tmp_path / "out"
    result = CliRunner().invoke(main, ["quality", str(folder), "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert "1 户 3 人" in result.output
    assert (out / "hits.csv").is_file()
    assert (out / "青石乡.xlsx").is_file()


def test_exports_without_a_day_ask_for_one(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "监测对象信息.csv").write_text(
        "县,乡,村,户编号,人编号,户类型,民族\n长顺县,青石乡,石门村,1,2,脱贫户,\n", encoding="utf-8"
    )
    args = ["quality", str(folder), "--out", str(tmp_path / "out")]
    refused = CliRunner().invoke(main, args)
    assert refused.exit_code == 1
    assert "--as-of" in refused.stderr
    told = CliRunner().invoke(main, [*args, "--as-of", "2023-12-18"])
    assert told.exit_code == 0, told.output
    assert "未核对" in told.stdout
    assert "2_01_001,person,石门村,1,2" in (tmp_path / "out" / "hits.csv").read_text("utf-8")


def test_the_summary_for_programs(tmp_path: Path) -> None:
    folder = written(tmp_path / "in", spoiled("青石乡", "1"))
    (folder / "计划外出务工信息.xlsx").unlink()
    args = ["quality", str(folder), "--out", str(tmp_path / "out"), "--json"]
    summary = json.loads(CliRunner().invoke(main, args).stdout)
    assert summary["as_of"] == "2023-12-18"
    assert (summary["persons"], summary["households"]) == (3, 1)
    assert {"rule": "2_01_001", "unit": "person", "hits": 1} in summary["counts"]
    assert summary["missing_headers"] == {"planned_work": []}
    assert "5_15_008" in {each["rule"] for each in summary["not_checked"]}
    assert summary["files"] == ["hits.csv", "青石乡.xlsx"]

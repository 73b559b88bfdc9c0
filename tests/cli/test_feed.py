"""`fangpin feed check`."""

import json
from datetime import date
from pathlib import Path

from click.testing import CliRunner
from tests.feeds.county import County, number_of, write_csv

from fangpin.cli.feed import feed

HEADER = ["姓名", "公民身份号码", "险种类型", "参保状态", "缴费年度", "参保地乡镇街道"]


def insured(path: Path, number: str) -> Path:
    kind = "城乡居民基本医疗保险"
    write_csv(path, [HEADER, ["沈安", number, kind, "正常参保", "2021", "青石镇"]])
    return path


def test_a_good_file(tmp_path: Path) -> None:
    path = insured(tmp_path / "参保2021年5月.csv", number_of(date(1970, 1, 2), 5))
    result = CliRunner().invoke(feed, ["check", str(path), "--as-of", "2021-05-31"])
    assert result.exit_code == 0, result.output
    assert "可采用" in result.output
    assert "读到 1 行 = 采用 1" in result.output


def test_a_wrong_number_in_english(tmp_path: Path) -> None:
    path = insured(tmp_path / "参保2021年5月.csv", "5299011970")
    result = CliRunner().invoke(feed, ["check", str(path), "--as-of", "2021-05-31", "--lang", "en"])
    assert "has the wrong number of digits" in result.output
    assert "No register" in result.output


def test_json_and_an_exit_code_for_files_that_cannot_be_used(tmp_path: Path) -> None:
    good = insured(tmp_path / "参保2021年5月.csv", number_of(date(1970, 1, 2), 5))
    bad = tmp_path / "坏.xlsx"
    bad.write_bytes(b"PK\x03\x04 damaged")
    result = CliRunner().invoke(
        feed, ["check", str(good), str(bad), "--as-of", "2021-05-31", "--json"]
    )
    assert result.exit_code == 1
    listed = {entry["file"]: entry["verdict"] for entry in json.loads(result.stdout)}
    assert listed == {good.name: "accepted", bad.name: "refused"}


def test_a_folder_with_a_register_is_linked_and_workbooks_are_written(tmp_path: Path) -> None:
    county = County(3)
    folder = tmp_path / "in"
    folder.mkdir()
    county.write(folder)
    insured(folder / "参保2021年5月.csv", county.persons[0].number[:17])
    result = CliRunner().invoke(
        feed,
        ["check", str(folder), "--as-of", "2021-05-31", "--returns", str(tmp_path / "out")],
    )
    assert "没有户籍台账" not in result.output
    assert (tmp_path / "out" / "参保2021年5月_退回.xlsx").exists()


def test_nothing_there(tmp_path: Path) -> None:
    result = CliRunner().invoke(feed, ["check", str(tmp_path / "none")])
    assert result.exit_code != 0

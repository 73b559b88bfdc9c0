"""`fangpin what-if` as a person meets it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.screening.asked import lake_run

from fangpin.cli.main import main
from fangpin.cli.table import lines, width


def fangpin(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["what-if", *map(str, arguments)])


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    folder = tmp_path_factory.mktemp("lake")
    run, _ = lake_run(folder)
    return run, Path("--run-pack"), folder / "lake-2030"


def test_a_table_in_chinese(asked):
    done = fangpin(*asked, "--set", "param.poor_catch=200元", "--by", "village", "--by",
                   "programme", "--list")  # fmt: skip
    assert done.exit_code == 0, done.stderr
    assert "将新增疑点户 2 户" in done.stdout
    (row,) = [line.split() for line in done.stdout.splitlines() if line.split()[:1] == ["东岸村"]]
    assert row[1:4] == ["1", "2", "1"]
    assert "+360.00 元" in done.stdout
    assert "[新增] 湖心镇 西岸村 H2 渔获不足" in done.stdout


def test_a_table_in_english_and_a_list_cut_short(asked):
    done = fangpin(*asked, "--set", "poor_catch=200", "--list", "--limit", "1", "--lang", "en")
    assert "2 households gain a finding" in done.stdout
    assert "list (2)" in done.stdout
    assert "--limit 0" in done.stdout
    assert "H1" in done.stdout
    assert "H2" not in done.stdout


def test_json_and_files(asked, tmp_path: Path):
    done = fangpin(*asked, "--set", "poor_catch=200", "--json", "--excel", tmp_path / "a.xlsx",
                   "--csv", tmp_path / "a.csv", "--parquet", tmp_path / "a.parquet")  # fmt: skip
    found = json.loads(done.stdout)
    assert found["households"]["gained"] == 2
    assert found["costs"]["entitled"] == {"low": 36000, "high": 36000}
    assert {path.name for path in tmp_path.iterdir()} == {"a.xlsx", "a.csv", "a.parquet"}


def test_scenarios_are_kept_and_compared(asked, tmp_path: Path):
    for name, line in (("高.yaml", "200"), ("低.yaml", "50")):
        done = fangpin(*asked, "--set", f"poor_catch={line}", "--save", tmp_path / name)
        assert done.exit_code == 0, done.stderr
    both = ("--scenario", tmp_path / "高.yaml", "--scenario", tmp_path / "低.yaml")
    done = fangpin(*asked, *both)
    assert "【高】" in done.stdout
    assert "3 条疑点的结果不同" in done.stdout
    found = json.loads(fangpin(*asked, *both, "--json").stdout)
    assert [each["scenario"] for each in found["scenarios"]] == ["高", "低"]
    assert found["differing_findings"] == 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--set", "poor_catch"), "param.NAME=VALUE"),
        (("--set", "param.poor_cath=5"), "did you mean poor_catch"),
        (("--set", "poor_catch=5", "--scenario", "a.yaml"), "--scenario goes without"),
        (("--pack", "cn-bse"), "cn-base"),
    ],
)
def test_refusals(asked, arguments, words):
    done = fangpin(*asked, *arguments)
    assert done.exit_code == 1
    assert words in done.stderr
    assert isinstance(done.exception, SystemExit)


def test_wide_characters_line_up():
    table = lines(["", "n"], [["东岸村", "1"], ["ab", "12"]])
    assert len({width(line) for line in table}) == 1

"""`fangpin backtest` as a person meets it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.screening.months import write_months, write_outcomes

from fangpin.cli.backtest import tried
from fangpin.cli.main import main
from fangpin.kernel.errors import FangpinError


def fangpin(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["backtest", *map(str, arguments)])


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path | str, ...]:
    folder = tmp_path_factory.mktemp("lake") / "runs"
    write_months(folder)
    return folder, "--run-pack", folder / "lake-2030", "--outcomes", write_outcomes(folder)


def test_tables_in_chinese(asked):
    done = fangpin(*asked, "--set", "param.poor_catch=60元;350元", "--by-month")
    assert done.exit_code == 0, done.stderr
    assert "回测 3 个月：2030-04-30 至 2030-06-30" in done.stdout
    assert "61 (61–61, 1)" in done.stdout
    rows = [line.split() for line in done.stdout.splitlines() if "350元" in line]
    assert rows[0][:4] == ["渔获预警线", "350元", "渔获不足", "4"]


def test_json_in_english_and_a_workbook(asked, tmp_path: Path):
    done = fangpin(*asked, "--json", "--excel", tmp_path / "a.xlsx", "--lang", "en")
    assert json.loads(done.stdout)["overall"]["missed"] == 1
    assert (tmp_path / "a.xlsx").stat().st_size > 0


def test_without_answers_it_says_what_is_missing(asked):
    done = fangpin(*asked[:3], "--lang", "en")
    assert "no answer is not a refusal" in done.stdout


@pytest.mark.parametrize("arguments", [("--set", "x"), ("--set", "poor_cach=1"), ("/nowhere",)])
def test_refusals(asked, arguments):
    done = fangpin(*asked, *arguments)
    assert done.exit_code == 1
    assert isinstance(done.exception, SystemExit)


def test_several_values():
    assert tried(["param.x=1, 2", "x=3"]) == {"param.x": ["1", "2"], "x": ["3"]}
    assert tried(["x=a,b;c"]) == {"x": ["a,b", "c"]}
    assert tried(["x=1；2"]) == {"x": ["1", "2"]}
    for wrong in ("x", "x=", "=1", "x=;"):
        with pytest.raises(FangpinError):
            tried([wrong])

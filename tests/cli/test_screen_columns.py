"""`fangpin screen` on a columnar source, as typed."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.feeds.columnar.lakesource import NUMBERS, catches, landed, write_source
from tests.screening.lakefolder import PACK

from fangpin.cli.main import main

POOR = catches([landed(number, 2_000 + at, f"S{at}") for at, number in enumerate(NUMBERS)])


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_source(tmp_path / "source", POOR)


def typed(*arguments: object) -> str:
    done = CliRunner().invoke(main, [str(each) for each in arguments])
    assert done.exit_code == 0, done.output
    return done.output


def test_screen_with_a_store_then_explain(tmp_path: Path, source: Path) -> None:
    rest = ["--pack", PACK, "--as-of", "2030-06-30", "--store", tmp_path / "store"]
    shown = typed("screen", source, *rest, "--out", tmp_path / "run")
    assert "catches@2030-06.parquet" in shown
    again = json.loads(typed("screen", source, *rest, "--out", tmp_path / "again", "--json"))
    assert again["counts"]
    told = typed("explain", tmp_path / "run", "H0")
    assert "catches@2030-06.parquet" in told
    unknown = CliRunner().invoke(main, ["explain", str(tmp_path / "run"), "H77"])
    assert unknown.exit_code != 0


def test_a_source_that_does_not_fit(tmp_path: Path, source: Path) -> None:
    (source / "register/identity.parquet").unlink()
    arguments = ["screen", source, "--pack", PACK, "--as-of", "2030-06-30", "--out", tmp_path / "r"]
    done = CliRunner().invoke(main, [str(each) for each in arguments])
    assert done.exit_code != 0
    assert not (tmp_path / "r").exists()
    assert "identity.parquet" in done.output + str(done.exception)

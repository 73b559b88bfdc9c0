"""`fangpin registry import` from the command line, on the test database."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.exchange import invented

from fangpin.cli import registry as commands
from fangpin.registry.models import Household

HOME = "5299001012010001"


@pytest.fixture(autouse=True)
def _this_database(
    db: None, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    @contextmanager
    def here() -> Iterator[None]:
        yield

    monkeypatch.setattr(commands, "_database", here)
    settings.EXCHANGE_ROOT = tmp_path / "exchange"
    invented.county()


def _import(file: Path, *options: str) -> tuple[int, str]:
    result = CliRunner().invoke(commands.registry, ["import", str(file), *options])
    return result.exit_code, result.output


def test_a_file_is_tried_then_carried_out_and_then_brings_nothing(tmp_path: Path) -> None:
    households = [invented.household_row(HOME)]
    file = invented.book(tmp_path / "表.xlsx", households, [invented.person_row(HOME, 1)])
    code, told = _import(file)
    assert (code, Household.objects.count()) == (0, 0)
    assert "dry run" in told
    code, told = _import(file, "--apply")
    assert code == 0
    assert "carried out" in told
    assert Household.objects.get().number == HOME
    code, told = _import(file, "--apply")
    assert code == 0
    assert "the registry is unchanged" in told


def test_a_file_whose_rows_are_all_refused_says_why_and_fails(tmp_path: Path) -> None:
    file = invented.table(
        tmp_path / "类型.xlsx", ("户编号", "户类型"), ("H8", "脱贫户"), ("H9", "脱贫户")
    )
    code, told = _import(file, "--apply")
    assert code == 1
    assert "2 行不导入" in told
    assert "carried out" not in told
    assert not Household.objects.exists()


def test_codes_of_national_standards_go_out_and_come_back(tmp_path: Path) -> None:
    people = [
        invented.person_row(HOME, 1),
        invented.person_row(HOME, 2, "配偶", **{"性别": "女", "健康状况": "患有大病"}),
    ]
    file = invented.book(tmp_path / "表.xlsx", [invented.household_row(HOME)], people)
    assert _import(file, "--apply")[0] == 0
    out = tmp_path / "国标.csv"
    options = ["export", str(out), "--sheet", "person", "--gb-codes"]
    result = CliRunner().invoke(commands.registry, options)
    assert result.exit_code == 0, result.output
    assert "健康状况:1 个值没有国标代码，保留文字" in result.output
    code, told = _import(out, "--apply")
    assert code == 0
    assert "与户主关系：2 个国标代码已对应（GB/T 4761-2008）" in told
    assert "the registry is unchanged" in told

"""`fangpin places` from the command line, on the test database."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from fangpin.cli import places as commands
from fangpin.kernel.errors import FangpinError
from fangpin.places.actions import take_over
from fangpin.places.models import Place


@pytest.fixture(autouse=True)
def _this_database(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def here() -> Iterator[None]:
        yield

    monkeypatch.setattr(commands, "_database", here)
    take_over(
        by=None,
        county=("620402000000", "测试县"),
        villages=[("620402101201", "上河村", "620402101000", "清水镇")],
        valid_from=date(2015, 1, 1),
    )


def _run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(commands.places, words)
    if isinstance(result.exception, FangpinError):
        raise result.exception
    return result.exit_code, result.output


def test_a_list_is_tried_then_taken_over(tmp_path: Path) -> None:
    file = tmp_path / "村名单.csv"
    file.write_text(
        "行政村名单\n序号,乡镇,行政村,行政区划代码\n1,清水镇,上河新村,620402101201\n2,清水镇,坏村,62\n",
        encoding="utf-8",
    )
    code, told = _run("load", str(file), "--on", "2021-01-01")
    assert code == 0
    assert "更名 / renamed  620402101201 上河新村 ← 上河村 620402101201" in told
    assert "第 4 行" in told
    assert "dry run" in told
    assert Place.objects.filter(name="上河村").exists()
    assert "taken over" in _run("load", str(file), "--on", "2021-01-01", "--apply")[1]
    assert Place.objects.filter(name="上河新村").exists()
    assert "620402101201  上河村" in _run("list", "620402101000", "--on", "2020-01-01")[1]
    assert "620402101201  上河新村" in _run("list", "620402101000")[1]


def test_reference_and_check() -> None:
    assert "places" in _run("load")[1]
    assert Place.objects.filter(level="province").count() == 31
    assert _run("check", "620402") == (0, "0 处不一致 / things that do not fit\n")
    Place.objects.filter(name="上河村").update(name="别名")
    assert _run("check", "620402")[0] == 1


def test_a_file_without_the_columns_and_an_unknown_county_are_told(tmp_path: Path) -> None:
    file = tmp_path / "别的.csv"
    file.write_text("姓名,金额\n张三,1\n", encoding="utf-8")
    with pytest.raises(FangpinError, match="行政区划代码"):
        _run("load", str(file))
    with pytest.raises(FangpinError, match="999999000000"):
        _run("list", "999999000000")

"""The commands: what they print, what they refuse."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from fangpin.cli.scale import scale
from fangpin.cluster.effort import shipped
from fangpin.kernel.errors import FangpinError


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(scale, list(arguments))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def test_scale_tells_hours_memory_and_what_is_sent():
    code, told = run("--persons", "50e6", "--nodes", "4", "--cores", "16")
    assert code == 0
    assert "50,000,000 人 / persons" in told
    assert "100 块 / parts" in told
    for word in ("核分 / core-min", "任务间传送", "to parts", "合计 / together"):
        assert word in told


def test_scale_as_json_adds_up():
    _, told = run("--persons", "1e6", "--json")
    found = json.loads(told)
    hours = sum(each["seconds"] for each in found["steps"]) / 3600
    assert found["core_hours"] == pytest.approx(hours)
    factor = 1e6 / shipped().persons
    assert hours == pytest.approx(
        factor * sum(cost.seconds for cost in shipped().costs.values()) / 3600, rel=1e-3
    )


def test_a_run_without_measurements_is_refused(tmp_path: Path):
    with pytest.raises(FangpinError, match=r"no effort\.json"):
        run("--persons", "1e6", "--run", str(tmp_path))


def test_options_that_mean_nothing_on_a_cluster_are_refused(tmp_path: Path):
    done = subprocess.run(
        [sys.executable, "-m", "fangpin", "screen", str(tmp_path), "--pack", "baiyin-2021",
         "--as-of", "2021-05-31", "--out", str(tmp_path / "run"), "--engine", "spark", "--csv"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert "cannot be combined with --csv" in done.stderr

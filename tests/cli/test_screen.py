"""`fangpin screen` and `fangpin explain` as a person meets them: sentences, nothing half-done."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.screening.lakefolder import PACK, write_folder

ARGUMENTS = ("--pack", str(PACK), "--as-of", "2030-06-30")


def fangpin(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "fangpin", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("screen")
    write_folder(folder / "in")
    done = fangpin("screen", folder / "in", *ARGUMENTS, "--out", folder / "run", "--csv", "--excel")
    assert done.returncode == 0, done.stderr
    assert "渔获不足" in done.stdout
    return folder / "run"


def test_the_run_folder_holds_what_is_promised(run: Path):
    expected = {
        *("run.json", "timing.json", "findings.parquet", "rows.parquet", "coverage.parquet"),
        *("deliveries.json", "snapshot", "findings.csv", "findings.xlsx"),
    }
    assert expected <= {path.name for path in run.iterdir()}
    assert run.stat().st_mode & 0o077 == 0, "a run folder may hold personal data"


def test_explain_in_both_languages(run: Path):
    zh = fangpin("explain", run, "H0")
    assert zh.returncode == 0, zh.stderr
    assert "60.00 元" in zh.stdout
    assert "丙.csv › 第 2 行" in zh.stdout
    assert "第一条" in zh.stdout
    en = fangpin("explain", run, "H0", "--lang", "en", "--pack", PACK)
    assert "60.00 yuan" in en.stdout
    assert "row 2" in en.stdout


def test_explain_somebody_without_findings(run: Path):
    done = fangpin("explain", run, "H7")
    assert (done.returncode, done.stdout.strip()) == (0, "没有疑点。")


def test_explain_an_unknown_number(run: Path):
    done = fangpin("explain", run, "H99")
    assert done.returncode != 0
    assert "no household, person or village" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--pack", "nowhere-2099", "--as-of", "2030-06-30"), "nowhere-2099"),
        (("--pack", str(PACK), "--as-of", "2029-06-30"), "poor_catch"),
    ],
)
def test_refusals_leave_nothing(tmp_path: Path, arguments, sentence):
    write_folder(tmp_path / "in")
    done = fangpin("screen", tmp_path / "in", *arguments, "--out", tmp_path / "run")
    assert done.returncode != 0
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_an_empty_folder(tmp_path: Path):
    (tmp_path / "in").mkdir()
    done = fangpin("screen", tmp_path / "in", *ARGUMENTS, "--out", tmp_path / "run")
    assert done.returncode != 0
    assert "no data file" in done.stderr
    assert not (tmp_path / "run").exists()


def test_out_in_a_folder_that_does_not_exist(tmp_path: Path):
    write_folder(tmp_path / "in")
    done = fangpin("screen", tmp_path / "in", *ARGUMENTS, "--out", tmp_path / "no" / "run")
    assert done.returncode != 0
    assert "does not exist" in done.stderr


def test_a_full_disk_is_told_and_nothing_is_left(tmp_path: Path):
    write_folder(tmp_path / "in")
    out = tmp_path / "run"
    limited = (
        "import resource, signal;"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000));"
        "import runpy; runpy.run_module('fangpin', run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", limited, "screen", tmp_path / "in", *ARGUMENTS, "--out", out],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "Traceback" not in done.stderr, done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_an_interrupted_run_says_so_and_leaves_nothing(tmp_path: Path):
    write_folder(tmp_path / "in")
    code = (
        "import fangpin.screening.run as run\n"
        "def stop(*_, **__): raise KeyboardInterrupt\n"
        "run.evaluated = stop\n"
        "from fangpin.cli.main import main\n"
        "main()\n"
    )
    arguments = ["screen", str(tmp_path / "in"), *ARGUMENTS, "--out", str(tmp_path / "run")]
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "已中断" in done.stderr
    assert "interrupted" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["in"]

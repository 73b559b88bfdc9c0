"""Commands that need a database say clearly when it cannot be had."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.database import copy_migrated

from fangpin.feeds.probable.pairs import read_decisions
from fangpin.foundation.postgres import Server


def _run(tmp_path: Path, *arguments: str, **more: str) -> "subprocess.CompletedProcess[str]":
    environment = {k: v for k, v in os.environ.items() if not k.startswith("FANGPIN_")}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    environment |= {"FANGPIN_DATA_DIR": str(tmp_path), **more}
    return subprocess.run(
        [sys.executable, "-m", "fangpin", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
    )


@pytest.mark.parametrize("command", [("migrate",), ("serve", "--port", "18999")])
def test_a_database_that_does_not_answer(tmp_path: Path, command: tuple[str, ...]) -> None:
    url = "postgresql://me:geheim@127.0.0.1:1/fp"
    done = _run(tmp_path, *command, FANGPIN_DATABASE_URL=url)
    assert done.returncode == 1
    assert "the database cannot be reached" in done.stderr
    assert "连不上数据库" in done.stderr
    assert "Traceback" not in done.stderr
    assert "geheim" not in done.stderr + done.stdout


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("FANGPIN_DATABASE_URL", "mysql://x/y", "only PostgreSQL"),
        ("FANGPIN_DATA_DIR", "relative/path", "not an absolute path"),
        ("FANGPIN_HTTPS", "maybe", "not a switch"),
        ("FANGPIN_SECRET_KEY", "short", "fewer than 32"),
        ("FANGPIN_UPLOAD_MB", "0", "whole number"),
    ],
)
def test_an_odd_setting_stops_the_program_with_a_sentence(
    tmp_path: Path, name: str, value: str, said: str
) -> None:
    # The address is refused first, so that no server is started for a setting that is odd.
    settings = {"FANGPIN_DATABASE_URL": "postgresql://me@127.0.0.1:1/fp", name: value}
    done = _run(tmp_path, "migrate", **settings)
    assert done.returncode == 1
    assert said in done.stderr
    assert name in done.stderr
    assert "Traceback" not in done.stderr


def test_a_run_folder_that_is_none_is_refused(django_db_setup: None, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    data = tmp_path / "data"
    copy_migrated(Server(data))
    try:
        done = _run(data, "load", str(tmp_path / "empty"))
    finally:
        shutil.rmtree(Server(data).layout.cluster.parent, ignore_errors=True)
    assert done.returncode == 1
    assert "is not a complete run" in done.stderr


def test_decisions_are_written_for_the_command_line(django_db_setup: None, tmp_path: Path) -> None:
    out, data = tmp_path / "decisions.parquet", tmp_path / "data"
    copy_migrated(Server(data))
    try:
        done = _run(data, "decisions", str(out))
        again = _run(data, "decisions", str(out))
    finally:
        shutil.rmtree(Server(data).layout.cluster.parent, ignore_errors=True)
    assert done.returncode == 0, done.stderr
    assert read_decisions(out).height == 0
    assert again.returncode == 1
    assert "exists already" in again.stderr

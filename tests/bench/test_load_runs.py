"""Load runs of whole installations: small, from end to end."""

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from tests.feeds import hostile

from fangpin.bench.audit import TAMPERINGS
from fangpin.foundation.postgres import layout

pytestmark = pytest.mark.long


def said(*command: str, **settings: str) -> str:
    """What a program printed; it must have ended well."""
    own = {name: value for name, value in os.environ.items() if name[:8] != "FANGPIN_"}
    done = subprocess.run(
        [sys.executable, "-m", *command],
        capture_output=True,
        text=True,
        timeout=900,
        env=own | settings,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def test_every_tampering_with_the_audit_is_found() -> None:
    told = said("fangpin.bench.audit", "--entries", "1500")
    assert "1,500 entries hold" in told
    found = re.findall(r"^(.+?) +found at link ([\d,]+)", told, re.MULTILINE)
    assert [name for name, _ in found] == [each.name for each in TAMPERINGS]


def test_keys_change_to_the_last_row_while_officers_read(tmp_path: Path) -> None:
    folder = {"FANGPIN_DATA_DIR": str(tmp_path / "data")}
    cluster = layout(tmp_path / "data").cluster
    try:
        said("fangpin", "registry", "fill", "--persons", "3k", **folder)
        told = said(
            *("fangpin.bench.rotation", "--seconds", "4", "--rounds", "1", "--whole"),
            *("--port", free_port()),
            **folder,
        )
    finally:
        subprocess.run(["rm", "-rf", str(cluster.parent)], check=True)
    assert re.search(r"^[\d,]+ rows carry an older key$", told, re.MULTILINE)
    assert "all pages" in told
    assert re.search(r"^(0 rows|the last [\d,]+ rows)|^[\d,]+ rows in", told, re.MULTILINE)


def test_hostile_files_are_taken_or_refused_and_judged(tmp_path: Path) -> None:
    for number, (_, content) in zip(range(3), hostile.corpus(), strict=False):
        (tmp_path / f"{number}.xlsx").write_bytes(content)
    told = said(
        *("fangpin.bench.hostile", str(tmp_path), "--persons", "2000", "--port", free_port()),
        *("--turns", "1"),
    )
    assert "3 files sent" in told
    assert "3 judged by the worker: {'failed': 3}" in told


def test_a_wide_table_comes_into_an_empty_registry(tmp_path: Path) -> None:
    told = said("fangpin.bench.wide_import", "--persons", "2k")
    (there,) = re.findall(r"^([\d,]+) households, ([\d,]+) persons are there", told, re.M)
    households, persons = there
    assert f"{households} 户 / households, {persons} 人 / persons" in told

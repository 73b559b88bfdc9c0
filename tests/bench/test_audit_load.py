"""The load run of the audit trail: small, from end to end."""

import re
import subprocess
import sys

import pytest

from fangpin.bench.audit import TAMPERINGS


@pytest.mark.long
def test_every_tampering_is_found() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "fangpin.bench.audit", "--entries", "1500"],
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    assert "1,500 entries hold" in done.stdout
    found = re.findall(r"^(.+?) +found at link ([\d,]+)", done.stdout, re.MULTILINE)
    assert [name for name, _ in found] == [each.name for each in TAMPERINGS]

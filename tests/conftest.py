"""One throw-away data folder and, for tests that need it, one PostgreSQL server per test session."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

_DATA = Path(tempfile.mkdtemp(prefix="fangpin-tests-"))
_DATA.chmod(0o755)
for name in [name for name in os.environ if name.startswith("FANGPIN_")]:
    if name not in {"FANGPIN_TEST_BROWSER"}:
        del os.environ[name]  # a developer's own installation is never touched
os.environ["FANGPIN_DATA_DIR"] = str(_DATA)
os.environ["FANGPIN_DEMO"] = "1"


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> Iterator[None]:
    """Start the embedded server before the first test that uses the database."""
    from fangpin.foundation.postgres import Server

    server = Server(_DATA)
    with server:
        yield
    shutil.rmtree(server.layout.cluster.parent, ignore_errors=True)


def pytest_unconfigure() -> None:
    shutil.rmtree(_DATA, ignore_errors=True)

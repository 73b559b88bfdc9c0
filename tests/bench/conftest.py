"""Generated data of about 3,000 persons: two months, small villages, all kinds of gaps."""

from pathlib import Path

import pytest

from fangpin.bench.generate import generate

PERSONS = 3_000


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`source`, `next` and `truth.parquet`."""
    folder = tmp_path_factory.mktemp("bench") / "data"
    generate(folder, PERSONS, households_per_village=12)
    return folder

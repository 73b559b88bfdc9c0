from pathlib import Path

import pytest
from tests.cast import County, county_with_cast


@pytest.fixture
def county(db: None, tmp_path: Path) -> County:
    """The small county with its cast, in the test's own transaction."""
    return county_with_cast(tmp_path / "run")

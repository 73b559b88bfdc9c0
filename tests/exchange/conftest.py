from pathlib import Path

import pytest
from django.conf import LazySettings
from tests.exchange import invented


@pytest.fixture
def county(db: None, tmp_path: Path, settings: LazySettings) -> None:
    """The villages of the invented county; files of the exchange in a folder of the test's own."""
    settings.EXCHANGE_ROOT = tmp_path / "exchange"
    invented.county()

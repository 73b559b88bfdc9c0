"""One throw-away data folder and, where a test needs it, one PostgreSQL server per session."""

import shutil
from collections.abc import Iterator

import pytest
from django.conf import settings
from hypothesis import settings as drawing

# How long one example takes says more about the machine's other work than about the code.
drawing.register_profile("fangpin", deadline=None)
drawing.load_profile("fangpin")


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> Iterator[None]:
    """Start the embedded server before the first test that uses the database."""
    from fangpin.foundation.postgres import Server

    server = Server(settings.DATA_DIR)
    with server:
        yield
    shutil.rmtree(server.layout.cluster.parent, ignore_errors=True)


def pytest_unconfigure() -> None:
    shutil.rmtree(settings.DATA_DIR, ignore_errors=True)

"""One throw-away data folder and, where a test needs it, one PostgreSQL server per session.

`make test` runs three sessions side by side (pytest-xdist), each with a folder and a server of its
own. A module stays in one session, so that what it prepares is prepared once.
"""

import gc
import os
import shutil
from collections.abc import Generator, Iterator
from typing import Any

import pytest
from django.conf import settings
from hypothesis import settings as drawing
from tests import drawn
from xdist.scheduler import LoadScopeScheduling

# How long one example takes says more about the machine's other work than about the code.
drawing.register_profile("fangpin", deadline=None)
drawing.load_profile("fangpin")

# Packs that commands keep for the next process: not among the user's own.
os.environ["XDG_CACHE_HOME"] = str(settings.DATA_DIR / "cache")


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """Start the embedded server before the first test that uses the database."""
    from django.db import connection, connections
    from django.test import TransactionTestCase
    from tests.database import empty, start_migrated

    from fangpin.foundation.postgres import Server

    server = Server(settings.DATA_DIR, durable=False)
    try:
        with django_db_blocker.unblock():
            start_migrated(server, connections.close_all)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(TransactionTestCase, "_fixture_teardown", lambda _: empty(connection))
            yield
    finally:
        server.stop()
        shutil.rmtree(server.layout.cluster.parent, ignore_errors=True)


# What takes longest begins first, so that no session waits for the other at the end.
_FIRST = (
    "tests/disclosure/test_killed.py",
    # On a fresh machine the matrix applies all migrations while Spark runs without a database.
    *("tests/web/test_matrix.py", "tests/cluster/"),
    *("tests/browser/", "tests/upkeep/", "tests/bench/"),
    *("tests/cli/test_screen.py", "tests/screening/test_sample_county.py", "tests/web/"),
)
# Forks while no PDF was set yet: the threads that set them do not live on in a child, which then
# waits for ever.
_BEFORE_ALL = "tests/disclosure/test_killed.py"
_TOGETHER = ("tests/cluster/",)  # one Spark session for all of them


class WholeModules(LoadScopeScheduling):
    """Sessions side by side take whole modules, in the order they were collected in.

    Not by xdist's marks of groups: it writes them into the names of tests, which pytest 9 keeps
    elsewhere, so that every test went its own way and every module was prepared in both sessions.
    """

    def __init__(self, config: pytest.Config, log: Any = None) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        return next((path for path in _TOGETHER if module.startswith(path)), module)


@pytest.hookimpl(tryfirst=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> WholeModules:
    return WholeModules(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Within a module the order stays that of pytest-django: tests that empty the tables last."""
    items.sort(key=lambda item: not item.nodeid.startswith(_BEFORE_ALL))
    if not hasattr(config, "workerinput"):
        return  # plain pytest runs in the order of the folders

    def rank(item: pytest.Item) -> int:
        return next((at for at, path in enumerate(_FIRST) if item.nodeid.startswith(path)), 99)

    items.sort(key=rank)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, Any, Any]:
    """What is there when the tests are collected stays to the end, and is not looked through again;
    what comes later is, less often than by default.

    Looking through half a million objects for what can go took a tenth of all the time.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(20_000, 20, 20)
        gc.enable()


def pytest_configure(config: pytest.Config) -> None:
    drawn.begin(config.option.markexpr)


def pytest_unconfigure() -> None:
    shutil.rmtree(settings.DATA_DIR, ignore_errors=True)

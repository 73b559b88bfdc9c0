"""The embedded server: starts, is joined, stops, comes back with its data, survives a kill."""

import contextlib
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from fangpin.foundation.postgres import Server
from fangpin.kernel.errors import FangpinError


@pytest.fixture
def data_dir() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="fangpin-pg-"))
    yield folder
    shutil.rmtree(Server(folder).layout.cluster.parent, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


def test_starts_is_joined_stops_and_keeps_its_data(data_dir: Path) -> None:
    with Server(data_dir) as first:
        assert first.owned
        with psycopg.connect(first.url) as connection:
            assert connection.info.server_version >= 150000
            connection.execute("CREATE TABLE kept (n int)")
            connection.execute("INSERT INTO kept VALUES (7)")
        with Server(data_dir) as second:
            assert not second.owned
        assert first.alive(), "leaving a joined server must not stop it"
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(first.url)
    with Server(data_dir) as again, psycopg.connect(again.url) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (7,)


def test_the_socket_is_closed_to_other_users_and_nothing_listens_on_the_network(
    data_dir: Path,
) -> None:
    with Server(data_dir) as server:
        assert server.layout.socket_dir.stat().st_mode & 0o077 == 0
        assert server.layout.cluster.stat().st_mode & 0o077 == 0
        with psycopg.connect(server.url) as connection:
            assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


def test_comes_back_after_being_killed(data_dir: Path) -> None:
    server = Server(data_dir).start()
    with psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE kept (n int)")
    process = server._process
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert not server.alive()
    with Server(data_dir) as again, psycopg.connect(again.url) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)


def test_waits_for_what_a_killed_server_left_at_work(data_dir: Path) -> None:
    server = Server(data_dir).start()
    # A query that only works does not look whether its server is still there.
    with contextlib.suppress(psycopg.OperationalError), psycopg.connect(server.url) as connection:
        connection.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 10000000) AS n")
        time.sleep(0.3)
        process = server._process
        assert process is not None
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        with Server(data_dir) as again, psycopg.connect(again.url) as other:
            assert other.execute("SELECT 1").fetchone() == (1,)
        assert "pre-existing shared memory block" in again.log_tail(60)


def test_a_half_made_cluster_is_made_anew(data_dir: Path) -> None:
    server = Server(data_dir)
    server._prepare_folders()
    (server.layout.cluster / "base").mkdir()
    with server:
        assert server.owned


def test_a_start_that_fails_says_why(data_dir: Path) -> None:
    with Server(data_dir) as server:
        pass
    (server.layout.cluster / "postgresql.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(FangpinError, match="no_such_setting"):
        Server(data_dir).start()

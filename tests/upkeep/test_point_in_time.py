"""Recovery to a moment as docs/deploy.md describes it: base copy, archived log, a day ruined."""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from fangpin.foundation.postgres import ROOT_HOME, Server

CONF = Path(__file__).resolve().parents[2] / "deploy/archive.conf"
LOSS = 300
"""Seconds of work that may be lost with the machine."""


class Cluster:
    """A PostgreSQL of its own, with the settings that the deployment guide gives."""

    def __init__(self, home: Path, program: Path, user: str | None) -> None:
        self.home, self.program, self.user = home, program, user
        self.data, self.socket = home / "data", home / "socket"
        self.started: subprocess.Popen[bytes] | None = None

    def run(self, name: str, *arguments: str) -> str:
        done = subprocess.run(
            [str(self.program / "bin" / name), *arguments], cwd="/", capture_output=True,
            text=True, user=self.user, group=self.user, env={"PATH": "/usr/bin:/bin"}, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, *also: str) -> psycopg.Connection[tuple[object, ...]]:
        options = (
            "listen_addresses=",
            f"unix_socket_directories={self.socket}",
            "fsync=off",
            *also,
        )
        self.started = subprocess.Popen(
            [str(self.program / "bin/postgres"), "-D", str(self.data)]
            + [part for option in options for part in ("-c", option)],
            cwd="/", user=self.user, group=self.user, env={"PATH": "/usr/bin:/bin"},
            stdout=subprocess.DEVNULL, stderr=(self.home / "log").open("ab"),
        )  # fmt: skip
        for _ in range(300):
            try:
                return psycopg.connect(f"host={self.socket} user=postgres", autocommit=True)
            except psycopg.OperationalError:
                time.sleep(0.1)
        pytest.fail((self.home / "log").read_text())

    def die(self) -> None:
        """At once, without a last checkpoint."""
        if self.started is not None:
            self.started.send_signal(signal.SIGQUIT)
            self.started.wait(timeout=30)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """An empty cluster, beside the one of other tests; its binaries are those that are shipped."""
    server = Server(tmp_path / "elsewhere")
    server._prepare_folders()
    home = server.layout.cluster.parent if os.geteuid() == 0 else tmp_path
    made = Cluster(home, server.layout.binaries, server.layout.user)
    for folder in (made.data, made.socket, home / "archive"):
        folder.mkdir(mode=0o700, exist_ok=True)
        if made.user:
            shutil.chown(folder, made.user, made.user)
    (home / "log").touch()
    if made.user:
        shutil.chown(home, made.user, made.user)
    made.run(
        "initdb", "-D", str(made.data), "-U", "postgres", "--auth=trust", "--locale=C", "-E", "UTF8"
    )
    yield made
    made.die()
    if os.geteuid() == 0:
        assert home.parent == ROOT_HOME
        shutil.rmtree(home)


def settings(archive: Path) -> str:
    return CONF.read_text(encoding="utf-8").replace("FOLDER", str(archive))


def test_the_settings_keep_what_is_promised() -> None:
    timeout = re.search(r"^archive_timeout = (\d+)$", CONF.read_text(), re.MULTILINE)
    assert timeout is not None
    assert int(timeout[1]) < LOSS
    guide = (CONF.parents[1] / "docs/deploy.md").read_text(encoding="utf-8")
    assert "deploy/archive.conf" in guide
    assert "recovery_target_time" in guide


def test_a_ruined_hour_is_undone_to_the_moment_before(cluster: Cluster) -> None:
    archive = cluster.home / "archive"
    with (cluster.data / "postgresql.conf").open("a") as conf:
        conf.write(settings(archive))
    with cluster.start() as database:
        database.execute("CREATE TABLE work (what text)")
        database.execute("INSERT INTO work VALUES ('before the base copy')")
        cluster.run("pg_basebackup", "-h", str(cluster.socket), "-U", "postgres", "-X", "none",
                    "-c", "fast", "-D", str(cluster.home / "base"))  # fmt: skip
        database.execute("INSERT INTO work VALUES ('after it')")
        moment = database.execute("SELECT clock_timestamp()::text").fetchone()
        assert moment is not None
        time.sleep(0.1)
        database.execute("DELETE FROM work")  # the mishap
        # What archive_timeout does every four minutes.
        last = database.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone()
        assert last is not None
        for _ in range(200):
            if (archive / str(last[0])).exists():
                break
            time.sleep(0.1)
    cluster.die()
    shutil.rmtree(cluster.data)  # the machine is gone
    (cluster.home / "base").rename(cluster.data)
    (cluster.data / "recovery.signal").touch()
    if cluster.user:
        shutil.chown(cluster.data / "recovery.signal", cluster.user, cluster.user)
    restored = cluster.start(
        f"restore_command=cp {archive}/%f %p",
        f"recovery_target_time={moment[0]}",
        "recovery_target_action=promote",
    )
    with restored as database:
        found = [row[0] for row in database.execute("SELECT what FROM work ORDER BY ctid")]
    assert found == ["before the base copy", "after it"]

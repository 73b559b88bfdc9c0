"""compose.yaml without containers: the bundle installed as the image does it, then the commands of
each service with the environment that compose gives, over a database made by database-login.sh."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from tests.upkeep.test_bundle import ROOT, _bundle, _run

from fangpin.foundation.postgres import Server

HOST = "fangpin.example.gov.cn"


class Composed:
    """The services of compose.yaml below a folder: its paths in the place of the container's."""

    def __init__(self, folder: Path, port: int) -> None:
        text = (ROOT / "deploy/compose.yaml").read_text(encoding="utf-8")
        self.services: dict[str, Any] = yaml.safe_load(text)["services"]
        self.folder, self.port = folder, port
        self.log = folder / "log"

    def words(self, service: str) -> list[str]:
        """The service's command, as it stands there but for the port."""
        return [self._here(word) for word in self.services[service]["command"]]

    def environment(self, service: str) -> dict[str, str]:
        """What the service gets and nothing else, with the ENV of the Containerfile."""
        image = (ROOT / "deploy/Containerfile").read_text(encoding="utf-8")
        env = re.findall(r"^ENV (.+)$", image, re.MULTILINE)
        given = dict(pair.split("=", 1) for line in env for pair in line.split())
        for name, value in self.services[service]["environment"].items():
            given[name] = HOST if str(value).startswith("${FANGPIN_HOSTS:?") else str(value)
        return {name: self._here(value) for name, value in given.items()} | {
            "HOME": str(self.folder / "data")
        }

    def _here(self, text: str) -> str:
        text = text.replace("0.0.0.0:8000", f"127.0.0.1:{self.port}")
        for path in ("/opt/fangpin", "/run/secrets", "/data", "/backups"):
            text = re.sub(rf"(^|[:\s]){path}", rf"\1{self.folder}{path}", text)
        return text

    def start(self, service: str, *command: str) -> "subprocess.Popen[bytes]":
        environment = self.environment(service)
        words = list(command) or self.words(service)
        words[0] = shutil.which(words[0], path=environment["PATH"]) or words[0]
        with self.log.open("ab") as log:
            return subprocess.Popen(
                words, env=environment, cwd=self.folder / "data", stdout=log, stderr=log
            )

    def done(self, service: str, *command: str) -> int:
        return self.start(service, *command).wait(timeout=300)


def _until(holds: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.3)


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _asked(port: int, path: str, host: str = HOST) -> tuple[int, str, bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers={"Host": host, "X-Forwarded-Proto": "https"})
    answer = connection.getresponse()
    return answer.status, answer.headers.get("Location", ""), answer.read()


@pytest.mark.long
def test_every_service_runs_as_compose_says(tmp_path: Path) -> None:
    psql = shutil.which("psql")
    if psql is None:
        pytest.skip("psql is not installed; database-login.sh needs it")
    bundle = _bundle(tmp_path, "9.1.0", ROOT)
    done = _run(
        "sh", str(bundle / "install.sh"), "--into", f"{tmp_path}/opt/fangpin", "--no-service"
    )
    assert done.returncode == 0, done.stderr
    for name in ("data", "backups", "run/secrets"):
        (tmp_path / name).mkdir(parents=True, mode=0o700)
    cluster = Server(tmp_path / "cluster", durable=False).start()
    running: list[subprocess.Popen[bytes]] = []
    composed = Composed(tmp_path, _free_port())
    try:
        with psycopg.connect(
            cluster.url.replace("/fangpin?", "/postgres?"), autocommit=True
        ) as made:
            made.execute("DROP DATABASE IF EXISTS fangpin")
        sockets = cluster.url.partition("host=")[2]
        secrets = {
            "database-password": "geheim-und-lang",
            "database-url": f"postgresql://fangpin:geheim-und-lang@/fangpin?host={sockets}",
            "secret-key": "k" * 64,
            "backup-passphrase": "ein-satz-zum-schliessen",
        }
        for name, text in secrets.items():
            (tmp_path / "run/secrets" / name).write_text(text + "\n")
        login = subprocess.run(
            ["sh", str(ROOT / "deploy/database-login.sh")],
            env={
                "PATH": f"{Path(psql).parent}:/usr/bin:/bin",
                "PGHOST": sockets,
                "FANGPIN_PASSWORD_FILE": str(tmp_path / "run/secrets/database-password"),
            },
            capture_output=True,
            text=True,
        )
        assert login.returncode == 0, login.stderr

        healthy = (*composed.services["pages"]["healthcheck"]["test"][1:], str(composed.port))
        assert composed.done("pages", *healthy) == 1, "nobody serves yet"
        assert composed.done("migrate") == 0, composed.log.read_text()
        assert composed.done("migrate") == 0, "a second start changes nothing"
        running += [composed.start("pages"), composed.start("worker")]
        _until(lambda: composed.done("pages", *healthy) == 0, composed.log)
        status, where, _ = _asked(composed.port, "/")
        assert (status, where) == (302, "/sign-in/?next=%2F")
        assert "登录" in _asked(composed.port, "/sign-in/")[2].decode()
        assert _asked(composed.port, "/static/vendor/tabler.min.css")[0] == 200
        assert _asked(composed.port, "/sign-in/", "evil.example")[0] == 400

        with psycopg.connect(cluster.url, autocommit=True) as watched:
            seen = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'fangpin-worker'"

            def worker_there() -> bool:
                row = watched.execute(seen).fetchone()
                return row is not None and row[0] > 0

            _until(worker_there, composed.log)
            owner = watched.execute(
                "SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = 'fangpin'"
            ).fetchone()
            assert owner == (False, False)
        saved = f"{tmp_path}/backups/first.fangpin"
        assert composed.done("worker", "fangpin", "backup", saved) == 0, composed.log.read_text()
        assert Path(saved).stat().st_size > 1000
        for process in running:
            process.send_signal(signal.SIGTERM)
        assert [process.wait(timeout=40) for process in running] == [0, 0]
    finally:
        for process in running:
            if process.poll() is None:
                process.kill()
                process.wait()
        cluster.stop()
        shutil.rmtree(cluster.layout.cluster.parent, ignore_errors=True)
    assert "Traceback" not in composed.log.read_text()
    assert "evil.example" not in composed.log.read_text(), "nobody outside writes into the log"


def test_units_say_what_systemd_knows(tmp_path: Path) -> None:
    verify = shutil.which("systemd-analyze")
    if verify is None:
        pytest.skip("systemd-analyze is not installed")
    units = []
    for unit in sorted((ROOT / "deploy/systemd").iterdir()):
        # As install.sh writes them for another place; here one where there are such programs.
        text = unit.read_text(encoding="utf-8").replace("/opt/fangpin", str(tmp_path))
        (tmp_path / unit.name).write_text(text)
        units.append(str(tmp_path / unit.name))
    programs = tmp_path / "current/bin"
    programs.mkdir(parents=True)
    for name in ("fangpin", "python"):
        (programs / name).symlink_to("/bin/true")
    said = subprocess.run(
        [verify, "verify", "--man=no", *units], capture_output=True, text=True, env={**os.environ}
    )
    assert (said.returncode, said.stderr) == (0, "")

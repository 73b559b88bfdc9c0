"""The demonstration as a whole: one command up, one signal down, data found again."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import psutil
import pytest

from fangpin.foundation.postgres import Server

READY_SECONDS = 240


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Demo:
    """A running `fangpin demo`."""

    def __init__(self, data_dir: Path, port: int, *arguments: str) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.log = data_dir / f"log-{time.monotonic_ns()}"
        environment = {k: v for k, v in os.environ.items() if not k.startswith("FANGPIN_")}
        environment |= {"FANGPIN_DATA_DIR": str(data_dir), "PYTHONUNBUFFERED": "1"}
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        command = [sys.executable, "-m", "fangpin", "demo", "--port", str(port), *arguments]
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                command, env=environment, stdout=output, stderr=subprocess.STDOUT
            )

    def text(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def wait_until_ready(self) -> list[psutil.Process]:
        """Every process of it, once pages work."""
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if f"ready:  {self.url}" in self.text():
                return psutil.Process(self.process.pid).children(recursive=True)
            assert self.process.poll() is None, self.text()
            time.sleep(0.1)
        raise AssertionError(self.text())


@pytest.fixture
def data_dir() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="fangpin-demo-"))
    yield folder
    shutil.rmtree(Server(folder / "demo").layout.cluster.parent, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


def test_a_taken_port_is_said_at_once_and_nothing_is_started(data_dir: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        demo = Demo(data_dir, port)
        assert demo.process.wait(timeout=60) == 1
    text = demo.text()
    assert f"port {port} is taken" in text
    assert f"端口 {port} 已被占用" in text
    assert "PORT=" in text
    assert not (data_dir / "demo").exists()


class Reader:
    """Signs in and reads pages as a browser does."""

    def __init__(self, site: str) -> None:
        self.site, self.jar = site, CookieJar()
        self.opener = build_opener(HTTPCookieProcessor(self.jar))

    def get(self, path: str) -> str:
        return str(self.opener.open(self.site + path, timeout=60).read().decode())

    def post(self, path: str, page: str, **values: str) -> str:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token
        body = urlencode({"csrfmiddlewaretoken": token[1], **values}).encode()
        request = Request(self.site + path, body, {"Referer": self.site})
        return str(self.opener.open(request, timeout=60).read().decode())

    def upload(self, page: str, files: list[Path], **values: str) -> str:
        """Hand files in; returns the address of the job."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token
        line = "----fangpin-test"
        parts = [
            f'--{line}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in {"csrfmiddlewaretoken": token[1], **values}.items()
        ]
        for file in files:
            head = f'--{line}\r\nContent-Disposition: form-data; name="files"; '
            head += f'filename="{file.name}"\r\nContent-Type: application/octet-stream\r\n\r\n'
            parts.append(head.encode() + file.read_bytes() + b"\r\n")
        request = Request(
            self.site + "/upload/",
            b"".join(parts) + f"--{line}--\r\n".encode(),
            {"Referer": self.site, "Content-Type": f"multipart/form-data; boundary={line}"},
        )
        return str(self.opener.open(request, timeout=120).geturl().removeprefix(self.site))


@pytest.mark.long
def test_up_used_down_and_up_again(data_dir: Path) -> None:
    port = _free_port()
    demo = Demo(data_dir, port, "--households", "400")
    parts = demo.wait_until_ready()
    try:
        assert any("postgres" in part.name() for part in parts)
        reader = Reader(demo.url)
        reader.post("/sign-in/demo/", reader.get("/sign-in/"), account="county")
        overview = reader.get("/overview/")
        assert 'class="matrix"' in overview
        with pytest.raises(HTTPError, match="404"):
            reader.get("/audit/")

        # The files of the county once more, through the upload page, the worker and the engine.
        county = next((data_dir / "demo/county").iterdir())
        files = sorted((county / "2021-05").iterdir())
        given = [path for path in files if path.is_file() and path.suffix in {".xlsx", ".csv"}]
        page = reader.get("/upload/")
        job = reader.upload(
            page, given, pack="baiyin-2021", as_of="2021-05-31", base="current", compare="1"
        )
        deadline = time.monotonic() + 240
        while "job-done" not in (state := reader.get(job)):
            assert "job-failed" not in state, state
            assert time.monotonic() < deadline
            time.sleep(0.5)
        findings = reader.get("/findings/")
        assert "持续" in findings, "the same files once more: what was found goes on"
    finally:
        demo.process.send_signal(signal.SIGINT)
        assert demo.process.wait(timeout=60) == 0
    assert "everything has stopped" in demo.text()
    _, alive = psutil.wait_procs(parts, timeout=10)
    assert alive == []

    again = Demo(data_dir, port)
    parts = again.wait_until_ready()
    try:
        assert "generating" not in again.text()
        assert "screening" not in again.text()
        reader = Reader(again.url)
        reader.post("/sign-in/demo/", reader.get("/sign-in/"), account="township")
        assert "持续" in reader.get("/findings/")
    finally:
        again.process.kill()
        again.process.wait()
    if sys.platform.startswith("linux"):
        _, alive = psutil.wait_procs(parts, timeout=30)
        assert alive == [], "no part outlives a killed demonstration"


@pytest.mark.long
def test_a_part_that_ends_by_itself_takes_the_others_down_with_its_log(data_dir: Path) -> None:
    demo = Demo(data_dir, _free_port(), "--households", "60")
    parts = demo.wait_until_ready()
    worker = next(part for part in parts if "fangpin.web.worker" in part.cmdline())
    worker.kill()
    assert demo.process.wait(timeout=60) == 1
    text = demo.text()
    assert "worker did not run" in text
    assert "worker is ready" in text, "the end of the worker's log is shown"
    _, alive = psutil.wait_procs(parts, timeout=10)
    assert alive == []

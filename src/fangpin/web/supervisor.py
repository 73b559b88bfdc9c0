"""Starts the parts of an installation, watches them, and stops them in the right order.

Order up: database, worker, pages. Order down: pages, worker, database. Every part runs in a session
of its own, so that Ctrl-C reaches only us; on Linux a part also ends when we are killed.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from fangpin.foundation.postgres import Server, die_with_parent
from fangpin.kernel.errors import FangpinError

_STOP_SECONDS = 20


class Stopped(Exception):
    """Somebody asked us to stop (Ctrl-C or SIGTERM)."""


def listen_for_stop() -> None:
    """From now on SIGINT and SIGTERM raise Stopped in the main thread; once."""

    def stop(number: int, frame: FrameType | None) -> None:
        # A second Ctrl-C must not interrupt the orderly stop that the first one began.
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, signal.SIG_IGN)
        raise Stopped

    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, stop)


def refuse_taken_port(host: str, port: int) -> None:
    """Raise FangpinError when something else listens on the port already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As the server itself does: a port that merely lingers after a stop is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise FangpinError.because(
                f"端口 {port} 已被占用",
                f"port {port} is taken",
                do_zh=f"停止占用该端口的程序，或换一个端口：make demo PORT={port + 1}",
                do_en=f"stop the program that uses it, or take another: make demo PORT={port + 1}",
            ) from error


@dataclass
class Part:
    """One running part and where it writes its log."""

    name: str
    process: "subprocess.Popen[bytes]"
    log: Path

    def tail(self, lines: int = 15) -> str:
        """The last lines of its log."""
        text = self.log.read_text(encoding="utf-8", errors="replace")
        return "\n".join(text.splitlines()[-lines:])


class Supervisor:
    """The parts of one installation."""

    def __init__(self, data_dir: Path, database: Server | None) -> None:
        self.logs = data_dir / "logs"
        self.database = database
        self.parts: list[Part] = []

    def start(self, name: str, command: Sequence[str]) -> Part:
        """Start a part with our environment; its output goes to logs/NAME.log."""
        self.logs.mkdir(parents=True, exist_ok=True)
        log = self.logs / f"{name}.log"
        if log.exists() and log.stat().st_size > 10_000_000:
            log.replace(log.with_suffix(".log.1"))
        with log.open("ab") as output:
            process = subprocess.Popen(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),
            )
        part = Part(name, process, log)
        self.parts.append(part)
        return part

    def start_pages(self, host: str, port: int) -> Part:
        """Start the web server; gthread because views are synchronous."""
        bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        return self.start(
            "web",
            (
                *(sys.executable, "-m", "gunicorn", "fangpin.web.wsgi:application"),
                *("--bind", bind, "--worker-class", "gthread", "--workers", "2"),
                *("--threads", "8", "--timeout", "120", "--graceful-timeout", "10"),
                *("--worker-tmp-dir", "/dev/shm" if Path("/dev/shm").is_dir() else "/tmp"),
                "--no-control-socket",
            ),
        )

    def start_worker(self) -> Part:
        """Start the program that does background jobs."""
        return self.start("worker", (sys.executable, "-m", "fangpin.web.worker"))

    def wait_for_pages(self, url: str, seconds: float = 60) -> None:
        """Return when the health page answers; raise FangpinError when a part ends before."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.check()
            try:
                with urllib.request.urlopen(f"{url}/health/", timeout=5) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise self._failed(next(part for part in self.parts if part.name == "web"))

    def check(self) -> None:
        """Raise FangpinError, with the end of its log, when a part has ended by itself."""
        if self.database is not None and not self.database.alive():
            raise FangpinError.because(
                f"数据库意外停止。日志末尾：\n{self.database.log_tail()}",
                f"the database stopped. End of its log:\n{self.database.log_tail()}",
                do_zh=f"完整日志见 {self.database.layout.log}",
                do_en=f"the whole log is in {self.database.layout.log}",
            )
        for part in self.parts:
            if part.process.poll() is not None:
                raise self._failed(part)

    def watch(self) -> None:
        """Stay until a part ends by itself (FangpinError) or we are asked to stop (Stopped)."""
        while True:
            self.check()
            time.sleep(0.5)

    def stop(self) -> None:
        """Stop everything we started, the last one first; the database at the very end."""
        for part in reversed(self.parts):
            if part.process.poll() is None:
                part.process.terminate()
        for part in reversed(self.parts):
            try:
                part.process.wait(timeout=_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(part.process.pid, signal.SIGKILL)
                part.process.wait()
        self.parts.clear()
        if self.database is not None:
            self.database.stop()

    def _failed(self, part: Part) -> FangpinError:
        code = part.process.poll()
        return FangpinError.because(
            f"{part.name} 未能运行（结束代码 {code}）。日志末尾：\n{part.tail()}",
            f"{part.name} did not run (exit code {code}). End of its log:\n{part.tail()}",
            do_zh=f"完整日志见 {part.log}",
            do_en=f"the whole log is in {part.log}",
        )

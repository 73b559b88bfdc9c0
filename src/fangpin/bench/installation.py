"""A whole installation for a load run: database, page servers, worker, and people signed in.

`running` fills a county of invented people in a folder of its own that goes at the end, and signs
in village workers; `serving` brings up what lies in a folder already.
"""

import http.client
import json
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from fangpin.foundation.postgres import Server, layout

HOST: Final = "127.0.0.1"
_TICKS: Final = os.sysconf("SC_CLK_TCK")


@dataclass
class Sender:
    """Somebody signed in: what every request of theirs carries, and households they work at."""

    headers: dict[str, str]
    households: list[int]
    phone: str = ""
    connection: http.client.HTTPConnection | None = field(default=None, repr=False)

    def ask(
        self, port: int, method: str, path: str, body: bytes = b"", kind: str = "application/json"
    ) -> tuple[int, bytes]:
        """One request over a connection that stays open; status and body of the answer."""
        for fresh in (False, True):
            if self.connection is None or fresh:
                self.connection = http.client.HTTPConnection(HOST, port, timeout=60)
            try:
                headers = self.headers | {"Content-Type": kind, "X-Fangpin-Phone": self.phone}
                self.connection.request(method, path, body or None, headers)
                answer = self.connection.getresponse()
                return answer.status, answer.read()
            except (http.client.HTTPException, OSError):
                self.connection.close()
                if fresh:
                    raise
        raise AssertionError


@dataclass(frozen=True)
class Installation:
    """Where it answers, who may ask, and what its parts have used."""

    port: int
    senders: list[Sender]
    parts: dict[str, int]  # name → id of the process whose children do the work

    def servers(self) -> list[int]:
        """The processes that answer requests."""
        return children(self.parts["pages"])

    def used(self) -> dict[str, float]:
        """Processor seconds of each part and all its descendants so far."""
        return {name: seconds_of(pid) for name, pid in self.parts.items()}


@contextmanager
def running(*, persons: int, senders: int, port: int, **settings: str) -> Iterator[Installation]:
    """Bring everything up, wait for the pages, and take everything down and away again."""
    folder = Path(tempfile.mkdtemp(prefix="fangpin-load-"))
    cluster = layout(folder).cluster

    def prepare() -> list[Sender]:
        from fangpin.bench.registry_load import fill

        fill(persons=persons)
        return _village_workers(senders)

    try:
        with serving(folder, port, prepare, **settings) as place:
            for each in place.senders:
                _take_a_phone(each, port)
            yield place
    finally:
        shutil.rmtree(cluster.parent, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def serving(
    folder: Path, port: int, prepare: Callable[[], list[Sender]], **settings: str
) -> Iterator[Installation]:
    """Bring up the installation in `folder`, nothing else of the environment holding but
    `settings`; `prepare` says who asks, before the pages start. Takes everything down at the end.
    """
    for name in [name for name in os.environ if name.startswith("FANGPIN_")]:
        del os.environ[name]
    os.environ |= settings | {
        "FANGPIN_DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "fangpin.web.settings",
    }
    from fangpin.web import database
    from fangpin.web.supervisor import Supervisor, refuse_taken_port

    refuse_taken_port(HOST, port)
    server = Server(folder)
    supervisor = Supervisor(folder, server)
    try:
        server.start()
        database.connect()
        database.migrate()
        people = prepare()
        worker = supervisor.start_worker()
        pages = supervisor.start_pages(HOST, port)
        supervisor.wait_for_pages(f"http://{HOST}:{port}")
        postmaster = int((server.layout.cluster / "postmaster.pid").read_text().split()[0])
        parts = {
            "pages": pages.process.pid, "worker": worker.process.pid, "database": postmaster
        }  # fmt: skip
        yield Installation(port, people, parts)
    finally:
        supervisor.stop()


def signed_in(user: Any) -> Any:
    """A test client with a session of this user, as after the second step of signing in."""
    from django.test import Client

    client = Client(SERVER_NAME=HOST)
    client.force_login(user)
    session: Any = client.session
    session["factor"] = True
    session.save()
    return client


def _village_workers(count: int) -> list[Sender]:
    """Village workers, each with a village, its monitored households and a session."""
    from django.conf import settings

    from fangpin.people.actions import give_post
    from fangpin.people.models import Role, User
    from fangpin.places.models import Place
    from fangpin.registry.models import Household

    villages = list(Place.objects.filter(level=Place.Level.VILLAGE, valid_to=None))
    found = []
    for at in range(count):
        place = villages[at % len(villages)]
        user = User.objects.create(username=f"load-{at}")
        give_post(
            by=None, user=user, role=Role.VILLAGE_WORKER, place=place,
            valid_from=date(2020, 1, 1),
        )  # fmt: skip
        key = signed_in(user).session.session_key
        homes = Household.objects.filter(village_code=place.code, state="active")
        cookie = f"{settings.SESSION_COOKIE_NAME}={key}"
        found.append(Sender({"Cookie": cookie}, list(homes.values_list("pk", flat=True)[:200])))
    return found


def _take_a_phone(sender: Sender, port: int) -> None:
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    connection.request("GET", "/phone/hello", headers=sender.headers)
    answer = connection.getresponse()
    cookie = (answer.getheader("Set-Cookie") or "").split(";")[0]
    token = json.loads(answer.read())["csrf"]
    sender.headers["Cookie"] += f"; {cookie}"
    sender.headers["X-CSRFToken"] = token
    status, body = sender.ask(port, "POST", "/phone/key")
    if status != 200:
        raise SystemExit(f"a phone got no key: {status} {body[:200]!r}")
    sender.phone = json.loads(body)["phone"]


def seconds_of(pid: int) -> float:
    """Processor seconds of a process, its children that are there, and those that have ended."""
    total = 0.0
    try:
        told = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        total = sum(int(told[at]) for at in (11, 12, 13, 14)) / _TICKS
    except OSError:
        return total
    return total + sum(seconds_of(child) for child in children(pid))


def children(pid: int) -> list[int]:
    """The processes that a process has started and that are there."""
    try:
        return list(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))
    except OSError:
        return []


@contextmanager
def frozen(pid: int) -> Iterator[None]:
    """Meanwhile a process and its descendants stand still; it comes first, so none is added."""

    def tell(each: int, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.kill(each, number)
        for child in children(each):
            tell(child, number)

    tell(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        tell(pid, signal.SIGCONT)


def percentiles(taken: list[float]) -> str:
    """Median, 95th and 99th percentile and the worst, in milliseconds."""
    if not taken:
        return "none"
    ordered = sorted(taken)

    def at(share: float) -> float:
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000

    return (
        f"p50 {at(0.5):.0f} ms, p95 {at(0.95):.0f} ms, p99 {at(0.99):.0f} ms,"
        f" worst {ordered[-1] * 1000:.0f} ms"
    )

"""Officers at work while somebody hands in files made to do harm (trust C1):
`python -m tests.feeds.hostile FOLDER`, then
`python -m fangpin.bench.hostile FOLDER [--turns 12] [--seconds 10]`.

Brings up a whole installation. Turn by turn, because machines are faster and slower from one minute
to the next, officers read alone; beside files that come through the page, one after the other, and
that the worker judges each in a process of its own; and beside a loop of nothing. Says how much
longer their pages take, how much more memory the page servers take, and how long a verdict takes.
"""

import argparse
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from fangpin.bench.installation import Installation, Sender, frozen, running
from fangpin.bench.readers import (
    WITHOUT_LIMIT,
    Heard,
    compared,
    percentile,
    questions,
    reading,
    sign_in,
)

_PACK: Final = "baiyin-2021"
_DAY: Final = "2021-05-31"
_REST: Final = 120.0  # seconds for files that still wait after the last turn


def body(mark: str, name: str, data: bytes) -> bytes:
    """One file as the page for uploads sends it."""
    fields = {"pack": _PACK, "as_of": _DAY}
    parts = [
        f'Content-Disposition: form-data; name="{field}"\r\n\r\n{value}'.encode()
        for field, value in fields.items()
    ]
    parts.append(
        f'Content-Disposition: form-data; name="files"; filename="{name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n".encode()
        + data
    )
    edge = f"--{mark}".encode()
    return b"".join(edge + b"\r\n" + part + b"\r\n" for part in parts) + edge + b"--\r\n"


def hand_in(
    place: Installation, sender: Sender, files: list[Path], every: float, stop: threading.Event
) -> Counter[str]:
    """Send the files one after the other; the answers, counted. 303: taken, 422: refused."""
    heard: Counter[str] = Counter()
    for path in files:
        if stop.wait(every):
            break
        mark = uuid4().hex
        kind = f"multipart/form-data; boundary={mark}"
        data = body(mark, path.name, path.read_bytes())
        try:
            status, _ = sender.ask(place.port, "POST", "/upload/", data, kind)
            heard[str(status)] += 1
        except OSError as error:
            heard[type(error).__name__] += 1
    return heard


class Memory:
    """What each page server holds, and the most it held since the beginning."""

    def __init__(self, servers: list[int]) -> None:
        for pid in servers:
            Path(f"/proc/{pid}/clear_refs").write_text("5")  # the most held counts anew
        self.before = {pid: _held(pid, "VmRSS") for pid in servers}

    def more(self) -> int:
        """Bytes that a server took at most on top of what it held."""
        return max(_held(pid, "VmHWM") - held for pid, held in self.before.items())


def _held(pid: int, what: str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{what}:"):
            return int(line.split()[1]) * 1024
    raise SystemExit(f"the system does not tell what process {pid} holds")


def measure(
    place: Installation, files: list[Path], turns: int, seconds: float, every: float
) -> None:
    """Turn by turn: alone, beside the files, beside a loop of nothing. Prints what was found."""
    from django.utils import timezone

    from fangpin.foundation.models import Job

    ask = questions()
    sender, *officers = sign_in(5)
    people = [(officer, ask(number)) for number, officer in enumerate(officers)]
    worker = place.parts["worker"]
    _read(place, people, 5.0, every)  # every page server has its packs and plans
    alone, beside, control, answers = Heard(), Heard(), Heard(), Counter[str]()
    memory, spent = Memory(place.servers()), Counter[str]()
    jobs, awake = Job.objects.filter(kind="screen"), list[tuple[datetime, datetime]]()
    for _ in range(turns):
        with frozen(worker):
            alone.add(_read(place, people, seconds, every))
            with _loop_of_nothing():
                control.add(_read(place, people, seconds, every))
        before, begun = place.used(), timezone.now()
        with _sending(place, sender, files[answers.total() :], answers):
            beside.add(_read(place, people, seconds, every))
        awake.append((begun, timezone.now()))
        spent.update({name: used - before[name] for name, used in place.used().items()})
    deadline = time.monotonic() + _REST
    while jobs.filter(finished_at=None).exists() and time.monotonic() < deadline:
        time.sleep(0.5)
    awake[-1] = (awake[-1][0], timezone.now())
    print("\n".join(compared(alone, beside, "beside")))
    print(compared(alone, control, "loop")[-1] + " beside an idle-priority loop of nothing")
    print(f"{answers.total()} files sent in {turns} turns of {seconds:g} s: {dict(answers)}")
    print(f"a page server took {memory.more() / 2**20:.0f} MiB more at most")
    ended = jobs.filter(state__in=("done", "failed"))
    judged([job for a, b in awake for job in ended.filter(started_at__gt=a, finished_at__lt=b)])
    shares = ", ".join(f"{name} {used / turns / seconds:.2f}" for name, used in spent.items())
    print(f"processors used beside the files: {shares}")
    wrong = {*alone.wrong, *beside.wrong, *control.wrong}
    if wrong or set(answers) - {"303", "422"}:
        raise SystemExit(f"not answered: {sorted(wrong)}, {dict(answers)}")


def _read(
    place: Installation, people: list[tuple[Sender, Any]], seconds: float, every: float
) -> Heard:
    with reading(place.port, people, every=every) as heard:
        time.sleep(seconds)
    return heard


@contextmanager
def _sending(
    place: Installation, sender: Sender, files: list[Path], answers: Counter[str]
) -> Iterator[None]:
    stop = threading.Event()
    sending = threading.Thread(
        target=lambda: answers.update(hand_in(place, sender, files, 0.5, stop))
    )
    sending.start()
    try:
        yield
    finally:
        stop.set()
        sending.join()


@contextmanager
def _loop_of_nothing() -> Iterator[None]:
    """What the machine itself costs: a process that stands behind all others and holds nothing."""
    loop = subprocess.Popen(
        [sys.executable, "-c", "while True: sum(range(100000))"],
        start_new_session=True,
        preexec_fn=lambda: os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0)),
    )
    try:
        yield
    finally:
        loop.kill()
        loop.wait()


def judged(jobs: list[Any]) -> None:
    """Print how long verdicts took, those that no pause of the worker's made longer."""
    if not jobs:
        print("no file was judged in this time")
        return
    took = [(job.finished_at - job.started_at).total_seconds() for job in jobs]
    states = dict(Counter(job.state for job in jobs))
    print(
        f"{len(jobs)} judged by the worker: {states}; from its beginning a verdict took"
        f" {percentile(took, 0.5):.1f} s (half of them), {max(took):.1f} s at most"
    )


def main() -> None:
    """Bring up, measure, tell."""
    asked = argparse.ArgumentParser(prog="python -m fangpin.bench.hostile")
    asked.add_argument("folder", type=Path)
    asked.add_argument("--turns", type=int, default=12)
    asked.add_argument("--seconds", type=float, default=10, help="of each part of a turn")
    asked.add_argument("--every", type=float, default=0.25, help="seconds between two pages")
    asked.add_argument("--persons", type=int, default=20_000)
    asked.add_argument("--port", type=int, default=8794)
    given = asked.parse_args()
    files = sorted(given.folder.iterdir())
    if not files:
        raise SystemExit("the folder is empty: write the corpus first")
    with running(persons=given.persons, senders=0, port=given.port, **WITHOUT_LIMIT) as place:
        measure(place, files, given.turns, given.seconds, given.every)
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")


if __name__ == "__main__":
    main()

"""Officers at work while somebody hands in files made to do harm (trust C1):
`python -m tests.feeds.hostile FOLDER`, then
`python -m fangpin.bench.hostile FOLDER [--files 200] [--seconds 240]`.

Brings up a whole installation. Officers read alone, before and after; in between the files come
through the page, one after the other, and the worker judges each in a process of its own. Says how
much longer their pages take, how much more memory the page servers take, and how long a verdict
takes from its beginning.
"""

import argparse
import os
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from fangpin.bench.installation import Installation, Sender, running
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


def measure(place: Installation, files: list[Path], seconds: float, every: float) -> None:
    """Alone, then beside the files, then alone again; prints what was found."""
    from fangpin.foundation.models import Job

    ask = questions()
    sender, *officers = sign_in(5)
    people = [(officer, ask(number)) for number, officer in enumerate(officers)]
    _read(place, people, 5.0, every)  # every page server has its packs and plans
    alone = _read(place, people, seconds / 4, every)
    memory, used, begun = Memory(place.servers()), place.used(), time.monotonic()
    stop, answers = threading.Event(), Counter[str]()
    sending = threading.Thread(
        target=lambda: answers.update(hand_in(place, sender, files, 0.5, stop))
    )
    jobs = Job.objects.filter(kind="screen")
    with reading(place.port, people, every=every) as beside:
        sending.start()
        while time.monotonic() - begun < seconds:
            time.sleep(1)
            if not sending.is_alive() and not jobs.filter(finished_at=None).exists():
                break
        stop.set()
        sending.join()
    took, used_then = time.monotonic() - begun, place.used()
    held = memory.more()
    _stop(jobs)
    alone.add(_read(place, people, seconds / 4, every))
    print("\n".join(compared(alone, beside, "beside")))
    print(f"{sum(answers.values())} files sent in {took:.0f} s: {dict(answers)}")
    print(f"a page server took {held / 2**20:.0f} MiB more at most")
    judged(list(jobs.filter(state__in=("done", "failed"))))
    shares = ", ".join(
        f"{name} {(spent - used[name]) / took:.2f}" for name, spent in used_then.items()
    )
    print(f"processors used meanwhile: {shares}")
    if alone.wrong or beside.wrong or set(answers) - {"303", "422"}:
        raise SystemExit(f"not answered: {sorted({*alone.wrong, *beside.wrong})}, {dict(answers)}")


def _stop(jobs: Any) -> None:
    """Cancel what waits or goes on, and wait for it."""
    from fangpin.foundation.actions import request_cancel

    for job in jobs.filter(finished_at=None):
        request_cancel(by=job.by, job=job)
    while jobs.filter(finished_at=None).exists():
        time.sleep(0.5)


def _read(
    place: Installation, people: list[tuple[Sender, Any]], seconds: float, every: float
) -> Heard:
    with reading(place.port, people, every=every) as heard:
        time.sleep(seconds)
    return heard


def judged(jobs: list[Any]) -> None:
    """Print how long verdicts took and what they were."""
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
    asked.add_argument("--files", type=int, default=200)
    asked.add_argument("--seconds", type=float, default=240)
    asked.add_argument("--every", type=float, default=0.25, help="seconds between two pages")
    asked.add_argument("--persons", type=int, default=20_000)
    asked.add_argument("--port", type=int, default=8794)
    given = asked.parse_args()
    files = sorted(given.folder.iterdir())[: given.files]
    if not files:
        raise SystemExit("the folder is empty: write the corpus first")
    with running(persons=given.persons, senders=0, port=given.port, **WITHOUT_LIMIT) as place:
        measure(place, files, given.seconds, given.every)
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")


if __name__ == "__main__":
    main()

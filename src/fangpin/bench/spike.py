"""A spike on the public page beside people at work (trust K4):
`python -m fangpin.bench.spike [--from 20] [--to 200] [--seconds 60]`.

Brings up a whole installation. First officers work alone, then citizens come, their rate growing
evenly from the first figure to the second, then staying there. Every request is due at a fixed
moment and its time counts from then on. No proxy stands before the pages, which in use answers all
but one request a minute and page by itself (docs/public.md): this is the harder case.
"""

import argparse
import os
import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from fangpin.bench.installation import Installation, Sender, percentiles, running

_STAFF_EVERY = 0.25  # seconds between two pages of an officer
_OFFICERS = 4
_STAFF_PAGES = ("/registry/households/", "/clues/", "/desk/")


@dataclass
class Heard:
    """Times of answers by status."""

    taken: list[float] = field(default_factory=list)
    states: Counter[str] = field(default_factory=Counter)

    def add(self, status: str, seconds: float) -> None:
        self.states[status] += 1
        if status == "200":
            self.taken.append(seconds)

    def said(self) -> str:
        return f"{dict(self.states)}; answered: {percentiles(self.taken)}"


def staff(place: Installation, stop: threading.Event, heard: Heard) -> list[threading.Thread]:
    """Officers who turn pages, one after the other."""

    def work(sender: Sender) -> None:
        pick = random.Random(1)
        while not stop.wait(_STAFF_EVERY):
            begun = time.perf_counter()
            status, _ = sender.ask(place.port, "GET", pick.choice(_STAFF_PAGES))
            heard.add(str(status), time.perf_counter() - begun)

    threads = [threading.Thread(target=work, args=(each,)) for each in place.senders[:_OFFICERS]]
    for thread in threads:
        thread.start()
    return threads


def citizens(place: Installation, paths: list[str], first: float, last: float, seconds: float,
             heard: Heard) -> None:  # fmt: skip
    """Requests at a rate that grows from `first` to `last` over a third of the time."""
    pick, local = random.Random(2), threading.local()
    due, begun = 0.0, time.perf_counter()

    def ask(path: str, at: float) -> None:
        sender = getattr(local, "sender", None)
        if sender is None:
            sender = local.sender = Sender({}, [])
        try:
            status, _ = sender.ask(place.port, "GET", path)
            told = str(status)
        except OSError as error:
            told = type(error).__name__
        heard.add(told, time.perf_counter() - at)

    with ThreadPoolExecutor(64) as pool:
        while due < seconds:
            wait = begun + due - time.perf_counter()
            if wait > 0:
                time.sleep(wait)
            pool.submit(ask, pick.choice(paths), begun + due)
            due += 1 / (first + (last - first) * min(1.0, 3 * due / seconds))


def main() -> None:
    """Bring up, measure without and with the spike, tell."""
    asked = argparse.ArgumentParser(prog="python -m fangpin.bench.spike")
    asked.add_argument("--from", type=float, default=20, dest="first")
    asked.add_argument("--to", type=float, default=200, dest="last")
    asked.add_argument("--seconds", type=float, default=60)
    asked.add_argument("--persons", type=int, default=20_000)
    asked.add_argument("--port", type=int, default=8792)
    given = asked.parse_args()
    with running(persons=given.persons, senders=_OFFICERS, port=given.port) as place:
        from django.conf import settings
        from django.utils import timezone

        from fangpin.disclosure.site_writer import write_site

        write_site(settings.PUBLIC_ROOT, timezone.localdate())
        pages = sorted(settings.PUBLIC_ROOT.rglob("index.html"))
        paths = [f"/public/{page.parent.relative_to(settings.PUBLIC_ROOT)}/" for page in pages]
        paths = [path.replace("/./", "/") for path in paths]
        alone, beside, public = Heard(), Heard(), Heard()
        for heard, seconds, spike in ((Heard(), 3.0, False), (alone, given.seconds / 3, False),
                                      (beside, given.seconds, True)):  # fmt: skip
            stop, used = threading.Event(), place.used()
            threads = staff(place, stop, heard)
            if spike:
                citizens(place, paths, given.first, given.last, seconds, public)
            else:
                time.sleep(seconds)
            stop.set()
            for thread in threads:
                thread.join()
        cost = {name: spent - used[name] for name, spent in place.used().items()}
        print(f"{len(paths)} public pages, {given.first:.0f} to {given.last:.0f} a second")
        print(f"public: {public.said()}")
        print(f"officers alone: {alone.said()}")
        print(f"officers beside the spike: {beside.said()}")
        print(", ".join(f"{name} {spent:.1f} s of processor time" for name, spent in cost.items()))
        print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
        if set(public.states) - {"200", "503"} or set(beside.states) - {"200"}:
            raise SystemExit("somebody got neither an answer nor a word when to come again")


if __name__ == "__main__":
    main()

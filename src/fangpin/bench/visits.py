"""Visits of the last hours of a month, each with two photographs (trust K1):
`python -m fangpin.bench.visits [--phones 16] [--seconds 30] [--rate 50]`.

Brings up a whole installation with a durable database and two page servers of eight threads, lets
phones hand in visits, and says how many a second, how long each took, what a visit cost, and
whether all of them are there once. Without a rate every phone sends as fast as it is answered; with
one, visits are due at fixed moments and their time counts from then on.
"""

import argparse
import io
import json
import os
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from uuid import uuid4

from fangpin.bench.installation import Installation, Sender, percentiles, running

_BOUNDARY = "fangpin-load"


@dataclass
class Told:
    """What the phones heard."""

    taken: list[float] = field(default_factory=list)
    states: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, state: str, seconds: float) -> None:
        with self.lock:
            self.states[state] += 1
            self.taken.append(seconds)


def photograph(width: int = 1600, height: int = 1200) -> bytes:
    """A picture such as a phone sends: about 110 KB."""
    from PIL import Image

    small = Image.effect_noise((width // 10, height // 10), 60).convert("RGB")
    out = io.BytesIO()
    small.resize((width, height), Image.Resampling.BICUBIC).save(out, "JPEG", quality=72)
    return out.getvalue()


def body(household: int, pictures: list[bytes]) -> bytes:
    """One visit with its pictures, as the app sends it."""
    ids = [str(uuid4()) for _ in pictures]
    entry = {
        "client_id": str(uuid4()),
        "kind": "visit",
        "about": {"household": household},
        "values": {"on": "2026-11-01", "purpose": "routine", "met": "head", "note": "情况正常"},
        "pictures": {"photos": ids},
        "claimed_at": None,
    }
    parts = [
        b'Content-Disposition: form-data; name="entries"\r\n\r\n'
        + json.dumps({"entries": [entry]}).encode()
    ]
    parts += [
        f'Content-Disposition: form-data; name="{pk}"; filename="p.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n".encode()
        + data
        for pk, data in zip(ids, pictures, strict=True)
    ]
    mark = f"--{_BOUNDARY}".encode()
    return b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts) + mark + b"--\r\n"


def hand_in(place: Installation, sender: Sender, data: bytes) -> str:
    """Send one body; what became of its visit."""
    kind = f"multipart/form-data; boundary={_BOUNDARY}"
    status, answer = sender.ask(place.port, "POST", "/phone/send", data, kind)
    if status != 200:
        return f"status {status}"
    return str(json.loads(answer)["answers"][0]["state"])


def measure(place: Installation, seconds: float, rate: float) -> Told:
    """Let every phone send until the time is over."""
    told, pictures = Told(), [photograph(), photograph()]
    begun = time.perf_counter()
    slots = iter(range(10**9))
    lock = threading.Lock()

    def phone(sender: Sender) -> None:
        at = 0
        while True:
            if rate:
                with lock:
                    due = begun + next(slots) / rate
                if due > begun + seconds:
                    return
                time.sleep(max(0.0, due - time.perf_counter()))
            else:
                due = time.perf_counter()
                if due > begun + seconds:
                    return
            at += 1
            home = sender.households[at % len(sender.households)]
            try:
                state = hand_in(place, sender, body(home, pictures))
            except OSError as error:
                state = type(error).__name__
            told.add(state, time.perf_counter() - due)

    threads = [threading.Thread(target=phone, args=(each,)) for each in place.senders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def main() -> None:
    """Bring up, measure, tell."""
    asked = argparse.ArgumentParser(prog="python -m fangpin.bench.visits")
    asked.add_argument("--phones", type=int, default=16)
    asked.add_argument("--seconds", type=float, default=30)
    asked.add_argument("--rate", type=float, default=0, help="visits due a second; 0: no rate")
    asked.add_argument("--persons", type=int, default=20_000)
    asked.add_argument("--port", type=int, default=8791)
    given = asked.parse_args()
    with running(persons=given.persons, senders=given.phones, port=given.port) as place:
        measure(place, 2, 0)  # every thread has its connection and its packs
        from fangpin.fieldwork.models import Picture, Sent, Visit

        before, used = Visit.objects.count(), place.used()
        begun = time.perf_counter()
        told = measure(place, given.seconds, given.rate)
        took = time.perf_counter() - begun
        cost = {name: spent - used[name] for name, spent in place.used().items()}
        there = Visit.objects.count() - before
        sent = told.states.total()
        print(f"{sent} visits in {took:.1f} s: {sent / took:.1f} a second; {dict(told.states)}")
        print(percentiles(told.taken))
        for name, spent in cost.items():
            print(f"{name}: {spent / max(sent, 1) * 1000:.1f} ms of processor time a visit")
        print(f"{there} visits are there, {told.states['taken']} were taken")
        print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
        once = Sent.objects.count() == Visit.objects.count() and not (
            Picture.objects.filter(sent=None).exists()
        )
        if there != told.states["taken"] or set(told.states) != {"taken"} or not once:
            raise SystemExit("a visit was lost, refused, or is there twice")


if __name__ == "__main__":
    main()

"""New keys for a full registry while people read (trust G2):
`python -m fangpin.bench.rotation [--seconds 40] [--rounds 3]`.

Brings up the installation of FANGPIN_DATA_DIR, which must hold a registry (`fangpin registry fill
--persons 1m`), as it is in use: page servers, worker, database. Adds keys as `fangpin keys rotate
--index` does, then measures in turns: officers alone, and officers while the worker closes
everything anew; each turn ends by cancelling the job, the next goes on where it was. Changes the
registry: take a copy. `--whole` waits for the end and says how long it took.
"""

import argparse
import os
import time
from pathlib import Path
from typing import Any

from fangpin.bench.installation import Installation, serving
from fangpin.bench.readers import WITHOUT_LIMIT, Heard, compared, questions, reading, sign_in


def _begin() -> Any:
    """A job of the worker that closes everything anew; returns when it is at work."""
    from fangpin.foundation.actions import enqueue

    job = enqueue(by=None, kind="keys_rotate", arguments={})
    while not job.step_en and not job.ended:
        time.sleep(0.1)
        job.refresh_from_db()
    return job


def _end(job: Any) -> None:
    """Cancel it, and the one it put in its place to make way, and wait until they have stopped."""
    from fangpin.foundation.actions import request_cancel
    from fangpin.foundation.models import Job

    open_ones = (Job.State.QUEUED, Job.State.RUNNING)
    while rest := list(Job.objects.filter(kind=job.kind, state__in=open_ones)):
        for each in rest:
            request_cancel(by=None, job=each)
        time.sleep(0.2)


def _waiting() -> int:
    from fangpin.foundation.rotation import left

    return sum(left().values())


def measure(place: Installation, *, seconds: float, rounds: int, every: float) -> None:
    """In turns alone and beside the rotation; prints what was found."""
    from fangpin.foundation import rotation
    from fangpin.foundation.keys import chosen_algorithm

    ask = questions()
    people = [(sender, ask(number)) for number, sender in enumerate(place.senders)]
    with reading(place.port, people, every=every):
        time.sleep(min(5.0, seconds))  # every page server has its packs and plans
    if not (waiting := _waiting()):
        rotation.begin(by=None, algorithm=chosen_algorithm(), data=True, index=True)
        waiting = _waiting()
    alone, beside, at_work, closed = Heard(), Heard(), 0.0, 0
    cost: dict[str, float] = {}
    print(f"{waiting:,} rows carry an older key", flush=True)
    for _ in range(rounds):
        with reading(place.port, people, every=every) as heard:
            time.sleep(seconds)
        alone.add(heard)
        job, used, begun = _begin(), place.used(), time.monotonic()
        with reading(place.port, people, every=every) as heard:
            while time.monotonic() - begun < seconds and not job.ended:
                time.sleep(0.5)
                job.refresh_from_db()
        at_work += time.monotonic() - begun
        beside.add(heard)
        _end(job)
        for name, spent in place.used().items():
            cost[name] = cost.get(name, 0.0) + spent - used[name]
        now = _waiting()
        closed, waiting = closed + waiting - now, now
        if not waiting:
            break
    print("\n".join(compared(alone, beside, "rotating")))
    rate = closed / at_work
    print(f"{closed:,} rows in {at_work:.0f} s beside the readers: {rate:,.0f} a second")
    if waiting:
        print(f"{waiting:,} rows are left: {waiting / max(rate, 1):,.0f} s more at this rate")
    shares = ", ".join(f"{name} {spent / at_work:.2f}" for name, spent in cost.items())
    print(f"processors used meanwhile: {shares}")
    if alone.wrong or beside.wrong:
        raise SystemExit(f"not answered: {sorted({*alone.wrong, *beside.wrong})}")


def finish() -> None:
    """Wait for the end of the rotation, nobody reading."""
    waiting, begun = _waiting(), time.monotonic()
    job = _begin()
    while not job.ended:
        time.sleep(0.5)
        job.refresh_from_db()
    took = time.monotonic() - begun
    if job.state != job.State.DONE or _waiting():
        raise SystemExit(f"the rotation did not come to its end: {job.state} {job.error_en}")
    rate = waiting / took
    print(f"the last {waiting:,} rows, nobody reading: {took:.0f} s, {rate:,.0f} a second")


def main() -> None:
    """Bring up, measure, tell."""
    asked = argparse.ArgumentParser(prog="python -m fangpin.bench.rotation")
    asked.add_argument("--seconds", type=float, default=40, help="of each turn")
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--officers", type=int, default=3)
    asked.add_argument("--every", type=float, default=0.25, help="seconds between two pages")
    asked.add_argument("--whole", action="store_true", help="afterwards, to the last row")
    asked.add_argument("--port", type=int, default=8793)
    given = asked.parse_args()
    folder = os.environ.get("FANGPIN_DATA_DIR")
    if not folder:
        raise SystemExit("FANGPIN_DATA_DIR must name the copy of a registry")
    with serving(Path(folder), given.port, lambda: sign_in(given.officers), **WITHOUT_LIMIT) as at:
        measure(at, seconds=given.seconds, rounds=given.rounds, every=given.every)
        if given.whole:
            finish()
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")


if __name__ == "__main__":
    main()

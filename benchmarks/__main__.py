"""`python -m benchmarks [PERSONS …]`: rules of a pack in process, per step, median of five runs."""

import json
import os
import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from typing import Any

from benchmarks.population import population
from fangpin.engine.facts import Facts
from fangpin.engine.findings import evaluate_rules
from fangpin.policy import load_pack
from fangpin.screening.table import findings_table

RUNS = 5
AS_OF = date(2021, 5, 31)


def measure(persons: int) -> dict[str, Any]:
    """Seconds per step (median) for a population of about `persons`."""
    pack = load_pack("baiyin-2021")
    snapshot = population(pack, persons, AS_OF)
    _ = snapshot.hash
    steps: dict[str, list[float]] = {"rules": [], "findings": []}
    found = 0
    for _run in range(RUNS):
        facts = Facts(pack, snapshot, AS_OF)
        outcomes = _timed(steps["rules"], lambda facts=facts: evaluate_rules(pack, facts))
        table = _timed(
            steps["findings"],
            lambda facts=facts, outcomes=outcomes: findings_table(pack, facts, outcomes, None),
        )
        found = table.height
    return {
        "persons": snapshot.persons.height,
        "households": snapshot.households.height,
        "rows": sum(frame.height for frame in snapshot.feeds.values()),
        "rules": len(pack.rules),
        "findings": found,
        "seconds": {name: round(statistics.median(times), 3) for name, times in steps.items()},
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _timed(times: list[float], work: Callable[[], Any]) -> Any:
    started = time.perf_counter()
    result = work()
    times.append(time.perf_counter() - started)
    return result


def main() -> None:
    """Print one JSON object per size."""
    sizes = [int(each) for each in sys.argv[1:]] or [100_000, 1_000_000]
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    print(json.dumps({"machine": machine}))
    for persons in sizes:
        print(json.dumps(measure(persons)), flush=True)


if __name__ == "__main__":
    main()

"""How well and how fast rows without a number are linked, on the labelled set.

python -m fangpin.sample.labelled.measure [--persons 1000000] [--rows 100000] [--repeats 3]
"""

import argparse
import json
import statistics
import time
from dataclasses import asdict, dataclass

import numpy as np

from fangpin.feeds.linking import Linker, Links
from fangpin.feeds.placing import placed
from fangpin.policy import load_pack
from fangpin.sample.labelled import HELD_OUT, TUNING, LabelledSet, labelled_set

KEY = b"measuring linkage on invented persons"[:32]


@dataclass(frozen=True)
class LinkageFigures:
    """One set measured. Recall counts rows whose person is in the register; `asked` rows are put
    before a person, `asked_with_person` of them show the right one. Seconds are medians of the
    linking step (typing and placing of rows excluded; the register's keys and counts included),
    with all passes and with the exact passes alone, measured in turn; `cpu` all threads."""

    seed: int
    held_out: bool
    persons: int
    rows: int
    linked: int
    wrong: int
    precision: float
    recall: float
    recall_exact: float
    asked: int
    asked_with_person: int
    seconds: float
    seconds_exact: float
    cpu: float
    cpu_exact: float


def measure_linkage(
    seed: int = HELD_OUT, *, persons: int = 1_000_000, rows: int = 100_000, repeats: int = 3
) -> LinkageFigures:
    """Link the rows of one labelled set, `repeats` times with and without the model in turn."""
    labelled = labelled_set(seed, persons=persons, rows=rows)
    runs: dict[bool, list[tuple[float, float]]] = {False: [], True: []}
    results: dict[bool, Links] = {}
    for _ in range(repeats):
        for by_model in (False, True):
            results[by_model], wall, cpu = _linked(labelled, by_model)
            runs[by_model].append((wall, cpu))
    truth, known = labelled.truth, int((labelled.truth >= 0).sum())
    booked = results[True].person >= 0
    right = booked & (results[True].person == truth)
    exact = (results[False].person >= 0) & (results[False].person == truth)
    asked, found = _asked(labelled, results[True])
    return LinkageFigures(
        seed=seed,
        held_out=seed not in TUNING,
        persons=labelled.register.identity.size,
        rows=rows,
        linked=int(booked.sum()),
        wrong=int((booked & ~right).sum()),
        precision=float(right.sum() / max(booked.sum(), 1)),
        recall=float(right.sum() / max(known, 1)),
        recall_exact=float(exact.sum() / max(known, 1)),
        asked=asked,
        asked_with_person=found,
        seconds=statistics.median(wall for wall, _ in runs[True]),
        seconds_exact=statistics.median(wall for wall, _ in runs[False]),
        cpu=statistics.median(cpu for _, cpu in runs[True]),
        cpu_exact=statistics.median(cpu for _, cpu in runs[False]),
    )


def _linked(labelled: LabelledSet, by_model: bool) -> tuple[Links, float, float]:
    """A fresh linker each time: what it derives from the register is counted."""
    typed = labelled.typed(load_pack("cn-base"))
    placing = placed(typed, labelled.register)
    linker = Linker(labelled.register, KEY, by_model=by_model)
    wall, cpu = time.perf_counter(), time.process_time()
    links = linker.link(typed, placing)
    return links, time.perf_counter() - wall, time.process_time() - cpu


def _asked(labelled: LabelledSet, links: Links) -> tuple[int, int]:
    """Rows put before a person, and those of them that show the right one."""
    if links.pairs is None:
        return 0, 0
    rows = links.pairs["row"].to_numpy().astype(np.int64) - 2
    numbers = labelled.register.persons["number"]
    meant = labelled.truth[rows]
    right = (meant >= 0) & (
        numbers.gather(np.maximum(meant, 0)) == links.pairs["person_number"]
    ).to_numpy()
    return len(np.unique(rows)), len(np.unique(rows[right]))


def main() -> None:
    """Measure the tuning sets and the one held out; one line of JSON each."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--persons", type=int, default=1_000_000)
    arguments.add_argument("--rows", type=int, default=100_000)
    arguments.add_argument("--repeats", type=int, default=3)
    arguments.add_argument("--seeds", type=int, nargs="*", default=[*TUNING, HELD_OUT])
    given = arguments.parse_args()
    for seed in given.seeds:
        figures = measure_linkage(
            seed, persons=given.persons, rows=given.rows, repeats=given.repeats
        )
        print(json.dumps(asdict(figures)))


if __name__ == "__main__":
    main()

"""Every rule on every part of a snapshot, on all processors: findings, and who cannot be decided.

A part is evaluated before the next one is cut, so that memory holds the columns of a few parts
only; findings are written down once for all. The number of parts makes no difference.
"""

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.engine.compiled import Compiled
from fangpin.engine.facts import Facts
from fangpin.engine.findings import Outcome, evaluate_rules
from fangpin.engine.partition import PERSONS_PER_PART, Part, parts
from fangpin.engine.snapshot import Snapshot
from fangpin.policy.pack import Pack, Rule
from fangpin.screening.table import findings_table

Progress = Callable[[str, int, int], None]
Int64 = NDArray[np.int64]
_Done = TypeVar("_Done")
SUBJECTS = ("person", "household", "village")
Undecided = dict[tuple[str, str], int]
"""How many subjects of a rule cannot be decided, by rule and township."""


@dataclass(frozen=True)
class Evaluated:
    """`findings` as `screening.table.findings_table` gives them for a snapshot or a part of it."""

    findings: pl.DataFrame
    undecided: Undecided


def evaluated(
    pack: Pack,
    snapshot: Snapshot,
    as_of: date,
    found_before: pl.DataFrame | None = None,
    progress: Progress | None = None,
    *,
    persons_per_part: int = PERSONS_PER_PART,
    threads: int | None = None,
) -> Evaluated:
    """All rules of the pack. `found_before` the findings of the previous run."""
    compiled = Compiled(pack, as_of)
    whole = replace(snapshot, known_hash=snapshot.hash)
    count = -(-snapshot.persons.height // persons_per_part)
    masks = found_before is not None and bool(found_before.height)

    def work(part: Part) -> _Decided:
        outcomes = evaluate_rules(pack, Facts(pack, part.snapshot, as_of, compiled))
        first = {subject: part.first(subject) for subject in SUBJECTS}
        found = _Decided(first, outcomes, undecided_in(part.snapshot, outcomes))
        return found if masks else found.without_masks()

    total: Undecided = {}
    done = in_turn(work, parts(whole, persons_per_part), threads, count, progress)
    for each in done:
        for key, subjects in each.undecided.items():
            total[key] = total.get(key, 0) + subjects
    outcomes = [
        _together(rule, whole, number, done) for number, rule in enumerate(pack.rules.values())
    ]
    facts = Facts(pack, whole, as_of, compiled)
    return Evaluated(findings_table(pack, facts, outcomes, found_before, progress), total)


@dataclass(frozen=True)
class _Decided:
    """The outcomes of one part, and how many of its subjects cannot be decided.

    `first`: the part's first person, household and village in the whole.
    """

    first: dict[str, int]
    outcomes: list[Outcome]
    undecided: Undecided

    def without_masks(self) -> "_Decided":
        """Who cannot be decided is only asked of subjects that were found before."""
        return replace(self, outcomes=[replace(each, undecided=_NOBODY) for each in self.outcomes])


_NOBODY = np.zeros(0, dtype=np.bool_)


def _together(rule: Rule, snapshot: Snapshot, number: int, done: list[_Decided]) -> Outcome:
    """The outcomes of one rule on all parts as one on the whole."""

    def rows(name: str) -> Int64:
        moved = [getattr(each.outcomes[number], name) + each.first[rule.subject] for each in done]
        return np.concatenate([np.zeros(0, dtype=np.int64), *moved])

    masks = [each.outcomes[number].undecided for each in done]
    size = snapshot.size(rule.subject)
    if sum(len(mask) for mask in masks) == size and any(mask.any() for mask in masks):
        undecided = np.concatenate(masks)
    else:
        undecided = np.broadcast_to(np.False_, (size,))
    return Outcome(rule, rows("holds"), rows("unclear"), undecided)


def evaluate_part(
    pack: Pack,
    snapshot: Snapshot,
    as_of: date,
    compiled: Compiled,
    found_before: pl.DataFrame | None,
) -> Evaluated:
    """All rules of the pack on one part."""
    facts = Facts(pack, snapshot, as_of, compiled)
    outcomes = evaluate_rules(pack, facts)
    undecided = undecided_in(snapshot, outcomes)
    return Evaluated(findings_table(pack, facts, outcomes, found_before), undecided)


def undecided_in(snapshot: Snapshot, outcomes: list[Outcome]) -> Undecided:
    """How many subjects of a snapshot (or part) cannot be decided."""
    undecided: Undecided = {}
    for outcome in outcomes:
        if outcome.undecided.any():
            village = snapshot.village_of(outcome.rule.subject)[outcome.undecided]
            _count(undecided, outcome.rule.name, snapshot.places["township"], village)
    return undecided


def _count(undecided: Undecided, rule: str, townships: pl.Series, village: Int64) -> None:
    by_village = np.bincount(village, minlength=len(townships))
    for township, subjects in zip(townships.to_list(), by_village.tolist(), strict=True):
        if subjects:
            undecided[rule, township] = undecided.get((rule, township), 0) + subjects


def in_turn(
    work: Callable[[Part], _Done],
    found: Iterator[Part],
    threads: int | None,
    count: int,
    progress: Progress | None,
) -> list[_Done]:
    """`work` on each of about `count` parts, several at a time, results in order; a part is cut
    when a thread is free for it."""
    threads = threads or os.cpu_count() or 1
    lock = threading.Lock()
    results: dict[int, _Done] = {}

    def run() -> None:
        while True:
            with lock:
                part = next(found, None)
                if part is not None and progress:
                    progress("rules", part.number, count)
            if part is None:
                return
            results[part.number] = work(part)

    with ThreadPoolExecutor(threads) as pool:
        for task in [pool.submit(run) for _ in range(threads)]:
            task.result()
    return [results[number] for number in sorted(results)]

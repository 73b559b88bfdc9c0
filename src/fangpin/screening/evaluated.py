"""Every rule on every part of a snapshot, on all processors: findings, and who cannot be decided.

A part is evaluated and its findings are written down before the next one is cut, so that memory
holds the columns of a few parts only. The result does not depend on how many there are.
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
from fangpin.engine.findings import evaluate_rules
from fangpin.engine.partition import PERSONS_PER_PART, Part, parts
from fangpin.engine.snapshot import Snapshot
from fangpin.policy.pack import Pack
from fangpin.screening.table import ORDER, SCHEMA, findings_table

Progress = Callable[[str, int, int], None]
Int64 = NDArray[np.int64]
_Done = TypeVar("_Done")
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

    def work(part: Part) -> Evaluated:
        return evaluate_part(pack, part.snapshot, as_of, compiled, found_before)

    total: Undecided = {}
    done = in_turn(work, parts(whole, persons_per_part), threads, count, progress)
    for each in done:
        for key, subjects in each.undecided.items():
            total[key] = total.get(key, 0) + subjects
    tables = [each.findings for each in done]
    findings = pl.concat(tables) if tables else pl.DataFrame(schema=SCHEMA)
    if len(tables) > 1 and not snapshot.places["code"].is_sorted():
        findings = findings.sort(ORDER, nulls_last=False, maintain_order=True)
    return Evaluated(findings, total)


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
    undecided: Undecided = {}
    for outcome in outcomes:
        if outcome.undecided.any():
            village = snapshot.village_of(outcome.rule.subject)[outcome.undecided]
            _count(undecided, outcome.rule.name, snapshot.places["township"], village)
    return Evaluated(findings_table(pack, facts, outcomes, found_before), undecided)


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

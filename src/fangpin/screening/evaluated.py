"""Every rule on every part of a snapshot, on all processors: findings, and who cannot be decided.

A part is evaluated before the next one is cut, so that memory holds the columns of a few parts
only; findings are written down once for all. The number of parts makes no difference.
"""

import os
import threading
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from queue import SimpleQueue
from typing import TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.engine.compiled import Compiled
from fangpin.engine.facts import Facts
from fangpin.engine.findings import Outcome, evaluate_rule, evaluate_rules
from fangpin.engine.partition import PERSONS_PER_PART, Part, parts
from fangpin.engine.snapshot import FeedKey, Snapshot
from fangpin.policy.pack import Pack, Rule
from fangpin.screening.kept import Kept, KeptRules, Undecided
from fangpin.screening.table import ORDER, findings_table

Progress = Callable[[str, int, int], None]
Int64 = NDArray[np.int64]
_Done = TypeVar("_Done")
SUBJECTS = ("person", "household", "village")


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
    kept: KeptRules | None = None,
    persons_per_part: int = PERSONS_PER_PART,
    threads: int | None = None,
) -> Evaluated:
    """All rules of the pack. `found_before` the findings of the previous run; `kept` rules that
    need not be evaluated because their findings are known."""
    compiled = Compiled(pack, as_of)
    whole = replace(snapshot, known_hash=snapshot.hash)
    known = {name: kept.find(rule) for name, rule in pack.rules.items()} if kept else {}
    rules = [rule for name, rule in pack.rules.items() if known.get(name) is None]
    conditions = kept.conditions(compiled, rules) if kept is not None else None
    masks = kept is not None or (found_before is not None and bool(found_before.height))

    def facts_of(part: Part) -> Facts:
        known = conditions.of(part) if conditions is not None else None
        return Facts(pack, part.snapshot, as_of, compiled, known=known)

    outcomes, total = outcomes_in_parts(
        whole if conditions is None else _with_feeds(whole, conditions.feeds),
        rules,
        facts_of,
        masks=masks,
        noted=conditions.note if conditions is not None else None,
        persons_per_part=persons_per_part,
        threads=threads,
        progress=progress,
    )
    facts = Facts(pack, whole, as_of, compiled)
    findings = findings_table(pack, facts, outcomes, found_before, progress)
    if kept is None or conditions is None:
        return Evaluated(findings, total)
    kept.keep(_by_rule(outcomes, findings, total), conditions)
    again = [rule for rule in known.values() if rule is not None]
    for rule in again:
        total |= rule.undecided
    gone = found_before is not None and bool(found_before.height)
    silent = [_cleared(rule) for rule in again] if gone else []
    cleared = findings_table(pack, facts, silent, found_before)
    hashes = pl.lit(pack.hash).alias("pack_hash"), pl.lit(whole.hash).alias("snapshot_hash")
    tables = [rule.findings for rule in again if rule.findings.height]
    kept_before = [pl.concat(tables).with_columns(hashes)] if tables else []
    found = [each for each in (findings, cleared, *kept_before) if each.height]
    table = pl.concat([each.select(findings.columns) for each in found]) if found else findings
    return Evaluated(table.sort(ORDER, nulls_last=False, maintain_order=True), total)


def _with_feeds(snapshot: Snapshot, needed: Collection[FeedKey]) -> Snapshot:
    """The snapshot without the rows of deliveries that nothing asks for."""
    feeds = {key: frame for key, frame in snapshot.feeds.items() if key in needed}
    found = replace(snapshot, feeds=feeds, known_deliveries=snapshot.deliveries)
    found.__dict__["members"] = snapshot.members  # counted once
    return found


def _by_rule(outcomes: list[Outcome], findings: pl.DataFrame, undecided: Undecided) -> list[Kept]:
    """Outcomes with their own findings."""
    told = findings.filter(pl.col("state") != "false").partition_by("rule", as_dict=True)
    return [
        Kept(
            each,
            told.get((each.rule.name,), findings.clear()),
            {key: count for key, count in undecided.items() if key[0] == each.rule.name},
        )
        for each in outcomes
    ]


def outcomes_in_parts(
    snapshot: Snapshot,
    rules: list[Rule],
    facts_of: Callable[[Part], Facts],
    *,
    masks: bool = True,
    noted: Callable[[Part, Facts], None] | None = None,
    persons_per_part: int = PERSONS_PER_PART,
    threads: int | None = None,
    progress: Progress | None = None,
) -> tuple[list[Outcome], Undecided]:
    """Each rule on the whole snapshot, worked out part by part, and how many cannot be decided.

    The result depends neither on the size of the parts nor on the number of threads (default: one
    per processor). Without `masks` the outcomes do not say who is undecided. `noted` is told of
    every part once its rules are done.
    """

    def work(part: Part) -> _Decided:
        facts = facts_of(part)
        outcomes = [evaluate_rule(facts, rule) for rule in rules]
        if noted is not None:
            noted(part, facts)
        first = {subject: part.first(subject) for subject in SUBJECTS}
        unsure = [np.flatnonzero(each.undecided) if masks else _NOBODY for each in outcomes]
        told = [replace(each, undecided=_NO_MASK) for each in outcomes]
        return _Decided(first, told, unsure, undecided_in(part.snapshot, outcomes))

    count = -(-snapshot.persons.height // persons_per_part)
    cut = parts(snapshot, persons_per_part)
    done = in_turn(work, cut, threads, count, progress) if rules else []
    total: Undecided = {}
    for each in done:
        for key, subjects in each.undecided.items():
            total[key] = total.get(key, 0) + subjects
    return [_together(rule, snapshot, number, done) for number, rule in enumerate(rules)], total


def _cleared(kept: Kept) -> Outcome:
    """An outcome that has nothing to tell but of whom the rule is known not to hold."""
    outcome = kept.outcome
    silent = outcome.undecided.copy()
    silent[outcome.holds] = True
    return Outcome(outcome.rule, outcome.holds[:0], outcome.unclear[:0], silent)


@dataclass(frozen=True)
class _Decided:
    """The outcomes of one part without their masks, rows that are undecided, and how many are.

    `first`: the part's first person, household and village in the whole.
    """

    first: dict[str, int]
    outcomes: list[Outcome]
    unsure: list[Int64]
    undecided: Undecided


_NOBODY = np.zeros(0, dtype=np.int64)
_NO_MASK = np.zeros(0, dtype=np.bool_)


def _together(rule: Rule, snapshot: Snapshot, number: int, done: list[_Decided]) -> Outcome:
    """The outcomes of one rule on all parts as one on the whole."""

    def whole(rows: Callable[[_Decided], Int64]) -> Int64:
        moved = [rows(each) + each.first[rule.subject] for each in done]
        return np.concatenate([_NOBODY, *moved])

    size = snapshot.size(rule.subject)
    undecided = np.broadcast_to(np.False_, (size,))
    unsure = whole(lambda part: part.unsure[number])
    if len(unsure):
        undecided = np.zeros(size, dtype=np.bool_)
        undecided[unsure] = True
    holds = whole(lambda part: part.outcomes[number].holds)
    unclear = whole(lambda part: part.outcomes[number].unclear)
    return Outcome(rule, holds, unclear, undecided)


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
            rows = np.flatnonzero(outcome.undecided)
            village = snapshot.village_rows(outcome.rule.subject, rows)
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
    when a thread is free for it. `progress` is told in the thread that called: what it tells may
    go over a connection of that thread."""
    threads = threads or os.cpu_count() or 1
    lock, stopped = threading.Lock(), threading.Event()
    begun: SimpleQueue[int | None] = SimpleQueue()  # None: a thread has ended
    results: dict[int, _Done] = {}

    def run() -> None:
        try:
            while not stopped.is_set():
                with lock:
                    part = next(found, None)
                if part is None:
                    return
                begun.put(part.number)
                results[part.number] = work(part)
        finally:
            begun.put(None)

    with ThreadPoolExecutor(threads) as pool:
        tasks = [pool.submit(run) for _ in range(threads)]
        try:
            at_work = threads
            while at_work:
                number = begun.get()
                if number is None:
                    at_work -= 1
                elif progress:
                    progress("rules", number, count)
            for task in tasks:
                task.result()
        finally:
            stopped.set()
    return [results[number] for number in sorted(results)]

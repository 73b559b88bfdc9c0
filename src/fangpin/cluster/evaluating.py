"""One part evaluated: the same facts, rules and findings as on one machine."""

import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from fangpin.cluster.files import findings_file, part_folder, write_aside
from fangpin.cluster.tasks import in_tasks
from fangpin.engine.facts import Facts
from fangpin.engine.findings import Outcome, evaluate_rules
from fangpin.engine.snapshot import Snapshot
from fangpin.kernel.errors import Text
from fangpin.policy.pack import Pack
from fangpin.screening.compare import with_states
from fangpin.screening.table import findings_table

if TYPE_CHECKING:
    from pyspark import SparkContext

EVALUATING = Text("逐块比对", "evaluating parts")


@dataclass(frozen=True)
class Question:
    """What is asked of every part; sent to each node once.

    `findings` is the folder in which each part leaves its findings, `first_codes` the code of each
    part's first village (ascending), `previous` the findings of the run before.
    """

    pack: Pack
    as_of: date
    findings: Path
    first_codes: tuple[str, ...]
    previous: Path | None = None


@dataclass(frozen=True)
class Answer:
    """What became of one part: sizes, findings by (rule, kind, state), undecided subjects by (rule,
    township), seconds of the processor by step."""

    part: int
    villages: int
    households: int
    persons: int
    counts: Counter[tuple[str, str, str]]
    unknown: Counter[tuple[str, str]]
    seconds: dict[str, float] = field(default_factory=dict)


def evaluate_part(question: Question, part: int, snapshot: Snapshot) -> Answer:
    """Findings of a part, written to `findings/NNNN.parquet` as a whole or not at all."""
    started = time.process_time()
    facts = Facts(question.pack, snapshot, question.as_of)
    outcomes = evaluate_rules(question.pack, facts)
    rules = time.process_time()
    before = _found_before(question, part)
    found = with_states(findings_table(question.pack, facts, outcomes, before), before)
    write_aside(found, findings_file(question.findings, part))
    counts = found.group_by("rule", "kind", "state").len().rows()
    return Answer(
        part,
        snapshot.places.height,
        snapshot.households.height,
        snapshot.persons.height,
        Counter({(rule, kind, state): count for rule, kind, state, count in counts}),
        unknown_by_township(snapshot, outcomes),
        {"rules": rules - started, "findings": time.process_time() - rules},
    )


def evaluate_parts(
    context: "SparkContext", parts: Path, count: int, question: Question
) -> list[Answer]:
    """One task per part of the partitioned snapshot in `parts`, answers in the order of the parts.

    A part whose findings are there already from an interrupted run is evaluated again; the file is
    the same.
    """
    shared = context.broadcast(question)

    def work(number: int) -> Answer:
        started = time.process_time()
        snapshot = Snapshot.load(part_folder(parts, number))
        loaded = time.process_time() - started
        answer = evaluate_part(shared.value, number, snapshot)
        answer.seconds["loading"] = loaded
        return answer

    try:
        return in_tasks(context, EVALUATING, range(count), work)
    finally:
        shared.unpersist()


def _found_before(question: Question, part: int) -> pl.DataFrame | None:
    """The previous run's findings in the part's range of village codes.

    A finding is the same only in the same village, so every earlier finding concerns one part; one
    about a village that is gone, the part where its code would stand.
    """
    if question.previous is None:
        return None
    codes, code = question.first_codes, pl.col("village_code")
    own = pl.scan_parquet(question.previous)
    if part > 0:
        own = own.filter(code >= codes[part])
    if part + 1 < len(codes):
        own = own.filter(code < codes[part + 1])
    return own.collect()


def unknown_by_township(snapshot: Snapshot, outcomes: list[Outcome]) -> Counter[tuple[str, str]]:
    """How many subjects cannot be decided."""
    townships = snapshot.places["township"].to_list()
    found: Counter[tuple[str, str]] = Counter()
    for outcome in outcomes:
        village = snapshot.village_of(outcome.rule.subject)[outcome.undecided]
        counts = np.bincount(village, minlength=len(townships))
        for township, count in zip(townships, counts.tolist(), strict=True):
            if count:
                found[outcome.rule.name, township] += count
    return found

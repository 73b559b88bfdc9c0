"""One part evaluated: the same facts, rules and findings as on one machine."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from fangpin.cluster.effort import measured
from fangpin.cluster.files import findings_file, part_folder, write_aside
from fangpin.cluster.tasks import in_tasks
from fangpin.engine.compiled import Compiled
from fangpin.engine.snapshot import Snapshot
from fangpin.kernel.errors import Text
from fangpin.policy.pack import Pack
from fangpin.screening.compare import with_states
from fangpin.screening.evaluated import evaluate_part
from fangpin.screening.kept import Undecided

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
    """What became of one part: findings by (rule, kind, state), and who cannot be decided."""

    part: int
    counts: Counter[tuple[str, str, str]]
    undecided: Undecided


def evaluate_part_of(question: Question, part: int, snapshot: Snapshot) -> Answer:
    """Findings of a part, written to its file as a whole or not at all."""
    before = _found_before(question, part)
    compiled = Compiled(question.pack, question.as_of)
    found = evaluate_part(question.pack, snapshot, question.as_of, compiled, before)
    findings = with_states(found.findings, before)
    write_aside(findings, findings_file(question.findings, part))
    counts = findings.group_by("rule", "kind", "state").len().rows()
    return Answer(
        part,
        Counter({(rule, kind, state): count for rule, kind, state, count in counts}),
        found.undecided,
    )


def evaluate_parts(
    context: "SparkContext", parts: Path, count: int, question: Question, effort: Any
) -> list[Answer]:
    """One task per part of the partitioned snapshot in `parts`, answers in the order of the parts.

    A part whose findings are there already from an interrupted run is evaluated again; the file is
    the same.
    """
    shared = context.broadcast(question)

    def work(number: int) -> Answer:
        with measured(effort, "loading") as cost:
            snapshot = Snapshot.load(part_folder(parts, number))
            cost.rows = snapshot.persons.height + sum(map(len, snapshot.feeds.values()))
        with measured(effort, "evaluating") as cost:
            answer = evaluate_part_of(shared.value, number, snapshot)
            cost.rows = snapshot.persons.height
            cost.bytes = findings_file(shared.value.findings, number).stat().st_size
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

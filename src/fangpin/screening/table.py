"""Outcomes of rules → the table of findings, with sentences and evidence."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.engine.evidence import ENTRY, Entries, gathered
from fangpin.engine.facts import Facts
from fangpin.engine.findings import Outcome
from fangpin.engine.selection import Selection, selected
from fangpin.engine.sentences import sentences, undecided_sentences
from fangpin.engine.snapshot import Snapshot
from fangpin.policy.pack import Pack, Rule

Int64 = NDArray[np.int64]
Progress = Callable[[str, int, int], None]

MANY = 5_000
"""Persons from which on looking at the households with findings alone pays."""

SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "rule": pl.String,
    "kind": pl.String,
    "kind_zh": pl.String,
    "kind_en": pl.String,
    "group": pl.String,
    "severity": pl.String,
    "state": pl.String,
    "subject": pl.String,
    "township": pl.String,
    "village_code": pl.String,
    "village": pl.String,
    "household_number": pl.String,
    "person_number": pl.String,
    "clause": pl.String,
    "clause_path": pl.String,
    "sentence_zh": pl.String,
    "sentence_en": pl.String,
    "evidence": pl.List(ENTRY),
    "pack_hash": pl.String,
    "snapshot_hash": pl.String,
}

ORDER = ("village_code", "household_number", "person_number", "rule", "state")


@dataclass(frozen=True)
class _Hits:
    """Subjects of one rule that go into the table, as rows of the whole snapshot."""

    rule: Rule
    state: str
    rows: Int64


def findings_table(
    pack: Pack,
    facts: Facts,
    outcomes: list[Outcome],
    found_before: pl.DataFrame | None,
    progress: Progress | None = None,
    *,
    selecting: bool | None = None,
) -> pl.DataFrame:
    """One row per finding. `state` is `new` (the rule holds), `unknown` (it cannot be decided for
    this subject), or `false` for subjects of `found_before` that are now known not to be hit.

    Sentences and evidence are worked out on the households that have findings alone, unless those
    are many (`selecting` says so; both ways give the same).
    """
    found = []
    for outcome in outcomes:
        before = _found_before(facts, outcome.rule, found_before)
        known_false = before[~outcome.undecided[before]]
        known_false = np.setdiff1d(known_false, outcome.holds)
        found.append(_Hits(outcome.rule, "new", outcome.holds))
        found.append(_Hits(outcome.rule, "unknown", outcome.unclear))
        found.append(_Hits(outcome.rule, "false", known_false))
    found = [each for each in found if len(each.rows)]
    if not found:
        return pl.DataFrame(schema=SCHEMA)
    subjects = _subjects(facts.snapshot, found)
    order = _order(facts.snapshot, found, subjects)
    told = _told(facts, found, order, selecting, progress)
    return _table(pack, facts.snapshot, found, subjects, order, told)


def _found_before(facts: Facts, rule: Rule, previous: pl.DataFrame | None) -> Int64:
    """Rows of the subjects for which the rule held in the previous run and that still exist."""
    if previous is None or previous.is_empty():
        return np.zeros(0, dtype=np.int64)
    own = previous.filter(
        (pl.col("rule") == rule.name) & pl.col("state").is_in(["new", "continuing"])
    )
    key, table_key = {
        "person": ("person_number", "number"),
        "household": ("household_number", "number"),
        "village": ("village_code", "code"),
    }[rule.subject]
    table = facts.snapshot.table(rule.subject)
    wanted = own[key].drop_nulls().unique().implode()
    return np.flatnonzero(table[table_key].is_in(wanted).to_numpy()).astype(np.int64)


# ---- who, and in which order -------------------------------------------------------------------


@dataclass(frozen=True)
class _Subjects:
    """For each finding: which of `found` it belongs to, its village, household and person (rows of
    the snapshot, -1 for none)."""

    hit: Int64
    village: Int64
    household: Int64
    person: Int64


def _subjects(snapshot: Snapshot, found: list[_Hits]) -> _Subjects:
    villages, households, persons = [], [], []
    for each in found:
        none = np.full(len(each.rows), -1, dtype=np.int64)
        villages.append(snapshot.village_rows(each.rule.subject, each.rows))
        persons.append(each.rows if each.rule.subject == "person" else none)
        match each.rule.subject:
            case "person":
                households.append(snapshot.household_of(each.rows))
            case "household":
                households.append(each.rows)
            case _:
                households.append(none)
    return _Subjects(
        np.repeat(np.arange(len(found)), [len(each.rows) for each in found]),
        np.concatenate(villages),
        np.concatenate(households),
        np.concatenate(persons),
    )


def _order(snapshot: Snapshot, found: list[_Hits], subjects: _Subjects) -> Int64:
    """The findings sorted as ORDER says."""
    names = sorted({(each.rule.name, each.state) for each in found})
    rank = np.array([names.index((each.rule.name, each.state)) for each in found])
    return np.lexsort(
        (
            rank[subjects.hit],
            _ranks(snapshot.persons["number"], subjects.person),
            _ranks(snapshot.households["number"], subjects.household),
            _ranks(snapshot.places["code"], subjects.village),
        )
    )


def _ranks(numbers: pl.Series, rows: Int64) -> Int64:
    """How the rows stand to each other by their numbers; -1 for none."""
    met = np.zeros(len(numbers) + 1, dtype=np.bool_)
    met[rows] = True  # none, -1, is the last
    used = np.flatnonzero(met[:-1])
    texts = numbers.gather(used)
    if (texts.slice(1) > texts.slice(0, max(len(texts) - 1, 0))).all():
        return rows  # the register is sorted by them already, as it should be
    rank = np.full(len(numbers) + 1, -1, dtype=np.int64)
    rank[used] = texts.rank("dense").to_numpy()
    return rank[rows]


# ---- why ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Told:
    """Sentences and evidence of the findings, sorted."""

    zh: pl.Series
    en: pl.Series
    evidence: pl.Series


def _told(
    facts: Facts,
    found: list[_Hits],
    order: Int64,
    selecting: bool | None,
    progress: Progress | None,
) -> _Told:
    near, selection = _near(facts, found, selecting)
    entries = Entries(near)
    zh: list[str | None] = []
    en: list[str | None] = []
    for number, each in enumerate(found):
        if progress:
            progress("findings", number, len(found))
        rule = each.rule
        rows = each.rows if selection is None else selection.rows(rule.subject, each.rows)
        if each.state == "false":
            zh += [None] * len(rows)
            en += [None] * len(rows)
            entries.leave_out(len(rows))
            continue
        node = near.compiled.expanded(rule)
        if each.state == "new":
            # Why the rule holds; that no exemption does is told by the evidence.
            why = near.compiled.expanded(rule, exemptions=False)
            told = sentences(near.pack, near, rule, why, rows)
        else:
            told = undecided_sentences(near.pack, near, rule, node, rows)
        zh += told[0]
        en += told[1]
        entries.add(rule.subject, rows, node)
    return _Told(
        pl.Series(zh, dtype=pl.String).gather(order),
        pl.Series(en, dtype=pl.String).gather(order),
        entries.lists(order),
    )


def _near(
    facts: Facts, found: list[_Hits], selecting: bool | None
) -> tuple[Facts, Selection | None]:
    """The facts of the households that have findings, if that saves anything."""
    snapshot = facts.snapshot
    concerned = np.zeros(snapshot.households.height, dtype=np.bool_)
    for each in found:
        if each.rule.subject == "household":
            concerned[each.rows] = True
        elif each.rule.subject == "person":
            concerned[snapshot.household_of(each.rows)] = True
    households = np.flatnonzero(concerned)
    if selecting is None:
        selecting = snapshot.persons.height > MANY and len(households) * 4 < len(concerned)
    if not selecting:
        return facts, None
    of_villages = {fact.feed for fact in facts.pack.facts.values() if fact.subject == "village"}
    selection = selected(snapshot, households, {feed for feed in of_villages if feed is not None})
    return Facts(facts.pack, selection.snapshot, facts.as_of, facts.compiled), selection


# ---- the table -----------------------------------------------------------------------------------


def _table(
    pack: Pack,
    snapshot: Snapshot,
    found: list[_Hits],
    subjects: _Subjects,
    order: Int64,
    told: _Told,
) -> pl.DataFrame:
    clauses = [pack.clause_behind(each.rule) for each in found]
    of_rule: dict[str, list[str]] = {
        "rule": [each.rule.name for each in found],
        "kind": [each.rule.kind for each in found],
        "kind_zh": [each.rule.label.zh for each in found],
        "kind_en": [each.rule.label.en for each in found],
        "group": [each.rule.group for each in found],
        "severity": [each.rule.severity for each in found],
        "state": [each.state for each in found],
        "subject": [each.rule.subject for each in found],
        "clause": [clause.id for clause in clauses],
        "clause_path": [clause.path for clause in clauses],
    }
    hit, village = subjects.hit[order], subjects.village[order]
    columns = {
        name: pl.Series(values, dtype=pl.String).gather(hit) for name, values in of_rule.items()
    }
    columns["township"] = snapshot.places["township"].gather(village)
    columns["village_code"] = snapshot.places["code"].gather(village)
    columns["village"] = snapshot.places["name"].gather(village)
    columns["household_number"] = gathered(snapshot.households["number"], subjects.household[order])
    columns["person_number"] = gathered(snapshot.persons["number"], subjects.person[order])
    columns["sentence_zh"] = told.zh
    columns["sentence_en"] = told.en
    columns["evidence"] = told.evidence
    for name, text in (("pack_hash", pack.hash), ("snapshot_hash", snapshot.hash)):
        columns[name] = pl.Series([text], dtype=pl.String).new_from_index(0, len(order))
    return pl.DataFrame([columns[name].alias(name) for name in SCHEMA])

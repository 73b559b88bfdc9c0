"""Outcomes of rules → the table of findings, with sentences and evidence."""

from collections.abc import Callable

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.engine.evidence import ENTRY, evidence
from fangpin.engine.facts import Facts
from fangpin.engine.findings import Outcome
from fangpin.engine.sentences import sentences, undecided_sentences
from fangpin.policy.pack import Pack, Rule

Int64 = NDArray[np.int64]
Progress = Callable[[str, int, int], None]

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


def findings_table(
    pack: Pack,
    facts: Facts,
    outcomes: list[Outcome],
    found_before: pl.DataFrame | None,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """One row per finding. `state` is `new` (the rule holds), `unknown` (it cannot be decided for
    this subject), or `false` for subjects of `found_before` that are now known not to be hit."""
    frames = []
    for number, outcome in enumerate(outcomes):
        if progress:
            progress("findings", number, len(outcomes))
        before = _found_before(facts, outcome.rule, found_before)
        known_false = before[~outcome.undecided[before]]
        known_false = np.setdiff1d(known_false, outcome.holds)
        frames.append(_rows(pack, facts, outcome.rule, outcome.holds, "new"))
        frames.append(_rows(pack, facts, outcome.rule, outcome.unclear, "unknown"))
        frames.append(_subjects(pack, facts, outcome.rule, known_false, "false"))
    table = pl.concat(frames) if frames else pl.DataFrame(schema=SCHEMA)
    return table.sort(ORDER, nulls_last=False, maintain_order=True)


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


def _rows(pack: Pack, facts: Facts, rule: Rule, hits: Int64, state: str) -> pl.DataFrame:
    """Findings with sentences and evidence."""
    if not len(hits):
        return pl.DataFrame(schema=SCHEMA)
    node = pack.expanded(rule)
    if state == "new":
        # Why the rule holds; that no exemption does is told by the evidence.
        zh, en = sentences(pack, facts, rule, pack.expanded(rule, exemptions=False), hits)
    else:
        zh, en = undecided_sentences(pack, facts, rule, node, hits)
    entries = evidence(pack, facts, rule, hits, node)
    return _subjects(pack, facts, rule, hits, state).with_columns(
        pl.Series("sentence_zh", zh, dtype=pl.String),
        pl.Series("sentence_en", en, dtype=pl.String),
        entries.alias("evidence"),
    )


def _subjects(pack: Pack, facts: Facts, rule: Rule, rows: Int64, state: str) -> pl.DataFrame:
    """The columns that say who and which rule; sentences and evidence are left empty."""
    snapshot = facts.snapshot
    village = snapshot.village_of(rule.subject)[rows]
    places = snapshot.places[village]
    household = person = pl.Series([None] * len(rows), dtype=pl.String)
    if rule.subject == "person":
        person = snapshot.persons["number"][rows]
        household = snapshot.households["number"][snapshot.households_of_persons[rows]]
    elif rule.subject == "household":
        household = snapshot.households["number"][rows]
    clause = pack.clause_behind(rule)
    constants = {
        "rule": rule.name,
        "kind": rule.kind,
        "kind_zh": rule.label.zh,
        "kind_en": rule.label.en,
        "group": rule.group,
        "severity": rule.severity,
        "state": state,
        "subject": rule.subject,
        "clause": clause.id,
        "clause_path": clause.path,
        "pack_hash": pack.hash,
        "snapshot_hash": snapshot.hash,
    }
    return pl.DataFrame(
        {
            "township": places["township"],
            "village_code": places["code"],
            "village": places["name"],
            "household_number": household,
            "person_number": person,
        }
    ).select(
        *(
            pl.lit(constants[name]).alias(name)
            if name in constants
            else pl.col(name)
            if name in ("township", "village_code", "village", "household_number", "person_number")
            else pl.lit(None).cast(dtype).alias(name)
            for name, dtype in SCHEMA.items()
        )
    )

"""Outcomes of rules → the table of hits: who, where in the export, and the figures in words."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.engine.facts import Facts
from fangpin.engine.findings import Outcome
from fangpin.engine.sentences import sentences_in
from fangpin.kernel.errors import Language
from fangpin.policy.record import Subject
from fangpin.quality.intake import Exports

Int64 = NDArray[np.int64]
HITS: dict[str, type[pl.DataType]] = {
    "rule": pl.String,
    "unit": pl.String,
    "township": pl.String,
    "village": pl.String,
    "household_id": pl.String,
    "person_no": pl.String,
    "head": pl.String,
    "name": pl.String,
    "sentence_zh": pl.String,
    "file": pl.String,
    "row": pl.UInt32,
}
ORDER = ("township", "village", "household_id", "person_no", "rule")
_SUBJECTS: tuple[Subject, ...] = ("person", "household", "village")


def hits_table(
    facts: Facts,
    exports: Exports,
    outcomes: Sequence[Outcome],
    *,
    languages: Sequence[Language] = ("zh",),
) -> pl.DataFrame:
    """One row per rule and subject for which it holds, columns HITS and a sentence in each of the
    languages, sorted as ORDER."""
    tables = []
    for subject in _SUBJECTS:
        own = [each for each in outcomes if each.rule.subject == subject and len(each.holds)]
        if own:
            tables.append(_of_subject(facts, exports, subject, own, languages))
    if not tables:
        return pl.DataFrame(schema=_schema(languages))
    return pl.concat(tables).sort(ORDER, nulls_last=False)


def _schema(languages: Sequence[Language]) -> dict[str, type[pl.DataType]]:
    return HITS | {f"sentence_{language}": pl.String for language in languages}


def _of_subject(
    facts: Facts,
    exports: Exports,
    subject: Subject,
    outcomes: Sequence[Outcome],
    languages: Sequence[Language],
) -> pl.DataFrame:
    rows = np.concatenate([each.holds for each in outcomes])
    told: dict[Language, list[str]] = {language: [] for language in languages}
    for each in outcomes:
        why = facts.compiled.expanded(each.rule, exemptions=False)
        for language, texts in sentences_in(languages, facts, each.rule, why, each.holds).items():
            told[language] += texts
    rules = pl.Series([each.rule.number or each.rule.name for each in outcomes])
    which = np.repeat(np.arange(len(outcomes)), [len(each.holds) for each in outcomes])
    snapshot = exports.snapshot
    sent = {
        "person": exports.persons,
        "household": exports.households,
        "village": exports.villages,
    }[subject][rows]
    columns = {
        "rule": rules.gather(which),
        "unit": pl.repeat(subject, len(rows), eager=True),
        "file": pl.Series(snapshot.files, dtype=pl.String).gather(sent["_file"]),
        "row": sent["_row"],
        **{f"sentence_{each}": pl.Series(texts, dtype=pl.String) for each, texts in told.items()},
    }
    places = snapshot.places[snapshot.village_of(subject)[rows]]
    columns |= {"township": places["township"], "village": places["name"]}
    if subject != "village":
        columns["household_id"] = sent["household_number"]
        above = rows if subject == "household" else snapshot.households_of_persons[rows]
        columns["head"] = exports.households["head"].gather(above)
    if subject == "person":
        columns |= {"person_no": sent["person_number"], "name": sent["name"]}
    nobody = pl.repeat(None, len(rows), dtype=pl.String, eager=True)
    schema = _schema(languages)
    return pl.DataFrame(
        {name: columns.get(name, nobody).cast(kind) for name, kind in schema.items()}, schema=schema
    )

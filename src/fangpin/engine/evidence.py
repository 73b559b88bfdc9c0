"""Which figures a finding rests on, and the source rows they come from.

Only what speaks for the finding is shown: of an `or` the branches that hold, of `any_member` the
members for whom it holds, of a sum the members who add to it.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.engine.column import Mask
from fangpin.engine.facts import Facts
from fangpin.engine.figures import printed
from fangpin.kernel.errors import Language
from fangpin.policy.language import nodes
from fangpin.policy.language.types import Subject
from fangpin.policy.pack import Fact, Pack, Rule

ROWS_SHOWN = 50
"""Source rows kept per finding and fact."""

ENTRY = pl.Struct(
    {
        "fact": pl.String,
        "label_zh": pl.String,
        "label_en": pl.String,
        "value": pl.String,
        "value_en": pl.String,
        "unit": pl.String,
        "person_number": pl.String,
        "period": pl.String,
        "file": pl.String,
        "sheet": pl.String,
        "row": pl.UInt32,
        "known": pl.Boolean,
    }
)
Int64 = NDArray[np.int64]


@dataclass
class Relevance:
    """Facts from register or deliveries that speak, each with the subjects for whom they do."""

    facts: Facts
    masks: dict[str, Mask] = field(default_factory=dict)

    def add(self, node: nodes.Node, mask: Mask) -> None:
        """Follow what makes `node` hold for the rows of `mask`."""
        match node:
            case nodes.Fact():
                self._fact(node, mask)
            case nodes.FromAbove():
                above = self.facts.snapshot.above(node.subject, node.child.subject)
                reached = np.zeros(self.facts.snapshot.size(node.child.subject), dtype=np.bool_)
                reached[above[mask]] = True
                self._fact(node.child, reached)
            case nodes.Or():
                for item in node.items:
                    holds = self._holds(item, item.subject)
                    self.add(item, mask & holds)
                if not (mask & self._holds(node, node.subject)).all():
                    undecided = mask & ~self._holds(node, node.subject)
                    for item in node.items:
                        self.add(item, undecided)
            case nodes.Members():
                self._members(node, mask)
            case _:
                for child in nodes.children(node):
                    self.add(child, mask)

    def _holds(self, node: nodes.Node, subject: str) -> Mask:
        column = self.facts.evaluation.column(node)
        return column.spread(self.facts.snapshot.size(subject)).true()

    def _fact(self, node: nodes.Fact, mask: Mask) -> None:
        fact = self.facts.pack.facts[node.name]
        if fact.derive is not None and fact.derive.node is not None:
            self.add(fact.derive.node, mask)
            return
        before = self.masks.get(node.name)
        self.masks[node.name] = mask if before is None else before | mask

    def _members(self, node: nodes.Members, mask: Mask) -> None:
        snapshot = self.facts.snapshot
        concerned = mask[snapshot.households_of_persons]
        child = self.facts.evaluation.column(node.child).spread(snapshot.size("person"))
        speaking = child.values.astype(np.bool_)
        if child.known is not None:
            speaking = speaking | ~child.known
        own = concerned & speaking
        silent = mask & (snapshot.members.total(own) == 0)
        self.add(node.child, own | silent[snapshot.households_of_persons])


def evidence(pack: Pack, facts: Facts, rule: Rule, hits: Int64, node: nodes.Node) -> pl.Series:
    """A list of ENTRY per hit, in the order of `hits`."""
    entries = Entries(facts)
    entries.add(rule.subject, hits, node)
    return entries.lists(np.arange(len(hits)))


class Entries:
    """The evidence of many findings of many rules, gathered as numbers and printed at the end."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._findings = 0
        self._found: dict[str, list[_Pairs]] = {}

    def add(self, about: Subject, hits: Int64, node: nodes.Node) -> None:
        """Findings on `hits`, rows of `about`, which `node` says why; they are numbered on."""
        size = self._facts.snapshot.size(about)
        mask = np.zeros(size, dtype=np.bool_)
        mask[hits] = True
        relevance = Relevance(self._facts)
        relevance.add(node, mask)
        position = np.full(size, -1, dtype=np.int64)
        position[hits] = np.arange(len(hits))
        for rank, (name, found) in enumerate(relevance.masks.items()):
            subject = self._facts.pack.facts[name].subject
            finding, rows = _pairs(self._facts, subject, found, about, hits, position)
            self._found.setdefault(name, []).append(_Pairs(finding + self._findings, rows, rank))
        self._findings += len(hits)

    def leave_out(self, findings: int) -> None:
        """Findings without evidence; they are numbered on, too."""
        self._findings += findings

    def lists(self, order: Int64) -> pl.Series:
        """A list of ENTRY per finding; `order` names the findings by the numbers they got."""
        place = np.empty(self._findings, dtype=np.int64)
        place[order] = np.arange(len(order))
        printed = _Printed(self._facts)
        entries = [
            _entries(self._facts, self._facts.pack.facts[name], pairs, place, printed)
            for name, pairs in self._found.items()
        ]
        if not sum(len(each["finding"]) for each in entries):
            return pl.Series("evidence", [None] * len(order), dtype=pl.List(ENTRY))
        columns = {name: np.concatenate([each[name] for each in entries]) for name in entries[0]}
        # Within a finding: by fact as the rule names them, then as `_entries` has them.
        rank = columns["finding"] * (1 + columns["rank"].max()) + columns["rank"]
        sorting = np.argsort(rank, kind="stable")
        columns = {name: values[sorting] for name, values in columns.items()}
        lists = (
            printed.frame(columns)
            .with_columns(pl.col("finding").set_sorted())
            .group_by("finding", maintain_order=True)
            .agg(pl.struct(ENTRY_NAMES).alias("evidence"))
        )
        if lists.height == len(order):
            return lists["evidence"]
        every = pl.DataFrame({"finding": pl.int_range(len(order), dtype=pl.Int64, eager=True)})
        return every.join(lists, on="finding", how="left", maintain_order="left")["evidence"]


@dataclass(frozen=True)
class _Pairs:
    """Finding `finding[i]` rests on the fact of `subject[i]`, the `rank`th fact of its rule."""

    finding: Int64
    subject: Int64
    rank: int


ENTRY_NAMES = [each.name for each in ENTRY.fields]
_VALUES: dict[str, Language] = {"value": "zh", "value_en": "en"}
NONE = -1
"""Stands for no person, file, sheet or row until all is printed."""


class _Printed:
    """Texts of all entries, each once: entries hold their numbers until the end."""

    def __init__(self, facts: Facts) -> None:
        self._snapshot = facts.snapshot
        self._facts: list[dict[str, str | None]] = []
        self._values: dict[str, list[str]] = {name: [] for name in _VALUES}

    def fact(self, fact: Fact, period: str | None) -> int:
        """The number of what is the same in all entries of a fact."""
        labels = {"label_zh": fact.label.zh, "label_en": fact.label.en}
        self._facts.append({"fact": fact.name, **labels, "unit": fact.unit, "period": period})
        return len(self._facts) - 1

    def values(self, texts: dict[Language, list[str]]) -> int:
        """The number of the first of some values by language, the others follow."""
        first = len(self._values["value"])
        for name, language in _VALUES.items():
            self._values[name] += texts[language]
        return first

    def frame(self, columns: dict[str, Int64]) -> pl.DataFrame:
        """ENTRY and `finding` from the columns that `_entries` makes."""
        facts = pl.DataFrame(self._facts, schema=dict.fromkeys(_OF_FACT, pl.String))
        texts = {
            **{name: (facts[name], columns["fact"]) for name in _OF_FACT},
            **{name: (pl.Series(self._values[name]), columns["value"]) for name in _VALUES},
            "person_number": (self._snapshot.persons["number"], columns["person"]),
            "file": (pl.Series(self._snapshot.files, dtype=pl.String), columns["file"]),
            "sheet": (pl.Series(self._snapshot.sheets, dtype=pl.String), columns["sheet"]),
        }
        row = pl.Series(np.maximum(columns["row"], 0)).cast(pl.UInt32)
        if (columns["row"] == NONE).any():
            row = row.set(pl.Series(columns["row"] == NONE), None)
        which = {id(number): _numbers(number) for _, number in texts.values()}
        found = {name: series.gather(which[id(rows)]) for name, (series, rows) in texts.items()}
        found |= {"row": row, "known": pl.Series(columns["known"].astype(np.bool_))}
        finding = pl.Series("finding", columns["finding"])
        return pl.DataFrame([finding, *(found[name].alias(name) for name in ENTRY_NAMES)])


_OF_FACT = ("fact", "label_zh", "label_en", "unit", "period")


def gathered(series: pl.Series, rows: Int64) -> pl.Series:
    """The values of some rows of `series`; null where the row is -1."""
    return series.gather(_numbers(rows))


def _numbers(rows: Int64) -> pl.Series:
    """Rows as polars counts them; null for -1."""
    wanted = pl.Series(rows.astype(np.uint32))
    return wanted.set(pl.Series(rows < 0), None) if rows.min(initial=0) < 0 else wanted


def _entries(
    facts: Facts, fact: Fact, found: list[_Pairs], place: Int64, texts: _Printed
) -> dict[str, Int64]:
    """One row per finding, subject of the fact and source row: `finding` its place, `rank` the
    fact's in the rule, and numbers of what is printed."""
    finding = place[np.concatenate([each.finding for each in found])]
    subject = np.concatenate([each.subject for each in found])
    rank = np.repeat([each.rank for each in found], [len(each.finding) for each in found])
    # What is printed is the same for a subject in all its findings.
    subjects, which = np.unique(subject, return_inverse=True)
    column = facts[fact.name].take(subjects)
    file, sheet, row, counts = _sources(facts, fact, subjects)
    first = np.cumsum(counts) - counts
    pair = np.repeat(np.arange(len(finding)), counts[which])
    own = which[pair]
    source = first[own] + _nth(counts[which])
    key = facts.delivery(fact) if fact.feed is not None else None
    printed_, number = printed(fact, column, facts.vocabularies, facts.pack, list(_VALUES.values()))
    value = (texts.values(printed_) + number)[own]
    none = np.full(len(pair), NONE)
    return {
        "finding": finding[pair],
        "rank": rank[pair],
        "fact": np.full(len(pair), texts.fact(fact, f"{key[1]:%Y-%m}" if key else None)),
        "person": subject[pair] if fact.subject == "person" else none,
        "value": value,
        "known": np.broadcast_to(column.known_mask, subjects.shape)[own].astype(np.int64),
        "file": file[source],
        "sheet": sheet[source],
        "row": row[source],
    }


def _nth(counts: Int64) -> Int64:
    """0, 1, … within each of several runs of these lengths."""
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total) - np.repeat(ends - counts, counts)


def _pairs(
    facts: Facts, subject: str, mask: Mask, rule_subject: str, hits: Int64, position: Int64
) -> tuple[Int64, Int64]:
    """(finding, row of the fact's subject) for every subject in `mask` that a finding concerns."""
    snapshot = facts.snapshot
    if subject == rule_subject:
        rows = hits[mask[hits]]
        return position[rows], rows
    if rule_subject == "household" and subject == "person":
        rows = np.flatnonzero(mask)
        finding = position[snapshot.households_of_persons[rows]]
        use = finding >= 0
        order = np.argsort(finding[use], kind="stable")
        return finding[use][order], rows[use][order]
    rows = snapshot.above(rule_subject, subject)[hits]
    use = mask[rows]
    return np.flatnonzero(use), rows[use]


def _sources(facts: Facts, fact: Fact, subjects: Int64) -> tuple[Int64, Int64, Int64, Int64]:
    """File, sheet and row of the delivered (or register) rows behind the fact for distinct
    `subjects`, ascending, and how many of them each has. Who has none has one that says NONE."""
    table, rows, owner = _source_rows(facts, fact, subjects)
    counts = np.bincount(owner, minlength=len(subjects))
    missing = np.flatnonzero(counts == 0)
    if counts.max(initial=0) > ROWS_SHOWN:
        shown = _nth(counts) < ROWS_SHOWN
        rows, owner = rows[shown], owner[shown]
        counts = np.minimum(counts, ROWS_SHOWN)
    before = np.searchsorted(owner, missing)
    counts[missing] = 1
    file, sheet, row = (
        np.insert(_plain(table[name])[rows].astype(np.int64), before, NONE)
        if len(rows)
        else np.full(len(subjects), NONE)
        for name in ("_file", "_sheet", "_row")
    )
    return file, sheet, row, counts


def _plain(series: pl.Series) -> NDArray[Any]:
    return (series.cast(pl.Int64).fill_null(NONE) if series.null_count() else series).to_numpy()


def _source_rows(facts: Facts, fact: Fact, subjects: Int64) -> tuple[pl.DataFrame, Int64, Int64]:
    """Where the rows stand, which of them speak, by subject and then as they were sent, and which
    of `subjects` each is about."""
    if fact.feed is None:
        table = facts.snapshot.table(fact.subject)
        there = "_row" in table.columns
        return table, subjects if there else subjects[:0], np.arange(len(subjects) if there else 0)
    rows = facts.rows(fact)
    if rows is None:
        return pl.DataFrame(), subjects[:0], subjects[:0]
    which = np.full(rows.linked.size, -1, dtype=np.int64)
    which[subjects] = np.arange(len(subjects))
    owner = which[rows.subject]
    speaking = owner >= 0 if rows.counting is None else (owner >= 0) & rows.counting
    use = np.flatnonzero(speaking)
    owner = owner[use]
    if (owner[1:] > owner[:-1]).all():  # as most deliveries are: sorted, and one row for each
        return rows.frame, use, owner
    order = np.lexsort((rows.place(use), owner))
    return rows.frame, use[order], owner[order]

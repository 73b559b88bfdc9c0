"""Which figures a finding rests on, and the source rows they come from.

Only what speaks for the finding is shown: of an `or` the branches that hold, of `any_member` the
members for whom it holds, of a sum the members who add to it.
"""

from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.engine.column import Mask
from fangpin.engine.facts import Facts
from fangpin.engine.figures import printed
from fangpin.kernel.errors import Language
from fangpin.policy.language import nodes
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
    entries.add(rule, hits, node)
    return entries.lists(np.arange(len(hits)))


class Entries:
    """The evidence of many findings of many rules, gathered as numbers and printed at the end."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._findings = 0
        self._found: dict[str, list[_Pairs]] = {}

    def add(self, rule: Rule, hits: Int64, node: nodes.Node) -> None:
        """The findings of `rule` on `hits`, which `node` says why; they are numbered on."""
        size = self._facts.snapshot.size(rule.subject)
        mask = np.zeros(size, dtype=np.bool_)
        mask[hits] = True
        relevance = Relevance(self._facts)
        relevance.add(node, mask)
        position = np.full(size, -1, dtype=np.int64)
        position[hits] = np.arange(len(hits))
        for rank, (name, found) in enumerate(relevance.masks.items()):
            subject = self._facts.pack.facts[name].subject
            finding, rows = _pairs(self._facts, subject, found, rule.subject, hits, position)
            self._found.setdefault(name, []).append(_Pairs(finding + self._findings, rows, rank))
        self._findings += len(hits)

    def leave_out(self, findings: int) -> None:
        """Findings without evidence; they are numbered on, too."""
        self._findings += findings

    def lists(self, order: Int64) -> pl.Series:
        """A list of ENTRY per finding; `order` names the findings by the numbers they got."""
        place = np.empty(self._findings, dtype=np.int64)
        place[order] = np.arange(len(order))
        frames = [
            _entries(self._facts, self._facts.pack.facts[name], pairs, place)
            for name, pairs in self._found.items()
        ]
        frames = [frame for frame in frames if frame.height]
        if not frames:
            return pl.Series("evidence", [None] * len(order), dtype=pl.List(ENTRY))
        entries = pl.concat(frames)
        # Within a finding: by fact as the rule names them, then as `_entries` has them.
        rank = entries["finding"].to_numpy() * (1 + entries["rank"].max()) + entries["rank"]  # type: ignore[operator]
        entries = entries[np.argsort(np.asarray(rank), kind="stable")]
        lists = (
            entries.with_columns(pl.col("finding").set_sorted())
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


def _entries(facts: Facts, fact: Fact, found: list[_Pairs], place: Int64) -> pl.DataFrame:
    """One row per finding, subject of the fact and source row; `finding` is its place."""
    finding = place[np.concatenate([each.finding for each in found])]
    subject = np.concatenate([each.subject for each in found])
    rank = np.repeat([each.rank for each in found], [len(each.finding) for each in found])
    # What is printed is the same for a subject in all its findings.
    subjects, which = np.unique(subject, return_inverse=True)
    which = which.reshape(-1)
    column = facts[fact.name].take(subjects)
    sources = _sources(facts, fact, subjects)
    pair = np.repeat(np.arange(len(finding)), sources.counts[which])
    source = sources.first[which[pair]] + _nth(sources.counts[which])
    own = which[pair]
    key = facts.delivery(fact) if fact.feed is not None else None
    known = np.broadcast_to(column.known_mask, subjects.shape)
    texts = {}
    for name, language in _VALUES.items():
        values, number = printed(fact, column, facts.vocabularies, facts.pack, language)
        texts[name] = pl.Series(values, dtype=pl.String).gather(number[own])
    if fact.subject == "person":
        person = facts.snapshot.persons["number"].gather(subject[pair])
    else:
        person = pl.Series([None], dtype=pl.String).new_from_index(0, len(pair))
    frame = pl.DataFrame(
        {
            "finding": finding[pair],
            "rank": rank[pair],
            **texts,
            "known": known[own],
            "file": sources.frame["file"].gather(source),
            "sheet": sources.frame["sheet"].gather(source),
            "row": sources.frame["row"].gather(source),
        }
    )
    return frame.select(
        "finding",
        "rank",
        pl.lit(fact.name).alias("fact"),
        pl.lit(fact.label.zh).alias("label_zh"),
        pl.lit(fact.label.en).alias("label_en"),
        "value",
        "value_en",
        pl.lit(fact.unit).cast(pl.String).alias("unit"),
        person.alias("person_number"),
        pl.lit(f"{key[1]:%Y-%m}" if key else None).cast(pl.String).alias("period"),
        "file",
        "sheet",
        "row",
        "known",
    )


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


@dataclass(frozen=True)
class _Sources:
    """Source rows (`file sheet row` of `frame`) by subject: subject i has `counts[i]` from
    `first[i]` on. Who has none has one that says nothing."""

    frame: pl.DataFrame
    first: Int64
    counts: Int64


def _sources(facts: Facts, fact: Fact, subjects: Int64) -> _Sources:
    """The delivered (or register) rows behind the fact for distinct `subjects`, ascending."""
    nothing = pl.DataFrame(
        {"file": [None], "sheet": [None], "row": [None]},
        schema={"file": pl.String, "sheet": pl.String, "row": pl.UInt32},
    )
    table, owner = _source_rows(facts, fact, subjects)
    if not len(owner):
        none = np.zeros(len(subjects), dtype=np.int64)
        return _Sources(nothing, none, none + 1)
    files = pl.Series(facts.snapshot.files, dtype=pl.String)
    sheets = pl.Series(facts.snapshot.sheets, dtype=pl.String)
    named = pl.DataFrame(
        {
            "file": files.gather(table["_file"]),
            "sheet": sheets.gather(table["_sheet"]),
            "row": table["_row"].cast(pl.UInt32),
        }
    )
    counts = np.bincount(owner, minlength=len(subjects))
    first = np.cumsum(counts) - counts
    missing = counts == 0
    first[missing] = len(owner)
    counts = np.minimum(np.where(missing, 1, counts), ROWS_SHOWN)
    return _Sources(pl.concat([named, nothing]), first, counts)


def _source_rows(facts: Facts, fact: Fact, subjects: Int64) -> tuple[pl.DataFrame, Int64]:
    """`_file _sheet _row` ordered by subject and place, and which of `subjects` each is about."""
    columns = ["_file", "_sheet", "_row"]
    if fact.feed is None:
        table = facts.snapshot.table(fact.subject)
        if "_row" not in table.columns:
            return table.clear(), subjects[:0]
        return table.select(columns)[subjects], np.arange(len(subjects))
    rows = facts.rows(fact)
    if rows is None:
        return pl.DataFrame(), subjects[:0]
    which = np.full(rows.linked.size, -1, dtype=np.int64)
    which[subjects] = np.arange(len(subjects))
    owner = which[rows.subject]
    speaking = owner >= 0 if rows.counting is None else (owner >= 0) & rows.counting
    use = np.flatnonzero(speaking)
    owner = owner[use]
    order = np.lexsort((rows.place(use), owner))
    return rows.frame.select(columns)[use[order]], owner[order]

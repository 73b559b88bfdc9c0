"""Which figures a finding rests on, and the source rows they come from.

Only what speaks for the finding is shown: of an `or` the branches that hold, of `any_member` the
members for whom it holds, of a sum the members who add to it.
"""

from dataclasses import dataclass, field
from functools import partial

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.engine.column import Mask
from fangpin.engine.facts import Facts
from fangpin.engine.figures import figure_texts
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
    size = facts.snapshot.size(rule.subject)
    mask = np.zeros(size, dtype=np.bool_)
    mask[hits] = True
    relevance = Relevance(facts)
    relevance.add(node, mask)
    position = np.full(size, -1, dtype=np.int64)
    position[hits] = np.arange(len(hits))
    frames = [
        _entries(facts, pack.facts[name], found, rule, hits, position)
        for name, found in relevance.masks.items()
    ]
    entries = pl.concat(frames) if frames else _empty()
    lists = (
        entries.group_by("finding", maintain_order=True)
        .agg(pl.struct(ENTRY_NAMES).alias("evidence"))
        .select("finding", "evidence")
    )
    base = pl.DataFrame({"finding": pl.int_range(len(hits), dtype=pl.Int64, eager=True)})
    joined = base.join(lists, on="finding", how="left", maintain_order="left")
    return joined["evidence"].cast(pl.List(ENTRY))


ENTRY_NAMES = [each.name for each in ENTRY.fields]


def _empty() -> pl.DataFrame:
    schema = {"finding": pl.Int64(), **{each.name: each.dtype for each in ENTRY.fields}}
    return pl.DataFrame(schema=schema)


def _entries(
    facts: Facts, fact: Fact, mask: Mask, rule: Rule, hits: Int64, position: Int64
) -> pl.DataFrame:
    """One row per finding, subject of the fact and source row."""
    finding, subject = _pairs(facts, fact.subject, mask, rule.subject, hits, position)
    snapshot = facts.snapshot
    column = facts[fact.name].take(subject)
    printed = partial(figure_texts, fact, column, facts.vocabularies, facts.pack)
    pairs = pl.DataFrame(
        {
            "finding": finding,
            "_subject": subject,
            # Without any subject the list is empty; the column is one of texts all the same.
            "value": pl.Series(printed("zh"), dtype=pl.String),
            "value_en": pl.Series(printed("en"), dtype=pl.String),
            "known": np.broadcast_to(column.known_mask, (len(subject),)),
        }
    )
    if fact.subject == "person":
        numbers = snapshot.persons["number"].gather(pl.Series(subject, dtype=pl.UInt32))
        pairs = pairs.with_columns(numbers.alias("person_number"))
    else:
        pairs = pairs.with_columns(pl.lit(None, pl.String).alias("person_number"))
    key = facts.delivery(fact) if fact.feed is not None else None
    pairs = pairs.with_columns(
        pl.lit(fact.name).alias("fact"),
        pl.lit(fact.label.zh).alias("label_zh"),
        pl.lit(fact.label.en).alias("label_en"),
        pl.lit(fact.unit).cast(pl.String).alias("unit"),
        pl.lit(f"{key[1]:%Y-%m}" if key else None).cast(pl.String).alias("period"),
    )
    sources = _sources(facts, fact, subject)
    files = pl.Series(snapshot.files, dtype=pl.String)
    sheets = pl.Series(snapshot.sheets, dtype=pl.String)
    located = pairs.join(sources, on="_subject", how="left", maintain_order="left_right")
    return located.with_columns(
        files.gather(located["_file"]).alias("file"),
        sheets.gather(located["_sheet"]).alias("sheet"),
        pl.col("_row").cast(pl.UInt32).alias("row"),
    ).select("finding", *ENTRY_NAMES)


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


def _sources(facts: Facts, fact: Fact, subjects: Int64) -> pl.DataFrame:
    """`_subject _file _sheet _row` of the delivered (or register) rows behind the fact."""
    wanted = np.unique(subjects)
    columns = ["_file", "_sheet", "_row"]
    if fact.feed is not None:
        rows = facts.rows(fact)
        if rows is None:
            return _no_sources()
        speaking = np.isin(rows.subject, wanted)
        if rows.counting is not None:
            speaking &= rows.counting
        use = np.flatnonzero(speaking)
        frame = rows.frame.select(columns)[use]
        frame = frame.insert_column(0, pl.Series("_subject", rows.subject[use]))
    else:
        table = facts.snapshot.table(fact.subject)
        if "_row" not in table.columns:
            return _no_sources()
        frame = table.select(columns)[wanted]
        frame = frame.insert_column(0, pl.Series("_subject", wanted))
    return (
        frame.with_columns(pl.int_range(pl.len()).over("_subject").alias("_nth"))
        .filter(pl.col("_nth") < ROWS_SHOWN)
        .drop("_nth")
        .with_columns(pl.col(columns).cast(pl.UInt32))
    )


def _no_sources() -> pl.DataFrame:
    return pl.DataFrame(
        schema={
            "_subject": pl.Int64,
            "_file": pl.UInt32,
            "_sheet": pl.UInt32,
            "_row": pl.UInt32,
        }
    )

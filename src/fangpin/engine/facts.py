"""Facts as columns: from the register, from a delivery, or derived.

What is there stands; only absence is doubtful. A subject without a row gets the fact's `absent`
value where the delivery is complete and no unusable row may concern the subject; otherwise it is
unknown. A delivery that was quarantined, or is too old, says nothing for the areas concerned.
"""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.engine import aggregate
from fangpin.engine.column import Column, Mask
from fangpin.engine.dependencies import Definitions, FeedKey
from fangpin.engine.dialect_numpy import Groups
from fangpin.engine.plan import Evaluation, day_number
from fangpin.engine.rows import DeliveredRows
from fangpin.engine.snapshot import Snapshot
from fangpin.engine.vocabulary import Vocabularies
from fangpin.policy.language import nodes
from fangpin.policy.language.types import Type
from fangpin.policy.names import stored, type_of
from fangpin.policy.pack import Fact, Pack

SILENT = ("quarantined", "late")
"""Statuses in which even delivered rows are not used for the area."""


class Facts:
    """The facts of a pack on a snapshot, each computed once when first asked for.

    Raises KeyError for a fact that the pack does not have.
    """

    def __init__(
        self, pack: Pack, snapshot: Snapshot, as_of: date, kept: "_Kept | None" = None
    ) -> None:
        self.pack = pack
        self.snapshot = snapshot
        self.as_of = as_of
        self.vocabularies = Vocabularies(pack)
        self._kept = kept or _Kept()
        self.evaluation = Evaluation(
            self, self, as_of, kept=self._column_kept if kept is not None else None
        )
        self._columns: dict[str, Column] = {}
        self._rows: dict[str, DeliveredRows] = {}

    def varied(self, pack: Pack, as_of: date | None = None) -> "Facts":
        """The facts of another pack, of other figures or of another day on the same snapshot.

        What does not depend on the difference is not computed again: facts and parts of conditions
        are taken over where definition, values in force and deliveries are the same, whatever their
        names. The result is that of `Facts(pack, snapshot, as_of)`; this object stays as it is.
        """
        return Facts(pack, self.snapshot, as_of or self.as_of, kept=self._everything_done())

    def _everything_done(self) -> "_Kept":
        definitions = self.definitions
        kept = _Kept(dict(self._kept.columns), dict(self._kept.rows))
        for name, column in self._columns.items():
            kept.columns[definitions.fact(name)] = column
        for node, column in self.evaluation.done.items():
            if not isinstance(node, nodes.Fact):
                kept.columns[definitions.node(node)] = column
        for name, rows in self._rows.items():
            kept.rows[definitions.fact(name)] = rows
        return kept

    def _column_kept(self, node: nodes.Node) -> Column | None:
        if isinstance(node, nodes.Fact):  # asked for by name
            return None
        return self._kept.columns.get(self.definitions.node(node))

    @cached_property
    def definitions(self) -> Definitions:
        """What each fact and rule rests on."""
        return Definitions(self.pack, self.as_of, self.snapshot.deliveries)

    # ---- Relations and Leaves of the evaluation --------------------------------------------------

    def above(self, subject: str, target: str) -> NDArray[np.int64]:
        return self.snapshot.above(subject, target)

    @property
    def households(self) -> Groups:
        return self.snapshot.members

    def fact(self, node: nodes.Fact) -> Column:
        return self[node.name]

    def column(self, node: nodes.Column) -> Column:
        raise TypeError(f"column {node.name!r} outside a delivery")

    def code(self, type_: Type, text: str) -> int:
        return self.vocabularies.code(type_.codes, text)

    def parameter(self, name: str) -> bool | int | date | str | tuple[str, ...] | None:
        declared = self.pack.parameters[name]
        value = declared.at(self.as_of)
        if value is None:
            return None
        return stored(value.value, type_of(declared.type, declared.unit, declared.codes))

    # ---- facts -----------------------------------------------------------------------------------

    def __getitem__(self, name: str) -> Column:
        """The fact's column, one row per subject."""
        found = self._columns.get(name)
        if found is None:
            fact = self.pack.facts[name]
            if self._kept.columns:
                found = self._kept.columns.get(self.definitions.fact(name))
            if found is None:
                found = self._compute(fact)
            found = self._columns[name] = found.spread(self.snapshot.size(fact.subject))
        return found

    def _compute(self, fact: Fact) -> Column:
        if fact.derive is not None:
            assert fact.derive.node is not None
            return self.evaluation.column(fact.derive.node)
        if fact.registry is not None:
            table = self.snapshot.table(fact.subject)
            if fact.registry not in table.columns:
                return Column.unknown(fact.type == "bool")
            return self.vocabularies.column(table[fact.registry], fact.codes)
        return self._from_feed(fact)

    def rows(self, fact: Fact) -> DeliveredRows | None:
        """The delivered rows behind a fact with their subjects and where they count."""
        rows = self._rows.get(fact.name)
        if rows is None:
            key = self.delivery(fact)
            if key is None or key not in self.snapshot.feeds:
                return None
            if self._kept.rows:
                rows = self._kept.rows.get(self.definitions.fact(fact.name))
            if rows is None:
                rows = DeliveredRows(self, fact, self.snapshot.feeds[key])
            self._rows[fact.name] = rows
        return rows

    def delivery(self, fact: Fact) -> FeedKey | None:
        """Which delivery the fact reads: the newest of its contract, or the one a month before."""
        return self.snapshot.deliveries.read_by(fact, self.as_of)

    def incomplete(self, fact: Fact) -> Mask:
        """Villages for which the delivery behind the fact is not complete."""
        return self._status(fact, ("missing", "late", "partial", "quarantined"))

    def _status(self, fact: Fact, statuses: tuple[str, ...]) -> Mask:
        villages = self.snapshot.places.height
        key = self.delivery(fact)
        if key is None:
            return np.ones(villages, dtype=np.bool_)
        coverage = self.snapshot.coverage.filter(
            (pl.col("contract") == key[0])
            & (pl.col("period") == key[1])
            & pl.col("status").is_in(statuses)
        )
        mask = np.zeros(villages, dtype=np.bool_)
        mask[coverage["village"].to_numpy()] = True
        return mask

    def doubtful(self, fact: Fact) -> Mask:
        """Subjects whom an unusable row of the delivery may concern."""
        mask = np.zeros(self.snapshot.size(fact.subject), dtype=np.bool_)
        key = self.delivery(fact)
        if key is None or fact.subject == "village":
            return mask
        suspects = self.snapshot.suspects.filter(
            (pl.col("contract") == key[0]) & (pl.col("period") == key[1])
        )
        persons = suspects["person"].cast(pl.Int64).to_numpy()
        if fact.subject == "household":
            persons = self.snapshot.households_of_persons[persons]
        mask[persons] = True
        return mask

    def _from_feed(self, fact: Fact) -> Column:
        size = self.snapshot.size(fact.subject)
        rows = self.rows(fact)
        boolean = fact.type == "bool"
        if rows is None:
            return Column.unknown(boolean).spread(size)
        village = self.snapshot.village_of(fact.subject)
        found = aggregate.compute(fact, rows, size)
        values, known = found.values.copy(), found.known.copy()

        absent = ~found.present
        values[absent] = self._absent(fact)
        known[absent] = fact.absent is not None
        # `any` that is false rests on absence too: a row that says otherwise may be missing
        resting = absent | (known & ~values.astype(np.bool_)) if fact.aggregate == "any" else absent
        unsure = self.incomplete(fact)[village] | self.doubtful(fact)
        known[resting & unsure] = False
        known[self._status(fact, SILENT)[village]] = False
        values[~known] = False if boolean else 0
        return Column(values, None if known.all() else known)

    def _absent(self, fact: Fact) -> bool | int:
        if fact.absent is None:
            return 0
        match stored(fact.absent, type_of(fact.type, fact.unit)):
            case bool() | int() as value:
                return value
            case date() as value:
                return day_number(value)
            case str() as value:
                return self.vocabularies.code(fact.codes, value)
            case other:
                raise TypeError(f"{fact.name}: absent {other!r}")


@dataclass(frozen=True)
class _Kept:
    """Columns and delivered rows computed before, by the keys of their definitions."""

    columns: dict[str, Column] = field(default_factory=dict)
    rows: dict[str, DeliveredRows] = field(default_factory=dict)

"""Facts as columns: from the register, from a delivery, or derived.

What is there stands; only absence is doubtful. A subject without a row gets the fact's `absent`
value where the delivery is complete and no unusable row may concern the subject; otherwise it is
unknown. A delivery that was quarantined, or is too old, says nothing for the areas concerned.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from weakref import proxy

import numpy as np
from numpy.typing import NDArray

from fangpin.engine import aggregate
from fangpin.engine.column import Column, Mask
from fangpin.engine.compiled import Compiled, Stored
from fangpin.engine.dependencies import Definitions, FeedKey
from fangpin.engine.dialect_numpy import Groups
from fangpin.engine.once import once
from fangpin.engine.plan import Evaluation
from fangpin.engine.rows import DeliveredRows, Delivery, Linked
from fangpin.engine.snapshot import Snapshot
from fangpin.policy.language import nodes
from fangpin.policy.language.types import Type
from fangpin.policy.pack import Fact, Pack

SILENT = ("quarantined", "late")
"""Statuses in which even delivered rows are not used for the area."""
INCOMPLETE = ("missing", "late", "partial", "quarantined")

Int64 = NDArray[np.int64]


class Facts:
    """The facts of a pack on a snapshot, each computed once when first asked for.

    `compiled` is the pack made ready for `as_of`, if it is at hand; `known` may have the columns of
    nodes from elsewhere. Raises KeyError for a fact that the pack does not have.
    """

    def __init__(
        self,
        pack: Pack,
        snapshot: Snapshot,
        as_of: date,
        compiled: Compiled | None = None,
        kept: "_Kept | None" = None,
        known: Callable[[nodes.Node], Column | None] | None = None,
    ) -> None:
        self.pack = pack
        self.snapshot = snapshot
        self.as_of = as_of
        self.compiled = compiled or Compiled(pack, as_of)
        self.vocabularies = self.compiled.vocabularies
        self._kept = kept or _Kept()
        # Without a cycle of references the columns of a part are freed with its facts, at once.
        own = proxy(self)
        self.evaluation = Evaluation(
            own,
            own,
            as_of,
            kept=(lambda node: own._column_kept(node)) if kept is not None else known,
            numbers=self.compiled.numbers,
        )
        self._columns: dict[str, Column] = {}
        self._rows: dict[str, DeliveredRows] = {}
        self._deliveries: dict[tuple[FeedKey, str], Delivery] = {}
        self._linked: dict[tuple[FeedKey, str], Linked] = dict(self._kept.linked)

    def varied(self, pack: Pack, as_of: date | None = None) -> "Facts":
        """The facts of another pack, of other figures or of another day on the same snapshot.

        What does not depend on the difference is not computed again: facts and parts of conditions
        are taken over where definition, values in force and deliveries are the same, whatever their
        names. The result is that of `Facts(pack, snapshot, as_of)`; this object stays as it is.
        """
        return Facts(pack, self.snapshot, as_of or self.as_of, kept=self._everything_done())

    def _everything_done(self) -> "_Kept":
        definitions = self.definitions
        kept = _Kept(dict(self._kept.columns), dict(self._kept.rows), dict(self._linked))
        for name, column in list(self._columns.items()):
            kept.columns[definitions.fact(name)] = column
        for node, column in self.evaluation.done().items():
            if not isinstance(node, nodes.Fact):
                kept.columns[definitions.node(node)] = column
        for name, rows in list(self._rows.items()):
            kept.rows[definitions.fact(name)] = rows
        return kept

    def _column_kept(self, node: nodes.Node) -> Column | None:
        if isinstance(node, nodes.Fact):  # asked for by name
            return None
        return self._kept.columns.get(self.definitions.node(node))

    @once
    def definitions(self) -> Definitions:
        """What each fact and rule rests on."""
        return Definitions(self.pack, self.as_of, self.snapshot.deliveries)

    # ---- Relations and Leaves of the evaluation --------------------------------------------------

    def above(self, subject: str, target: str) -> Int64:
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

    def parameter(self, name: str) -> Stored:
        return self.compiled.parameter(name)

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
                rows = DeliveredRows(fact, self._delivered(key, fact.subject))
            self._rows[fact.name] = rows
        return rows

    def _delivered(self, key: FeedKey, subject: str) -> Delivery:
        found = self._deliveries.get((key, subject))
        if found is None:
            linked = self._linked.get((key, subject))
            if linked is None:
                linked = self._linked[key, subject] = Linked.of(self.snapshot, key, subject)
            found = Delivery(self.compiled, self.pack.contracts[key[0]], linked)
            self._deliveries[key, subject] = found
        return found

    def delivery(self, fact: Fact) -> FeedKey | None:
        """Which delivery the fact reads: the newest of its contract, or the one a month before."""
        return self.snapshot.deliveries.read_by(fact, self.as_of)

    def incomplete(self, fact: Fact) -> Mask | None:
        """Villages for which the delivery behind the fact is not complete; None when it is."""
        return self._status(fact, INCOMPLETE)

    def _status(self, fact: Fact, statuses: tuple[str, ...]) -> Mask | None:
        key = self.delivery(fact)
        if key is None:
            return np.ones(self.snapshot.places.height, dtype=np.bool_)
        return self.snapshot.villages_where(key, statuses)

    def doubtful(self, fact: Fact) -> Int64 | None:
        """Subjects whom an unusable row of the delivery may concern; None when there are none."""
        key = self.delivery(fact)
        persons = self.snapshot.doubtful_persons.get(key) if key is not None else None
        if persons is None or fact.subject == "village":
            return None
        return (
            self.snapshot.households_of_persons[persons] if fact.subject == "household" else persons
        )

    def _from_feed(self, fact: Fact) -> Column:
        size = self.snapshot.size(fact.subject)
        rows = self.rows(fact)
        if rows is None:
            return Column.unknown(fact.type == "bool").spread(size)
        found = aggregate.compute(fact, rows, size)
        values, known = found.values, None
        unsure = self._unsure(fact, size)
        default = self.compiled.absent(fact)
        resting = None
        if fact.absent is None or default or unsure is not None:
            resting = np.ones(size, dtype=np.bool_)
            resting[found.speaking] = False
        if fact.absent is None:
            assert resting is not None
            known = ~resting
        elif default:
            assert resting is not None
            values = values.astype(np.promote_types(values.dtype, np.min_scalar_type(default)))
            values[resting] = default
        if unsure is not None:
            assert resting is not None
            if fact.aggregate == "any":
                # false rests on absence too: a row that says otherwise may be missing
                resting |= ~values
            known = ~(resting & unsure) if known is None else known & ~(resting & unsure)
        silent = self._status(fact, SILENT)
        if silent is not None:
            spoken = ~silent[self.snapshot.village_of(fact.subject)]
            known = spoken if known is None else known & spoken
        if len(found.unknown):
            known = np.ones(size, dtype=np.bool_) if known is None else known
            known[found.unknown] = False
        return Column(values, None if known is None or known.all() else known)

    def _unsure(self, fact: Fact, size: int) -> Mask | None:
        """Subjects for whom absence says nothing."""
        incomplete, doubtful = self.incomplete(fact), self.doubtful(fact)
        if incomplete is None and doubtful is None:
            return None
        if incomplete is None:
            unsure = np.zeros(size, dtype=np.bool_)
        else:
            unsure = incomplete[self.snapshot.village_of(fact.subject)]
        if doubtful is not None:
            unsure[doubtful] = True
        return unsure


@dataclass(frozen=True)
class _Kept:
    """Columns and delivered rows computed before, by the keys of their definitions; rows linked to
    their subjects by delivery."""

    columns: dict[str, Column] = field(default_factory=dict)
    rows: dict[str, DeliveredRows] = field(default_factory=dict)
    linked: dict[tuple[FeedKey, str], Linked] = field(default_factory=dict)

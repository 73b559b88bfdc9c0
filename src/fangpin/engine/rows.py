"""The delivered rows behind facts: whom each row is about and whether it counts.

`Linked` says whom the rows are about, `Delivery` what their columns hold, `DeliveredRows` is what
one fact sees of them. The first two are shared by all facts that read the same delivery.
"""

from dataclasses import dataclass
from weakref import proxy

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.engine.column import Column, Mask
from fangpin.engine.compiled import Compiled, Stored
from fangpin.engine.once import once
from fangpin.engine.plan import Evaluation
from fangpin.engine.snapshot import FeedKey, Snapshot
from fangpin.engine.vocabulary import Texts
from fangpin.policy.language import nodes
from fangpin.policy.language.types import Type
from fangpin.policy.pack import Contract, Fact

Int64 = NDArray[np.int64]


@dataclass(frozen=True)
class Linked:
    """Rows of one delivery that are about somebody in the register.

    `subject`: row number of the person, household or village for each row of `frame`; `size`: how
    many of them the register has.
    """

    frame: pl.DataFrame
    subject: Int64
    size: int

    @classmethod
    def of(cls, snapshot: Snapshot, key: FeedKey, subject: str) -> "Linked":
        """Rows linked to nobody are left out."""
        frame = snapshot.feeds[key]
        size = snapshot.size(subject)
        numbers, linked = _subjects(snapshot, frame, subject)
        if not linked.all():
            index = np.flatnonzero(linked)
            numbers, frame = numbers[index], frame[index]
        return cls(frame, numbers, size)

    def only(self, rows: Int64) -> "Linked":
        """Some of the rows."""
        return Linked(self.frame[rows], self.subject[rows], self.size)

    @once
    def in_order(self) -> bool:
        """Whether the rows are sorted by subject."""
        return bool((self.subject[1:] >= self.subject[:-1]).all())

    @once
    def single(self) -> bool:
        """Whether nobody has more than one row."""
        return self.several(self.subject) is None

    def several(self, subject: Int64) -> Mask | None:
        """Which of some of the rows, given by their subjects, belong to somebody with several of
        them; None when there are none."""
        if self.in_order:
            equal = subject[1:] == subject[:-1]
            if not equal.any():
                return None
            several = np.zeros(len(subject), dtype=np.bool_)
            several[1:] = equal
            several[:-1] |= equal
            return several
        several = np.bincount(subject, minlength=self.size)[subject] > 1
        return several if several.any() else None


def _subjects(snapshot: Snapshot, frame: pl.DataFrame, subject: str) -> tuple[Int64, Mask]:
    """The subject of each row and whether the register of this snapshot has it."""
    if subject != "household":
        return link_numbers(frame, f"_{subject}", snapshot.size(subject))
    household, given = link_numbers(frame, "_household", snapshot.households.height)
    person, known = link_numbers(frame, "_person", snapshot.persons.height)
    if not known.any():
        return household, given
    through = known & (household < 0)
    household = household.copy()
    household[through] = snapshot.households_of_persons[person[through]]
    return household, given | through


def link_numbers(frame: pl.DataFrame, name: str, size: int) -> tuple[Int64, Mask]:
    """A column of links, -1 for none, and where it names one of `size`."""
    numbers = frame[name]
    if numbers.null_count() == frame.height:
        return np.full(frame.height, -1, dtype=np.int64), np.zeros(frame.height, dtype=np.bool_)
    stored = numbers.cast(pl.Int64)
    values: Int64 = (stored.fill_null(-1) if numbers.null_count() else stored).to_numpy()
    return values, (values >= 0) & (values < size)


class Delivery:
    """The columns of a delivery's rows as its contract declares them, and expressions over them."""

    def __init__(self, compiled: Compiled, contract: Contract, linked: Linked) -> None:
        self._compiled = compiled
        self._contract = contract
        self.linked = linked
        self.evaluation = Evaluation(proxy(self), None, compiled.as_of, numbers=compiled.numbers)

    # ---- Leaves ----------------------------------------------------------------------------------

    def fact(self, node: nodes.Fact) -> Column:
        raise TypeError(f"fact {node.name!r} inside a delivery")

    def column(self, node: nodes.Column) -> Column:
        height = self.linked.frame.height
        if self._contract.column(node.name) is None or node.name not in self.linked.frame.columns:
            return Column.unknown(node.type.kind == "bool").spread(height)
        return self.named(node.name)

    def named(self, name: str) -> Column:
        """A column of the contract."""
        declared = self._contract.column(name)
        assert declared is not None
        series = self.linked.frame[name]
        if declared.codes is None and series.dtype in (pl.String, pl.Categorical):
            return self._texts.column(series)
        return self._compiled.vocabularies.column(series, declared.codes)

    def code(self, type_: Type, text: str) -> int:
        if type_.codes is None:
            return self._texts.code(text)
        return self._compiled.vocabularies.code(type_.codes, text)

    @once
    def _texts(self) -> Texts:
        """Numbers of the free texts of this delivery."""
        free = {column.name for column in self._contract.columns if column.codes is None}
        kinds = (pl.String, pl.Categorical)
        return Texts(
            [each for each in self.linked.frame if each.name in free and each.dtype in kinds]
        )

    def parameter(self, name: str) -> Stored:
        return self._compiled.parameter(name)

    def only(self, rows: Int64) -> "Delivery":
        """The same of some of the rows."""
        return Delivery(self._compiled, self._contract, self.linked.only(rows))


class DeliveredRows:
    """The rows of a delivery as one fact sees them.

    `subject`: row number of the fact's subject for each row of `frame`.
    """

    def __init__(self, fact: Fact, delivery: Delivery) -> None:
        self.of_fact = fact
        self.delivery = delivery
        self.linked = delivery.linked
        self.frame = delivery.linked.frame
        self.subject = delivery.linked.subject

    @once
    def where(self) -> Column | None:
        """Whether each row counts (Kleene); None when all do."""
        return self._column(self.of_fact.where.node) if self.of_fact.where is not None else None

    @once
    def counting(self) -> Mask | None:
        """Rows that count for certain; None when all do."""
        return None if self.where is None else self.where.true()

    @once
    def certain(self) -> Int64:
        """The subjects of rows that count for certain."""
        return self.subject if self.counting is None else self.subject[self.counting]

    @once
    def perhaps(self) -> Int64:
        """The subjects of rows of which it is unknown whether they count."""
        if self.where is None or self.where.known is None:
            return self.subject[:0]
        return self.subject[~self.where.known]

    def several(self, subject: Int64) -> Mask | None:
        """As `Linked.several`."""
        return None if self.linked.single else self.linked.several(subject)

    def value(self) -> Column:
        """`of` for each row."""
        return self._column(self._of())

    def value_of(self, rows: Int64) -> Column:
        """`of` for some of the rows."""
        some = self.delivery.only(rows)
        return some.evaluation.column(self._of()).spread(len(rows))

    def known_value(self) -> Mask | None:
        """Where `of` is known; None when everywhere. A plain text need not be numbered for that."""
        node = self._of()
        if isinstance(node, nodes.Column) and node.type.kind == "text":
            texts = self.frame[node.name] if node.name in self.frame.columns else None
            if texts is not None:
                return texts.is_not_null().to_numpy() if texts.null_count() else None
        return self.value().known

    def value_scale(self) -> int:
        """Decimals of `of`."""
        return self._of().type.scale

    def _of(self) -> nodes.Node:
        assert self.of_fact.of is not None
        assert self.of_fact.of.node is not None
        return self.of_fact.of.node

    def within(self, rows: Int64) -> Column | None:
        """`within` for some of the rows."""
        if self.of_fact.within is None:
            return None
        assert self.of_fact.within.node is not None
        some = self.delivery.only(rows)
        return some.evaluation.column(self.of_fact.within.node).spread(len(rows))

    def order(self) -> Column:
        """`order_by` for each row."""
        assert self.of_fact.order_by is not None
        return self.delivery.named(self.of_fact.order_by)

    def place(self, rows: Int64) -> Int64:
        """Where some of the rows stand in what was sent: smaller is earlier."""
        keys = [self.frame[name].to_numpy()[rows] for name in ("_row", "_sheet", "_file")]
        place = np.empty(len(rows), dtype=np.int64)
        place[np.lexsort(keys)] = np.arange(len(rows))
        return place

    def _column(self, node: nodes.Node | None) -> Column:
        assert node is not None
        return self.delivery.evaluation.column(node).spread(self.frame.height)

"""The delivered rows behind one fact: whom each is about and whether it counts."""

from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.engine.column import Column, Mask
from fangpin.engine.plan import Evaluation
from fangpin.engine.vocabulary import Texts
from fangpin.policy.language import nodes
from fangpin.policy.language.types import Type
from fangpin.policy.pack import ContractColumn, Fact

if TYPE_CHECKING:
    from fangpin.engine.facts import Facts


class DeliveredRows:
    """Rows of one delivery seen by one fact; rows linked to nobody in the register are left out.

    `subject`: row number of the fact's subject for each kept row; `index`: its row in the frame.
    """

    def __init__(self, facts: "Facts", fact: Fact, frame: pl.DataFrame) -> None:
        self.of_fact = fact
        self._facts = facts
        self._contract = facts.pack.contracts[fact.feed or ""]
        linked = self._subjects(frame, fact.subject)
        size = facts.snapshot.size(fact.subject)
        self.index: NDArray[np.int64] = np.flatnonzero((linked >= 0) & (linked < size))
        self.subject: NDArray[np.int64] = linked[self.index]
        self.frame = frame[self.index] if len(self.index) < frame.height else frame
        self._evaluation = Evaluation(self, None, facts.as_of)

    def _subjects(self, frame: pl.DataFrame, subject: str) -> NDArray[np.int64]:
        def numbers(name: str) -> NDArray[np.int64]:
            return frame[name].cast(pl.Int64).fill_null(-1).to_numpy().copy()

        if subject == "person":
            return numbers("_person")
        if subject == "village":
            return numbers("_village")
        household = numbers("_household")
        person = numbers("_person")
        persons = self._facts.snapshot.persons.height
        use = (household < 0) & (person >= 0) & (person < persons)
        household[use] = self._facts.snapshot.households_of_persons[person[use]]
        return household

    # ---- Leaves ----------------------------------------------------------------------------------

    def fact(self, node: nodes.Fact) -> Column:
        raise TypeError(f"fact {node.name!r} inside a delivery")

    def column(self, node: nodes.Column) -> Column:
        declared = self._contract.column(node.name)
        if declared is None or node.name not in self.frame.columns:
            return Column.unknown(node.type.kind == "bool").spread(self.frame.height)
        return self._column(declared)

    def _column(self, declared: ContractColumn) -> Column:
        series = self.frame[declared.name]
        if declared.codes is None and series.dtype == pl.String:
            return self._texts.column(series)
        return self._facts.vocabularies.column(series, declared.codes)

    def code(self, type_: Type, text: str) -> int:
        if type_.codes is None:
            return self._texts.code(text)
        return self._facts.vocabularies.code(type_.codes, text)

    @cached_property
    def _texts(self) -> Texts:
        """Numbers of the free texts of this delivery."""
        free = {column.name for column in self._contract.columns if column.codes is None}
        return Texts([each for each in self.frame if each.name in free and each.dtype == pl.String])

    def parameter(self, name: str) -> bool | int | date | str | tuple[str, ...] | None:
        return self._facts.parameter(name)

    # ---- what the fact asks ----------------------------------------------------------------------

    @cached_property
    def where(self) -> Column:
        """Whether each row counts (Kleene)."""
        expression = self.of_fact.where
        if expression is None:
            return Column(np.ones(self.frame.height, dtype=np.bool_))
        assert expression.node is not None
        return self._evaluation.column(expression.node).spread(self.frame.height)

    @cached_property
    def counting(self) -> Mask:
        """Rows that count for certain."""
        return self.where.true()

    def value(self) -> Column:
        """`of` for each row."""
        return self._evaluation.column(self._of()).spread(self.frame.height)

    def value_scale(self) -> int:
        """Decimals of `of`."""
        return self._of().type.scale

    def _of(self) -> nodes.Node:
        assert self.of_fact.of is not None
        assert self.of_fact.of.node is not None
        return self.of_fact.of.node

    def within(self) -> Column | None:
        """`within` for each row."""
        if self.of_fact.within is None:
            return None
        assert self.of_fact.within.node is not None
        return self._evaluation.column(self.of_fact.within.node).spread(self.frame.height)

    def order(self) -> Column:
        """`order_by` for each row."""
        assert self.of_fact.order_by is not None
        declared = self._contract.column(self.of_fact.order_by)
        assert declared is not None
        return self._column(declared)

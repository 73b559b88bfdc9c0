"""Typed nodes → columns.

An `Evaluation` computes the column of any node once: equal parts of different rules are shared.
Leaves (facts, columns of a delivery, parameters) come from a `Leaves` object; how rows relate
(person → household → village) from `Relations`.
"""

from collections.abc import Callable
from datetime import date
from itertools import count
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from fangpin.engine import dialect_dates as dates
from fangpin.engine import dialect_numpy as dialect
from fangpin.engine.column import Column
from fangpin.policy.language import nodes
from fangpin.policy.language.types import Type

EPOCH = date(1970, 1, 1)


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


class Leaves(Protocol):
    """Where values come from."""

    def fact(self, node: nodes.Fact) -> Column:
        """The fact of its own subject, one row per subject."""

    def column(self, node: nodes.Column) -> Column:
        """A column of the delivery, one row per delivered row."""

    def code(self, type_: Type, text: str) -> int:
        """The number that stands for a code or a text; -1 when no row has it."""

    def parameter(self, name: str) -> bool | int | date | str | tuple[str, ...] | None:
        """The value in force, numbers scaled as its type says; None before the first value."""


class Relations(Protocol):
    """How the rows of persons, households and villages hang together."""

    def above(self, subject: str, target: str) -> NDArray[np.int64]:
        """For each row of `subject` the row of `target` it belongs to."""

    @property
    def households(self) -> dialect.Groups:
        """Members by household."""


class Numbers:
    """One number for equal nodes; found by identity where the same object is asked for again."""

    def __init__(self) -> None:
        self._by_id: dict[int, int] = {}
        self._by_value: dict[nodes.Node, int] = {}
        self._alive: list[nodes.Node] = []  # an id stays taken while its object lives
        self._next = count()

    def of(self, node: nodes.Node) -> int:
        """The node's number."""
        number = self._by_id.get(id(node))
        if number is None:
            # Never two nodes with one number, whatever other threads do meanwhile.
            number = self._by_value.setdefault(node, next(self._next))
            self._alive.append(node)
            self._by_id[id(node)] = number
        return number

    def nodes(self) -> dict[int, nodes.Node]:
        """The nodes met so far by number."""
        return {number: node for node, number in list(self._by_value.items())}


class Evaluation:
    """Columns of nodes at one `as_of`, each computed once.

    `kept` may know a node's column from elsewhere (None when it does not); `numbers` may be shared
    with evaluations of the same nodes on other rows.
    """

    def __init__(
        self,
        leaves: Leaves,
        relations: Relations | None,
        as_of: date,
        kept: Callable[[nodes.Node], Column | None] | None = None,
        numbers: Numbers | None = None,
    ) -> None:
        self._leaves = leaves
        self._relations = relations
        self._as_of = as_of
        self._kept = kept
        self._numbers = numbers or Numbers()
        self._done: dict[int, Column] = {}

    def done(self) -> dict[nodes.Node, Column]:
        """What has been computed so far."""
        known = self._numbers.nodes()
        return {known[number]: column for number, column in list(self._done.items())}

    def column(self, node: nodes.Node) -> Column:
        """The node's column on the rows of `node.subject`; constants stay 0-dimensional."""
        number = self._numbers.of(node)
        done = self._done.get(number)
        if done is None:
            kept = self._kept(node) if self._kept is not None else None
            done = self._done[number] = self._compute(node) if kept is None else kept
        return done

    def _compute(self, node: nodes.Node) -> Column:
        match node:
            case nodes.Literal():
                return self._constant(node.value, node.type)
            case nodes.AsOf():
                return Column.constant(day_number(self._as_of))
            case nodes.Parameter():
                value = self._leaves.parameter(node.name)
                if value is None:
                    return Column.unknown(node.type.kind == "bool")
                return self._constant(value, node.type)
            case nodes.Fact():
                return self._leaves.fact(node)
            case nodes.Column():
                return self._leaves.column(node)
            case nodes.FromAbove():
                assert self._relations is not None
                index = self._relations.above(node.subject, node.child.subject)
                return self.column(node.child).take(index)
            case nodes.Members():
                assert self._relations is not None
                groups = self._relations.households
                return dialect.members(node.function, self.column(node.child), groups)
            case nodes.Not():
                return dialect.negate(self.column(node.x))
            case nodes.And():
                return dialect.all_of([self.column(item) for item in node.items])
            case nodes.Or():
                return dialect.any_of([self.column(item) for item in node.items])
            case nodes.Known():
                return dialect.is_known(self.column(node.x))
            case nodes.Compare():
                scale = max(node.left.type.scale, node.right.type.scale)
                return dialect.compare(
                    node.op, self._scaled(node.left, scale), self._scaled(node.right, scale)
                )
            case nodes.Between():
                scale = max(each.type.scale for each in (node.x, node.low, node.high))
                x = self._scaled(node.x, scale)
                return dialect.all_of(
                    [
                        dialect.compare("<=", self._scaled(node.low, scale), x),
                        dialect.compare("<=", x, self._scaled(node.high, scale)),
                    ]
                )
            case nodes.In():
                return dialect.is_in(self.column(node.x), self._items(node), node.negated)
            case nodes.Arithmetic():
                return self._arithmetic(node)
            case nodes.If():
                return dialect.choose(
                    self.column(node.condition),
                    self._scaled(node.then, node.type.scale),
                    self._scaled(node.otherwise, node.type.scale),
                )
            case nodes.Coalesce():
                return dialect.first_known(
                    [self._scaled(item, node.type.scale) for item in node.items]
                )
            case nodes.Function():
                return self._function(node)
            case _:
                raise TypeError(f"no meaning for {type(node).__name__}")

    def _scaled(self, node: nodes.Node, scale: int) -> Column:
        return dialect.rescale(self.column(node), node.type.scale, scale)

    def _constant(self, value: object, type_: Type) -> Column:
        return Column.constant(self._number(value, type_))

    def _number(self, value: object, type_: Type) -> bool | int:
        """A literal or a parameter's value; numbers are already scaled."""
        match value:
            case bool() | int():
                return value
            case date():
                return day_number(value)
            case str():
                return self._leaves.code(type_, value)
            case _:
                raise TypeError(f"no number for {value!r}")

    def _items(self, node: nodes.In) -> list[int]:
        if isinstance(node.items, nodes.Parameter):
            listed = self._leaves.parameter(node.items.name)
            assert isinstance(listed, tuple)
            return [int(self._number(value, node.x.type)) for value in listed]
        return [int(self._number(item.value, node.x.type)) for item in node.items]

    def _arithmetic(self, node: nodes.Arithmetic) -> Column:
        left, right = self.column(node.left), self.column(node.right)
        scales = node.left.type.scale, node.right.type.scale
        match node.op:
            case "+":
                return dialect.add(
                    self._scaled(node.left, node.type.scale),
                    self._scaled(node.right, node.type.scale),
                )
            case "-":
                return dialect.subtract(
                    self._scaled(node.left, node.type.scale),
                    self._scaled(node.right, node.type.scale),
                )
            case "*":
                return dialect.rescale(dialect.multiply(left, right), sum(scales), node.type.scale)
            case _:
                return dialect.divide(left, right, node.type.scale - scales[0] + scales[1])

    def _function(self, node: nodes.Function) -> Column:
        match node.name:
            case "least" | "greatest":
                items = [self._scaled(each, node.type.scale) for each in node.args]
                return dialect.least(items) if node.name == "least" else dialect.greatest(items)
            case "abs":
                return dialect.absolute(self.column(node.args[0]))
            case "round":
                return self._scaled(node.args[0], node.type.scale)
            case "per_year":
                months = dialect.multiply(self.column(node.args[0]), Column.constant(12))
                return dialect.rescale(months, node.args[0].type.scale, node.type.scale)
            case "per_month":
                decimals = node.type.scale - node.args[0].type.scale
                return dialect.divide(self.column(node.args[0]), Column.constant(12), decimals)
            case _:
                meaning = _DATE_FUNCTIONS[node.name]
                return meaning(*(self.column(each) for each in node.args))


_DATE_FUNCTIONS: dict[str, Callable[..., Column]] = {
    "days_between": dates.days_between,
    "months_between": dates.months_between,
    "years_between": dates.years_between,
    "add_days": dates.add_days,
    "add_months": dates.add_months,
    "first_of_month": dates.first_of_month,
    "year": dates.year,
    "month": dates.month,
}

"""What a fact, an expression or a rule rests on, and a key that changes whenever its value may.

Two facts with the same key have the same values on the same snapshot, whatever they are called and
whichever pack they come from: the key covers their definition down to register and deliveries, the
vocabularies of the codes, the values in force of the parameters, and the date of the run only where
it is read. Labels, clauses and the order of declaration do not matter.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from fangpin.kernel.hashing import text_hash
from fangpin.policy.language import nodes
from fangpin.policy.language.types import Type
from fangpin.policy.names import stored, type_of
from fangpin.policy.pack import Contract, Fact, Pack, Rule

FeedKey = tuple[str, date]
"""Contract and first day of the month it is about."""

_VERSION = "fangpin definition 1"


@dataclass(frozen=True)
class Dependencies:
    """What must be the same for the same values.

    `key`: of the definition with everything it reads but the content of register and deliveries.
    `deliveries`: read ones, None for the month where a contract has never been delivered;
    `columns`: (subject, column) of the register; `parameters`: name → value in force;
    `reads_as_of`: whether the date of the run itself is read.
    """

    key: str
    deliveries: tuple[tuple[str, date | None], ...]
    columns: tuple[tuple[str, str], ...]
    parameters: dict[str, Any]
    reads_as_of: bool


@dataclass(frozen=True)
class Deliveries:
    """Which deliveries are there, and for which one only knows that they should be."""

    delivered: frozenset[FeedKey]
    expected: frozenset[FeedKey] = frozenset()

    @classmethod
    def of(cls, delivered: Iterable[FeedKey], expected: Iterable[FeedKey] = ()) -> "Deliveries":
        """From the keys of a snapshot's feeds and of its coverage."""
        return cls(frozenset(delivered), frozenset(expected))

    def as_json(self) -> dict[str, list[list[str]]]:
        """As plain JSON data."""
        return {
            name: sorted([contract, month.isoformat()] for contract, month in keys)
            for name, keys in (("delivered", self.delivered), ("expected", self.expected))
        }

    @classmethod
    def from_json(cls, data: dict[str, list[list[str]]]) -> "Deliveries":
        """What `as_json` gave."""

        def keys(name: str) -> list[FeedKey]:
            return [(contract, date.fromisoformat(month)) for contract, month in data[name]]

        return cls.of(keys("delivered"), keys("expected"))

    def read_by(self, fact: Fact, as_of: date) -> FeedKey | None:
        """The delivery behind a fact: the newest of its contract that is not of a later month, or
        the one a month before."""
        assert fact.feed is not None
        this_month = as_of.replace(day=1)
        known = {month for name, month in self.delivered if name == fact.feed}
        expected = {month for name, month in self.expected if name == fact.feed}
        months = sorted(month for month in known | expected if month <= this_month)
        if fact.period != "previous":
            return (fact.feed, months[-1]) if months else None
        before = _month_before(months[-1] if months else this_month)
        return (fact.feed, before) if before in known else None


def _month_before(month: date) -> date:
    return date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)


class Definitions:
    """Keys and dependencies of what a pack defines, at one `as_of`, on given deliveries.

    Raises KeyError for names that the pack does not have.
    """

    def __init__(self, pack: Pack, as_of: date, deliveries: Deliveries) -> None:
        self.pack = pack
        self.as_of = as_of
        self.deliveries = deliveries
        self._facts: dict[str, str] = {}
        self._nodes: dict[nodes.Node, str] = {}
        self._vocabularies: dict[str, str] = {}

    # ---- keys ------------------------------------------------------------------------------------

    def fact(self, name: str) -> str:
        """The key of a fact."""
        found = self._facts.get(name)
        if found is None:
            found = self._facts[name] = self._fact(self.pack.facts[name])
        return found

    def node(self, node: nodes.Node) -> str:
        """The key of an expression about persons, households or villages."""
        found = self._nodes.get(node)
        if found is None:
            found = self._nodes[node] = self._node(node, None)
        return found

    def rule(self, rule: Rule) -> Dependencies:
        """What the outcome of a rule rests on."""
        return self.of_node(rule.condition)

    def of_node(self, node: nodes.Node) -> Dependencies:
        """What an expression about persons, households or villages rests on."""
        return self._dependencies(self.node(node), [node], None)

    def of_fact(self, name: str) -> Dependencies:
        """What a fact rests on."""
        fact = self.pack.facts[name]
        return self._dependencies(self.fact(name), [], fact)

    def _fact(self, fact: Fact) -> str:
        if fact.derive is not None:
            return _key("derived", self.node(_checked(fact.derive)))
        kind = [fact.subject, _kind(type_of(fact.type, fact.unit)), self._vocabulary(fact.codes)]
        if fact.registry is not None:
            return _key("register", *kind, fact.registry)
        contract = self.pack.contracts[fact.feed or ""]
        delivery = self.deliveries.read_by(fact, self.as_of)
        parts = [
            self._node(_checked(each), contract) if each is not None else None
            for each in (fact.where, fact.of, fact.within)
        ]
        order = self._column(contract, fact.order_by) if fact.order_by else None
        absent = _plain(fact.absent) if fact.absent is not None else None
        month = delivery[1].isoformat() if delivery else None
        return _key("feed", *kind, contract.name, month, fact.aggregate, absent, order, *parts)

    def _node(self, node: nodes.Node, contract: Contract | None) -> str:
        match node:
            case nodes.Fact():
                return self.fact(node.name)
            case nodes.Column():
                assert contract is not None
                return self._column(contract, node.name)
            case nodes.Parameter():
                return _key("value", _kind(node.type), _plain(self._in_force(node.name)))
            case nodes.AsOf():
                return _key("value", _kind(node.type), self.as_of.isoformat())
        content: list[Any] = [type(node).__name__, node.subject, _kind(node.type)]
        content.append(self._vocabulary(node.type.codes))
        for each in fields(node):
            value = getattr(node, each.name)
            if each.name in ("type", "subject", "position"):
                continue
            if isinstance(value, nodes.Node):
                content.append(self._below(value, contract))
            elif isinstance(value, tuple):
                content.append([self._below(item, contract) for item in value])
            else:
                content.append(_plain(value))
        return _key(*content)

    def _below(self, node: nodes.Node, contract: Contract | None) -> str:
        # The same words mean different columns in different contracts: kept only outside of them.
        return self.node(node) if contract is None else self._node(node, contract)

    def _column(self, contract: Contract, name: str) -> str:
        declared = contract.column(name)
        codes = declared.codes if declared is not None else None
        kind = declared.type if declared is not None else None
        return _key("column", contract.name, name, kind, self._vocabulary(codes))

    def _vocabulary(self, name: str | None) -> str | None:
        """A code is a number by its position in the vocabulary."""
        if name is None:
            return None
        if name not in self._vocabularies:
            codes = self.pack.codes.get(name)
            words = [each.code for each in codes.values] if codes is not None else []
            self._vocabularies[name] = _key("codes", *words)
        return self._vocabularies[name]

    def _in_force(self, name: str) -> object:
        declared = self.pack.parameters[name]
        value = declared.at(self.as_of)
        if value is None:
            return None
        return stored(value.value, type_of(declared.type, declared.unit, declared.codes))

    # ---- what is read ----------------------------------------------------------------------------

    def _dependencies(
        self, key: str, expressions: list[nodes.Node], fact: Fact | None
    ) -> Dependencies:
        deliveries: set[tuple[str, date | None]] = set()
        columns: set[tuple[str, str]] = set()
        parameters: dict[str, Any] = {}
        reads_as_of = False
        for found in self._everything(expressions, fact):
            match found:
                case Fact() if found.registry is not None:
                    columns.add((found.subject, found.registry))
                case Fact() if found.feed is not None:
                    delivery = self.deliveries.read_by(found, self.as_of)
                    deliveries.add((found.feed, delivery[1] if delivery else None))
                case nodes.Parameter():
                    parameters[found.name] = _plain(self._in_force(found.name))
                case nodes.AsOf():
                    reads_as_of = True
        return Dependencies(
            key,
            tuple(sorted(deliveries, key=lambda each: (each[0], each[1] or date.min))),
            tuple(sorted(columns)),
            dict(sorted(parameters.items())),
            reads_as_of,
        )

    def _everything(
        self, expressions: list[nodes.Node], fact: Fact | None
    ) -> Iterator[Fact | nodes.Node]:
        """Every fact and every node that takes part, derived facts resolved."""
        waiting = list(expressions)
        seen: set[str] = set()
        facts = [fact] if fact is not None else []
        while waiting or facts:
            while facts:
                each = facts.pop()
                yield each
                waiting += [_checked(expression) for expression in each.expressions.values()]
            for node in nodes.walk(waiting.pop()) if waiting else ():
                yield node
                if isinstance(node, nodes.Fact) and node.name not in seen:
                    seen.add(node.name)
                    facts.append(self.pack.facts[node.name])


def _checked(expression: Any) -> nodes.Node:
    node: nodes.Node | None = expression.node
    assert node is not None
    return node


def _kind(type_: Type) -> str:
    """Kind, decimals and unit; the name of a vocabulary says nothing, its words do."""
    return f"{type_.kind} {type_.scale} {type_.unit}"


def _plain(value: object) -> Any:
    """A value as JSON with its kind, so that 1, true and "1" stay apart."""
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, bool | int) or value is None:
        return value
    return [type(value).__name__, str(value)]


def _key(*content: Any) -> str:
    return text_hash(json.dumps([_VERSION, *content], ensure_ascii=False))

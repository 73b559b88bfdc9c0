"""Conditions whose answers are known from an earlier run, by person, household or village.

A rule that has to be evaluated again, for the day has moved on or a delivery is new, is mostly made
of conditions for which nothing has changed. Kept are those that do not read the day and rest on one
delivery at most; what rests on several is put together from them. A piece of the store holds two
bits for each subject: whether the condition holds, and whether that is known.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from fangpin.engine.column import Column
from fangpin.engine.compiled import Compiled
from fangpin.engine.dependencies import FeedKey
from fangpin.engine.facts import Facts
from fangpin.engine.partition import Part
from fangpin.engine.snapshot import Snapshot
from fangpin.feeds.columnar.store import Store
from fangpin.policy.language import nodes
from fangpin.policy.pack import Rule
from fangpin.screening.kept_keys import KeptKeys

Bytes = NDArray[np.uint8]


@dataclass(frozen=True)
class Bits:
    """A boolean column of all subjects of a kind, eight to a byte. `known` None: all of them."""

    values: Bytes
    known: Bytes | None

    @classmethod
    def empty(cls, size: int) -> "Bits":
        """Room for `size` subjects."""
        return cls(*(np.zeros((size + 7) // 8, dtype=np.uint8) for _ in range(2)))

    def column(self, first: int, size: int) -> Column:
        """`size` subjects from `first`."""
        return Column(
            _unpacked(self.values, first, size),
            None if self.known is None else _unpacked(self.known, first, size),
        )

    def put(self, column: Column, first: int, size: int) -> None:
        """Write the column of `size` subjects from `first`, where nothing was written before."""
        assert self.known is not None
        spread = column.spread(size)
        _pack(self.values, spread.true(), first)
        known = np.ones(size, dtype=np.bool_) if spread.known is None else spread.known
        _pack(self.known, known, first)


def _unpacked(packed: Bytes, first: int, size: int) -> NDArray[np.bool_]:
    begin = first % 8
    taken = packed[first // 8 : (first + size + 7) // 8]
    return np.unpackbits(taken, count=begin + size)[begin:].view(np.bool_)


def _pack(packed: Bytes, values: NDArray[np.bool_], first: int) -> None:
    """The first and the last byte may hold subjects of other parts as well."""
    begin = first % 8
    if begin:
        values = np.concatenate([np.zeros(begin, dtype=np.bool_), values])
    written = np.packbits(values)
    packed[first // 8 : first // 8 + len(written)] |= written


class KeptConditions:
    """The conditions behind some rules: those known from the store, those to be put by.

    `feeds`: the deliveries that are read to evaluate the rules with what is known.
    """

    def __init__(
        self,
        store: Store,
        keys: KeptKeys,
        snapshot: Snapshot,
        compiled: Compiled,
        rules: Iterable[Rule],
    ) -> None:
        self._store = store
        self._keys = keys
        self._snapshot = snapshot
        self._compiled = compiled
        self._numbers = compiled.numbers
        self._known: dict[int, Bits] = {}
        self._missing: dict[int, tuple[nodes.Node, list[object], Bits]] = {}
        self._one = Lock()
        self.feeds: set[FeedKey] = set()
        seen: set[int] = set()
        for rule in rules:
            self._visit(compiled.condition(rule), seen, below=False)

    def of(self, part: Part) -> Callable[[nodes.Node], Column | None]:
        """What is known of a node's column in a part."""

        def known(node: nodes.Node) -> Column | None:
            found = self._known.get(self._numbers.of(node))
            if found is None or node.subject is None:
                return None
            return found.column(part.first(node.subject), part.snapshot.size(node.subject))

        return known

    def note(self, part: Part, facts: Facts) -> None:
        """Take down what a part gives for the conditions that are not known."""
        for node, _, bits in self._missing.values():
            assert node.subject is not None
            column = facts.evaluation.column(node)
            first, size = part.first(node.subject), part.snapshot.size(node.subject)
            with self._one:
                bits.put(column, first, size)

    def keep(self) -> None:
        """Put what was taken down of all parts into the store."""
        for node, key, bits in self._missing.values():
            assert bits.known is not None
            assert node.subject is not None
            size = self._snapshot.size(node.subject)
            arrays = {"values": bits.values}
            complete = int(np.bitwise_count(bits.known).sum()) == size
            if not complete:
                arrays["known"] = bits.known
            self._store.keep("condition", key, {}, {"complete": complete}, arrays=arrays)

    def _visit(self, node: nodes.Node, seen: set[int], below: bool) -> None:
        """`below`: part of a condition that is going to be kept as a whole."""
        number = self._numbers.of(node)
        if number in self._known or (number in seen and (below or number in self._missing)):
            return
        key = None if below else self._key(node)
        if key is not None:
            piece = self._store.find("condition", key)
            if piece is not None:
                known = None if piece.noted["complete"] else piece.array("known")
                self._known[number] = Bits(piece.array("values"), known)
                return
            assert node.subject is not None
            self._missing[number] = node, key, Bits.empty(self._snapshot.size(node.subject))
        elif number in seen:
            return
        seen.add(number)
        if isinstance(node, nodes.Fact):
            fact = self._compiled.pack.facts[node.name]
            if fact.derive is not None and fact.derive.node is not None:
                self._visit(fact.derive.node, seen, below or key is not None)
            elif fact.feed is not None:
                delivery = self._snapshot.deliveries.read_by(fact, self._compiled.as_of)
                self.feeds |= {delivery} if delivery is not None else set()
        for child in nodes.children(node):
            self._visit(child, seen, below or key is not None)

    def _key(self, node: nodes.Node) -> list[object] | None:
        """None for what is not kept."""
        if node.type.kind != "bool" or node.subject is None:
            return None
        needed = self._keys.definitions.of_node(node)
        if needed.reads_as_of or len(needed.deliveries) > 1:
            return None
        if not needed.deliveries and not needed.columns:
            return None
        return self._keys.key(needed)

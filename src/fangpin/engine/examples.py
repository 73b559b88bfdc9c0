"""Worked examples run on the columnar engine: every example is one household in a stack."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fangpin.engine import dialect_numpy as dialect
from fangpin.engine.column import Column
from fangpin.engine.plan import Evaluation, day_number
from fangpin.engine.vocabulary import Vocabularies
from fangpin.policy.language import nodes
from fangpin.policy.language.evaluate import UNKNOWN, Result
from fangpin.policy.language.types import Type
from fangpin.policy.names import stored, type_of
from fangpin.policy.pack import Example, Fact, Pack, Rule
from fangpin.policy.situation import Situation


@dataclass(frozen=True)
class ExampleOutcome:
    """What the engine says of one example; `got` None means unknown."""

    rule: Rule
    example: Example
    got: bool | None

    @property
    def agrees(self) -> bool:
        """Whether the engine says what the example expects."""
        return self.got == self.example.expect


def run_examples(pack: Pack) -> list[ExampleOutcome]:
    """Every example of the rules that `pack` itself writes (those it inherits hold for the figures
    of the pack they come from), in the pack's order."""
    # One stack for each day and set of figures that examples speak of.
    groups: dict[tuple[Any, ...], list[tuple[Rule, Example, Situation]]] = defaultdict(list)
    own = [rule for rule in pack.rules.values() if rule.origin.pack == pack.name]
    for rule in own:
        for example in rule.examples:
            situation = Situation.of(pack, rule, example)
            figures = tuple(sorted(situation.parameters.items()))
            groups[situation.as_of, figures].append((rule, example, situation))
    found: dict[tuple[str, str], ExampleOutcome] = {}
    for (as_of, figures), entries in groups.items():
        stack = Stack(pack, [situation for _, _, situation in entries], as_of, dict(figures))
        for position, (rule, example, _) in enumerate(entries):
            result = stack.holds(rule)
            row = stack.row(rule.subject, position)
            known = bool(np.broadcast_to(result.known_mask, result.values.shape)[row])
            got = bool(result.values[row]) if known else None
            found[rule.name, example.name] = ExampleOutcome(rule, example, got)
    return [found[rule.name, example.name] for rule in own for example in rule.examples]


class Stack:
    """Situations one upon another: situation i is village i, household i and its persons."""

    def __init__(
        self,
        pack: Pack,
        situations: list[Situation],
        as_of: date,
        figures: Mapping[str, Any] | None = None,
    ) -> None:
        self._pack = pack
        self._as_of = as_of
        self._figures = figures or {}
        self._vocabularies = Vocabularies(pack)
        counts = np.array([len(each.persons) for each in situations], dtype=np.int64)
        self.households = dialect.Groups(np.concatenate([[0], np.cumsum(counts)]).astype(np.int64))
        self._given: dict[str, list[Mapping[str, Result]]] = {
            "village": [each.village for each in situations],
            "household": [each.household for each in situations],
            "person": [person for each in situations for person in each.persons],
        }
        self._household_of_person = np.repeat(np.arange(len(situations)), counts)
        self.evaluation = Evaluation(self, self, as_of)

    def row(self, subject: str, position: int) -> int:
        """Row of the subject that situation `position` is about (its first person)."""
        return int(self.households.start[position]) if subject == "person" else position

    def holds(self, rule: Rule) -> Column:
        """The rule on every row of its subject."""
        return self.evaluation.column(rule.condition).spread(len(self._given[rule.subject]))

    # ---- Relations and Leaves --------------------------------------------------------------------

    def above(self, subject: str, target: str) -> NDArray[np.int64]:
        if subject == "person":
            return self._household_of_person
        return np.arange(len(self._given["household"]), dtype=np.int64)

    def fact(self, node: nodes.Fact) -> Column:
        fact = self._pack.facts[node.name]
        given = [values.get(fact.name, None) for values in self._given[fact.subject]]
        column = self._column(fact, given)
        if fact.derive is None or fact.derive.node is None:
            return column
        derived = self.evaluation.column(fact.derive.node).spread(len(given))
        own = np.array([value is not None for value in given], dtype=np.bool_)
        known = np.where(own, column.known_mask, derived.known_mask)
        return Column(np.where(own, column.values, derived.values), known)

    def column(self, node: nodes.Column) -> Column:
        raise TypeError(f"column {node.name!r} in an example")

    def code(self, type_: Type, text: str) -> int:
        return self._vocabularies.code(type_.codes, text)

    def parameter(self, name: str) -> bool | int | date | str | tuple[str, ...] | None:
        if name in self._figures:
            figure: bool | int | date | str | tuple[str, ...] = self._figures[name]
            return figure
        declared = self._pack.parameters[name]
        value = declared.at(self._as_of)
        if value is None:
            return None
        return stored(value.value, type_of(declared.type, declared.unit, declared.codes))

    def _column(self, fact: Fact, given: Iterable[Result | None]) -> Column:
        values = [self._number(fact, value) for value in given]
        kind = np.bool_ if fact.type == "bool" else np.int64
        known = np.array([value is not None for value in values], dtype=np.bool_)
        return Column(np.array([value or 0 for value in values], dtype=kind), known)

    def _number(self, fact: Fact, value: Result | None) -> bool | int | None:
        match value:
            case None:
                return None
            case bool() | int():
                return value
            case date():
                return day_number(value)
            case str():
                return self._vocabularies.code(fact.codes, value)
            case _:
                assert value is UNKNOWN
                return None

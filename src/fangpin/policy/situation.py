"""One subject with the facts that a worked example gives it, and what follows from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from fangpin.policy.language.evaluate import UNKNOWN, Case, Result, evaluate
from fangpin.policy.language.nodes import Node, facts_of
from fangpin.policy.language.types import Subject
from fangpin.policy.names import stored, type_of
from fangpin.policy.pack import Example, Fact, Pack, Rule

Facts = Mapping[str, Result]


@dataclass(frozen=True)
class Situation:
    """Given facts by subject; numbers are integers at the scale of the fact's type.

    A household consists of exactly the `persons` listed: for a rule about a person these are the
    person and, behind it, the other members the example names. What is not given is unknown.
    `parameters` replaces figures of the pack.
    """

    as_of: date
    subject: Subject
    village: Facts = field(default_factory=dict)
    household: Facts = field(default_factory=dict)
    persons: tuple[Facts, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, pack: Pack, rule: Rule, example: Example) -> "Situation":
        """The situation of a rule's example in `pack`."""
        own = {
            subject: {
                name: _stored(pack.facts[name], value)
                for name, value in example.given.items()
                if pack.facts[name].subject == subject
            }
            for subject in ("village", "household", "person")
        }
        members = tuple(
            {name: _stored(pack.facts[name], value) for name, value in member.items()}
            for member in example.members or ()
        )
        persons = (own["person"], *members) if rule.subject == "person" else members
        return cls(
            example.as_of or pack.document_date,
            rule.subject,
            own["village"],
            own["household"],
            persons,
            {name: _figure(pack, name, value) for name, value in example.parameters.items()},
        )


def _stored(fact: Fact, value: Any) -> Any:
    return UNKNOWN if value is None else stored(value, type_of(fact.type, fact.unit))


def _figure(pack: Pack, name: str, value: Any) -> Any:
    parameter = pack.parameters[name]
    return stored(value, type_of(parameter.type, parameter.unit, parameter.codes))


def derivation_order(facts: Mapping[str, Fact], node: Node | None = None) -> list[Fact]:
    """Derived facts, each after those it is derived from: all, or those that `node` rests on.

    `facts` must be free of cycles.
    """
    ordered: dict[str, Fact] = {}

    def place(fact: Fact) -> None:
        if fact.name in ordered or fact.derive is None or fact.derive.node is None:
            return
        for below in facts_of(fact.derive.node):
            if below.name in facts:
                place(facts[below.name])
        ordered[fact.name] = fact

    wanted = facts if node is None else {each.name: None for each in facts_of(node)}
    for name in wanted:
        place(facts[name])
    return list(ordered.values())


def parameters_at(pack: Pack, as_of: date) -> dict[str, Any]:
    """The values in force, as the language holds them; a parameter without one is left out."""
    found = {}
    for name, parameter in pack.parameters.items():
        value = parameter.at(as_of)
        if value is not None:
            found[name] = _figure(pack, name, value.value)
    return found


def case_of(pack: Pack, situation: Situation, order: Sequence[Fact] | None = None) -> Case:
    """The case on which a rule is evaluated: given facts, and all facts derived from them.

    `order`: the `derivation_order` of the pack or of what is asked, for callers with many
    situations. A derived fact that is given keeps the given value. Raises KeyError when an
    expression reads a parameter before its first date.
    """
    as_of = situation.as_of
    parameters = {**parameters_at(pack, as_of), **situation.parameters}
    village, household = dict(situation.village), dict(situation.household)
    persons = [dict(person) for person in situation.persons]

    def household_case() -> Case:
        return Case(as_of, household, village, tuple(persons), parameters)

    for fact in derivation_order(pack.facts) if order is None else order:
        node = fact.derive.node if fact.derive is not None else None
        if node is None:
            continue
        if fact.subject == "village":
            if fact.name not in village:
                village[fact.name] = evaluate(node, Case(as_of, village, parameters=parameters))
        elif fact.subject == "household":
            if fact.name not in household and situation.subject != "village":
                household[fact.name] = evaluate(node, household_case())
        else:
            for position, person in enumerate(persons):
                if fact.name not in person:
                    person[fact.name] = evaluate(node, household_case().member(position))
    if situation.subject == "village":
        return Case(as_of, village, parameters=parameters)
    case = household_case()
    return case.member(0) if situation.subject == "person" else case

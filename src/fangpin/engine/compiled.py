"""A pack made ready for evaluation on one day: what does not depend on the data, worked out once.

All parts of a snapshot share it; it may be used by several threads.
"""

from datetime import date
from functools import cached_property

from fangpin.engine.plan import Numbers, day_number
from fangpin.engine.vocabulary import Vocabularies
from fangpin.policy.language import nodes
from fangpin.policy.language.scope import Scope
from fangpin.policy.language.types import Subject
from fangpin.policy.names import scope_of, stored, type_of
from fangpin.policy.pack import Fact, Pack, Rule

Stored = bool | int | date | str | tuple[str, ...] | None


class Compiled:
    """Conditions, figures in force and numbers of codes of a pack at `as_of`."""

    def __init__(self, pack: Pack, as_of: date) -> None:
        self.pack = pack
        self.as_of = as_of
        self.numbers = Numbers()
        self._scopes: dict[str, Scope] = {}
        self._parameters: dict[str, Stored] = {}
        self._conditions: dict[str, nodes.Node] = {}
        self._expanded: dict[tuple[str, bool], nodes.Node] = {}
        self._sources: dict[str, tuple[Fact, ...]] = {}

    @cached_property
    def vocabularies(self) -> Vocabularies:
        """Numbers of the pack's codes."""
        return Vocabularies(self.pack)

    def parameter(self, name: str) -> Stored:
        """The value in force, numbers scaled as the type says; None before the first value."""
        if name not in self._parameters:
            declared = self.pack.parameters[name]
            value = declared.at(self.as_of)
            self._parameters[name] = (
                None
                if value is None
                else stored(value.value, type_of(declared.type, declared.unit, declared.codes))
            )
        return self._parameters[name]

    def scope(self, subject: Subject) -> Scope:
        """What names mean in expressions about a subject."""
        found = self._scopes.get(subject)
        if found is None:
            found = self._scopes.setdefault(subject, scope_of(self.pack, subject))
        return found

    def condition(self, rule: Rule) -> nodes.Node:
        """`when` and no exemption, always the same object."""
        found = self._conditions.get(rule.name)
        if found is None:
            found = self._conditions.setdefault(rule.name, rule.condition)
        return found

    def expanded(self, rule: Rule, exemptions: bool = True) -> nodes.Node:
        """As `Pack.expanded`, always the same object."""
        key = rule.name, exemptions
        found = self._expanded.get(key)
        if found is None:
            found = self._expanded.setdefault(key, self.pack.expanded(rule, exemptions))
        return found

    def sources(self, rule: Rule) -> tuple[Fact, ...]:
        """The facts from register or deliveries on which a rule rests, derived ones resolved."""
        found = self._sources.get(rule.name)
        if found is None:
            found = self._sources.setdefault(rule.name, self._sources_of(self.condition(rule)))
        return found

    def _sources_of(self, condition: nodes.Node) -> tuple[Fact, ...]:
        found: dict[str, Fact] = {}

        def visit(node: nodes.Node) -> None:
            for leaf in nodes.facts_of(node):
                fact = self.pack.facts[leaf.name]
                if fact.derive is None:
                    found.setdefault(fact.name, fact)
                elif fact.derive.node is not None:
                    visit(fact.derive.node)

        visit(condition)
        return tuple(found.values())

    def absent(self, fact: Fact) -> bool | int:
        """What a subject without a row gets, as a number; 0 when that is unknown."""
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

"""Which fields of the registry each quality rule reads."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from fangpin.checks.as_exports import RENAMED
from fangpin.checks.asking import pack, rules
from fangpin.engine.compiled import Compiled
from fangpin.exchange.columns import SHEETS, columns_of
from fangpin.policy.language import nodes
from fangpin.policy.pack import Contract, Fact
from fangpin.quality.sheets import folded

_REGISTER = {"person": "person_register", "household": "household_register"}


@lru_cache(maxsize=1)
def fields_of_rules() -> dict[str, frozenset[str]]:
    """Keys such as `person.health` (table and column of the registry) by number of the rule."""
    compiled = Compiled(pack(), date.min)  # what a rule reads does not depend on the day
    return {
        number: frozenset(key for fact in compiled.sources(rule) for key in _keys(fact))
        for number, rule in rules().items()
    }


def _keys(fact: Fact) -> Iterator[str]:
    """The fields behind the columns that a fact reads."""
    if fact.registry is not None:
        contract = _register(fact.subject)
        names = {fact.registry}
    else:
        contract = pack().contracts[fact.feed or ""]
        names = {
            node.name
            for each in fact.expressions.values()
            if each.node is not None
            for node in nodes.walk(each.node)
            if isinstance(node, nodes.Column)
        }
    for name in names:
        for header in _headers(contract, name):
            yield from _keys_of_headers().get(header, ())


def _register(subject: str) -> Contract:
    return next(
        each for each in pack().contracts.values() if each.role == _REGISTER.get(subject, "")
    )


def _headers(contract: Contract, name: str) -> Iterator[str]:
    """Headers of a column, and of those that its test looks at."""
    column = contract.column(name)
    if column is None:
        return
    yield from (folded(header) for header in column.headers)
    for source in (column.from_text, *column.words[:1]) if column.test else ():
        if source and source != name:
            yield from _headers(contract, source)


@lru_cache(maxsize=1)
def _keys_of_headers() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for sheet in SHEETS:
        for column in columns_of(sheet):
            header = folded(RENAMED[sheet].get(column.header, column.header))
            found[header] = (*found.get(header, ()), column.base)
    return found

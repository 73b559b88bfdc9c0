"""Conditions that say nothing: never true, or never false, on the domain of their facts."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from fangpin.policy.expand import expanded
from fangpin.policy.language.domains import overflows
from fangpin.policy.language.nodes import And, In, Literal, Node, Parameter, parameters_of, walk
from fangpin.policy.language.possible import idle_parts, possible
from fangpin.policy.language.scope import Scope
from fangpin.policy.language.source import source
from fangpin.policy.language.types import BOOL
from fangpin.policy.loading.reading import Problems
from fangpin.policy.names import column_entry, scope_of
from fangpin.policy.pack import Expression, Origin, Pack


@dataclass(frozen=True)
class _Stated:
    """One expression with the scope it stands in and what people call it."""

    name: str
    expression: Expression
    node: Node
    scope: Scope
    condition: bool


def check_idle(pack: Pack, problems: Problems, only: str | None = None) -> None:
    """Reports conditions that can never be true or never be false, figures that are read before
    they have a value, and possible overflows.

    A parameter of type bool or list is a switch that a place's pack may set: it counts as both on
    and off (a word as in the list and not in it), whatever the values are today.
    `only`: look at nothing but what this pack of the chain writes itself.
    """
    derived = {
        fact.name: fact.derive.node
        for fact in pack.facts.values()
        if fact.type == "bool" and fact.derive is not None and fact.derive.node is not None
    }
    for stated in _stated(pack):
        text, origin = stated.expression.text, stated.expression.origin
        if only is not None and origin.pack != only:
            continue
        for problem in overflows(stated.node, stated.scope, text):
            problems.at(
                origin,
                None,
                (f"{stated.name}：{problem.what.zh}", f"{stated.name}: {problem.what.en}"),
                (problem.remedy.zh, problem.remedy.en),
            )
        if origin.pack == pack.name:
            _check_dates(pack, stated, problems)
        if stated.condition:
            whole = expanded(stated.node, derived)
            if _decided(whole, stated.scope, stated.name, origin, problems):
                continue
            for part, value in idle_parts(stated.node, stated.scope):
                word = "true" if value else "false"
                problems.warn(
                    problems.where(origin),
                    (
                        f"{stated.name}：其中的 {source(part)} 永远不会是 {word}",
                        f"{stated.name}: the part {source(part)} is never {word}",
                    ),
                    ("检查数字和单位", "check the figure and its unit"),
                )
    scopes = _scopes(pack)
    for rule in pack.rules.values():
        if only is not None and rule.origin.pack != only:
            continue
        scope = scopes[rule.subject]
        whole = expanded(rule.condition, derived)
        if rule.unless and not _decided(whole, scope, rule.name, rule.when.origin, problems):
            _useless_exemptions(pack, rule.name, scope, problems, derived)


def _check_dates(pack: Pack, stated: _Stated, problems: Problems) -> None:
    """What an expression reads must have a value from the day of the document on."""
    for name in parameters_of(stated.node):
        if pack.parameters[name].at(pack.document_date) is None:
            first = pack.parameters[name].values[0].from_
            problems.at(
                stated.expression.origin,
                None,
                (
                    f"{stated.name} 用到的参数 {name} 到 {first} 才有值，"
                    f"文件日期是 {pack.document_date}",
                    f"{stated.name} reads the parameter {name}, which has no value before {first}; "
                    f"the document is of {pack.document_date}",
                ),
                (
                    "给参数补上文件日期或更早的值",
                    "give the parameter a value from the day of the document or before",
                ),
            )


def _decided(node: Node, scope: Scope, name: str, origin: Origin, problems: Problems) -> bool:
    found = possible(node, scope)
    for can, zh, en in (
        (found.true, "永远不会成立", "can never be true"),
        (found.false, "永远成立", "can never be false"),
    ):
        if not can:
            problems.at(
                origin,
                None,
                (
                    f"{name} 在各事实项的取值范围内{zh}",
                    f"{name} {en} on the domains of its facts",
                ),
                (
                    "检查数字、单位、and/or 和各事实项的 domain",
                    "check figures, units, and/or, and the domains of the facts",
                ),
            )
    return not (found.true and found.false)


def _useless_exemptions(
    pack: Pack, name: str, scope: Scope, problems: Problems, derived: dict[str, Node]
) -> None:
    rule = pack.rules[name]
    for exemption in rule.unless:
        if rule.when.node is None or exemption.when.node is None:
            continue
        both = And((rule.when.node, exemption.when.node), type=BOOL, subject=rule.subject)
        if not possible(expanded(both, derived), scope).true:
            problems.warn(
                problems.where(exemption.when.origin),
                (
                    f"{name}.{exemption.name}：规则成立时这个例外从不成立",
                    f"{name}.{exemption.name}: this exemption never holds when the rule does",
                ),
                ("删去它，或检查规则的条件", "remove it, or check the condition of the rule"),
            )


def _stated(pack: Pack) -> Iterator[_Stated]:
    scopes = _scopes(pack)
    rows: dict[str, Scope] = {}
    for name, contract in pack.contracts.items():
        columns = {column.name: column_entry(column) for column in contract.columns}
        rows[name] = replace(scopes["household"], subject="row", columns=columns)

    def one(name: str, written: Expression | None, scope: Scope, condition: bool) -> list[_Stated]:
        if written is None or written.node is None:
            return []
        return [_Stated(name, written, written.node, scope, condition)]

    for fact in pack.facts.values():
        yield from one(fact.name, fact.derive, scopes[fact.subject], fact.type == "bool")
        if fact.feed is not None:
            row = rows[fact.feed]
            yield from one(f"{fact.name}.where", fact.where, row, True)
            yield from one(f"{fact.name}.of", fact.of, row, False)
            yield from one(f"{fact.name}.within", fact.within, row, False)
    for rule in pack.rules.values():
        scope = scopes[rule.subject]
        yield from one(rule.name, rule.when, scope, True)
        for exemption in rule.unless:
            yield from one(f"{rule.name}.{exemption.name}", exemption.when, scope, True)
    for programme in pack.programmes.values():
        scope = scopes[programme.subject]
        yield from one(f"{programme.id}.eligible", programme.eligible, scope, True)
        yield from one(f"{programme.id}.received", programme.received, scope, True)
    for procedure in pack.procedures.values():
        for asked in procedure.conditions:
            name = f"{procedure.id}.{asked.id}"
            yield from one(name, asked.when, scopes[procedure.subject], True)


def _scopes(pack: Pack) -> dict[str, Scope]:
    """Scopes by subject, with every switch able to be on and off."""
    scope = scope_of(pack)
    words = _words_of_lists(pack)
    opened = dict(scope.parameters)
    for name, entry in opened.items():
        if entry.type.kind == "bool":
            opened[name] = replace(entry, values=(True, False))
        elif entry.type.kind == "list":
            known = {word for value in entry.values if isinstance(value, tuple) for word in value}
            vocabulary = scope.codes.get(entry.type.codes or "")
            known |= words.get(name, set())
            known |= set(vocabulary.words) if vocabulary is not None else set()
            opened[name] = replace(entry, values=((), tuple(sorted(known))))
    whole = replace(scope, parameters=opened)
    return {
        "person": whole.about("person"),
        "household": whole.about("household"),
        "village": whole.about("village"),
    }


def _words_of_lists(pack: Pack) -> dict[str, set[str]]:
    """The quoted words that rules look up in each list parameter."""
    words: dict[str, set[str]] = {}
    for rule in pack.rules.values():
        for node in walk(rule.condition):
            if (
                isinstance(node, In)
                and isinstance(node.items, Parameter)
                and isinstance(node.x, Literal)
                and isinstance(node.x.value, str)
            ):
                words.setdefault(node.items.name, set()).add(node.x.value)
    return words

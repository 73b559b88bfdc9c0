"""Every expression of a pack: parsed, typed, and free of cycles and of conditions that are idle."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fangpin.kernel.errors import FangpinError
from fangpin.policy.language.check import read
from fangpin.policy.language.nodes import Node, facts_of
from fangpin.policy.language.scope import Entry, Scope
from fangpin.policy.language.types import BOOL, Type
from fangpin.policy.loading.reading import Problems
from fangpin.policy.names import fact_entry
from fangpin.policy.pack import Expression, Fact, Procedure, Programme, Rule


class ExpressionChecker:
    """Turns expression texts into nodes. `broken` holds names whose own problem is known."""

    def __init__(self, scope: Scope, broken: set[str], problems: Problems) -> None:
        self.scope = scope
        self.broken = broken
        self.problems = problems

    def expression(
        self, written: Expression, scope: Scope, expected: Type | None, name: str
    ) -> Expression:
        """The expression with its node; without one when it is wrong or rests on a broken name."""
        try:
            node = read(written.text, scope, expected=expected)
        except FangpinError as error:
            if self._names_a_broken_one(written.text):
                return written
            for problem in error.problems:
                self.problems.at(
                    written.origin,
                    None,
                    (f"{name}：{problem.what.zh}", f"{name}: {problem.what.en}"),
                    (problem.remedy.zh, problem.remedy.en),
                )
            return written
        return replace(written, node=node)

    def _names_a_broken_one(self, text: str) -> bool:
        return any(name in text for name in self.broken)

    def rule(self, rule: Rule) -> Rule:
        """The rule with typed conditions."""
        scope = self.scope.about(rule.subject)
        when = self.expression(rule.when, scope, BOOL, rule.name)
        unless = tuple(
            replace(
                each,
                when=self.expression(each.when, scope, BOOL, f"{rule.name}.{each.name}"),
            )
            for each in rule.unless
        )
        return replace(rule, when=when, unless=unless)

    def programme(self, programme: Programme) -> Programme:
        """The programme with typed conditions."""
        scope = self.scope.about(programme.subject)
        changed: dict[str, Any] = {}
        for key in ("eligible", "received"):
            written = getattr(programme, key)
            if written is not None:
                changed[key] = self.expression(written, scope, BOOL, f"{programme.id}.{key}")
        return replace(programme, **changed) if changed else programme

    def procedure(self, procedure: Procedure) -> Procedure:
        """The procedure with typed conditions."""
        if not procedure.conditions or procedure.subject not in ("person", "household", "village"):
            return procedure  # conditions about anything else have been reported
        scope = self.scope.about(procedure.subject)  # type: ignore[arg-type]
        conditions = tuple(
            replace(
                each,
                when=self.expression(each.when, scope, BOOL, f"{procedure.id}.{each.id}"),
            )
            for each in procedure.conditions
        )
        return replace(procedure, conditions=conditions)

    def derived(self, fact: Fact) -> Fact:
        """A derived fact with its node."""
        assert fact.derive is not None
        declared = self.scope.facts.get(fact.name)
        derive = self.expression(
            fact.derive,
            self.scope.about(fact.subject),
            declared.type if declared is not None else None,
            fact.name,
        )
        return replace(fact, derive=derive)


def fact_entries(facts: Mapping[str, Fact], problems: Problems) -> dict[str, Entry]:
    """Entries of all facts whose type, unit and domain are in order; the rest is reported."""
    entries: dict[str, Entry] = {}
    for name, fact in facts.items():
        numeric = fact.type in ("integer", "number", "money")
        if numeric != (fact.domain is not None):
            problems.at(
                fact.origin,
                "domain",
                (
                    f"数字事实项 {name} 缺少 domain"
                    if numeric
                    else f"事实项 {name} 是 {fact.type}，不能有 domain",
                    f"the numeric fact {name} needs a domain"
                    if numeric
                    else f"the fact {name} is {fact.type} and has no domain",
                ),
                ("写 domain: {min: 0, max: …}", "write domain: {min: 0, max: …}")
                if numeric
                else ("删去 domain", "remove domain"),
            )
            continue
        if numeric != (fact.unit is not None):
            problems.at(
                fact.origin,
                "unit",
                (
                    f"数字事实项 {name} 缺少 unit"
                    if numeric
                    else f"事实项 {name} 是 {fact.type}，没有单位",
                    f"the numeric fact {name} needs a unit"
                    if numeric
                    else f"the fact {name} is {fact.type} and has no unit",
                ),
                ('写 unit，如 元/年；没有单位写 "1"', 'write a unit such as 元/年, or "1"')
                if numeric
                else ("删去 unit", "remove unit"),
            )
            continue
        try:
            entries[name] = fact_entry(fact)
        except FangpinError as error:
            for problem in error.problems:
                problems.at(
                    fact.origin,
                    "unit",
                    (f"{name}：{problem.what.zh}", f"{name}: {problem.what.en}"),
                    (problem.remedy.zh, problem.remedy.en),
                )
    return entries


def check_cycles(facts: Mapping[str, Fact], problems: Problems) -> set[str]:
    """Reports facts derived from themselves; returns their names."""
    state: dict[str, int] = {}
    caught: set[str] = set()

    def visit(name: str, path: list[str]) -> None:
        fact = facts.get(name)
        node: Node | None = fact.derive.node if fact is not None and fact.derive else None
        if fact is None or node is None or state.get(name) == 2:
            return
        if state.get(name) == 1:
            circle = [*path[path.index(name) :], name]
            if not caught.intersection(circle):
                shown = " → ".join(circle)
                problems.at(
                    fact.origin,
                    "derive",
                    (f"事实项互相推导，成了圈：{shown}", f"facts derived in a circle: {shown}"),
                    (
                        "至少有一个要改为取自部门数据或底册",
                        "take at least one of them from a feed or the register",
                    ),
                )
            caught.update(circle)
            return
        state[name] = 1
        for below in facts_of(node):
            visit(below.name, [*path, name])
        state[name] = 2

    for name in facts:
        visit(name, [])
    return caught

"""Worked examples: their names and values, and whether the evaluator agrees with them."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from fangpin.policy.language.evaluate import UNKNOWN, evaluate
from fangpin.policy.loading.reading import Problems, meant
from fangpin.policy.loading.shapes import BAD
from fangpin.policy.loading.tree import Scalar, Sequence
from fangpin.policy.loading.values import Converter
from fangpin.policy.pack import Example, Fact, Pack, Parameter, Rule, Value
from fangpin.policy.situation import Situation, case_of, derivation_order

SUBJECT_ZH = {"person": "人", "household": "户", "village": "村"}
REACHABLE = {
    "person": ("person", "household", "village"),
    "household": ("household", "village"),
    "village": ("village",),
}


class ExampleReader:
    """Converts the given values of examples to the types of their facts."""

    def __init__(
        self,
        facts: Mapping[str, Fact],
        parameters: Mapping[str, Parameter],
        converter: Converter,
        broken: set[str],
        problems: Problems,
    ) -> None:
        self.facts = facts
        self.parameters = parameters
        self.converter = converter
        self.broken = broken
        self.problems = problems

    def rule(self, rule: Rule) -> Rule:
        """The rule with converted examples; those with problems are left out."""
        found = [self._example(rule, example) for example in rule.examples]
        return replace(rule, examples=tuple(each for each in found if each is not None))

    def _example(self, rule: Rule, example: Example) -> Example | None:
        given = self._values(rule, example, example.given, REACHABLE[rule.subject])
        if example.members is not None and rule.subject == "village":
            self.problems.at(
                example.origin,
                "given",
                (
                    f"{rule.name}.{example.name}：村的规则没有 members",
                    f"{rule.name}.{example.name}: a rule about a village has no members",
                ),
                ("删去 members", "remove members"),
            )
            return None
        members = [
            self._values(rule, example, member, ("person",)) for member in example.members or ()
        ]
        parameters = self._parameters(rule, example)
        if given is None or None in members or parameters is None:
            return None
        whole = tuple(member for member in members if member is not None)
        return replace(
            example,
            given=given,
            members=whole if example.members is not None else None,
            parameters=parameters,
        )

    def _parameters(self, rule: Rule, example: Example) -> dict[str, Value] | None:
        values: dict[str, Value] = {}
        for name, raw in example.parameters.items():
            label = f"{rule.name}.{example.name}.{name}"
            parameter = self.parameters.get(name)
            if parameter is None:
                if name not in self.broken:
                    self._report(
                        example,
                        raw,
                        (f"{label}：没有参数 {name}", f"{label}: there is no parameter {name}"),
                        meant(name, self.parameters),
                    )
                return None
            written: Any = raw
            value = (
                self.converter.parameter_value(written, parameter, example.origin)
                if isinstance(written, Scalar | Sequence)
                else written
            )
            if value is BAD:
                return None
            values[name] = value
        return values

    def _values(
        self, rule: Rule, example: Example, written: Mapping[str, Any], subjects: tuple[str, ...]
    ) -> dict[str, Value | None] | None:
        values: dict[str, Value | None] = {}
        whole = True
        for name, raw in written.items():
            label = f"{rule.name}.{example.name}.{name}"
            fact = self.facts.get(name)
            if fact is None:
                whole = False
                if name not in self.broken:
                    self._report(
                        example,
                        raw,
                        (f"{label}：没有事实项 {name}", f"{label}: there is no fact {name}"),
                        meant(name, self.facts),
                    )
                continue
            if fact.subject not in subjects:
                whole = False
                inside = subjects == ("person",)
                self._report(
                    example,
                    raw,
                    (
                        f"{label} 是{SUBJECT_ZH[fact.subject]}的事实项，放错了位置",
                        f"{label} is a fact of a {fact.subject} and stands in the wrong place",
                    ),
                    ("移到 members 外面", "move it out of members")
                    if inside
                    else ("放进 members: [{…}]", "put it into members: [{…}]"),
                )
                continue
            if not isinstance(raw, Scalar):
                values[name] = raw
            elif raw.plain and raw.text == "unknown":
                values[name] = None
            else:
                value = self.converter.value(raw, fact.type, fact.unit, example.origin, label)
                whole = whole and value is not BAD
                values[name] = value
        return values if whole else None

    def _report(
        self, example: Example, raw: Any, what: tuple[str, str], do: tuple[str, str]
    ) -> None:
        line = raw.line if isinstance(raw, Scalar) else example.origin.line
        self.problems.at(replace(example.origin, line=line), None, what, do)


def examples_of(pack: Pack) -> Iterator[tuple[Rule, Example, Situation]]:
    """Every example of the rules that `pack` itself writes, with its situation.

    Inherited rules are left to the pack that wrote them: their figures are those of its own
    parameters. Engines are tested on the same situations.
    """
    for rule in pack.rules.values():
        if rule.origin.pack == pack.name:
            for example in rule.examples:
                yield rule, example, Situation.of(pack, rule, example)


def check_examples(pack: Pack, problems: Problems) -> int:
    """Runs the examples of `pack` on the plain evaluator; returns how many were run."""
    count = 0
    orders: dict[str, list[Fact]] = {}
    for rule, example, situation in examples_of(pack):
        count += 1
        if rule.name not in orders:
            orders[rule.name] = derivation_order(pack.facts, rule.condition)
        try:
            case = case_of(pack, situation, orders[rule.name])
            result = evaluate(rule.condition, case)
        except KeyError as missing:
            parameter = missing.args[0]
            problems.at(
                example.origin,
                "as_of",
                (
                    f"{rule.name}.{example.name}：参数 {parameter} 在 {situation.as_of} 没有值",
                    f"{rule.name}.{example.name}: the parameter {parameter} has no value "
                    f"on {situation.as_of}",
                ),
                (
                    "给参数补上更早的值，或给例子写更晚的 as_of",
                    "give the parameter an earlier value, or the example a later as_of",
                ),
            )
            continue
        found = None if result is UNKNOWN else result
        if found is not example.expect:
            words = {True: "true", False: "false", None: "unknown"}
            got, wanted = words[found], words[example.expect]  # type: ignore[index]
            problems.at(
                example.origin,
                "expect",
                (
                    f"{rule.name}.{example.name}：例子写 {wanted}，算出来是 {got}",
                    f"{rule.name}.{example.name}: the example expects {wanted}, "
                    f"the rule yields {got}",
                ),
                (
                    "改正例子或规则；没有写出的事实项都是未知",
                    "correct the example or the rule; facts that are not given are unknown",
                ),
            )
    return count

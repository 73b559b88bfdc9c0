"""Worked examples: what is given, what follows, and that the evaluator agrees."""

from datetime import date
from pathlib import Path

import pytest

from fangpin.policy import load_pack
from fangpin.policy.language.evaluate import UNKNOWN, evaluate
from fangpin.policy.language.nodes import And, Fact, facts_of
from fangpin.policy.loading import known_packs
from fangpin.policy.loading.examples import examples_of
from fangpin.policy.pack import Pack
from fangpin.policy.situation import Situation, case_of, derivation_order

PACKS = Path(__file__).parent / "packs"


@pytest.fixture(scope="module")
def lakeside() -> Pack:
    return load_pack(PACKS / "lakeside-2020")


def test_given_values_are_scaled_and_sorted_by_subject(lakeside: Pack) -> None:
    rule = lakeside.rules["low_catch"]
    example = next(each for each in rule.examples if each.name == "idle_village")
    situation = Situation.of(lakeside, rule, example)
    assert situation.as_of == date(2020, 3, 1)
    assert situation.household == {"boat": "motor", "monthly_catch": 0}
    assert situation.village == {"idle_days": 15}
    assert situation.persons == ()


def test_derived_facts_follow_and_unknown_stays_unknown(lakeside: Pack) -> None:
    situation = Situation(
        date(2020, 5, 1), "household", persons=({"crew_age": 61}, {"crew_age": UNKNOWN})
    )
    case = case_of(lakeside, situation)
    assert case.values["elderly_crew"] is UNKNOWN
    assert case.values["fishes"] is UNKNOWN
    assert case.parameters["catch_line"] == 80_000


def test_a_given_derived_fact_is_kept(lakeside: Pack) -> None:
    situation = Situation(date(2020, 5, 1), "household", household={"elderly_crew": 5})
    assert case_of(lakeside, situation).values["elderly_crew"] == 5


def test_facts_come_after_those_they_rest_on() -> None:
    pack = load_pack("cn-base")
    ordered = derivation_order(pack.facts)
    placed = [fact.name for fact in ordered]
    derived = {name for name, fact in pack.facts.items() if fact.derive is not None}
    assert set(placed) == derived
    for position, fact in enumerate(ordered):
        assert fact.derive is not None
        assert fact.derive.node is not None
        below = {each.name for each in facts_of(fact.derive.node)} & derived
        assert below <= set(placed[:position])


@pytest.mark.parametrize("name", known_packs())
def test_every_shipped_example_agrees_with_the_evaluator(name: str) -> None:
    pack = load_pack(name)
    for rule, example, situation in examples_of(pack):
        result = evaluate(rule.condition, case_of(pack, situation))
        found = None if result is UNKNOWN else result
        assert found is example.expect, f"{rule.name}.{example.name}"


@pytest.mark.parametrize("name", known_packs())
def test_expanding_derived_facts_does_not_change_the_answer(name: str) -> None:
    pack = load_pack(name)
    for rule, _, situation in examples_of(pack):
        case = case_of(pack, situation)
        assert evaluate(pack.expanded(rule), case) == evaluate(rule.condition, case)


def test_an_expanded_rule_names_what_lies_behind(lakeside: Pack) -> None:
    rule = lakeside.rules["low_catch"]
    assert {each.name for each in facts_of(rule.condition)} >= {"fishes"}
    behind = {each.name for each in facts_of(lakeside.expanded(rule))}
    assert "fishes" not in behind
    assert "boat" in behind
    expanded = lakeside.expanded(rule)
    assert isinstance(expanded, And)
    assert not any(isinstance(item, And) for item in expanded.items)
    assert not isinstance(expanded, Fact)

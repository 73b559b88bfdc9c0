"""Random expressions: text and node agree, domains hold, sentences can always be written."""

import random
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.drawn import examples
from tests.policy.language.county import HOUSEHOLD, PERSON, ROW, VILLAGE
from tests.policy.language.strategies import Generator, Values, cases, expressions

from fangpin.policy.language import nodes as n
from fangpin.policy.language.check import read
from fangpin.policy.language.domains import Analysis
from fangpin.policy.language.evaluate import UNKNOWN, Case, evaluate
from fangpin.policy.language.explain import describe, sentence
from fangpin.policy.language.possible import possible
from fangpin.policy.language.scope import Scope
from fangpin.policy.language.source import source

SCOPES = [HOUSEHOLD, PERSON, VILLAGE, ROW]


def check_one(node: n.Node, case: Case, scope: Scope) -> None:
    """Every law that holds for any expression and any case."""
    value = evaluate(node, case)
    domain = Analysis(scope).domain(node)
    if value is UNKNOWN:
        assert domain.unknown, source(node)
    elif isinstance(value, bool):
        can_be = possible(node, scope)
        assert can_be.true if value else can_be.false, source(node)
    else:
        assert isinstance(value, int | date)
        low, high = domain.range
        ordinal = value.toordinal() if isinstance(value, date) else value
        assert low <= ordinal <= high, source(node)
        assert abs(ordinal) < 2**62
    if node.type.kind == "bool":
        for language in ("zh", "en"):
            text = sentence(node, case, language, scope)
            assert text.strip()
            assert "None" not in text
            assert "{" not in text


@pytest.mark.parametrize("scope", SCOPES, ids=lambda scope: scope.subject)
@pytest.mark.parametrize("seed", [1, 2])
def test_random_expressions(scope: Scope, seed: int) -> None:
    rng = random.Random(f"{scope.subject} {seed}")
    generator, values = Generator(scope, rng), Values(scope, rng)
    seen = {True: 0, False: 0, UNKNOWN: 0}
    for number in range(120):
        node = generator.condition_node(4) if number % 3 else generator.value_node(3)
        assert read(source(node), scope) == node
        for _ in range(3):
            case = values.case()
            check_one(node, case, scope)
            value = evaluate(node, case)
            if node.type.kind == "bool":
                seen[value] += 1  # type: ignore[index]
        if node.type.kind == "bool":
            assert describe(node, "zh", scope)
            assert describe(node, "en", scope, truth=False)
    assert min(seen.values()) > 0, "the generator has become one-sided"


@settings(
    max_examples=examples(25, long=60), deadline=None, suppress_health_check=list(HealthCheck)
)
@given(expressions(HOUSEHOLD), cases(HOUSEHOLD))
def test_generated_conditions(node: n.Node, case: Case) -> None:
    assert read(source(node), HOUSEHOLD) == node
    check_one(node, case, HOUSEHOLD)


@settings(
    max_examples=examples(20, long=40), deadline=None, suppress_health_check=list(HealthCheck)
)
@given(expressions(HOUSEHOLD, depth=3), cases(HOUSEHOLD), st.randoms(use_true_random=False))
def test_what_becomes_known_never_reverses_a_known_answer(
    node: n.Node, case: Case, rng: random.Random
) -> None:
    """Unless `known()` or `coalesce()` ask for it, more data only turns unknown into an answer."""
    if any(isinstance(each, n.Known | n.Coalesce) for each in n.walk(node)):
        return
    if any(isinstance(each, n.Members) and each.function == "known_sum" for each in n.walk(node)):
        return
    before = evaluate(node, case)
    filled = Values(HOUSEHOLD, rng, unknown=0.0)

    def complete(facts: object, subject: str) -> dict[str, object]:
        given_facts = dict(facts)  # type: ignore[call-overload]
        return {
            name: filled.of(HOUSEHOLD.facts[name]) if value is UNKNOWN else value
            for name, value in given_facts.items()
        }

    known = Case(
        case.as_of,
        complete(case.values, "household"),  # type: ignore[arg-type]
        complete(case.above, "village"),  # type: ignore[arg-type]
        tuple(complete(each, "person") for each in case.members),  # type: ignore[misc]
        case.parameters,
    )
    if before is not UNKNOWN:
        assert evaluate(node, known) == before

"""The columnar engine and the plain evaluator give the same value for every expression and case."""

import random
from dataclasses import replace

import pytest
from tests.engine.stack import CaseStack
from tests.policy.language import county
from tests.policy.language.strategies import Generator, Values

from fangpin.policy.language.evaluate import evaluate
from fangpin.policy.language.source import source

SCOPES = {
    "household": county.HOUSEHOLD,
    "person": county.PERSON,
    "village": county.VILLAGE,
    "row": county.ROW,
}
CASES = 12
EXPRESSIONS_IN_A_BATCH = 125
BATCHES = 20  # of each scope, 10,000 expressions in all


def stack(scope, rng: random.Random) -> CaseStack:
    cases = [Values(scope, rng).case() for _ in range(CASES)]
    first = cases[0]
    return CaseStack(
        scope, [replace(each, as_of=first.as_of, parameters=first.parameters) for each in cases]
    )


@pytest.mark.parametrize("batch", range(BATCHES))
@pytest.mark.parametrize("subject", sorted(SCOPES))
def test_engine_and_evaluator_agree(subject, batch):
    rng = random.Random(f"{subject} {batch}")
    scope = SCOPES[subject]
    stacked = stack(scope, rng)
    generator = Generator(scope, rng)
    for number in range(EXPRESSIONS_IN_A_BATCH):
        write = generator.condition_node if number % 2 else generator.value_node
        node = write(rng.choice([1, 2, 3, 4, 5]))
        got = stacked.results(node)
        expected = [stacked.expected(evaluate(node, case), node) for case in stacked.cases]
        assert got == expected, source(node)

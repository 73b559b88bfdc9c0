"""Inside the workers every expression and every worked example says what the evaluator says."""

import random
from dataclasses import replace

from pyspark.cloudpickle import register_pickle_by_value, unregister_pickle_by_value
from tests.drawn import examples
from tests.engine import stack
from tests.engine.stack import CaseStack
from tests.policy.language import county
from tests.policy.language.strategies import Generator, Values

from fangpin.cluster.tasks import in_tasks
from fangpin.engine.examples import run_examples
from fangpin.kernel.errors import Text
from fangpin.policy import load_pack
from fangpin.policy.language.evaluate import evaluate
from fangpin.policy.language.source import source
from fangpin.policy.loading.folders import known_packs

SCOPES = {
    "household": county.HOUSEHOLD,
    "person": county.PERSON,
    "village": county.VILLAGE,
    "row": county.ROW,
}
CASES = 12
EXPRESSIONS_IN_A_BATCH = 100
BATCHES = examples(2, long=5)  # of each scope


def test_generated_expressions(spark):
    stacks, asked, expected = [], [], []
    for subject, scope in sorted(SCOPES.items()):
        for batch in range(BATCHES):
            rng = random.Random(f"cluster {subject} {batch}")
            cases = [Values(scope, rng).case() for _ in range(CASES)]
            cases = [
                replace(each, as_of=cases[0].as_of, parameters=cases[0].parameters)
                for each in cases
            ]
            generator = Generator(scope, rng)
            nodes = [
                (generator.condition_node if number % 2 else generator.value_node)(
                    rng.choice([1, 2, 3, 4, 5])
                )
                for number in range(EXPRESSIONS_IN_A_BATCH)
            ]
            stacks.append((scope, cases, nodes))
            # Texts get their numbers as they are met: here in the order of the nodes, as there.
            here = CaseStack(scope, cases)
            for node in nodes:
                here.results(node)
                asked.append(node)
                expected.append([here.expected(evaluate(node, case), node) for case in cases])

    def work(item):
        scope, cases, nodes = item
        there = CaseStack(scope, cases)
        return [there.results(node) for node in nodes]

    register_pickle_by_value(stack)
    try:
        answers = in_tasks(spark, Text("方言", "dialect"), stacks, work)
    finally:
        unregister_pickle_by_value(stack)
    got = [result for batch in answers for result in batch]
    assert len(got) == len(SCOPES) * BATCHES * EXPRESSIONS_IN_A_BATCH
    wrong = [source(node) for node, a, b in zip(asked, got, expected, strict=True) if a != b]
    assert wrong == []


def test_worked_examples_of_every_shipped_pack(spark):
    packs = [load_pack(name) for name in known_packs()]

    def work(pack):
        return [(each.rule.name, each.example.name, each.agrees) for each in run_examples(pack)]

    for pack, outcomes in zip(
        packs, in_tasks(spark, Text("样例", "examples"), packs, work), strict=True
    ):
        own = [rule for rule in pack.rules.values() if rule.origin.pack == pack.name]
        assert len(outcomes) == sum(len(rule.examples) for rule in own)
        assert [each for each in outcomes if not each[2]] == []
    assert sum(len(rule.examples) for rule in packs[0].rules.values()) > 0

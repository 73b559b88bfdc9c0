"""Every worked example of every shipped pack, on the engine."""

import pytest
from tests.engine.lake import pack

from fangpin.engine.examples import run_examples
from fangpin.policy.loading import load_pack
from fangpin.policy.loading.folders import known_packs


@pytest.mark.parametrize("name", sorted(known_packs()))
def test_examples_of_a_shipped_pack(name):
    wrong = [each for each in run_examples(load_pack(name)) if not each.agrees]
    told = [f"{each.rule.name}.{each.example.name}: engine says {each.got}" for each in wrong]
    assert not told


def test_examples_of_a_pack_that_is_not_ours():
    outcomes = run_examples(pack())
    assert len(outcomes) == 8
    assert all(each.agrees for each in outcomes)

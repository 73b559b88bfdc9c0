"""Facts taken over for other figures, another pack or another day are the ones computed afresh."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.invented import invented

from fangpin.engine.facts import Facts
from fangpin.engine.findings import evaluate_rules
from fangpin.policy import load_pack
from fangpin.policy.pack import Pack

AS_OF = date(2021, 5, 31)
PACK = load_pack("baiyin-2021")
OTHER = load_pack("cn-base")
SNAPSHOT = invented(PACK, AS_OF, seed=2)
BASE = Facts(PACK, SNAPSHOT, AS_OF)
evaluate_rules(PACK, BASE)

NUMBERS = sorted(
    name
    for name, parameter in PACK.parameters.items()
    if parameter.type in ("money", "integer", "number")
)


def with_figure(pack: Pack, name: str, factor: Fraction) -> Pack:
    """The pack with every value of a parameter multiplied."""
    declared = pack.parameters[name]
    values = tuple(replace(each, value=int(each.value * factor)) for each in declared.values)
    return replace(pack, parameters={**pack.parameters, name: replace(declared, values=values)})


def assert_same(varied: Facts, fresh: Facts) -> None:
    for name, fact in fresh.pack.facts.items():
        size = SNAPSHOT.size(fact.subject)
        got, expected = varied[name].spread(size), fresh[name].spread(size)
        known = np.broadcast_to(expected.known_mask, (size,))
        assert np.array_equal(np.broadcast_to(got.known_mask, (size,)), known), name
        assert np.array_equal(got.values[known], expected.values[known]), name
    outcomes = zip(
        evaluate_rules(varied.pack, varied), evaluate_rules(fresh.pack, fresh), strict=True
    )
    for got_outcome, expected_outcome in outcomes:
        assert got_outcome.rule is expected_outcome.rule
        for part in ("holds", "unclear", "undecided"):
            assert np.array_equal(getattr(got_outcome, part), getattr(expected_outcome, part)), (
                got_outcome.rule.name
            )


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(NUMBERS), st.sampled_from([Fraction(1, 2), Fraction(1), Fraction(3)])
        ),
        max_size=3,
    ),
    st.sampled_from([AS_OF, date(2021, 5, 1), date(2021, 6, 30), date(2022, 1, 15)]),
)
def test_other_figures_and_another_day(changes, as_of):
    pack = PACK
    for name, factor in changes:
        pack = with_figure(pack, name, factor)
    assert_same(BASE.varied(pack, as_of), Facts(pack, SNAPSHOT, as_of))


def test_another_pack_and_back_again():
    other = BASE.varied(OTHER)
    assert_same(other, Facts(OTHER, SNAPSHOT, AS_OF))
    assert_same(other.varied(PACK), BASE)


def test_a_fact_of_the_same_name_but_another_meaning_is_computed_anew():
    fact = PACK.facts["medical_self_paid"]
    changed = replace(fact, aggregate="max")
    pack = replace(PACK, facts={**PACK.facts, fact.name: changed})
    varied = BASE.varied(pack)
    assert_same(varied, Facts(pack, SNAPSHOT, AS_OF))
    assert not np.array_equal(varied[fact.name].values, BASE[fact.name].values)


def test_a_vocabulary_in_another_order_is_not_taken_over():
    codes = PACK.codes["household_category"]
    turned = replace(codes, values=tuple(reversed(codes.values)))
    pack = replace(PACK, codes={**PACK.codes, codes.name: turned})
    varied = BASE.varied(pack)
    assert_same(varied, Facts(pack, SNAPSHOT, AS_OF))
    assert not np.array_equal(
        varied["household_category"].values, BASE["household_category"].values
    )


@pytest.mark.parametrize("name", ["medical_self_paid", "net_income_per_person", "age", "insured"])
def test_what_does_not_depend_on_the_difference_is_not_computed_again(name):
    varied = BASE.varied(with_figure(PACK, "monitoring_line", Fraction(2)))
    assert np.shares_memory(varied[name].values, BASE[name].values)


def test_facts_are_recognised_under_another_name():
    fact = PACK.facts["medical_self_paid"]
    renamed = replace(fact, name="paid_by_the_patient")
    varied = BASE.varied(replace(PACK, facts={**PACK.facts, renamed.name: renamed}))
    assert np.shares_memory(varied[renamed.name].values, BASE[fact.name].values)

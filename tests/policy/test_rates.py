"""The rates of exit: exact at the edge, unknown kept unknown, impossible numbers refused."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangpin.kernel.errors import FangpinError
from fangpin.policy import load_pack
from fangpin.policy.procedure_records import RateName
from fangpin.policy.rates import INPUTS, LABELS, Rate, Relation, rate, rates

JUNE = date(2021, 6, 1)


def limit(name: str) -> Fraction:
    """A limit of the general pack."""
    value = load_pack("cn-base").parameter(name, JUNE)
    assert value is not None
    assert isinstance(value.value, Fraction)
    return value.value


EDGES: list[tuple[RateName, Relation, str, int, int, bool]] = [
    # part and whole: just inside, at and just outside each limit
    ("wrong_exit", "at_most", "wrong_exit_rate_most", 19, 1000, True),
    ("wrong_exit", "at_most", "wrong_exit_rate_most", 20, 1000, True),
    ("wrong_exit", "at_most", "wrong_exit_rate_most", 20, 999, False),
    ("omission", "at_most", "omission_rate_most", 2, 101, True),
    ("omission", "at_most", "omission_rate_most", 2, 100, True),
    ("omission", "at_most", "omission_rate_most", 2, 99, False),
    ("approval", "at_least", "approval_rate_least", 901, 1000, True),
    ("approval", "at_least", "approval_rate_least", 900, 1000, True),
    ("approval", "at_least", "approval_rate_least", 899, 1000, False),
]


@pytest.mark.parametrize(("name", "relation", "parameter", "part", "whole", "kept"), EDGES)
def test_at_the_edge_of_a_limit(
    name: RateName, relation: Relation, parameter: str, part: int, whole: int, kept: bool
) -> None:
    figures = dict(zip(INPUTS[name], (part, whole), strict=True))
    assert rate(name, figures).keeps(relation, limit(parameter)) is kept


VILLAGE = {
    "remaining_poor": 10,
    "alleviated": 300,
    "unregistered": 1200,
    "rural_population": 2000,
    "sampled_alleviated": 60,
    "sampled_wrong_exits": 1,  # 1/60 of 300: 5 persons
    "sampled_unregistered": 240,
    "sampled_omissions": 5,  # 5/240 of 1200: 25 persons
}


def test_the_overall_rate_carries_samples_over_to_everybody() -> None:
    found = rate("overall_poverty", VILLAGE)
    assert found.value == Fraction(10 + 25 + 5, 2000) == Fraction(2, 100)


@pytest.mark.parametrize(
    ("population", "below_two", "below_three"),
    [(1999, False, True), (2000, False, True), (2001, True, True)],
)
def test_a_village_leaves_below_the_limit_not_at_it(
    population: int, below_two: bool, below_three: bool
) -> None:
    """40 poor persons of 2000 are 2 %, the limit; in the west it is 3 %."""
    figures = VILLAGE | {"rural_population": population}
    found = rate("overall_poverty", figures)
    assert found.keeps("less_than", limit("village_poverty_rate_most")) is below_two
    assert found.keeps("less_than", limit("village_poverty_rate_most_west")) is below_three


def test_the_limit_of_the_west() -> None:
    """60 of 2000 are 3 %: not below it."""
    west = limit("village_poverty_rate_most_west")
    for poor, below in ((29, True), (30, False), (31, False)):
        found = rate("overall_poverty", VILLAGE | {"remaining_poor": poor})
        assert found.value == Fraction(poor + 30, 2000)
        assert found.keeps("less_than", west) is below


@pytest.mark.parametrize("missing", sorted(VILLAGE))
def test_an_unknown_part_leaves_the_overall_rate_unknown(missing: str) -> None:
    for figures in (
        VILLAGE | {missing: None},
        {name: value for name, value in VILLAGE.items() if name != missing},
    ):
        found = rate("overall_poverty", figures)
        assert found.value is None
        assert found.keeps("less_than", Fraction(1, 2)) is None
        assert found.keeps("at_least", Fraction(0)) is None


def test_an_unknown_rate_may_still_be_known_to_break_a_limit() -> None:
    """60 registered poor of 2000 are 3 % whatever the samples say."""
    figures = {"remaining_poor": 60, "rural_population": 2000}
    found = rate("overall_poverty", figures)
    assert (found.value, found.least) == (None, Fraction(3, 100))
    assert found.keeps("less_than", Fraction(3, 100)) is False
    assert found.keeps("at_most", Fraction(3, 100)) is None
    assert found.keeps("less_than", Fraction(4, 100)) is None


def test_a_sample_of_nobody_tells_nothing() -> None:
    assert rate("wrong_exit", {"sampled_wrong_exits": 0, "sampled_alleviated": 0}).value is None
    assert rate("approval", {"approving_households": 0, "surveyed_households": 0}).value is None


def test_without_anybody_to_carry_over_to_no_sample_is_needed() -> None:
    figures = {"remaining_poor": 3, "alleviated": 0, "unregistered": 0, "rural_population": 100}
    assert rate("overall_poverty", figures).value == Fraction(3, 100)


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        ({"sampled_wrong_exits": -1}, "cannot be negative"),
        ({"sampled_wrong_exits": 11, "sampled_alleviated": 10}, "(11) than"),
        ({"remaining_poor": 11, "rural_population": 10}, "(11) than"),
        ({"remaining_poor": 4, "alleviated": 4, "unregistered": 4, "rural_population": 11}, "12"),
        ({"approving_households": 2, "surveyed_households": 1}, "(2) than"),
    ],
)
def test_impossible_numbers_are_refused(figures: dict[str, int], said: str) -> None:
    with pytest.raises(FangpinError) as caught:
        rates(figures)
    assert said in caught.value.in_language("en")


COUNTS = st.integers(0, 10_000)


@given(st.tuples(*(COUNTS for _ in INPUTS["overall_poverty"])))
def test_rates_are_shares_and_no_float_is_near(numbers: tuple[int, ...]) -> None:
    figures = dict(zip(INPUTS["overall_poverty"], numbers, strict=True))
    figures["sampled_alleviated"] += figures["sampled_wrong_exits"]
    figures["sampled_unregistered"] += figures["sampled_omissions"]
    figures["rural_population"] += (
        figures["remaining_poor"] + figures["alleviated"] + figures["unregistered"]
    )
    for found in rates(figures).values():
        assert found.value is None or type(found.value) is Fraction
        assert found.value is None or 0 <= found.least <= 1
        assert found.value is None or 0 <= found.value <= 1
        for share in (Fraction(0), Fraction(2, 100), Fraction(1)):
            if found.value is not None:
                assert found.keeps("at_most", share) is (found.value <= share)
                assert found.keeps("less_than", share) is (found.value < share)
                assert found.keeps("at_least", share) is (found.value >= share)


def test_every_rate_has_words_and_inputs() -> None:
    assert set(LABELS) == set(INPUTS) == set(rates({}))
    assert rates({})["approval"] == Rate("approval", None)

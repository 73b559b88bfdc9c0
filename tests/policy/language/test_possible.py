"""Domains of expressions, and conditions that can never be true or never be false."""

from datetime import date

import pytest
from tests.policy.language.county import HOUSEHOLD, PERSON, ROW

from fangpin.policy.language.check import read
from fangpin.policy.language.domains import MAX_MEMBERS, bounds, may_be_unknown, overflows
from fangpin.policy.language.faults import ExpressionError
from fangpin.policy.language.possible import Possible, idle_parts, possible
from fangpin.policy.language.source import source


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("members", 0, 50),
        ("members + 1人", 1, 51),
        ("members - members", -50, 50),
        ("members * -2", -100, 0),
        ("-members", -50, 0),
        ("abs(members - 10人)", 0, 40),
        ("abs(-1.5)", 15, 15),
        ("least(members, 7人)", 0, 7),
        ("greatest(members, 7人)", 7, 50),
        ("if(monitored, members, 60人)", 0, 60),
        ("coalesce(members, 99人)", 0, 99),
        ("round(loss_rate, 0)", 0, 1),
        ("round(members, 2)", 0, 5000),
        ("net_income / members", -1_000_000_000, 10_000_000_000),
        ("1 / members", 20_000, 1_000_000),
        ("1 / (members - 10人)", -1_000_000, 1_000_000),
        ("1 / 4", 250_000, 250_000),
        ("count_members(dead)", 0, MAX_MEMBERS),
        ("share_of_members(dead)", 0, 1_000_000),
        ("sum_members(age)", 0, 130 * MAX_MEMBERS),
        ("sum_members(age - 10岁)", -10 * MAX_MEMBERS, 120 * MAX_MEMBERS),
        ("max_members(age)", 0, 130),
        ("param.line_other", 800_000, 1_000_000),
        ("month(as_of)", 1, 12),
        ("year(2021-05-31)", 2021, 2021),
        ("days_between(2021-05-01, 2021-05-31)", 30, 30),
        ("years_between(2005-06-01, 2021-05-31)", 15, 15),
        ("months_between(2021-05-31, 2021-02-28)", -3, -3),
        ("per_year(1元 / 1月)", 1200, 1200),
        ("per_month(12元 / 1年)", 100, 100),
    ],
)
def test_bounds_of_numbers(text: str, low: int, high: int) -> None:
    assert bounds(read(text, HOUSEHOLD), HOUSEHOLD) == (low, high)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("checked_on", date(1900, 1, 1), date(2100, 12, 31)),
        ("add_days(2021-05-31, 1天)", date(2021, 6, 1), date(2021, 6, 1)),
        ("add_months(2021-01-31, 1)", date(2021, 2, 28), date(2021, 2, 28)),
        ("first_of_month(2021-05-31)", date(2021, 5, 1), date(2021, 5, 1)),
        ("param.term_starts", date(2021, 3, 1), date(2021, 3, 1)),
        ("least(checked_on, 2000-01-01)", date(1900, 1, 1), date(2000, 1, 1)),
    ],
)
def test_bounds_of_dates(text: str, low: date, high: date) -> None:
    assert bounds(read(text, HOUSEHOLD), HOUSEHOLD) == (low, high)


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("monitored", True),
        ("known(monitored)", False),
        ("coalesce(monitored, false)", False),
        ("coalesce(monitored, alleviated)", True),
        ("param.strict", False),
        ("param.line_year / 0", True),
        ("param.line_year / 3", False),
        ("known_sum_members(age) > 3岁", False),
        ("sum_members(age) > 3岁", True),
        ("sum_members(coalesce(age, 0)) > 3岁", False),
        ("max_members(coalesce(age, 0)) > 3岁", True),
        ("any_member(known(age))", False),
        ("count_members(true)", False),
        ("if(monitored, 1, 2)", True),
        ("if(known(monitored), 1, 2)", False),
        ("as_of > 2021-01-01", False),
    ],
)
def test_what_may_be_unknown(text: str, unknown: bool) -> None:
    assert may_be_unknown(read(text, HOUSEHOLD), HOUSEHOLD) is unknown


NEVER_TRUE = [
    "members > 50人",
    "members < 0人",
    "members < 10人 and members > 20人",
    "members < 10人 and (monitored or alleviated) and not members <= 15人",
    "members between 20人 and 10人",
    "members in (51人, 60人)",
    "members == 3人 and members in (4人, 5人)",
    "land == 0.5亩 and land == 1.5亩",
    "round(land, 0) == 0.5亩 and monitored",
    "loss_rate > 1",
    "category == 'general' and category == 'marginal'",
    "category in ('general', 'marginal') and category not in ('general', 'marginal')",
    "category in param.key_categories and category == 'general'",
    "monitored and not monitored",
    "monitored == true and monitored == false",
    "not (monitored or not monitored)",
    "not known(land) and land > 5亩",
    "known(land) and not known(land)",
    "checked_on > 2021-05-31 and checked_on < 2021-05-01",
    "checked_on < 1890-01-01",
    "as_of > 2101-01-01",
    "month(as_of) > 12",
    "count_members(dead) < 0人",
    "share_of_members(dead) > 1",
    "any_member(age > 60岁 and age < 16岁)",
    "any_member(monitored) and not monitored",
    "any_member(not monitored and dead) and monitored",
    "any_member(false)",
    "not all_members(true)",
    "param.line_monitored > param.line_other",
    "'month' in param.variants",
    "if(monitored, members > 50人, false)",
    "if(monitored, not monitored, monitored)",
    "coalesce(false, monitored)",
    "coalesce(members > 50人, false)",
    "net_income > 0 and net_income * 0 > 1元",
    "members < land / 1亩 * 1人 and members > 30人 and land < 20亩",
    "false",
]

ALWAYS_TRUE_WHEN_KNOWN = [
    "members >= 0人",
    "members <= 50人",
    "not (members < 10人 and members > 20人)",
    "members < 10人 or members >= 10人 and members < 99人",
    "category in ('general', 'alleviated', 'marginal')",
    "category != 'general' or category == 'general'",
    "monitored or not monitored",
    "known(land) or land > 5亩",
    "loss_rate between 0 and 1",
    "year(as_of) > 1899",
    "param.line_monitored < param.line_other",
    "'year' in param.variants",
    "true",
    "share_of_members(dead) >= 0",
]

BOTH = [
    "members > 49人",
    "members < 20人 and members > 10人",
    "category in param.key_categories",
    "any_member(dead) and not all_members(dead)",
    "any_member(age > 60岁) and any_member(age < 16岁)",
    "all_members(age > 60岁) and all_members(age < 16岁)",
    "monitored and any_member(monitored)",
    "if(monitored, members > 3人, land > 5亩)",
    "net_income / members < param.income_line",
    "not known(land)",
    "coalesce(monitored, false) and not coalesce(alleviated, true)",
    "monitored == alleviated",
    "param.strict",  # a switch: the pack of a place may set it either way
    "net_income > 0 or not known(net_income)",
]


@pytest.mark.parametrize("text", NEVER_TRUE)
def test_never_true(text: str) -> None:
    found = possible(read(text, HOUSEHOLD), HOUSEHOLD)
    assert not found.true
    assert found.false or found.unknown


@pytest.mark.parametrize("text", ALWAYS_TRUE_WHEN_KNOWN)
def test_never_false(text: str) -> None:
    node = read(text, HOUSEHOLD)
    assert not possible(node, HOUSEHOLD).false
    assert possible(node, HOUSEHOLD).true


@pytest.mark.parametrize("text", BOTH)
def test_can_be_either(text: str) -> None:
    found = possible(read(text, HOUSEHOLD), HOUSEHOLD)
    assert (found.true, found.false) == (True, True)


def test_persons_and_rows() -> None:
    assert possible(read("age > 130岁", PERSON), PERSON) == Possible(False, True, True)
    assert possible(read("age > 60岁 and monitored", PERSON), PERSON).true
    assert not possible(read("monitored and not monitored", PERSON), PERSON).true
    assert possible(read("remark == 'x' and valid", ROW), ROW) == Possible(True, True, True)
    assert not possible(read("kind == 'primary' and kind == 'junior'", ROW), ROW).true


def test_idle_parts_are_found_inside_a_sound_condition() -> None:
    node = read("monitored and (members >= 0人 or land > 5亩)", HOUSEHOLD)
    assert possible(node, HOUSEHOLD).true
    assert [(source(part), value) for part, value in idle_parts(node, HOUSEHOLD)] == [
        ("members >= 0人", False)
    ]


def test_nested_choices_do_not_run_away() -> None:
    text = "monitored"
    for _ in range(12):
        text = f"if({text}, members > 3人, alleviated)"
    for _ in range(12):
        text = f"if(alleviated, {text}, monitored)"
    assert possible(read(text, HOUSEHOLD), HOUSEHOLD).true


def test_overflow_is_checked_where_it_arises() -> None:
    # Everything is computed for every row, so a guard does not help.
    text = "if(members < 0人, net_income * net_income * 1000, 0) > 0"
    with pytest.raises(ExpressionError, match="64-bit"):
        read(text, HOUSEHOLD)
    assert overflows(read("net_income > 0", HOUSEHOLD), HOUSEHOLD) == []

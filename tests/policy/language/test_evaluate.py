"""The meaning of every node, one by one, on plain values."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.policy.language.county import HOUSEHOLD, PERSON, ROW, case

from fangpin.policy.language.check import read
from fangpin.policy.language.evaluate import (
    UNKNOWN,
    Case,
    Result,
    add_months,
    divided,
    evaluate,
    months_between,
    rescaled,
    years_between,
)

T, F, U = True, False, UNKNOWN


def of(text: str, *members: dict[str, Result], **values: Result) -> Result:
    """The value of a text about a household; names of the village may be given too."""
    return evaluate(read(text, HOUSEHOLD), case(values, *members, above=values))


@pytest.mark.parametrize(
    ("a", "b", "both", "either"),
    [
        (T, T, T, T),
        (T, F, F, T),
        (T, U, U, T),
        (F, F, F, F),
        (F, U, F, U),
        (U, U, U, U),
    ],
)
def test_kleene(a: Result, b: Result, both: Result, either: Result) -> None:
    for x, y in ((a, b), (b, a)):
        assert of("monitored and alleviated", monitored=x, alleviated=y) is both
        assert of("monitored or alleviated", monitored=x, alleviated=y) is either


def test_not_and_unknown_has_no_truth() -> None:
    assert of("not monitored", monitored=T) is F
    assert of("not monitored", monitored=U) is U
    assert of("not monitored") is U
    with pytest.raises(TypeError, match="neither true nor false"):
        bool(UNKNOWN)


@pytest.mark.parametrize(
    ("text", "land", "expected"),
    [
        ("land < 1.5亩", 14999, T),
        ("land < 1.5亩", 15000, F),
        ("land <= 1.5亩", 15000, T),
        ("land > 1.5亩", 15001, T),
        ("land >= 1.5亩", 15000, T),
        ("land >= 1.5亩", 14999, F),
        ("land == 1.5亩", 15000, T),
        ("land != 1.5亩", 15000, F),
        ("land == 1.5亩", U, U),
        ("land != 1.5亩", U, U),
        ("land between 1亩 and 2亩", 10000, T),
        ("land between 1亩 and 2亩", 20000, T),
        ("land between 1亩 and 2亩", 20001, F),
        ("land between 1亩 and 2亩", U, U),
        ("land not between 1亩 and 2亩", 20001, T),
        ("land in (1亩, 2.5亩)", 25000, T),
        ("land in (1亩, 2.5亩)", 15000, F),
        ("land not in (1亩, 2.5亩)", 15000, T),
        ("land in (1亩, 2.5亩)", U, U),
        ("land not in (1亩, 2.5亩)", U, U),
    ],
)
def test_comparisons_align_decimals(text: str, land: Result, expected: Result) -> None:
    assert of(text, land=land) is expected


def test_between_is_two_comparisons() -> None:
    # An unknown end does not hide that the other one fails.
    assert of("land between 5亩 and net_income / 1元 * 1亩", land=10_000) is F
    assert of("land between 0亩 and net_income / 1元 * 1亩", land=10_000) is U


def test_codes_and_lists() -> None:
    assert of("category == 'general'", category="general") is T
    assert of("category != 'general'", category="marginal") is T
    assert of("category in ('general', 'marginal')", category="marginal") is T
    assert of("category in param.key_categories", category="general") is F
    assert of("category not in param.key_categories", category="general") is T
    assert of("category not in param.key_categories", category=U) is U
    assert of("'year' in param.variants") is T
    assert of("'month' in param.variants") is F


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2.25", 325),
        ("1 - 2.25", -125),
        ("-net_income", -1_200_001),
        ("net_income + 0.125元", 12_000_135),
        ("net_income * 2", 2_400_002),
        ("net_income * 0.5", 6_000_005),
        ("net_income * param.share_of_income", 1_200_001 * 5_000),
        ("net_income * param.share_of_income * 0.5", 3_000_002_500),
        ("0.1235 * 0.0001 * 0.5", 6),  # 0.000006175 at scale 6
        ("0.005 * 0.0001 * 1", 1),  # 0.0000005: half goes away from zero
        ("-0.005 * 0.0001 * 1", -1),
        ("net_income / 3", 400_000),
        ("net_income / 7", 171_429),
        ("-net_income / 7", -171_429),
        ("1元 / 8", 13),  # 12.5 fen
        ("-1元 / 8", -13),
        ("1 / 3", 333_333),
        ("2 / 3", 666_667),
        ("-2 / 3", -666_667),
        ("2 / -3", -666_667),
        ("1 / 0", U),
        ("0 / 0", U),
        ("net_income / (members - members)", U),
        ("net_income / net_income", 1_000_000),
        ("abs(-3.5)", 35),
        ("abs(3.5)", 35),
        ("round(2.5, 0)", 3),
        ("round(-2.5, 0)", -3),
        ("round(2.449, 1)", 24),
        ("round(2.5, 3)", 2500),
        ("round(net_income, 0)", 12_000),
        ("least(1, 2.5, 0.25)", 25),
        ("greatest(1, 2.5, 0.25)", 250),
        ("least(1元, land * 1元 / 1亩)", U),
        ("per_year(100元 / 1月)", 120_000),
        ("per_month(100元 / 1年)", 833),
        ("per_month(6元 / 100 / 1年)", 1),  # half a fen goes up
        ("per_month(2 / 1年)", 166_667),
        ("coalesce(land, 1亩)", 10_000),
        ("coalesce(land, 1.5亩, 2亩)", 15_000),
        ("coalesce(net_income, 0)", 1_200_001),
        ("coalesce(land, land)", U),
        ("if(monitored, 1, 2.5)", 10),
        ("if(alleviated, 1, 2.5)", 25),
        ("if(water_ok, 1, 2.5)", U),
        ("if(water_ok, 2.50, 2.5)", 25),
        ("if(water_ok, land, land)", U),
        ("net_income + land * 1元 / 1亩", U),
        ("0元 * 5 + net_income", 1_200_001),
    ],
)
def test_numbers(text: str, expected: Result) -> None:
    values: dict[str, Result] = {"net_income": 1_200_001, "members": 3}
    assert of(text, **values, monitored=T, alleviated=F) == expected


def test_choice_of_conditions() -> None:
    assert of("if(water_ok, monitored, monitored)", monitored=T) is T
    assert of("if(water_ok, monitored, alleviated)", monitored=T, alleviated=F) is U
    assert of("coalesce(monitored, false)") is F
    assert of("coalesce(monitored, alleviated)", alleviated=T) is T
    assert of("known(land)") is F
    assert of("known(land)", land=0) is T
    assert of("known(monitored and alleviated)", monitored=F) is T
    assert of("monitored == alleviated", monitored=T, alleviated=F) is F
    assert of("monitored != alleviated", monitored=T, alleviated=F) is T


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("as_of", date(2021, 5, 31)),
        ("days_between(2021-05-01, as_of)", 30),
        ("days_between(as_of, 2021-05-01)", -30),
        ("months_between(2021-02-28, as_of)", 3),
        ("years_between(2005-06-01, as_of)", 15),
        ("years_between(2005-05-31, as_of)", 16),
        ("add_days(2021-02-27, 2天)", date(2021, 3, 1)),
        ("add_days(as_of, -31)", date(2021, 4, 30)),
        ("add_months(2021-01-31, 1月)", date(2021, 2, 28)),
        ("add_months(2020-01-31, 1)", date(2020, 2, 29)),
        ("add_months(as_of, -3)", date(2021, 2, 28)),
        ("add_months(as_of, 19)", date(2022, 12, 31)),
        ("first_of_month(as_of)", date(2021, 5, 1)),
        ("year(as_of)", 2021),
        ("month(as_of)", 5),
        ("least(as_of, 2020-02-29)", date(2020, 2, 29)),
        ("greatest(as_of, 2020-02-29, checked_on)", U),
        ("coalesce(checked_on, as_of)", date(2021, 5, 31)),
        ("days_between(checked_on, as_of)", U),
        ("param.term_starts < as_of", T),
    ],
)
def test_dates(text: str, expected: Result) -> None:
    assert of(text) == expected


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        ("2004-02-29", "2005-02-28", 0),
        ("2004-02-29", "2005-03-01", 1),
        ("2004-02-29", "2008-02-28", 3),
        ("2004-02-29", "2008-02-29", 4),
        ("2005-05-31", "2021-05-30", 15),
        ("2005-05-31", "2021-05-31", 16),
        ("2021-05-31", "2021-05-31", 0),
        ("2021-05-31", "2005-05-31", -16),
        ("2021-05-31", "2005-06-01", -15),
    ],
)
def test_ages(born: str, on: str, age: int) -> None:
    assert years_between(date.fromisoformat(born), date.fromisoformat(on)) == age


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2021-01-31", "2021-02-28", 0),
        ("2021-01-31", "2021-03-01", 1),
        ("2021-01-31", "2021-03-31", 2),
        ("2021-01-15", "2021-02-14", 0),
        ("2021-01-15", "2021-02-15", 1),
        ("2020-12-31", "2021-05-30", 4),
        ("2021-05-30", "2020-12-31", -4),
    ],
)
def test_months(start: str, end: str, months: int) -> None:
    assert months_between(date.fromisoformat(start), date.fromisoformat(end)) == months


days = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@given(days, days)
def test_spans_turn_their_sign_with_their_ends(a: date, b: date) -> None:
    assert years_between(a, b) == -years_between(b, a)
    assert months_between(a, b) == -months_between(b, a)


@given(days, st.integers(-1200, 1200))
def test_adding_months_keeps_the_day_or_takes_the_last(start: date, count: int) -> None:
    end = add_months(start, count)
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == count
    last_day = (end + timedelta(days=1)).month != end.month
    assert end.day == start.day or (end.day < start.day and last_day)


@given(st.integers(-(10**12), 10**12), st.integers(-(10**6), 10**6).filter(bool))
def test_division_goes_to_the_nearest_and_halves_away_from_zero(a: int, b: int) -> None:
    quotient = divided(a, b)
    rest = a - quotient * b
    assert 2 * abs(rest) <= abs(b)
    if 2 * abs(rest) == abs(b):
        assert abs(quotient * b) > abs(a)


@given(st.integers(-(10**12), 10**12), st.integers(0, 6), st.integers(0, 6))
def test_rescaling_back_and_forth(value: int, fine: int, coarse: int) -> None:
    if fine >= coarse:
        assert rescaled(rescaled(value, coarse, fine), fine, coarse) == value


MEMBERS: list[dict[str, Result]] = [
    {"dead": F, "age": 70, "birth_date": date(1951, 1, 1)},
    {"dead": T, "age": 9, "birth_date": date(2012, 1, 1)},
    {"dead": U, "age": U, "birth_date": U},
]


@pytest.mark.parametrize(
    ("text", "nobody", "known", "partly"),
    [
        ("any_member(dead)", F, T, T),
        ("any_member(age > 80岁)", F, F, U),
        ("all_members(dead)", T, F, F),
        ("all_members(age > 5岁)", T, T, U),
        ("count_members(dead)", 0, 1, U),
        ("sum_members(age)", 0, 79, U),
        ("known_sum_members(age)", 0, 79, 79),
        ("max_members(age)", U, 70, U),
        ("min_members(age)", U, 9, U),
        ("max_members(birth_date)", U, date(2012, 1, 1), U),
        ("min_members(birth_date)", U, date(1951, 1, 1), U),
        ("share_of_members(dead)", U, 500_000, U),
        ("count_members(known(age))", 0, 2, 2),
        ("share_of_members(known(age))", U, 1_000_000, 666_667),
        ("count_members(true)", 0, 2, 3),
    ],
)
def test_members(text: str, nobody: Result, known: Result, partly: Result) -> None:
    assert of(text) == nobody
    assert of(text, *MEMBERS[:2]) == known
    assert of(text, *MEMBERS) == partly


def test_household_and_village_facts_inside_members() -> None:
    text = "any_member(age >= if(monitored, 6岁, 60岁) and not water_ok)"
    assert of(text, {"age": 9}, monitored=T, water_ok=F) is T
    assert of(text, {"age": 9}, monitored=F, water_ok=F) is F
    assert of(text, {"age": 9}, monitored=U, water_ok=F) is U


def test_a_person_reads_its_household_and_village() -> None:
    node = read("age >= 6岁 and monitored and not water_ok", PERSON)
    found = evaluate(node, case({"age": 6}, above={"monitored": T, "water_ok": F}))
    assert found is T


def test_rows() -> None:
    node = read("kind == 'primary' and self_paid > 0 and remark == '备注'", ROW)
    row: dict[str, Result] = {"kind": "primary", "self_paid": 1, "remark": "备注"}
    assert evaluate(node, case(row)) is T
    assert evaluate(node, case({**row, "remark": "x"})) is F


def test_a_parameter_without_value_is_an_error_of_the_caller() -> None:
    with pytest.raises(KeyError):
        evaluate(read("param.line_year > 0", HOUSEHOLD), Case(date(2021, 1, 1)))

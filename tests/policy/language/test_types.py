from fractions import Fraction

import pytest

from fangpin.kernel.errors import FangpinError
from fangpin.policy.language.types import (
    BASE_UNITS,
    DAYS,
    MONTHS,
    PERSONS,
    YEARS,
    YUAN,
    Unit,
    parse_declared_unit,
    parse_unit,
    stored_type,
)


def test_everything_after_the_slash_is_below_the_line() -> None:
    assert parse_unit("元/人·年") == YUAN / PERSONS / YEARS
    assert parse_unit("元/人/年") == parse_unit("元/人·年")
    assert parse_unit("人·年/元") == PERSONS * YEARS / YUAN


def test_units_cancel_and_print_in_a_fixed_order() -> None:
    assert str(parse_unit("元/人") * PERSONS) == "元"
    assert str(YEARS * YUAN / PERSONS) == "元·年/人"
    assert str(Unit() / MONTHS) == "1/月"
    assert parse_unit("1/月") == Unit() / MONTHS
    assert str(YUAN * YUAN / PERSONS / PERSONS) == "元·元/人·人"
    assert not Unit()
    assert not parse_unit("")


@pytest.mark.parametrize("unit", [*BASE_UNITS, "元/次", "元/人·年", "亩/户", "元·月/人·年"])
def test_a_printed_unit_reads_as_itself(unit: str) -> None:
    assert str(parse_unit(unit)) == unit


def test_an_age_counts_years() -> None:
    assert parse_unit("岁").fits(YEARS)
    assert parse_unit("周岁") == parse_unit("岁")
    assert not parse_unit("岁").fits(MONTHS)
    assert parse_unit("日") == DAYS


@pytest.mark.parametrize(
    ("text", "unit", "factor"),
    [
        ("万元", "元", Fraction(10_000)),
        ("万元/年", "元/年", Fraction(10_000)),
        ("元/万人", "元/人", Fraction(1, 10_000)),
        ("亿元", "元", Fraction(100_000_000)),
        ("百元", "元", Fraction(100)),
        ("%", "", Fraction(1, 100)),
        ("\uff05", "", Fraction(1, 100)),
        ("元", "元", Fraction(1)),
    ],
)
def test_declared_units_carry_a_factor(text: str, unit: str, factor: Fraction) -> None:
    declared = parse_declared_unit(text)
    assert (str(declared.unit), declared.factor) == (unit, factor)


@pytest.mark.parametrize("text", ["斤", "元/", "万", "元//人", "yuan", "元 人", "·", "元" * 50])
def test_unknown_units_are_refused_with_the_list_of_known_ones(text: str) -> None:
    with pytest.raises(FangpinError) as caught:
        parse_declared_unit(text)
    assert "平方米" in caught.value.problems[0].remedy.zh
    assert "平方米" in caught.value.problems[0].remedy.en


@pytest.mark.parametrize(("text", "instead"), [("万元", "元"), ("%", "0.5")])
def test_multiples_do_not_exist_where_values_are_exact(text: str, instead: str) -> None:
    with pytest.raises(FangpinError) as caught:
        parse_unit(text)
    assert instead in caught.value.problems[0].remedy.zh


def test_stored_types() -> None:
    assert stored_type("money", YUAN).scale == 2
    assert stored_type("number", PERSONS).scale == 4
    assert stored_type("integer").scale == 0
    assert stored_type("month").kind == "date"
    assert stored_type("money_text", YUAN).kind == "money"
    assert stored_type("id_number").kind == "text"
    assert str(stored_type("code", codes="sex")) == "code:sex"
    assert str(stored_type("money", parse_unit("元/人"))) == "money(元/人)"


@pytest.mark.parametrize(("kind", "unit"), [("money", "人"), ("integer", "元"), ("number", "元")])
def test_money_and_yuan_belong_together(kind: str, unit: str) -> None:
    with pytest.raises(FangpinError, match="money"):
        stored_type(kind, parse_unit(unit))

"""Values of parameters written on one line: what is read, what is refused, and the way back."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangpin.kernel.errors import FangpinError, Text
from fangpin.policy import load_pack
from fangpin.policy.pack import Parameter, ParameterValue
from fangpin.policy.written_values import read_value, written

PACK = load_pack("baiyin-2021")
LABEL = Text("值", "value")


def parameter(type_: str, unit: str | None = None, value=0, codes: str | None = None) -> Parameter:
    figure = ParameterValue(from_=date(2020, 1, 1), value=value, clause="A2", status="sample")
    return Parameter("x", LABEL, type_, unit, (figure,), codes)


@pytest.mark.parametrize(
    ("type_", "unit", "text", "value"),
    [
        ("money", "元", "20000", 2_000_000),
        ("money", "元", " 20,000 元 ", 2_000_000),
        ("money", "元", "２万元", 2_000_000),
        ("money", "元", "2万", 2_000_000),
        ("money", "元", "0.01", 1),
        ("money", "元", "-5", -500),
        ("money", "万元", "1.5", 1_500_000),
        ("money", "万元", "15000元", 1_500_000),
        ("money", "元/人·年", "7000", 700_000),
        ("money", "元/人·年", "7000元", 700_000),
        ("money", "元/人·年", "7000 元/人·年", 700_000),
        ("number", "%", "80%", Fraction(4, 5)),
        ("number", "%", "80", Fraction(4, 5)),
        ("number", "%", "0.5％", Fraction(1, 200)),
        ("number", "%", "0", Fraction(0)),
        ("number", "1", "1.5", Fraction(3, 2)),
        ("integer", "天", "60天", 60),
        ("integer", "天", "60 日", 60),
        ("integer", "岁", "16", 16),
        ("bool", None, "是", True),
        ("bool", None, "OFF", False),
        ("date", None, "2021-8-31", date(2021, 8, 31)),
        ("date", None, "2021年8月31日", date(2021, 8, 31)),
    ],
)
def test_what_is_read(type_, unit, text, value):
    found = read_value(PACK, parameter(type_, unit), text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("type_", "unit", "text"),
    [
        ("money", "元", ""),
        ("money", "元", "abc"),
        ("money", "元", "0.001"),
        ("money", "元", "1,00"),
        ("money", "元", "10000000000000000"),
        ("money", "元", "5元/月"),
        ("money", "元/月", "5元/年"),
        ("money", "元/人·年", "7000 人"),
        ("money", "元", "80%"),
        ("number", "%", "0.8"),
        ("number", "%", "1"),
        ("number", "%", "80 元"),
        ("number", "1", "80%"),
        ("integer", "天", "1.5"),
        ("integer", "天", "3月"),
        ("bool", None, "2"),
        ("date", None, "2021-02-30"),
        ("date", None, "今天"),
    ],
)
def test_what_is_refused(type_, unit, text):
    with pytest.raises(FangpinError) as refused:
        read_value(PACK, parameter(type_, unit), text)
    (problem,) = refused.value.problems
    assert problem.where.column == "param.x"


def test_codes_by_code_or_word():
    household = parameter("code", value="general", codes="household_category")
    assert read_value(PACK, household, "marginal") == "marginal"
    assert read_value(PACK, household, "边缘易致贫户") == "marginal"
    listed = parameter("list", value=(), codes="household_category")
    assert read_value(PACK, listed, "[general, 脱贫户]") == ("general", "alleviated")
    assert read_value(PACK, listed, "general、marginal") == ("general", "marginal")
    assert read_value(PACK, listed, "[]") == ()
    with pytest.raises(FangpinError, match="marginal"):
        read_value(PACK, household, "marginl")


@given(
    st.sampled_from(["元", "万元", "元/人·年", "元/户"]),
    st.integers(min_value=-(10**9), max_value=10**9),
)
def test_money_is_read_as_it_is_written(unit, fen):
    money = parameter("money", unit, fen)
    assert read_value(PACK, money, written(money, fen)) == fen


@given(st.integers(min_value=0, max_value=100_000))
def test_shares_are_read_as_they_are_written(basis_points):
    share = parameter("number", "%", Fraction(1))
    value = Fraction(basis_points, 10_000)
    assert read_value(PACK, share, written(share, value)) == value


def test_every_value_of_the_shipped_pack_is_read_back():
    for each in PACK.parameters.values():
        for value in each.values:
            assert read_value(PACK, each, written(each, value.value)) == value.value, each.name

"""Figures as people read them."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangpin.kernel.errors import Text
from fangpin.policy.printed import english_unit, plain_number, printed_figure


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Fraction(0), "0"),
        (Fraction(1234567), "1,234,567"),
        (Fraction("0.05"), "0.05"),
        (Fraction("-1234.5"), "-1,234.5"),
        (Fraction("-0.5"), "-0.5"),
        (Fraction(1, 3), "1/3"),
        (10**17 + 1, "100,000,000,000,000,001"),
    ],
)
def test_numbers_are_exact(value: Fraction | int, shown: str) -> None:
    assert plain_number(value) == shown


@given(st.decimals(-(10**12), 10**12, places=6))
def test_a_printed_number_reads_back(number: object) -> None:
    value = Fraction(str(number))
    assert Fraction(plain_number(value).replace(",", "")) == value


def test_units_in_english() -> None:
    assert english_unit("元/人·年") == "yuan/person·year"
    assert english_unit("门/人") == "门/person"


@pytest.mark.parametrize(
    ("relation", "value", "unit", "text", "zh", "en"),
    [
        ("at_least", Fraction(99), "%", None, "不低于99%", "at least 99%"),
        (
            "between",
            (Fraction(50), Fraction(200)),
            "元/人·月",
            None,
            "50元/人·月至200元/人·月",
            "50 yuan/person·month to 200 yuan/person·month",
        ),
        ("exactly", Fraction(1082), "户", None, "1,082户", "1,082 households"),
        ("at_least", Fraction(1), "人", None, "不低于1人", "at least 1 person"),
        ("all", True, None, None, "全部", "all"),
        ("all", None, None, Text("全面完成", "completed"), "全面完成", "completed"),
        (
            "at_least",
            Fraction(1),
            "个",
            Text("力争", "if possible"),
            "不低于1个（力争）",
            "at least 1 (if possible)",
        ),
    ],
)
def test_figures_with_their_relation(
    relation: str, value: object, unit: str | None, text: Text | None, zh: str, en: str
) -> None:
    assert printed_figure(relation, value, unit, text) == Text(zh, en)  # type: ignore[arg-type]

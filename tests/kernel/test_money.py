from decimal import Decimal
from typing import get_args

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fangpin.kernel.money import (
    FEN_PER_UNIT,
    MoneyVerdict,
    Unit,
    format_yuan,
    read_money,
    read_money_series,
)

V = MoneyVerdict


@pytest.mark.parametrize(
    ("text", "verdict", "fen"),
    [
        ("4000", V.ok, 400_000),
        ("-350.5", V.ok, -35_050),
        ("(1,234.00)", V.ok, -123_400),
        ("12,000元", V.ok, 1_200_000),
        ("1,234,567.89", V.ok, 123_456_789),
        ("￥1,234.50", V.ok, 123_450),
        ("¥88", V.ok, 8_800),
        ("人民币500元整", V.ok, 50_000),
        ("３２００．００", V.ok, 320_000),
        ("0.8万元", V.ok, 800_000),
        ("1万5千", V.ok, 1_500_000),
        ("三万二千元", V.ok, 3_200_000),
        ("壹万贰仟元整", V.ok, 1_200_000),
        ("叁拾元零伍分", V.ok, 3_005),
        ("12元5角", V.ok, 1_250),
        ("0", V.ok, 0),
        ("近1万", V.approximate, 1_000_000),
        ("损失8000余元", V.approximate, 800_000),
        ("约3万元", V.approximate, 3_000_000),
        ("两万元左右", V.approximate, 2_000_000),
        ("3000元以上", V.approximate, 300_000),
        ("3万多元", V.approximate, 3_000_000),
        ("无", V.zero_words, 0),
        ("未造成损失", V.zero_words, 0),
        ("没有损失", V.zero_words, 0),
        ("待核", V.pending, None),
        ("待定", V.pending, None),
        ("不详", V.pending, None),
        ("暂无", V.pending, None),
        ("评估中", V.pending, None),
        ("", V.blank, None),
        ("—", V.blank, None),
        (None, V.blank, None),
        ("12.345", V.too_precise, None),
        ("1,23", V.not_an_amount, None),
        ("1.2.3", V.not_an_amount, None),
        ("十几万", V.not_an_amount, None),
        ("万余元", V.not_an_amount, None),
        ("1e5", V.not_an_amount, None),
        ("张三", V.not_an_amount, None),
        ("9" * 30, V.not_an_amount, None),
        ("9" * 5000, V.not_an_amount, None),
    ],
)
def test_what_people_write(text: str | None, verdict: MoneyVerdict, fen: int | None) -> None:
    money = read_money(text)
    assert (money.verdict, money.fen) == (verdict, fen)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("1.2万-1.5万", 1_200_000, 1_500_000),
        ("1-2万", 1_000_000, 2_000_000),
        ("5000~8000元", 500_000, 800_000),
        ("1000至2000元", 100_000, 200_000),
        ("3千-5千", 300_000, 500_000),
    ],
)
def test_a_range_keeps_both_ends(text: str, low: int, high: int) -> None:
    money = read_money(text)
    assert (money.verdict, money.fen, money.low, money.high) == (V.range, None, low, high)


def test_a_backward_range_is_no_amount() -> None:
    assert read_money("2万-1万").verdict is V.not_an_amount


def test_the_unit_of_the_column_holds_for_bare_numbers_only() -> None:
    assert read_money("0.35", unit="万元").fen == 350_000
    assert read_money("五", unit="万元").fen == 5_000_000
    assert read_money("3500元", unit="万元").fen == 350_000
    assert read_money("1.2万", unit="千元").fen == 1_200_000
    assert read_money("三万二千", unit="万元").fen == 3_200_000
    assert read_money(5, unit="百元").fen == 50_000
    with pytest.raises(KeyError):
        read_money("1", unit="美元")  # type: ignore[arg-type]


def test_per_what() -> None:
    assert read_money("3500元/月").per == "月"
    assert read_money("每人").verdict is V.not_an_amount
    assert read_money("45元每人").per == "人"


def test_number_cells_forgive_a_millionth_of_a_fen() -> None:
    assert read_money(0.1 + 0.2).fen == 30
    assert read_money("0.30000000000000004", numeric=True).fen == 30
    assert read_money("0.30000000000000004").verdict is V.too_precise  # nobody types this
    third = read_money(29441.666666666668)
    assert (third.verdict, third.low, third.high) == (V.too_precise, 2_944_166, 2_944_167)
    assert read_money(float("nan")).verdict is V.not_an_amount
    assert read_money(float("inf")).verdict is V.not_an_amount
    assert read_money(5e-324).fen == 0
    assert read_money(Decimal("12.30")).fen == 1_230
    assert read_money("-0", numeric=True).fen == 0


@settings(deadline=None)
@given(st.integers(-(10**15), 10**15))
def test_printed_amounts_are_read_back(fen: int) -> None:
    assert read_money(format_yuan(fen)).fen == fen
    assert read_money(format_yuan(fen, cents=True)).fen == fen


def test_printing() -> None:
    assert format_yuan(2_318_000) == "23,180 元"
    assert format_yuan(2_318_000, cents=True) == "23,180.00 元"
    assert format_yuan(-2_318_050, "en") == "-23,180.50 yuan"
    with pytest.raises(ValueError, match="whole number"):
        format_yuan(150, cents=False)


UNITS = st.sampled_from(get_args(Unit))
WRITTEN = st.one_of(
    st.none(),
    st.decimals(-(10**9), 10**9, places=2).map(str),
    st.integers(-(10**13), 10**16).map(str),
    st.decimals(0, 10**5, places=4).map(str),
    st.sampled_from(
        ["约3万元", "待核", "无", "1-2万", "007", "-.5", "5.", "-", "+3", "1.2万", "-0.5"]
    ),
    st.text(alphabet="0123456789.,-万千元约 １", max_size=10),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(WRITTEN, st.booleans()), max_size=10), UNITS)
def test_text_columns_agree(cells: list[tuple[str | None, bool]], unit: Unit) -> None:
    answers = read_money_series(
        pl.Series([text for text, _ in cells], dtype=pl.String),
        unit=unit,
        numeric=pl.Series([flag for _, flag in cells], dtype=pl.Boolean),
    )
    for (text, flag), answer in zip(cells, answers.iter_rows(named=True), strict=True):
        money = read_money(text, unit=unit, numeric=flag)
        assert answer == {
            "verdict": money.verdict.value, "fen": money.fen, "low": money.low,
            "high": money.high, "per": money.per,
        }, text  # fmt: skip


NUMBERS = st.one_of(
    st.none(),
    st.floats(allow_nan=True, allow_infinity=True),
    st.integers(-(10**12), 10**12).map(lambda fen: fen / 100),
    st.integers(-(10**9), 10**9).map(lambda fen: fen / 300),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(NUMBERS, max_size=10), UNITS)
@example([float("nan"), 1.5], "元")
def test_float_columns_agree(values: list[float | None], unit: Unit) -> None:
    answers = read_money_series(pl.Series(values, dtype=pl.Float64), unit=unit)
    for value, answer in zip(values, answers.iter_rows(named=True), strict=True):
        money = read_money(value, unit=unit)
        assert (answer["verdict"], answer["fen"]) == (money.verdict.value, money.fen), value
        assert (answer["low"], answer["high"]) == (money.low, money.high)


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), st.integers(-(2**62), 2**62)), max_size=10), UNITS)
def test_integer_columns_agree(values: list[int | None], unit: Unit) -> None:
    answers = read_money_series(pl.Series(values, dtype=pl.Int64), unit=unit)
    assert answers["fen"].to_list() == [read_money(value, unit=unit).fen for value in values]


def test_units_are_powers_of_ten_fen() -> None:
    assert FEN_PER_UNIT["元"] == 100
    assert FEN_PER_UNIT["万元"] == 1_000_000

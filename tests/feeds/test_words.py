"""Words, yes/no and numbers of cells."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fangpin.feeds import words
from fangpin.kernel import characters
from fangpin.kernel.errors import Text
from fangpin.policy.pack import Code, Codes

GRADES = Codes(
    "grade",
    Text("等级", "grade"),
    (
        Code("C", "C级", "grade C", ("c级", "局部危险")),
        Code("D", "D级", "grade D", ("整幢危险",)),
        Code("none", "未鉴定", "not graded"),
    ),
)


@pytest.mark.parametrize(
    ("cell", "code"),
    [("C级", "C"), ("Ｃ级", "C"), ("c 级", "C"), ("C", "C"), ("局部危险", "C"),
     ("D级(整幢危险)", "D"), ("C级、C级", "C"), ("未 鉴 定", "none")],
)  # fmt: skip
def test_spellings_of_one_code(cell: str, code: str) -> None:
    coded, wrong = words.to_codes(pl.Series([cell]), GRADES)
    assert (coded.to_list(), wrong.to_list()) == ([code], [False])


@pytest.mark.parametrize("cell", ["E级", "C级、D级", "危", "1"])
def test_other_words_are_unknown_and_shown(cell: str) -> None:
    coded, wrong = words.to_codes(pl.Series([cell]), GRADES)
    assert (coded.to_list(), wrong.to_list()) == ([None], [True])


def test_blank_is_unknown_but_no_fault() -> None:
    coded, wrong = words.to_codes(words.cleaned(pl.Series(["—", None, " ", "无数据"])), GRADES)
    assert coded.to_list() == [None] * 4
    assert not wrong.any()


@pytest.mark.parametrize(
    ("cell", "value"),
    [("是", True), ("否", False), (" 有 ", True), ("√", True), ("TRUE", True), ("0", False),
     ("未享受", False), ("农村低保", True), ("—", None), (None, None)],
)  # fmt: skip
def test_yes_and_no(cell: str | None, value: bool | None) -> None:
    found, wrong = words.to_bool(pl.Series([cell], dtype=pl.String))
    assert found.to_list() == [value]
    assert not wrong.any()


def test_neither_yes_nor_no() -> None:
    found, wrong = words.to_bool(pl.Series(["也许"]))
    assert (found.to_list(), wrong.to_list()) == ([None], [True])


@pytest.mark.parametrize(
    ("cell", "whole"),
    [("3", 3), ("３", 3), ("1,234", 1234), ("12个月", 12), ("358人", 358), ("2.0", 2), ("-4", -4)],
)
def test_whole_numbers(cell: str, whole: int) -> None:
    found, wrong = words.to_scaled(pl.Series([cell]), 0)
    assert (found.to_list(), wrong.to_list()) == ([whole], [False])


@pytest.mark.parametrize("cell", ["2.5", "三四个", "1-2", "12abc", "99999999999999999999"])
def test_what_is_no_whole_number(cell: str) -> None:
    found, wrong = words.to_scaled(pl.Series([cell]), 0)
    assert (found.to_list(), wrong.to_list()) == ([None], [True])


def test_decimals_are_rounded_half_away_from_zero() -> None:
    found, _ = words.to_scaled(pl.Series(["0.00005", "-0.00005", "1.23444", "7亩"]), 4)
    assert found.to_list() == [1, -1, 12344, 70000]


@settings(deadline=None)
@given(st.lists(st.text(max_size=12)))
def test_cleaning_is_the_plain_tidying(cells: list[str]) -> None:
    series = pl.Series(cells, dtype=pl.String)
    slow = [characters.tidy(cell) for cell in cells]
    silent = {form for word in words.NOTHING for form in (word, word.upper(), word.capitalize())}
    assert words.cleaned(series).to_list() == [None if cell in silent else cell for cell in slow]

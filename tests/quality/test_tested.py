"""What each test of a cell's text says, and that no text makes any of them fail."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.quality.exports import number_of, pack

from fangpin.kernel.errors import Text
from fangpin.policy.cell_tests import CELL_TESTS
from fangpin.policy.pack import Contract, ContractColumn
from fangpin.quality.tested import typed


def answers(test: str, cells: list[str | None], type_: str = "", **more: object) -> list[object]:
    """The answers of one test on a column of cells."""
    asked = CELL_TESTS[test].type or type_
    column = ContractColumn("answer", asked, from_text="text", test=test, **more)  # type: ignore[arg-type]
    plain = Text("表", "table")
    contract = Contract(
        "c",
        plain,
        plain,
        "c",
        "person",
        "as_of",
        "census",
        (ContractColumn("text", "text"), column),
    )
    frame = pl.DataFrame(
        {
            "text": pl.Series(cells, dtype=pl.String),
            "person_number": pl.Series(["1"] * len(cells), dtype=pl.String),
            "household_number": [str(number) for number in range(len(cells))],
            "_row": pl.Series(range(4, 4 + len(cells)), dtype=pl.UInt32),
        }
    )
    return list(typed(pack(), contract, frame)["answer"])


def test_blank_and_filled() -> None:
    assert answers("blank", [None, "0", "无"]) == [True, False, False]
    assert answers("filled", [None, "0", "无"]) == [False, True, True]


def test_values_are_read_exactly_and_held_within_bounds() -> None:
    cells = ["7299.99", " 1,000 ", "-0.1", "abc", None, "NaN", "inf", "1e30", "12元"]
    found = answers("value", cells, "money", unit="元")
    assert found == [729999, 100000, -10, None, None, None, None, 10**11, None]
    assert answers("value", ["5.8"], "money", unit="万元") == [5_800_000]
    assert answers("value", ["100.1", "0.0001"], "number", unit="亩") == [1_001_000, 1]


def test_dates_and_months_in_the_forms_of_the_exports() -> None:
    cells = [
        "20041118",
        "20041118.0",
        "2023年02月",
        "202304",
        "2004-11-18",
        "20230230",
        "2023年13月",
        "",
    ]
    expected = [date(2004, 11, 18)] * 2 + [date(2023, 2, 1), date(2023, 4, 1), date(2004, 11, 18)]
    assert answers("value", cells, "date") == [*expected, None, None, None]


def test_phones_and_lengths() -> None:
    cells = [
        "13800000123",
        "13800000123.0",
        "1380000123",
        "12800000123",
        None,
        "１３８００００００１２３",
    ]
    assert answers("mobile", cells) == [True, True, False, False, False, False]
    assert answers("length", cells) == [11, 11, 10, 11, 0, 12]


def test_parts_of_a_text() -> None:
    assert answers("starts", ["999999123", "1999999", None], words=("999999",)) == [
        True,
        False,
        False,
    ]
    assert answers("contains", ["甲低保乙", None], words=("低保",)) == [True, False]
    cells = ["5299001980030500141", "52990019800305001X41", "52990019800305001X43", None]
    found = answers("characters", cells, words=("41", "42"), at=(19, 20))
    assert found == [False, True, False, False]


def test_cells_with_several_words() -> None:
    cells = ["低保,残疾人补贴", "低保金", "残疾人补贴、低保", None, ",,", "低保"]
    assert answers("has", cells, words=("低保",)) == [True, False, True, False, False, True]
    assert answers("only", cells, words=("低保",)) == [False, False, False, False, False, True]
    assert answers("elements", ["a,b,a", "a", None, "a，b；c", ","]) == [2, 1, 0, 3, 0]


def test_check_character_of_the_first_eighteen() -> None:
    right = number_of(date(1980, 3, 5), 1)
    wrong = right[:17] + ("0" if right[17] != "0" else "1")
    cells = [right, wrong, right + "43", wrong + "43", right[:17], "X" * 18, None, right.lower()]
    assert answers("check_wrong", cells) == [False, True, False, True, False, True, False, False]


def test_date_in_a_number() -> None:
    cells = [number_of(date(1980, 2, 29), 1), "529900198102295010", "5299", None]
    assert answers("birth_date", cells) == [date(1980, 2, 29), None, None, None]


def test_other_rows() -> None:
    assert answers("repeated", ["a", "b", "a", None, None]) == [True, False, True, False, False]
    assert answers("shared", ["1", "1.0", "2", None, None]) == [True, True, False, False, False]
    assert answers("row", ["a", "b"]) == [4, 5]


@pytest.mark.parametrize("test", CELL_TESTS)
@given(
    cells=st.lists(
        st.none() | st.text(max_size=30) | st.from_regex(r"\A[0-9Xx.\-]{0,24}\Z"), max_size=8
    )
)
def test_no_text_makes_a_test_fail(test: str, cells: list[str | None]) -> None:
    declared = CELL_TESTS[test]
    words = ("text",) if test == "overlapping" else ("低保",)  # the column of the ends
    more: dict[str, object] = {"words": words} if declared.words else {}
    if declared.places:
        more["at"] = (19, 20)
    for type_ in ("number", "date", "integer", "money") if test == "value" else ("",):
        unit = {"unit": "元"} if type_ == "money" else {}
        found = answers(test, cells, type_, **more, **unit)
        assert len(found) == len(cells)
        if test not in ("value", "birth_date"):
            assert None not in found

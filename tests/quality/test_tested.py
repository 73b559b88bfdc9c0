"""What each test of a cell's text says, and that no text makes any of them fail."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.drawn import examples
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
    months = [each.replace(day=1) for each in expected]
    assert answers("value", cells, "month") == [*months, None, None, None]


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


def test_a_number_without_a_possible_date_of_birth() -> None:
    cells = [number_of(date(1980, 3, 5), 1), "620402189903050011", "620402198013050011"]
    cells += ["620402190001010011", "6204021980", None, "残疾证620402198013"]
    wrong = [False, True, True, False, False, False, False]
    assert answers("birth_wrong", cells) == wrong


def test_date_in_a_number() -> None:
    cells = [number_of(date(1980, 2, 29), 1), "529900198102295010", "5299", None]
    assert answers("birth_date", cells) == [date(1980, 2, 29), None, None, None]


def test_other_rows() -> None:
    assert answers("repeated", ["a", "b", "a", None, None]) == [True, False, True, False, False]
    assert answers("shared", ["1", "1.0", "2", None, None]) == [True, True, False, False, False]
    assert answers("row", ["a", "b"]) == [4, 5]


def test_places_named_down_to_the_county() -> None:
    named = [
        "浙江省金华市义乌市",
        "贵州省样本州甲县",
        "内蒙古自治区赤峰市敖汉旗",
        "北京市朝阳区",
        "新疆维吾尔自治区喀什地区喀什市",
        "贵州省六枝特区",
    ]
    vague = [
        "浙江省宁波市",
        "贵州省贵阳市",
        "广西壮族自治区南宁市",
        "新疆维吾尔自治区喀什地区",
        "浙江省杭州市",
        "广东省",
        "北京市",
        "",
        None,
    ]
    assert answers("county_named", [*named, *vague]) == [True] * len(named) + [False] * len(vague)


def among(numbers: list[str | None], kinds: list[str | None]) -> list[object] | None:
    """Numbers that stand again among the rows of kind 甲 or 乙."""
    return of_rows("number", "repeated_among", ("kind", "甲", "乙"), number=numbers, kind=kinds)


def of_rows(
    text: str, test: str, words: tuple[str, ...], **cells: list[str | None]
) -> list[object] | None:
    """The answers of a test that looks at other columns too; None where it was left out."""
    plain = Text("表", "table")
    asked = ContractColumn("answer", "bool", from_text=text, test=test, words=words)
    columns = (*(ContractColumn(name, "text") for name in cells), asked)
    contract = Contract("c", plain, plain, "c", "person", "as_of", "census", columns)
    frame = pl.DataFrame(cells, schema=dict.fromkeys(cells, pl.String))
    found = typed(pack(), contract, frame)
    return list(found["answer"]) if "answer" in found.columns else None


def test_texts_repeated_among_the_rows_of_a_kind() -> None:
    assert among(["1", "1", "1", "2"], ["甲", "乙", "丙", "甲"]) == [True, True, False, False]
    assert among(["1", "1", None, None], ["甲", "丙", "甲", "甲"]) == [False] * 4
    assert among(["1", "1"], ["甲", None]) == [False, False]


def test_a_test_of_two_columns_needs_both() -> None:
    assert of_rows("number", "repeated_among", ("kind", "甲"), number=["1", "1"]) is None
    assert of_rows("start", "overlapping", ("end",), start=["2021年02月"]) is None


def spells(*of: tuple[str | None, str | None, str | None]) -> list[object] | None:
    """Which spells (person, start, end) overlap an earlier one of the same person."""
    person, start, end = (list(cells) for cells in zip(*of, strict=True))
    columns = {"person_number": person, "start": start, "end": end}
    return of_rows("start", "overlapping", ("end",), **columns)


def test_spells_that_begin_before_an_earlier_one_has_ended() -> None:
    first = ("1", "2021年02月", "2021年06月")
    assert spells(first, ("1", "2021年05月", None)) == [False, True]
    assert spells(("1", "2021年05月", None), first) == [True, False]  # any order of rows
    assert spells(first, ("1", "2021年06月", None)) == [False, False]  # the month it ended in
    assert spells(first, ("2", "2021年05月", None)) == [False, False]  # somebody else
    # An earlier spell goes on: without end it overlaps everything later, not only the next one.
    goes_on = ("1", "2021年02月", None)
    later = ("1", "2022年01月", "2022年03月")
    assert spells(goes_on, later, ("1", "2023年01月", None)) == [False, True, True]
    long = ("1", "2021年01月", "2022年12月")
    assert spells(long, later, ("1", "2022年05月", None)) == [False, True, True]
    # What cannot be read says nothing.
    assert spells(("1", "2021年02月", "不详"), later) == [False, False]
    assert spells(first, ("1", "不详", None), ("1", None, None)) == [False, False, False]
    assert spells((None, "2021年02月", None), (None, "2021年03月", None)) == [False, False]


def phones(*of: tuple[str | None, str | None, str | None]) -> list[object] | None:
    """Which rows (household, telephone, place) share a telephone across two counties."""
    household, phone, place = (list(cells) for cells in zip(*of, strict=True))
    columns = {"household_number": household, "phone": phone, "place": place}
    return of_rows("phone", "two_places", ("place",), **columns)


def test_one_telephone_in_two_counties() -> None:
    here, there = ("1", "139", "浙江省宁波市鄞州区"), ("1", "139", "福建省泉州市惠安县")
    assert phones(here, there) == [True, True]
    assert phones(here, ("1", "139.0", "福建省泉州市惠安县")) == [True, True]
    assert phones(here, ("1", "139", None), there) == [True, False, True]
    assert phones(here, here) == [False, False]
    assert phones(here, ("1", "138", "福建省泉州市惠安县")) == [False, False]  # own telephone
    assert phones(here, ("2", "139", "福建省泉州市惠安县")) == [False, False]  # other household
    assert phones(here, ("1", None, "福建省泉州市惠安县")) == [False, False]
    # The same county, more or less exactly.
    assert phones(here, ("1", "139", "浙江省宁波市")) == [False, False]
    assert phones(here, ("1", "139", "浙江省宁波市鄞州区钟公庙街道")) == [False, False]
    assert phones(("1", "139", "贵州省长顺县长寨街道"), ("1", "139", "贵州省长顺县广顺镇")) == [
        False,
        False,
    ]
    assert of_rows("phone", "two_places", ("place",), phone=["139"]) is None


@pytest.mark.parametrize("test", CELL_TESTS)
@settings(max_examples=examples(30, long=100), deadline=None)
@given(
    cells=st.lists(
        st.none() | st.text(max_size=30) | st.from_regex(r"\A[0-9Xx.\-]{0,24}\Z"), max_size=8
    )
)
def test_no_text_makes_a_test_fail(test: str, cells: list[str | None]) -> None:
    declared = CELL_TESTS[test]
    # Three tests name another column first: here the text itself.
    words = {
        "overlapping": ("text",),
        "repeated_among": ("text", "低保"),
        "two_places": ("text",),
    }.get(test, ("低保",))
    more: dict[str, object] = {"words": words} if declared.words else {}
    if declared.places:
        more["at"] = (19, 20)
    for type_ in ("number", "date", "integer", "money") if test == "value" else ("",):
        unit = {"unit": "元"} if type_ == "money" else {}
        found = answers(test, cells, type_, **more, **unit)
        assert len(found) == len(cells)
        if test not in ("value", "birth_date"):
            assert None not in found

"""A household's amount written on every row, on its first row only, or over merged cells."""

from datetime import date

import pytest
from tests.feeds.county import number_of, typed

ANNA = number_of(date(1970, 3, 4), 12)
BERT = number_of(date(1981, 11, 30), 31)
CLEO = number_of(date(1990, 1, 1), 5)
HEADER = ["乡镇", "行政村", "户主姓名", "户月保障金(元)", "保障对象姓名", "公民身份号码"]


def rows(*amounts: object) -> list[list[object]]:
    heads = ("沈安", "沈安", "沈安")
    return [
        ["青石镇", "上湾村", head, amount, name, number]
        for head, amount, name, number in zip(
            heads, amounts, ("沈安", "贝特", "柯丽"), (ANNA, BERT, CLEO), strict=True
        )
    ]


@pytest.mark.parametrize("amounts", [("600", None, None), ("600", "600", "600")])
def test_head_on_every_row(amounts: tuple[object, ...]) -> None:
    found = typed("subsistence_allowance", [HEADER, *rows(*amounts)])
    assert found.verdicts.frame().filter(action="rejected").is_empty()
    assert found.values["monthly_amount"].to_list() == [60000] * 3
    assert found.block.first is not None
    assert found.block.first.tolist() == [True, False, False]


def test_namesakes_as_heads_of_neighbouring_households() -> None:
    found = typed("subsistence_allowance", [HEADER, *rows("600", None, "300")])
    assert found.values["monthly_amount"].to_list() == [60000, 60000, 30000]
    assert found.block.first is not None
    assert found.block.first.tolist() == [True, False, True]


def test_an_amount_missing_on_the_first_row_is_not_taken_from_another_household() -> None:
    found = typed("subsistence_allowance", [HEADER, *rows(None, "600", None)])
    assert found.values["monthly_amount"].to_list()[0] is None
    assert found.verdicts.rejected.tolist() == [True, False, False]

"""Python objects to columns, and numbers as people write them."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangpin.feeds.cell_kinds import CellKind
from fangpin.feeds.reading.columns import columns_of_objects, plain_number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_plain_numbers_say_the_same_double_without_exponent(value: float) -> None:
    text = plain_number(value)
    assert "e" not in text.lower()
    assert not text.endswith(".0")
    assert float(text) == value
    assert Decimal(text) == Decimal(repr(value))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3.0, "3"),
        (6.20402198310073e17, "620402198310073000"),
        (1e-7, "0.0000001"),
        (-12.5, "-12.5"),
    ],
)
def test_plain_numbers(value: float, text: str) -> None:
    assert plain_number(value) == text


def test_objects_of_every_kind() -> None:
    table = [
        ["甲", 3, 2.5, True, date(2021, 5, 3), datetime(2021, 5, 3, 10, 7)],
        ["", None, time(10, 5), timedelta(hours=30), datetime(2021, 5, 3), False],
        [],
    ]
    columns = columns_of_objects(table)
    assert [column.text.to_list() for column in columns] == [
        ["甲", None],
        ["3", None],
        ["2.5", "10:05:00"],
        ["TRUE", "1 day, 6:00:00"],
        ["2021-05-03", "2021-05-03"],
        ["2021-05-03 10:07:00", "FALSE"],
    ]
    assert columns[3].kind.to_list() == [CellKind.bool, CellKind.text]


def test_storage_that_objects_do_not_tell() -> None:
    kinds = np.array([[1, 6, 5]], dtype=np.uint8)
    (column,) = columns_of_objects([["金额"], [""], [""]], kinds)
    assert column.kind.to_list() == [1, CellKind.formula_without_value, CellKind.error]

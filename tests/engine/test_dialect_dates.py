"""Functions of dates looked up in a table say what they say when worked out one by one."""

from datetime import date

import numpy as np
import pytest

from fangpin.engine import dialect_dates as dates
from fangpin.engine.column import Column
from fangpin.engine.plan import day_number

ENDS = [date(2021, 5, 31), date(2024, 2, 29), date(1999, 12, 31), date(2023, 3, 1)]
BINARY = ["months_between", "years_between", "days_between"]
UNARY = ["first_of_month", "year", "month"]


def one_by_one(function, *arguments: Column) -> list[int]:
    size = max(each.values.size for each in arguments)
    found = []
    for row in range(size):
        single = [
            Column(each.values[row : row + 1]) if each.values.ndim else each for each in arguments
        ]
        found += function(*single).values.tolist()
    return found


def days(seed: int, first: int = dates.FIRST, last: int = dates.LAST) -> Column:
    rng = np.random.default_rng(seed)
    around = [day_number(each) + shift for each in ENDS for shift in (-366, -1, 0, 1, 29, 365)]
    drawn = rng.integers(first, last + 1, size=dates.WORTHWHILE)
    return Column(np.concatenate([drawn, around, [first, last]]).astype(np.int32))


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("name", BINARY)
def test_between(name, end):
    function, figure = getattr(dates, name), Column.constant(day_number(end))
    many = days(1)
    assert function(many, figure).values.tolist() == one_by_one(function, many, figure)
    assert function(figure, many).values.tolist() == one_by_one(function, figure, many)


@pytest.mark.parametrize("months", [0, 1, -13, 600, 40_000_000])
def test_months_added(months):
    many, count = days(2), Column.constant(months)
    assert dates.add_months(many, count).values.tolist() == one_by_one(
        dates.add_months, many, count
    )


def test_months_added_to_one_day():
    rng = np.random.default_rng(3)
    counts = Column(rng.integers(-500, 500, size=2_000))
    day = Column.constant(day_number(ENDS[1]))
    assert dates.add_months(day, counts).values.tolist() == one_by_one(
        dates.add_months, day, counts
    )


@pytest.mark.parametrize("name", UNARY)
def test_of_one_day(name):
    function, many = getattr(dates, name), days(4)
    assert function(many).values.tolist() == one_by_one(function, many)


def test_days_outside_of_the_table():
    far = days(5, first=-800_000, last=800_000)
    assert dates.year(far).values.tolist() == one_by_one(dates.year, far)


def test_what_is_unknown_stays_unknown():
    many = days(6)
    column = Column(many.values, many.values % 2 == 0)
    found = dates.years_between(column, Column.constant(day_number(ENDS[0])))
    assert np.array_equal(found.known_mask, column.known)

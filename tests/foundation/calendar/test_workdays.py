"""Deadlines by days and working days: 调休, year ends, 29 February, years nobody published."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangpin.foundation.calendar import (
    Calendar,
    Due,
    due,
    local_day,
    next_workday,
    workdays_between,
)
from fangpin.foundation.calendar.published import exceptions_of, published

KNOWN = published()

WORKED = [
    # one table row a year: a weekday off and a weekend worked, as the State Council published them
    (2004, date(2004, 5, 3), date(2004, 5, 8)),
    (2005, date(2005, 2, 9), date(2005, 2, 5)),
    (2006, date(2006, 1, 30), date(2006, 1, 28)),
    (2007, date(2007, 2, 19), date(2007, 2, 17)),
    (2008, date(2008, 9, 15), date(2008, 9, 27)),
    (2009, date(2009, 10, 8), date(2009, 9, 27)),
    (2010, date(2010, 2, 15), date(2010, 2, 20)),
    (2011, date(2011, 2, 7), date(2011, 2, 12)),
    (2012, date(2012, 1, 27), date(2012, 1, 21)),
    (2013, date(2013, 9, 19), date(2013, 9, 22)),
    (2014, date(2014, 2, 6), date(2014, 1, 26)),
    (2015, date(2015, 1, 2), date(2015, 1, 4)),
    (2016, date(2016, 2, 12), date(2016, 2, 6)),
    (2017, date(2017, 10, 6), date(2017, 9, 30)),
    (2018, date(2018, 2, 21), date(2018, 2, 24)),
    (2019, date(2019, 5, 3), date(2019, 4, 28)),
    (2020, date(2020, 10, 8), date(2020, 9, 27)),
    (2021, date(2021, 2, 17), date(2021, 2, 20)),
    (2022, date(2022, 2, 4), date(2022, 1, 30)),
    (2023, date(2023, 1, 27), date(2023, 1, 28)),
    (2024, date(2024, 2, 16), date(2024, 2, 18)),
    (2025, date(2025, 1, 28), date(2025, 1, 26)),
    (2026, date(2026, 2, 23), date(2026, 2, 28)),
]


@pytest.mark.parametrize(("year", "free", "worked"), WORKED)
def test_a_published_year_knows_its_days(year: int, free: date, worked: date) -> None:
    assert KNOWN.published(year)
    assert free.weekday() < 5
    assert not KNOWN.works(free)
    assert worked.weekday() >= 5
    assert KNOWN.works(worked)


def test_only_days_that_differ_are_exceptions() -> None:
    for year in range(2004, 2027):
        days = exceptions_of(KNOWN, year)
        assert 10 <= len(days) <= 40
        assert all(works != (day.weekday() < 5) for day, works in days.items())


DEADLINES = [
    # start, days, kind, last day, provisional
    (
        "the day of the start does not count",
        date(2025, 3, 3),
        1,
        "workday",
        date(2025, 3, 4),
        False,
    ),
    ("a weekend between", date(2025, 3, 6), 5, "workday", date(2025, 3, 13), False),
    ("Spring Festival with 调休", date(2025, 1, 24), 3, "workday", date(2025, 2, 5), False),
    ("a worked Saturday counts", date(2025, 2, 7), 1, "workday", date(2025, 2, 8), False),
    (
        "National Day and a worked Saturday",
        date(2025, 9, 28),
        5,
        "workday",
        date(2025, 10, 11),
        False,
    ),
    ("29 February", date(2024, 2, 28), 1, "calendar", date(2024, 2, 29), False),
    ("no 29 February", date(2023, 2, 28), 1, "calendar", date(2023, 3, 1), False),
    ("29 February is worked", date(2024, 2, 28), 1, "workday", date(2024, 2, 29), False),
    ("days end where they end", date(2025, 9, 28), 5, "calendar", date(2025, 10, 3), False),
    ("over the end of a known year", date(2025, 12, 30), 3, "workday", date(2026, 1, 5), False),
    ("into an unknown year", date(2026, 12, 30), 3, "workday", date(2027, 1, 4), True),
    ("ends before the unknown year", date(2026, 12, 28), 2, "workday", date(2026, 12, 30), False),
    ("calendar days know every year", date(2026, 12, 30), 15, "calendar", date(2027, 1, 14), False),
    ("none, on a worked day", date(2025, 3, 3), 0, "workday", date(2025, 3, 3), False),
    ("none, on a rest day", date(2025, 10, 1), 0, "workday", date(2025, 10, 9), False),
    ("none, in days", date(2025, 10, 1), 0, "calendar", date(2025, 10, 1), False),
    ("before the first known year", date(1995, 1, 2), 5, "workday", date(1995, 1, 9), True),
]


@pytest.mark.parametrize(("name", "start", "days", "kind", "on", "provisional"), DEADLINES)
def test_deadlines(
    name: str, start: date, days: int, kind: str, on: date, provisional: bool
) -> None:
    assert due(start, days, kind, KNOWN) == Due(on, provisional), name  # type: ignore[arg-type]


def test_the_day_is_the_one_in_china() -> None:
    """17:00 in Greenwich on 30 September is already the first day of the holiday in China."""
    moment = datetime(2025, 9, 30, 17, 0, tzinfo=UTC)
    assert local_day(moment) == date(2025, 10, 1)
    assert due(moment, 1, "workday", KNOWN).on == date(2025, 10, 9)
    assert local_day(datetime(2025, 9, 30, 15, 59, tzinfo=UTC)) == date(2025, 9, 30)
    with pytest.raises(ValueError, match="no time zone"):
        local_day(datetime(2025, 9, 30, 17, 0))


def test_a_negative_limit_is_refused() -> None:
    with pytest.raises(ValueError, match="-1 days"):
        due(date(2025, 1, 1), -1, "workday", KNOWN)


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)), st.integers(0, 60))
def test_every_day_of_the_century_has_deadlines(start: date, days: int) -> None:
    """No exception from 1990 to 2100; known years are final, others provisional."""
    found = due(start, days, "workday", KNOWN)
    assert found.on >= start
    assert KNOWN.works(found.on)
    known = start.year >= 2004 and found.on.year <= 2026
    assert found.provisional is not known
    if days:
        assert workdays_between(start, found.on, KNOWN) == days
        assert due(start, days - 1, "workday", KNOWN).on < found.on or days == 1
    assert due(start, days, "calendar", KNOWN) == Due(start + timedelta(days=days))


def test_every_single_day_from_1990_to_2100_is_told() -> None:
    day, worked = date(1990, 1, 1), 0
    while day.year <= 2100:
        worked += KNOWN.works(day)
        day += timedelta(days=1)
    assert 27_500 < worked < 29_500


def test_days_left_and_days_late() -> None:
    assert workdays_between(date(2025, 9, 30), date(2025, 10, 9), KNOWN) == 1
    assert workdays_between(date(2025, 10, 9), date(2025, 9, 30), KNOWN) == -1
    assert workdays_between(date(2025, 10, 1), date(2025, 10, 1), KNOWN) == 0


def test_what_was_entered_counts() -> None:
    """A year known otherwise: only the given exceptions hold."""
    entered = Calendar({date(2027, 2, 5): False, date(2027, 2, 6): True}, frozenset({2027}))
    assert due(date(2027, 2, 4), 1, "workday", entered) == Due(date(2027, 2, 6))
    assert next_workday(date(2027, 2, 5), entered) == date(2027, 2, 6)

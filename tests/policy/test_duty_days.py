"""Days of duties: monthly by the 20th, yearly by the end of August, quarters, once."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fangpin.policy import load_pack
from fangpin.policy.duty_days import due_by, next_due
from fangpin.policy.pack import Calendar

DAYS = [
    (Calendar(every="month", by_day=20), "2021-05-19", "2021-05-20"),
    (Calendar(every="month", by_day=20), "2021-05-20", "2021-05-20"),
    (Calendar(every="month", by_day=20), "2021-05-21", "2021-06-20"),
    (Calendar(every="month", by_day=20), "2021-12-21", "2022-01-20"),
    (Calendar(every="month", by_day=31), "2021-02-01", "2021-02-28"),
    (Calendar(every="month", default=True), "2024-02-10", "2024-02-29"),
    (Calendar(every="two_months"), "2021-12-31", "2021-12-31"),
    (Calendar(every="two_months"), "2021-01-01", "2021-02-28"),
    (Calendar(every="quarter"), "2021-04-01", "2021-06-30"),
    (Calendar(every="half_year"), "2021-06-30", "2021-06-30"),
    (Calendar(every="half_year"), "2021-07-01", "2021-12-31"),
    (Calendar(every="quarter", by_day=5), "2021-12-06", "2022-03-05"),
    (Calendar(every="year", by="08-31"), "2015-08-31", "2015-08-31"),
    (Calendar(every="year", by="08-31"), "2015-09-01", "2016-08-31"),
    (Calendar(every="year"), "2021-01-01", "2021-12-31"),
    (Calendar(every="year", by="02-29"), "2021-01-01", "2021-02-28"),
    (Calendar(every="week"), "2021-05-31", "2021-06-06"),
    (Calendar(every="day"), "2021-05-31", "2021-05-31"),
    (Calendar(once=date(2021, 12, 31)), "2021-12-31", "2021-12-31"),
    (Calendar(once=date(2021, 12, 31)), "2022-01-01", None),
    (Calendar(every="term"), "2021-05-31", None),
]


@pytest.mark.parametrize(("calendar", "on", "due"), DAYS)
def test_the_next_day(calendar: Calendar, on: str, due: str | None) -> None:
    expected = date.fromisoformat(due) if due else None
    assert next_due(calendar, date.fromisoformat(on)) == expected


@settings(max_examples=200)
@given(
    every=st.sampled_from(["month", "two_months", "quarter", "half_year"]),
    by_day=st.none() | st.integers(1, 31),
    on=st.dates(date(2000, 1, 1), date(2100, 1, 1)),
)
def test_it_is_the_first_such_day_from_then_on(every: str, by_day: int | None, on: date) -> None:
    """No earlier day would do, and the day after begins the next period."""
    calendar = Calendar(every=every, by_day=by_day)
    due = next_due(calendar, on)
    assert due is not None
    assert due >= on
    assert next_due(calendar, due) == due
    for before in (due - timedelta(days=1), on):
        if before >= on:
            assert next_due(calendar, before) == due
    later = next_due(calendar, due + timedelta(days=1))
    assert later is not None
    assert 27 <= (later - due).days <= 184


# The days that the documents name: pack, duty, day before, day.
NAMED = [
    ("baiyin-2021", "monthly-report", "2021-06-01", "2021-06-20"),
    ("cangxi-2014", "lead-department-report", "2015-01-01", "2015-08-31"),
    ("fuxin-2016", "county-yearly-report", "2016-05-01", "2016-12-31"),
    ("shicheng-2020", "guarantee-pay-run", "2020-05-01", "2020-05-31"),
]


@pytest.mark.parametrize(("pack", "duty", "on", "due"), NAMED)
def test_days_that_the_documents_name(pack: str, duty: str, on: str, due: str) -> None:
    loaded, first = load_pack(pack), date.fromisoformat(on)
    day = date.fromisoformat(due)
    owed = due_by(loaded, first, day)
    assert (day, loaded.duties[duty]) in owed
    assert [each[0] for each in owed] == sorted(each[0] for each in owed)
    assert duty not in {each.id for _, each in due_by(loaded, first, day - timedelta(days=1))}


def test_a_document_that_is_over_owes_nothing() -> None:
    pack = load_pack("baiyin-2021")
    assert pack.period.to == date(2025, 12, 31)
    assert due_by(pack, date(2025, 12, 1), date(2025, 12, 31))
    assert due_by(pack, date(2026, 1, 1), date(2026, 12, 31)) == []
    assert due_by(pack, date(2021, 4, 21), date(2026, 12, 31)) == []

"""A year entered by an administrator: kept, audited, told to whoever keeps deadlines."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from fangpin.foundation.calendar import actions, due
from fangpin.foundation.calendar.models import CalendarDay
from fangpin.foundation.calendar.queries import calendar_in_force, year_shown
from fangpin.foundation.models import AuditEntry
from fangpin.kernel.errors import FangpinError
from fangpin.people.models import User

pytestmark = pytest.mark.django_db
DAYS = {date(2027, 2, 5): False, date(2027, 2, 6): True, date(2027, 2, 8): True}


@pytest.fixture
def admin() -> User:
    return User.objects.create(username="admin")


@pytest.fixture
def told() -> Iterator[list[tuple[Any, int, bool]]]:
    """What a listener hears, and whether it hears it inside the transaction."""
    heard: list[tuple[Any, int, bool]] = []

    def listener(by: Any, year: int) -> None:
        heard.append((by, year, transaction.get_connection().in_atomic_block))

    actions.on_calendar_changed(listener)
    actions.on_calendar_changed(listener)  # twice changes nothing
    yield heard
    actions._LISTENERS.remove(listener)


def test_a_year_entered_makes_deadlines_final(
    admin: User, told: list[tuple[Any, int, bool]]
) -> None:
    before = due(date(2027, 2, 4), 1, "workday", calendar_in_force())
    assert (before.on, before.provisional) == (date(2027, 2, 5), True)
    actions.enter_year(by=admin, year=2027, days=DAYS, source="国办发明电〔2026〕9号")
    after = due(date(2027, 2, 4), 1, "workday", calendar_in_force())
    assert (after.on, after.provisional) == (date(2027, 2, 6), False)
    assert told == [(admin, 2027, True)]
    assert set(CalendarDay.objects.values_list("day", flat=True)) == {
        date(2027, 2, 5),
        date(2027, 2, 6),  # a Monday that is worked is no exception
    }
    entry = AuditEntry.objects.get(action="calendar.enter")
    assert (entry.subject, entry.actor) == ("calendar:2027", admin)
    assert entry.detail["changed"] == ["2027-02-05", "2027-02-06"]


def test_an_entered_year_takes_the_place_of_the_published_one(admin: User) -> None:
    assert not calendar_in_force().works(date(2026, 10, 1))
    actions.enter_year(by=admin, year=2026, days={}, source="试验")
    assert calendar_in_force().works(date(2026, 10, 1))
    assert year_shown(admin, 2026).known == "entered"
    assert actions.forget_year(by=admin, year=2026)
    assert not calendar_in_force().works(date(2026, 10, 1))
    assert year_shown(admin, 2026).known == "published"
    assert not actions.forget_year(by=admin, year=2026)
    assert AuditEntry.objects.filter(action="calendar.forget").count() == 1


def test_entering_again_replaces_all_days_of_the_year(admin: User) -> None:
    actions.enter_year(by=admin, year=2027, days=DAYS, source="甲")
    actions.enter_year(by=admin, year=2027, days={date(2027, 5, 3): False}, source="乙")
    shown = year_shown(admin, 2027)
    assert shown.exceptions == {date(2027, 5, 3): False}
    assert shown.entered is not None
    assert shown.entered.source == "乙"


@pytest.mark.parametrize(
    ("year", "days", "source", "said"),
    [
        (1989, {}, "甲", "lies outside"),
        (2101, {}, "甲", "lies outside"),
        (2027, {date(2028, 1, 1): False}, "甲", "does not lie in 2027"),
        (2027, {}, "  ", "missing or longer"),
        (2027, {}, "甲" * 201, "missing or longer"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(
    admin: User, year: int, days: dict[date, bool], source: str, said: str
) -> None:
    with pytest.raises(FangpinError) as caught:
        actions.enter_year(by=admin, year=year, days=days, source=source)
    assert said in caught.value.in_language("en")
    assert not CalendarDay.objects.exists()
    assert not AuditEntry.objects.filter(action__startswith="calendar").exists()


def test_a_listener_that_fails_undoes_the_change(admin: User) -> None:
    def failing(by: Any, year: int) -> None:
        raise RuntimeError("no")

    actions.on_calendar_changed(failing)
    try:
        with pytest.raises(RuntimeError):
            actions.enter_year(by=admin, year=2027, days=DAYS, source="甲")
    finally:
        actions._LISTENERS.remove(failing)
    assert year_shown(admin, 2027).known == "unknown"


def test_the_calendar_in_force_costs_two_queries(
    admin: User, django_assert_num_queries: Any
) -> None:
    actions.enter_year(by=admin, year=2027, days=DAYS, source="甲")
    with django_assert_num_queries(2):
        calendar_in_force()

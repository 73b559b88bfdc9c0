"""Reading about too many persons in a day rings and stops; the security administrator ends it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from fangpin.foundation.models import AuditEntry
from fangpin.kernel.errors import FangpinError
from fangpin.people.actions import give_post
from fangpin.people.models import Alarm, HouseholdListed, PersonRead, Role, User
from fangpin.people.reading import (
    TooManyRead,
    alarms,
    end_alarm,
    limit_of,
    note_listed,
    note_reading,
)
from fangpin.places.actions import take_over
from fangpin.places.models import Place

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(db: None) -> dict[str, User]:
    take_over(
        by=None,
        county=("620402000000", "测试县"),
        villages=[("620402101201", "上河村", "620402101000", "清水镇")],
        valid_from=date(2020, 1, 1),
    )
    users = {}
    for name, role, code in (
        ("village", Role.VILLAGE_WORKER, "620402101201"),
        ("security", Role.SECURITY_ADMINISTRATOR, None),
        ("audit", Role.AUDIT_ADMINISTRATOR, None),
    ):
        users[name] = User.objects.create(username=name)
        place = Place.objects.get(code=code) if code else None
        give_post(by=None, user=users[name], role=role, place=place, valid_from=date(2020, 1, 1))
    return users


def test_it_trips_at_three_hundred_a_day_for_a_village(staff: dict[str, User]) -> None:
    village = staff["village"]
    assert limit_of(village) == 300
    for first in range(0, 300, 4):
        note_reading(by=village, persons=range(first, first + 4))
    note_reading(by=village, persons=[5, 6, 7])  # read today already
    for _ in range(2):
        with pytest.raises(TooManyRead):
            note_reading(by=village, persons=[299, 300])
    assert PersonRead.objects.count() == 300
    alarm = Alarm.objects.get()
    assert (alarm.user, alarm.count, alarm.limit) == (village, 300, 300)
    assert AuditEntry.objects.get(action="alarm.reading").detail == {"read": 300, "limit": 300}


def test_it_ends_with_the_day_or_by_the_security_administrator(
    staff: dict[str, User], settings: Any
) -> None:
    settings.READING_LIMITS = settings.READING_LIMITS | {"village_worker": 2}
    village = staff["village"]
    note_reading(by=village, persons=[1, 2])
    with pytest.raises(TooManyRead):
        note_reading(by=village, persons=[3])
    alarm = alarms(staff["security"])[0]
    assert alarms(staff["audit"]) == alarms(village) == []
    for name in ("audit", "village"):
        with pytest.raises(PermissionError):
            end_alarm(by=staff[name], pk=alarm.pk, reason="普查入户")
    with pytest.raises(FangpinError):
        end_alarm(by=staff["security"], pk=alarm.pk, reason=" ")
    end_alarm(by=staff["security"], pk=alarm.pk, reason="普查入户")
    note_reading(by=village, persons=[3, 4])
    with pytest.raises(TooManyRead):
        note_reading(by=village, persons=[5])
    yesterday = timezone.localdate() - timedelta(days=1)
    PersonRead.objects.update(day=yesterday)
    Alarm.objects.update(day=yesterday)
    note_reading(by=village, persons=[5])


def test_without_a_post_that_reads_nothing_is_read(staff: dict[str, User]) -> None:
    assert limit_of(staff["security"]) == 0
    with pytest.raises(TooManyRead):
        note_reading(by=staff["security"], persons=[1])
    note_reading(by=staff["security"], persons=[])


def test_lines_of_lists_count_by_household(
    users: dict[str, User], places: dict[str, Place], settings: Any
) -> None:
    settings.READING_LIMITS = {**settings.READING_LIMITS, "village_worker": 5}
    li = users["li"]
    give_post(
        by=None, user=li, role=Role.VILLAGE_WORKER, place=places["上河村"],
        valid_from=date(2020, 1, 1),
    )  # fmt: skip
    note_reading(by=li, persons=[1, 2])
    note_listed(by=li, households=["a", "b", "a"])
    note_listed(by=li, households=["a", "b", ""])
    note_listed(by=li, households=["c"])
    with pytest.raises(TooManyRead):
        note_listed(by=li, households=["c", "d"])
    with pytest.raises(TooManyRead):
        note_reading(by=li, persons=[3])
    alarm = Alarm.objects.get()
    assert (alarm.count, alarm.limit) == (5, 5)
    assert not HouseholdListed.objects.filter(household_number="d").exists()
    note_listed(by=li, households=["a"])
    Alarm.objects.update(ended_at=timezone.now(), reason="已核实")
    note_listed(by=li, households=["c", "d"])

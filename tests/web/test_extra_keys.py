"""A4: whoever asks for a household in whatever place, no field of a hidden group comes along; what
a post may not write is ignored or refused and written down. A5: the absent and the foreign take
equally long."""

import random
import statistics
import time
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from tests.web.access.oracle import CHANGED, OF_DEPARTMENT, SHOWN, Holds, shown_groups
from tests.web.test_field_groups import FIELD, VILLAGE, _entered, fitting, somebody

from fangpin.foundation.models import AuditEntry
from fangpin.places.models import Place
from fangpin.registry.actions.edit import edit_household, edit_person
from fangpin.registry.actions.refusals import NotAllowed
from fangpin.registry.catalogue.load import catalogue
from fangpin.registry.models import Household, Person
from fangpin.registry.queries.file import household_file
from fangpin.registry.queries.lists import HouseholdFilter, households_page

pytestmark = pytest.mark.django_db
PLACES = (VILLAGE, "620402101", "620402", "620402102", "620402101202")
REQUESTS, MANY = 300, 10_000


@pytest.fixture(scope="module")
def home(django_db_setup: None, django_db_blocker: Any) -> Iterator[Household]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield _entered()
        transaction.set_rollback(True)


def posts(draw: random.Random) -> tuple[Holds, ...]:
    while True:
        held = tuple(
            Holds(
                draw.choice(sorted(SHOWN)),
                draw.choice(PLACES),
                draw.choice(sorted(OF_DEPARTMENT)),
            )
            for _ in range(draw.choice((1, 1, 2, 3)))
        )
        if fitting(held):
            return held


def extra_keys(home: Household, count: int) -> int:
    """Ask so many times with generated posts; how many fields came that should not."""
    draw, extra, asked = random.Random(4), 0, 0
    groups = {key: field.group.value for key, field in catalogue().fields.items()}
    while asked < count:
        held = posts(draw)
        with transaction.atomic():
            actor = somebody(held)
            permitted = shown_groups(held, VILLAGE)
            for _ in range(10):  # several questions of the same reader
                asked += 1
                if draw.random() < 0.8:
                    file = household_file(actor, home.number)
                    fields = [] if file is None else [
                        each.field.key
                        for rows in (file.fields, *(m.fields for m in file.members),
                                     *(c.fields for c in file.conditions))
                        for listed in rows.values()
                        for each in listed
                    ]  # fmt: skip
                    extra += sum(groups[key] not in permitted for key in fields)
                    if file is not None and "identity" not in permitted:
                        extra += sum(bool(member.name) for member in file.members)
                        extra += bool(file.head_name)
                else:
                    rows, _ = households_page(actor, HouseholdFilter())
                    for row in rows:
                        if row.number == home.number:
                            extra += not permitted
                            extra += bool(row.head) and "identity" not in permitted
                            extra += bool(row.phone) and "contact" not in permitted
            transaction.set_rollback(True)
    return extra


def test_no_extra_key_in_generated_requests(home: Household) -> None:
    assert extra_keys(home, REQUESTS) == 0


@pytest.mark.long
def test_no_extra_key_in_ten_thousand_requests(home: Household) -> None:
    assert extra_keys(home, MANY) == 0


@pytest.mark.parametrize("role", ["village_worker", "leader", "approver", "department_liaison"])
def test_what_may_not_be_written_is_refused_and_written_down(home: Household, role: str) -> None:
    held = (Holds(role, VILLAGE, "教育局"),)
    with transaction.atomic():
        actor = somebody(held)
        may = CHANGED.get(role, frozenset())
        if role == "department_liaison":
            may = may | OF_DEPARTMENT["教育局"]
        person = Person.objects.get(memberships__household=home)
        for group, (subject, name, value) in FIELD.items():
            if group in may:
                continue
            before = AuditEntry.objects.filter(action="registry.refused:edited").count()
            row = Household.objects.get(pk=home.pk) if subject == "household" else person
            common: dict[str, Any] = {"by": actor, "version": row.version, "values": {name: value}}
            with pytest.raises(NotAllowed):
                edit_household(household=row.pk, **common) if subject == "household" else (
                    edit_person(person=row.pk, **common)
                )
            assert AuditEntry.objects.filter(action="registry.refused:edited").count() == before + 1
        transaction.set_rollback(True)


def one_pair(client: Client, foreign: str, absent: str) -> tuple[float, float]:
    """Milliseconds for a household of somebody else and for one that is not there."""
    times = []
    for number in (foreign, absent):
        began = time.perf_counter()
        answer = client.get(f"/households/{number}/")
        times.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 404
    return times[0], times[1]


@pytest.mark.long
def test_the_absent_and_the_foreign_take_equally_long(home: Household) -> None:
    """Medians over 1,000 pairs, in turn, differ by less than 5 ms."""
    from fangpin.people.actions import give_post
    from fangpin.people.models import Role, User

    user = User.objects.create(username="outsider", is_demo=True)
    place = Place.objects.get(code="620402102201")
    give_post(
        by=None, user=user, role=Role.VILLAGE_WORKER, place=place, valid_from=date(2020, 1, 1)
    )
    client = Client()
    client.force_login(user)
    one_pair(client, home.number, "620402555999")
    pairs = [one_pair(client, home.number, "620402555999") for _ in range(1000)]
    difference = statistics.median(a for a, _ in pairs) - statistics.median(b for _, b in pairs)
    print(f"median difference {difference:.2f} ms")
    assert abs(difference) < 5

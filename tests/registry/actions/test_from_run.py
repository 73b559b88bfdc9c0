from datetime import date

import pytest

from fangpin.registry import sealing
from fangpin.registry.actions.from_run import HouseholdRow, PersonRow, take_from_run
from fangpin.registry.models import Household, Membership, Origin, Person

pytestmark = pytest.mark.django_db
DAY = date(2021, 5, 31)
VILLAGE = "620402101201"


def _take(households: list[str], persons: list[PersonRow], category: str = "alleviated") -> int:
    rows = [HouseholdRow(number, VILLAGE, category) for number in households]
    return take_from_run(by=None, on=DAY, households=rows, persons=persons)


def _members(number: str) -> dict[str, bool]:
    rows = Membership.objects.filter(household__number=number, ended_on=None)
    return dict(rows.values_list("person__number", "is_head"))


PERSONS = [
    PersonRow("H1", "H1-1", "赵一", True),
    PersonRow("H1", "H1-2", "赵二", False),
    PersonRow("nobody", "x", "无户", True),
]


def test_a_run_enters_what_is_unknown_and_deletes_nothing() -> None:
    assert _take(["H1", "H2"], PERSONS) == 2
    assert _take(["H2", "H3"], []) == 1
    assert set(Household.objects.values_list("number", flat=True)) == {"H1", "H2", "H3"}
    assert _members("H1") == {"H1-1": True, "H1-2": False}
    assert Household.objects.get(number="H1").members == 2
    person = Person.objects.get(number="H1-1")
    assert sealing.open_one(person, "name") == "赵一"
    assert "赵一".encode() not in bytes(person.name or b"")


def test_what_is_known_from_runs_follows_the_newest_run() -> None:
    _take(["H1", "H2"], PERSONS)
    _take(
        ["H1", "H2"],
        [PersonRow("H1", "H1-1", "赵壹", False), PersonRow("H2", "H1-2", "赵二", True)],
        category="marginal",
    )
    assert _members("H1") == {"H1-1": False}
    assert _members("H2") == {"H1-2": True}
    assert sealing.open_one(Person.objects.get(number="H1-1"), "name") == "赵壹"
    assert Household.objects.get(number="H1").category == "marginal"
    assert Membership.objects.filter(person__number="H1-2").count() == 2


def test_the_registrys_own_households_are_never_touched() -> None:
    _take(["H1"], PERSONS)
    Household.objects.update(origin=Origin.REGISTRY)
    rows = [PersonRow("H1", "H1-1", "别人", False), PersonRow("H2", "H1-2", "别人", True)]
    _take(["H1", "H2"], rows, category="marginal")
    assert Household.objects.get(number="H1").category == "alleviated"
    assert _members("H1") == {"H1-1": True, "H1-2": False}
    assert _members("H2") == {}
    assert sealing.open_one(Person.objects.get(number="H1-2"), "name") == "赵二"


def test_without_names_members_stay_as_they_are() -> None:
    _take(["H1"], PERSONS)
    _take(["H1"], [])
    assert _members("H1") == {"H1-1": True, "H1-2": False}

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.registry.actions.test_edit import user
from tests.registry.invented import OTHER_VILLAGE, VILLAGE, family, person, version

from fangpin.people.actions import give_post
from fangpin.people.models import Role, User
from fangpin.people.row_security import by_condition, seen_by, unwalled
from fangpin.places.models import Place
from fangpin.registry.actions.spells import classify
from fangpin.registry.models import Household, Membership, Person, SpellKind
from fangpin.registry.queries.lists import (
    HouseholdFilter,
    HouseholdKey,
    PersonFilter,
    PersonKey,
    count,
    count_persons,
    counts_by,
    group_names,
    households,
    households_page,
    persons,
    persons_page,
)

pytestmark = pytest.mark.django_db
TODAY = date(2022, 1, 1)


@pytest.fixture
def filled() -> None:
    for at in range(7):
        village = VILLAGE if at % 2 else OTHER_VILLAGE
        values = {"category": "alleviated" if at < 3 else "general", "group_name": f"{at % 3}社"}
        family(
            f"F{at}",
            village,
            values,
            [
                person(f"赵{at}", "head", "male", date(1950 + at, 1, 1), health=["chronic"]),
                person(f"钱{at}", "spouse", "female", date(1990 + at, 1, 1)),
            ],
        )


def _numbers(actor: User, chosen: HouseholdFilter, size: int = 3) -> list[str]:
    found: list[str] = []
    after: HouseholdKey | None = None
    while True:
        page, after = households_page(actor, chosen, after=after, size=size)
        found += [row.number for row in page]
        if after is None:
            return found


@pytest.mark.usefixtures("filled")
def test_pages_hold_every_household_of_the_area_once_in_order() -> None:
    assert _numbers(user(Role.COUNTY_BUREAU), HouseholdFilter()) == [
        "F1", "F3", "F5", "F0", "F2", "F4", "F6",
    ]  # fmt: skip
    assert _numbers(user(Role.VILLAGE_WORKER, VILLAGE), HouseholdFilter(), 1) == ["F1", "F3", "F5"]
    assert _numbers(user(Role.AUDITOR), HouseholdFilter(area=OTHER_VILLAGE)) != []
    nobody = User.objects.create(username="nobody")
    assert _numbers(nobody, HouseholdFilter()) == []


@pytest.mark.usefixtures("filled")
def test_filters_counts_and_choices_agree() -> None:
    county = user(Role.COUNTY_BUREAU)
    chosen = HouseholdFilter(category="alleviated")
    assert _numbers(county, chosen) == ["F1", "F0", "F2"]
    assert count(households(county, chosen)) == 3
    assert counts_by(county, HouseholdFilter(), "category") == {"alleviated": 3, "general": 4}
    assert counts_by(county, HouseholdFilter(), "village_code", 9) == {
        VILLAGE[:9]: 3,
        OTHER_VILLAGE[:9]: 4,
    }
    assert group_names(county, VILLAGE) == ["0社", "1社", "2社"]
    assert _numbers(county, HouseholdFilter(area="620402101000", group_name="1社")) == ["F1"]
    assert _numbers(county, HouseholdFilter(fewest=3)) == []
    assert _numbers(county, HouseholdFilter(state="all", most=2)) != []
    with pytest.raises(ValueError, match="not counted by"):
        counts_by(county, HouseholdFilter(), "phone")


@pytest.mark.usefixtures("filled")
def test_the_monitored_are_those_whose_risk_is_not_removed() -> None:
    county = user(Role.COUNTY_BUREAU)
    home = households(county, HouseholdFilter()).get(number="F4")
    classify(
        by=None,
        household=home.pk,
        version=version(home),
        kind=SpellKind.MONITORING,
        code="sudden",
        risks=["accident"],
        on=TODAY,
    )
    assert _numbers(county, HouseholdFilter(monitoring="any")) == ["F4"]
    assert _numbers(county, HouseholdFilter(risk="accident")) == ["F4"]
    assert _numbers(county, HouseholdFilter(monitoring="sudden", removed=True)) == []


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("few", [0, 1_000])
def test_codes_of_few_and_of_many_give_the_same_rows(
    few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fangpin.registry.queries.lists.FEW", few)
    county = user(Role.COUNTY_BUREAU)
    ill = Person.objects.order_by("pk")[1]
    Person.objects.filter(pk=ill.pk).update(health=["chronic", "disabled"])
    Household.objects.filter(number="F2").update(risks=["illness"])
    rows, _ = persons_page(county, PersonFilter(health="disabled"))
    assert [row.number for row in rows] == [ill.number]
    assert _numbers(county, HouseholdFilter(risk="illness")) == ["F2"]
    assert persons_page(county, PersonFilter(health="nobody")) == ([], None)


@pytest.mark.usefixtures("filled")
def test_two_queries_a_page_and_no_name_without_the_group() -> None:
    county, leader = user(Role.COUNTY_BUREAU), user(Role.LEADER)
    households_page(county, HouseholdFilter())
    with CaptureQueriesContext(connection) as queries:
        rows, _ = households_page(county, HouseholdFilter())
    assert len(queries) == 2
    assert {row.head for row in rows} == {f"赵{at}" for at in range(7)}
    rows, _ = households_page(leader, HouseholdFilter())
    assert {row.head for row in rows} == {""}
    assert {row.phone for row in rows} == {""}


@pytest.mark.usefixtures("filled")
def test_persons_are_found_by_what_the_reader_may_know() -> None:
    county = user(Role.COUNTY_BUREAU)
    found: list[str] = []
    after: PersonKey | None = None
    while True:
        page, after = persons_page(county, PersonFilter(), after=after, size=4)
        found += [row.name for row in page]
        if after is None:
            break
    assert len(found) == len(set(found)) == 14
    assert found[:2] == ["赵1", "钱1"]
    old = PersonFilter(youngest=70, today=TODAY)
    assert {row.name for row in persons_page(county, old)[0]} == {"赵0", "赵1", "赵2"}
    assert count(persons(county, PersonFilter(health="chronic"))) == 7
    # education sees who people are, but not who is ill
    school = user(Role.DEPARTMENT_LIAISON, department="教育局")
    assert count(persons(school, PersonFilter())) == 14
    assert count(persons(school, PersonFilter(health="chronic"))) == 0
    assert count(persons(user(Role.LEADER), PersonFilter())) == 0
    with pytest.raises(ValueError, match="today"):
        persons(county, PersonFilter(oldest=3))


@pytest.mark.usefixtures("filled")
def test_persons_are_listed_and_counted_behind_the_second_wall_as_without_it() -> None:
    elsewhere = f"{VILLAGE[:-3]}999"
    family("E1", elsewhere, {}, [person("孙远甲", "head", "male", date(1960, 1, 1))])
    worker = user(Role.VILLAGE_WORKER, VILLAGE)
    give_post(
        by=None,
        user=worker,
        role=Role.VILLAGE_WORKER,
        place=Place.objects.get(code=OTHER_VILLAGE),
        valid_from=date(2020, 1, 1),
    )
    worker = User.objects.get(pk=worker.pk)
    chosen = PersonFilter(health="chronic")
    without = persons_page(worker, chosen), count_persons(worker, chosen)
    assert len(without[0][0]) == without[1] == 7
    with seen_by(worker):
        assert (persons_page(worker, chosen), count_persons(worker, chosen)) == without


@pytest.mark.usefixtures("filled")
def test_the_wall_as_a_condition_says_what_the_policies_say() -> None:
    column, worker = "household__village_code", user(Role.VILLAGE_WORKER, VILLAGE)
    with seen_by(worker):
        shown = set(Membership.objects.values_list("pk", flat=True))
        with by_condition(column) as places:
            assert Membership.objects.count() > len(shown) > 0
            assert set(Membership.objects.filter(places).values_list("pk", flat=True)) == shown
        assert Membership.objects.count() == len(shown)
    with seen_by(None), by_condition(column) as places:
        assert not Membership.objects.filter(places).exists()
    with seen_by(worker), unwalled(), by_condition(column) as places:
        assert not places

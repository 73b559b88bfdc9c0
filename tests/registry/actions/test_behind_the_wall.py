"""Actions while the database shows only the actor's places (people/row_security.py)."""

from datetime import date

import pytest
from tests.registry.actions.test_edit import user
from tests.registry.invented import OTHER_VILLAGE, VILLAGE, family, person, version

from fangpin.people.models import Role
from fangpin.people.row_security import seen_by
from fangpin.registry.actions.edit import edit_household
from fangpin.registry.actions.enter import enter_household
from fangpin.registry.actions.households import move_village
from fangpin.registry.actions.refusals import NotAllowed, Refused
from fangpin.registry.actions.reverse import may_reverse, reverse
from fangpin.registry.models import Household, HouseholdHistory
from fangpin.registry.queries.as_of import as_they_stood
from fangpin.registry.queries.timeline import event_of

pytestmark = pytest.mark.django_db


def test_what_stood_in_another_village_is_taken_back_in_full() -> None:
    home = family(values={"category": "general", "group_name": "一社"})
    edited = edit_household(
        by=None, household=home.pk, version=home.version, values={"group_name": "二社"}
    )
    assert edited is not None
    move_village(
        by=None,
        household=home.pk,
        version=version(home),
        village_code=OTHER_VILLAGE,
        group_name="二社",
    )
    there = user(Role.TOWNSHIP_OFFICER, "620402102000")
    with seen_by(there):
        (then,) = as_they_stood([Household.objects.get(pk=home.pk)], date(2020, 1, 1))
        assert (then.group_name, then.village_code) == ("一社", VILLAGE)
        assert not HouseholdHistory.objects.filter(village_code=VILLAGE).exists()
        assert may_reverse(there, edited)
        reverse(by=there, event=edited.pk)
        assert not HouseholdHistory.objects.filter(village_code=VILLAGE).exists()
    home.refresh_from_db()
    assert (home.group_name, home.village_code) == ("一社", OTHER_VILLAGE)


def test_a_move_is_taken_back_only_by_who_answers_for_both_villages() -> None:
    home = family()
    moved = move_village(
        by=None, household=home.pk, version=home.version, village_code=OTHER_VILLAGE
    )
    there, county = user(Role.TOWNSHIP_OFFICER, "620402102000"), user(Role.COUNTY_BUREAU)
    with seen_by(there):
        found = event_of(there, moved.pk)
        assert found is not None
        assert not found[1]
        with pytest.raises(NotAllowed):
            reverse(by=there, event=moved.pk)
    with seen_by(county):
        reverse(by=county, event=moved.pk)
    home.refresh_from_db()
    assert home.village_code == VILLAGE


def test_a_number_taken_where_the_actor_does_not_look_is_refused_in_words() -> None:
    family("F1", OTHER_VILLAGE)
    here = user(Role.TOWNSHIP_OFFICER, "620402101000")
    with seen_by(here):
        with pytest.raises(Refused, match="taken"):
            enter_household(
                by=here, village_code=VILLAGE, number="F1", members=[person("赵甲", "head")]
            )
        enter_household(
            by=here, village_code=VILLAGE, number="F2", members=[person("赵甲", "head")]
        )
        assert list(Household.objects.values_list("number", flat=True)) == ["F2"]
    assert Household.objects.count() == 2

"""A clue goes where its household goes, and the database itself shows nobody a foreign one."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from tests.clues.conftest import FIRST, SIBLING

from fangpin.clues import queries
from fangpin.clues.actions import from_run, send
from fangpin.clues.models import Clue, ClueReason
from fangpin.people.models import User
from fangpin.people.row_security import seen_by
from fangpin.places.actions import recode
from fangpin.places.models import Place
from fangpin.registry.actions.households import move_village
from fangpin.registry.models import Household
from fangpin.screening.models import Run

pytestmark = pytest.mark.django_db


def test_a_clue_moves_with_its_household(run: Run, users: dict[str, User]) -> None:
    from_run(by=None, run=run)
    clue = Clue.objects.get(household__number=FIRST)
    send(by=users["county"], clues=[clue.pk])
    village = Client()
    village.force_login(users["village"])
    assert village.get(f"/clues/{clue.pk}/").status_code == 200
    assert [each.clue for each in queries.to_check(users["village"])] == [clue.pk]
    home = Household.objects.get(number=FIRST)
    move_village(by=None, household=home.pk, version=home.version, village_code=SIBLING)
    assert village.get(f"/clues/{clue.pk}/").status_code == 404
    assert queries.to_check(users["village"]) == []
    assert set(ClueReason.objects.filter(clue=clue).values_list("village_code", flat=True)) == {
        SIBLING
    }


def test_a_clue_follows_a_village_to_its_new_code(run: Run) -> None:
    from_run(by=None, run=run)
    place = Place.objects.get(code=SIBLING)
    recode(by=None, place=place, code="620402101299", on=date(2022, 1, 1))
    codes = set(Clue.objects.values_list("village_code", flat=True))
    assert "620402101299" in codes
    assert SIBLING not in codes


def test_the_second_wall_hides_foreign_clues_whatever_is_asked(
    run: Run, users: dict[str, User]
) -> None:
    from_run(by=None, run=run)
    with seen_by(users["village"]):
        assert {clue.village_code for clue in Clue.objects.all()} == {"620402101201"}
        assert ClueReason.objects.count() == 1
        with connection.cursor() as cursor:
            for table in ("clues_clue", "clues_cluereason"):
                cursor.execute(f"SELECT count(*) FROM {table}")
                assert cursor.fetchone()[0] == 1
    with seen_by(None):
        assert not Clue.objects.exists()


def test_the_page_of_a_household_shows_its_clue(run: Run, users: dict[str, User]) -> None:
    from_run(by=None, run=run)
    clue = Clue.objects.get(household__number=FIRST)
    client = Client()
    client.force_login(users["village"])
    text = client.get(f"/households/{FIRST}/").content.decode()
    assert f'href="/clues/{clue.pk}/"' in text
    assert f"/clues/new/?number={FIRST}" in text

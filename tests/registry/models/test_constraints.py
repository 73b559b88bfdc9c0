"""What the database itself refuses, however rows are written."""

from datetime import date

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from psycopg.errors import ExclusionViolation
from tests.registry.invented import called, family

from fangpin.registry.ids import allocate
from fangpin.registry.models import CategorySpell, Household, Membership, Person
from fangpin.registry.subjects import TABLES

pytestmark = pytest.mark.django_db


def _refused(row: models.Model, name: str) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        row.save(force_insert=True)


def test_memberships_of_a_person_do_not_overlap() -> None:
    home, son = family(), called("丙")
    _refused(Membership(person=son, household=home), "one_open_membership_per_person")
    again = Membership(person=son, household=home, ended_on=date(2021, 1, 1))
    _refused(again, "memberships_of_a_person_do_not_overlap")
    Membership(person=son, household=home, ended_on=date(2020, 1, 1)).save()
    other = Household.objects.create(number="F2", village_code=home.village_code)
    longer = Membership(
        person=son, household=other, began_on=date(2019, 12, 31), ended_on=date(2020, 1, 2)
    )
    _refused(longer, "memberships_of_a_person_do_not_overlap")
    empty = Membership(
        person=son, household=other, began_on=date(2021, 1, 1), ended_on=date(2021, 1, 1)
    )
    empty.save()


def test_an_update_or_a_copy_cannot_make_them_overlap_either() -> None:
    home, son = family(), called("丙")
    early = Membership.objects.create(
        person=son, household=home, began_on=date(2018, 1, 1), ended_on=date(2019, 1, 1)
    )
    with pytest.raises(IntegrityError, match="do_not_overlap"), transaction.atomic():
        Membership.objects.filter(pk=early.pk).update(ended_on=date(2020, 1, 2))
    with (
        pytest.raises(ExclusionViolation, match="do_not_overlap"),
        transaction.atomic(),
        connection.cursor() as cursor,
        cursor.copy(
            "COPY registry_membership (person_id, household_id, began_on, ended_on) FROM STDIN"
        ) as copy,
    ):
        copy.write_row((son.pk, home.pk, date(2020, 5, 1), date(2020, 6, 1)))


def test_a_household_has_one_head_and_counts_as_one_thing_at_a_time() -> None:
    home = family()
    person = Person.objects.create(number="P9")
    _refused(Membership(person=person, household=home, is_head=True), "one_head_per_household")
    _refused(CategorySpell(household=home, kind="category", code="general"), "one_open_spell")
    past = CategorySpell(household=home, kind="category", code="general", ended_on=date(2020, 1, 2))
    _refused(past, "spells_of_a_household_do_not_overlap")
    CategorySpell(
        household=home, kind="poverty_status", code="poor", ended_on=date(2020, 1, 2)
    ).save()


def test_a_household_that_ended_has_no_members_and_a_village_code_has_twelve_digits() -> None:
    home = family()
    for changes, name in (
        ({"state": "merged"}, "only_an_active_household_has_members"),
        ({"state": "gone"}, "household_state_is_known"),
        ({"village_code": "62040210120"}, "household_village_code_has_12_digits"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Household.objects.filter(pk=home.pk).update(**changes)


@pytest.mark.parametrize("subject", TABLES)
def test_every_table_keeps_its_old_rows_even_of_bulk_updates(subject: str) -> None:
    table = TABLES[subject]
    history = apps.get_model("registry", f"{table.__name__}History")
    kept = {field.name for field in history._meta.get_fields()}
    assert {field.name for field in table._meta.concrete_fields} <= kept
    if subject in ("household", "person"):
        (pk,) = allocate(table, 1)
        table._default_manager.create(pk=pk, number="X")
        assert not history._default_manager.filter(pgh_obj_id=pk).exists()
        table._default_manager.filter(pk=pk).update(version=7)
        assert history._default_manager.get(pgh_obj_id=pk).version == 1


def test_ids_are_fresh_ascending_and_as_many_as_asked() -> None:
    first, second = allocate(Person, 5), allocate(Person, 3)
    assert (len(first), len(second)) == (5, 3)
    assert first + second == sorted({*first, *second})
    assert allocate(Person, 0) == []
    with pytest.raises(ValueError, match="negative"):
        allocate(Person, -1)

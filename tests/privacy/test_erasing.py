"""What is erased is gone from live tables and history; what rests on the rows still holds."""

from datetime import date

import pytest
from django.apps import apps
from django.db import connection, transaction
from tests.privacy.conftest import SECRETS, WIFE, Home

from fangpin.checks.models import Hit
from fangpin.foundation import audit_chain, cipher
from fangpin.foundation.fields import SealedField
from fangpin.foundation.models import AuditEntry
from fangpin.privacy import erased_list
from fangpin.privacy.actions.erase import erase_rows
from fangpin.privacy.actions.forget_again import forget_again
from fangpin.privacy.erasing import erase, erased_number
from fangpin.privacy.models import Depth, Erasure
from fangpin.registry.actions.yearly import record_income
from fangpin.registry.models import Household, IncomeYear, Membership, Person
from fangpin.registry.queries.as_of import as_they_stood  # noqa: F401
from fangpin.registry.sealing import open_one
from fangpin.registry.search import search

pytestmark = pytest.mark.django_db


def everything_in_clear() -> str:
    """Every row of every table, closed values opened."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        if not model.__module__.startswith("fangpin") or not model._meta.managed:
            continue
        sealed = [f for f in model._meta.local_concrete_fields if isinstance(f, SealedField)]
        for row in model._default_manager.all():
            bound = getattr(row, "pgh_obj_id", row.pk)
            for column in model._meta.local_concrete_fields:
                value = getattr(row, column.attname)
                if column in sealed and value is not None:
                    value = cipher.unseal(value, column=column.cipher_column, row=bound)
                found.append(str(value))
    return "\n".join(found)


def test_a_person_is_gone_everywhere_and_the_household_stays(home: Home) -> None:
    number = home.head.number
    before = everything_in_clear()
    assert not [each for each in (*SECRETS, number) if each not in before]
    version = Household.objects.get(pk=home.household.pk).version
    record_income(by=None, household=home.household.pk, version=version, year=2021,
                  values={"insurance_payout": 700})  # fmt: skip
    incomes = IncomeYear.objects.count()
    count = erase_rows(by=home.users["county"], persons=[home.head.pk], depth=Depth.IDENTITY)
    assert count > 0
    after = everything_in_clear()
    left = [each for each in SECRETS if each in after]
    assert left == ["13900007788"], "that telephone is the household's as well"
    assert number not in after
    assert "1970-05-01" not in after, "of a birth date the year stays"
    assert WIFE in after
    row = Person.objects.get(pk=home.head.pk)
    assert (row.number, row.birth_date, row.name_tokens) == (
        erased_number(row.pk), date(1970, 1, 1), []
    )  # fmt: skip
    assert row.health == ["chronic"], "figures stay"
    assert IncomeYear.objects.count() == incomes
    assert Membership.objects.filter(person=row, ended_on=None).exists()
    assert not search(home.users["county"], "赵秘甲").hits
    assert not search(home.users["county"], "620402197005010016").hits
    connection.ensure_connection()
    transaction.get_connection().check_constraints()
    assert Hit.objects.get().person_number == erased_number(row.pk)
    entry = AuditEntry.objects.get(action="privacy.erased")
    assert entry.detail["persons"] == [row.pk]


def test_a_household_goes_with_its_years(home: Home) -> None:
    version = Household.objects.get(pk=home.household.pk).version
    record_income(by=None, household=home.household.pk, version=version, year=2021,
                  values={"insurance_payout": 700})  # fmt: skip
    with transaction.atomic():
        erase(households=[home.household.pk], depth=Depth.EVERYTHING)
    row = Household.objects.get(pk=home.household.pk)
    assert row.phone is None
    assert row.phone_index is None
    assert row.category == ""
    assert not IncomeYear.objects.exists()
    history = apps.get_model("registry", "HouseholdHistory").objects
    assert not history.exclude(phone=None).exists()
    assert not history.exclude(number=erased_number(row.pk)).exists()
    assert "6217000010001234567" not in everything_in_clear()


def test_named_fields_go_and_nothing_else(home: Home) -> None:
    with transaction.atomic():
        erase(persons=[home.head.pk], depth=Depth.FIELDS, fields=["person.phone"])
    row = Person.objects.get(pk=home.head.pk)
    assert row.phone is None
    assert row.phone_index is None
    assert open_one(row, "name") == "赵秘甲"
    assert "13900001111" not in everything_in_clear(), "nor in history"


def test_an_erasure_leaves_no_history_of_itself_and_needs_a_transaction(home: Home) -> None:
    history = apps.get_model("registry", "PersonHistory").objects
    before = history.count()
    erase_rows(by=None, persons=[home.head.pk], depth=Depth.IDENTITY)
    assert history.count() == before
    again = erase_rows(by=None, persons=[home.head.pk], depth=Depth.IDENTITY)
    assert again >= 0
    assert Person.objects.get(pk=home.head.pk).number == erased_number(home.head.pk)


@pytest.mark.django_db(transaction=True)
def test_a_backup_forgets_again_by_the_list_of_ids(home: Home) -> None:
    pk = home.head.pk
    kept = Person.objects.filter(pk=pk).values("number", "name", "id_number", "phone").get()
    erase_rows(by=home.users["county"], persons=[pk], depth=Depth.IDENTITY)
    path = erased_list.path()
    assert str(pk) in path.read_text()
    assert not [secret for secret in SECRETS if secret in path.read_text()]
    # A backup from before: the person is back, and nothing in the database knows better.
    Person.objects.filter(pk=pk).update(**kept)
    Erasure.objects.all().delete()
    assert open_one(Person.objects.get(pk=pk), "name") == "赵秘甲"
    assert forget_again(by=None, source=path) == 1
    assert Person.objects.get(pk=pk).name is None
    assert forget_again(by=None, source=path) == 0
    assert audit_chain.verify(connection.connection).fault is None
    with pytest.raises(RuntimeError):
        erase(persons=[pk], depth=Depth.IDENTITY)


def test_a_damaged_list_names_its_line(home: Home, tmp_path: object) -> None:
    from pathlib import Path

    from fangpin.kernel.errors import FangpinError

    path = Path(str(tmp_path)) / "list"
    path.write_text('{"person":1}\n')
    with pytest.raises(FangpinError, match="line 1"):
        list(erased_list.read(path))

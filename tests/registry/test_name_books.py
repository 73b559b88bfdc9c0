"""Books of names: whoever is in the registry is found, whether or not a book is up to date, and a
book says nothing to whoever has no key."""

from collections.abc import Iterator
from typing import Any

import pgtrigger
import pytest
from django.db import connection, transaction
from django.db.models import Q
from tests.cast import County, county_with_cast
from tests.registry.people_to_find import PERSONS, enter

from fangpin.foundation.cipher import unseal_many
from fangpin.people.row_security import seen_by
from fangpin.privacy.erasing import erase
from fangpin.privacy.models import Depth
from fangpin.registry import name_books
from fangpin.registry.models import Household, Membership, NameBook, NameChange, Person
from fangpin.registry.sealing import close_one
from fangpin.registry.search import search

FIRST, SECOND, FAR = "620402101201", "620402101202", "620402102201"


@pytest.fixture(scope="module")
def loaded(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[County]:
    with django_db_blocker.unblock(), transaction.atomic():
        made = county_with_cast(tmp_path_factory.mktemp("county") / "run")
        enter()
        name_books.renew()
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def county(loaded: County, db: None) -> County:
    return loaded


def rename(number: str, name: str) -> None:
    person = Person.objects.get(number=number)
    Person.objects.filter(pk=person.pk).update(**close_one(Person, person.pk, {"name": name}))


def names(county: County, typed: str, reader: str = "county") -> list[str]:
    return [hit.name for hit in search(county.users[reader], typed).hits]


def lines(village: str) -> str:
    """Both texts of a village's book; "" where there is none."""
    found = ""
    for column in ("names", "sounds"):
        rows = NameBook.objects.filter(village_code=village).values_list("pk", column)
        opened = unseal_many(
            [row[1] for row in rows],
            column=f"registry.namebook.{column}",
            rows=[row[0] for row in rows],
        )
        found += "".join(text or "" for text in opened)
    return found


def test_every_village_has_its_book_and_nothing_is_behind(county: County) -> None:
    assert not NameChange.objects.exists()
    villages = set(
        Household.objects.exclude(village_code="").values_list("village_code", flat=True)
    )
    named = Membership.objects.exclude(person__name=None).values("household__village_code")
    assert set(NameBook.objects.values_list("village_code", flat=True)) == {
        village for village in villages if named.filter(household__village_code=village).exists()
    }
    assert "\n张三\n张三丰\n单志国" in lines(FIRST)
    assert "\n szg zg shanzhiguo" in lines(FIRST)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("张", ["张三", "张晓英", "张三丰"]),
        ("英", ["张晓英"]),
        ("zs", ["张三", "张三丰"]),
        ("sf", ["张三丰"]),
        ("zg", ["单志国"]),
        ("oyjg", ["欧阳建国"]),
        ("zhang", ["张三", "张晓英", "张三丰"]),
        ("红岩村 张", ["张晓英"]),
        ("garc", ["Maria Garcia"]),
    ],
)
def test_books_name_whom_reading_everybody_names(
    county: County, typed: str, expected: list[str]
) -> None:
    def found() -> list[str]:
        return [name.upper() for name in names(county, typed)]

    assert found() == [name.upper() for name in expected]
    NameBook.objects.all().delete()
    assert not found() or typed == "garc"  # nothing is behind: they came out of the books
    NameChange.objects.bulk_create(
        NameChange(household_id=pk) for pk in Household.objects.values_list("pk", flat=True)
    )
    assert found() == [name.upper() for name in expected]


def test_a_new_name_is_found_at_once_and_the_old_one_no_more(county: County) -> None:
    rename("880101", "曾强")
    assert names(county, "zq") == ["曾强"]
    assert names(county, "zs") == ["张三丰"]  # the book still names the other
    assert name_books.renew() == 1
    assert names(county, "zq") == ["曾强"]
    assert "张三\n" not in lines(FIRST)
    assert not NameChange.objects.exists()


def test_who_moves_is_found_where_they_are_now(county: County) -> None:
    Household.objects.filter(number="8801").update(village_code=FAR)
    assert names(county, "红岩村 zs") == ["张三", "张三丰"]
    assert names(county, "红星村 zs") == []
    assert name_books.renew() == 2
    assert "张三" in lines(FAR)
    assert "张三" not in lines(FIRST)
    assert names(county, "红岩村 zs") == ["张三", "张三丰"]


def test_members_that_change_their_household_are_followed(county: County) -> None:
    Membership.objects.filter(person__number="880501").update(
        household=Household.objects.get(number="8804"), is_head=False
    )
    assert names(county, "前进村 zxy") == ["张晓英"]
    name_books.renew()
    assert "张晓英" in lines(SECOND)
    assert "张晓英" not in lines(FAR)
    Membership.objects.filter(person__number="880501").delete()
    name_books.renew()
    assert "张晓英" not in lines(SECOND)


def test_a_village_without_people_has_no_book(county: County) -> None:
    Household.objects.filter(village_code=FAR).update(village_code=SECOND)
    name_books.renew()
    assert not NameBook.objects.filter(village_code=FAR).exists()


def test_the_erased_are_in_no_book(county: County) -> None:
    person = Person.objects.get(number="880201")
    erase(persons=[person.pk], depth=Depth.IDENTITY)
    assert "单志国" not in lines(FIRST)
    assert names(county, "szg") == []


def test_other_keys_are_no_change_of_names(county: County) -> None:
    with pgtrigger.ignore():
        rename("880101", "张三")  # the same value in another envelope
    assert not NameChange.objects.exists()


def test_a_reader_opens_books_of_their_own_places_only(county: County) -> None:
    with seen_by(county.users["village"]):
        assert list(NameBook.objects.values_list("village_code", flat=True)) == [FIRST]
        found, complete = name_books.look(
            ~Q(pk__in=[]), "names", "张", enough=300, until=float("inf")
        )
    inside = {PERSONS[0][2], PERSONS[1][2]}
    assert complete
    assert inside <= set(Person.objects.filter(pk__in=found).values_list("number", flat=True))
    assert "880501" not in set(Person.objects.filter(pk__in=found).values_list("number", flat=True))


def test_who_writes_within_one_village_notes_the_others(county: County) -> None:
    """A person who lived elsewhere before is named in the book there as well."""
    person = Person.objects.get(number="880101")
    elsewhere = Household.objects.get(number="8805")
    Membership.objects.filter(person=person).update(began_on="2020-01-01")
    Membership.objects.create(person=person, household=elsewhere, ended_on="2020-01-01")
    name_books.renew()
    with seen_by(county.users["village"]):
        rename("880101", "曾强")
    noted = NameChange.objects.values_list("household_id", flat=True)
    assert elsewhere.pk in set(noted)


def test_no_more_is_listed_than_asked_for(county: County) -> None:
    everybody = ~Q(pk__in=[])
    few, complete = name_books.look(everybody, "names", "张", enough=1, until=float("inf"))
    assert (len(few), complete) == (1, False)
    _, complete = name_books.look(everybody, "names", "张", enough=300, until=float("inf"))
    assert complete


def test_a_book_shows_nobodys_name_without_a_key(county: County) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(b::text, '') FROM registry_namebook AS b")
        (text,) = cursor.fetchone()
    for _, _, _, name, _, _ in PERSONS:
        assert name.encode().hex() not in text
        assert name not in text

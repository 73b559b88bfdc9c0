import threading
from datetime import date

import pytest
from django.db import connection
from tests.registry.invented import called, family, members, version

from fangpin.foundation.models import AuditEntry
from fangpin.kernel.errors import FangpinError
from fangpin.people.actions import give_post
from fangpin.people.models import Role, User
from fangpin.places.actions import take_over
from fangpin.places.models import Place
from fangpin.registry import sealing
from fangpin.registry.actions.doing import doing
from fangpin.registry.actions.edit import edit_household, edit_person
from fangpin.registry.actions.refusals import Conflict, NotAllowed, Refused
from fangpin.registry.actions.reverse import reverse, reversible
from fangpin.registry.models import EventKind, Household, Membership, Person, RegistryEvent


def user(role: Role, code: str = "620402000000", department: str = "") -> User:
    take_over(
        by=None,
        county=("620402000000", "测试县"),
        villages=[("620402101201", "甲村", "620402101000", "甲乡"),
                  ("620402102201", "乙村", "620402102000", "乙乡")],
        valid_from=date(2019, 1, 1),
    )  # fmt: skip
    found = User.objects.create(username=f"{role}{code}{department}")
    give_post(
        by=None,
        user=found,
        role=role,
        place=Place.objects.get(code=code),
        department=department,
        valid_from=date(2020, 1, 1),
    )
    return found


def with_check_digit(seventeen: str) -> str:
    from fangpin.kernel.identity import check_digit

    return seventeen + check_digit(seventeen)


@pytest.mark.django_db
def test_fields_change_are_closed_written_down_and_taken_back() -> None:
    family()
    son = called("丙")
    number = with_check_digit("62040219950701001")
    event = edit_person(
        by=None,
        person=son.pk,
        version=son.version,
        values={"id_number": number.lower(), "phone": "138-0000-1111", "health": ["chronic"]},
    )
    after = Person.objects.get(pk=son.pk)
    assert sealing.open_one(after, "id_number") == number
    assert sealing.open_one(after, "phone") == "13800001111"
    assert bytes(after.id_index or b"") == sealing.id_hashes([number])[0]
    assert after.health == ["chronic"]
    assert after.version == son.version + 1
    assert event is not None
    assert event.detail["fields"] == ["person.id_number", "person.phone", "person.health"]
    entry = AuditEntry.objects.get(action="registry.edited")
    assert number not in str(entry.detail) + str(event.detail)
    reverse(by=None, event=event.pk)
    again = Person.objects.get(pk=son.pk)
    assert (again.id_number, again.id_index, again.phone, again.health) == (None, None, None, [])


@pytest.mark.django_db
def test_nothing_is_written_when_nothing_differs() -> None:
    home = family()
    events = RegistryEvent.objects.count()
    assert (
        edit_household(
            by=None, household=home.pk, version=home.version, values={"main_cause": "illness"}
        )
        is None
    )
    assert (version(home), RegistryEvent.objects.count()) == (home.version, events)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"id_number": "620402199507010011"}, "check"),
        ({"phone": "12345"}, "not a telephone number"),
        ({"birth_date": "2010-02-30"}, "not a date that exists"),
        ({"birth_date": "2999-01-01"}, "cannot be 2999-01-01"),
        ({"sex": "m"}, "not one of the choices"),
        ({"health": ["healthy", "chronic"]}, "healthy excludes"),
        ({"migrant_months": "13"}, "must lie between 0 and 12"),
        ({"migrant_wage_monthly": "约三千多"}, "not an amount"),
        ({"resident_medical": "maybe"}, "must be yes or no"),
        ({"name": "字" * 61}, "longer than 60"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(values: dict[str, object], said: str) -> None:
    family()
    son = called("丙")
    with pytest.raises(FangpinError) as refused:
        edit_person(by=None, person=son.pk, version=son.version, values=values)
    assert said in str(refused.value)
    assert refused.value.problems[0].where.column == f"person.{next(iter(values))}"
    assert Person.objects.get(pk=son.pk).version == son.version


@pytest.mark.django_db
def test_what_follows_from_an_action_is_not_edited() -> None:
    home = family()
    with pytest.raises(Refused, match="not changed by itself"):
        edit_household(
            by=None, household=home.pk, version=home.version, values={"category": "general"}
        )
    with pytest.raises(Refused, match="the head is changed by the action"):
        edit_person(by=None, person=called("丙").pk, version=1, values={"relation": "head"})
    edit_person(by=None, person=called("丙").pk, version=1, values={"relation": "nephew"})
    assert members(home)["丙"] == "nephew"


@pytest.mark.django_db
def test_an_action_cannot_leave_a_household_without_a_head() -> None:
    home = family()

    def take_away() -> None:
        with doing(by=None, kind=EventKind.EDITED) as act:
            act.touch(home)
            Membership.objects.filter(household=home, is_head=True).update(is_head=False)

    with pytest.raises(Refused, match="without a head"):
        take_away()
    assert members(home)["甲"] == "head"


@pytest.mark.django_db
def test_a_conflict_carries_what_was_seen_what_stands_and_what_is_wanted() -> None:
    home = family(values={"category": "general", "phone": "13800001111", "bank": "邮储银行"})
    edit_household(
        by=None, household=home.pk, version=home.version, values={"phone": "13900002222"}
    )
    with pytest.raises(Conflict) as conflict:
        edit_household(
            by=None,
            household=home.pk,
            version=home.version,
            values={"phone": "13700003333", "bank": "农业银行"},
        )
    sides = {each.key: (each.seen, each.now, each.mine) for each in conflict.value.differences}
    assert sides == {
        "household.phone": ("13800001111", "13900002222", "13700003333"),
        "household.bank": ("邮储银行", "邮储银行", "农业银行"),
    }
    edit_household(
        by=None,
        household=home.pk,
        version=conflict.value.version,
        values={"bank": "农业银行"},
    )


@pytest.mark.django_db
def test_only_writable_groups_are_written() -> None:
    home = family()
    worker = user(Role.VILLAGE_WORKER, "620402101201")
    liaison = user(Role.DEPARTMENT_LIAISON, department="医疗保障局")
    son = called("丙")
    edit_household(
        by=worker, household=home.pk, version=home.version, values={"group_name": "三社"}
    )
    with pytest.raises(NotAllowed) as refused:
        edit_household(by=worker, household=home.pk, version=version(home), values={"bank": "某行"})
    assert "Bank account" in refused.value.reason.en
    attempt = AuditEntry.objects.get(action="registry.refused:edited")
    assert (attempt.actor, attempt.subject) == (worker, f"household:{home.pk}")
    assert home.bank == Household.objects.get(pk=home.pk).bank
    with pytest.raises(NotAllowed):
        edit_person(by=liaison, person=son.pk, version=son.version, values={"education": "junior"})
    edit_person(by=liaison, person=son.pk, version=son.version, values={"resident_medical": True})
    assert Person.objects.get(pk=son.pk).resident_medical is True
    elsewhere = user(Role.TOWNSHIP_OFFICER, "620402102000")
    with pytest.raises(NotAllowed):
        edit_household(
            by=elsewhere, household=home.pk, version=version(home), values={"group_name": "一社"}
        )


@pytest.mark.django_db
def test_an_edit_is_not_taken_back_over_a_later_one() -> None:
    home = family()
    first = edit_household(
        by=None, household=home.pk, version=home.version, values={"group_name": "一社"}
    )
    other = edit_household(
        by=None, household=home.pk, version=version(home), values={"bank": "某行"}
    )
    assert first is not None
    assert other is not None
    assert reversible(first)
    edit_household(by=None, household=home.pk, version=version(home), values={"group_name": "二社"})
    assert not reversible(first)
    assert reversible(other)
    reverse(by=None, event=other.pk)
    home.refresh_from_db()
    assert (home.bank, home.group_name) == ("", "二社")


@pytest.mark.django_db(transaction=True)
def test_of_many_writers_with_the_same_version_one_wins_and_the_others_are_told() -> None:
    home = family()
    seen = version(home)
    outcomes: list[str] = []

    def write(name: str) -> None:
        try:
            edit_household(
                by=None, household=home.pk, version=seen, values={"group_name": f"{name}社"}
            )
            outcomes.append(name)
        except Conflict:
            outcomes.append("conflict")
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(str(at),)) for at in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (winner,) = [each for each in outcomes if each != "conflict"]
    assert len(outcomes) == 6
    assert Household.objects.get(pk=home.pk).group_name == f"{winner}社"

"""Rules asked before a change is kept: told, taken back, saved as it is, answered."""

from collections.abc import Callable
from datetime import date

import pytest
from tests.registry.actions.test_edit import with_check_digit
from tests.registry.invented import OTHER_VILLAGE, called, family, person

from fangpin.checks.entry import Doubted, checked, refresh
from fangpin.checks.models import Hit
from fangpin.people.models import User
from fangpin.registry.actions.edit import edit_household, edit_person
from fangpin.registry.actions.enter import NewPerson, enter_household
from fangpin.registry.models import Household, RegistryEvent

pytestmark = pytest.mark.django_db
BORN = {"birth_date": date(2016, 8, 1), "id_number": with_check_digit("62040220160801002")}


@pytest.fixture
def home(users: dict[str, User]) -> Household:
    """A household whose rules were asked once: what is blank is known to be open."""
    made = family()
    refresh(by=None, numbers=["F1"])
    return Household.objects.get(pk=made.pk)


def able(by: User) -> Callable[[], RegistryEvent | None]:
    """Record that a child born 2016 is able to work: a contradiction."""
    girl = called("丁")
    values = {"labour_ability": "ordinary"}
    return lambda: edit_person(by=by, person=girl.pk, version=girl.version, values=values)


def young() -> None:
    girl = called("丁")
    edit_person(
        by=None, person=girl.pk, version=girl.version, values={**BORN, "labour_ability": "none"}
    )
    refresh(by=None, numbers=["F1"])


def told(user: User) -> Doubted:
    with pytest.raises(Doubted) as found:
        checked(able(user), by=user)
    return found.value


def test_what_a_change_would_bring_is_told_and_nothing_is_kept(
    home: Household, by: Callable[[str], User]
) -> None:
    young()
    events, hits = RegistryEvent.objects.count(), list(Hit.objects.order_by("pk").values())
    doubts = told(by("township")).doubts
    assert {doubt.person_number for doubt in doubts} == {called("丁").number}
    assert all("person.labour_ability" in doubt.fields for doubt in doubts)
    assert called("丁").labour_ability != "ordinary"
    assert RegistryEvent.objects.count() == events
    assert list(Hit.objects.order_by("pk").values()) == hits


def test_saved_as_it_is_the_hits_are_open_at_once(
    home: Household, by: Callable[[str], User]
) -> None:
    young()
    user = by("township")
    rules = [doubt.rule for doubt in told(user).doubts]
    assert rules
    assert checked(able(user), by=user, accepted=rules) is not None
    assert called("丁").labour_ability == "ordinary"
    kept = Hit.objects.filter(rule__in=rules, person_number=called("丁").number)
    assert {hit.state for hit in kept} == {Hit.State.OPEN}
    assert kept.count() == len(set(rules))


def test_a_reason_is_kept_as_the_answer(home: Household, by: Callable[[str], User]) -> None:
    young()
    user = by("village")
    rules = [doubt.rule for doubt in told(user).doubts]
    checked(able(user), by=user, accepted=rules, reason="学徒，已入户核实")
    hit = Hit.objects.filter(rule__in=rules).first()
    assert hit is not None
    assert (hit.state, hit.reason, hit.answered_by) == ("confirmed", "学徒，已入户核实", user)
    # What is known and answered is not asked again.
    girl = called("丁")
    checked(
        lambda: edit_person(
            by=user, person=girl.pk, version=girl.version, values={"health": ["healthy"]}
        ),
        by=user,
    )
    assert Hit.objects.get(pk=hit.pk).state == "confirmed"


def test_another_rule_than_those_seen_is_told(home: Household, by: Callable[[str], User]) -> None:
    young()
    user = by("township")
    with pytest.raises(Doubted):
        checked(able(user), by=user, accepted=["no_such_rule"])
    assert called("丁").labour_ability != "ordinary"


def test_putting_it_right_corrects_the_hit_in_the_same_step(
    home: Household, by: Callable[[str], User]
) -> None:
    user = by("township")
    open_before = set(Hit.objects.filter(state="open", unit="household").values_list("rule"))
    assert open_before
    current = Household.objects.get(pk=home.pk)
    checked(
        lambda: edit_household(
            by=user, household=home.pk, version=current.version,
            values={"phone": "13900001111", "bank": "农商行", "main_cause": "illness"},
        ),
        by=user,
    )  # fmt: skip
    corrected = Hit.objects.filter(state="corrected")
    assert corrected.exists()
    assert all(each.closed is not None for each in corrected)


def test_of_a_new_household_only_what_was_entered_can_be_in_doubt(
    users: dict[str, User], by: Callable[[str], User]
) -> None:
    user = by("township")

    def enter(**head: object) -> RegistryEvent:
        values = {"name": "钱测己", "sex": "female", **BORN, **head}
        return enter_household(
            by=user,
            village_code="620402101201",
            number="",
            members=[NewPerson(relation="head", values=values, is_head=True)],
            values={"category": "alleviated"},
        )

    with pytest.raises(Doubted) as found:
        checked(lambda: enter(labour_ability="ordinary"), by=user)
    assert not Household.objects.exists()
    assert all("person.labour_ability" in doubt.fields for doubt in found.value.doubts)
    event = checked(enter, by=user)
    number = Household.objects.values_list("number", flat=True).get(pk=event.households[0])
    assert Hit.objects.filter(household_number=number, state="open").count() > 5


def test_who_shares_a_number_in_a_place_one_does_not_see_still_counts(
    home: Household, by: Callable[[str], User]
) -> None:
    """The second wall hides other townships from the page; a rule that compares still knows."""
    family("F2", OTHER_VILLAGE, members=[person("孙试庚", "head", "male", date(1960, 1, 2))])
    far = called("庚")
    edit_person(by=None, person=far.pk, version=far.version, values={"phone": "13900003333"})
    near = called("丁")
    user = by("village")
    with pytest.raises(Doubted) as found:
        checked(
            lambda: edit_person(
                by=user, person=near.pk, version=near.version, values={"phone": "13900003333"}
            ),
            by=user,
        )
    assert any("person.phone" in doubt.fields for doubt in found.value.doubts)
    assert not any(doubt.sentence and "F2" in doubt.sentence.zh for doubt in found.value.doubts)

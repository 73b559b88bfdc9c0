from datetime import date

import pytest
from django.utils import timezone
from tests.registry.invented import (
    OTHER_VILLAGE,
    VILLAGE,
    called,
    family,
    members,
    person,
    version,
)

from fangpin.foundation.models import AuditEntry
from fangpin.registry.actions.enter import enter_household
from fangpin.registry.actions.households import merge, move_village, split
from fangpin.registry.actions.refusals import Conflict, Refused
from fangpin.registry.actions.reverse import reverse
from fangpin.registry.following import follow_household
from fangpin.registry.models import CategorySpell, Household, RegistryEvent

pytestmark = pytest.mark.django_db
DAY = date(2022, 3, 1)


def _again(household: Household) -> Household:
    return Household.objects.get(pk=household.pk)


def test_a_household_is_entered_with_members_spell_event_and_audit() -> None:
    home = family()
    assert home.members == 5
    assert members(home) == {
        "甲": "head", "乙": "spouse", "丙": "son", "丁": "daughter", "戊": "mother",
    }  # fmt: skip
    spell = CategorySpell.objects.get()
    assert (spell.code, spell.ended_on) == ("alleviated", None)
    event = RegistryEvent.objects.get()
    entry = AuditEntry.objects.get(action="registry.entered")
    assert entry.subject == f"event:{event.pk}"
    assert "赵测" not in str(event.detail) + str(entry.detail)


def test_a_household_needs_exactly_one_head_and_a_free_number() -> None:
    with pytest.raises(Refused, match="exactly one head"):
        enter_household(by=None, village_code=VILLAGE, members=[person("甲", "spouse")])
    family("F1")
    with pytest.raises(Refused, match="taken"):
        family("F1")
    assert Household.objects.count() == 1


def test_a_son_leaves_with_the_grandmother() -> None:
    home = family()
    son, grandmother = called("丙"), called("戊")
    event = split(
        by=None,
        household=home.pk,
        version=version(home),
        persons=[son.pk, grandmother.pk],
        head=son.pk,
        number="F2",
        on=DAY,
    )
    new = Household.objects.get(number="F2")
    assert members(new) == {"丙": "head", "戊": "grandmother"}
    assert members(home) == {"甲": "head", "乙": "spouse", "丁": "daughter"}
    assert (new.category, new.main_cause, new.members) == ("alleviated", "illness", 2)
    assert CategorySpell.objects.get(household=new).began_on == DAY
    assert _again(home).members == 3
    reverse(by=None, event=event.pk)
    assert not Household.objects.filter(number="F2").exists()
    assert len(members(home)) == 5
    assert members(home)["戊"] == "mother"


def test_when_the_head_leaves_somebody_must_be_named() -> None:
    home = family()
    head, spouse = called("甲"), called("乙")
    asked = {"by": None, "household": home.pk, "version": version(home), "persons": [head.pk]}
    with pytest.raises(Refused, match="new head must be named"):
        split(**asked, head=head.pk, on=DAY)
    split(**asked, head=head.pk, new_head=spouse.pk, on=DAY)
    assert members(home) == {
        "乙": "head", "丙": "son", "丁": "daughter", "戊": "husbands_mother",
    }  # fmt: skip


def test_a_split_needs_somebody_to_go_and_somebody_to_stay() -> None:
    home = family()
    everybody = [called(each).pk for each in "甲乙丙丁戊"]
    for going in ([], everybody):
        with pytest.raises(Refused, match="somebody goes and somebody stays"):
            split(
                by=None, household=home.pk, version=version(home), persons=going, head=everybody[0]
            )


def test_two_households_become_one_and_two_again() -> None:
    home = family()
    other = family("F2", members=[person("李试己", "head", "male", date(1980, 1, 1))])
    event = merge(
        by=None,
        household=other.pk,
        version=version(other),
        into=home.pk,
        into_version=version(home),
        relations={called("己").pk: "sibling"},
        on=DAY,
    )
    assert members(home)["己"] == "sibling"
    merged = _again(other)
    assert (merged.state, merged.members) == ("merged", 0)
    assert CategorySpell.objects.get(household=other).ended_on == DAY
    with pytest.raises(Refused, match="merged, split or dissolved"):
        move_village(
            by=None, household=other.pk, version=version(other), village_code=OTHER_VILLAGE
        )
    reverse(by=None, event=event.pk)
    assert (_again(other).state, _again(other).members) == ("active", 1)
    assert members(other) == {"己": "head"}
    assert CategorySpell.objects.get(household=other).ended_on is None


def test_a_household_moves_and_what_hangs_on_it_is_told() -> None:
    told: list[tuple[str, str, str]] = []
    follow_household("test", lambda *args: told.append(args))
    home = family()
    try:
        event = move_village(
            by=None,
            household=home.pk,
            version=version(home),
            village_code=OTHER_VILLAGE,
            group_name="二社",
        )
        assert (_again(home).village_code, _again(home).group_name) == (OTHER_VILLAGE, "二社")
        reverse(by=None, event=event.pk)
    finally:
        follow_household("test", lambda *args: None)
    assert told == [("F1", VILLAGE, OTHER_VILLAGE), ("F1", OTHER_VILLAGE, VILLAGE)]
    assert _again(home).village_code == VILLAGE


def test_a_stale_version_is_a_conflict_and_writes_nothing() -> None:
    home = family()
    old = version(home)
    move_village(by=None, household=home.pk, version=old, village_code=OTHER_VILLAGE)
    with pytest.raises(Conflict) as conflict:
        move_village(by=None, household=home.pk, version=old, village_code=VILLAGE)
    (difference,) = conflict.value.differences
    assert (difference.key, difference.seen, difference.now) == (
        "household.village_code", VILLAGE, OTHER_VILLAGE,
    )  # fmt: skip
    assert conflict.value.version == version(home)
    assert RegistryEvent.objects.count() == 2


def test_nothing_is_done_in_the_future() -> None:
    home = family()
    tomorrow = timezone.localdate().replace(year=timezone.localdate().year + 1)
    with pytest.raises(Refused, match="future"):
        move_village(
            by=None,
            household=home.pk,
            version=version(home),
            village_code=OTHER_VILLAGE,
            on=tomorrow,
        )

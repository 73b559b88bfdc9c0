from datetime import date

import pytest
from tests.registry.invented import called, family, members, person, version

from fangpin.registry.actions.joining import add_member, come_back, move_person
from fangpin.registry.actions.leaving import change_head, die, leave_registry
from fangpin.registry.actions.members import present, successors
from fangpin.registry.actions.refusals import Refused
from fangpin.registry.actions.reverse import reverse, reversible
from fangpin.registry.models import EventKind, Household, Membership, Person

pytestmark = pytest.mark.django_db
DAY = date(2022, 3, 1)


def test_the_spouse_is_proposed_first_then_the_eldest_adult() -> None:
    home = family()
    head, spouse = called("甲"), called("乙")
    rows = present(home.pk)
    proposed = [each.person for each in successors(rows, {head.pk}, DAY)]
    assert proposed == [called(each).pk for each in "乙戊丙丁"]
    proposed = [each.person for each in successors(rows, {head.pk, spouse.pk}, DAY)]
    assert proposed == [called(each).pk for each in "戊丙丁"]


def test_a_death_ends_the_membership_and_the_named_person_follows() -> None:
    home = family()
    head = called("甲")
    with pytest.raises(Refused, match="new head must be named"):
        die(by=None, person=head.pk, version=version(home), on=DAY, cause="illness")
    assert called("甲").died_on is None
    event = die(
        by=None,
        person=head.pk,
        version=version(home),
        on=DAY,
        cause="illness",
        new_head=called("乙").pk,
    )
    assert called("甲").died_on == DAY
    assert members(home)["乙"] == "head"
    assert Membership.objects.get(person=head).why_ended == "died"
    reverse(by=None, event=event.pk)
    assert called("甲").died_on is None
    assert members(home) == {
        "甲": "head", "乙": "spouse", "丙": "son", "丁": "daughter", "戊": "mother",
    }  # fmt: skip


def test_a_death_before_the_birth_is_refused() -> None:
    home = family()
    with pytest.raises(Refused, match="before the birth"):
        die(by=None, person=called("丁").pk, version=version(home), on=date(2009, 1, 1))


def test_the_last_death_dissolves_and_a_return_revives() -> None:
    home = family(members=[person("李试己", "head", "male", date(1950, 1, 1))])
    died = die(by=None, person=called("己").pk, version=version(home), on=DAY)
    assert Household.objects.get(pk=home.pk).state == "dissolved"
    come_back(
        by=None, person=called("己").pk, household=home.pk, version=version(home), relation="head"
    )
    again = Household.objects.get(pk=home.pk)
    assert (again.state, again.members, members(home)) == ("active", 1, {"己": "head"})
    assert called("己").died_on is None
    answer = reversible(died)
    assert not answer
    assert "rests on it" in answer.reason.en


def test_a_member_moves_to_another_household_and_what_rests_on_it_goes_first() -> None:
    home, other = family(), family("F2", members=[person("李试己", "head", "male")])
    son = called("丙")
    moved = move_person(
        by=None,
        person=son.pk,
        household=other.pk,
        version=version(other),
        source_version=version(home),
        relation="son_in_law",
        on=DAY,
    )
    assert members(other) == {"己": "head", "丙": "son_in_law"}
    assert "丙" not in members(home)
    headed = change_head(by=None, household=other.pk, version=version(other), person=son.pk)
    assert members(other) == {"丙": "head", "己": "wifes_father"}
    with pytest.raises(Refused, match="head changed"):
        reverse(by=None, event=moved.pk)
    reverse(by=None, event=headed.pk)
    reverse(by=None, event=moved.pk)
    assert members(home)["丙"] == "son"
    assert members(other) == {"己": "head"}


def test_a_bride_marries_in_from_another_household() -> None:
    home = family()
    other = family("F2", members=[person("李试己", "head"), person("李测庚", "daughter", "female")])
    bride = called("庚")
    move_person(
        by=None,
        person=bride.pk,
        household=home.pk,
        version=version(home),
        source_version=version(other),
        relation="daughter_in_law",
        kind=EventKind.MARRIED_IN,
        on=DAY,
    )
    assert members(home)["庚"] == "daughter_in_law"
    ended = Membership.objects.get(person=bride, household=other)
    assert (ended.ended_on, ended.why_ended) == (DAY, "married_out")


def test_a_child_is_born_and_somebody_leaves() -> None:
    home = family()
    with pytest.raises(Refused, match="after this day"):
        add_member(
            by=None,
            household=home.pk,
            version=version(home),
            person=person("赵测辛", "grandson", "male", date(2022, 4, 1)),
            kind=EventKind.BORN,
            on=DAY,
        )
    born = add_member(
        by=None,
        household=home.pk,
        version=version(home),
        person=person("赵测辛", "grandson", "male", date(2022, 2, 27)),
        kind=EventKind.BORN,
        on=DAY,
    )
    assert Household.objects.get(pk=home.pk).members == 6
    leave_registry(by=None, person=called("丁").pk, version=version(home), why="moved_out", on=DAY)
    assert "丁" not in members(home)
    assert not reversible(born)  # the leaving rests on it
    assert Person.objects.count() == 6


def test_a_membership_cannot_end_before_it_began() -> None:
    home = family()
    with pytest.raises(Refused, match="later than this day"):
        leave_registry(
            by=None,
            person=called("丁").pk,
            version=version(home),
            why="moved_out",
            on=date(2019, 1, 1),
        )

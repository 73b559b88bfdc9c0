"""Nobody acts on their own household, on relatives, or on whom they declared to be close to."""

from datetime import date
from itertools import product

import pytest
from tests.cases.world import CAST, begun, county, home, take, taken_to
from tests.registry.actions.test_edit import with_check_digit
from tests.registry.invented import called, family, person

from fangpin.cases.actions import (
    NotAllowed,
    Refused,
    declare_recusal,
    end_recusal,
    object_to,
    settle_objection,
    state_own_person,
    withdraw,
)
from fangpin.cases.eyes import DECLARED, OWN, RELATIVES, barred
from fangpin.cases.models import OwnPerson, Turn
from fangpin.cases.queries import case_file, my_tasks, procedures_for
from fangpin.foundation import rotation
from fangpin.foundation.models import AuditEntry
from fangpin.people.actions import give_post
from fangpin.people.models import Role, User
from fangpin.registry.actions.edit import edit_person
from fangpin.registry.actions.households import split
from fangpin.registry.models import Household

pytestmark = pytest.mark.django_db


def security() -> User:
    found = User.objects.create(username="case_security")
    give_post(by=None, user=found, role=Role.SECURITY_ADMINISTRATOR, place=None, department="",
              valid_from=date(2020, 1, 1))  # fmt: skip
    return found


def number_of(character: str, seventeen: str) -> str:
    who, number = called(character), with_check_digit(seventeen)
    edit_person(by=None, person=who.pk, version=who.version, values={"id_number": number})
    return number


def test_own_household_and_relatives_who_split_off_are_found() -> None:
    world = county("village", "village2", "township", "approver")
    first = home("F1")
    other = family("F2", members=[person("李测己", "head", "male"), person("李测庚", "spouse")])
    son = called("丙")
    split(by=None, household=first.pk, version=first.version, persons=[son.pk], head=son.pk,
          number="F3")  # fmt: skip
    theirs = Household.objects.get(number="F3")
    head = security()
    state_own_person(by=head, user=world.village, id_number=number_of("丙", "62040219950701001"))
    homes = [first.pk, other.pk, theirs.pk]
    assert barred(world.village, homes) == {first.pk: RELATIVES, theirs.pk: OWN}
    assert barred(world.village2, homes) == {}
    with pytest.raises(Refused) as refused:
        begun(world, first)
    assert refused.value.code == "barred"
    offers = procedures_for(world.village, first.pk, world.day)
    assert offers
    assert not any(each.may for each in offers)
    case = begun(world, first, by=world.village2)
    with pytest.raises(Refused):
        take(world, case, "lead", by=world.village)
    with pytest.raises(Refused):
        withdraw(by=world.village, case=case.pk, version=case.version, reason="不办了")
    file = case_file(world.village, case.pk, world.day)
    assert file is not None
    assert "曾同户" in file.waiting[0].may.reason.zh
    (task,) = my_tasks(world.village, world.day).coming
    assert task.barred == RELATIVES
    assert "6204021995" not in str(list(AuditEntry.objects.values_list("detail", flat=True)))


def test_only_the_security_administrator_says_who_somebody_is() -> None:
    world = county("village", "county")
    with pytest.raises(NotAllowed):
        state_own_person(by=world.county, user=world.village, id_number="")
    head = security()
    row = state_own_person(
        by=head, user=world.village, id_number=with_check_digit("62040219950701001")
    )
    assert row.id_index is not None
    assert "cases_ownperson" in {table.name for table in rotation.tables()}
    state_own_person(by=head, user=world.village, id_number="")
    assert OwnPerson.objects.get(user=world.village).id_index is None


def test_who_declared_stays_away_until_somebody_else_ends_it() -> None:
    world, family_ = county("village", "village2", "township"), home()
    row = declare_recusal(by=world.village, household=family_.pk, reason="妻子的表兄")
    assert declare_recusal(by=world.village, household=family_.pk, reason="同上").pk == row.pk
    assert barred(world.village, [family_.pk]) == {family_.pk: DECLARED}
    assert "表兄".encode() not in bytes(row.reason_closed)
    with pytest.raises(NotAllowed):
        end_recusal(by=world.village, recusal=row.pk, reason="想办")
    end_recusal(by=security(), recusal=row.pk, reason="申报有误")
    assert barred(world.village, [family_.pk]) == {}


@pytest.mark.parametrize(
    "decider",
    ["county", *(pytest.param(name, marks=pytest.mark.long) for name in ("approver", "approver2"))],
)
def test_no_pair_of_actors_approves_its_own(decider: str) -> None:
    """Whoever opened, or acted on any step, or must stay away, is not let decide."""
    world = county()
    for number, (opener, barring) in enumerate(product(("village", "county"), (False, True))):
        family_ = home(f"P{number}")
        case = taken_to(world, begun(world, family_, by=world.users[opener]), "decide")
        user = world.users[decider]
        if barring:
            declare_recusal(by=user, household=family_.pk, reason="亲戚")
        acted = set(Turn.objects.filter(case=case).values_list("by", flat=True))
        allowed = user.pk not in acted | {case.opened_by_id} and not barring
        if allowed:
            assert take(world, case, "decide", by=user).turn.effect == "monitor"
        else:
            with pytest.raises(Refused) as refused:
                take(world, case, "decide", by=user)
            assert refused.value.code in ("four_eyes", "barred")
            family_.refresh_from_db()
            assert family_.monitoring_category == ""
    assert set(CAST) >= {decider}


def test_who_has_acted_does_not_settle_an_objection() -> None:
    world, family_ = county(), home()
    case = taken_to(world, begun(world, family_), "review")
    take(world, case, "review", by=world.township2)
    said = object_to(by=world.village2, case=case.pk, text="不实", now=world.now)
    for name in ("township2", "village"):
        with pytest.raises((Refused, NotAllowed)):
            settle_objection(by=world.users[name], objection=said.pk, upheld=False, reason="不实")
    declare_recusal(by=world.township, household=family_.pk, reason="邻居")
    with pytest.raises(Refused):
        settle_objection(by=world.township, objection=said.pk, upheld=False, reason="查无")
    settle_objection(by=world.approver, objection=said.pk, upheld=False, reason="查无")

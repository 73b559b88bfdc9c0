"""The tables of rights, and what scopes make of them, against sentences about the roles."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangpin.kernel.errors import FangpinError
from fangpin.people.actions import give_post
from fangpin.people.models import Post, Role, User
from fangpin.people.rights import (
    ADMINISTRATORS,
    GROUP_WORDS,
    READABLE,
    RIGHTS,
    ROLE_WORDS,
    WRITABLE,
    FieldGroup,
    Right,
    conflict,
    department_groups,
)
from fangpin.people.scope import Grant, Scope, scope_of
from fangpin.places.models import Place

COUNTY, TOWNSHIP, VILLAGE = "620402", "620402101", "620402101201"
INSIDE, NEIGHBOUR = "620402101201", "620402101202"
# Rights through which somebody's data can be seen, changed or taken away.
PERSONAL = {
    *(Right.findings, Right.names, Right.export, Right.rows, Right.upload, Right.reviews),
    *(Right.registry, Right.registry_write, Right.registry_import, Right.registry_export),
    *(Right.registry_print, Right.unmask, Right.export_approve, Right.deliveries),
    *(Right.what_if, Right.scenarios, Right.backtest),
}


def held(role: Role, area: str | None, department: str = "") -> Grant:
    return Grant(RIGHTS[role], area, department, role)


grants = st.sampled_from(
    [
        held(role, area, department)
        for role in Role
        for area in (COUNTY, TOWNSHIP, VILLAGE, "620402102", None)
        for department in ("医疗保障局", "教育局", "某某办")
    ]
)


def test_every_role_and_group_stands_in_every_table() -> None:
    for table in (RIGHTS, READABLE, WRITABLE, ROLE_WORDS):
        assert set(table) == set(Role)
    assert set(GROUP_WORDS) == set(FieldGroup)


def test_three_administrators_share_no_right_and_see_nobody() -> None:
    assert len(ADMINISTRATORS) == 3
    for role in ADMINISTRATORS:
        assert not RIGHTS[role] & PERSONAL
        assert not READABLE[role] | WRITABLE[role]
        assert RIGHTS[role]
        for other in ADMINISTRATORS - {role}:
            assert not RIGHTS[role] & RIGHTS[other]
    business = frozenset().union(*(RIGHTS[role] for role in Role if role not in ADMINISTRATORS))
    for right in (Right.jobs, Right.users, Right.alarms):
        assert right not in business


def test_nobody_changes_what_is_not_shown() -> None:
    for role in Role:
        assert WRITABLE[role] <= READABLE[role]


def test_what_a_department_answers_for() -> None:
    assert department_groups("某某县医疗保障局") == {FieldGroup.insurance, FieldGroup.health}
    assert department_groups("教育和科学技术局") == {FieldGroup.education}
    assert department_groups("县残联") == {FieldGroup.disability}
    assert department_groups("残疾人联合会") == {FieldGroup.disability}
    assert department_groups("气象局") == department_groups("") == frozenset()


def test_a_liaison_sees_and_changes_the_own_department_alone() -> None:
    scope = Scope((held(Role.DEPARTMENT_LIAISON, COUNTY, "教育局"),))
    shown = {FieldGroup.identity, FieldGroup.household, FieldGroup.education}
    assert scope.groups(INSIDE) == scope.groups(None) == shown
    assert scope.writable_groups(INSIDE) == {FieldGroup.education}
    refused = scope.why(Right.registry_write, INSIDE, group=FieldGroup.health)
    assert not refused
    assert "健康状况" in refused.reason.zh
    assert "Health" in refused.reason.en


def test_groups_of_two_posts_meet_only_where_both_reach() -> None:
    scope = Scope(
        (held(Role.LEADER, COUNTY), held(Role.VILLAGE_WORKER, VILLAGE)),
    )
    assert FieldGroup.bank in scope.groups(INSIDE)
    assert FieldGroup.bank not in scope.groups(NEIGHBOUR)
    assert FieldGroup.bank not in scope.groups(None)
    assert scope.groups("620502101201") == frozenset()


@given(st.lists(grants, max_size=4), st.sampled_from([INSIDE, NEIGHBOUR, "620402102201"]))
def test_the_groups_of_a_list_are_shown_in_each_of_its_rows(some: list[Grant], code: str) -> None:
    scope = Scope(tuple(some))
    if scope.covers(Right.registry, code):
        assert scope.groups(None) <= scope.groups(code)
        assert scope.writable_groups(code) <= scope.groups(code)
    else:
        assert scope.groups(code) == frozenset()


@pytest.mark.django_db
@given(some=st.lists(grants, max_size=3), group=st.sampled_from(list(FieldGroup)))
def test_a_list_that_looks_into_a_group_shows_only_places_where_the_group_is_shown(
    some: list[Grant], group: FieldGroup
) -> None:
    codes = (INSIDE, NEIGHBOUR, "620402102201", "620502101201")
    for code in codes:
        Place.objects.get_or_create(
            code=code, name="村", level="village", valid_from=date(2020, 1, 1)
        )
    scope = Scope(tuple(some))
    found = Place.objects.filter(scope.within(Right.registry, "code", group=group))
    expected = {code for code in codes if group in scope.groups(code)}
    assert {place.code for place in found} == expected
    assert scope.why(Right.registry, group=group).allowed is any(
        group in grant.readable and grant.area for grant in some
    )


@given(st.lists(grants, max_size=4), st.sampled_from(list(Right)), st.sampled_from([INSIDE, ""]))
def test_why_says_what_covers_says(some: list[Grant], right: Right, code: str) -> None:
    scope = Scope(tuple(some))
    answer = scope.why(right, code)
    assert answer.reason.zh
    if scope.covers(right, code):
        assert answer
    if not scope.may(right):
        assert not answer


def test_a_right_without_its_place_is_nothing() -> None:
    scope = Scope((held(Role.AUDITOR, None),))
    assert scope.may(Right.audit)
    assert not scope.may(Right.registry)
    assert not scope.why(Right.registry, INSIDE)
    assert scope.groups(None) == scope.groups(INSIDE) == frozenset()


def test_a_closed_household_is_read_and_not_written() -> None:
    scope = Scope((held(Role.COUNTY_BUREAU, COUNTY),))
    assert scope.why(Right.registry, INSIDE, state="merged")
    assert scope.why(Right.registry_write, INSIDE, state="active")
    for state in ("merged", "split", "dissolved", "anything"):
        assert not scope.why(Right.registry_write, INSIDE, state=state)
    assert not scope.why(Right.unmask, INSIDE, state="merged")


def test_every_look_of_an_auditor_is_written_down() -> None:
    assert Scope((held(Role.AUDITOR, COUNTY),)).watched(INSIDE)
    assert not Scope((held(Role.AUDITOR, COUNTY), held(Role.LEADER, COUNTY))).watched(INSIDE)
    assert not Scope(()).watched(INSIDE)


def test_an_administrator_holds_one_post_and_no_other() -> None:
    for role in Role:
        assert conflict(frozenset(), role) is None
        assert conflict(frozenset({role}), role) is None
        for other in set(Role) - {role}:
            apart = bool({role, other} & ADMINISTRATORS)
            assert (conflict(frozenset({other}), role) is not None) is apart


@pytest.mark.django_db
def test_a_second_kind_of_post_for_an_administrator_is_refused_while_the_first_runs() -> None:
    user = User.objects.create(username="u")
    today = date(2026, 3, 2)
    give_post(
        by=None,
        user=user,
        role=Role.SECURITY_ADMINISTRATOR,
        place=None,
        valid_from=today,
        valid_to=today + timedelta(days=9),
    )
    with pytest.raises(FangpinError):
        give_post(by=None, user=user, role=Role.AUDIT_ADMINISTRATOR, place=None, valid_from=today)
    assert Post.objects.count() == 1
    later = today + timedelta(days=10)
    give_post(by=None, user=user, role=Role.AUDIT_ADMINISTRATOR, place=None, valid_from=later)
    assert scope_of(user, on=today).may(Right.users)
    assert not scope_of(user, on=later).may(Right.users)

"""What posts give, checked against a separately written oracle."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from hypothesis import given
from hypothesis import strategies as st

from fangpin.people.models import Post, Role, User
from fangpin.people.rights import RIGHTS, Right
from fangpin.people.scope import Grant, Scope, scope_of
from fangpin.places.models import Place

AREAS = ("620402", "620402101", "620402102", "620402101201", "620402102202", "620403")
CODES = ("620402101201", "620402101202", "620402102202", "620403101201", "620502101201")

grants = st.builds(
    lambda role, area, department: Grant(RIGHTS[role], area, department, role),
    st.sampled_from(list(Role)),
    st.sampled_from([*AREAS, None]),
    st.sampled_from(["", "医疗保障局", "教育局"]),
)


def oracle_covers(held: list[Grant], right: Right, code: str) -> bool:
    """One post must give both the right and the place; rights and places of two never mix."""
    return any(
        right in grant.rights and grant.area is not None and grant.area == code[: len(grant.area)]
        for grant in held
    )


@given(st.lists(grants, max_size=4), st.sampled_from(list(Right)), st.sampled_from(CODES))
def test_covers_agrees_with_the_oracle(held: list[Grant], right: Right, code: str) -> None:
    assert Scope(tuple(held)).covers(right, code) == oracle_covers(held, right, code)


@given(st.lists(grants, max_size=4), st.sampled_from(list(Right)))
def test_areas_hold_no_area_inside_another(held: list[Grant], right: Right) -> None:
    areas = Scope(tuple(held)).areas(right)
    assert not any(a != b and a.startswith(b) for a in areas for b in areas)


@given(st.lists(grants, max_size=4), st.sampled_from(list(Right)))
def test_departments_are_bounded_unless_one_post_is_not(held: list[Grant], right: Right) -> None:
    giving = [grant for grant in held if right in grant.rights]
    found = Scope(tuple(held)).departments(right)
    if any(grant.department == "" for grant in giving):
        assert found is None
    else:
        assert found == tuple(sorted({grant.department for grant in giving}))


def test_an_empty_scope_is_nothing_never_everything() -> None:
    scope = Scope(())
    for right in Right:
        assert not scope.may(right)
        assert scope.areas(right) == ()
        assert scope.departments(right) == ()
        assert not scope.covers(right, "620402101201")


@pytest.mark.django_db
def test_within_an_empty_scope_matches_no_row() -> None:
    Place.objects.create(
        code="620402000000", name="县", level="county", valid_from=date(2020, 1, 1)
    )
    assert Place.objects.filter(Scope(()).within(Right.findings, "code")).count() == 0
    held = Grant(RIGHTS[Role.LEADER], "620402", "", Role.LEADER)
    assert Place.objects.filter(Scope((held,)).within(Right.findings, "code")).count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("days_from", "days_to", "held"),
    [(0, None, True), (1, None, False), (-9, 0, True), (-9, -1, False), (-9, 3, True)],
)
def test_a_post_counts_from_its_first_to_its_last_day(
    days_from: int, days_to: int | None, held: bool
) -> None:
    today = date(2026, 3, 2)
    place = Place.objects.create(
        code="620402000000", name="县", level="county", valid_from=date(2020, 1, 1)
    )
    user = User.objects.create(username="u")
    Post.objects.create(
        user=user,
        role=Role.LEADER,
        place=place,
        valid_from=today + timedelta(days=days_from),
        valid_to=None if days_to is None else today + timedelta(days=days_to),
    )
    assert scope_of(user, on=today).may(Right.findings) is held


@pytest.mark.django_db
def test_nobody_signed_in_or_an_inactive_user_has_no_scope_at_all() -> None:
    with pytest.raises(PermissionError):
        scope_of(AnonymousUser())  # type: ignore[arg-type]
    with pytest.raises(PermissionError):
        scope_of(User.objects.create(username="gone", is_active=False))


@pytest.mark.django_db
def test_the_flags_of_django_give_nothing() -> None:
    user = User.objects.create(username="root", is_superuser=True, is_staff=True)
    assert not any(scope_of(user).may(right) for right in Right)

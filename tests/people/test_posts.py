"""Posts that are given, ended, moved and delegated take effect at once."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils import timezone

from fangpin.foundation.models import AuditEntry
from fangpin.kernel.errors import FangpinError
from fangpin.people import actions
from fangpin.people.held import posts_held
from fangpin.people.models import Post, Role, Unit, User
from fangpin.people.queries import UserFilter, users_page
from fangpin.people.scope import Right, scope_of
from fangpin.places import actions as tree
from fangpin.places.models import Place

SINCE = date(2020, 1, 1)
Places, Users = dict[str, Place], dict[str, User]


def _areas(user: User, on: date | None = None) -> tuple[str, ...]:
    """As at a new request: nothing is kept on the user."""
    return scope_of(User.objects.get(pk=user.pk), on).areas(Right.findings)


def _post(user: User, place: Place, role: Role = Role.VILLAGE_WORKER) -> Post:
    return actions.give_post(by=None, user=user, role=role, place=place, valid_from=SINCE)


def test_a_moved_person_has_the_new_area_and_not_the_old_one(places: Places, users: Users) -> None:
    today = timezone.localdate()
    post = _post(users["li"], places["上河村"])
    actions.move_person(
        by=None, post=post, role=Role.VILLAGE_WORKER, place=places["下河村"], from_day=today
    )
    assert _areas(users["li"]) == ("620402101202",)
    assert _areas(users["li"], today - timedelta(days=1)) == ("620402101201",)


def test_a_post_follows_its_village_to_a_new_code(places: Places, users: Users) -> None:
    _post(users["li"], places["上河村"])
    tree.recode(by=None, place=places["上河村"], code="620402101299", on=SINCE)
    assert _areas(users["li"]) == ("620402101299",)


def test_a_merger_widens_nobodys_area(places: Places, users: Users) -> None:
    _post(users["li"], places["上河村"])
    _post(users["wang"], places["下河村"])
    up, down = places["上河村"], places["下河村"]
    change = tree.merge(by=None, places=[up, down], into=up, on=date(2021, 1, 1))
    assert _areas(users["li"]) == ("620402101201",)
    assert _areas(users["wang"]) == ()
    tree.undo(by=None, change=change)
    assert _areas(users["wang"]) == ("620402101202",)


def test_a_delegation_lasts_from_its_first_to_its_last_day(places: Places, users: Users) -> None:
    today = timezone.localdate()
    post = _post(users["li"], places["上河村"])
    first, last = today + timedelta(days=2), today + timedelta(days=5)
    given = actions.delegate(
        by=users["li"], post=post, to=users["wang"], first_day=first, last_day=last, reason="学习"
    )
    days = [first - timedelta(days=1), first, last, last + timedelta(days=1)]
    assert [bool(_areas(users["wang"], day)) for day in days] == [False, True, True, False]
    assert _areas(users["li"], first) == ("620402101201",)
    held = posts_held(users["wang"], first)
    assert [(each.post.pk, each.delegated) for each in held] == [(post.pk, True)]
    actions.end_delegation(by=users["li"], delegation=given)
    actions.end_delegation(by=users["li"], delegation=given)
    assert _areas(users["wang"], first) == ()
    told = AuditEntry.objects.filter(subject=f"user:{users['wang'].pk}").values_list("action")
    assert sorted(told) == [("people.delegate",), ("people.end_delegation",)]


def _today(post: Post, users: Users) -> None:
    today = timezone.localdate()
    actions.delegate(
        by=users["li"], post=post, to=users["wang"], first_day=today, last_day=today, reason="出差"
    )


@pytest.mark.parametrize(
    "ending",
    [
        lambda post: actions.end_post(
            by=None, post=post, last_day=timezone.localdate() - timedelta(days=1)
        ),
        lambda post: actions.deactivate(by=None, user=post.user),
        lambda post: Place.objects.filter(pk=post.place_id).update(valid_to=date(2021, 1, 1)),
    ],
    ids=["post", "holder", "place"],
)
def test_a_delegation_ends_with_what_it_rests_on(
    places: Places, users: Users, ending: Callable[[Post], object]
) -> None:
    post = _post(users["li"], places["上河村"])
    _today(post, users)
    assert _areas(users["wang"]) == ("620402101201",)
    ending(post)
    assert _areas(users["wang"]) == ()


def test_a_delegated_post_does_not_show_twice_and_takes_one_query(
    places: Places, users: Users, django_assert_num_queries: Callable[[int], object]
) -> None:
    post = _post(users["li"], places["上河村"])
    _post(users["wang"], places["下河村"])
    _today(post, users)
    _today(post, users)
    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        assert len(posts_held(users["wang"], timezone.localdate())) == 2


def test_delegations_that_make_no_sense_are_refused(places: Places, users: Users) -> None:
    today = timezone.localdate()
    post = _post(users["li"], places["上河村"])
    admin = User.objects.create(username="admin")
    actions.give_post(
        by=None, user=admin, role=Role.SYSTEM_ADMINISTRATOR, place=None, valid_from=SINCE
    )
    good = {
        "by": users["li"],
        "post": post,
        "to": users["wang"],
        "first_day": today,
        "last_day": today,
        "reason": "出差",
    }
    for wrong in (
        {"first_day": today - timedelta(days=1)},
        {"last_day": today - timedelta(days=1)},
        {"last_day": today + timedelta(days=60)},
        {"to": users["li"]},
        {"by": users["wang"]},
        {"to": admin},
        {"reason": "  "},
    ):
        with pytest.raises(FangpinError):
            actions.delegate(**{**good, **wrong})  # type: ignore[arg-type]
    actions.end_post(by=None, post=post, last_day=today)
    post.refresh_from_db()
    with pytest.raises(FangpinError):
        actions.delegate(**{**good, "post": post, "last_day": today + timedelta(days=1)})  # type: ignore[arg-type]
    assert not post.delegations.exists()


def test_nobody_gives_a_post_to_themselves(places: Places, users: Users) -> None:
    with pytest.raises(FangpinError, match="自己"):
        actions.give_post(
            by=users["li"],
            user=users["li"],
            role=Role.LEADER,
            place=places["测试县"],
            valid_from=SINCE,
        )
    assert not Post.objects.exists()


def test_a_liaison_belongs_to_a_unit_and_keeps_its_name_in_feeds(
    places: Places, users: Users
) -> None:
    county = places["测试县"]
    by_text = actions.give_post(
        by=None,
        user=users["li"],
        role=Role.DEPARTMENT_LIAISON,
        place=county,
        department="医疗保障局",
        valid_from=SINCE,
    )
    unit = Unit.objects.get()
    assert (by_text.unit, unit.feed_name, unit.kind) == (unit, "医疗保障局", "department")
    by_unit = actions.give_post(
        by=None,
        user=users["wang"],
        role=Role.DEPARTMENT_LIAISON,
        place=county,
        unit=unit,
        valid_from=SINCE,
    )
    assert by_unit.department == "医疗保障局"
    assert Unit.objects.count() == 1
    assert scope_of(users["wang"]).departments(Right.deliveries) == ("医疗保障局",)
    actions.close_unit(by=None, unit=unit, last_day=timezone.localdate() - timedelta(days=1))
    fresh = User.objects.get(pk=users["wang"].pk)
    assert not scope_of(fresh).may(Right.deliveries)


def test_whoever_lost_the_place_counts_as_without_post(places: Places, users: Users) -> None:
    security = User.objects.create(username="security")
    role = Role.SECURITY_ADMINISTRATOR
    actions.give_post(by=None, user=security, role=role, place=None, valid_from=SINCE)
    _post(users["li"], places["上河村"])
    _post(users["wang"], places["下河村"])
    up, down = places["上河村"], places["下河村"]
    tree.merge(by=None, places=[up, down], into=up, on=date(2021, 1, 1))
    rows, _ = users_page(security, UserFilter(state="no_post"))
    assert [row.username for row in rows] == ["wang", "zhou"]
    working, _ = users_page(security, UserFilter(role="village_worker"))
    assert [row.username for row in working] == ["li"]
    assert users_page(users["li"], UserFilter()) == ([], None)


def test_users_of_a_township_are_not_those_of_the_ten_around_it(
    places: Places, users: Users
) -> None:
    """Township 110 is asked for: 11 and any digit is another one."""
    security = User.objects.create(username="security")
    role = Role.SECURITY_ADMINISTRATOR
    actions.give_post(by=None, user=security, role=role, place=None, valid_from=SINCE)
    county = places["上河村"].parent.parent
    for name, code in (("li", "620402110000"), ("wang", "620402111000")):
        town = Place.objects.create(
            code=code, name=f"{name}镇", level="township", parent=county, valid_from=SINCE
        )
        _post(users[name], town, Role.TOWNSHIP_OFFICER)
    rows, _ = users_page(security, UserFilter(place="620402110000"))
    assert [row.username for row in rows] == ["li"]

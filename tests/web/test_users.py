"""The security administrator's pages: users, posts, delegation; and what everybody does there."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.cast import County

from fangpin.people.actions import enter_user, give_post
from fangpin.people.models import Delegation, Post, Role, Unit, User
from fangpin.places.models import Place

GOOD = "korrekt-pferd-batterie"


@pytest.fixture
def security(county: County) -> Client:
    """A client of the security administrator."""
    if "security" not in county.users:
        county.users["security"] = User.objects.create(username="security", is_demo=True)
        give_post(
            by=None,
            user=county.users["security"],
            role=Role.SECURITY_ADMINISTRATOR,
            place=None,
            valid_from=date(2020, 1, 1),
        )
    return county.sign_in("security")


def _add(security: Client, name: str = "zhou.ce") -> tuple[User, str]:
    answer = security.post("/users/add/", {"username": name, "full_name": "周测"})
    assert answer.status_code == 200
    return User.objects.get(username=name), answer.context["code_shown"]


def test_a_new_user_sets_a_password_with_the_code_and_signs_in(
    county: County, security: Client
) -> None:
    user, code = _add(security)
    assert code not in security.get(f"/users/{user.pk}/").content.decode()
    newer = security.post(f"/users/{user.pk}/code/").context["code_shown"]
    assert newer not in security.get(f"/users/{user.pk}/").content.decode()
    anybody = Client()
    assert anybody.get("/first-password/").status_code == 200
    form = {"username": "zhou.ce", "password": GOOD, "again": GOOD}
    wrong = anybody.post("/first-password/", {**form, "code": code})  # replaced by the newer one
    assert wrong.status_code == 422
    assert "不正确" in wrong.content.decode()
    differing = anybody.post("/first-password/", {**form, "again": "x", "code": newer})
    assert "不一致" in differing.content.decode()
    done = anybody.post("/first-password/", {**form, "code": newer})
    assert (done.status_code, done.headers["Location"]) == (302, "/sign-in/")
    user.refresh_from_db()
    assert user.check_password(GOOD)


def test_guessing_the_code_is_stopped(county: County, security: Client) -> None:
    _, code = _add(security)
    form = {"username": "zhou.ce", "password": GOOD, "again": GOOD}
    anybody = Client()
    for _ in range(10):
        anybody.post("/first-password/", {**form, "code": "AAAAA"})
    stopped = anybody.post("/first-password/", {**form, "code": code})
    assert "尝试次数过多" in stopped.content.decode()
    assert not User.objects.get(username="zhou.ce").has_usable_password()


def test_a_post_is_given_moved_and_ended_with_effect_at_the_next_request(
    county: County, security: Client
) -> None:
    user, _ = _add(security)
    today = timezone.localdate()
    village, other = (Place.objects.get(code=f"62040210{n}201") for n in (1, 2))
    User.objects.filter(pk=user.pk).update(is_demo=True)  # needs no second factor here
    theirs = Client()
    theirs.force_login(user)
    assert theirs.get(f"/places/{village.pk}/").status_code == 404
    form = {"role": "village_worker", "place": village.pk, "valid_from": today.isoformat()}
    assert security.post(f"/users/{user.pk}/posts/", form).status_code == 302
    assert theirs.get(f"/places/{village.pk}/").status_code == 200
    post = Post.objects.get(user=user)
    moved = security.post(f"/posts/{post.pk}/move/", {**form, "place": other.pk})
    assert moved.status_code == 302
    assert theirs.get(f"/places/{village.pk}/").status_code == 404
    assert theirs.get(f"/places/{other.pk}/").status_code == 200
    newer = Post.objects.get(user=user, place=other)
    security.post(f"/posts/{newer.pk}/end/", {"now": "1"})
    assert theirs.get(f"/places/{other.pk}/").status_code == 404
    again = security.post(f"/posts/{newer.pk}/end/", {"now": "1"})
    assert "已经结束" in again.content.decode()


def test_posts_that_lack_something_are_told(county: County, security: Client) -> None:
    user, _ = _add(security)
    county_place = Place.objects.get(code="620402000000")
    today = timezone.localdate().isoformat()
    for form, told in (
        ({"role": "", "valid_from": today}, "没有选择岗位"),
        ({"role": "leader", "valid_from": today}, "没有选择任职区域"),
        ({"role": "leader", "place": county_place.pk, "valid_from": ""}, "没有填写"),
        (
            {"role": "department_liaison", "place": county_place.pk, "valid_from": today},
            "选择所在部门",
        ),
    ):
        answer = security.post(f"/users/{user.pk}/posts/", form)
        assert answer.status_code == 422
        assert told in answer.content.decode(), form
    unit = Unit.objects.get(feed_name="医疗保障局")
    good = {"role": "department_liaison", "place": county_place.pk, "unit": unit.pk}
    assert (
        security.post(f"/users/{user.pk}/posts/", {**good, "valid_from": today}).status_code == 302
    )
    assert Post.objects.get(user=user).department == "医疗保障局"


def test_the_administrator_gives_nothing_to_themselves(county: County, security: Client) -> None:
    own = county.users["security"]
    today = timezone.localdate().isoformat()
    form = {"role": "system_administrator", "valid_from": today}
    assert security.post(f"/users/{own.pk}/posts/", form).status_code == 422
    assert security.post(f"/users/{own.pk}/deactivate/").status_code == 422
    assert security.post(f"/users/{own.pk}/factors/").status_code == 404
    page = security.get(f"/users/{own.pk}/").content.decode()
    assert "授予任职" not in page


def test_a_deactivated_account_is_out_at_the_next_request(county: County, security: Client) -> None:
    user = county.users["village"]
    theirs = county.sign_in("village")
    assert theirs.get("/places/").status_code == 200
    security.post(f"/users/{user.pk}/deactivate/")
    assert theirs.get("/places/").status_code == 302
    security.post(f"/users/{user.pk}/reactivate/")
    assert county.sign_in("village").get("/places/").status_code == 200


def test_a_post_is_delegated_by_its_holder_and_taken_back(county: County) -> None:
    today = timezone.localdate()
    holder, receiver = county.sign_in("township"), county.sign_in("village")
    town = Place.objects.get(code="620402101000")
    post = Post.objects.get(user=county.users["township"])
    assert receiver.get(f"/places/{town.pk}/").status_code == 404
    form = {
        "to": "village",
        "first_day": today.isoformat(),
        "last_day": (today + timedelta(days=3)).isoformat(),
        "reason": "学习",
    }
    nobody = holder.post(f"/posts/{post.pk}/delegate/", {**form, "to": "nobody"})
    assert "没有这个用户名" in nobody.content.decode()
    assert receiver.post(f"/posts/{post.pk}/delegate/", form).status_code == 404
    assert holder.post(f"/posts/{post.pk}/delegate/", form).status_code == 302
    assert receiver.get(f"/places/{town.pk}/").status_code == 200
    assert "受托代行" in receiver.get("/posts/").content.decode()
    assert "学习" in holder.get("/posts/").content.decode()
    given = Delegation.objects.get()
    village = Place.objects.get(code="620402101201")
    receiver.post(f"/places/{village.pk}/hamlets/", {"name": "一组", "kind": "group"})
    trail = county.sign_in("auditor").get("/audit/").content.decode()
    assert "代行 township（乡镇干部）" in trail.replace("\n", "")
    outsider = county.sign_in("other_township")
    assert outsider.post(f"/delegations/{given.pk}/end/").status_code == 404
    assert holder.post(f"/delegations/{given.pk}/end/").status_code == 302
    assert receiver.get(f"/places/{town.pk}/").status_code == 404


def test_the_list_of_users(county: County, security: Client) -> None:
    enter_user(by=None, username="zz.gone", full_name="钱测")
    text = security.get("/users/").content.decode()
    assert "township" in text
    assert "乡镇干部" in text
    filtered = security.get("/users/?state=no_post&name=zz").content.decode()
    assert "zz.gone" in filtered
    assert "other_township" not in filtered
    assert county.sign_in("county").get("/users/").status_code == 404
    assert county.sign_in("admin").get("/users/").status_code == 404


def test_units_duties_and_charges(county: County) -> None:
    client = county.sign_in("county")
    top, village = (Place.objects.get(code=code) for code in ("620402000000", "620402101201"))
    today = timezone.localdate().isoformat()
    form = {"name": "县农业农村局", "kind": "department", "place": top.pk, "since": today}
    made = client.post("/units/add/", form)
    unit = Unit.objects.get(name="县农业农村局")
    assert made.headers["Location"] == f"/units/{unit.pk}/"
    twice = client.post("/units/add/", form)
    assert twice.status_code == 422
    assert "已有单位" in twice.content.decode()
    duty = {"text": "牵头产业帮扶", "clause": "baiyin-2021:2.2", "since": today}
    assert client.post(f"/units/{unit.pk}/duties/", duty).status_code == 302
    charge = {"place": village.pk, "household": "620402000001", "since": today}
    assert client.post(f"/units/{unit.pk}/charges/", charge).status_code == 302
    page = client.get(f"/units/{unit.pk}/").content.decode()
    assert "牵头产业帮扶" in page
    assert "/packs/baiyin-2021/clauses/2.2/" in page
    listed = county.sign_in("village").get("/units/duties/").content.decode()
    assert "620402000001" in listed
    assert "牵头产业帮扶" in listed
    assert (
        "620402000001"
        not in county.sign_in("other_township").get("/units/duties/").content.decode()
    )
    assert county.sign_in("township").post(f"/units/{unit.pk}/change/", form).status_code == 404
    kept = client.post(
        f"/units/{unit.pk}/change/", {**form, "name": "农业农村局", "feed_name": "农业局"}
    )
    assert kept.status_code == 302
    client.post(f"/units/duties/{unit.duties.get().pk}/end/")
    client.post(f"/units/charges/{unit.charges.get().pk}/end/")
    assert client.post(f"/units/{unit.pk}/close/", {"last_day": today}).status_code == 302
    unit.refresh_from_db()
    assert (unit.name, unit.valid_to) == ("农业农村局", timezone.localdate())

"""In an open session whoever changes ways of signing in or addresses is asked again who they are:
on every path, after signing in with a password and through the county."""

import time
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from tests.cast import County
from tests.people.sign_in.test_factors import code_at
from tests.web.single_sign_on import Provider, provider

from fangpin.foundation.models import AuditEntry
from fangpin.people.actions import enter_unit, give_post
from fangpin.people.messages.outward.channels import add_own, add_robot, set_gateway
from fangpin.people.models import (
    Channel,
    FirstPassword,
    Gateway,
    RecoveryCode,
    Role,
    SecondFactor,
    Unit,
    User,
    UserSession,
)
from fangpin.people.sign_in import factors, throttle
from fangpin.people.sign_in.sessions import CONFIRMED_FOR
from fangpin.places.models import Place

PASSWORD = "korrekt-pferd-batterie"
NEW = "noch-ein-pferd-im-stall"
MAIL = {"host": "mail.inside", "security": "insecure", "sender": "a@example.cn"}
ROBOT = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=abcd-1234"
SYSTEM, SECURITY = Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR
# URL name, method, arguments (words of the world), form, whose post is needed, page to come back to
ASKED: list[tuple[str, str, tuple[str, ...], dict[str, str], Role, str]] = [
    ("app-add", "get", (), {}, SECURITY, "/account/app/"),
    ("app-add", "post", (), {"code": "123456"}, SECURITY, "/account/app/"),
    ("passkey-add", "post", (), {"passkey": "x"}, SECURITY, "/account/"),
    ("factor-remove", "post", ("factor",), {}, SECURITY, "/account/"),
    ("recovery-codes", "post", (), {}, SECURITY, "/account/"),
    (
        "channel-add",
        *("post", (), {"kind": "email", "address": "b@example.cn"}),
        SECURITY,
        "/messages/settings/",
    ),
    ("channel-change", "post", ("own",), {"do": "remove"}, SECURITY, "/messages/settings/"),
    ("user-code", "post", ("other",), {}, SECURITY, "/users/{other}/"),
    ("user-factors", "post", ("other",), {}, SECURITY, "/users/{other}/"),
    ("outward-gateway", "post", ("email",), {"do": "drop"}, SYSTEM, "/outward/"),
    ("robot-add", "post", (), {"unit": "{unit}", "kind": "dingtalk"}, SYSTEM, "/outward/"),
    ("robot-change", "post", ("robot",), {"do": "remove"}, SYSTEM, "/outward/"),
]


@pytest.fixture(scope="module")
def server() -> Iterator[Provider]:
    with provider() as made:
        yield made


@pytest.fixture
def other_side(server: Provider, monkeypatch: pytest.MonkeyPatch) -> Provider:
    server.claims = {"preferred_username": "keeper", "amr": ["pwd", "otp"]}
    server.spoil, server.key = {}, server.published
    monkeypatch.setattr(settings, "OIDC_ISSUER", server.issuer)
    monkeypatch.setattr(settings, "OIDC_CLIENT_ID", "fangpin")
    monkeypatch.setattr(settings, "OIDC_CLIENT_SECRET", "a secret of the test")
    return server


class Keeper:
    """An administrator with an app, recovery codes, an address; a colleague; a robot."""

    def __init__(self, role: Role) -> None:
        self.user = User.objects.create(username="keeper", full_name="管理员")
        self.user.set_password(PASSWORD)
        self.user.save()
        give_post(by=None, user=self.user, role=role, place=None, valid_from=date(2020, 1, 1))
        self.secret = factors.new_secret()
        before = int(time.time()) - 30
        factors.add_app(by=self.user, secret=self.secret, code=code_at(self.secret, before))
        self.codes = factors.new_recovery_codes(by=self.user)
        at = Place.objects.get(code="620402000000")
        unit = enter_unit(
            by=None, name="某局", kind=Unit.Kind.OTHER, place=at, since=date(2020, 1, 1)
        )
        other = User.objects.create(username="colleague")
        theirs = factors.new_secret()
        factors.add_app(by=other, secret=theirs, code=code_at(theirs, before))
        system = User.objects.create(username="operator")
        give_post(by=None, user=system, role=SYSTEM, place=None, valid_from=date(2020, 1, 1))
        set_gateway(by=system, kind="email", content=MAIL)
        own = add_own(by=self.user, kind="email", address="own@example.cn")
        robot = add_robot(by=system, unit=unit, kind="wecom", address=ROBOT)
        factor = SecondFactor.objects.get(user=self.user)
        self.words: dict[str, Any] = {
            **{"factor": factor.pk, "own": own.pk, "robot": robot.pk},
            **{"other": other.pk, "unit": unit.pk, "email": "email"},
        }

    def by_password(self) -> Client:
        client = Client()
        client.post("/sign-in/", {"username": "keeper", "password": PASSWORD})
        done = client.post("/sign-in/code/", {"code": code_at(self.secret, int(time.time()))})
        assert done.status_code == 302
        return client

    def by_county(self, other_side: Provider) -> Client:
        client = Client()
        begun = client.get("/sign-in/county/")
        assert client.get(other_side.authorise(begun.headers["Location"])).status_code == 302
        return client


@pytest.fixture
def made(county: County, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(settings, "MESSAGE_HOSTS", ["mail.inside:25", "qyapi.weixin.qq.com"])
    monkeypatch.setattr(settings, "MESSAGE_PRIVATE_HOSTS", ["mail.inside"])
    return Keeper


def _later(client: Client, seconds: float = CONFIRMED_FOR.total_seconds()) -> None:
    session = client.session
    session["confirmed_at"] = session.get("confirmed_at", 0) - seconds
    session.save()


def _standing() -> list[Any]:
    """All that the paths would change."""
    tables = (SecondFactor, RecoveryCode, FirstPassword, Gateway, Channel)
    return [sorted(table.objects.values_list(), key=str) for table in tables] + [
        User.objects.get(username="keeper").password
    ]


def _asked_everywhere(keeper: Keeper, client: Client, role: Role) -> None:
    before = _standing()
    for name, method, arguments, form, whose, back in ASKED:
        if whose != role:
            continue
        path = reverse(name, args=[keeper.words[each] for each in arguments])
        sent = {key: value.format(**keeper.words) for key, value in form.items()}
        answer = getattr(client, method)(path, sent)
        assert answer.status_code == 302, (name, answer.status_code)
        page = back.format(**keeper.words)
        assert answer.headers["Location"] == f"/account/confirm/?next={page.replace('/', '%2F')}"
        part = getattr(client, method)(path, sent, headers={"HX-Request": "true"})
        assert part.headers["HX-Redirect"] == answer.headers["Location"]
        shown = client.get(page, follow=True)
        assert "/account/confirm/" in shown.content.decode(), "where to confirm is said on the page"
    options = client.post("/account/passkeys/options/")
    assert (options.status_code, options.json()) == (
        403,
        {"ask": "/account/confirm/?next=/account/"},
    )
    wrong = {"old": "wrong", "new": NEW, "again": NEW}
    assert client.post("/account/password/", wrong).status_code == 422
    assert _standing() == before


@pytest.mark.parametrize("role", [SYSTEM, SECURITY])
def test_every_path_asks_again_after_five_minutes(made: type[Keeper], role: Role) -> None:
    keeper = made(role)
    client = keeper.by_password()
    assert client.get("/account/app/").status_code == 200, "signing in counts for five minutes"
    _later(client)
    _asked_everywhere(keeper, client, role)


@pytest.mark.parametrize("role", [SYSTEM, SECURITY])
def test_every_path_asks_again_after_single_sign_on(
    made: type[Keeper], role: Role, other_side: Provider
) -> None:
    """At once, when the other side does not say that somebody has signed in just now: it may have
    known the browser since the morning."""
    keeper = made(role)
    _asked_everywhere(keeper, keeper.by_county(other_side), role)


def test_a_view_that_touches_ways_of_signing_in_is_in_the_table() -> None:
    """Each of them is marked, and asked about here: removing a mark or a line fails."""
    from tests.web.test_matrix import patterns

    marked = {each.name for each in patterns() if getattr(each.callback, "asks_again", False)}
    by_themselves = {"channel-change", "robot-change"}  # when they remove
    assert marked == {name for name, *_ in ASKED} - by_themselves


@pytest.mark.parametrize("way", ["password", "app", "recovery"])
def test_it_is_confirmed_by_password_or_factor_and_holds_for_five_minutes(
    made: type[Keeper], way: str
) -> None:
    keeper = made(SECURITY)
    client = keeper.by_password()
    _later(client)
    old = client.session.session_key
    later = code_at(keeper.secret, int(time.time()) + 30)
    form = {
        "password": {"password": PASSWORD},
        "app": {"code": later},
        "recovery": {"code": keeper.codes[0]},
    }[way]
    done = client.post("/account/confirm/", form | {"next": "/account/"})
    assert done.headers["Location"] == "/account/"
    assert client.get("/account/app/").status_code == 200
    assert AuditEntry.objects.get(action="session.confirm").detail == {"method": way}
    assert client.session.session_key != old
    assert UserSession.objects.get(user=keeper.user).key == client.session.session_key
    stolen = Client()
    stolen.cookies[settings.SESSION_COOKIE_NAME] = old or ""
    assert stolen.get("/account/").status_code == 302, "the former cookie is nobody's"
    _later(client)
    assert client.get("/account/app/").status_code == 302
    _later(client, -2 * CONFIRMED_FOR.total_seconds())
    assert client.get("/account/app/").status_code == 302, "nor does a clock set back help"


def test_guessing_in_an_open_session_is_counted_like_signing_in(made: type[Keeper]) -> None:
    client = made(SECURITY).by_password()
    _later(client)
    guesses = [("/account/confirm/", {"password": "wrong"}), ("/account/confirm/", {"code": "1"})]
    guesses += [("/account/password/", {"old": "wrong", "new": NEW, "again": NEW})]
    for at in range(throttle.PER_NAME):
        path, form = guesses[at % 3]
        assert client.post(path, form).status_code == 422
    blocked = client.post("/account/confirm/", {"password": PASSWORD})
    assert "尝试次数过多" in blocked.content.decode()
    blocked = client.post("/account/password/", {"old": PASSWORD, "new": NEW, "again": NEW})
    assert (blocked.status_code, "尝试次数过多" in blocked.content.decode()) == (422, True)
    assert client.get("/account/app/").status_code == 302


def test_another_users_code_confirms_nothing(made: type[Keeper]) -> None:
    keeper = made(SECURITY)
    client = keeper.by_password()
    _later(client)
    theirs = factors.new_recovery_codes(by=User.objects.get(username="colleague"))[0]
    assert client.post("/account/confirm/", {"code": theirs}).status_code == 422


def _again(client: Client, other_side: Provider) -> Any:
    begun = client.post("/account/confirm/county/", {"next": "/account/app/"})
    assert "prompt=login" in begun.headers["Location"]
    assert "max_age=0" in begun.headers["Location"]
    return client.get(other_side.authorise(begun.headers["Location"]))


def test_single_sign_on_confirms_when_it_was_done_again(
    made: type[Keeper], other_side: Provider
) -> None:
    client = made(SECURITY).by_county(other_side)
    page = client.get("/account/confirm/").content.decode()
    assert "统一身份认证" in page
    other_side.claims["auth_time"] = int(time.time()) - 3600
    assert _again(client, other_side).status_code == 422, "it was known over there"
    del other_side.claims["auth_time"]
    assert _again(client, other_side).status_code == 422, "nothing was said about when"
    other_side.claims["auth_time"] = int(time.time())
    done = _again(client, other_side)
    assert (done.status_code, done.headers["Location"]) == (302, "/account/app/")
    assert client.get("/account/app/").status_code == 200
    assert client.get("/account/").status_code == 200


def test_somebody_else_over_there_confirms_nothing_and_signs_nobody_in(
    made: type[Keeper], other_side: Provider
) -> None:
    keeper = made(SECURITY)
    client = keeper.by_county(other_side)
    other_side.claims |= {"preferred_username": "colleague", "auth_time": int(time.time())}
    assert _again(client, other_side).status_code == 422
    assert client.session["_auth_user_id"] == str(keeper.user.pk)
    assert client.get("/account/app/").status_code == 302


def test_who_signs_in_afresh_over_there_is_not_asked_at_once(
    made: type[Keeper], other_side: Provider
) -> None:
    other_side.claims["auth_time"] = int(time.time()) + 10_000  # a clock that is ahead
    client = made(SECURITY).by_county(other_side)
    assert client.get("/account/app/").status_code == 200
    _later(client)
    assert client.get("/account/app/").status_code == 302


def test_confirming_leads_to_no_other_site(made: type[Keeper]) -> None:
    client = made(SECURITY).by_password()
    for form in ({"password": PASSWORD}, {"code": ""}):
        answer = client.post("/account/confirm/", form | {"next": "//evil.example/"})
        assert "evil.example" not in answer.headers.get("Location", "")
        assert b"evil.example" not in answer.content


def test_without_the_county_there_is_no_such_way(made: type[Keeper]) -> None:
    client = made(SECURITY).by_password()
    assert client.post("/account/confirm/county/").status_code == 404

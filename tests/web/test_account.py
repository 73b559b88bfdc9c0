"""Signing in with a second factor, one's own account, sessions – on the pages."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from tests.cast import County
from tests.people.sign_in.test_factors import code_at

from fangpin.foundation.models import AuditEntry
from fangpin.people.actions import deactivate, reactivate
from fangpin.people.models import SecondFactor, SignInAttempt, User, UserSession
from fangpin.people.sign_in import factors
from fangpin.people.sign_in.sessions import sessions_of

PASSWORD = "korrekt-pferd-batterie"
NAME = "township"


@pytest.fixture
def officer(county: County) -> User:
    """The township officer as a real account: nothing of a demonstration about it."""
    user = county.users[NAME]
    user.is_demo = False
    user.set_password(PASSWORD)
    user.save()
    return user


def _now() -> int:
    return int(timezone.now().timestamp())


@pytest.fixture
def secret(officer: User) -> str:
    made = factors.new_secret()
    factors.add_app(by=officer, secret=made, code=code_at(made, _now() - 30))
    return made


def _password(client: Client, next_: str = "/findings/", **more: str) -> str:
    form = {"username": NAME, "password": PASSWORD, "next": next_} | more
    response = client.post("/sign-in/", form)
    return response.headers.get("Location", f"{response.status_code}")


def test_the_password_alone_opens_nothing(secret: str) -> None:
    client = Client()
    assert _password(client) == "/sign-in/code/"
    for path in ("/findings/", "/", "/account/"):
        assert client.get(path).status_code == 302
        assert "sign-in" in client.get(path).headers["Location"]


def test_the_code_leads_to_where_one_wanted_to_go(secret: str) -> None:
    client = Client()
    _password(client)
    before = client.session.session_key
    done = client.post("/sign-in/code/", {"code": code_at(secret, _now())})
    assert done.headers["Location"] == "/findings/"
    assert client.session.session_key != before
    assert client.get("/findings/").status_code == 200


def test_a_code_seen_over_the_shoulder_is_of_no_use(secret: str) -> None:
    code = code_at(secret, _now())
    for client, status in ((Client(), 302), (Client(), 422)):
        _password(client)
        assert client.post("/sign-in/code/", {"code": code}).status_code == status


def test_wrong_codes_are_counted_like_wrong_passwords(secret: str) -> None:
    client = Client()
    _password(client)
    for _ in range(10):
        assert client.post("/sign-in/code/", {"code": "000000"}).status_code == 422
    blocked = client.post("/sign-in/code/", {"code": code_at(secret, _now())})
    assert "尝试次数过多" in blocked.content.decode()
    assert client.get("/findings/").status_code == 302


def test_a_recovery_code_is_a_second_factor_once(officer: User, secret: str) -> None:
    recovery = factors.new_recovery_codes(by=officer)[0]
    for status in (302, 422):
        client = Client()
        _password(client)
        assert client.post("/sign-in/code/", {"code": recovery}).status_code == status


def test_the_second_step_waits_for_ten_minutes_only(secret: str) -> None:
    client = Client()
    _password(client)
    session = client.session
    session["sign_in_pending"] = session["sign_in_pending"] | {"at": _now() - 601}
    session.save()
    done = client.post("/sign-in/code/", {"code": code_at(secret, _now())})
    assert done.headers["Location"] == "/sign-in/"


def test_without_a_factor_one_is_led_to_get_one_and_sees_nothing_else(officer: User) -> None:
    client = Client()
    assert _password(client) == "/account/"
    for path in ("/", "/findings/", "/households/620402000001/"):
        assert client.get(path).headers["Location"] == "/account/"
    assert client.post("/lists/findings/export.csv").headers["Location"] == "/account/"
    assert client.get("/findings/", HTTP_HX_REQUEST="true").headers["HX-Redirect"] == "/account/"
    page = client.get("/account/app/").content.decode()
    shown = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert shown
    code = code_at(shown[1].replace(" ", ""), _now())
    done = client.post("/account/app/", {"code": code})
    assert len(re.findall(r"<li><code>", done.content.decode())) == factors.CODES
    assert client.get("/findings/").status_code == 200


def test_a_session_from_before_the_factor_does_not_skip_it(officer: User, secret: str) -> None:
    client = Client()
    client.force_login(officer)
    assert client.get("/account/app/").headers["Location"] == "/sign-in/"
    assert client.get("/findings/").headers["Location"].startswith("/sign-in/?"), "it has ended"


def test_who_knew_the_password_before_cannot_replace_the_factor(officer: User) -> None:
    thief = Client()
    assert _password(thief) == "/account/", "there is no factor yet"
    made = factors.new_secret()
    factors.add_app(by=officer, secret=made, code=code_at(made, _now()))
    assert thief.post("/account/app/", {"code": "123456"}).headers["Location"] == "/sign-in/"
    assert thief.get("/account/").status_code == 302
    assert AuditEntry.objects.get(action="session.end").detail == {"why": "without_factor"}


def test_accounts_of_a_demonstration_are_exempt_in_a_demonstration_only(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = county.sign_in(NAME)
    assert client.get("/findings/").status_code == 200
    monkeypatch.setattr(settings, "DEMO", False)
    assert client.get("/findings/").headers["Location"] == "/account/"


def _signed_in(secret: str, ahead: int = 0) -> Client:
    client = Client()
    _password(client)
    moment = _now() + ahead
    assert client.post("/sign-in/code/", {"code": code_at(secret, moment)}).status_code == 302
    return client


def test_sessions_are_listed_and_ended(officer: User, secret: str) -> None:
    first = _signed_in(secret)
    second = _signed_in(secret, ahead=30)
    assert first.get("/account/").content.decode().count("/account/sessions/") == 2  # one, and all
    other = UserSession.objects.get(key=second.session.session_key)
    first.post(f"/account/sessions/{other.pk}/end/")
    assert second.get("/findings/").status_code == 302
    assert first.get("/findings/").status_code == 200


def test_nobody_ends_anothers_session(county: County, officer: User, secret: str) -> None:
    mine = _signed_in(secret)
    row = UserSession.objects.get(key=mine.session.session_key)
    assert county.sign_in("village").post(f"/account/sessions/{row.pk}/end/").status_code == 404
    assert mine.get("/findings/").status_code == 200


def test_another_password_ends_all_other_sessions(officer: User, secret: str) -> None:
    first, second = _signed_in(secret), _signed_in(secret, ahead=30)
    form = {"old": PASSWORD, "new": "noch-ein-pferd-im-stall", "again": "noch-ein-pferd-im-stall"}
    assert first.post("/account/password/", form).status_code == 200
    assert first.get("/findings/").status_code == 200
    assert second.get("/findings/").status_code == 302
    assert [row.key for row in sessions_of(officer)] == [first.session.session_key]


def test_what_has_ended_is_not_listed_as_open(officer: User, secret: str) -> None:
    left, idle = _signed_in(secret), _signed_in(secret, ahead=30)
    assert len(sessions_of(officer)) == 2
    left.post("/sign-out/")
    assert [row.key for row in sessions_of(officer)] == [idle.session.session_key]
    assert AuditEntry.objects.get(action="session.end").detail == {"why": "sign_out"}
    UserSession.objects.update(seen_at=timezone.now() - timedelta(minutes=32))
    assert sessions_of(officer) == [], "nobody has asked its cookie yet, but it is over"


@pytest.mark.parametrize(
    "form",
    [
        {"old": "wrong", "new": "noch-ein-pferd-im-stall", "again": "noch-ein-pferd-im-stall"},
        {"old": PASSWORD, "new": "noch-ein-pferd-im-stall", "again": "another"},
        {"old": PASSWORD, "new": "short", "again": "short"},
    ],
)
def test_a_password_is_not_changed_by_halves(
    officer: User, secret: str, form: dict[str, str]
) -> None:
    client = _signed_in(secret)
    assert client.post("/account/password/", form).status_code == 422
    officer.refresh_from_db()
    assert officer.check_password(PASSWORD)


def test_an_account_that_ended_is_out_at_the_next_request(officer: User, secret: str) -> None:
    client = _signed_in(secret)
    deactivate(by=None, user=officer)
    assert client.get("/findings/").status_code == 302
    assert _password(Client()) == "422"
    reactivate(by=None, user=officer)
    assert client.get("/findings/").status_code == 302, "the account is back, its session is not"


@pytest.mark.parametrize(("key", "ago"), [("seen_at", 1801), ("signed_in_at", 12 * 3600 + 1)])
def test_a_session_ends_when_it_is_idle_or_old(secret: str, key: str, ago: int) -> None:
    client = _signed_in(secret)
    session = client.session
    session[key] = timezone.now().timestamp() - ago
    session.save()
    assert client.get("/findings/").status_code == 302


def test_an_old_password_is_changed_first_where_passwords_age(
    officer: User, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "PASSWORD_DAYS", 90)
    User.objects.filter(pk=officer.pk).update(password_set_at=timezone.now() - timedelta(days=91))
    client = _signed_in(secret)
    assert client.get("/findings/").headers["Location"] == "/account/"
    assert "密码已到更换期限" in client.get("/account/").content.decode()
    form = {"old": PASSWORD, "new": "noch-ein-pferd-im-stall", "again": "noch-ein-pferd-im-stall"}
    client.post("/account/password/", form)
    assert client.get("/findings/").status_code == 200


def test_factors_are_ones_own(county: County, officer: User, secret: str) -> None:
    factor = SecondFactor.objects.get(user=officer)
    answer = county.sign_in("village").post(f"/account/factors/{factor.pk}/remove/")
    assert answer.status_code == 404
    assert SecondFactor.objects.filter(pk=factor.pk).exists()
    assert _signed_in(secret).post(f"/account/factors/{factor.pk}/remove/").status_code == 422


def test_the_trail_says_how_somebody_came_in(secret: str) -> None:
    _signed_in(secret)
    assert AuditEntry.objects.get(action="session.begin").detail == {"method": "app"}


@pytest.mark.parametrize("answer", ["", "{}", "[]", "null", '{"id": 1}', "x" * 30_000])
def test_what_is_no_passkey_is_refused(officer: User, secret: str, answer: str) -> None:
    client = _signed_in(secret)
    client.post("/account/passkeys/options/")
    assert client.post("/account/passkeys/", {"passkey": answer}).status_code in {302, 422}
    assert SecondFactor.objects.filter(user=officer).count() == 1
    fresh = Client()
    _password(fresh)
    assert fresh.post("/sign-in/code/", {"passkey": answer, "code": ""}).status_code == 422


def test_the_address_is_the_one_our_own_proxy_saw(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.test import RequestFactory

    from fangpin.web.client import address_of

    request = RequestFactory().get("/", HTTP_X_FORWARDED_FOR="1.1.1.1, 192.0.2.9")
    assert address_of(request) == "127.0.0.1", "nobody is believed without a proxy of ours"
    monkeypatch.setattr(settings, "PROXIES", 1)
    assert address_of(request) == "192.0.2.9"
    assert address_of(RequestFactory().get("/")) == "127.0.0.1"


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("192.0.2.9:51234", "192.0.2.9"),
        ("[2001:db8::7]:443", "2001:db8::7"),
        ("fe80::1%eth0", "fe80::1"),
        ("unknown", None),
        ("<script>", None),
    ],
)
def test_a_proxy_that_writes_more_than_an_address_keeps_nobody_out(
    officer: User, written: str, address: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "PROXIES", 1)
    client = Client(headers={"X-Forwarded-For": written})
    assert _password(client) == "/account/"
    assert SignInAttempt.objects.get().address == address

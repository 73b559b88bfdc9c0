"""A county's single sign-on: who comes from there is who is entered here, or nobody."""

import time
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from joserfc.jwk import RSAKey
from tests.cast import County
from tests.web.single_sign_on import Provider, provider

from fangpin.foundation.models import AuditEntry
from fangpin.people.models import SignInAttempt, User
from fangpin.people.sign_in import factors, throttle


@pytest.fixture(scope="module")
def server() -> Iterator[Provider]:
    with provider() as made:
        yield made


@pytest.fixture
def other_side(server: Provider, monkeypatch: pytest.MonkeyPatch, county: County) -> Provider:
    server.claims, server.spoil, server.key = {"preferred_username": "leader"}, {}, server.published
    monkeypatch.setattr(settings, "OIDC_ISSUER", server.issuer)
    monkeypatch.setattr(settings, "OIDC_CLIENT_ID", "fangpin")
    monkeypatch.setattr(settings, "OIDC_CLIENT_SECRET", "a secret of the test")
    User.objects.filter(username="leader").update(is_demo=False)
    return server


def _come_back(client: Client, other_side: Provider) -> str:
    begun = client.get("/sign-in/county/?next=/findings/")
    assert begun.headers["Location"].startswith(f"{other_side.issuer}/authorize?")
    done = client.get(other_side.authorise(begun.headers["Location"]))
    return done.headers.get("Location", str(done.status_code))


def test_without_settings_there_is_no_such_page(db: None) -> None:
    assert Client().get("/sign-in/county/").status_code == 404
    assert Client().get("/sign-in/county/done/?code=1&state=2").status_code == 404


def test_a_second_factor_over_there_is_enough(other_side: Provider) -> None:
    other_side.claims["amr"] = ["pwd", "otp"]
    client = Client()
    assert _come_back(client, other_side) == "/findings/"
    assert client.get("/findings/").status_code == 200
    assert AuditEntry.objects.get(action="session.begin").detail == {"method": "oidc"}
    assert other_side.asked["code_challenge_method"] == "S256"


def test_a_password_over_there_still_asks_for_the_factor_here(other_side: Provider) -> None:
    client = Client()
    assert _come_back(client, other_side) == "/account/"
    assert client.get("/findings/").headers["Location"] == "/account/"
    leader = User.objects.get(username="leader")
    secret = factors.new_secret()
    from tests.people.sign_in.test_factors import code_at

    factors.add_app(by=leader, secret=secret, code=code_at(secret, int(time.time())))
    assert _come_back(Client(), other_side) == "/sign-in/code/"


def test_nobody_is_entered_by_the_other_side(other_side: Provider) -> None:
    before = User.objects.count()
    for name in ("somebody.new", "township"):  # township is an account of the demonstration
        other_side.claims = {"preferred_username": name, "amr": ["mfa"]}
        assert _come_back(Client(), other_side) == "422"
    User.objects.filter(username="leader").update(is_active=False)
    other_side.claims = {"preferred_username": "leader", "amr": ["mfa"]}
    assert _come_back(Client(), other_side) == "422"
    assert User.objects.count() == before


@pytest.mark.parametrize(
    "spoil",
    [
        {"nonce": "of another sign-in"},
        {"iss": "https://elsewhere.example"},
        {"aud": "another client"},
        {"exp": 1_000_000_000},
        {"preferred_username": None},
    ],
    ids=["nonce", "issuer", "audience", "expired", "no name"],
)
def test_a_token_that_does_not_hold_is_refused(
    other_side: Provider, spoil: dict[str, object]
) -> None:
    other_side.claims["amr"] = ["mfa"]
    other_side.spoil = spoil
    client = Client()
    assert _come_back(client, other_side) == "422"
    assert client.get("/findings/").status_code == 302


def test_a_signature_of_somebody_else_is_refused(other_side: Provider) -> None:
    other_side.claims["amr"] = ["mfa"]
    other_side.key = RSAKey.generate_key(2048, {"kid": "one"}, private=True)
    assert _come_back(Client(), other_side) == "422"


def test_a_state_of_another_browser_is_refused(other_side: Provider) -> None:
    other_side.claims["amr"] = ["mfa"]
    begun = Client().get("/sign-in/county/")
    stolen = other_side.authorise(begun.headers["Location"])
    assert Client().get(stolen).status_code == 422


def test_the_other_side_being_down_is_a_sentence(
    other_side: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "OIDC_ISSUER", "http://127.0.0.1:9")
    answer = Client().get("/sign-in/county/")
    assert answer.status_code == 422
    assert "统一身份认证" in answer.content.decode()


def test_it_never_leads_to_another_site(other_side: Provider) -> None:
    other_side.claims["amr"] = ["mfa"]
    client = Client()
    begun = client.get("/sign-in/county/?next=https://evil.example/")
    done = client.get(other_side.authorise(begun.headers["Location"]))
    assert done.headers["Location"] == "/"


def test_who_opens_the_way_back_again_and_again_keeps_nobody_out(
    other_side: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "PER_ADDRESS", 3)
    monkeypatch.setattr(throttle, "ALTOGETHER", 8)
    for _ in range(12):
        assert Client().get("/sign-in/county/done/?code=1&state=2").status_code == 422
    assert SignInAttempt.objects.count() == 3
    assert not throttle.is_blocked(username="leader", address="192.0.2.77", device=None)

"""How often may be tried, and that strangers cannot lock the owner out."""

import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from fangpin.foundation.models import AuditEntry
from fangpin.people.models import SignInAttempt, User
from fangpin.people.sign_in import throttle

pytestmark = pytest.mark.django_db
HERE, ELSEWHERE = "192.0.2.10", "198.51.100.7"


@pytest.fixture
def owner() -> User:
    return User.objects.create(username="li.xiaolan", full_name="李晓兰")


def _fail(times: int, *, name: str = "li.xiaolan", address: str = ELSEWHERE) -> None:
    for _ in range(times):
        throttle.note(username=name, address=address, device=None, succeeded=False, user=None)


def _blocked(*, name: str = "li.xiaolan", address: str = HERE, device: str | None = None) -> bool:
    return throttle.is_blocked(username=name, address=address, device=device)


def test_a_name_is_tried_ten_times_and_not_oftener(owner: User) -> None:
    _fail(throttle.PER_NAME - 1)
    assert not _blocked()
    _fail(1)
    assert _blocked()
    assert not _blocked(name="wang.jianguo")


def test_case_does_not_make_another_name(owner: User) -> None:
    for name in ("li.xiaolan", "LI.xiaolan", "Li.Xiaolan") * 4:
        _fail(1, name=name)
    assert _blocked()


def test_the_owner_gets_in_from_a_known_device_while_others_guess(owner: User) -> None:
    device = throttle.remember_device(user=owner, device=None)
    _fail(throttle.PER_NAME * 5)
    assert _blocked()
    assert not _blocked(device=device)
    assert _blocked(device="guessed")


def test_a_known_device_has_a_limit_of_its_own(owner: User) -> None:
    device = throttle.remember_device(user=owner, device=None)
    for _ in range(throttle.PER_NAME):
        throttle.note(
            username=owner.username, address=HERE, device=device, succeeded=False, user=owner
        )
    assert _blocked(device=device)
    assert not _blocked(), "which does not lock out anybody elsewhere"


def test_one_address_spraying_over_many_names_is_stopped() -> None:
    for number in range(throttle.PER_ADDRESS):
        _fail(1, name=f"user{number}")
    assert _blocked(name="somebody.else", address=ELSEWHERE)
    assert not _blocked(name="somebody.else", address=HERE)


def test_five_hundred_addresses_on_one_name_get_ten_tries_together(owner: User) -> None:
    passed = 0
    for number in range(500):
        address = f"203.0.{number // 250}.{number % 250}"
        if _blocked(address=address):
            continue
        passed += 1
        _fail(1, address=address)
    assert passed == throttle.PER_NAME


def test_a_quarter_of_an_hour_later_it_can_be_tried_again(owner: User) -> None:
    _fail(throttle.PER_NAME)
    SignInAttempt.objects.update(at=timezone.now() - throttle.WITHIN - timedelta(seconds=1))
    assert not _blocked()


def test_what_was_typed_as_a_name_is_not_kept() -> None:
    typed = "meine-katze-heisst-mao"  # a password in the wrong field
    _fail(1, name=typed)
    assert typed.encode() not in bytes(SignInAttempt.objects.get().name)
    entry = AuditEntry.objects.get(action="session.failed")
    assert (entry.subject, entry.detail) == ("user:unknown", {})


def test_old_attempts_and_devices_are_forgotten(owner: User) -> None:
    throttle.remember_device(user=owner, device=None)
    _fail(3)
    assert throttle.forget_old() == 0
    SignInAttempt.objects.update(at=timezone.now() - throttle.KEPT - timedelta(days=1))
    assert throttle.forget_old() == 3


@pytest.mark.django_db(transaction=True)
def test_many_attempts_at_once_are_no_more_than_one_after_another() -> None:
    tried: dict[str, Any] = {"username": "li.xiaolan", "address": HERE, "device": None}

    def attempt() -> None:
        try:
            with throttle.one_at_a_time("li.xiaolan"):
                if not throttle.is_blocked(**tried):
                    time.sleep(0.02)  # the password is being checked
                    throttle.note(**tried, succeeded=False, user=None)
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt) for _ in range(throttle.PER_NAME + 8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert SignInAttempt.objects.count() == throttle.PER_NAME


def _try(address: str, name: str) -> bool:
    """A wrong password from the address, by a real request; whether it was stopped."""
    form = {"username": name, "password": "wrong"}
    answer = Client(REMOTE_ADDR=address).post("/sign-in/", form)
    assert answer.status_code == 422
    return "尝试次数过多" in answer.content.decode()


def test_addresses_of_one_ipv6_network_count_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "PER_ADDRESS", 5)
    passed = [_try(f"2001:db8:1:2:{at:x}::{at:x}", f"user{at}") for at in range(1, 8)]
    assert passed == [False] * 5 + [True] * 2
    assert not _try("2001:db8:1:3::1", "user8"), "the neighbour's /64"
    kept = {str(each) for each in SignInAttempt.objects.values_list("address", flat=True)}
    assert "2001:db8:1:2:1::1" in kept, "the trail keeps the address itself"


def test_an_ipv6_site_is_stopped_at_a_higher_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "PER_ADDRESS", 3)
    monkeypatch.setattr(throttle, "PER_SITE", 6)
    passed = [_try(f"2001:db8:7:{at:x}::1", f"user{at}") for at in range(8)]
    assert passed == [False] * 6 + [True] * 2
    assert not _try("2001:db8:8::1", "user9"), "the neighbour's /48"


def test_ipv4_counts_by_address_however_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "PER_ADDRESS", 4)
    ways = ("192.0.2.9", "::ffff:192.0.2.9", "::ffff:c000:209")
    assert [_try(ways[at % 3], f"user{at}") for at in range(6)] == [False] * 4 + [True] * 2
    assert not _try("::ffff:192.0.2.10", "user7"), "mapped addresses are not one network"
    assert set(SignInAttempt.objects.values_list("address", flat=True)) == {
        "192.0.2.9",
        "192.0.2.10",
    }

"""Authenticator app and recovery codes; passkeys are tested in a browser (tests/browser)."""

import base64
import struct

import pytest
from cryptography.hazmat.primitives import hashes, hmac

from fangpin.kernel.errors import FangpinError
from fangpin.people.models import RecoveryCode, SecondFactor, User
from fangpin.people.sign_in import factors

pytestmark = pytest.mark.django_db
NOW = 1_800_000_000  # a step begins here


def code_at(secret: str, moment: int) -> str:
    """RFC 6238 as the standard writes it, apart from the library under test."""
    mac = hmac.HMAC(base64.b32decode(secret), hashes.SHA1())
    mac.update(struct.pack(">Q", moment // 30))
    digest = mac.finalize()
    at = digest[-1] & 0xF
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> "Clock":
    moved = Clock()
    monkeypatch.setattr(factors.timezone, "now", moved.now)
    return moved


class Clock:
    """The server's time, set by the test."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> object:
        from datetime import UTC, datetime

        return datetime.fromtimestamp(self.at, UTC)


@pytest.fixture
def user() -> User:
    return User.objects.create(username="li.xiaolan")


@pytest.fixture
def secret(user: User, clock: Clock) -> str:
    made = factors.new_secret()
    factors.add_app(by=user, secret=made, code=code_at(made, NOW))
    clock.at += 30
    return made


def test_the_secret_is_closed_in_the_database(user: User, secret: str) -> None:
    kept = bytes(SecondFactor.objects.get().secret or b"")
    assert kept
    assert secret.encode() not in kept


def test_the_app_is_taken_only_with_its_first_code(user: User, clock: Clock) -> None:
    made = factors.new_secret()
    with pytest.raises(FangpinError):
        factors.add_app(by=user, secret=made, code="000000")
    assert not factors.has_any(user)


@pytest.mark.parametrize(
    ("off", "right"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)]
)
def test_half_a_minute_of_difference_is_forgiven(
    user: User, secret: str, clock: Clock, off: int, right: bool
) -> None:
    clock.at += 300
    assert factors.check_app(user, code_at(secret, clock.at + off)) is right


def test_a_code_counts_once(user: User, secret: str, clock: Clock) -> None:
    code = code_at(secret, clock.at)
    assert factors.check_app(user, f" {code[:3]} {code[3:]} ")
    assert not factors.check_app(user, code)
    clock.at += 30
    assert not factors.check_app(user, code), "nor in the next step"
    assert factors.check_app(user, code_at(secret, clock.at))
    assert not factors.check_app(user, code_at(secret, clock.at - 30)), "nor an earlier one"


@pytest.mark.parametrize("text", ["", "12345", "1234567", "abcdef", "１２３４５６", "12345\x00"])
def test_what_is_no_code_is_refused(user: User, secret: str, text: str) -> None:
    assert not factors.check_app(user, text)


def test_nobody_uses_anothers_code(user: User, secret: str, clock: Clock) -> None:
    other = User.objects.create(username="wang")
    assert not factors.check_app(other, code_at(secret, clock.at))


def test_a_recovery_code_works_once_however_it_is_written(user: User, secret: str) -> None:
    codes = factors.new_recovery_codes(by=user)
    assert len(set(codes)) == factors.CODES
    assert factors.check_recovery_code(user, codes[0].lower().replace("-", " "))
    assert not factors.check_recovery_code(user, codes[0])
    assert factors.recovery_codes_left(user) == factors.CODES - 1
    stored = b"".join(bytes(row.digest) for row in RecoveryCode.objects.all())
    assert codes[1].replace("-", "").encode() not in stored


def test_new_recovery_codes_end_the_old_ones(user: User, secret: str) -> None:
    old = factors.new_recovery_codes(by=user)
    factors.new_recovery_codes(by=user)
    assert not factors.check_recovery_code(user, old[0])


def test_the_last_factor_stays(user: User, secret: str) -> None:
    with pytest.raises(FangpinError):
        factors.remove_factor(by=user, pk=SecondFactor.objects.get().pk)
    assert factors.has_any(user)


def test_another_app_replaces_the_former(user: User, secret: str, clock: Clock) -> None:
    made = factors.new_secret()
    factors.add_app(by=user, secret=made, code=code_at(made, clock.at))
    clock.at += 30
    assert not factors.check_app(user, code_at(secret, clock.at))
    assert factors.check_app(user, code_at(made, clock.at))


def test_a_security_administrator_resets_lost_factors(user: User, secret: str) -> None:
    factors.new_recovery_codes(by=user)
    factors.reset_factors(by=None, user=user)
    assert not factors.has_any(user)
    assert factors.recovery_codes_left(user) == 0

"""Second factors: authenticator app, passkeys, recovery codes. Checking one is a write, because
a code counts once."""

import base64
import secrets
import struct
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from fangpin.foundation.actions import record
from fangpin.foundation.cipher import blind, blinds, seal, unseal
from fangpin.kernel.errors import FangpinError
from fangpin.people.models import RecoveryCode, SecondFactor, User

ISSUER = "防贫 Fangpin"
STEP = 30  # seconds a code holds
TOLERANCE = 1  # steps before and after: clocks of telephones differ by half a minute
CODES = 10
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that is read for something else
_DIGEST = "people.recoverycode.digest"
# What the passkey library raises for an answer that is not what a browser would send.
_ODD_ANSWER = (ValueError, KeyError, TypeError, AttributeError, IndexError, struct.error)


def has_any(user: User) -> bool:
    """Whether the user has a second factor. One query."""
    return SecondFactor.objects.filter(user=user).exists()


# -- authenticator app ---------------------------------------------------------------------------


def new_secret() -> str:
    """A fresh TOTP secret, base32 (160 bits)."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def enrolment_link(user: User, secret: str) -> str:
    """What the QR code says to the authenticator app."""
    label = quote(f"{ISSUER}:{user.username}")
    return f"otpauth://totp/{label}?" + urlencode({"secret": secret, "issuer": ISSUER})


@transaction.atomic
def add_app(*, by: User, secret: str, code: str) -> None:
    """Keep the app's secret once its first code is right; it replaces a former app.

    Raises FangpinError for a wrong code.
    """
    step = _step_of(secret, code, after=None)
    if step is None:
        raise FangpinError.because(
            "验证码不正确",
            "the code is wrong",
            do_zh="核对手机时间是否准确，输入应用当前显示的 6 位数字",
            do_en="check the telephone's clock and enter the six digits shown now",
        )
    SecondFactor.objects.filter(user=by, kind=SecondFactor.Kind.TOTP).delete()
    factor = SecondFactor.objects.create(user=by, kind=SecondFactor.Kind.TOTP, last_step=step)
    factor.secret = seal(secret, column=_secret_column(), row=factor.pk)
    factor.save(update_fields=["secret"])
    record(by=by, action="session.add_factor", subject=f"user:{by.pk}", detail={"kind": "totp"})


@transaction.atomic
def check_app(user: User, code: str) -> bool:
    """Whether the code is the app's and was not used before."""
    factor = (
        SecondFactor.objects.select_for_update()
        .filter(user=user, kind=SecondFactor.Kind.TOTP)
        .first()
    )
    if factor is None or factor.secret is None:
        return False
    secret = unseal(factor.secret, column=_secret_column(), row=factor.pk)
    step = _step_of(secret, code, after=factor.last_step)
    if step is None:
        return False
    SecondFactor.objects.filter(pk=factor.pk).update(last_step=step, used_at=timezone.now())
    return True


def _step_of(secret: str, code: str, *, after: int | None) -> int | None:
    """The step whose code this is, later than `after`."""
    digits = "".join(code.split())
    if len(digits) != 6 or not digits.isascii() or not digits.isdigit():
        return None
    # SHA-1 is what every authenticator app takes for granted (RFC 6238, 1.2).
    # Our own key length rule stands above the library's.
    totp = TOTP(base64.b32decode(secret), 6, SHA1(), STEP, enforce_key_length=True)
    now = int(timezone.now().timestamp()) // STEP
    for step in range(now - TOLERANCE, now + TOLERANCE + 1):
        right = secrets.compare_digest(totp.generate(step * STEP), digits.encode())
        if right and (after is None or step > after):
            return step
    return None


def _secret_column() -> str:
    field = SecondFactor._meta.get_field("secret")
    return str(field.cipher_column)


# -- passkeys ------------------------------------------------------------------------------------


def _server(host: str) -> Fido2Server:
    """`host` as the browser names it, without port."""
    return Fido2Server(PublicKeyCredentialRpEntity(id=host, name=ISSUER))


def _credentials(user: User) -> list[AttestedCredentialData]:
    rows = SecondFactor.objects.filter(user=user, kind=SecondFactor.Kind.PASSKEY)
    return [AttestedCredentialData(bytes(row.credential)) for row in rows if row.credential]


def begin_passkey(user: User, *, host: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Options for the browser, and the state to keep in the session until it answers."""
    who = PublicKeyCredentialUserEntity(
        id=str(user.pk).encode(), name=user.username, display_name=str(user)
    )
    options, state = _server(host).register_begin(
        who,
        _credentials(user),
        resident_key_requirement=ResidentKeyRequirement.DISCOURAGED,
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return dict(options), dict(state)


@transaction.atomic
def add_passkey(
    *, by: User, host: str, state: Mapping[str, Any], answer: Mapping[str, Any], label: str
) -> None:
    """Keep the passkey that the browser made. Raises FangpinError when the answer does not fit."""
    try:
        made = _server(host).register_complete(state, answer).credential_data
        if made is None:
            raise ValueError("no credential")
        with transaction.atomic():
            SecondFactor.objects.create(
                user=by,
                kind=SecondFactor.Kind.PASSKEY,
                label=label.strip()[:60],
                credential_id=made.credential_id,
                credential=bytes(made),
            )
    except (*_ODD_ANSWER, IntegrityError) as error:
        raise FangpinError.because(
            "通行密钥未能登记",
            "the passkey could not be registered",
            do_zh="请重试；该设备如已登记过，可直接使用",
            do_en="try again; a device that is registered already can be used as it is",
        ) from error
    record(by=by, action="session.add_factor", subject=f"user:{by.pk}", detail={"kind": "passkey"})


def ask_passkey(user: User, *, host: str) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Options for the browser and the state to keep; None for a user without passkeys."""
    known = _credentials(user)
    if not known:
        return None
    options, state = _server(host).authenticate_begin(
        known, user_verification=UserVerificationRequirement.PREFERRED
    )
    return dict(options), dict(state)


@transaction.atomic
def check_passkey(
    user: User, *, host: str, state: Mapping[str, Any], answer: Mapping[str, Any]
) -> bool:
    """Whether one of the user's passkeys signed the challenge kept in `state`."""
    try:
        used = _server(host).authenticate_complete(state, _credentials(user), answer)
    except _ODD_ANSWER:
        return False
    SecondFactor.objects.filter(user=user, credential_id=used.credential_id).update(
        used_at=timezone.now()
    )
    return True


# -- recovery codes ------------------------------------------------------------------------------


@transaction.atomic
def new_recovery_codes(*, by: User) -> list[str]:
    """Ten fresh codes, shown once; former ones hold no longer."""
    RecoveryCode.objects.filter(user=by).delete()
    codes = ["".join(secrets.choice(_ALPHABET) for _ in range(10)) for _ in range(CODES)]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user=by, digest=blind(code, column=_DIGEST)) for code in codes
    )
    record(by=by, action="session.recovery_codes", subject=f"user:{by.pk}")
    return [f"{code[:5]}-{code[5:]}" for code in codes]


@transaction.atomic
def check_recovery_code(user: User, code: str) -> bool:
    """Whether this is an unused code of the user; it is used up by that."""
    text = "".join(filter(str.isalnum, code)).upper()
    if not text:
        return False
    left = RecoveryCode.objects.filter(
        user=user, used_at=None, digest__in=blinds(text, column=_DIGEST)
    )
    if not left.update(used_at=timezone.now()):
        return False
    record(by=user, action="session.recovery_code_used", subject=f"user:{user.pk}")
    return True


def recovery_codes_left(user: User) -> int:
    """How many codes can still be used."""
    return RecoveryCode.objects.filter(user=user, used_at=None).count()


# -- taking away ---------------------------------------------------------------------------------


@transaction.atomic
def remove_factor(*, by: User, pk: int) -> bool:
    """Take one of one's own factors away; False when it is not there. The last one stays: raises
    FangpinError, because an account without a second factor sees nothing."""
    mine = SecondFactor.objects.select_for_update().filter(user=by)
    if not mine.filter(pk=pk).exists():
        return False
    if not mine.filter(~Q(pk=pk)).exists():
        raise FangpinError.because(
            "这是最后一种二次验证方式，不能删除",
            "this is the last second factor and cannot be removed",
            do_zh="先添加另一种，再删除这一种",
            do_en="add another one first",
        )
    mine.filter(pk=pk).delete()
    record(by=by, action="session.remove_factor", subject=f"user:{by.pk}", detail={"factor": pk})
    return True


@transaction.atomic
def reset_factors(*, by: Any, user: User) -> None:
    """A security administrator takes all factors of somebody who lost them away; the next sign-in
    begins with a new one."""
    SecondFactor.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    record(by=by, action="session.reset_factors", subject=f"user:{user.pk}")

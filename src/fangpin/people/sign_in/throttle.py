"""How often may be tried: per name, per address or network, and altogether.

Whoever guesses passwords for a name must not be able to lock its owner out: a browser from which
the owner has signed in before has a count of its own (trust E2).
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Count, Q
from django.utils import timezone

from fangpin.foundation.actions import record
from fangpin.foundation.cipher import blind, blinds
from fangpin.kernel.networks import around
from fangpin.people.models import KnownDevice, SignInAttempt, User

WITHIN = timedelta(minutes=15)
PER_NAME = 10
PER_ADDRESS = 100  # a whole office may share one address
PER_SITE = 500  # IPv6: a /48, which a whole institution has, or one stranger with a tunnel
ALTOGETHER = 2000
KEPT = timedelta(days=190)  # six months at least: the database refuses to forget sooner
_NAME = "people.signinattempt.name"
_DEVICE = "people.knowndevice.digest"


@contextmanager
def one_at_a_time(username: str) -> Iterator[None]:
    """Attempts under one name take turns from counting to being counted. Otherwise as many as
    there are threads would pass the last free place together."""
    turn = int.from_bytes(_names(username)[0][:8], signed=True)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [turn])
        yield


def is_blocked(*, username: str, address: str | None, device: str | None) -> bool:
    """Whether nothing may be tried now. Two queries at most. A single sign-on that failed has no
    name: only its address and all together count. Of IPv6 the /64 counts like one address."""
    known = is_known(username=username, device=device)
    since = timezone.now() - WITHIN
    failed = SignInAttempt.objects.filter(at__gte=since, succeeded=False)
    counted = failed.aggregate(
        name=Count("pk", filter=Q(name__in=_names(username), known_device=known)),
        here=Count("pk", filter=_from(address, 64) & Q(known_device=False)),
        site=Count("pk", filter=_from(address, 48) & Q(known_device=False)),
        all=Count("pk", filter=Q(known_device=False)),
    )
    if username and counted["name"] >= PER_NAME:
        return True
    if known:
        return False
    if address and (counted["here"] >= PER_ADDRESS or counted["site"] >= PER_SITE):
        return True
    return bool(counted["all"] >= ALTOGETHER)


def _from(address: str | None, bits: int) -> Q:
    network = around(address, bits) if address else None
    if network is None:
        return Q(address=address)
    return Q(address__gte=network[0], address__lte=network[1])


@transaction.atomic
def note(
    *, username: str, address: str | None, device: str | None, succeeded: bool, user: User | None
) -> None:
    """Write an attempt down. The audit trail gets the user when the name is one, never the text
    that was typed."""
    SignInAttempt.objects.create(
        name=blind(username.casefold(), column=_NAME),
        address=address,
        known_device=is_known(username=username, device=device),
        succeeded=succeeded,
    )
    if not succeeded:
        subject = f"user:{user.pk}" if user is not None else "user:unknown"
        record(by=None, action="session.failed", subject=subject)


def is_known(*, username: str, device: str | None) -> bool:
    """Whether this browser has signed in under this name before."""
    if not device:
        return False
    digests = blinds(device, column=_DEVICE)
    return KnownDevice.objects.filter(user__username=username, digest__in=digests).exists()


@transaction.atomic
def remember_device(*, user: User, device: str | None) -> str:
    """The token that this browser keeps from now on (its own, when it is known already)."""
    if device:
        known = KnownDevice.objects.filter(user=user, digest__in=blinds(device, column=_DEVICE))
        if known.update(seen_at=timezone.now()):
            return device
    token = device or secrets.token_urlsafe(32)
    KnownDevice.objects.create(user=user, digest=blind(token, column=_DEVICE))
    return token


def forget_old() -> int:
    """Drop attempts and devices that are too old to matter; how many rows went."""
    now = timezone.now()
    attempts, _ = SignInAttempt.objects.filter(at__lt=now - KEPT).delete()
    devices, _ = KnownDevice.objects.filter(seen_at__lt=now - KEPT).delete()
    return attempts + devices


def _names(username: str) -> list[bytes]:
    return blinds(username.casefold(), column=_NAME)

"""Signing in, and being stopped after too many failures."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from fangpin.foundation.actions import record
from fangpin.foundation.models import AuditEntry
from fangpin.people.models import User

FAILURES_ALLOWED = 10
FAILURES_WITHIN = timedelta(minutes=15)


@transaction.atomic
def note_sign_in(*, by: User) -> None:
    """Write down that somebody signed in."""
    record(by=by, action="session.begin", subject=f"user:{by.pk}")


@transaction.atomic
def note_failed_sign_in(*, username: str) -> None:
    """Write down a failed attempt for a user name."""
    record(by=None, action="session.failed", subject=f"name:{username}")


def sign_in_is_blocked(*, username: str) -> bool:
    """Whether a name has failed too often lately to be tried again now."""
    since = timezone.now() - FAILURES_WITHIN
    failed = AuditEntry.objects.filter(
        action="session.failed", subject=f"name:{username}", at__gte=since
    )
    return failed.count() >= FAILURES_ALLOWED

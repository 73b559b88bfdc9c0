"""Sessions on the server: whose they are, how long they hold, how they are ended."""

from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from fangpin.foundation.actions import record
from fangpin.people.models import User, UserSession

_SEEN_EVERY = timedelta(minutes=1)
CONFIRMED_FOR = timedelta(minutes=5)
_CONFIRMED = "confirmed_at"  # session key: when the user last showed that it is them
_AGENTS = (
    ("MicroMessenger", "微信"), ("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("Windows", "Windows"), ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)  # fmt: skip


def agent_in_words(header: str) -> str:
    """Browser and system of a User-Agent header, short: "Chrome · Android"."""
    found = [
        next((word for mark, word in table if mark in header), "") for table in (_AGENTS, _SYSTEMS)
    ]
    return " · ".join(word for word in found if word)


@transaction.atomic
def note_session(
    *, by: User, session: SessionBase, method: str, agent: str, shown_at: float | None = None
) -> None:
    """Write down that a session of the user has begun. `shown_at`: when the user has shown who
    they are, seconds since 1970, where that is not just now."""
    now = timezone.now().timestamp()
    session["signed_in_at"] = session["seen_at"] = now
    session[_CONFIRMED] = now if shown_at is None else min(shown_at, now)
    session["method"] = method
    if session.session_key is None:
        session.save()
    UserSession.objects.update_or_create(
        key=session.session_key,
        defaults={"user": by, "method": method, "agent": agent_in_words(agent)[:80]},
    )
    record(by=by, action="session.begin", subject=f"user:{by.pk}", detail={"method": method})


def has_expired(session: SessionBase, *, by_itself: bool = False) -> bool:
    """Whether a session was idle for too long or has lasted too long. Keeps the time of the last
    request, once a minute at most; one that a page made `by_itself` keeps nobody signed in."""
    now = timezone.now().timestamp()
    began = session.setdefault("signed_in_at", now)
    seen = session.setdefault("seen_at", now)
    if now - seen > settings.SESSION_IDLE_SECONDS or now - began > settings.SESSION_COOKIE_AGE:
        return True
    if not by_itself and now - seen > _SEEN_EVERY.total_seconds():
        session["seen_at"] = now
        UserSession.objects.filter(key=session.session_key).update(seen_at=timezone.now())
    return False


@transaction.atomic
def confirm(*, by: User, session: SessionBase, method: str) -> None:
    """The user has shown once more that it is them; the session goes on under another key."""
    session[_CONFIRMED] = timezone.now().timestamp()
    before = session.session_key
    session.cycle_key()
    renamed(before, session.session_key)
    record(by=by, action="session.confirm", subject=f"user:{by.pk}", detail={"method": method})


def confirmed_until(session: SessionBase) -> datetime | None:
    """Until when signing in, or confirming, counts; None when that is over."""
    now = timezone.now()
    age = now.timestamp() - session.get(_CONFIRMED, 0)
    if not 0 <= age < CONFIRMED_FOR.total_seconds():
        return None
    return now + CONFIRMED_FOR - timedelta(seconds=age)


def sessions_of(user: User) -> list[UserSession]:
    """Sessions that can still be used, the latest first."""
    now = timezone.now()
    oldest = now - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    # When a session was last seen is kept once a minute.
    idle = now - timedelta(seconds=settings.SESSION_IDLE_SECONDS) - _SEEN_EVERY
    return list(UserSession.objects.filter(user=user, began_at__gte=oldest, seen_at__gte=idle))


def renamed(old: str | None, new: str | None) -> None:
    """The same session goes on under another key."""
    UserSession.objects.filter(key=old or "").update(key=new)


@transaction.atomic
def leave(*, by: User, session: SessionBase, why: str) -> None:
    """The session is over; `why` is a word for the trail. Its data goes with Django's logout()."""
    UserSession.objects.filter(key=session.session_key or "").delete()
    record(by=by, action="session.end", subject=f"user:{by.pk}", detail={"why": why})


@transaction.atomic
def end_sessions(*, by: Any, user: User, but: str | None = None) -> int:
    """End all sessions of a user, except the one with the key `but`; how many."""
    mine = UserSession.objects.filter(user=user).exclude(key=but or "")
    keys = list(mine.values_list("key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    mine.delete()
    record(by=by, action="session.end_all", subject=f"user:{user.pk}", detail={"ended": len(keys)})
    return len(keys)


@transaction.atomic
def end_session(*, by: User, pk: int) -> bool:
    """End one of one's own sessions; False when it is not there."""
    row = UserSession.objects.filter(user=by, pk=pk).first()
    if row is None:
        return False
    Session.objects.filter(session_key=row.key).delete()
    row.delete()
    record(by=by, action="session.end", subject=f"user:{by.pk}", detail={"why": "ended"})
    return True


def forget_expired() -> int:
    """Drop sessions that nobody can use any more; how many."""
    oldest = timezone.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    gone, _ = UserSession.objects.filter(began_at__lt=oldest).delete()
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    return gone

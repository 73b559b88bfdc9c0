"""From messages to what is sent: each message is looked at once, for every channel that wants its
kind and whose posts it is told to now. What several messages say goes out together."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from fangpin.kernel.place_codes import prefixes_around
from fangpin.people.held import posts_of_many, runs
from fangpin.people.messages.outward.channels import enqueue_sending, until_quiet_ends
from fangpin.people.models import Channel, Message, Post, Sending
from fangpin.people.scope import Scope, scope_by

BATCH: Final = 2000
IN_USE: Final = Q(confirmed_at__isnull=False, stopped_at=None)


def minutely(*, now: datetime | None = None) -> None:
    """The worker's chore: what is new is spread, days are summed up, what is due is sent."""
    now = now or timezone.now()
    while spread(now=now) == BATCH:
        pass
    begin_digests(now=now)
    due = Q(state=Sending.State.WAITING, next_at__lte=now)
    if Sending.objects.filter(due).exists():
        with transaction.atomic():
            enqueue_sending()


@transaction.atomic
def spread(*, now: datetime) -> int:
    """Look at messages that were not looked at; returns how many. Killed in the middle, nothing
    has happened; done twice, nothing happens twice."""
    rows = list(
        Message.objects.select_for_update(skip_locked=True)
        .filter(spread_at=None)
        .order_by("pk")[:BATCH]
    )
    if not rows:
        return 0
    channels = list(Channel.objects.filter(IN_USE).exclude(kinds=[]))
    if channels:
        for channel, messages in _wanted(rows, channels, timezone.localdate(now)):
            _add(channel, messages, now)
    Message.objects.filter(pk__in=[row.pk for row in rows]).update(spread_at=now)
    return len(rows)


def scope_of_unit(unit: int, day: date) -> Scope:
    """What the posts of a unit's people are told."""
    posts = Post.objects.filter(runs(day), unit=unit, user__is_active=True).select_related("place")
    return scope_by(posts)


def _wanted(
    rows: Iterable[Message], channels: Iterable[Channel], day: date
) -> Iterable[tuple[Channel, list[int]]]:
    """Channels with the messages that each of them is to tell."""
    listed = list(channels)
    users = posts_of_many([each.user_id for each in listed if each.user_id], day)
    units = {unit: scope_of_unit(unit, day) for unit in {each.unit_id for each in listed} if unit}
    by_role: dict[tuple[str, str | None], list[Channel]] = defaultdict(list)
    of_role: dict[str, list[Channel]] = defaultdict(list)
    of_user: dict[int, list[tuple[Channel, tuple[str, ...]]]] = defaultdict(list)
    for channel in listed:
        if channel.user_id:
            scope = scope_by(users.get(channel.user_id, []))
        else:
            scope = units[channel.unit_id or 0]
        for role, area in {(str(grant.role), grant.area) for grant in scope.grants}:
            by_role[role, area].append(channel)
            of_role[role].append(channel)
        if channel.user_id:
            areas = tuple(grant.area for grant in scope.grants if grant.area)
            of_user[channel.user_id].append((channel, areas))
    found: dict[int, tuple[Channel, list[int]]] = {}
    for row in rows:
        for channel in _told(row, by_role, of_role, of_user):
            apart = row.apart_id is not None and row.apart_id == channel.user_id
            if row.kind in channel.kinds and not apart:
                messages = found.setdefault(channel.pk, (channel, []))[1]
                if not messages or messages[-1] != row.pk:
                    messages.append(row.pk)
    return found.values()


def _told(
    row: Message,
    by_role: dict[tuple[str, str | None], list[Channel]],
    of_role: dict[str, list[Channel]],
    of_user: dict[int, list[tuple[Channel, tuple[str, ...]]]],
) -> Iterable[Channel]:
    if row.to_id is not None:
        for channel, areas in of_user.get(row.to_id, []):
            if not row.area_code or any(row.area_code.startswith(area) for area in areas):
                yield channel
    for role in row.roles:
        if not row.area_code:
            yield from of_role.get(role, [])
            continue
        for prefix in prefixes_around(row.area_code):
            yield from by_role.get((role, prefix), [])


def _add(channel: Channel, messages: list[int], now: datetime) -> None:
    """To what waits for the channel and was not tried yet, else as something new."""
    waiting = (
        Sending.objects.select_for_update()
        .filter(channel=channel, what=Sending.What.MESSAGES, state=Sending.State.WAITING)
        .filter(attempts=0)
        .first()
    )
    if waiting is None:
        waiting = Sending(channel=channel, what=Sending.What.MESSAGES, made_at=now, messages=[])
        waiting.next_at = until_quiet_ends(channel, now)
    waiting.messages = sorted({*waiting.messages, *messages})
    waiting.save()


def begin_digests(*, now: datetime) -> None:
    """The day's sum for every channel whose hour has come; once a day each."""
    here = timezone.localtime(now)
    due = Channel.objects.filter(
        IN_USE, digest_hour__lte=here.hour, user__isnull=False, user__is_active=True
    ).exclude(sendings__day=here.date())
    rows = [
        Sending(
            channel=channel,
            what=Sending.What.DIGEST,
            day=here.date(),
            made_at=now,
            next_at=now,
        )
        for channel in due
        if channel.digest_hour is not None and here.hour - channel.digest_hour <= _LATE_HOURS
    ]
    if rows:
        with transaction.atomic():
            Sending.objects.bulk_create(rows, ignore_conflicts=True)


_LATE_HOURS: Final = 4  # a worker that stood still does not send the morning's sum at night

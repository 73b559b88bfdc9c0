"""The job that sends. Each sending is claimed and committed before anything leaves, so that it
leaves once; what became of it is written down right after."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from fangpin.kernel.errors import Text
from fangpin.people.messages.actions import Telling, settle, tell
from fangpin.people.messages.digest import waiting_for
from fangpin.people.messages.outward.channels import code_of
from fangpin.people.messages.outward.spreading import scope_of_unit
from fangpin.people.messages.outward.words import (
    CHANNELS,
    code_text,
    digest_text,
    messages_text,
    title,
)
from fangpin.people.messages.queries import seen_by, to_read
from fangpin.people.models import (
    OF_USERS,
    Channel,
    ChannelKind,
    Gateway,
    Message,
    MessageKind,
    Role,
    Sending,
    User,
)

# After each failed try; then the sending has failed.
BACKOFF: Final = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 720))
LOST_AFTER: Final = timedelta(minutes=15)
STOPPED_AFTER: Final = 5  # sendings in a row that failed for good
KEPT: Final = timedelta(days=90)
_MOST: Final = 500
_State = Sending.State


def send_due(*, by: Any, progress: Any, now: datetime | None = None) -> dict[str, int]:
    """Send what is due, at most _MOST. Returns how many ended in each state."""
    from fangpin.people.messages.outward.send import send  # slow to import

    counts: dict[str, int] = defaultdict(int)
    _give_up_lost(now or timezone.now())
    down: set[str] = set()  # machines that did not answer: nobody waits for them again now
    due = Sending.objects.filter(state=_State.WAITING, next_at__lte=now or timezone.now())
    for at, pk in enumerate(due.order_by("next_at", "pk").values_list("pk", flat=True)[:_MOST]):
        if at % 20 == 0:
            progress(min(95, at * 100 // _MOST), Text("发送消息", "Sending messages"))
        sending = _claim(pk, down, now or timezone.now())
        if sending is None:
            continue
        text, gateway = _text(sending), _gateway(sending.channel)
        if not text:
            state = _ended(sending, _State.DROPPED, "", now)
        elif gateway is None:
            state = _failed(sending, "gateway", now)
        else:
            channel = sending.channel
            outcome = send(
                kind=channel.kind,
                address=channel.address,
                gateway=gateway,
                title=title(_language(channel)) if channel.kind == ChannelKind.EMAIL else "",
                body=text,
            )
            if outcome.problem in ("unreached", "silent"):
                down.add(_machine(channel))
            if outcome.sent:
                state = _ended(sending, _State.SENT, "", now)
            elif outcome.again:
                state = _failed(sending, outcome.problem, now)
            else:
                state = _ended(sending, _State.UNSURE, outcome.problem, now)
        counts[state] += 1
    return dict(counts)


def _claim(pk: int, down: set[str], now: datetime) -> Sending | None:
    """Take one, so that nobody else sends it; None for one that is taken or has to wait."""
    with transaction.atomic():
        sending = (
            Sending.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("channel__user")
            .filter(pk=pk, state=_State.WAITING)
            .first()
        )
        if sending is None or _machine(sending.channel) in down:
            return None
        channel = sending.channel
        if channel.stopped_at or (
            sending.what != Sending.What.CODE and channel.confirmed_at is None
        ):
            sending.state, sending.ended_at = _State.DROPPED, now
            sending.save(update_fields=["state", "ended_at"])
            return None
        sending.state, sending.claimed_at = _State.SENDING, now
        sending.attempts += 1
        sending.save(update_fields=["state", "claimed_at", "attempts"])
    return sending


def _text(sending: Sending) -> str:
    """What is to be said now; "" when there is nothing any more: it was read, done, or the reader
    holds another post by now."""
    channel, language = sending.channel, _language(sending.channel)
    if sending.what == Sending.What.CODE:
        valid = channel.code_nonce and channel.code_until and channel.code_until > timezone.now()
        return code_text(code_of(channel), language) if valid else ""
    actor = User.objects.get(pk=channel.user_id) if channel.user_id else None
    if actor is not None and not actor.is_active:
        return ""
    if sending.what == Sending.What.DIGEST:
        waiting = waiting_for(actor, timezone.localdate()) if actor else None
        return digest_text(waiting, language) if waiting and waiting.open else ""
    if actor is not None:
        rows = to_read(actor)
    else:
        assert channel.unit_id is not None
        scope = scope_of_unit(channel.unit_id, timezone.localdate())
        rows = Message.objects.filter(seen_by(scope, None), over_at=None)
    counts: dict[str, int] = defaultdict(int)
    found = rows.filter(pk__in=sending.messages, kind__in=channel.kinds)
    for kind, count in found.values_list("kind", "count"):
        counts[kind] += count
    return messages_text(counts, language, unit=actor is None) if counts else ""


def _gateway(channel: Channel) -> Mapping[str, Any] | None:
    if channel.kind not in OF_USERS:
        return {}
    gateway = Gateway.objects.filter(kind=channel.kind).first()
    return None if gateway is None else gateway.content


def _machine(channel: Channel) -> str:
    """What goes down together: a gateway, or one robot."""
    return channel.kind if channel.kind in OF_USERS else f"channel:{channel.pk}"


def _language(channel: Channel) -> Any:
    return "en" if channel.language == "en" else "zh"


# -- what became of it ---------------------------------------------------------------------------


@transaction.atomic
def _ended(sending: Sending, state: Sending.State, problem: str, now: datetime | None) -> str:
    sending.state, sending.problem, sending.ended_at = state, problem, now or timezone.now()
    sending.save(update_fields=["state", "problem", "ended_at"])
    channel = sending.channel
    if state == _State.SENT and (channel.failures or channel.problem):
        Channel.objects.filter(pk=channel.pk).update(failures=0, problem="")
    if state == _State.SENT:
        settle([_task(channel)])
    elif problem:
        _told_of(channel, problem)
    return str(state)


@transaction.atomic
def _failed(sending: Sending, problem: str, now: datetime | None) -> str:
    """The other end surely did not take it: later again, and after the last try not any more. A
    code is not tried for long: it is over by then."""
    now = now or timezone.now()
    tries = 2 if sending.what == Sending.What.CODE else len(BACKOFF)
    channel = sending.channel
    sending.problem = problem
    if sending.attempts <= tries:
        sending.state = _State.WAITING
        sending.next_at = now + BACKOFF[sending.attempts - 1]
        Channel.objects.filter(pk=channel.pk).update(problem=problem)
    else:
        sending.state, sending.ended_at = _State.FAILED, now
        failures = channel.failures + 1
        stopped = now if failures >= STOPPED_AFTER else None
        Channel.objects.filter(pk=channel.pk).update(
            problem=problem, failures=F("failures") + 1, stopped_at=stopped
        )
    sending.save(update_fields=["state", "problem", "next_at", "ended_at"])
    # A wrong number is its owner's own; what stands still for all is the administrator's.
    own = channel.kind in OF_USERS and problem.startswith("answer")
    if not own or sending.state == _State.FAILED:
        _told_of(channel, problem)
    return str(sending.state)


def _told_of(channel: Channel, problem: str) -> None:
    """The system administrator is told once a day for each machine."""
    today = timezone.localdate()
    waiting = Sending.objects.filter(
        channel__kind=channel.kind, state=_State.WAITING, attempts__gt=0
    ).count()
    telling = Telling(
        kind=MessageKind.CHANNEL,
        roles=(Role.SYSTEM_ADMINISTRATOR,),
        about="outward",
        task=_task(channel),
        key=f"{_task(channel)}:{problem.partition(' ')[0]}:{today}",
        what=CHANNELS[channel.kind],
        count=max(1, waiting),
    )
    tell([telling])


def _task(channel: Channel) -> str:
    return f"outward:{_machine(channel)}"


def _give_up_lost(now: datetime) -> None:
    """Sendings whose job was killed in the middle: nobody can tell whether they left."""
    lost = Sending.objects.filter(state=_State.SENDING, claimed_at__lt=now - LOST_AFTER)
    lost.update(state=_State.UNSURE, problem="silent", ended_at=now)


def forget_old(*, now: datetime | None = None) -> int:
    """The worker's chore: what was sent is kept as long as messages are."""
    old = Sending.objects.filter(made_at__lt=(now or timezone.now()) - KEPT)
    return old.delete()[0]

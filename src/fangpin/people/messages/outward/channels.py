"""Every write to channels and gateways: entered, confirmed by a code, chosen, taken away.

A user minds their own channels. Whoever holds `Right.outward` enters what belongs to units and to
the county. The audit trail gets ids and kinds, never an address.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from fangpin.foundation.actions import enqueue, record
from fangpin.foundation.fields import close_into
from fangpin.foundation.models import Job
from fangpin.people.messages.outward.addresses import (
    mail_address,
    mail_server,
    no_such_kind,
    number,
    refuse,
    same_machine,
    text_gateway,
    webhook,
)
from fangpin.people.messages.outward.words import TOLD_OUTWARD
from fangpin.people.models import (
    OF_USERS,
    ROBOTS,
    Channel,
    ChannelKind,
    Gateway,
    Sending,
    Unit,
    User,
)
from fangpin.people.scope import Right, scope_of

JOB: Final = "messages_send"
CODE_VALID: Final = timedelta(minutes=10)
MOST_TRIES: Final = 5
MOST_CODES: Final = 5  # a day and channel: nobody else's mailbox is filled from here
USUAL_KINDS: Final = ("returned", "objection", "release", "late")


@dataclass(frozen=True)
class Wishes:
    """What a channel is used for. `quiet`: from–until, None = never; `digest_hour` None = none."""

    kinds: tuple[str, ...]
    quiet: tuple[time, time] | None
    digest_hour: int | None
    language: str


# -- a user's own --------------------------------------------------------------------------------


@transaction.atomic
def add_own(*, by: User, kind: str, address: str, language: str = "zh") -> Channel:
    """The actor's own mail address or number, in place of an earlier one; a code is sent there.

    Raises FangpinError for an address that is none, or a kind the county has no gateway for.
    """
    if kind not in OF_USERS:
        raise no_such_kind()
    if not Gateway.objects.filter(kind=kind).exists():
        raise refuse(
            "县里还没有开通这种外发方式",
            "the county has not opened this way yet",
            "请联系系统管理员",
            "ask the system administrator",
        )
    clean = mail_address(address) if kind == ChannelKind.EMAIL else number(address)
    before = Channel.objects.select_for_update().filter(user=by, kind=kind).first()
    if before is not None:
        _refuse_too_many(before)
        Sending.objects.filter(channel=before, state=Sending.State.WAITING).update(
            state=Sending.State.DROPPED, ended_at=timezone.now()
        )
    channel = before or Channel(user=by, kind=kind, made_by=by, kinds=list(USUAL_KINDS))
    channel.language = "en" if language == "en" else "zh"
    return _entered(by, channel, {"address": clean})


# -- of units and of the county ------------------------------------------------------------------


@transaction.atomic
def add_robot(*, by: User, unit: Unit, kind: str, address: str, secret: str = "") -> Channel:
    """A group robot of a unit, in place of an earlier one; a code is sent into the group.

    `secret`: with which DingTalk wants messages signed. Raises PermissionError, FangpinError.
    """
    needs_right(by)
    if kind not in ROBOTS:
        raise no_such_kind()
    clean = webhook(kind, address.strip())
    if kind == ChannelKind.DINGTALK and not re.fullmatch(r"[A-Za-z0-9]*", secret.strip()):
        raise refuse(
            "加签密钥只含字母和数字", "the secret has letters and digits only",
            "从机器人安全设置中完整复制", "copy it from the robot's settings",
        )  # fmt: skip
    before = Channel.objects.select_for_update().filter(unit=unit, kind=kind).first()
    if before is not None:
        _refuse_too_many(before)
    channel = before or Channel(unit=unit, kind=kind, made_by=by, kinds=list(USUAL_KINDS))
    return _entered(by, channel, {"address": clean, "secret": secret.strip()})


@transaction.atomic
def set_gateway(*, by: User, kind: str, content: Mapping[str, Any]) -> Gateway:
    """The mail server or the gateway for text messages. A password that is left out stays as it is
    while the machine stays the same.

    `content` of e-mail: host, port, security (ssl, starttls, insecure), user, password, sender. Of
    text messages: url, form (json, form), number_field, text_field, fixed {name: value}, header,
    password, answer_field, answer_value. Raises PermissionError, FangpinError.
    """
    needs_right(by)
    if kind not in OF_USERS:
        raise no_such_kind()
    clean = mail_server(content) if kind == ChannelKind.EMAIL else text_gateway(content)
    gateway = Gateway.objects.select_for_update().filter(kind=kind).first()
    if gateway is not None and not clean["password"] and same_machine(gateway.content, clean):
        clean["password"] = gateway.content.get("password", "")
    if gateway is None:
        gateway = Gateway(kind=kind, pk=OF_USERS.index(ChannelKind(kind)) + 1)
    gateway.changed_by = by
    close_into([gateway], "content", [clean])
    gateway.save()
    record(by=by, action="outward.gateway", subject=f"gateway:{kind}")
    return gateway


@transaction.atomic
def drop_gateway(*, by: User, kind: str) -> None:
    """The way is closed: its channels stay and are not used. Raises PermissionError."""
    needs_right(by)
    if Gateway.objects.filter(kind=kind).delete()[0]:
        record(by=by, action="outward.gateway_dropped", subject=f"gateway:{kind}")


# -- any channel ---------------------------------------------------------------------------------


@transaction.atomic
def send_code(*, by: User, pk: int) -> None:
    """Another code. Raises Channel.DoesNotExist, FangpinError for too many in a day."""
    channel = _mine(by, pk)
    _refuse_too_many(channel)
    _new_code(by, channel)


@transaction.atomic
def confirm(*, by: User, pk: int, code: str) -> bool:
    """The channel is used from now on. False for a wrong code, or one that is over; after
    MOST_TRIES a new code has to be asked for. Raises Channel.DoesNotExist."""
    channel = _mine(by, pk)
    now = timezone.now()
    over = (
        not channel.code_nonce
        or channel.code_until is None
        or channel.code_until < now
        or channel.code_tries >= MOST_TRIES
    )
    channel.code_tries += 1
    given = "".join(each for each in code if each.isdigit())
    right = not over and constant_time_compare(given, code_of(channel))
    if right:
        channel.confirmed_at, channel.code_nonce, channel.code_until = now, "", None
        channel.failures, channel.stopped_at, channel.problem = 0, None, ""
        record(by=by, action="outward.confirmed", subject=f"channel:{channel.pk}")
    channel.save(
        update_fields=[
            *("code_tries", "confirmed_at", "code_nonce", "code_until"),
            *("failures", "stopped_at", "problem"),
        ]
    )
    return right


@transaction.atomic
def choose(*, by: User, pk: int, wishes: Wishes) -> Channel:
    """What the channel is used for. Raises Channel.DoesNotExist, FangpinError."""
    channel = _mine(by, pk)
    hour = wishes.digest_hour
    if not set(wishes.kinds) <= {str(kind) for kind in TOLD_OUTWARD} or (
        hour is not None and not 0 <= hour <= 23
    ):
        raise refuse(
            "选项已变动", "the choices have changed", "刷新页面后重新选择", "reload the page"
        )
    channel.kinds = sorted(set(wishes.kinds))
    channel.quiet_from, channel.quiet_until = wishes.quiet or (None, None)
    channel.digest_hour = hour if channel.user_id is not None else None
    channel.language = "en" if wishes.language == "en" else "zh"
    channel.save(update_fields=["kinds", "quiet_from", "quiet_until", "digest_hour", "language"])
    detail = {"kinds": channel.kinds, "digest": channel.digest_hour}
    record(by=by, action="outward.chosen", subject=f"channel:{channel.pk}", detail=detail)
    return channel


@transaction.atomic
def resume(*, by: User, pk: int) -> None:
    """Use a channel again that was stopped after failures. Raises Channel.DoesNotExist."""
    channel = _mine(by, pk)
    channel.failures, channel.stopped_at, channel.problem = 0, None, ""
    channel.save(update_fields=["failures", "stopped_at", "problem"])
    record(by=by, action="outward.resumed", subject=f"channel:{channel.pk}")


@transaction.atomic
def remove(*, by: User, pk: int) -> None:
    """The channel and its address are gone. Raises Channel.DoesNotExist."""
    channel = _mine(by, pk)
    record(
        by=by,
        action="outward.removed",
        subject=f"channel:{channel.pk}",
        detail={"kind": channel.kind},
    )
    channel.delete()


def code_of(channel: Channel) -> str:
    """The six digits that confirm the channel now."""
    text = f"{channel.pk}:{channel.code_nonce}"
    digest = salted_hmac("fangpin.people.channel", text, algorithm="sha256").digest()
    return f"{int.from_bytes(digest[:8], 'big') % 1_000_000:06d}"


def enqueue_sending(*, by: Any = None) -> None:
    """A job that sends what is due, unless one waits already."""
    if not Job.objects.filter(kind=JOB, state=Job.State.QUEUED).exists():
        enqueue(by=by, kind=JOB, arguments={})


# -- inside --------------------------------------------------------------------------------------


def _entered(by: User, channel: Channel, address: Mapping[str, str]) -> Channel:
    if channel._state.adding:
        channel.address_closed = b""
        channel.save(force_insert=True)  # the closed address is bound to the id
    close_into([channel], "address", [dict(address)])
    channel.confirmed_at = channel.stopped_at = None
    channel.failures, channel.problem, channel.made_by = 0, "", by
    channel.save()
    detail = {"kind": channel.kind} | ({"unit": channel.unit_id} if channel.unit_id else {})
    record(by=by, action="outward.added", subject=f"channel:{channel.pk}", detail=detail)
    _new_code(by, channel)
    return channel


def _new_code(by: User, channel: Channel) -> None:
    now = timezone.now()
    channel.code_nonce, channel.code_tries = secrets.token_hex(16), 0
    channel.code_until = now + CODE_VALID
    channel.save(update_fields=["code_nonce", "code_tries", "code_until"])
    Sending.objects.create(channel=channel, what=Sending.What.CODE, made_at=now, next_at=now)
    record(by=by, action="outward.code", subject=f"channel:{channel.pk}")
    enqueue_sending(by=by)


def _refuse_too_many(channel: Channel) -> None:
    since = timezone.now() - timedelta(days=1)
    codes = Sending.objects.filter(channel=channel, what=Sending.What.CODE, made_at__gte=since)
    if codes.count() >= MOST_CODES:
        raise refuse(
            f"一天内最多发送 {MOST_CODES} 次验证码",
            f"at most {MOST_CODES} codes are sent in a day",
            "明天再试，或核对地址后联系系统管理员",
            "try again tomorrow, or ask the system administrator",
        )


def _mine(by: User, pk: int) -> Channel:
    channel = Channel.objects.select_for_update().get(pk=pk)
    if channel.user_id == by.pk:
        return channel
    if channel.unit_id is not None and scope_of(by).may(Right.outward):
        return channel
    raise Channel.DoesNotExist


def needs_right(by: User) -> None:
    """Raises PermissionError for whoever does not keep the ways out of the system."""
    if not scope_of(by).may(Right.outward):
        raise PermissionError("this actor does not keep the ways out of the system")


def masked(channel: Channel) -> str:
    """The address as its owner is shown it: enough to know which one it is."""
    address = channel.address["address"]
    if channel.kind == ChannelKind.EMAIL:
        name, _, domain = address.partition("@")
        return f"{name[:2]}***@{domain}"
    if channel.kind == ChannelKind.SMS:
        return f"{address[:3]}****{address[-4:]}"
    return f"{urlsplit(address).hostname}/…"


def sending_is_set_up() -> bool:
    """Whether anything may leave at all."""
    return bool(settings.MESSAGE_HOSTS)


def until_quiet_ends(channel: Channel, now: datetime) -> datetime:
    """`now`, or the end of the quiet hours when it lies within them."""
    start, end = channel.quiet_from, channel.quiet_until
    if start is None or end is None or start == end:
        return now
    here = timezone.localtime(now)
    clock = here.time()
    inside = start <= clock < end if start < end else clock >= start or clock < end
    if not inside:
        return now
    day = here.date() if clock < end else here.date() + timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, end))

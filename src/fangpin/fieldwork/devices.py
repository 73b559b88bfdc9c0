"""Who may open what a phone holds: the key of its store, and its end.

The key is made here and lies here, closed. A phone keeps it only behind the user's own code and
only for FANGPIN_PHONE_HOURS; after that, or when the code is forgotten, the next sync hands it out
again, so that nothing entered is lost. When the right ends the key is forgotten here, and the phone
is told to wipe.
"""

import base64
import os
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from fangpin.fieldwork.models import Device
from fangpin.foundation.actions import record
from fangpin.foundation.fields import close_into
from fangpin.kernel.errors import FangpinError, Problem, Text
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of
from fangpin.registry.ids import allocate

MOST_DEVICES: Final = 3


class Standing(StrEnum):
    """What the server says about a phone when it asks."""

    unknown = "unknown"
    live = "live"
    wipe = "wipe"


class MustWipe(FangpinError):
    """The right to what the phone holds has ended; it deletes everything."""


def may_take_along(user: User) -> bool:
    """Whether somebody may have data on a phone at all."""
    return user.is_active and scope_of(user).may(Right.visits)


def standing(token: UUID | None) -> Standing:
    """How it stands with a phone, asked by the phone itself, signed in or not. Three queries."""
    if token is None:
        return Standing.unknown
    device = Device.objects.select_related("user").filter(token=token).first()
    if device is None:
        return Standing.unknown
    if device.ended_at is not None or not may_take_along(device.user):
        return Standing.wipe
    return Standing.live


@transaction.atomic
def open_device(*, by: User, token: UUID | None, agent: str) -> Device:
    """The phone that calls itself `token`, or a new one; `opened_secret` is the key of its store.

    Beyond MOST_DEVICES the oldest ends. Raises MustWipe for a phone that was ended or is somebody
    else's, and without the right.
    """
    if not may_take_along(by):
        raise must_wipe()
    User.objects.select_for_update().only("pk").get(pk=by.pk)
    if token is not None:
        device = Device.objects.filter(token=token, user=by, ended_at=None).first()
        if device is None:
            raise must_wipe()
        record(by=by, action="fieldwork.key", subject=f"device:{device.pk}")
        return device
    live = Device.objects.filter(user=by, ended_at=None).order_by("-pk")
    for old in live[MOST_DEVICES - 1 :]:
        _end(by, old, Device.Why.REPLACED)
    device = Device(pk=allocate(Device, 1)[0], user=by, agent=agent[:80])
    close_into([device], "opened_secret", [base64.b64encode(os.urandom(32)).decode()])
    device.save(force_insert=True)
    record(by=by, action="fieldwork.device", subject=f"device:{device.pk}")
    return device


def device_of(user: User, token: UUID | None) -> Device:
    """The user's own live phone, without asking for the right: who lost it still hands in what was
    entered before. Raises MustWipe for any other."""
    device = Device.objects.filter(token=token, user=user).first() if token else None
    if device is None or device.ended_at is not None:
        raise must_wipe()
    return device


@transaction.atomic
def end_device(*, by: Any, device: Device, why: Device.Why) -> bool:
    """Forget the key; the phone wipes when it asks next. False when it had ended before."""
    return _end(by, device, why)


def end_own(*, by: User, pk: int) -> bool:
    """End one of one's own phones, which is lost or given away; False when it is not there."""
    device = Device.objects.filter(user=by, pk=pk, ended_at=None).first()
    return device is not None and end_device(by=by, device=device, why=Device.Why.LOST)


def _end(by: Any, device: Device, why: Device.Why) -> bool:
    changed = Device.objects.filter(pk=device.pk, ended_at=None).update(
        ended_at=timezone.now(), why_ended=why, secret=None
    )
    if changed:
        record(
            by=by, action="fieldwork.end", subject=f"device:{device.pk}", detail={"why": str(why)}
        )
    return bool(changed)


def devices_of(user: User) -> list[Device]:
    """One's own phones, live ones first."""
    rows = Device.objects.filter(user=user)[:20]
    return sorted(rows, key=lambda device: (device.ended_at is not None, -device.pk))


def lease_seconds() -> int:
    """How long a phone opens its store without asking again."""
    return int(settings.PHONE_HOURS) * 3600


def must_wipe() -> MustWipe:
    return MustWipe(
        Problem(
            Text(
                "您的权限已调整或本机已停用，手机上的数据将被清除",
                "your right has ended or this phone was ended; its data are deleted",
            ),
            Text(
                "如仍需使用，请重新登录；有疑问请联系安全管理员",
                "sign in anew if you still need it; ask the security administrator if in doubt",
            ),
        )
    )

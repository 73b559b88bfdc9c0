"""Reads of channels: one's own, and for the system administrator those of units and how sending
goes. Addresses only masked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from fangpin.people.messages.outward.channels import masked, needs_right
from fangpin.people.models import Channel, ChannelKind, Gateway, Sending, User


@dataclass(frozen=True)
class Shown:
    """A channel with its masked address. `waits_for_code`: one was sent and may still be used."""

    channel: Channel
    address: str
    waits_for_code: bool


@dataclass(frozen=True)
class Standing:
    """How sending by one kind of channel went in a week."""

    kind: str
    channels: int
    sent: int
    waiting: int
    failed: int
    unsure: int


def own(actor: User) -> list[Shown]:
    """The actor's own channels. One query."""
    return [_shown(row) for row in Channel.objects.filter(user=actor)]


def open_kinds(actor: User) -> set[str]:
    """Kinds that the county has a gateway for. One query."""
    return set(Gateway.objects.values_list("kind", flat=True))


def robots(actor: User) -> list[Shown]:
    """Group robots of units. Raises PermissionError. One query."""
    needs_right(actor)
    rows = Channel.objects.filter(unit__isnull=False).select_related("unit").order_by("unit_id")
    return [_shown(row) for row in rows]


def gateways(actor: User) -> dict[str, dict[str, Any]]:
    """The county's gateways by kind, without passwords (`has_password` says whether there is
    one). Raises PermissionError."""
    needs_right(actor)
    return {row.kind: _without_password(row.content) for row in Gateway.objects.all()}


def standing(actor: User) -> list[Standing]:
    """How sending goes. Raises PermissionError. Two queries."""
    needs_right(actor)
    since = timezone.now() - timedelta(days=7)
    states = {
        state.value: Count("pk", filter=Q(state=state))
        for state in (Sending.State.SENT, Sending.State.FAILED, Sending.State.UNSURE)
    }
    rows = (
        Sending.objects.filter(made_at__gte=since)
        .order_by()
        .values("channel__kind")
        .annotate(
            waiting=Count("pk", filter=Q(state__in=["waiting", "sending"])),
            **states,
        )
    )
    counted: dict[str, Mapping[str, Any]] = {row["channel__kind"]: row for row in rows}
    channels = dict(
        Channel.objects.filter(confirmed_at__isnull=False)
        .order_by()
        .values_list("kind")
        .annotate(Count("pk"))
    )
    return [
        Standing(
            kind=kind,
            channels=channels.get(kind, 0),
            sent=counted.get(kind, {}).get("sent", 0),
            waiting=counted.get(kind, {}).get("waiting", 0),
            failed=counted.get(kind, {}).get("failed", 0),
            unsure=counted.get(kind, {}).get("unsure", 0),
        )
        for kind in ChannelKind
        if kind in channels or kind in counted
    ]


def _without_password(content: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: value for name, value in content.items() if name != "password"}
    return found | {"has_password": bool(content.get("password"))}


def _shown(row: Channel) -> Shown:
    waits = bool(row.code_nonce and row.code_until and row.code_until > timezone.now())
    return Shown(row, masked(row), waits)

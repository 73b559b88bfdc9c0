"""Telling, and what ends it. Called in the transaction of the change that there is to tell: a
message without its change, or a change that nobody was told of, cannot be.

None of this has an audit entry of its own: a message follows from a change that has one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from fangpin.kernel.errors import Text
from fangpin.kernel.place_codes import PREFIX_LENGTHS, code_of
from fangpin.people.messages.queries import to_read, visible
from fangpin.people.models import Message, MessageKind, MessageRead, User

KEPT: Final = timedelta(days=90)
_AT_ONCE: Final = 5000


@dataclass(frozen=True)
class Telling:
    """One message to be. `roles` at `area_code` (12 digits; "" = the system) or one user `to`.

    `about`: what it leads to; `task`: what ends it; `key`: told once for each key ("" = always).
    `what`: a label of a pack, never a name of a person.
    """

    kind: MessageKind
    area_code: str = ""
    roles: Sequence[str] = ()
    to: int | None = None
    apart: int | None = None
    about: str = ""
    task: str = ""
    key: str = ""
    label: str = ""
    what: Text | None = None
    count: int = 1
    day: date | None = None


def tell(tellings: Iterable[Telling], *, now: datetime | None = None) -> None:
    """Write messages. One whose key is known already is passed over.

    Raises RuntimeError outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a message is written in the transaction of its change")
    now = now or timezone.now()
    rows = [
        Message(
            kind=each.kind,
            at=now,
            area_code=each.area_code,
            roles=[str(role) for role in each.roles],
            to_id=each.to,
            apart_id=each.apart,
            about=each.about,
            task=each.task,
            key=each.key or None,
            label=each.label[:40],
            what_zh=each.what.zh[:120] if each.what else "",
            what_en=each.what.en[:160] if each.what else "",
            count=each.count,
            day=each.day,
        )
        for each in tellings
        if each.roles or each.to is not None
    ]
    if rows:
        Message.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)


def settle(tasks: Iterable[str], *, area_code: str = "", now: datetime | None = None) -> None:
    """What was to be done is done, or is not to be done any more: nobody is asked to read it.
    With `area_code` only there."""
    listed = [task for task in tasks if task]
    if listed:
        rows = Message.objects.filter(task__in=listed, over_at=None)
        if area_code:
            rows = rows.filter(area_code=area_code)
        rows.update(over_at=now or timezone.now())


def shared_place(prefixes: Iterable[str]) -> str:
    """The narrowest place that holds all of these, as 12 digits; "" when there is none."""
    listed = [prefix for prefix in prefixes if prefix]
    for digits in reversed(PREFIX_LENGTHS):
        begun = {prefix[:digits] for prefix in listed}
        if len(begun) == 1 and len(shared := begun.pop()) == digits:
            return code_of(shared)
    return ""


def move(about: Iterable[str], area_code: str) -> None:
    """What messages lead to lies elsewhere now: who may see them follows at once."""
    Message.objects.filter(about__in=list(about)).update(area_code=area_code)


@transaction.atomic
def mark_read(*, by: User, pks: Iterable[int]) -> int:
    """The actor has seen these; those that are not the actor's are passed over. Returns how many
    were the actor's."""
    rows = Message.objects.filter(visible(by), pk__in=set(pks)).values_list("pk", flat=True)
    found = list(rows[:_AT_ONCE])
    MessageRead.objects.bulk_create(
        [MessageRead(message_id=pk, user=by) for pk in found], ignore_conflicts=True
    )
    return len(found)


def mark_all_read(*, by: User, up_to: int) -> int:
    """Everything that asks to be read, as far as the message that was the newest on the page: what
    came since is not passed over unseen. Returns how many."""
    rows = to_read(by).filter(pk__lte=up_to)
    done = 0
    while found := list(rows.order_by("pk").values_list("pk", flat=True)[:_AT_ONCE]):
        done += mark_read(by=by, pks=found)
    return done


def forget_old(*, now: datetime | None = None) -> int:
    """The worker's chore: messages go after KEPT, with what is known of their reading."""
    old = Message.objects.filter(at__lt=(now or timezone.now()) - KEPT)
    gone = 0
    while pks := list(old.values_list("pk", flat=True)[:_AT_ONCE]):
        with transaction.atomic():
            gone += len(pks)
            Message.objects.filter(pk__in=pks).delete()
    return gone

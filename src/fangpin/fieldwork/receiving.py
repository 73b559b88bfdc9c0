"""What phones hand in, each thing exactly once.

The phone names every entry by an id that it made itself. The first to arrive under it is taken,
whatever was lost on the way back: who sends it again hears what became of it. Another content
under the same id is kept beside it and changes nothing. Each entry is a transaction of its own.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from fangpin.fieldwork.devices import device_of, must_wipe
from fangpin.fieldwork.models import Device, Dispute, Picture, Sent
from fangpin.foundation.actions import record
from fangpin.foundation.fields import close_into
from fangpin.kernel.errors import FangpinError, Text
from fangpin.people.models import User
from fangpin.people.row_security import unwalled
from fangpin.people.scope import Right, scope_of
from fangpin.registry.ids import allocate
from fangpin.registry.models import Household

MOST_CONTENT: Final = 600_000  # characters: signatures are part of it
MOST_PICTURES: Final = 20
_CONTENT_FOR: Final = timedelta(days=30)


class NotAllThere(FangpinError):
    """Pictures that belong to the entry have not come yet; nothing is decided."""


@dataclass(frozen=True)
class Handed:
    """One entry as it came. `about`: what it concerns, ids and versions; `values`: the form;
    `pictures`: ids made on the phone, by attachment rule."""

    client_id: UUID
    kind: str
    about: Mapping[str, Any]
    values: Mapping[str, Any]
    pictures: Mapping[str, tuple[UUID, ...]]
    claimed_at: datetime | None

    def canonical(self) -> str:
        """The content as one text; the phone's clock is no part of it."""
        content = {
            "kind": self.kind,
            "about": dict(self.about),
            "values": dict(self.values),
            "pictures": {role: [str(pk) for pk in ids] for role, ids in self.pictures.items()},
        }
        return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True)
class Answer:
    """What the phone is told. `state`: taken | already | refused | conflict | incomplete;
    `number` is the server's order; `other` what stands here instead, when it is a conflict."""

    client_id: UUID
    state: str
    said: Text | None = None
    number: int | None = None
    missing: tuple[UUID, ...] = ()
    other: Mapping[str, Any] | None = None


@dataclass
class Taking:
    """An entry being taken: who hands it in, when by the server, which pictures came along."""

    by: User
    handed: Handed
    sent: Sent
    received_at: datetime
    pictures: dict[str, list[Picture]] = field(default_factory=dict)
    state: Sent.State = Sent.State.TAKEN
    said: Text | None = None
    other: Mapping[str, Any] | None = None

    @property
    def today(self) -> date:
        """The day on which it arrived."""
        return timezone.localdate(self.received_at)

    def verdict(
        self, state: Sent.State, said: Text, other: Mapping[str, Any] | None = None
    ) -> None:
        """It was not taken, and what the taker wrote down about that stays; `other` is what
        stands instead. (A taker that raises leaves nothing behind.)"""
        self.state, self.said, self.other = state, said, other


# kind → takes it or raises FangpinError; returns what became of it ("visit:3").
Taker = Callable[[Taking], str]
_TAKERS: dict[str, Taker] = {}


def takes(kind: Sent.Kind) -> Callable[[Taker], Taker]:
    """Mark the function that entries of a kind go to."""

    def mark(taker: Taker) -> Taker:
        _TAKERS[kind.value] = taker
        return taker

    return mark


def receive(*, by: User, device: Device | UUID | None, handed: Handed) -> Answer:
    """Take one entry. What a person can be told is an Answer, never an exception.

    `device`: what the phone calls itself, or the row that `device_of` has just found. Raises
    MustWipe for a phone that was ended or is somebody else's.
    """
    phone = device if isinstance(device, Device) else device_of(by, device)
    if phone.user_id != by.pk:
        raise must_wipe()
    content = handed.canonical()
    try:
        if len(content) > MOST_CONTENT or sum(map(len, handed.pictures.values())) > MOST_PICTURES:
            raise _too_large()
        with transaction.atomic():
            return _once(by, phone, handed, content)
    except FangpinError as error:
        return Answer(handed.client_id, "refused", said_by(error))


def _once(by: User, phone: Device, handed: Handed, content: str) -> Answer:
    digest = hmac.digest(phone.opened_secret.encode(), content.encode(), hashlib.sha256)
    household = _household(by, handed)
    sent = Sent(
        pk=allocate(Sent, 1)[0],
        client_id=handed.client_id,
        device=phone,
        user=by,
        kind=handed.kind if handed.kind in Sent.Kind else Sent.Kind.VISIT,
        household=household,
        village_code=household.village_code if household else "",
        digest=digest,
        state=Sent.State.TAKEN,
        claimed_at=handed.claimed_at,
    )
    close_into([sent], "opened_content", [json.loads(content)])
    try:
        with transaction.atomic():
            sent.save(force_insert=True)
    except IntegrityError:
        return _again(by, phone, handed, content, digest)
    taking = Taking(by, handed, sent, timezone.now())
    try:
        taking.pictures = _claim(taking)
    except NotAllThere as error:
        # Nothing is decided: the id stays free for when the pictures are here.
        sent.delete()
        return Answer(handed.client_id, "incomplete", said_by(error), missing=_missing(by, handed))
    subject = ""
    try:
        with transaction.atomic():
            taker = _TAKERS.get(handed.kind)
            if taker is None:
                raise _unknown_kind()
            subject = taker(taking)
    except FangpinError as error:
        taking.verdict(Sent.State.REFUSED, said_by(error))
    sent.subject = subject
    if taking.said is not None:
        return _kept(taking, taking.said)
    # A visit or a clue names its household itself, when the phone did not.
    sent.save(update_fields=["subject", "household", "village_code"])
    return Answer(handed.client_id, "taken", number=sent.pk)


def _again(by: User, phone: Device, handed: Handed, content: str, digest: bytes) -> Answer:
    """The id is known: the answer of then, or a conflict when the content is another one."""
    with unwalled():  # it may have been about a place that is the actor's no more
        known = (
            Sent.objects.select_for_update(of=("self",))
            .filter(client_id=handed.client_id, user=by)
            .first()
        )
        if known is None:
            raise _id_taken()
        if hmac.compare_digest(bytes(known.digest), digest):
            return _as_then(known)
        dispute = Dispute.objects.filter(sent=known, digest=digest).first()
        if dispute is None:
            dispute = Dispute(
                pk=allocate(Dispute, 1)[0],
                sent=known,
                device=phone,
                digest=digest,
                claimed_at=handed.claimed_at,
            )
            close_into([dispute], "opened_content", [json.loads(content)])
            dispute.save(force_insert=True)
            record(by=by, action="fieldwork.dispute", subject=f"sent:{known.pk}")
        other = known.opened_content
    return Answer(handed.client_id, "conflict", _OTHER_CONTENT, known.pk, other=other)


def _as_then(known: Sent) -> Answer:
    if known.state == Sent.State.TAKEN:
        return Answer(known.client_id, "already", number=known.pk)
    said = known.opened_said
    state = "conflict" if known.state == Sent.State.CONFLICT else "refused"
    return Answer(known.client_id, state, Text(said["zh"], said["en"]) if said else None, known.pk)


def _kept(taking: Taking, said: Text) -> Answer:
    """Not taken: what was entered stays here, closed, until somebody has seen to it."""
    sent = taking.sent
    sent.state = taking.state
    close_into([sent], "opened_said", [{"zh": said.zh, "en": said.en}])
    sent.save(update_fields=["state", "said", "subject"])
    if not sent.village_code:
        _for_those_there(sent, taking.handed)
    record(by=taking.by, action=f"fieldwork.{sent.state}", subject=f"sent:{sent.pk}")
    state = "conflict" if sent.state == Sent.State.CONFLICT else "refused"
    return Answer(sent.client_id, state, said, sent.pk, other=taking.other)


def _for_those_there(sent: Sent, handed: Handed) -> None:
    """Entered about a household that the sender does not see (any more): whoever works there does
    see the entry. The sender's answer says nothing of it."""
    pk = handed.about.get("household")
    with unwalled():
        found = Household.objects.filter(pk=pk).first() if isinstance(pk, int) else None
        if found is not None:
            Sent.objects.filter(pk=sent.pk).update(household=found, village_code=found.village_code)


def _household(by: User, handed: Handed) -> Household | None:
    """The household that the phone names, if the actor still sees it."""
    pk = handed.about.get("household")
    if not isinstance(pk, int):
        return None
    inside = scope_of(by).within(Right.visits, "village_code")
    known = Household.objects.only("number", "village_code", "state")
    return known.filter(inside, pk=pk).first()


def _claim(taking: Taking) -> dict[str, list[Picture]]:
    """The pictures that came before the entry now belong to it."""
    wanted = {pk: role for role, ids in taking.handed.pictures.items() for pk in ids}
    if not wanted:
        return {}
    # What was refused is handed in once more, corrected, with the same pictures.
    free = Q(sent=None) | Q(sent__state__in=[Sent.State.REFUSED, Sent.State.CONFLICT])
    rows = Picture.objects.select_for_update(of=("self",)).filter(
        free, client_id__in=wanted, user=taking.by
    )
    found = {row.client_id: row for row in rows if row.name}
    if len(found) < len(wanted):
        raise NotAllThere.because(
            "照片还没有全部上传",
            "not all pictures have arrived",
            do_zh="系统将自动补传",
            do_en="the phone sends the rest by itself",
        )
    by_role: dict[str, list[Picture]] = {}
    for pk, role in wanted.items():
        picture = found[pk]
        picture.sent, picture.role = taking.sent, role[:40]
        by_role.setdefault(role, []).append(picture)
    for role, pictures in by_role.items():
        here = Picture.objects.filter(pk__in=[each.pk for each in pictures])
        here.update(sent=taking.sent, role=role[:40])
    return by_role


def _missing(by: User, handed: Handed) -> tuple[UUID, ...]:
    wanted = [pk for ids in handed.pictures.values() for pk in ids]
    here = set(
        Picture.objects.filter(client_id__in=wanted, user=by, sent=None)
        .exclude(name="")
        .values_list("client_id", flat=True)
    )
    return tuple(pk for pk in wanted if pk not in here)


def said_by(error: FangpinError) -> Text:
    """All problems of an error as one text for the phone."""
    return Text(
        "；".join(f"{p.what.zh}，{p.remedy.zh}" for p in error.problems) + "。",
        "; ".join(f"{p.what.en}: {p.remedy.en}" for p in error.problems) + ".",
    )


_OTHER_CONTENT: Final = Text(
    "该记录此前已经收到，且内容与本机不同。两份内容都已保留，请核对后选择。",
    "This entry arrived before with other content. Both are kept; compare them and choose.",
)


def _too_large() -> FangpinError:
    return FangpinError.because(
        "填写内容过长或照片过多",
        "the entry is too long or has too many pictures",
        do_zh=f"照片最多 {MOST_PICTURES} 张，说明请精简",
        do_en=f"at most {MOST_PICTURES} pictures; shorten the text",
    )


def _unknown_kind() -> FangpinError:
    return FangpinError.because(
        "系统不认识此类表单",
        "this kind of entry is not known",
        do_zh="联网更新后重新填写",
        do_en="update while online and enter it again",
    )


def _id_taken() -> FangpinError:
    return FangpinError.because(
        "记录编号已被占用",
        "the entry's number is taken",
        do_zh="作为新记录重新提交",
        do_en="hand it in as a new entry",
    )


@transaction.atomic
def see_to(*, by: User, pk: int) -> bool:
    """Somebody has looked at what was refused, in conflict, or came with other content. False when
    it is absent, not the actor's, or has been seen to."""
    inside = scope_of(by).within(Right.visits, "village_code")
    sent = Sent.objects.select_for_update(of=("self",)).filter(inside, pk=pk).first()
    if sent is None:
        return False
    waits = sent.state in (Sent.State.REFUSED, Sent.State.CONFLICT)
    disputes = Dispute.objects.filter(sent=sent, seen_to_at=None).update(
        seen_to_at=timezone.now(), seen_to_by=by
    )
    if waits:
        sent.state, sent.seen_to_by = Sent.State.SEEN_TO, by
        sent.save(update_fields=["state", "seen_to_by"])
    if waits or disputes:
        record(by=by, action="fieldwork.seen_to", subject=f"sent:{sent.pk}")
    return bool(waits or disputes)


def forget_content() -> int:
    """Of what was taken a month ago only what became of it stays; how many. A chore."""
    oldest = timezone.now() - _CONTENT_FOR
    rows = Sent.objects.filter(state=Sent.State.TAKEN, received_at__lt=oldest)
    unsettled = Dispute.objects.filter(sent=OuterRef("pk"), seen_to_at=None)
    return rows.exclude(content=None).exclude(Exists(unsettled)).update(content=None)

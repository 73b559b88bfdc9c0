"""What somebody is to check: for the desk and for the phone."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q
from django.utils import timezone

from fangpin.clues.models import Clue, ClueReason, ClueState
from fangpin.kernel.errors import Text
from fangpin.people.messages.digest import Waiting
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of
from fangpin.places.models import Place
from fangpin.registry.queries import head_names

MOST = 500


@dataclass(frozen=True)
class Sign:
    """A reason in words. `text` of a report is only there for who sees names."""

    channel: str
    kind: Text | None
    sentence: Text | None
    text: str
    noted: bool


@dataclass(frozen=True)
class ToCheck:
    """One clue to be checked. `version` is what an answer to it names; `household` None: nobody
    has been named yet; `late` past its day."""

    clue: int
    version: int
    household: int | None
    household_number: str
    head: str
    village_code: str
    village: str
    sent_on: date
    due_on: date
    provisional: bool
    late: bool
    signs: tuple[Sign, ...]


def to_check(actor: User, *, most: int = MOST) -> list[ToCheck]:
    """Clues sent down into the areas in which the actor answers, the most urgent first, at most
    `most`. Four queries."""
    scope = scope_of(actor)
    inside = scope.within(Right.clues_answer, "village_code")
    rows = list(
        Clue.objects.filter(inside, state=ClueState.SENT)
        .select_related("household")
        .order_by(F("due_on").asc(nulls_last=True), "id")[:most]
    )
    if not rows:
        return []
    today = timezone.localdate()
    numbers = [row.household.number for row in rows if row.household]
    heads = head_names(actor, numbers)
    codes = {row.village_code for row in rows}
    villages = dict(Place.objects.filter(code__in=codes, valid_to=None).values_list("code", "name"))
    signs: dict[int, list[Sign]] = defaultdict(list)
    for reason in ClueReason.objects.filter(clue__in=[row.pk for row in rows]).order_by("id"):
        shown = scope.covers(Right.names, reason.village_code)
        signs[reason.clue_id].append(sign_of(reason, shown))
    return [
        ToCheck(
            clue=row.pk,
            version=row.version,
            household=row.household_id,
            household_number=row.household.number if row.household else "",
            head=heads.get(row.household.number, "") if row.household else "",
            village_code=row.village_code,
            village=villages.get(row.village_code, row.village_code),
            sent_on=timezone.localdate(row.sent_at),
            due_on=row.due_on,
            provisional=row.provisional,
            late=row.due_on < today,
            signs=tuple(signs[row.pk]),
        )
        for row in rows
        if row.due_on is not None
    ]


def waiting(actor: User, day: date) -> Waiting:
    """How many clues the actor is to check by their day. One query. Only for whoever checks by
    themselves: who sends clues down reads the rates instead."""
    scope = scope_of(actor)
    inside = scope.within(Right.clues_answer, "village_code")
    if scope.may(Right.clues_send):
        return Waiting()
    counts = Clue.objects.filter(inside, state=ClueState.SENT).aggregate(
        open=Count("pk"),
        today=Count("pk", filter=Q(due_on=day)),
        late=Count("pk", filter=Q(due_on__lt=day)),
    )
    return Waiting(**counts)


def sign_of(reason: ClueReason, text_shown: bool) -> Sign:
    """A reason in words."""
    return Sign(
        channel=reason.channel,
        kind=Text(reason.kind_zh, reason.kind_en or reason.kind_zh) if reason.kind_zh else None,
        sentence=Text(reason.sentence_zh, reason.sentence_en or reason.sentence_zh)
        if reason.sentence_zh
        else None,
        text=(reason.text or "") if text_shown else "",
        noted=bool(reason.standing),
    )

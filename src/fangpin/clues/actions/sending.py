"""Sending clues down to their villages, and what changes the day they are due."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from fangpin.clues import telling
from fangpin.clues.actions.refusals import refuse
from fangpin.clues.actions.seen import locked_many
from fangpin.clues.deadlines import due_after, named_day, usual_days
from fangpin.clues.models import Clue, ClueState
from fangpin.foundation.actions import record
from fangpin.foundation.calendar.queries import calendar_in_force
from fangpin.people.models import User
from fangpin.people.scope import Right

MOST_AT_ONCE = 20_000


@dataclass(frozen=True)
class Sent:
    """What came of a sending: clues sent with their day, those that had been sent or answered
    meanwhile, and those that are absent or not the sender's."""

    clues: int
    due_on: date
    provisional: bool
    passed_over: int


@transaction.atomic
def send(
    *,
    by: User,
    clues: Iterable[int],
    days: int | None = None,
    due: date | None = None,
    reset: bool = False,
) -> Sent:
    """Send clues down to be checked within `days` workdays (the pack's own without), or by the day
    `due`. `reset`: give those that were sent already the new day as well.

    Raises PermissionError when none of them may be sent by this actor, FangpinError for a day that
    cannot be.
    """
    wanted = set(clues)
    if not wanted or len(wanted) > MOST_AT_ONCE:
        raise refuse(
            "请选择要下发的线索" if not wanted else f"一次最多下发 {MOST_AT_ONCE} 条",
            "choose clues to send" if not wanted else f"at most {MOST_AT_ONCE} at once",
            "勾选线索，或缩小范围",
            "tick some, or narrow the list",
            "clue",
        )
    now = timezone.now()
    today = timezone.localdate(now)
    if due is not None:
        days, until = None, named_day(today, due)
    else:
        days = days if days is not None else usual_days(today)
        until = due_after(today, days)
    states = [ClueState.NEW, ClueState.SENT] if reset else [ClueState.NEW]
    found = locked_many(by, wanted, Right.clues_send)
    if not found:
        raise PermissionError("none of these clues may be sent by this actor")
    sent = [clue for clue in found if clue.state in states]
    again = [clue.pk for clue in sent if clue.state == ClueState.SENT]
    Clue.objects.filter(pk__in=[clue.pk for clue in sent]).update(
        state=ClueState.SENT,
        sent_at=now,
        sent_by=by,
        days=days,
        due_on=until.on,
        provisional=until.provisional,
    )
    telling.sent([clue for clue in sent if clue.state == ClueState.NEW], until.on, now=now)
    if sent:
        record(
            by=by,
            action="clues.send",
            subject=f"clue:{sent[0].pk}" if len(sent) == 1 else "",
            detail={
                "clues": [clue.pk for clue in sent],
                "again": again,
                "days": days,
                "due": until.on.isoformat(),
            },
        )
    return Sent(len(sent), until.on, until.provisional, len(wanted) - len(sent))


@transaction.atomic
def recount(*, by: Any, year: int) -> int:
    """The calendar of a year changed: work out anew until when clues that are still to be checked
    are due. Days that somebody named stay. Returns how many moved."""
    calendar = calendar_in_force()
    moved = []
    waiting = Clue.objects.select_for_update().filter(
        state=ClueState.SENT, days__isnull=False, sent_at__year__lte=year, due_on__year__gte=year
    )
    for clue in waiting.order_by("pk"):
        assert clue.sent_at is not None
        assert clue.days is not None
        until = due_after(timezone.localdate(clue.sent_at), clue.days, calendar)
        if (until.on, until.provisional) != (clue.due_on, clue.provisional):
            clue.due_on, clue.provisional = until.on, until.provisional
            moved.append(clue)
    Clue.objects.bulk_update(moved, ["due_on", "provisional"], batch_size=2000)
    if moved:
        record(by=by, action="clues.recount", detail={"year": year, "clues": len(moved)})
    return len(moved)

"""A notice goes up, and comes down when its days are over. Called by the package that builds and
shows notices."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from fangpin.cases import telling
from fangpin.cases.actions.doing import ids, locked_row, locked_with, may_act, subject
from fangpin.cases.actions.refusals import NotAllowed, Refused
from fangpin.cases.deadlines import notice_ends, turn_due
from fangpin.cases.eyes import barred
from fangpin.cases.flow import Post
from fangpin.cases.models import Case, Publication
from fangpin.cases.refusals import NO_NOTICE, Refusal
from fangpin.cases.refusals import barred as must_stay_away
from fangpin.cases.standing import Standing, standing_of
from fangpin.foundation.actions import record
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of


@transaction.atomic
def notice_posted(*, by: User, publication: int, now: datetime | None = None) -> Publication:
    """The notice or announcement hangs from today on. Posted twice, it is the same.

    Raises Publication.DoesNotExist for one that is not the actor's, NotAllowed, Refused.
    """
    now = now or timezone.now()
    case, standing, row = _found(by, publication)
    if row.state != Publication.State.DUE:
        if row.state == Publication.State.WITHDRAWN:
            raise Refused.by(NO_NOTICE)
        return row
    if not may_act(by, case.area_code):
        raise NotAllowed(scope_of(by).why(Right.cases_act, case.area_code).reason, case.pk)
    if case.household_id is not None:
        why = barred(by, [case.household_id]).get(case.household_id)
        if why is not None:
            raise Refused.by(must_stay_away(why))
    row.state, row.posted_at, row.posted_by = Publication.State.POSTED, now, by
    row.from_day = timezone.localtime(now).date()
    row.until_day, row.provisional = notice_ends(row, row.from_day, standing.calendar)
    row.save()
    telling.posted(row, now=now)
    if row.form == "notice":
        _move(standing, row, Post(row.turn.step), now)
    record(
        by=by,
        action="cases.notice_posted",
        subject=subject(case),
        detail=ids(case, publication=row.pk, until=str(row.until_day or "")),
    )
    return row


@transaction.atomic
def notice_over(*, publication: int, now: datetime | None = None, by: Any = None) -> bool:
    """The days of a notice are over: it comes down, and its case may go on. False when it still
    hangs, was never posted, or came down before."""
    now = now or timezone.now()
    row = Publication.objects.filter(pk=publication).first()
    if row is None:
        return False
    case = locked_row(row.case_id)
    row = Publication.objects.select_related("turn").get(pk=publication)
    if row.state != Publication.State.POSTED or not _ended(row, timezone.localtime(now).date()):
        return False
    row.state, row.ended_at = Publication.State.OVER, now
    row.save(update_fields=["state", "ended_at"])
    standing = standing_of(case)
    if row.form == "notice" and row.turn.done_at is None:
        # The notice has been read as over already; the machine is asked all the same.
        _check(standing, row)
        row.turn.waits_for_notice = False
        row.turn.save(update_fields=["waits_for_notice"])
        telling.waits(case, row.turn, now=now, back=False)
        _save_version(case)
    record(
        by=by,
        action="cases.notice_over",
        subject=subject(case),
        detail=ids(case, publication=row.pk),
    )
    return True


def _ended(row: Publication, today: date) -> bool:
    return row.until_day is not None and today > row.until_day


def _found(by: User, publication: int) -> tuple[Case, Standing, Publication]:
    case, row = locked_with(by, Publication, publication)
    return case, standing_of(case), row


def _move(standing: Standing, row: Publication, move: Post, now: datetime) -> None:
    after = standing.flow.apply(standing.state, move)
    if isinstance(after, Refusal):
        raise Refused.by(after)
    turn = standing.waiting(move.step)
    assert turn is not None
    step = standing.flow.steps[move.step]
    turn.due_on, turn.provisional = turn_due(
        standing.case, step, turn.began_at, row, standing.calendar
    )
    turn.save(update_fields=["due_on", "provisional"])
    _save_version(standing.case)


def _check(standing: Standing, row: Publication) -> None:
    waiting = standing.state.waits_at(row.turn.step)
    if waiting is None or waiting.notice != "over":
        raise RuntimeError(f"publication {row.pk} is over and its case does not know")


def _save_version(case: Case) -> None:
    case.version += 1
    case.save(update_fields=["version"])

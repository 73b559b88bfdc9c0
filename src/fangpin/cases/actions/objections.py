"""Objections: anybody may object; somebody who has not acted on the case settles it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from fangpin.cases import telling
from fangpin.cases.actions.doing import ids, locked, locked_row, locked_with, subject
from fangpin.cases.actions.refusals import NotAllowed, Refused
from fangpin.cases.eyes import who_is
from fangpin.cases.flow import Object, Settle
from fangpin.cases.models import Case, Objection, Publication
from fangpin.cases.refusals import FOUR_EYES, NO_REASON, Refusal
from fangpin.cases.refusals import barred as must_stay_away
from fangpin.cases.standing import standing_of, write
from fangpin.foundation.actions import record
from fangpin.foundation.calendar import due
from fangpin.foundation.calendar.queries import calendar_in_force
from fangpin.foundation.fields import close_into
from fangpin.kernel.errors import Text
from fangpin.people.models import Role, User
from fangpin.people.scope import scope_of
from fangpin.registry.ids import allocate

LONGEST: Final = 2000
# Workdays for an answer, where the procedure of objections says nothing else.
ANSWER_DAYS: Final = 7
SETTLES: Final = frozenset({Role.TOWNSHIP_OFFICER, Role.COUNTY_BUREAU, Role.APPROVER})


@transaction.atomic
def object_to(
    *,
    by: User | None,
    text: str,
    publication: int | None = None,
    case: int | None = None,
    sender: Mapping[str, str] | None = None,
    client_id: UUID | None = None,
    now: datetime | None = None,
) -> Objection:
    """Take in an objection to a publication or a case. `by` None: from the citizens' door, whose
    package has checked that the publication is public; else an officer who wrote it down.

    `sender` is kept closed; None is anonymous. The same `client_id` again is the same objection.
    Raises Publication.DoesNotExist, Case.DoesNotExist, Refused.
    """
    now = now or timezone.now()
    words = text.strip()
    if not 2 <= len(words) <= LONGEST:
        raise Refused.said(
            "text",
            f"请写明异议内容，{LONGEST} 字以内",
            f"say what you object to, in at most {LONGEST} characters",
            "修改后重新提交",
            "change it and send it again",
            "text",
        )
    if client_id is not None:
        before = Objection.objects.filter(client_id=client_id).first()
        if before is not None:
            return before
    notice = None
    if publication is not None:
        notice = Publication.objects.select_related("turn").filter(pk=publication).first()
        if notice is None or (by is None and notice.state != Publication.State.POSTED):
            raise Publication.DoesNotExist("no such publication")
        case = notice.case_id
    if case is None or (by is None and notice is None):
        raise Case.DoesNotExist("no such case")
    row = locked(by, case) if by is not None else locked_row(case)
    standing = standing_of(row)
    turn = None
    if notice is not None and notice.turn.done_at is None:
        after = standing.flow.apply(standing.state, Object(notice.turn.step))
        if isinstance(after, Refusal):
            raise Refused.by(after)
        turn = notice.turn
    elif notice is None and row.state == "open":
        # What is said to a case itself holds up the step that waits, when it publishes something.
        turn = next((each for each in standing.turns.values() if each.done_at is None), None)
    answer = due(timezone.localtime(now).date(), ANSWER_DAYS, "workday", calendar_in_force())
    (pk,) = allocate(Objection, 1)
    found = Objection(
        pk=pk,
        case=row,
        publication=notice,
        turn=turn,
        anonymous=sender is None and by is None,
        by=by,
        at=now,
        due_on=answer.on,
        client_id=client_id,
    )
    close_into([found], "text", [words])
    close_into([found], "sender", [dict(sender) if sender else None])
    found.save(force_insert=True)
    row.version += 1
    row.save(update_fields=["version"])
    telling.objected(row, found, SETTLES, now=now)
    record(
        by=by,
        action="cases.objection",
        subject=subject(row),
        detail=ids(row, objection=pk, publication=publication),
    )
    return found


@transaction.atomic
def settle_objection(
    *, by: User, objection: int, upheld: bool, reason: str, now: datetime | None = None
) -> Objection:
    """Decide an objection, with the answer that is given. Upheld, the case goes where its procedure
    says; a decision that has taken effect stays, and is put right by a case of its own.

    Settled the same way by the same person again, nothing happens. Raises Objection.DoesNotExist,
    NotAllowed, Refused.
    """
    now = now or timezone.now()
    case, found = locked_with(by, Objection, objection)
    state = Objection.State.UPHELD if upheld else Objection.State.REJECTED
    if found.state != Objection.State.OPEN:
        if (found.state, found.settled_by_id) == (state, by.pk):
            return found
        raise Refused.said(
            "settled", "该异议已经处理", "it has been settled already", "刷新页面", "reload"
        )
    _may_settle(by, case)
    standing = standing_of(case)
    who = who_is(by, case.area_code, case.household_id)
    if who.barred is not None:
        raise Refused.by(must_stay_away(who.barred))
    acted = {turn.by_id for turn in standing.turns.values()} | {case.opened_by_id, found.by_id}
    if by.pk in acted:
        raise Refused.by(FOUR_EYES)
    if len(reason.strip()) < 2:
        raise Refused.by(NO_REASON)
    found.state, found.settled_by, found.settled_at = state, by, now
    close_into([found], "answer", [reason.strip()])
    telling.settled(found, now=now)
    turn = found.turn
    if case.state == "open" and turn is not None and turn.done_at is None:
        after = standing.flow.apply(standing.state, Settle(who, turn.step, upheld, reason))
        if isinstance(after, Refusal):
            raise Refused.by(after)
        found.save()
        write(standing, after, by=by, now=now)
    else:
        found.save()
        case.version += 1
        case.save(update_fields=["version"])
    record(
        by=by,
        action=f"cases.objection_{state}",
        subject=subject(case),
        detail=ids(case, objection=found.pk, state=case.state),
    )
    return found


def _may_settle(by: User, case: Case) -> None:
    scope = scope_of(by)
    held = {grant.role for grant in scope.grants if grant.reaches(case.area_code)}
    if not held & SETTLES:
        raise NotAllowed(
            Text("异议由乡镇或县级处理", "objections are settled by the township or the county"),
            case.pk,
        )

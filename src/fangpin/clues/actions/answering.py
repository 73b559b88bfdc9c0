"""Answers from the village (or the township in its place), and taking a mistaken one back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from fangpin.clues import telling
from fangpin.clues.actions.refusals import changed, refuse, text_of
from fangpin.clues.actions.seen import locked, opening
from fangpin.clues.closing import close_one
from fangpin.clues.models import AnswerKind, Clue, ClueAnswer, ClueState, Ending
from fangpin.clues.words import ANSWERS, REASONS, needs_note
from fangpin.foundation.actions import record
from fangpin.kernel.errors import Text
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of
from fangpin.registry.ids import allocate

MOST_NOTE = 1000
_ENDINGS = {
    AnswerKind.NOT_TRUE: Ending.NOT_TRUE,
    AnswerKind.ALREADY_MONITORED: Ending.ALREADY_MONITORED,
    AnswerKind.NOT_LIVING_HERE: Ending.NOT_LIVING_HERE,
}


@dataclass(frozen=True)
class Answered:
    """What became of an answer: taken; known already (the same again); or kept as a conflict,
    which changes nothing and is shown at the clue. `said` tells the sender."""

    outcome: Literal["taken", "already", "conflict"]
    clue: Clue
    answer: ClueAnswer
    said: Text


def answer(
    *,
    by: User,
    clue: int,
    version: int,
    answer: str,
    reason: str,
    client_id: UUID,
    note: str = "",
    claimed_at: datetime | None = None,
) -> Answered:
    """Answer a clue that is sent or not yet sent. Only the server's clock says whether it is late.

    Raises Clue.DoesNotExist for one that is absent or out of the actor's area, FangpinError for an
    answer that is not complete and for a clue in which nobody has been named yet when it is found
    true.
    """
    kind, note = _checked(answer, reason, note)
    with transaction.atomic():
        with connection.cursor() as cursor:
            # The same answer from two workers at once: the second one waits and finds the first.
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", [str(client_id)]
            )
        found = locked(by, clue, Right.clues_answer)
        content = (found.pk, str(kind), reason, note)
        earlier = list(ClueAnswer.objects.filter(client_id=client_id).order_by("pk"))
        for each in earlier:
            if (each.clue_id, each.answer, each.reason, each.note or "") == content:
                return _known(found, each)
        now = timezone.now()
        given = _new(found, by, kind, reason, note, client_id, claimed_at, now)
        if (
            earlier
            or found.version != version
            or found.state
            not in (
                ClueState.NEW,
                ClueState.SENT,
            )
        ):
            return _conflict(by, found, given)
        if kind == AnswerKind.TRUE and found.household_id is None:
            raise refuse(
                "还没有对应到台账中的户",
                "nobody in the registry has been named for this clue yet",
                "先选择是哪一户，或先在台账中登记该户",
                "name the household first, or enter it into the registry",
                "answer",
            )
        _take(found, given, now)
        telling.checked(found.village_code, now=now)
        record(
            by=by,
            action="clues.answer",
            subject=f"clue:{found.pk}",
            detail={"answer": str(kind), "reason": reason, "late": given.late, "id": given.pk},
        )
    return Answered("taken", found, given, Text("已收到", "received"))


def _checked(answer: str, reason: str, note: str) -> tuple[AnswerKind, str]:
    if answer not in AnswerKind.values:
        raise refuse(
            "请选择核查结果", "choose what was found", "四项中选一项", "one of the four", "answer"
        )
    if reason not in REASONS[answer]:
        raise refuse(
            "请选择具体情况",
            "choose a reason",
            f"“{ANSWERS[answer].zh}”的具体情况选一项",
            f"one of those for “{ANSWERS[answer].en}”",
            "reason",
        )
    note = text_of(note, MOST_NOTE, "note")
    if needs_note(answer, reason) and len(note) < 2:
        raise refuse(
            "请补充说明情况",
            "this answer needs a note",
            "用一两句话写明实际情况",
            "say in a sentence what was found",
            "note",
        )
    return AnswerKind(answer), note


def _new(
    clue: Clue,
    by: User,
    kind: AnswerKind,
    reason: str,
    note: str,
    client_id: UUID,
    claimed_at: datetime | None,
    now: datetime,
) -> ClueAnswer:
    late = timezone.localdate(now) > clue.due_on if clue.due_on else None
    given = ClueAnswer(
        pk=allocate(ClueAnswer, 1)[0], clue=clue, village_code=clue.village_code,
        client_id=client_id, answer=kind, reason=reason, by=by, claimed_at=claimed_at,
        received_at=now, due_on=clue.due_on, late=late,
    )  # fmt: skip
    given.note_closed = close_one(ClueAnswer, given.pk, {"note_closed": note})["note_closed"]
    return given


def _known(clue: Clue, before: ClueAnswer) -> Answered:
    if before.state == ClueAnswer.State.CONFLICT:
        return Answered("conflict", clue, before, _CONFLICT)
    return Answered("already", clue, before, Text("此前已收到", "received before"))


_CONFLICT = Text(
    "此前已有不同的答复；您这次的答复已另行保存，由乡镇核对",
    "there is another answer already; yours is kept beside it for the township to look at",
)


def _conflict(by: User, clue: Clue, given: ClueAnswer) -> Answered:
    given.state = ClueAnswer.State.CONFLICT
    given.save(force_insert=True)
    record(
        by=by,
        action="clues.conflict",
        subject=f"clue:{clue.pk}",
        detail={"answer": str(given.answer), "reason": given.reason, "id": given.pk},
    )
    return Answered("conflict", clue, given, _CONFLICT)


def _take(clue: Clue, given: ClueAnswer, now: datetime) -> None:
    given.state = ClueAnswer.State.TAKEN
    given.save(force_insert=True)
    clue.answer, clue.reason, clue.late = given.answer, given.reason, given.late
    clue.answered_at, clue.answered_by = now, given.by
    if given.answer == AnswerKind.TRUE:
        clue.state = ClueState.ANSWERED
    else:
        clue.state, clue.closed_at = ClueState.CLOSED, now
        clue.ended_as = _ENDINGS[AnswerKind(given.answer)]
    _save(clue)


def _save(clue: Clue) -> None:
    clue.version += 1
    clue.save(
        update_fields=[
            *("state", "answer", "reason", "late", "answered_at", "answered_by", "ended_as"),
            *("closed_at", "case", "version"),
        ]
    )


@transaction.atomic
def take_back(*, by: User, clue: int, version: int, reason: str) -> Clue:
    """Take a mistaken answer back; the clue waits for a new one. By whoever sends clues there, or
    by the one who gave it. The answer stays on record with the reason.

    Raises Clue.DoesNotExist, Conflict, FangpinError (no answer, a case has begun, no reason, or
    the household has another open clue by now).
    """
    found = locked(by, clue, Right.clues_answer, version=version)
    if not scope_of(by).covers(Right.clues_send, found.village_code) and (
        found.answered_by_id != by.pk
    ):
        raise refuse(
            "只有答复人本人或乡镇、县级可以撤回",
            "only who gave the answer, the township or the county takes it back",
            "请联系乡镇",
            "ask the township",
        )
    why = text_of(reason, 300, "reason")
    if len(why) < 2:
        raise refuse(
            "请写明撤回原因",
            "say why it is taken back",
            "用一句话写明哪里答错了",
            "say in a sentence what was wrong",
            "reason",
        )
    given = ClueAnswer.objects.filter(clue=found, state=ClueAnswer.State.TAKEN).first()
    if given is None or found.case is not None:
        raise refuse(
            "该线索已转入办理程序，答复不能撤回" if given else "该线索还没有答复",
            "a case has begun from it" if given else "there is no answer to it",
            "在办理程序中处理" if given else "无需撤回",
            "go on in the case" if given else "there is nothing to take back",
        )
    refuse_second(found)
    now = timezone.now()
    given.state, given.withdrawn_at, given.withdrawn_by = ClueAnswer.State.WITHDRAWN, now, by
    given.why_closed = close_one(ClueAnswer, given.pk, {"why_closed": why})["why_closed"]
    given.save(update_fields=["state", "withdrawn_at", "withdrawn_by", "why_closed"])
    found.state = ClueState.SENT if found.sent_at else ClueState.NEW
    found.answer, found.reason, found.late = "", "", None
    found.answered_at, found.answered_by, found.closed_at, found.ended_as = None, None, None, ""
    with opening():
        _save(found)
    telling.again(found, now=now)
    record(by=by, action="clues.take_back", subject=f"clue:{found.pk}", detail={"id": given.pk})
    return found


def refuse_second(clue: Clue) -> None:
    """Raise FangpinError when a closed clue cannot open again because its household has another."""
    others: Any = Clue.objects.filter(household=clue.household_id).exclude(state=ClueState.CLOSED)
    if (
        clue.state == ClueState.CLOSED
        and clue.household_id is not None
        and others.exclude(pk=clue.pk).exists()
    ):
        raise refuse(
            "该户已有另一条未办结的线索",
            "the household has another open clue by now",
            "在那条线索中答复",
            "answer that one",
        )


@transaction.atomic
def close_without_case(*, by: User, clue: int, version: int, reason: str) -> Clue:
    """End a clue that was found true without a procedure: somebody decides, with a reason.

    Raises Clue.DoesNotExist, Conflict, FangpinError.
    """
    found = locked(by, clue, Right.clues_send, version=version)
    why = text_of(reason, 300, "reason")
    if found.state != ClueState.ANSWERED:
        raise changed()
    if len(why) < 2:
        raise refuse(
            "请写明不再办理的原因",
            "say why nothing follows",
            "用一句话写明",
            "say it in a sentence",
            "reason",
        )
    given = ClueAnswer.objects.get(clue=found, state=ClueAnswer.State.TAKEN)
    given.why_closed = close_one(ClueAnswer, given.pk, {"why_closed": why})["why_closed"]
    given.save(update_fields=["why_closed"])
    found.state, found.ended_as, found.closed_at = (
        ClueState.CLOSED,
        Ending.NO_CASE,
        timezone.now(),
    )
    _save(found)
    record(by=by, action="clues.close", subject=f"clue:{found.pk}", detail={"as": "no_case"})
    return found

"""Where a case stands: rows to the machine's state, and a new state back into rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from django.db.models import Count

from fangpin.cases import telling
from fangpin.cases.deadlines import turn_due
from fangpin.cases.flow import Done, Flow, Notice, State, Waiting
from fangpin.cases.in_force import flow_of
from fangpin.cases.models import Case, CaseState, Objection, Publication, Turn
from fangpin.foundation.calendar import Calendar
from fangpin.foundation.calendar.queries import calendar_in_force
from fangpin.kernel.place_codes import code_of
from fangpin.policy.procedure_records import Step

LEFT: Final = ("left", "upheld")
_OF_PLACE: Final = {"village": 12, "township": 9, "county": 6, "city": 4, "province": 2}
_NOTICES: Final[dict[str, Notice]] = {"due": "due", "posted": "posted", "over": "over"}


@dataclass
class Standing:
    """A loaded case with its turns by number and the notices that its waiting turns publish."""

    case: Case
    flow: Flow
    turns: dict[int, Turn]
    notices: dict[int, Publication]  # by turn id
    state: State
    after: State | None = None  # once a move has been worked out

    @cached_property
    def calendar(self) -> Calendar:
        """Working days. Two queries, once."""
        return calendar_in_force()

    def waiting(self, step: str) -> Turn | None:
        """The open turn of a step."""
        found = self.state.waits_at(step)
        return self.turns[found.seq] if found is not None else None


def standing_of(case: Case) -> Standing:
    """Load where a case stands. Three queries."""
    flow = flow_of(case)
    turns = {turn.seq: turn for turn in Turn.objects.filter(case=case).order_by("seq")}
    waiting = [turn.pk for turn in turns.values() if turn.done_at is None]
    # Whoever decides waits for everything that was said to the case, also at earlier steps.
    deciding = [turn.pk for turn in turns.values() if turn.done_at is None and turn.decides]
    notices = {
        row.turn_id: row for row in Publication.objects.filter(turn__in=waiting, form="notice")
    }
    open_ = dict(
        Objection.objects.filter(case=case, state=Objection.State.OPEN)
        .order_by()
        .values_list("turn_id")
        .annotate(Count("pk"))
    )
    open_ |= dict.fromkeys(deciding, sum(open_.values()))
    return Standing(case, flow, turns, notices, _state(case, turns.values(), notices, open_))


def _state(
    case: Case, turns: Iterable[Turn], notices: dict[int, Publication], objections: dict[int, int]
) -> State:
    waiting, done = [], []
    for turn in turns:
        if turn.done_at is None:
            notice = notices.get(turn.pk)
            hangs: Notice = _NOTICES.get(notice.state, "") if notice is not None else ""
            waiting.append(Waiting(turn.seq, turn.step, hangs, objections.get(turn.pk, 0)))
        else:
            left = turn.outcome in LEFT
            done.append(Done(turn.seq, turn.step, turn.by_id, turn.outcome, turn.round, left))
    return State(
        status=case.state,  # type: ignore[arg-type]
        opened_by=case.opened_by_id,
        waiting=tuple(waiting),
        done=tuple(done),
        round=case.round,
        effective=case.effective,
    )


def write(standing: Standing, after: State, *, by: Any, now: datetime) -> None:
    """Bring the rows of a case to the state after a move. The turn that somebody took has been
    filled in by the caller and is saved here; the case gets its next version."""
    case, before = standing.case, standing.state
    waited = {each.seq for each in before.waiting}
    left: list[Turn] = []
    for done in after.done:
        turn = standing.turns[done.seq]
        if done.seq in waited:
            turn.done_at, turn.by_id, turn.outcome = now, done.by, done.outcome
            turn.round = done.round
            turn.save(update_fields=["done_at", "by", "outcome", "round", "reason_closed"])
            left.append(turn)
            _withdraw_notice(standing.notices.get(turn.pk), now)
        elif turn.round != done.round:
            turn.round = done.round
            turn.save(update_fields=["round"])
    case.round, case.effective = after.round, after.effective
    entered = [each for each in after.waiting if each.seq not in waited]
    if after.round > before.round:
        case.returned = True
    elif entered:
        case.returned = False
    case.owed = list(standing.flow.owed(after))
    case.state = CaseState(after.status)
    case.step = after.waiting[0].step if after.waiting else ""
    if after.status != "open":
        case.closed_at, case.closed_by = now, by
        case.owed = []
    case.version += 1
    case.save()
    telling.taken(left, now=now)
    if after.status != "open":
        telling.ended(case, by=by, now=now)
    for each in entered:
        begin_turn(standing, each, now)
    standing.state = after


def begin_turn(standing: Standing, waiting: Waiting, now: datetime) -> Turn:
    """Let a step wait: its turn, and its notice when it publishes one."""
    case, step = standing.case, standing.flow.steps[waiting.step]
    turn = Turn(
        case=case,
        area_code=case.area_code,
        seq=waiting.seq,
        step=step.id,
        round=case.round,
        posts=list(step.posts),
        waits_for_notice=bool(waiting.notice),
        event=step.event,
        decides=step.decides,
        owed=step.id in standing.flow.later,
        began_at=now,
    )
    turn.due_on, turn.provisional = turn_due(case, step, now, None, standing.calendar)
    turn.save(force_insert=True)
    standing.turns[turn.seq] = turn
    if waiting.notice:
        standing.notices[turn.pk] = publish(case, turn, step, now=now)
    else:
        telling.waits(case, turn, now=now, back=case.returned)
    return turn


def publish(case: Case, turn: Turn, step: Step, *, now: datetime) -> Publication:
    """Make the publication of a step: something that is to be posted."""
    declared = step.publish
    assert declared is not None
    digits = _OF_PLACE.get(declared.where, 12)
    notice = Publication.objects.create(
        case=case,
        turn=turn,
        area_code=case.area_code,
        where_code=code_of(case.area_code[:digits]),
        form=declared.form,
        masked=declared.masked,
        days=declared.days,
        kind=declared.kind,
    )
    telling.to_post(case, notice, turn, now=now)
    return notice


def _withdraw_notice(notice: Publication | None, now: datetime) -> None:
    """A notice comes down when its case leaves the step before it was over."""
    if notice is not None and notice.state in ("due", "posted"):
        notice.state, notice.ended_at = Publication.State.WITHDRAWN, now
        notice.save(update_fields=["state", "ended_at"])
        telling.posted(notice, now=now)

"""Somebody takes a step of a case, or withdraws it."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from fangpin.cases import effects, snapshots, telling
from fangpin.cases.actions.attachments import Attached, Clean, clean, keep_all
from fangpin.cases.actions.conflicts import keep_conflict, kept_files_of, settled
from fangpin.cases.actions.doing import ids, locked, may_act, subject
from fangpin.cases.actions.refusals import (
    OTHER_CONTENT,
    STALE,
    Conflict,
    NotAllowed,
    Refused,
    Side,
)
from fangpin.cases.entries import checked, keep_rates
from fangpin.cases.eyes import who_is
from fangpin.cases.flow import State, Take, Who, Withdraw
from fangpin.cases.in_force import frozen_of
from fangpin.cases.models import Attachment, Case, KeptEntry, Turn
from fangpin.cases.refusals import Refusal
from fangpin.cases.standing import Standing, publish, standing_of, write
from fangpin.cases.tally import Tally
from fangpin.foundation.actions import record
from fangpin.foundation.fields import close_into
from fangpin.kernel.errors import FangpinError, Text
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of
from fangpin.policy.procedure_records import Outcome, Step
from fangpin.registry.models import Membership


@dataclass(frozen=True)
class Taken:
    """What became of it. `again`: it had been taken before, nothing happened now."""

    case: Case
    turn: Turn
    again: bool


@dataclass(frozen=True)
class _Sent:
    """What somebody sent, as far as it can be compared with what was taken."""

    step: str
    outcome: str
    entries: Mapping[str, Any]
    reason: str
    votes: Mapping[str, int] | None
    files: tuple[str, ...]

    def text(self) -> str:
        return json.dumps(
            {
                "step": self.step,
                "outcome": self.outcome,
                "entries": self.entries,
                "reason": self.reason.strip(),
                "votes": self.votes,
                "files": sorted(self.files),
            },
            sort_keys=True,
            ensure_ascii=False,
            default=str,
        )


def take_step(
    *,
    by: User,
    case: int,
    version: int,
    step: str,
    outcome: str,
    entries: Mapping[str, Any],
    client_id: UUID,
    attachments: Sequence[Attached] = (),
    files_of: int | None = None,
    votes: Tally | None = None,
    reason: str = "",
    claimed_at: datetime | None = None,
    now: datetime | None = None,
) -> Taken:
    """Take a step that waits. Sent again with the same `client_id` it is the same answer.

    `now` is the server's moment; `claimed_at`, of a telephone's clock, is only kept. `files_of`:
    entry of the actor's that could not be taken, whose files go along with `attachments`.
    A decision freezes the household and does what it says to the registry in the same transaction.

    Raises Case.DoesNotExist, NotAllowed, Refused or FangpinError with every fault, and Conflict
    for a stale version or the same id with other content: then what was sent is kept.
    """
    now = now or timezone.now()
    files: list[Clean] = []
    try:
        with transaction.atomic():
            row = locked(by, case)
            standing = standing_of(row)
            declared = _step(standing, step)
            chosen = standing.flow.outcome(step, outcome)
            if chosen is None:
                raise Refused.said(
                    "no_such_outcome", "这一环节没有这样的结果", "this step does not end that way",
                    "从列出的结果中选择", "choose one of the outcomes listed", "outcome",
                )  # fmt: skip
            needed = standing.flow.agrees(step, chosen)
            kept = checked(frozen_of(row), declared, entries, _members(row), needed=needed)
            before = Turn.objects.filter(client_id=client_id).first()
            again = kept_files_of(by, row, step, files_of, before)
            files = clean(declared, attachments, kept=again, needed=needed)
            sent = _Sent(
                step, outcome, kept, reason, _votes(votes), tuple(each.sha256 for each in files)
            )
            if before is not None:
                return Taken(row, _the_same(row, before, sent, by), True)
            if row.version != version:
                raise _conflict(STALE, row, standing, sent)
            if not may_act(by, row.area_code):
                raise NotAllowed(scope_of(by).why(Right.cases_act, row.area_code).reason, row.pk)
            if declared.decides and not scope_of(by).covers(Right.cases_decide, row.area_code):
                raise NotAllowed(scope_of(by).why(Right.cases_decide, row.area_code).reason, row.pk)
            if needed:
                keep_rates(frozen_of(row), declared, chosen, kept)
            who = who_is(by, row.area_code, row.household_id)
            turn = _take(standing, who, declared, chosen, sent, votes, by, now)
            turn.client_id, turn.claimed_at = client_id, claimed_at
            _finish(standing, turn, chosen, files, by, now)
            if again and files_of is not None:
                settled(KeptEntry.objects.get(pk=files_of), row, by, now)
            return Taken(row, turn, False)
    except Conflict as conflict:
        keep_conflict(conflict, files, by, client_id, claimed_at)
        raise
    except NotAllowed as refusal:
        _attempt(by, case, step, refusal.reason.en)
        raise
    except Refused as refusal:
        if refusal.code in ("barred", "four_eyes"):
            _attempt(by, case, step, refusal.code)
        raise


def _step(standing: Standing, step: str) -> Step:
    found = standing.flow.steps.get(step)
    if found is None:
        raise Refused.said(
            "no_such_step", "程序里没有这一环节", "the procedure has no such step",
            "刷新页面", "reload the page", "step",
        )  # fmt: skip
    return found


def _members(case: Case) -> list[int]:
    if case.household_id is None:
        return []
    rows = Membership.objects.filter(household=case.household_id, ended_on=None)
    return list(rows.order_by("person_id").values_list("person_id", flat=True))


def _votes(tally: Tally | None) -> dict[str, int] | None:
    if tally is None:
        return None
    names = ("entitled", "present", "favour", "against", "abstain")
    return {name: getattr(tally, name) for name in names}


def _take(
    standing: Standing,
    who: Who,
    step: Step,
    outcome: Outcome,
    sent: _Sent,
    tally: Tally | None,
    by: User,
    now: datetime,
) -> Turn:
    """Let the machine take the step; fills in the turn, saves nothing yet."""
    move = Take(who, step.id, outcome.id, sent.reason, tally)
    after = standing.flow.apply(standing.state, move)
    if isinstance(after, Refusal):
        raise Refused.by(after)
    turn = standing.waiting(step.id)
    assert turn is not None
    turn.done_at, turn.by = now, by
    effect = standing.flow.effect(step.id, outcome.id)
    turn.effect = "" if effect == "none" else effect
    turn.votes = dict(sent.votes) if sent.votes is not None else None
    close_into([turn], "entries", [dict(sent.entries) or None])
    close_into([turn], "reason", [sent.reason.strip() or None])
    standing.after = after
    return turn


def _finish(
    standing: Standing,
    turn: Turn,
    outcome: Outcome,
    files: Sequence[Clean],
    by: User,
    now: datetime,
) -> None:
    """Everything that follows from a step that was taken, in its transaction."""
    case, after = standing.case, standing.after
    assert after is not None
    step = standing.flow.steps[turn.step]
    turn.outcome = outcome.id
    turn.save()
    keep_all(turn, files, by)
    on = timezone.localtime(now).date()
    entered = entered_so_far(standing, turn)
    detail: dict[str, Any] = {"step": turn.step, "outcome": outcome.id, "turn": turn.pk}
    if step.decides:
        snapshot = snapshots.freeze_decision(case=case, turn=turn, entered=entered, now=now, on=on)
        detail["snapshot"] = snapshot.hash
    if turn.effect:
        turn.registry_event = effects.do_what_was_decided(
            by=by,
            case=case,
            turn=turn,
            procedure=standing.flow.procedure,
            entered=entered,
            on=on,
        )
        turn.save(update_fields=["registry_event"])
        case.refresh_from_db(fields=["area_code"])  # a transfer takes the case along
        for each in standing.turns.values():
            each.area_code = case.area_code
        detail |= {"effect": turn.effect, "event": turn.registry_event}
    good = standing.flow.agrees(step.id, outcome)
    if good and step.publish is not None and step.publish.form == "announcement":
        publish(case, turn, step, now=now)
    if step.decides:
        telling.decided(case, outcome.label, by=by, now=now)
    write(standing, after, by=by, now=now)
    detail |= {"state": case.state, "version": case.version}
    record(by=by, action="cases.step", subject=subject(case), detail=ids(case, **detail))


def entered_so_far(standing: Standing, now: Turn | None = None) -> dict[str, Any]:
    """Values by entry id over all turns, the latest last; fields of the registry by their key."""
    found: dict[str, Any] = {}
    for turn in sorted(standing.turns.values(), key=lambda each: each.seq):
        if turn.entries_closed is None or (turn.done_at is None and turn is not now):
            continue
        asked = {entry.id: entry for entry in standing.flow.steps[turn.step].enter}
        for name, value in (turn.entries or {}).items():
            entry = asked.get(name)
            if entry is not None and entry.type == "household_field" and entry.vocabulary:
                found[entry.vocabulary] = value
            found[name] = value
    return found


# -- twice, or too late ----------------------------------------------------------------------------


def _the_same(case: Case, before: Turn, sent: _Sent, by: User) -> Turn:
    """The turn that this id has taken already; Conflict when its content was another."""
    files = Attachment.objects.filter(turn=before).values_list("sha256", flat=True)
    was = _Sent(
        before.step, before.outcome, before.entries or {}, before.reason or "", before.votes,
        tuple(files),
    )  # fmt: skip
    if before.case_id == case.pk and before.by_id == by.pk and was.text() == sent.text():
        return before
    raise Conflict(OTHER_CONTENT, case.pk, case.version, _mine(sent), (_side(before),))


def _conflict(what: Text, case: Case, standing: Standing, sent: _Sent) -> Conflict:
    done = [turn for turn in standing.turns.values() if turn.done_at and turn.by_id]
    latest = sorted(done, key=lambda turn: turn.seq)[-1:]
    return Conflict(what, case.pk, case.version, _mine(sent), tuple(map(_side, latest)))


def _mine(sent: _Sent) -> Side:
    return Side(sent.step, sent.outcome, dict(sent.entries), sent.reason, None, None)


def _side(turn: Turn) -> Side:
    return Side(
        turn.step, turn.outcome, turn.entries or {}, turn.reason or "", turn.by_id, turn.done_at
    )


def _attempt(by: User, case: int, step: str, why: str) -> None:
    """An attempt that was refused for who made it stays on record."""
    with suppress(FangpinError), transaction.atomic():
        record(
            by=by,
            action="cases.refused",
            subject=f"case:{case}",
            detail={"step": step[:60], "reason": why},
        )


# -- withdrawing -----------------------------------------------------------------------------------


def withdraw(
    *, by: User, case: int, version: int, reason: str, now: datetime | None = None
) -> Case:
    """The household takes its application back, or a case was opened by mistake. The same again
    changes nothing. Raises as `take_step`."""
    now = now or timezone.now()
    with transaction.atomic():
        row = locked(by, case)
        if row.state == "withdrawn" and row.closed_by_id == by.pk:
            return row
        standing = standing_of(row)
        if row.version != version:
            raise _conflict(STALE, row, standing, _Sent("", "withdraw", {}, reason, None, ()))
        if not may_act(by, row.area_code):
            raise NotAllowed(scope_of(by).why(Right.cases_act, row.area_code).reason, row.pk)
        who = who_is(by, row.area_code, row.household_id)
        after = standing.flow.apply(standing.state, Withdraw(who, reason))
        if not isinstance(after, State):
            raise Refused.by(after)
        # Why stands with the step that waited, closed like every other reason.
        (first, *_) = standing.state.waiting
        turn = standing.turns[first.seq]
        close_into([turn], "reason", [reason.strip()])
        write(standing, after, by=by, now=now)
        record(by=by, action="cases.withdrawn", subject=subject(row), detail=ids(row))
    return row

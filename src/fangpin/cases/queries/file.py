"""One case as one actor may see it: its steps, what was entered, what waits and who may act."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count

from fangpin.cases.entries import options
from fangpin.cases.eyes import posts_at, who_is
from fangpin.cases.flow import Who
from fangpin.cases.frozen import Frozen
from fangpin.cases.in_force import frozen_of
from fangpin.cases.models import (
    Attachment,
    Case,
    Escalation,
    KeptEntry,
    Objection,
    Publication,
    Turn,
)
from fangpin.cases.queries.lists import stands
from fangpin.cases.queries.subjects import Subject, subjects
from fangpin.cases.refusals import CLOSED, NOTICE_HANGS, OBJECTIONS, TOO_LATE, Refusal
from fangpin.cases.standing import Standing, standing_of
from fangpin.cases.visible import sees_whole, visible
from fangpin.cases.words import state_words
from fangpin.kernel.errors import Text
from fangpin.kernel.money import format_yuan
from fangpin.people.models import User
from fangpin.people.scope import Answer, FieldGroup, Right, scope_of
from fangpin.policy.procedure_records import Entry, Outcome, Procedure, Step

_YES = Text("可以办理", "you may take this step")
_LEFT = Text("未办，个案已转到其他环节", "not taken; the case went on elsewhere")
_UPHELD = Text("异议成立", "objection upheld")


@dataclass(frozen=True)
class Entered:
    """One value in words. `person` is the member's id for entries about each member."""

    entry: str
    label: Text
    value: Text
    kind: str
    sensitive: bool
    person: int | None = None


@dataclass(frozen=True)
class StepTaken:
    """A step that was taken, or left when the case went on elsewhere. `entries` and `reason` are
    empty where they are not shown to the actor (`hidden`); `closed` counts attachments that the
    actor may not open."""

    turn: Turn
    step: Step
    outcome: Text
    left: bool
    entries: tuple[Entered, ...]
    reason: str
    attachments: tuple[Attachment, ...]
    closed: int
    hidden: bool
    has_snapshot: bool


@dataclass(frozen=True)
class StepWaiting:
    """A step that waits. `may` says whether this actor takes it, and why not, in words.

    `choices` are the options of each entry that has some, by entry id. `begun` are values that
    were entered at the same step before the case was sent back.
    """

    turn: Turn
    step: Step
    may: Answer
    outcomes: tuple[Outcome, ...]
    agreeing: frozenset[str]
    choices: Mapping[str, Mapping[str, Text]]
    begun: Mapping[str, Any]
    escalations: tuple[Escalation, ...]
    days_late: int


@dataclass(frozen=True)
class CaseFile:
    """A case with all of it. `ahead` are steps still to come, in order; `owed` steps of the green
    channel. `whole`: nothing is hidden from the actor."""

    case: Case
    procedure: Procedure
    state: Text
    stands: Text
    subject: Subject
    pack: str
    taken: tuple[StepTaken, ...]
    waiting: tuple[StepWaiting, ...]
    ahead: tuple[Step, ...]
    owed: tuple[Step, ...]
    publications: tuple[Publication, ...]
    objections: tuple[Objection, ...]
    kept: tuple[KeptEntry, ...]
    may_withdraw: Answer
    whole: bool


def case_file(actor: User, pk: int, day: date) -> CaseFile | None:
    """The case, or None when it is absent or not the actor's. A fixed number of queries."""
    case = (
        Case.objects.select_related("definition", "opened_by", "closed_by")
        .filter(visible(actor), pk=pk)
        .first()
    )
    if case is None:
        return None
    frozen, standing = frozen_of(case), standing_of(case)
    whole = sees_whole(actor, case.area_code)
    who = who_is(actor, case.area_code, case.household_id)
    posts = posts_at(actor, case.area_code)
    users = {
        turn.pk: turn for turn in Turn.objects.filter(case=case).select_related("by", "snapshot")
    }
    files: dict[int, list[Attachment]] = {}
    for each in Attachment.objects.filter(turn__case=case).order_by("pk"):
        files.setdefault(each.turn_id, []).append(each)
    told: dict[int, list[Escalation]] = {}
    for said in Escalation.objects.filter(turn__case=case).order_by("pk"):
        told.setdefault(said.turn_id, []).append(said)
    opens = whole and FieldGroup.identity in scope_of(actor).groups(case.area_code)
    taken = [
        _taken(frozen, users[turn.pk], files, whole or bool(posts & set(turn.posts)), opens)
        for turn in standing.turns.values()
        if turn.done_at is not None
    ]
    waiting = [
        _waiting(actor, frozen, standing, turn, who, told, whole, day)
        for turn in standing.turns.values()
        if turn.done_at is None
    ]
    order = list(standing.flow.steps.values())
    done = {e.step for e in standing.state.done if e.round == standing.state.round and not e.left}
    here = {turn.step for turn in standing.turns.values() if turn.done_at is None}
    return CaseFile(
        case=case,
        procedure=frozen.procedure,
        state=state_words(case),
        stands=stands(case),
        subject=subjects(scope_of(actor), [case])[case.pk],
        pack=case.definition.pack,
        taken=tuple(taken),
        waiting=tuple(waiting),
        ahead=tuple(each for each in order if each.id not in done | here)
        if case.state == "open"
        else (),
        owed=tuple(each for each in order if each.id in case.owed),
        publications=tuple(
            Publication.objects.filter(case=case).select_related("turn", "posted_by").order_by("pk")
        ),
        objections=tuple(
            Objection.objects.filter(case=case)
            .select_related("by", "settled_by", "publication")
            .order_by("pk")
        )
        if whole
        else (),
        kept=tuple(
            KeptEntry.objects.filter(case=case, settled_at=None)
            .select_related("by")
            .annotate(held=Count("files"))
            .order_by("pk")
        )
        if whole
        else (),
        may_withdraw=_may_withdraw(actor, case, who),
        whole=whole,
    )


def may_act(actor: User, case: Case, step: str = "") -> Answer:
    """Whether the actor takes the step that waits (or the named one), and why not, in words."""
    standing = standing_of(case)
    turn = standing.waiting(step or case.step) if case.state == "open" else None
    if turn is None:
        return Answer(False, CLOSED.what)
    who = who_is(actor, case.area_code, case.household_id)
    return _may(actor, standing, turn, who)


def _may(actor: User, standing: Standing, turn: Turn, who: Who) -> Answer:
    scope, case = scope_of(actor), standing.case
    step = standing.flow.steps[turn.step]
    refusal: Refusal | None = standing.flow.stays_away(standing.state, step.id, who)
    if refusal is None and step.decides:
        answer = scope.why(Right.cases_decide, case.area_code)
        if not answer:
            return answer
    waiting = standing.state.waits_at(step.id)
    if refusal is None and waiting is not None:
        back = any(not standing.flow.agrees(step.id, each) for each in step.ways_out)
        if waiting.notice in ("due", "posted") and not back:
            refusal = NOTICE_HANGS
        elif waiting.objections and not back:
            refusal = OBJECTIONS
    return Answer(False, refusal.what) if refusal is not None else Answer(True, _YES)


def _may_withdraw(actor: User, case: Case, who: Who) -> Answer:
    if case.state != "open":
        return Answer(False, CLOSED.what)
    if case.effective:
        return Answer(False, TOO_LATE.what)
    if who.barred is not None:
        return Answer(False, who.barred)
    return scope_of(actor).why(Right.cases_act, case.area_code)


def _taken(
    frozen: Frozen,
    turn: Turn,
    files: Mapping[int, list[Attachment]],
    shown: bool,
    opens: bool,
) -> StepTaken:
    """What was done. `opens`: the actor may open what is attached."""
    attached = tuple(files.get(turn.pk, ())) if shown else ()
    step = _step(frozen, turn.step)
    left = turn.outcome in ("left", "upheld")
    words = {each.id: each.label for each in step.ways_out}
    outcome = words.get(turn.outcome, _UPHELD if turn.outcome == "upheld" else _LEFT)
    return StepTaken(
        turn=turn,
        step=step,
        outcome=outcome,
        left=left,
        entries=tuple(in_words(frozen, step, turn.entries or {})) if shown else (),
        reason=(turn.reason or "") if shown else "",
        attachments=attached if opens else (),
        closed=0 if opens else len(attached),
        hidden=not shown,
        has_snapshot=hasattr(turn, "snapshot"),
    )


def _waiting(
    actor: User,
    frozen: Frozen,
    standing: Standing,
    turn: Turn,
    who: Who,
    told: Mapping[int, Sequence[Escalation]],
    whole: bool,
    day: date,
) -> StepWaiting:
    step = standing.flow.steps[turn.step]
    may = _may(actor, standing, turn, who)
    earlier = [
        each
        for each in standing.turns.values()
        if each.step == turn.step and each.done_at is not None and each.entries_closed is not None
    ]
    return StepWaiting(
        turn=turn,
        step=step,
        may=may,
        outcomes=step.ways_out,
        agreeing=frozenset(
            each.id for each in step.ways_out if standing.flow.agrees(step.id, each)
        ),
        choices={entry.id: found for entry in step.enter if (found := options(frozen, entry))},
        begun=(earlier[-1].entries or {}) if earlier and (whole or may) else {},
        escalations=tuple(told.get(turn.pk, ())),
        days_late=max((day - turn.due_on).days, 0) if turn.due_on else 0,
    )


def _step(frozen: Frozen, step: str) -> Step:
    return next(each for each in frozen.procedure.steps if each.id == step)


# -- values in words -------------------------------------------------------------------------------


def in_words(frozen: Frozen, step: Step, entries: Mapping[str, Any]) -> list[Entered]:
    """What was entered at a step, in the order in which it is asked."""
    found = []
    for entry in step.enter:
        if entry.id not in entries:
            continue
        value = entries[entry.id]
        each = value.items() if entry.about == "each_member" else [(None, value)]
        for person, content in each:
            found.append(
                Entered(
                    entry=entry.id,
                    label=entry.label,
                    value=_words(frozen, entry, content),
                    kind=entry.type,
                    sensitive=entry.sensitive,
                    person=int(person) if person is not None else None,
                )
            )
    return found


def _words(frozen: Frozen, entry: Entry, value: Any) -> Text:
    if entry.type in ("choice", "choices"):
        known = options(frozen, entry)
        words = [known.get(each, Text(each, each)) for each in (
            value if isinstance(value, list) else [value]
        )]  # fmt: skip
        return Text("、".join(each.zh for each in words), ", ".join(each.en for each in words))
    if entry.type == "boolean":
        return Text("是", "yes") if value else Text("否", "no")
    if entry.type == "money":
        return Text(format_yuan(int(value)), format_yuan(int(value), "en"))
    if entry.type == "signature":
        return Text("已签字", "signed")
    text = str(value.get("value")) if isinstance(value, Mapping) else str(value)
    text = text or "—"
    unit = f" {entry.unit}" if entry.unit else ""
    return Text(text + unit, text + unit)

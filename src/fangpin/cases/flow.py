"""What may happen to a case, as a pure machine: a state and a move give a state or a refusal.

Nothing here knows a database or a clock. A case waits at one or more steps (several only where
the procedure lets them run side by side). Steps of the green channel are done later, in an order of
their own, but none is left out. A closed case takes no move.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from fangpin.cases import refusals
from fangpin.cases.refusals import Refusal
from fangpin.cases.tally import Tally
from fangpin.kernel.errors import Text
from fangpin.policy.procedure_records import Effect, Outcome, Procedure, Step

Status = Literal["open", "granted", "refused", "withdrawn", "cancelled"]
Notice = Literal["", "due", "posted", "over"]

HOUSEHOLD = "household"
RECORDS_FOR_HOUSEHOLD = "village_worker"
_ENDS: dict[str, Status] = {
    "": "refused",
    "granted": "granted",
    "refused": "refused",
    "returned": "cancelled",
    "withdrawn": "withdrawn",
}


@dataclass(frozen=True, slots=True)
class Who:
    """The actor: user id (None: the program), posts that reach the case, why to stay away."""

    id: int | None
    posts: frozenset[str] = frozenset()
    barred: Text | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A step that waits. `notice` is "" for a step that publishes none beforehand."""

    seq: int
    step: str
    notice: Notice = ""
    objections: int = 0


@dataclass(frozen=True, slots=True)
class Done:
    """A step that somebody took. `left` says that the case went on elsewhere before it was taken;
    `round` counts how often the case was sent back."""

    seq: int
    step: str
    by: int | None
    outcome: str
    round: int
    left: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """Where a case stands. `effective`: its effect has happened and is not taken back here."""

    status: Status
    opened_by: int | None
    waiting: tuple[Waiting, ...] = ()
    done: tuple[Done, ...] = ()
    round: int = 0
    effective: bool = False

    @property
    def next_seq(self) -> int:
        """The number of the next step to wait."""
        seqs = [each.seq for each in self.waiting] + [each.seq for each in self.done]
        return 1 + max(seqs, default=0)

    def waits_at(self, step: str) -> Waiting | None:
        """The waiting entry of a step."""
        return next((each for each in self.waiting if each.step == step), None)


@dataclass(frozen=True, slots=True)
class Take:
    """Somebody takes a step with an outcome."""

    who: Who
    step: str
    outcome: str
    reason: str = ""
    tally: Tally | None = None


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The household takes its application back, or the office a case opened by mistake."""

    who: Who
    reason: str


@dataclass(frozen=True, slots=True)
class Post:
    """The notice of a step is hung up, or its period is over."""

    step: str
    over: bool = False


@dataclass(frozen=True, slots=True)
class Object:
    """Somebody objects while a notice hangs."""

    step: str


@dataclass(frozen=True, slots=True)
class Settle:
    """An objection is decided."""

    who: Who
    step: str
    upheld: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Expire:
    """The time of a step is up and its procedure says what follows without anybody."""

    step: str


Move = Take | Withdraw | Post | Object | Settle | Expire


@dataclass(frozen=True)
class Flow:
    """A procedure under which a case runs, in its circumstances ("green", "compared_already")."""

    procedure: Procedure
    circumstances: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not self.procedure.runnable:
            raise ValueError(f"{self.procedure.id} cannot be run: a step has no posts")

    @property
    def green(self) -> bool:
        """Whether help comes first and steps are done later."""
        return "green" in self.circumstances and self.procedure.green is not None

    @cached_property
    def steps(self) -> dict[str, Step]:
        """Steps by id, in the order in which they are taken here."""
        order = self.procedure.in_order(self.green)
        kept = [step for step in order if not self._skipped(step)]
        return {step.id: step for step in kept or order}

    @cached_property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """Steps that wait side by side, in order; mostly one each."""
        groups: list[list[str]] = []
        at: dict[str, int] = {}
        for step in self.steps.values():
            beside = step.parallel_with
            if beside in at and at[beside] == len(groups) - 1:
                groups[-1].append(step.id)
            else:
                groups.append([step.id])
            at[step.id] = len(groups) - 1
        return tuple(tuple(group) for group in groups)

    @cached_property
    def later(self) -> tuple[str, ...]:
        """Steps owed because help came first."""
        green = self.procedure.green
        if not self.green or green is None:
            return ()
        return tuple(step for step in self.steps if step in green.later)

    def outcomes(self, step: str) -> tuple[Outcome, ...]:
        """How a step may end; one way, on to the next, when none is declared."""
        return self.steps[step].ways_out

    def outcome(self, step: str, wanted: str) -> Outcome | None:
        """One of them by id."""
        return next((each for each in self.outcomes(step) if each.id == wanted), None)

    def agrees(self, step: str, outcome: Outcome) -> bool:
        """Whether the case goes forward with this outcome."""
        if outcome.ends_as:
            return outcome.ends_as == "granted"
        return outcome.goes != "end" and not outcome.goes.startswith("back:")

    def effect(self, step: str, outcome: str) -> Effect:
        """What happens to the registry when the step is taken so; "none" mostly."""
        found = self.outcome(step, outcome)
        if found is None or not self.steps[step].decides or not self.agrees(step, found):
            return "none"
        return self.procedure.effect

    def owed(self, state: State) -> tuple[str, ...]:
        """Steps of the green channel that are still to be done."""
        done = {each.step for each in state.done if each.round == state.round and not each.left}
        return tuple(step for step in self.later if step not in done)

    def begin(self, opened_by: int | None) -> State:
        """A case that has just been opened."""
        return self._enter(State("open", opened_by), 0)

    def apply(self, state: State, move: Move) -> State | Refusal:
        """The state after a move, or why there is none."""
        if state.status != "open":
            return refusals.CLOSED
        if isinstance(move, Take):
            return self._take(state, move)
        if isinstance(move, Withdraw):
            return self._withdraw(state, move)
        waiting = state.waits_at(move.step)
        if waiting is None:
            return refusals.NOT_WAITING
        if isinstance(move, Post):
            return self._post(state, waiting, move)
        if isinstance(move, Object):
            if waiting.notice not in ("posted", "over"):
                return refusals.NO_NOTICE
            return _changed(state, replace(waiting, objections=waiting.objections + 1))
        if isinstance(move, Settle):
            return self._settle(state, waiting, move)
        return self._expire(state, waiting)

    # -- moves -----------------------------------------------------------------------------------

    def _take(self, state: State, move: Take) -> State | Refusal:
        waiting = state.waits_at(move.step)
        if waiting is None:
            return refusals.NOT_WAITING
        step = self.steps[move.step]
        outcome = self.outcome(move.step, move.outcome)
        if outcome is None:
            return refusals.NO_SUCH_OUTCOME
        refusal = (
            self.stays_away(state, move.step, move.who)
            or self._unready(state, waiting, step, outcome)
            or self._vote(step, outcome, move.tally)
        )
        if refusal is not None:
            return refusal
        if state.effective and self._before_decision(step.id, outcome.goes):
            return refusals.TOO_LATE
        needs_reason = outcome.reason_required or step.decides or not self.agrees(step.id, outcome)
        if needs_reason and len(move.reason.strip()) < 2:
            return refusals.NO_REASON
        return self._go(state, waiting, outcome, move.who.id)

    def stays_away(self, state: State, step: str, who: Who) -> Refusal | None:
        """Why this actor may not take this step; None when they may."""
        declared = self.steps[step]
        posts = set(declared.posts)
        if HOUSEHOLD in posts:
            posts.add(RECORDS_FOR_HOUSEHOLD)
        if not posts & who.posts:
            return refusals.not_the_post(declared.label)
        if who.barred is not None:
            return refusals.barred(who.barred)
        if who.id is None:
            # A household at the citizens' door has no account; nothing is decided there.
            return refusals.NOBODY if declared.decides else None
        apart = set(declared.apart_from)
        others = {each.by for each in state.done if each.step in apart}
        if declared.decides:
            others |= {each.by for each in state.done if each.step != step}
            others.add(state.opened_by)
        return refusals.FOUR_EYES if who.id in others else None

    def _unready(
        self, state: State, waiting: Waiting, step: Step, outcome: Outcome
    ) -> Refusal | None:
        if not self.agrees(step.id, outcome):
            return None
        if waiting.notice in ("due", "posted"):
            return refusals.NOTICE_HANGS
        if waiting.objections:
            return refusals.OBJECTIONS
        order = list(self.steps)
        before = [each for each in self.owed(state) if order.index(each) < order.index(step.id)]
        if before and (outcome.goes == "end" or step.decides):
            return refusals.owed([self.steps[each].label for each in before])
        return None

    def _vote(self, step: Step, outcome: Outcome, tally: Tally | None) -> Refusal | None:
        if tally is not None and (wrong := tally.wrong()) is not None:
            return Refusal("votes", wrong, refusals.COUNT_AGAIN)
        if step.vote is None or outcome.goes.startswith("back:"):
            return None
        if tally is None:
            return refusals.NO_VOTES
        if not tally.quorate(step.vote):
            return refusals.no_quorum(tally.present, tally.entitled, step.vote.quorum)
        carried = tally.carried(step.vote)
        if carried != self.agrees(step.id, outcome):
            return refusals.carried(tally.favour, tally.present, carried)
        return None

    def _withdraw(self, state: State, move: Withdraw) -> State | Refusal:
        if move.who.barred is not None:
            return refusals.barred(move.who.barred)
        if state.effective:
            return refusals.TOO_LATE
        if len(move.reason.strip()) < 2:
            return refusals.NO_REASON
        return self._end(state, "withdrawn")

    def _post(self, state: State, waiting: Waiting, move: Post) -> State | Refusal:
        expected: Notice = "posted" if move.over else "due"
        if waiting.notice != expected:
            return refusals.NO_NOTICE
        return _changed(state, replace(waiting, notice="over" if move.over else "posted"))

    def _settle(self, state: State, waiting: Waiting, move: Settle) -> State | Refusal:
        if not waiting.objections:
            return refusals.NO_OBJECTION
        if move.who.barred is not None:
            return refusals.barred(move.who.barred)
        acted = {each.by for each in state.done}
        if move.who.id is None or move.who.id in acted | {state.opened_by}:
            return refusals.FOUR_EYES
        if len(move.reason.strip()) < 2:
            return refusals.NO_REASON
        settled = _changed(state, replace(waiting, objections=waiting.objections - 1))
        target = self.steps[waiting.step].on_objection
        if not move.upheld or target is None:
            return settled
        if state.effective and self._before_decision(waiting.step, target):
            return settled  # what was decided is put right by a case of its own
        outcome = Outcome("upheld", Text("异议成立", "objection upheld"), goes=target)
        return self._go(settled, replace(waiting, objections=0), outcome, move.who.id, left=True)

    def _expire(self, state: State, waiting: Waiting) -> State | Refusal:
        step = self.steps[waiting.step]
        if step.on_timeout == "escalate":
            return state
        outcome = self.outcomes(step.id)[0]
        if step.decides or (step.on_timeout == "end" and self.procedure.effect != "none"):
            return refusals.NOBODY
        if step.on_timeout == "advance":
            if not self.agrees(step.id, outcome):
                return refusals.NOBODY
            if unready := self._unready(state, waiting, step, outcome):
                return unready
            return self._go(state, waiting, outcome, None)
        return self._end(state, "cancelled")

    def _before_decision(self, step: str, goes: str) -> bool:
        """Whether this way leads back to, or before, the step at which it was decided."""
        if goes in ("next", "end"):
            return False
        target = self._group_of(goes.removeprefix("back:"))
        decisions = [self._group_of(each.id) for each in self.steps.values() if each.decides]
        return any(target <= at for at in decisions)

    # -- where it goes ---------------------------------------------------------------------------

    def _go(
        self, state: State, waiting: Waiting, outcome: Outcome, by: int | None, left: bool = False
    ) -> State:
        step = waiting.step
        taken = Done(waiting.seq, step, by, outcome.id, state.round, left)
        rest = tuple(each for each in state.waiting if each.seq != waiting.seq)
        effect = self.effect(step, outcome.id) if not left else "none"
        state = replace(
            state,
            waiting=rest,
            done=(*state.done, taken),
            effective=state.effective or effect != "none",
        )
        if outcome.goes == "end" or outcome.ends_as not in ("", "granted"):
            return self._end(state, _ENDS[outcome.ends_as])
        if outcome.goes == "next":
            if state.waiting:
                return state
            at = self._group_of(step) + 1
            return self._enter(state, at) if at < len(self.groups) else self._end(state, "granted")
        target = outcome.goes.removeprefix("back:")
        state = self._leave(state)
        at = self._group_of(target)
        if at <= self._group_of(step):
            state = replace(state, round=state.round + 1)
            # What was done before the step it goes back to stays done.
            kept = {each for group in self.groups[:at] for each in group}
            state = replace(state, done=_carried(state, kept))
        return self._enter(state, at)

    def _enter(self, state: State, at: int) -> State:
        first = state.next_seq
        waiting = tuple(
            Waiting(first + offset, step, "due" if self._notice(step) else "")
            for offset, step in enumerate(self.groups[at])
        )
        return replace(state, waiting=waiting)

    def _notice(self, step: str) -> bool:
        publish = self.steps[step].publish
        return publish is not None and publish.form == "notice"

    def _leave(self, state: State) -> State:
        left = tuple(
            Done(each.seq, each.step, None, "left", state.round, left=True)
            for each in state.waiting
        )
        return replace(state, waiting=(), done=(*state.done, *left))

    def _end(self, state: State, status: Status) -> State:
        return replace(self._leave(state), status=status)

    def _group_of(self, step: str) -> int:
        """Where a step stands; for one that is skipped here, the step before it."""
        declared = [each.id for each in self.procedure.steps]
        for name in reversed(declared[: declared.index(step) + 1]):
            if name in self.steps:
                return next(at for at, group in enumerate(self.groups) if name in group)
        return 0

    def _skipped(self, step: Step) -> bool:
        return not step.decides and bool(self.circumstances & set(step.skip_when))


def _changed(state: State, waiting: Waiting) -> State:
    return replace(
        state,
        waiting=tuple(waiting if each.seq == waiting.seq else each for each in state.waiting),
    )


def _carried(state: State, kept: set[str]) -> tuple[Done, ...]:
    """What has been done, with what stays done counted to the new round."""
    last = {each.seq for each in state.done if each.round == state.round - 1}
    return tuple(
        replace(each, round=state.round)
        if each.seq in last and each.step in kept and not each.left
        else each
        for each in state.done
    )

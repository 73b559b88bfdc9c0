"""One clue with everything about it that the reader may see."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from fangpin.clues.models import Clue, ClueAnswer, ClueReason, ClueState
from fangpin.clues.queries.lists import clues_of
from fangpin.kernel.errors import Text
from fangpin.people.models import User
from fangpin.people.scope import Answer, Right, scope_of
from fangpin.registry.models import Household
from fangpin.registry.queries import head_names


@dataclass(frozen=True)
class Why:
    """A reason with what is open to this reader. `text`, `reporter`, `reference` None: hidden."""

    reason: ClueReason
    text: str | None
    reporter: str | None
    reference: str | None


@dataclass(frozen=True)
class Given:
    """An answer with its note, None where hidden."""

    answer: ClueAnswer
    note: str | None
    why: str | None


@dataclass(frozen=True)
class ClueFile:
    """`head` "" where no name is shown. `earlier` other clues of the household, newest first."""

    clue: Clue
    head: str
    reasons: tuple[Why, ...]
    answers: tuple[Given, ...]
    earlier: tuple[Clue, ...]
    may_answer: Answer
    may_send: bool
    may_take_back: bool
    may_close: bool
    may_identify: bool


def clue(actor: User, pk: int) -> ClueFile | None:
    """The clue, None when it is absent or not the actor's to read. Six queries at most.

    What people wrote is shown to who sees names; who reported it only to who sends clues, and to
    whoever entered it.
    """
    found = (
        clues_of(actor).select_related("household", "sent_by", "answered_by").filter(pk=pk).first()
    )
    if found is None:
        return None
    scope = scope_of(actor)
    code = found.village_code
    names, sends = scope.covers(Right.names, code), scope.covers(Right.clues_send, code)
    rows = ClueReason.objects.filter(clue=found).select_related("entered_by").order_by("id")
    reasons = []
    for row in rows:
        told = names or row.entered_by_id == actor.pk
        whom = sends or row.entered_by_id == actor.pk
        reasons.append(
            Why(
                row,
                row.text if told else None,
                row.reporter if whom else None,
                row.reference if whom else None,
            )
        )
    given = ClueAnswer.objects.filter(clue=found).select_related("by", "withdrawn_by")
    answers = [
        Given(row, row.note if names else None, row.why_withdrawn if names else None)
        for row in given.order_by("-id")
    ]
    number = found.household.number if found.household else ""
    earlier = clues_of(actor).filter(household=found.household).exclude(pk=pk).order_by("-id")
    answered = any(row.answer.state == ClueAnswer.State.TAKEN for row in answers)
    own = found.answered_by_id == actor.pk and scope.covers(Right.clues_answer, code)
    return ClueFile(
        clue=found,
        head=head_names(actor, [number]).get(number, "") if number else "",
        reasons=tuple(reasons),
        answers=tuple(answers),
        earlier=tuple(earlier[:20]) if number else (),
        may_answer=may_answer(actor, found),
        may_send=sends and found.state in (ClueState.NEW, ClueState.SENT),
        may_take_back=answered and found.case is None and (sends or own),
        may_close=sends and found.state == ClueState.ANSWERED,
        may_identify=found.household_id is None
        and found.state != ClueState.CLOSED
        and scope.covers(Right.clues_answer, code),
    )


def may_answer(actor: User, clue: Clue) -> Answer:
    """Whether the actor may answer this clue now, and why not."""
    held = scope_of(actor).why(Right.clues_answer, clue.village_code)
    if not held:
        return held
    if clue.state not in (ClueState.NEW, ClueState.SENT):
        return Answer(False, Text("已有答复", "it has been answered"))
    return Answer(True, Text("可以答复", "you may answer it"))


def open_clue_of(actor: User, household: Any) -> Clue | None:
    """The open clue of a household (its id), or the last one, None without. One query."""
    return (
        clues_of(actor)
        .filter(household=household)
        .annotate(shut=Q(state=ClueState.CLOSED))
        .order_by("shut", "-id")
        .first()
    )


def household_named(actor: User, number: str) -> Household | None:
    """An active household of the areas in which the actor enters clues, by its number."""
    inside = scope_of(actor).within(Right.clues_answer, "village_code")
    return Household.objects.filter(inside, number=number.strip(), state="active").first()

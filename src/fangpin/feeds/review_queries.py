"""Every read of the review of probable links. The actor comes first; nothing outside their area.

A question lies in an actor's area when all its candidates do: nobody decides over, or learns of,
a candidate of another township. Questions across townships are for whoever is in charge of both.
"""

from dataclasses import dataclass
from datetime import date

import polars as pl
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from fangpin.feeds.models import Intake, LinkCandidate, LinkDecision, LinkQuestion
from fangpin.feeds.probable.pairs import DECISIONS
from fangpin.people.models import User
from fangpin.people.row_security import unwalled
from fangpin.people.scope import Right, scope_of

_COUNTED_BY: tuple[str, ...] = ("township_code", "township", "contract", "is_open")


@dataclass(frozen=True)
class ReviewFilter:
    """Which questions a reader works through; blank = all of them."""

    township: str = ""  # 12-digit code
    contract: str = ""

    def condition(self) -> Q:
        """The restriction as a condition on questions."""
        found = Q()
        if self.township:
            found &= Q(township_code=self.township)
        if self.contract:
            found &= Q(contract=self.contract)
        return found


@dataclass
class Pile:
    """Questions of one township or contract: how many there are, how many are still open."""

    value: str
    label: str
    total: int = 0
    open: int = 0

    @property
    def decided(self) -> int:
        """How many have their answer."""
        return self.total - self.open


@dataclass
class Queue:
    """What lies before the actor. Townships are counted under the chosen contract and the other
    way round, these the largest first; `chosen` under both."""

    townships: list[Pile]
    contracts: list[Pile]
    chosen: Pile


def questions(actor: User, intake: Intake) -> QuerySet[LinkQuestion]:
    """All questions of the intake in the actor's area, with `is_open`, in working order."""
    inside = scope_of(actor).within(Right.reviews, "area")
    in_force = LinkDecision.objects.filter(withdrawn_at=None)
    accepted = in_force.filter(fingerprint=OuterRef("fingerprint"), accepted=True)
    refused = in_force.filter(
        fingerprint=OuterRef("question__fingerprint"),
        household_number=OuterRef("household_number"),
        person_number=OuterRef("person_number"),
        accepted=False,
    )
    left = LinkCandidate.objects.filter(~Exists(refused), question=OuterRef("pk"))
    return (
        LinkQuestion.objects.filter(inside, intake=intake)
        .annotate(is_open=~Exists(accepted) & Exists(left))
        .order_by("pk")
    )


def queue(actor: User, intake: Intake, wanted: ReviewFilter) -> Queue:
    """Counts by township and contract. One query."""
    counted = (
        questions(actor, intake)
        .order_by()
        .values_list(*_COUNTED_BY)
        .annotate(n=Count("pk"))
        .order_by("township_code", "contract")
    )
    townships: dict[str, Pile] = {}
    contracts: dict[str, Pile] = {}
    chosen = Pile("", "")
    for code, name, contract, is_open, n in counted:
        piles = []
        if wanted.contract in ("", contract):
            piles.append(townships.setdefault(code, Pile(code, name)))
        if wanted.township in ("", code):
            piles.append(contracts.setdefault(contract, Pile(contract, contract)))
        if wanted.contract in ("", contract) and wanted.township in ("", code):
            piles.append(chosen)
        for pile in piles:
            pile.total += n
            pile.open += n if is_open else 0
    by_size = sorted(contracts.values(), key=lambda pile: (-pile.total, pile.value))
    return Queue(list(townships.values()), by_size, chosen)


def next_question(
    actor: User, intake: Intake, wanted: ReviewFilter, *, after: int = 0
) -> LinkQuestion | None:
    """The first open question behind the one with id `after`; what was passed over comes again at
    the end. None when nothing is open. At most two queries."""
    left = questions(actor, intake).filter(wanted.condition(), Q(is_open=True))
    return left.filter(pk__gt=after).first() or (left.first() if after else None)


def question(actor: User, intake: Intake, pk: int) -> LinkQuestion | None:
    """One question, open or not; None when absent or outside the actor's area."""
    return questions(actor, intake).filter(pk=pk).first()


def question_of(actor: User, intake: Intake, decision: LinkDecision) -> LinkQuestion | None:
    """The intake's question that a decision answers; None when this intake does not ask it."""
    return questions(actor, intake).filter(fingerprint=decision.fingerprint).first()


def question_with(actor: User, intake: Intake, candidate: int) -> LinkQuestion | None:
    """The intake's question that has this candidate; None when there is none in the area."""
    return questions(actor, intake).filter(candidates__pk=candidate).first()


def is_open(asked: LinkQuestion) -> bool:
    """Whether a question read here still wants an answer."""
    return bool(asked.is_open)  # type: ignore[attr-defined]


@dataclass
class CandidateState:
    """A candidate and how it stands: open | accepted | refused | settled (another was accepted)."""

    candidate: LinkCandidate
    state: str
    decision: LinkDecision | None


def candidates(asked: LinkQuestion) -> list[CandidateState]:
    """The candidates of a question that its reader was given, best first. Two queries."""
    in_force = LinkDecision.objects.filter(fingerprint=asked.fingerprint, withdrawn_at=None)
    by_person = {
        (d.household_number, d.person_number): d
        for d in in_force.select_related("by").order_by("pk")
    }
    accepted = next((d for d in by_person.values() if d.accepted), None)
    found = []
    for candidate in asked.candidates.order_by("rank", "pk"):
        own = by_person.get((candidate.household_number, candidate.person_number))
        if own is not None:
            state = "accepted" if own.accepted else "refused"
        else:
            state = "settled" if accepted else "open"
        found.append(CandidateState(candidate, state, own or accepted))
    return found


def last_decision(actor: User, intake: Intake) -> LinkDecision | None:
    """The actor's latest decision in force on a question of this intake, which may be undone."""
    asked = questions(actor, intake).order_by().values("fingerprint")
    own = LinkDecision.objects.filter(by=actor, withdrawn_at=None, fingerprint__in=asked)
    return own.order_by("-pk").first()


def decisions(
    actor: User, *, before: int = 0, size: int = 50
) -> tuple[list[LinkDecision], int | None]:
    """Decisions in the actor's area, withdrawn ones too, newest first, older than the one with id
    `before`; and the id to go on from, None at the end. One query."""
    inside = scope_of(actor).within(Right.reviews, "area")
    rows = LinkDecision.objects.filter(inside).select_related("by", "withdrawn_by").order_by("-pk")
    if before:
        rows = rows.filter(pk__lt=before)
    page = list(rows[: size + 1])
    return page[:size], page[size - 1].pk if len(page) > size else None


def links_of_household(actor: User, number: str, village_code: str) -> list[LinkDecision]:
    """Accepted links of a household in force, newest first, for whoever may see its names."""
    if not scope_of(actor).covers(Right.names, village_code):
        return []
    # A decision lies where its question was asked, mostly a township; the household, which the
    # reader was just found to see, lies within it.
    with unwalled():
        return list(
            LinkDecision.objects.filter(household_number=number, accepted=True, withdrawn_at=None)
            .select_related("by")
            .order_by("-pk")
        )


def decisions_in_force() -> pl.DataFrame:
    """All decisions in force as `screen` takes them. For the worker, which acts for the county;
    it names nobody."""
    rows = (
        LinkDecision.objects.filter(withdrawn_at=None)
        .order_by("pk")
        .values_list("fingerprint", "person_number", "household_number", "accepted", "at")
    )
    lines = [(*rest, _day(at)) for *rest, at in rows.iterator(chunk_size=5000)]
    return pl.DataFrame(lines, schema=DECISIONS, orient="row")


def _day(at: object) -> date:
    return timezone.localtime(at).date()  # type: ignore[arg-type]

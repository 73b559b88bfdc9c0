"""What waits for one person: their steps today, late, sent back, to be decided; notices to post,
objections to settle, what other levels are late with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from fangpin.cases.actions.objections import SETTLES
from fangpin.cases.eyes import barred
from fangpin.cases.flow import HOUSEHOLD, RECORDS_FOR_HOUSEHOLD
from fangpin.cases.in_force import frozen_of, ready
from fangpin.cases.models import OPEN, Case, Escalation, Objection, Publication, Turn
from fangpin.cases.queries.subjects import Subject, subjects
from fangpin.kernel.errors import Text
from fangpin.people.messages.digest import Waiting
from fangpin.people.models import Role, User
from fangpin.people.scope import Right, Scope, scope_of

SHOWN: Final = 50


@dataclass(frozen=True)
class Task:
    """One thing that waits. `turn` is its open step; `label` the step, `stands` the state in the
    field's words. `days_late` > 0 late, 0 today or without a day. `barred`: why not by this user.
    """

    case: Case
    turn: Turn
    label: Text
    stands: Text
    procedure: Text
    subject: Subject
    due_on: date | None
    days_late: int
    barred: Text | None


@dataclass(frozen=True)
class NoticeTask:
    """A notice or announcement that is to be posted."""

    publication: Publication
    procedure: Text
    subject: Subject


@dataclass(frozen=True)
class ObjectionTask:
    """An objection that is to be settled."""

    objection: Objection
    procedure: Text
    subject: Subject


@dataclass(frozen=True)
class Tasks:
    """At most SHOWN of each kind, the most urgent first; `counts` tells how many there are, by the
    same names. A step stands under one of late, today, coming; also under returned or to_sign.

    `told`: steps of others that this user's level was told about. `owed`: steps of green channels.
    """

    late: list[Task]
    today: list[Task]
    coming: list[Task]
    returned: list[Task]
    to_sign: list[Task]
    owed: list[Task]
    told: list[Task]
    to_post: list[NoticeTask]
    objections: list[ObjectionTask]
    counts: dict[str, int]


def my_tasks(actor: User, day: date) -> Tasks:
    """What waits for the actor on a day. A fixed number of queries."""
    scope = scope_of(actor)
    mine = Turn.objects.filter(_mine(scope), done_at=None, waits_for_notice=False)
    kinds: dict[str, Q] = {
        "late": Q(due_on__lt=day),
        "today": Q(due_on=day),
        "coming": Q(due_on__gt=day) | Q(due_on=None),
        "to_sign": Q(decides=True),
        "owed": Q(owed=True),
    }
    counts: dict[str, int] = mine.aggregate(
        **{name: Count("pk", filter=kind) for name, kind in kinds.items()}
    )
    # Few cases are sent back: found from their side.
    kinds["returned"] = Q(case__in=Case.objects.filter(OPEN, returned=True).values("pk"))
    counts["returned"] = mine.filter(kinds["returned"]).count()
    told = _told(scope)
    shown = {
        name: _first(mine.filter(kind)) if counts[name] else [] for name, kind in kinds.items()
    }
    shown["told"] = _first(told)
    counts["told"] = told.count() if len(shown["told"]) == SHOWN else len(shown["told"])
    found = _rows(shown)
    posts, objections = _to_post(scope), _objections(scope)
    notices = list(posts.order_by("pk")[:SHOWN])
    counts["to_post"] = posts.count() if len(notices) == SHOWN else len(notices)
    raised = list(objections.order_by(F("due_on").asc(nulls_last=True), "pk")[:SHOWN])
    counts["objections"] = objections.count() if len(raised) == SHOWN else len(raised)
    cases = _cases(found, notices, raised)
    ready({case.definition_id for case in cases.values()})
    about = subjects(scope, cases.values())
    away = barred(actor, {c.household_id for c in cases.values() if c.household_id is not None})

    def tasks(name: str) -> list[Task]:
        return [_task(turn, about, away, day) for turn in found[name]]

    return Tasks(
        late=tasks("late"),
        today=tasks("today"),
        coming=tasks("coming"),
        returned=tasks("returned"),
        to_sign=tasks("to_sign"),
        owed=tasks("owed"),
        told=tasks("told"),
        to_post=[
            NoticeTask(row, frozen_of(row.case).procedure.label, about[row.case_id])
            for row in notices
        ],
        objections=[
            ObjectionTask(row, frozen_of(row.case).procedure.label, about[row.case_id])
            for row in raised
        ],
        counts=counts,
    )


def waiting(actor: User, day: date) -> Waiting:
    """How much of cases waits for the actor on a day: steps, notices to post, objections. Three
    queries."""
    scope = scope_of(actor)
    mine = Turn.objects.filter(_mine(scope), done_at=None, waits_for_notice=False)
    figures = {
        "open": Count("pk"),
        "today": Count("pk", filter=Q(due_on=day)),
        "late": Count("pk", filter=Q(due_on__lt=day)),
    }
    steps, raised = mine.aggregate(**figures), _objections(scope).aggregate(**figures)
    return Waiting(**steps) + Waiting(**raised) + Waiting(open=_to_post(scope).count())


def _mine(scope: Scope) -> Q:
    """Steps that a post of the actor takes, where it reaches."""
    condition = Q(pk__in=[])
    for grant in scope.grants:
        if grant.area is None or not grant.rights & {Right.cases_act, Right.cases_decide}:
            continue
        taken = [str(grant.role)]
        if grant.role == RECORDS_FOR_HOUSEHOLD:
            taken.append(HOUSEHOLD)
        within = Q(area_code__startswith=grant.area, posts__overlap=taken)
        if Right.cases_decide not in grant.rights:
            within &= Q(decides=False)
        condition |= within
    return condition


def _first(rows: QuerySet[Turn]) -> list[int]:
    """Ids of the most urgent. Ids alone: sorting whole rows with their cases is what costs."""
    ordered = rows.order_by(F("due_on").asc(nulls_last=True), "pk")
    return list(ordered.values_list("pk", flat=True)[:SHOWN])


def _rows(shown: dict[str, list[int]]) -> dict[str, list[Turn]]:
    """The rows with their cases, in the given order. One query."""
    wanted = {pk for listed in shown.values() for pk in listed}
    rows = Turn.objects.filter(pk__in=wanted).select_related("case") if wanted else ()
    by_pk = {row.pk: row for row in rows}
    return {name: [by_pk[pk] for pk in listed if pk in by_pk] for name, listed in shown.items()}


def _told(scope: Scope) -> QuerySet[Turn]:
    """Late steps that a level of the actor's was told about, as they are due now."""
    condition = Q(pk__in=[])
    for grant in scope.grants:
        if grant.area is not None and grant.rights & {Right.cases}:
            told = Escalation.objects.filter(
                turn=OuterRef("pk"), kind="after", posts__contains=[str(grant.role)]
            )
            condition |= Q(Exists(told), area_code__startswith=grant.area)
    return Turn.objects.filter(condition, done_at=None)


def _to_post(scope: Scope) -> QuerySet[Publication]:
    condition = Q(pk__in=[])
    for grant in scope.grants:
        if grant.area is not None and grant.rights & {Right.cases_act, Right.cases_decide}:
            condition |= Q(area_code__startswith=grant.area, turn__posts__overlap=[str(grant.role)])
            if grant.role == Role.TOWNSHIP_OFFICER:
                # Decisions of the county are announced in the township's name.
                condition |= Q(area_code__startswith=grant.area, form="announcement")
    rows = Publication.objects.filter(condition, state=Publication.State.DUE)
    return rows.select_related("case", "turn")


def _objections(scope: Scope) -> QuerySet[Objection]:
    condition = Q(pk__in=[])
    for grant in scope.grants:
        if grant.area is not None and grant.role in SETTLES:
            condition |= Q(case__area_code__startswith=grant.area)
    return Objection.objects.filter(condition, state=Objection.State.OPEN).select_related("case")


def _cases(
    turns: dict[str, list[Turn]], notices: Sequence[Publication], raised: Iterable[Objection]
) -> dict[int, Case]:
    rows: list[Any] = [turn for listed in turns.values() for turn in listed]
    rows += [*notices, *raised]
    return {row.case_id: row.case for row in rows}


def _task(turn: Turn, about: Any, away: dict[int, Text], day: date) -> Task:
    case = turn.case
    frozen = frozen_of(case).procedure
    step = next(each for each in frozen.steps if each.id == turn.step)
    return Task(
        case=case,
        turn=turn,
        label=step.label,
        stands=step.state or step.label,
        procedure=frozen.label,
        subject=about[case.pk],
        due_on=turn.due_on,
        days_late=max((day - turn.due_on).days, 0) if turn.due_on else 0,
        barred=away.get(case.household_id) if case.household_id is not None else None,
    )

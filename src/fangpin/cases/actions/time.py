"""What time does to cases: notices come down, steps that are late are told to the next level, and
days are counted anew when the calendar changes. Time alone decides nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import connection, models, transaction
from django.utils import timezone

from fangpin.cases import telling
from fangpin.cases.actions.attachments import sweep
from fangpin.cases.actions.doing import ids, locked_row, subject
from fangpin.cases.actions.notices import notice_over
from fangpin.cases.deadlines import recount
from fangpin.cases.flow import Expire
from fangpin.cases.in_force import flow_of
from fangpin.cases.levels import ABOVE, AHEAD, HIGHER_AFTER, TOLD, level_of
from fangpin.cases.models import OPEN, Case, Escalation, Publication, Turn
from fangpin.cases.refusals import Refusal
from fangpin.cases.standing import standing_of, write
from fangpin.foundation.actions import record
from fangpin.foundation.calendar.queries import calendar_in_force

BATCH: Final = 500


@dataclass(frozen=True)
class Kept:
    """How much was done."""

    notices: int
    moved: int
    told: int


def keep_time(*, now: datetime | None = None) -> Kept:
    """Do what is due at a moment of the server's clock. Doing it again does nothing; killed in the
    middle, the rest is done next time. Each case is a transaction of its own."""
    now = now or timezone.now()
    today = timezone.localtime(now).date()
    over = sum(
        notice_over(publication=pk, now=now)
        for pk in Publication.objects.filter(
            state=Publication.State.POSTED, until_day__lt=today
        ).values_list("pk", flat=True)
    )
    return Kept(over, _expire(today, now), _tell(today, now))


def hourly() -> None:
    """The worker's chore."""
    keep_time()
    sweep()


# -- steps that go on by themselves ----------------------------------------------------------------


def _expire(today: date, now: datetime) -> int:
    """Steps whose procedure says that they go on, or end, when their time is up."""
    moved = 0
    late = Turn.objects.filter(done_at=None, due_on__lt=today, decides=False)
    for case, step in list(late.values_list("case_id", "step")):
        with transaction.atomic():
            row = locked_row(case)
            if row.state != "open" or flow_of(row).steps[step].on_timeout == "escalate":
                continue
            standing = standing_of(row)
            turn = standing.waiting(step)
            if turn is None or turn.due_on is None or turn.due_on >= today:
                continue
            after = standing.flow.apply(standing.state, Expire(step))
            if isinstance(after, Refusal):
                continue  # something is missing: it stays, and is told as late
            write(standing, after, by=None, now=now)
            record(
                by=None,
                action="cases.expired",
                subject=subject(row),
                detail=ids(row, step=step, state=row.state),
            )
            moved += 1
    return moved


# -- the next level --------------------------------------------------------------------------------


def _tell(today: date, now: datetime) -> int:
    told = 0
    last = 0
    while True:
        with transaction.atomic():
            turns = list(
                Turn.objects.filter(done_at=None, due_on__lte=today + AHEAD, pk__gt=last)
                .order_by("pk")
                .values_list("pk", "posts", "due_on")[:BATCH]
            )
            wanted = [
                row
                for pk, posts, due_on in turns
                if due_on is not None
                for row in _said(pk, posts, due_on, today, now)
            ]
            known = set(
                Escalation.objects.filter(turn__in=[turn[0] for turn in turns]).values_list(
                    "turn_id", "kind", "level", "due_on"
                )
            )
            rows = [
                row
                for row in wanted
                if (row.turn_id, str(row.kind), row.level, row.due_on) not in known
            ]
            Escalation.objects.bulk_create(rows, ignore_conflicts=True)
            if rows:
                telling.urge(rows, now=now)
                record(
                    by=None,
                    action="cases.escalated",
                    subject="cases",
                    detail={"turns": sorted({row.turn_id for row in rows}), "on": str(today)},
                )
        told += len(rows)
        if len(turns) < BATCH:
            return told
        last = turns[-1][0]


def _said(
    pk: int, posts: list[str], due_on: date, today: date, now: datetime
) -> Iterator[Escalation]:
    """Whom a waiting step is told to today."""
    late = today - due_on
    first, second = ABOVE[level_of(posts)]
    kind = Escalation.Kind.AFTER if late > timedelta() else Escalation.Kind.BEFORE
    levels = [first] + ([second] if late > HIGHER_AFTER else [])
    for level in dict.fromkeys(levels):
        yield Escalation(
            turn_id=pk, kind=kind, level=level, posts=TOLD[level], due_on=due_on, at=now
        )


# -- another calendar ------------------------------------------------------------------------------


def recount_all(*, by: Any = None, progress: Any = None, year: int | None = None) -> dict[str, Any]:
    """The job: every open case's days anew. Doing it again changes nothing."""
    moved, last = 0, 0
    while True:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(hashtext('fangpin.cases.recount'))")
            cases = list(
                Case.objects.select_for_update(of=("self",))
                .select_related("definition")
                .filter(OPEN, pk__gt=last)
                .order_by("pk")[:BATCH]
            )
            changed = _recounted(cases)
            if changed:
                record(
                    by=by,
                    action="cases.recounted",
                    subject="cases",
                    detail={"cases": changed, "year": year},
                )
        moved += len(changed)
        if len(cases) < BATCH:
            return {"cases": moved}
        last = cases[-1].pk


def _recounted(cases: list[Case]) -> list[int]:
    """Cases of which a day moved; their rows are saved."""
    calendar = calendar_in_force()
    turns: dict[int, list[Turn]] = {}
    for turn in Turn.objects.filter(case__in=cases, done_at=None):
        turns.setdefault(turn.case_id, []).append(turn)
    notices = {
        row.turn_id: row for row in Publication.objects.filter(case__in=cases, form="notice")
    }
    changed = []
    for case in cases:
        before = case.due_on, case.provisional
        found = recount(case, turns.get(case.pk, []), notices, calendar)
        if not found:
            continue
        changed.append(case.pk)
        if (case.due_on, case.provisional) != before:
            case.save(update_fields=["due_on", "provisional"])
        for turn in turns.get(case.pk, []):
            _save(turn, found, "due_on", "provisional")
            if turn.pk in notices:
                _save(notices[turn.pk], found, "until_day", "provisional")
    return changed


def _save(row: models.Model, changed: list[str], *names: str) -> None:
    if f"{row._meta.model_name}:{row.pk}" in changed:
        row.save(update_fields=list(names))

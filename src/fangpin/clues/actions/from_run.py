"""Findings of a run become clues: one per household, with all its reasons.

Doing it again changes nothing. What a later run does not find any more changes nothing either.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from fangpin.clues import telling
from fangpin.clues.actions import from_run_sql as sql
from fangpin.clues.limits import Limits, limits
from fangpin.clues.models import RunTaken, Standing
from fangpin.clues.procedure import in_procedure
from fangpin.foundation.actions import record
from fangpin.people.row_security import unwalled
from fangpin.screening.models import Run


@dataclass(frozen=True)
class Weighed:
    """How many households would get a new clue, and what of that is too much at once."""

    households: int
    concerned: int
    whole: bool
    villages: tuple[dict[str, Any], ...]

    @property
    def held(self) -> bool:
        return self.whole or bool(self.villages)


def from_run(*, by: Any, run: Run, now: datetime | None = None) -> RunTaken:
    """Take the findings of `run`. `now` is the moment that clues are opened (the server's clock).

    A finding joins the open clue of its household. Without one it opens a clue, unless the
    household is monitored, in a procedure, or the same sign was checked shortly before: then it is
    only noted. When a run would bring too many new clues, they wait for a release by two people
    (`release_run`); further reasons of open clues do not wait.
    """
    with transaction.atomic(), unwalled():
        return _take(by=by, run=run, now=now or timezone.now(), released=False)


def take_released(*, by: Any, run: Run, now: datetime) -> RunTaken:
    """Take what had been held. Inside the transaction that writes the release down."""
    with unwalled():
        return _take(by=by, run=run, now=now, released=True)


def _take(*, by: Any, run: Run, now: datetime, released: bool) -> RunTaken:
    figures = limits(run.pack_name, run.as_of)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('fangpin.clues'))")
        known = RunTaken.objects.filter(key=run.intake.key).first()
        released = released or (known is not None and known.state == RunTaken.State.RELEASED)
        given: dict[str, Any] = {
            "run": run.pk,
            "intake": run.intake_id,
            "as_of": run.as_of,
            "compared": bool(run.previous),
            "pack": run.pack_name,
            "groups": sorted(figures.groups),
            "again": figures.again_after_days,
            "zone": settings.TIME_ZONE,
            "now": now,
        }
        for statement in sql.STAGE:
            cursor.execute(statement, given)
        _note_procedures(cursor)
        weighed = _weigh(cursor, figures)
        counts: dict[str, int] = {}
        refused = known is not None and known.state == RunTaken.State.REFUSED
        held = not released and weighed.held
        codes = [each["code"] for each in weighed.villages]
        whole = refused or (held and weighed.whole)
        cursor.execute(sql.HOLD, {"whole": whole, "codes": codes if held else []})
        counts["waiting"] = cursor.rowcount
        for name, statement in sql.TAKE.items():
            cursor.execute(statement, given)
            if not name.startswith("_"):
                counts[name] = cursor.rowcount
        cursor.execute("SELECT DISTINCT left(village_code, 6) FROM clues_found ORDER BY 1")
        areas = [row[0] for row in cursor.fetchall()]
        cursor.execute(sql.FORGET)
    taken = _written(run, known, weighed, held=held, released=released, areas=areas, by=by)
    taken.counts = {
        name: counts.get(name, 0) + (taken.counts.get(name, 0) if name in sql.ADDED else 0)
        for name in counts
    }
    taken.save()
    former = RunTaken.objects.filter(state=RunTaken.State.HELD, as_of__lte=run.as_of).exclude(
        pk=taken.pk
    )
    telling.released(former.values_list("pk", flat=True), now=now)
    former.update(state=RunTaken.State.SUPERSEDED)
    telling.opened(taken, now=now)
    record(
        by=by,
        action="clues.from_run",
        subject=f"run:{run.intake.key}",
        detail={"state": str(taken.state), "households": weighed.households} | counts,
    )
    return taken


def _note_procedures(cursor: Any) -> None:
    cursor.execute(sql.UNDECIDED)
    households = [row[0] for row in cursor.fetchall()]
    busy = sorted(in_procedure(households))
    if busy:
        cursor.execute(sql.NOTE, {"standing": str(Standing.PROCEDURE), "ids": busy})


def _weigh(cursor: Any, figures: Limits) -> Weighed:
    cursor.execute(sql.WEIGH)
    rows = cursor.fetchall()
    households = sum(row[2] for row in rows)
    concerned = sum(row[1] for row in rows)
    villages = tuple(
        {"code": code, "concerned": new, "households": size}
        for code, new, size in rows
        if figures.too_many_in_village(new, size)
    )
    return Weighed(households, concerned, figures.too_many(concerned, households), villages)


def _written(
    run: Run,
    known: RunTaken | None,
    weighed: Weighed,
    *,
    held: bool,
    released: bool,
    areas: list[str],
    by: Any,
) -> RunTaken:
    taken = known or RunTaken(key=run.intake.key, as_of=run.as_of, loaded_by=by)
    taken.run = run.pk
    taken.areas = sorted({*taken.areas, *areas})
    if taken.state == RunTaken.State.REFUSED:
        return taken
    if released:
        taken.state = RunTaken.State.RELEASED
    elif held:
        taken.state = RunTaken.State.HELD
        taken.whole, taken.villages = weighed.whole, list(weighed.villages)
    else:
        taken.state = RunTaken.State.TAKEN
    if taken.pk is None or held:
        taken.households, taken.concerned = weighed.households, weighed.concerned
    return taken

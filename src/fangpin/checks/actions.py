"""Every write: what a check found is put together with what was known, and answered."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

import polars as pl
from django.db import connection, transaction
from django.utils import timezone

from fangpin.checks.models import Check, Hit
from fangpin.foundation.actions import enqueue, record
from fangpin.foundation.models import Job
from fangpin.kernel.errors import FangpinError
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of
from fangpin.registry.models import Household

JOB: Final = "registry_quality"
LONGEST_ANSWER: Final = timedelta(days=366)
HITS: Final = (
    "rule", "unit", "severity", "village_code", "household_number", "person_number",
    "sentence_zh", "sentence_en",
)  # fmt: skip

_STAGE = """
DROP TABLE IF EXISTS checks_found;
CREATE TEMP TABLE checks_found ({columns}) ON COMMIT DROP
"""
_AGAIN = """
UPDATE checks_hit h SET seen = %(day)s, closed = NULL, village_code = f.village_code,
    severity = f.severity, sentence_zh = f.sentence_zh, sentence_en = f.sentence_en,
    state = CASE WHEN h.state = 'corrected' OR h.until < %(day)s THEN 'open' ELSE h.state END,
    opened = CASE WHEN h.state = 'corrected' THEN %(day)s ELSE h.opened END
FROM checks_found f
WHERE h.rule = f.rule AND h.household_number = f.household_number
  AND h.person_number = f.person_number
"""
_NEW = """
INSERT INTO checks_hit (rule, unit, severity, village_code, household_number, person_number,
    sentence_zh, sentence_en, state, opened, seen)
SELECT f.rule, f.unit, f.severity, f.village_code, f.household_number, f.person_number,
    f.sentence_zh, f.sentence_en, 'open', %(day)s, %(day)s
FROM checks_found f
ON CONFLICT (rule, household_number, person_number) DO NOTHING
"""
# Only a rule that was asked, of an area that was asked, can have become untrue.
_GONE = """
UPDATE checks_hit h SET state = 'corrected', closed = %(day)s
WHERE h.state <> 'corrected' AND h.rule = ANY(%(asked)s)
  AND {inside} AND NOT EXISTS (
    SELECT 1 FROM checks_found f WHERE h.rule = f.rule
      AND h.household_number = f.household_number AND h.person_number = f.person_number)
"""
_OF_AREA = "h.village_code LIKE %(area)s"
_OF_HOUSEHOLDS = "h.household_number = ANY(%(households)s)"
_COUNTED = """
INSERT INTO checks_count (month, township, opened, open, answered, corrected)
SELECT %(month)s, left(village_code, 9),
    count(*) FILTER (WHERE opened >= %(month)s),
    count(*) FILTER (WHERE state = 'open'),
    count(*) FILTER (WHERE state IN ('confirmed', 'exempted')),
    count(*) FILTER (WHERE state = 'corrected' AND closed >= %(month)s)
FROM checks_hit WHERE village_code LIKE %(area)s GROUP BY 2
ON CONFLICT (month, township) DO UPDATE SET opened = excluded.opened, open = excluded.open,
    answered = excluded.answered, corrected = excluded.corrected
"""


@transaction.atomic
def keep_check(
    *,
    by: Any,
    day: date,
    area: str,
    pack_hash: str,
    found: pl.DataFrame,
    asked: list[str],
    not_asked: list[str],
    households: int,
    persons: int,
) -> Check:
    """Take in what a check of `area` (code prefix, "" = all) found on a day.

    `found` has the columns HITS as texts, one line per rule and subject; `asked` are the rules that
    could be asked, `not_asked` those whose columns are not registered: what those found before
    stays as it is.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('fangpin.checks'))")
        _stage(cursor, found)
        given: dict[str, Any] = {
            "day": day,
            "asked": asked,
            "area": f"{area}%",
            "month": day.replace(day=1),
        }
        for statement in (_AGAIN, _NEW, _GONE.format(inside=_OF_AREA), _COUNTED):
            cursor.execute(statement, given)
    check = Check.objects.create(
        as_of=day,
        area=area,
        pack_hash=pack_hash,
        households=households,
        persons=persons,
        not_checked=not_asked,
        by=by,
    )
    record(
        by=by,
        action="checks.run",
        subject=f"check:{check.pk}",
        detail={"area": area, "hits": found.height, "rules": len(asked)},
    )
    return check


def _stage(cursor: Any, found: pl.DataFrame) -> None:
    """What was found as the temporary table that the statements read."""
    cursor.execute(_STAGE.format(columns=", ".join(f"{name} text" for name in HITS)))
    with cursor.copy(f"COPY checks_found ({', '.join(HITS)}) FROM STDIN") as copy:
        for row in found.select(HITS).iter_rows():
            copy.write_row(row)
    cursor.execute("ANALYZE checks_found")


@transaction.atomic
def keep_households(
    *, by: Any, day: date, households: Sequence[str], found: pl.DataFrame, asked: list[str]
) -> None:
    """Bring the hits of some households (by number) up to date, with the change that was made to
    them: its own audit entry says who did what. The month's counts wait for the next check."""
    with connection.cursor() as cursor:
        _stage(cursor, found)
        given: dict[str, Any] = {"day": day, "asked": asked, "households": list(households)}
        for statement in (_AGAIN, _NEW, _GONE.format(inside=_OF_HOUSEHOLDS)):
            cursor.execute(statement, given)


@transaction.atomic
def enqueue_when_due() -> bool:
    """Once a month: put a check of everything into the queue. False when this month has one, one
    waits, or nobody is registered."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('fangpin.checks.due'))")
    first = timezone.localdate().replace(day=1)
    waiting = Job.objects.filter(kind=JOB, state__in=[Job.State.QUEUED, Job.State.RUNNING])
    if Check.objects.filter(as_of__gte=first).exists() or waiting.exists():
        return False
    if not Household.objects.exists():
        return False
    enqueue(by=None, kind=JOB, arguments={})
    return True


@transaction.atomic
def answer(*, by: User, pk: int, state: str, reason: str, until: date | None = None) -> Hit:
    """A village confirms a hit as true, or a township exempts somebody from a rule, for a time.

    Raises Hit.DoesNotExist for one that is absent or out of the actor's area, and FangpinError
    without a reason, with an end that is past or more than a year ahead, for a hit that is
    corrected already, and when a village worker exempts.
    """
    scope = scope_of(by)
    inside = scope.within(Right.quality, "village_code")
    hit = Hit.objects.select_for_update().get(inside, pk=pk)
    if state not in (Hit.State.CONFIRMED, Hit.State.EXEMPTED, Hit.State.OPEN):
        raise FangpinError.because(
            "请选择属实或豁免", "choose true as registered or exempted",
            do_zh="从选项中选择一项", do_en="choose one of them",
        )  # fmt: skip
    if state == Hit.State.EXEMPTED and not scope.covers(Right.quality_exempt, hit.village_code):
        raise FangpinError.because(
            "豁免由乡镇或县级审定", "exemptions are decided by the township or the county",
            do_zh="先按“属实”答复并说明原因", do_en="confirm it as true and say why",
        )  # fmt: skip
    if hit.state == Hit.State.CORRECTED:
        raise FangpinError.because(
            "该问题已更正", "this one has been corrected",
            do_zh="无需再答复", do_en="no answer is needed",
        )  # fmt: skip
    today = timezone.localdate()
    reason = " ".join(reason.split())[:300]
    if state == Hit.State.OPEN:
        reason, until = "", None
    else:
        until = until or today + LONGEST_ANSWER
        _check_answer(reason, until, today)
    hit.state, hit.reason, hit.until = state, reason, until
    hit.answered_by, hit.answered_at = by, timezone.now()
    hit.save(update_fields=["state", "reason", "until", "answered_by", "answered_at"])
    about = "place" if hit.unit == Hit.Unit.VILLAGE else "household"
    record(
        by=by,
        action=f"checks.{state}",
        subject=f"{about}:{hit.household_number}",
        detail={"rule": hit.rule, "hit": hit.pk},
    )
    return hit


def _check_answer(reason: str, until: date, today: date) -> None:
    if len(reason) < 2:
        raise FangpinError.because(
            "请写明原因", "an answer needs its reason",
            do_zh="用一句话说明为什么属实", do_en="say in a sentence why it is true",
        )  # fmt: skip
    if not today <= until <= today + LONGEST_ANSWER:
        raise FangpinError.because(
            "有效期须在今天起一年以内", "an answer holds until a day within a year from today",
            do_zh="重新选择日期", do_en="choose another day",
        )  # fmt: skip

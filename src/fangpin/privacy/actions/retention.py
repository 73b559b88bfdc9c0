"""Listing what is due to go, releasing the list, carrying it out in pieces."""

from collections.abc import Callable
from datetime import date
from itertools import islice
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from fangpin.foundation.actions import enqueue, record
from fangpin.kernel.errors import FangpinError, Text
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of
from fangpin.privacy.models import RetentionItem, RetentionPlan
from fangpin.privacy.retention import Rule, rules

CHUNK: Final = 200
JOB: Final = "retention"
_EVERY_DAYS: Final = 30
State = RetentionPlan.State


@transaction.atomic
def list_due(*, by: User | None, day: date) -> RetentionPlan:
    """The dry list as of a day; nothing goes. `by` None: the program itself.

    Raises PermissionError without the right for everything there is. A list that waits is replaced.
    """
    if by is not None and not scope_of(by).everywhere(Right.retention):
        raise PermissionError("this actor may not list what is due")
    RetentionPlan.objects.filter(state=State.LISTED).delete()
    plan = RetentionPlan.objects.create(day=day, listed_by=by)
    counts = {}
    for rule in rules():
        rows = iter(rule.listed(day))
        count = 0
        while some := list(islice(rows, 5000)):
            RetentionItem.objects.bulk_create(
                [RetentionItem(plan=plan, rule=rule.name, row=row) for row in some]
            )
            count += len(some)
        if count:
            counts[rule.name] = count
    plan.counts = counts
    plan.save(update_fields=["counts"])
    record(
        by=by,
        action="retention.listed",
        subject=f"retention:{plan.pk}",
        detail={"day": str(day), "counts": counts},
    )
    return plan


@transaction.atomic
def decide(*, by: User, plan: int, release: bool, reason: str) -> RetentionPlan:
    """Release the list, which then goes for good, or refuse it. Never who made it.

    Raises RetentionPlan.DoesNotExist for one that is absent, one's own, or decided already.
    """
    found = RetentionPlan.objects.select_for_update().get(pk=plan, state=State.LISTED)
    allowed = scope_of(by).everywhere(Right.retention_release)
    if not allowed or found.listed_by_id == by.pk:
        raise RetentionPlan.DoesNotExist
    reason = " ".join(reason.split())[:300]
    if len(reason) < 2:
        raise FangpinError.because(
            "决定须写明理由",
            "a decision needs its reason",
            do_zh="写明核对情况后再提交",
            do_en="say what was checked, then send it again",
        )
    found.state = State.RELEASED if release else State.REFUSED
    found.decided_by, found.decided_at, found.reason = by, timezone.now(), reason
    found.save(update_fields=["state", "decided_by", "decided_at", "reason"])
    action = "retention.released" if release else "retention.refused"
    record(by=by, action=action, subject=f"retention:{found.pk}")
    if release:
        enqueue(by=by, kind=JOB, arguments={"plan": found.pk})
    return found


def carry_out(
    *, by: Any, plan: int, progress: Callable[[int, Text], None] = lambda *_: None
) -> dict[str, Any]:
    """Let everything on a released list go, some hundred rows at a time, each with its audit entry.

    Killed, it goes on where it was; what a rule no longer lists on that day stays. Raises
    RetentionPlan.DoesNotExist for a list that is not released.
    """
    found = RetentionPlan.objects.get(pk=plan, state=State.RELEASED)
    total, gone, stayed = found.items.count(), 0, 0
    for rule in rules():
        due = set(rule.listed(found.day)) if found.items.filter(rule=rule.name).exists() else set()
        while True:
            count, went = _chunk(found, rule, due, by)
            if not count:
                break
            gone, stayed = gone + went, stayed + count - went
            done = found.items.filter(done=True).count()
            progress(
                min(99, 100 * done // max(total, 1)),
                Text(f"已处理 {done:,} 项", f"{done:,} of {total:,} done"),
            )
    with transaction.atomic():
        RetentionPlan.objects.filter(pk=plan).update(state=State.DONE, done_at=timezone.now())
        record(
            by=by,
            action="retention.done",
            subject=f"retention:{plan}",
            detail={"gone": gone, "stayed": stayed},
        )
    return {"gone": gone, "stayed": stayed}


def _chunk(plan: RetentionPlan, rule: Rule, due: set[str], by: Any) -> tuple[int, int]:
    """(how many items were taken, how many of them went)."""
    with transaction.atomic():
        items = list(
            plan.items.select_for_update().filter(rule=rule.name, done=False).order_by("pk")[:CHUNK]
        )
        if not items:
            return 0, 0
        rows = [item.row for item in items if item.row in due]
        if rows:
            rule.gone(rows, by, plan)
        RetentionItem.objects.filter(pk__in=[item.pk for item in items]).update(done=True)
        record(
            by=by,
            action="retention.gone",
            subject=f"retention:{plan.pk}",
            detail={"rule": rule.name, "rows": len(rows), "first": items[0].row},
        )
    return len(items), len(rows)


def list_when_due() -> RetentionPlan | None:
    """A chore: once a month a list of what is due, when there is anything and none waits."""
    today = timezone.localdate()
    newest = RetentionPlan.objects.order_by("-pk").first()
    if newest is not None and (
        newest.state in (State.LISTED, State.RELEASED)
        or (timezone.localdate(newest.listed_at) - today).days > -_EVERY_DAYS
    ):
        return None
    if not any(next(iter(rule.listed(today)), None) for rule in rules()):
        return None
    return list_due(by=None, day=today)

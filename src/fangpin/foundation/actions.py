"""Every write to the audit trail and to the job table.

`by` is the acting user, or None for the program itself (start-up, worker). It is typed loosely
because users live in a package above this one.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from fangpin.foundation.models import AuditEntry, Job
from fangpin.kernel.errors import Text

STALE_AFTER = timedelta(seconds=60)  # a worker beats every few seconds
MAX_ATTEMPTS = 3


def record(
    *, by: Any, action: str, subject: str = "", detail: Mapping[str, object] | None = None
) -> AuditEntry:
    """Write one audit entry. Must run inside the transaction of the change it speaks of.

    Raises RuntimeError outside a transaction: an entry that could survive without its change, or
    the other way round, is worth nothing.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an audit entry is written in the transaction of its change")
    return AuditEntry.objects.create(
        actor=by, action=action, subject=subject, detail=dict(detail or {})
    )


@transaction.atomic
def enqueue(*, by: Any, kind: str, arguments: Mapping[str, object]) -> Job:
    """Put a job into the queue and say so in the audit trail."""
    job = Job.objects.create(kind=kind, arguments=dict(arguments), by=by)
    record(by=by, action=f"job.enqueue:{kind}", subject=f"job:{job.pk}")
    return job


@transaction.atomic
def request_cancel(*, by: Any, job: Job) -> bool:
    """Ask for a job to be stopped. A waiting job ends at once. False when it has ended already."""
    now = timezone.now()
    waiting = Job.objects.filter(pk=job.pk, state=Job.State.QUEUED).update(
        state=Job.State.CANCELLED, cancel_requested=True, finished_at=now
    )
    running = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(cancel_requested=True)
    if not waiting and not running:
        return False
    record(by=by, action="job.cancel", subject=f"job:{job.pk}")
    return True


@transaction.atomic
def retry(*, by: Any, job: Job) -> bool:
    """Put a job that failed or was cancelled back into the queue, as whoever submitted it asked
    for it. False when it waits, runs or is done."""
    changed = Job.objects.filter(
        pk=job.pk, state__in=(Job.State.FAILED, Job.State.CANCELLED)
    ).update(
        state=Job.State.QUEUED,
        progress=0,
        attempts=0,
        cancel_requested=False,
        step_zh="",
        step_en="",
        error_zh="",
        error_en="",
        started_at=None,
        heartbeat_at=None,
        finished_at=None,
    )
    if changed:
        record(by=by, action="job.retry", subject=f"job:{job.pk}")
    return bool(changed)


@transaction.atomic
def claim() -> Job | None:
    """Take the oldest waiting job, so that no other worker takes it; None when there is none."""
    job = (
        Job.objects.select_for_update(skip_locked=True)
        .filter(state=Job.State.QUEUED)
        .order_by("created_at")
        .first()
    )
    if job is None:
        return None
    now = timezone.now()
    job.state, job.started_at, job.heartbeat_at = Job.State.RUNNING, now, now
    job.attempts += 1
    job.save(update_fields=["state", "started_at", "heartbeat_at", "attempts"])
    return job


def beat(*, job: Job) -> bool:
    """Say that the worker still works on it. True when somebody asked to stop."""
    Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(heartbeat_at=timezone.now())
    row = Job.objects.filter(pk=job.pk).values_list("cancel_requested", "state").first()
    return row is None or row[0] or row[1] != Job.State.RUNNING


def report(*, job: Job, percent: int, step: Text) -> None:
    """Publish progress, 0 to 100."""
    Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(
        progress=min(100, max(0, percent)), step_zh=step.zh[:200], step_en=step.en[:200]
    )


@transaction.atomic
def finish(
    *,
    job: Job,
    state: Job.State,
    result: Mapping[str, object] | None = None,
    error: Text | None = None,
) -> bool:
    """End a running job. False when it was not running any more (another verdict came first)."""
    values: dict[str, object] = {"state": state, "finished_at": timezone.now()}
    if state == Job.State.DONE:
        values |= {"progress": 100, "result": dict(result or {})}
    if error is not None:
        values |= {"error_zh": error.zh, "error_en": error.en}
    changed = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(**values)
    if changed:
        record(by=None, action=f"job.{state}", subject=f"job:{job.pk}")
    return bool(changed)


@transaction.atomic
def requeue(*, job: Job) -> bool:
    """Put a running job back into the queue because its worker stops in good order.

    The attempt does not count. A job that was to be cancelled ends instead.
    """
    if Job.objects.filter(pk=job.pk, cancel_requested=True).exists():
        return finish(job=job, state=Job.State.CANCELLED)
    changed = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(
        state=Job.State.QUEUED, progress=0, attempts=models.F("attempts") - 1
    )
    if changed:
        record(by=None, action="job.requeue", subject=f"job:{job.pk}")
    return bool(changed)


@transaction.atomic
def recover_abandoned() -> int:
    """Requeue jobs whose worker died; after MAX_ATTEMPTS they fail for good. Returns how many."""
    dead = Job.objects.select_for_update(skip_locked=True).filter(
        state=Job.State.RUNNING, heartbeat_at__lt=timezone.now() - STALE_AFTER
    )
    count = 0
    for job in dead:
        count += 1
        if job.cancel_requested:
            finish(job=job, state=Job.State.CANCELLED)
        elif job.attempts >= MAX_ATTEMPTS:
            sorry = Text(
                "后台程序在处理中多次中断，任务已停止。请重新提交；若再次失败，请联系系统管理员。",
                "The worker stopped several times during this job. Submit it again; if it fails "
                "once more, ask the system administrator.",
            )
            finish(job=job, state=Job.State.FAILED, error=sorry)
        else:
            Job.objects.filter(pk=job.pk).update(state=Job.State.QUEUED, progress=0)
            record(by=None, action="job.requeue", subject=f"job:{job.pk}")
    return count

"""The job table: each job is claimed once, can be cancelled, and is taken up after a crash."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from fangpin.foundation import actions
from fangpin.foundation.models import AuditEntry, Job
from fangpin.kernel.errors import Text


def _job() -> Job:
    return actions.enqueue(by=None, kind="screen", arguments={"n": 1})


@pytest.mark.django_db
def test_the_oldest_waiting_job_is_claimed_first() -> None:
    first, second = _job(), _job()
    claimed = actions.claim()
    assert claimed is not None
    assert (claimed.pk, claimed.state, claimed.attempts) == (first.pk, Job.State.RUNNING, 1)
    again = actions.claim()
    assert again is not None
    assert again.pk == second.pk
    assert actions.claim() is None


@pytest.mark.django_db(transaction=True)
def test_many_workers_never_claim_the_same_job() -> None:
    jobs = {_job().pk for _ in range(12)}

    def take(_: int) -> list[object]:
        try:
            mine = []
            while (job := actions.claim()) is not None:
                mine.append(job.pk)
            return mine
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        taken = [pk for mine in pool.map(take, range(4)) for pk in mine]
    assert sorted(map(str, taken)) == sorted(map(str, jobs))


@pytest.mark.django_db
def test_a_waiting_job_is_cancelled_at_once_a_running_one_is_asked() -> None:
    waiting = _job()
    assert actions.request_cancel(by=None, job=waiting)
    waiting.refresh_from_db()
    assert waiting.state == Job.State.CANCELLED
    assert not actions.request_cancel(by=None, job=waiting)

    running = _job()
    assert actions.claim() == running
    assert not actions.beat(job=running)
    assert actions.request_cancel(by=None, job=running)
    assert actions.beat(job=running)
    assert actions.finish(job=running, state=Job.State.CANCELLED)
    assert not actions.finish(job=running, state=Job.State.DONE), "the first verdict stands"
    running.refresh_from_db()
    assert running.state == Job.State.CANCELLED


@pytest.mark.django_db
def test_progress_is_a_percentage_of_running_jobs_only() -> None:
    job = _job()
    step = Text("读取", "Reading")
    actions.report(job=job, percent=40, step=step)
    job.refresh_from_db()
    assert job.progress == 0
    actions.claim()
    actions.report(job=job, percent=140, step=step)
    job.refresh_from_db()
    assert (job.progress, job.step_zh, job.step_en) == (100, "读取", "Reading")


@pytest.mark.django_db
def test_a_job_of_a_dead_worker_is_tried_again_and_given_up_after_three_times() -> None:
    job = _job()
    for attempt in range(1, actions.MAX_ATTEMPTS + 1):
        claimed = actions.claim()
        assert claimed is not None
        assert claimed.attempts == attempt
        assert actions.recover_abandoned() == 0, "a job that beats is left alone"
        Job.objects.update(heartbeat_at=timezone.now() - actions.STALE_AFTER - timedelta(seconds=1))
        assert actions.recover_abandoned() == 1
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert job.error_zh
    assert job.error_en


@pytest.mark.django_db
def test_stopping_a_worker_puts_its_job_back_without_counting() -> None:
    job = _job()
    actions.claim()
    assert actions.requeue(job=job)
    job.refresh_from_db()
    assert (job.state, job.attempts) == (Job.State.QUEUED, 0)


@pytest.mark.django_db
def test_what_failed_is_tried_again_what_is_done_or_under_way_is_not() -> None:
    job = _job()
    assert not actions.retry(by=None, job=job), "it waits already"
    for _ in range(2):
        assert actions.claim() == job
        assert not actions.retry(by=None, job=job)
        assert actions.finish(job=job, state=Job.State.FAILED, error=Text("坏", "bad"))
        assert actions.retry(by=None, job=job)
        job.refresh_from_db()
        assert (job.state, job.attempts, job.error_zh) == (Job.State.QUEUED, 0, "")
    assert actions.request_cancel(by=None, job=job)
    assert actions.retry(by=None, job=job)
    claimed = actions.claim()
    assert claimed is not None
    assert not actions.beat(job=claimed), "the earlier wish to cancel is forgotten"
    assert actions.finish(job=job, state=Job.State.DONE)
    assert not actions.retry(by=None, job=job)
    assert AuditEntry.objects.filter(action="job.retry").count() == 3


@pytest.mark.django_db
def test_the_audit_trail_cannot_be_changed_or_cut() -> None:
    with transaction.atomic():
        entry = actions.record(by=None, action="test.done", subject="x", detail={"n": 1})
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        AuditEntry.objects.filter(pk=entry.pk).update(action="test.other")
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        AuditEntry.objects.filter(pk=entry.pk).delete()
    assert AuditEntry.objects.get(pk=entry.pk).action == "test.done"


@pytest.mark.django_db(transaction=True)
def test_an_entry_without_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        actions.record(by=None, action="test.alone")


@pytest.mark.django_db
def test_an_entry_goes_with_its_change() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012
        actions.record(by=None, action="test.undone")
        raise ZeroDivisionError
    assert not AuditEntry.objects.filter(action="test.undone").exists()

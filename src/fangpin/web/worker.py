"""The worker: claims jobs one by one and runs each in a child process.

A child of its own, because a hostile or huge file must be able to end only its own job, and because
stopping a job means stopping a process. The queue is our own table (foundation.Job): the queue
packages at hand know neither progress nor cancelling nor taking up a job whose worker was killed.
"""

import logging
import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

import django

from fangpin.foundation import anchor
from fangpin.foundation.postgres import die_with_parent
from fangpin.kernel.errors import FangpinError
from fangpin.upkeep.checks import WORKER
from fangpin.web import job_limits

log = logging.getLogger("fangpin.worker")
_IDLE_SECONDS = 0.5
_RECOVER_SECONDS = 15
_CHORES_SECONDS = 3600
_LOOK_SECONDS = 60
_GRACE_SECONDS = 10


def _subordinate() -> Callable[[], None]:
    """For `preexec_fn`: pages go first, and when memory runs out the job goes first."""
    follow, nice = die_with_parent(signal.SIGKILL), job_limits.niceness()

    def prepare() -> None:
        if follow is not None:
            follow()
        os.nice(nice)
        if nice and sys.platform == "linux":
            # Niceness only shares: a page that wakes up would still wait for the job's turn to end,
            # and not be put on the processor the job is on.
            with suppress(OSError):
                os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
        # Where Linux shares processors among sessions first, a job – in a session of its own –
        # would weigh as much as all pages together, however nice it is.
        with suppress(OSError), open("/proc/self/autogroup", "w") as group:
            group.write(str(nice))
        with suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:
            score.write("800")

    return prepare


class Worker:
    """Runs until asked to stop; a job under way is then ended and goes back into the queue."""

    def __init__(self) -> None:
        self.stopping = False
        self.done_at: dict[str, float] = {}
        self.aside: subprocess.Popen[bytes] | None = None

    def ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def run(self) -> None:
        """Claim and work until asked to stop."""
        from django.db import OperationalError, close_old_connections

        from fangpin.foundation.actions import claim, recover_abandoned
        from fangpin.web import chores

        while not self.stopping:
            close_old_connections()
            try:
                self.every(_RECOVER_SECONDS, "recover", recover_abandoned)
                self.every(anchor.EVERY.total_seconds(), "anchor", self.keep_anchor)
                self.every(_CHORES_SECONDS, "hourly", chores.hourly)
                self.every(_LOOK_SECONDS, "minutely", chores.minutely)
                job = claim()
            except OperationalError:
                log.warning("the database does not answer; trying again")
                time.sleep(2)
                continue
            if job is None:
                time.sleep(_IDLE_SECONDS)
            else:
                self.work(job)

    def every(self, seconds: float, name: str, do: Callable[[], object]) -> None:
        """Do it when it was last done so long ago; at the next call again when it raises."""
        if time.monotonic() - self.done_at.get(name, -math.inf) > seconds:
            do()
            self.done_at[name] = time.monotonic()

    def chores_aside(self) -> None:
        """What cannot wait for the end of a long job, in a process of its own."""
        if self.aside is None or self.aside.poll() is not None:
            command = [sys.executable, "-m", "fangpin.web.chores"]
            follow = die_with_parent(signal.SIGTERM)
            self.aside = subprocess.Popen(command, stdin=subprocess.DEVNULL, preexec_fn=follow)

    @staticmethod
    def keep_anchor() -> None:
        """Write the head of the audit chain to FANGPIN_AUDIT_ANCHOR, where that is set."""
        from fangpin.foundation.queries import chain_head

        try:
            path = anchor.anchor_file()
            if path is not None:
                anchor.add_anchor(path, chain_head())
        except FangpinError as error:
            log.error("the audit chain is not anchored: %s", error.in_language("en"))

    def work(self, job: "Job") -> None:  # type: ignore[name-defined]  # noqa: F821
        """Run one claimed job to its end."""
        from fangpin.foundation.actions import beat, finish, requeue
        from fangpin.foundation.models import Job
        from fangpin.kernel.errors import Text

        log.info("job %s %s begins", job.pk, job.kind)
        child = subprocess.Popen(
            [sys.executable, "-m", "fangpin.web.job_process", str(job.pk)],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_subordinate(),
        )
        began, why = time.monotonic(), None
        processor = job_limits.Processor(child.pid)
        while child.poll() is None:
            took = time.monotonic() - began
            why = job_limits.exceeded(child.pid, took, processor.seconds())
            if why is not None:
                log.warning("job %s is ended: %s", job.pk, why.en)
                job_limits.end(child.pid)
                child.wait()
                break
            if self.stopping:
                self._end(child)
                requeue(job=job)
                return
            if beat(job=job):
                self._end(child)
                finish(job=job, state=Job.State.CANCELLED)
                return
            self.every(anchor.EVERY.total_seconds(), "anchor", self.keep_anchor)
            self.every(_LOOK_SECONDS, "minutely", self.chores_aside)
            time.sleep(_IDLE_SECONDS)
        if child.returncode != 0:
            sorry = Text(
                "处理程序意外中断，可能是文件过大或内存不足。请拆分文件后重试，或联系系统管理员。",
                "The job ended unexpectedly; perhaps a file is too large for the memory. "
                "Split the files and try again, or ask the system administrator.",
            )
            finish(job=job, state=Job.State.FAILED, error=why or sorry)
        log.info("job %s ended with %s", job.pk, child.returncode)

    @staticmethod
    def _end(child: "subprocess.Popen[bytes]") -> None:
        child.terminate()
        try:
            child.wait(timeout=_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            job_limits.end(child.pid)
            child.wait()


def main() -> None:
    """Entry of `python -m fangpin.web.worker`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fangpin.web.settings")
    os.environ["PGAPPNAME"] = WORKER  # the self-check sees by it that a worker is there
    django.setup()
    worker = Worker()
    signal.signal(signal.SIGTERM, worker.ask_to_stop)
    signal.signal(signal.SIGINT, worker.ask_to_stop)
    log.info("worker is ready")
    worker.run()
    log.info("worker has stopped")


if __name__ == "__main__":
    main()

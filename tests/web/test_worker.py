"""A real worker with real jobs: killed, out of memory, out of time; nothing is lost or doubled."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from fangpin.foundation import actions
from fangpin.foundation.models import AuditEntry, Job
from fangpin.web import job_limits

# A worker whose jobs are those of this file, over the database of the test.
_PROGRAM = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.worker_settings"
from fangpin.web import worker
worker._LOOK_SECONDS = float(os.environ["FANGPIN_TEST_LOOK"])
if "FANGPIN_TEST_PROCESSOR" in os.environ:
    worker.job_limits.processor_limit = lambda: float(os.environ["FANGPIN_TEST_PROCESSOR"])
worker.main()
"""


class Running:
    """Worker processes over the test's database."""

    def __init__(self, folder: Path, **more: str) -> None:
        self.folder, self.more = folder, more
        self.started: list[subprocess.Popen[bytes]] = []

    def start(self) -> "subprocess.Popen[bytes]":
        database = settings.DATABASES["default"]
        url = f"postgresql://{database['USER']}@/{database['NAME']}?host={database['HOST']}"
        environment = {
            **os.environ,
            "FANGPIN_DATABASE_URL": url,
            "FANGPIN_TEST_TASKS": str(self.folder),
            "FANGPIN_TEST_LOOK": "60",
            "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2]), *sys.path]),
            **self.more,
        }
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-c", _PROGRAM], env=environment, stdout=log, stderr=log
            )
        self.started.append(process)
        return process

    def stop(self) -> None:
        for process in self.started:
            if process.poll() is None:
                process.terminate()
                process.wait(timeout=30)


@pytest.fixture
def running(transactional_db: None, tmp_path: Path) -> Iterator[Callable[..., Running]]:
    made: list[Running] = []

    def make(**more: str) -> Running:
        made.append(Running(tmp_path, **more))
        return made[-1]

    yield make
    for each in made:
        each.stop()


def until(holds: Callable[[], bool], log: Path, seconds: float = 180) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)


def state(job: Job) -> Any:
    return Job.objects.values_list("state", flat=True).get(pk=job.pk)


def test_a_killed_worker_loses_nothing(running: Callable[..., Running], tmp_path: Path) -> None:
    workers = running()
    job = actions.enqueue(by=None, kind="wait_for_file", arguments={"folder": str(tmp_path)})
    worker = workers.start()
    begun = tmp_path / "begun"
    until(begun.exists, tmp_path / "log")
    child = int(begun.read_text().split()[0])
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    until(lambda: job_limits.held(child) == 0, tmp_path / "log", 10)
    assert state(job) == Job.State.RUNNING, "nobody has said otherwise"
    Job.objects.update(heartbeat_at=timezone.now() - actions.STALE_AFTER - timedelta(seconds=1))
    (tmp_path / "go").touch()
    workers.start()
    until(lambda: state(job) == Job.State.DONE, tmp_path / "log")
    job.refresh_from_db()
    assert (job.attempts, job.result) == (2, {"times": 2})
    ended = AuditEntry.objects.filter(action="job.done", subject=f"job:{job.pk}")
    assert ended.count() == 1


def test_pages_go_before_a_job_and_chores_are_done_beside_it(
    running: Callable[..., Running], tmp_path: Path
) -> None:
    job = actions.enqueue(by=None, kind="wait_for_file", arguments={"folder": str(tmp_path)})
    worker = running(FANGPIN_TEST_LOOK="1", FANGPIN_JOB_NICE="3").start()
    minute, begun = tmp_path / "minute", tmp_path / "begun"

    def done_by() -> set[int]:
        return set(map(int, minute.read_text().split())) if minute.exists() else set()

    until(lambda: bool(done_by() - {worker.pid}) and begun.exists(), tmp_path / "log")
    assert state(job) == Job.State.RUNNING
    child = int(begun.read_text().split()[0])
    own = os.getpriority(os.PRIO_PROCESS, worker.pid)
    assert os.getpriority(os.PRIO_PROCESS, child) == own + 3
    group = Path(f"/proc/{child}/autogroup")  # Linux shares processors among these first
    assert not group.exists() or group.read_text().split()[-1] == "3"
    assert os.sched_getscheduler(child) == os.SCHED_IDLE
    assert os.sched_getscheduler(worker.pid) == os.SCHED_OTHER
    (tmp_path / "go").touch()
    until(lambda: state(job) == Job.State.DONE, tmp_path / "log")


def test_a_job_beyond_memory_or_time_is_ended_and_the_next_one_runs(
    running: Callable[..., Running], tmp_path: Path
) -> None:
    workers = running(FANGPIN_JOB_MB="400")
    greedy = actions.enqueue(by=None, kind="take_memory", arguments={"megabytes": 900})
    (tmp_path / "go").touch()
    modest = actions.enqueue(by=None, kind="wait_for_file", arguments={"folder": str(tmp_path)})
    workers.start()
    until(lambda: state(modest) == Job.State.DONE, tmp_path / "log")
    greedy.refresh_from_db()
    assert greedy.state == Job.State.FAILED
    assert "400 MB" in greedy.error_zh
    assert "400 MB" in greedy.error_en


def test_words_for_a_job_that_never_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FANGPIN_JOB_MINUTES", "5")
    assert job_limits.exceeded(os.getpid(), 299) is None
    said = job_limits.exceeded(os.getpid(), 301)
    assert said is not None
    assert "5 minutes" in said.en
    monkeypatch.setenv("FANGPIN_JOB_CPU_MINUTES", "7")
    assert job_limits.exceeded(os.getpid(), 299, 419) is None
    said = job_limits.exceeded(os.getpid(), 299, 421)
    assert said is not None
    assert "7 minutes of processor time" in said.en
    assert "处理器超过 7 分钟" in said.zh
    monkeypatch.setenv("FANGPIN_JOB_MB", "256")
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as small:
        assert 0 < job_limits.held(small.pid) <= 64 * 2**20
    assert job_limits.held(2**22 + 1) == 0


# A job whose children do all they can to be nobody's: one is waited for, one is not, one is a
# daemon in a session of its own. Each says when it has burnt its time; nothing ends by itself.
_ESCAPING = """
import os, signal, sys, time
from fangpin.web import job_limits

def burn(seconds, word):
    ends = time.process_time() + seconds
    while time.process_time() < ends:
        sum(range(1000))
    print(word, os.getpid(), flush=True)

job_limits.adopt_orphans()
if os.fork() == 0:
    burn(0.3, "waited")
    os._exit(0)
os.wait()
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
if os.fork() == 0:
    burn(0.3, "ignored")
    time.sleep(float(sys.argv[1]))
    os._exit(0)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        burn(0.3, "daemon")
        kept = bytearray(60 * 2**20)
        print("kept", os.getpid(), flush=True)
        time.sleep(600)
    os._exit(0)
time.sleep(600)
"""


def test_children_cannot_hide_what_they_take() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _ESCAPING, "1.5"],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as job:
        assert job.stdout is not None
        taken, words = job_limits.Processor(job.pid), dict[str, int]()
        while len(words) < 4:
            word, pid = job.stdout.readline().split()
            words[word] = int(pid)
            seen = taken.seconds()
        assert set(words) == {"waited", "ignored", "daemon", "kept"}
        assert os.getsid(words["daemon"]) != job.pid
        assert seen >= 0.9
        assert job_limits.held(job.pid) > 60 * 2**20
        until(lambda: not Path(f"/proc/{words['ignored']}").exists(), Path(os.devnull))
        later = [taken.seconds() for _ in range(4)]
        assert min(later) >= 0.9, "nobody waited for it, and its time still counts"
        assert max(later) < seen + 0.3, "and counts once"
        job_limits.end(job.pid)
        until(lambda: job_limits.held(words["daemon"]) == 0, Path(os.devnull))
        assert job.wait() == -signal.SIGKILL


@pytest.mark.long
def test_a_job_beyond_its_processor_time_is_ended_with_all_that_it_started(
    running: Callable[..., Running], tmp_path: Path
) -> None:
    workers = running(FANGPIN_TEST_PROCESSOR="8")
    busy = actions.enqueue(by=None, kind="burn_aside", arguments={"folder": str(tmp_path)})
    (tmp_path / "go").touch()
    modest = actions.enqueue(by=None, kind="wait_for_file", arguments={"folder": str(tmp_path)})
    workers.start()
    until(lambda: state(modest) == Job.State.DONE, tmp_path / "log")
    busy.refresh_from_db()
    assert busy.state == Job.State.FAILED
    assert "processor time" in busy.error_en
    assert "占用处理器超过" in busy.error_zh
    assert job_limits.held(int((tmp_path / "daemon").read_text())) == 0

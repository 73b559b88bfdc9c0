"""A job that is killed leaves nothing half-written, and done again ends like one that was not."""

import os
import random
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from tests.exchange import invented
from tests.exchange.invented import book, household_row, person_row

from fangpin.exchange import actions, state, tasks
from fangpin.exchange.models import Import
from fangpin.foundation.actions import claim
from fangpin.foundation.models import Job
from fangpin.kernel.hashing import frame_hash
from fangpin.registry.models import Household, Membership, RegistryEvent

HOMES = 60


@pytest.fixture
def file(transactional_db: None, tmp_path: Path) -> Path:
    invented.county()
    numbers = [f"529900101201{at:04d}" for at in range(1, HOMES + 1)]
    people = [
        person_row(number, at, "户主" if at == 1 else "之子")
        for number in numbers
        for at in (1, 2, 3)
    ]
    return book(tmp_path / "表.xlsx", [household_row(number) for number in numbers], people)


def job_process(job: Job) -> "subprocess.Popen[bytes]":
    """The very process that the worker starts, against the test's database."""
    at = connection.settings_dict
    address = (
        f"postgresql://{at['USER']}:{at['PASSWORD']}@localhost:{at['PORT'] or 5432}/{at['NAME']}"
        f"?host={at['HOST']}"
    )
    found = {"FANGPIN_DATABASE_URL": address, "FANGPIN_DATA_DIR": str(settings.DATA_DIR)}
    found |= {"DJANGO_SETTINGS_MODULE": "tests.exchange.job_settings", "FANGPIN_DEMO": "1"}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FANGPIN_")}
    names = {name: str(at[name]) for name in ("NAME", "HOST", "PORT", "USER", "PASSWORD")}
    roots = os.pathsep.join(["src", ".", *sys.path])
    return subprocess.Popen(
        [sys.executable, "-m", "fangpin.web.job_process", str(job.pk)],
        env=kept | found | {f"TEST_DB_{key}": value for key, value in names.items()}
        | {"PYTHONPATH": roots},
        stderr=subprocess.PIPE,
    )  # fmt: skip


def brought(path: Path) -> Import:
    """Brought and checked."""
    found = actions.bring(
        by=None, name=path.name, chunks=[path.read_bytes()], on=date(2026, 3, 1), queued=False
    )
    tasks.check(by=None, progress=lambda percent, step: None, number=found.pk)
    found.refresh_from_db()
    assert found.state == Import.State.CHECKED, found.problem_zh
    return found


def work(job: Job) -> None:
    """Claim the job as the worker does and let it run to its end."""
    Job.objects.filter(pk=job.pk).update(state=Job.State.QUEUED)
    assert claim() is not None
    process = job_process(job)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 0, said.decode()[-2000:]
    job.refresh_from_db()
    assert job.state == Job.State.DONE, (job.error_en, said.decode()[-2000:])


def killed_at(job: Job, reached: int, wait: float = 0.0) -> None:
    """Start the job and kill its process once it is so far (and a moment later)."""
    Job.objects.filter(pk=job.pk).update(state=Job.State.QUEUED, progress=0)
    assert claim() is not None
    process = job_process(job)
    until = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < until:
        if Job.objects.values_list("progress", flat=True).get(pk=job.pk) >= reached:
            time.sleep(wait)
            break
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate()


def content() -> tuple[Any, ...]:
    """Everything the registry says, without row ids."""
    which = state.Which(areas=(invented.COUNTY,))
    frames = (
        state.households(which, invented.every_key("household"), state.Year(2025, 2026)),
        state.persons(which, invented.every_key("person")),
    )
    told = [f.select(name for name in f.columns if not name.endswith("id")) for f in frames]
    return (*map(frame_hash, told), Membership.objects.count(), RegistryEvent.objects.count())


def whole_or_nothing() -> bool:
    """Whether the import is in the registry; never half of it."""
    count = Household.objects.count()
    assert count in (0, HOMES), count
    assert Membership.objects.count() == count * 3
    return count == HOMES


def test_killed_while_it_writes_it_leaves_nothing_and_resumes(file: Path) -> None:
    found = brought(file)
    job = actions.begin_apply(by=None, number=found.pk)
    assert job is not None
    killed_at(job, 65)
    whole_or_nothing()
    work(job)
    assert whole_or_nothing()
    found.refresh_from_db()
    assert found.state == Import.State.APPLIED
    before = content()
    tasks.apply(by=None, progress=lambda percent, step: None, number=found.pk)  # once more, late
    assert content() == before


@pytest.mark.long
def test_killed_at_any_moment_the_end_is_the_same(file: Path) -> None:
    found = brought(file)
    job = actions.begin_apply(by=None, number=found.pk)
    assert job is not None
    chance = random.Random(4)
    for _ in range(12):
        killed_at(job, chance.choice((1, 5, 40, 65, 95)), chance.random() * 1.5)
        if whole_or_nothing():
            break
    work(job)
    assert whole_or_nothing()
    assert RegistryEvent.objects.count() == 1

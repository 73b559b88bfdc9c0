"""The demonstration's county in a test: made, screened and loaded by the demonstration's own code,
under a clock that the test moves."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone

from fangpin.foundation.actions import claim
from fangpin.foundation.models import Job
from fangpin.sample.histories import generate_later
from fangpin.screening.models import Run
from fangpin.screening.tasks import screen_and_load
from fangpin.web import job_process
from fangpin.web.demo import PACK, Choice, enter_county

# A Monday, nine in the morning in China, after the end of the month that is screened. It lies ahead
# of every clock, so that what the database notes by its own clock is past.
BEGIN = datetime(2040, 6, 4, 1, tzinfo=UTC)
MAY = date(2040, 5, 31)
CHOICE = Choice(households=80, seed=1, as_of=MAY, months=1)


class Clock:
    """The server's clock, moved by the test."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        real = timezone.now
        self.ahead = BEGIN - real()
        monkeypatch.setattr(timezone, "now", lambda: real() + self.ahead)

    @property
    def day(self) -> date:
        return timezone.localdate()

    def go_to(self, day: date) -> None:
        """The same time of another day."""
        self.ahead += day - self.day

    def go_on(self, days: int) -> None:
        self.ahead += timedelta(days=days)


def entered(folder: Path) -> Run:
    """The county as the demonstration enters it, and its findings taken up."""
    run = enter_county(folder, CHOICE, password="korrekt-pferd-batterie", say=lambda _: None)
    work_off()
    return run


def screened_later(folder: Path, before: Run, last: date, monitored: dict[str, date]) -> Run:
    """What departments deliver about the same people for a later month, screened and loaded."""
    files = folder / f"{last:%Y-%m}"
    month, people_of = last.replace(day=1), MAY.replace(day=1)
    generate_later(files, CHOICE.households, CHOICE.seed, month, people_of, monitored)
    run = screen_and_load(
        by=None,
        folder=files,
        pack=PACK,
        as_of=last,
        out=folder / "runs" / f"{last}",
        previous=Path(before.intake.folder),
        progress=lambda *_: None,
    )
    work_off()
    return run


def work_off() -> None:
    """Every job that waits, as the worker does it."""
    while True:
        with transaction.atomic():
            job = claim()
        if job is None:
            return
        job_process.run(str(job.pk))
        job.refresh_from_db()
        assert job.state == Job.State.DONE, job.error_zh

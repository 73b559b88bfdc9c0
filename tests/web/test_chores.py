"""The worker's own chores: all of them exist, and one that fails spares the others."""

import logging

import pytest
from django.utils.module_loading import import_string

from fangpin.foundation.models import Job
from fangpin.web import chores

pytestmark = pytest.mark.django_db


def test_every_chore_is_there_and_runs_on_an_empty_database(
    caplog: pytest.LogCaptureFixture,
) -> None:
    for path in chores.HOURLY:
        assert callable(import_string(path))
    with caplog.at_level(logging.ERROR):
        chores.hourly()
    assert caplog.records == []
    assert not Job.objects.exists()


def test_a_chore_that_fails_is_logged_and_the_others_are_done(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(chores, "HOURLY", ("math.nothing_here", *chores.HOURLY))
    chores.hourly()
    assert "math.nothing_here" in caplog.text
    assert len(caplog.records) == 1

"""What a demonstration shows of clues: some of everything, always the same."""

from pathlib import Path

import pytest
from django.utils import timezone
from tests.clues.conftest import HOUSEHOLDS, OWN, load

from fangpin.clues.demo import show_clues
from fangpin.clues.models import Clue, ClueAnswer, ClueReason
from fangpin.foundation.models import Job
from fangpin.people.models import User
from fangpin.screening.models import Run

pytestmark = pytest.mark.django_db


def test_some_are_sent_some_answered_some_late(
    run: Run, users: dict[str, User], tmp_path: Path
) -> None:
    rows = [("medical_expense", "new", at, number) for number, at in HOUSEHOLDS[:30]]
    load(tmp_path, rows, as_of="2021-06-30", previous="x")
    given = {"county": users["county"], "approver": users["approver"], "village_code": OWN}
    made = show_clues(**given)
    assert made == Clue.objects.count() == 33  # 30 findings, 3 leads
    states = set(Clue.objects.values_list("state", flat=True))
    assert {"sent", "answered"} <= states
    assert Clue.objects.filter(late=False).exists()
    assert ClueAnswer.objects.filter(state="taken").exists()
    # A sign is some days old when its clue begins, although the data are of another year.
    signs = ClueReason.objects.filter(channel="screening", standing="").values_list(
        "first_on", "clue__opened_at"
    )
    waited = {(timezone.localdate(opened) - first).days for first, opened in signs}
    assert waited <= set(range(4, 45))
    assert len(waited) > 3
    assert not Job.objects.filter(kind="clues_from_run", state="queued").exists()
    assert show_clues(**given) == 0

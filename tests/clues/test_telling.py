"""What villages and townships are told about clues: how many, until when, and when it is over."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from tests.clues.conftest import FIRST, FIRST_VILLAGE, OWN

from fangpin.clues import telling
from fangpin.clues.actions import answer, from_run, send, take_back
from fangpin.clues.models import Clue, RunTaken
from fangpin.clues.queries.checking import waiting
from fangpin.people.messages.digest import Waiting
from fangpin.people.messages.queries import page_of
from fangpin.people.models import Message, MessageKind, User
from fangpin.registry.models import Household
from fangpin.screening.models import Run

pytestmark = pytest.mark.django_db
People = dict[str, User]


def told(user: User, kind: str = "clue", which: str = "open") -> list[tuple[str, int]]:
    rows = page_of(user, which=which, kind=kind, below=None).rows
    return [(row.area_code, row.count) for row in rows]


def reply(by: User, clue: Clue) -> None:
    clue.refresh_from_db()
    answer(
        by=by, clue=clue.pk, version=clue.version, answer="true", reason="as_found", note="",
        client_id=uuid4(),
    )  # fmt: skip


@pytest.fixture
def clues(run: Run, users: People) -> list[Clue]:
    """Two clues of the own village, known and not sent."""
    from_run(by=None, run=run)
    first = Clue.objects.get(household__number=FIRST)
    now = timezone.now()
    home = Household.objects.get(number=FIRST_VILLAGE[2])
    second = Clue.objects.create(household=home, village_code=OWN, opened_at=now)
    return [first, second]


def test_a_run_tells_townships_what_there_is_to_send(run: Run, users: People) -> None:
    from_run(by=None, run=run)
    opened = Clue.objects.filter(state="new", village_code__startswith="620402101").count()
    assert opened
    assert told(users["township"], which="unread") == [("620402101000", opened)]
    assert told(users["village"], which="unread") == []
    from_run(by=None, run=run)  # again: nothing new
    assert len(told(users["township"], which="unread")) == 1


def test_a_village_is_told_once_a_sending_and_until_all_is_answered(
    clues: list[Clue], users: People
) -> None:
    send(by=users["township"], clues=[clue.pk for clue in clues])
    assert told(users["village"]) == [(OWN, 2)]
    assert told(users["other_township"]) == []
    reply(users["village"], clues[0])
    assert told(users["village"]) == [(OWN, 2)]
    reply(users["village"], clues[1])
    assert told(users["village"]) == []
    clues[0].refresh_from_db()
    take_back(by=users["township"], clue=clues[0].pk, version=clues[0].version, reason="答错了户")
    assert told(users["village"], "returned") == [(OWN, 1)]


def test_due_tomorrow_and_late_once_a_day_each(clues: list[Clue], users: People) -> None:
    send(by=users["township"], clues=[clue.pk for clue in clues])
    due = Clue.objects.get(pk=clues[0].pk).due_on
    assert due is not None
    evening = timezone.now() + (due - timezone.localdate() - timedelta(days=1))
    for _ in range(2):
        telling.urge(now=evening)
    assert told(users["village"], "tomorrow") == [(OWN, 2)]
    assert told(users["township"], "tomorrow") == []
    reply(users["village"], clues[0])
    for _ in range(2):
        telling.urge(now=evening + timedelta(days=2))
    assert told(users["village"], "late") == [(OWN, 1)]
    assert told(users["township"], "late") == [(OWN, 1)]
    assert waiting(users["village"], due + timedelta(days=1)) == Waiting(1, 0, 1)
    assert waiting(users["township"], due) == Waiting()


def test_two_last_answers_at_once_leave_nothing_open(clues: list[Clue], users: People) -> None:
    send(by=users["township"], clues=[clue.pk for clue in clues])
    Clue.objects.update(state="new")  # as if both answers had been written side by side
    telling.urge()
    assert not Message.objects.filter(task="clues", over_at=None).exists()


def test_too_many_at_once_wait_for_two_people(run: Run, users: People) -> None:
    from_run(by=None, run=run)
    taken = RunTaken.objects.get()
    taken.state, taken.areas = RunTaken.State.HELD, ["620402"]
    telling.opened(taken, now=timezone.now())
    telling.opened(taken, now=timezone.now())
    for who in ("county", "approver"):
        assert told(users[who], "release") == [("620402000000", 1)]
    assert told(users["township"], "release") == []
    telling.released([taken.pk], now=timezone.now())
    assert not Message.objects.filter(kind=MessageKind.RELEASE, over_at=None).exists()

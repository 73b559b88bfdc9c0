"""Many people at one clue, and a run that is taken meanwhile: nothing lost, nothing twice."""

from pathlib import Path
from uuid import uuid4

import pytest
from tests.clues.conftest import FIRST, FIRST_VILLAGE, load
from tests.together import together

from fangpin.clues.actions import answer, from_run, report, send
from fangpin.clues.models import Clue, ClueAnswer, ClueReason, RunTaken
from fangpin.foundation.models import AuditEntry
from fangpin.people.models import User
from fangpin.registry.models import Household
from fangpin.screening.models import Run

pytestmark = pytest.mark.django_db(transaction=True)
People = dict[str, User]


def one_answer_of_many(users: People, writers: int) -> None:
    clue = Clue.objects.get(household__number=FIRST)
    ids = [uuid4() for _ in range(writers)]
    people = [User.objects.get(pk=users[who].pk) for who in ("village", "township") * writers]

    def write(number: int) -> str:
        return answer(
            by=people[number], clue=clue.pk, version=clue.version, client_id=ids[number],
            answer=("true", "not_true")[number % 2], reason=("worse", "other")[number % 2],
            note=f"第{number}人",
        ).outcome  # fmt: skip

    assert together(writers, write) == {"taken": 1, "conflict": writers - 1}
    answers = list(ClueAnswer.objects.filter(clue=clue))
    assert {each.note for each in answers} == {f"第{number}人" for number in range(writers)}
    taken = ClueAnswer.objects.get(clue=clue, state="taken")
    found = Clue.objects.get(pk=clue.pk)
    assert (found.answer, found.answered_by_id) == (taken.answer, taken.by_id)
    assert found.version == clue.version + 1
    assert AuditEntry.objects.filter(action="clues.answer").count() == 1


def test_twenty_answers_at_once(run: Run, users: People) -> None:
    from_run(by=None, run=run)
    one_answer_of_many(users, 20)


@pytest.mark.long
def test_fifty_answers_at_once(run: Run, users: People) -> None:
    from_run(by=None, run=run)
    one_answer_of_many(users, 50)


def test_the_same_answer_ten_times_at_once_is_one(run: Run, users: People) -> None:
    from_run(by=None, run=run)
    clue, name = Clue.objects.get(household__number=FIRST), uuid4()

    def write(_: int) -> str:
        return answer(
            by=User.objects.get(pk=users["village"].pk), clue=clue.pk, version=clue.version,
            answer="true", reason="as_found", client_id=name,
        ).outcome  # fmt: skip

    assert together(10, write) == {"taken": 1, "already": 9}
    assert ClueAnswer.objects.count() == 1


@pytest.mark.parametrize("turn", range(3))
def test_a_run_is_taken_while_people_report_send_and_answer(
    run: Run, users: People, tmp_path: Path, turn: int
) -> None:
    """Two workers take the same run – one was thought dead – while others work on the same
    households. Whoever comes first, every reason is there once, at a clue that is looked at."""
    from_run(by=None, run=run)
    findings = [("medical_expense", "new", 0, number) for number in FIRST_VILLAGE]
    june = load(tmp_path, [*findings, ("two_posts", "new", 0, FIRST)], as_of="2021-06-30")
    homes = list(Household.objects.filter(number__in=FIRST_VILLAGE).order_by("number"))
    clue = Clue.objects.get(household__number=FIRST)

    def act(number: int) -> str:
        if number < 2:
            from_run(by=None, run=Run.objects.select_related("intake").get(pk=june.pk))
            return "taken"
        by = User.objects.get(pk=users["township"].pk)
        if number == 2:
            answer(by=by, clue=clue.pk, version=clue.version, answer="not_true",
                   reason="data_wrong", client_id=uuid4())  # fmt: skip
            return "answered"
        if number == 3:
            send(by=by, clues=list(Clue.objects.values_list("pk", flat=True)))
            return "sent"
        home = homes[(number + turn) % len(homes)]
        report(by=by, channel="cadre", source="helper", text=f"第{number}人反映的困难",
               client_id=uuid4(), household=home.pk)  # fmt: skip
        return "reported"

    ended = together(12, act)
    assert ended == {"taken": 2, "answered": 1, "sent": 1, "reported": 8}
    assert RunTaken.objects.get(run=june.pk).state == "taken"
    told = ClueReason.objects.filter(channel="cadre")
    assert len({each.text for each in told}) == 8
    for home in homes:
        assert Clue.objects.filter(household=home).exclude(state="closed").count() <= 1
        signs = ClueReason.objects.filter(
            clue__household=home, rule="medical_expense", last_on="2021-06-30"
        )
        # Of a sign that was answered before the run was taken nothing new is known.
        assert signs.count() <= 1
        assert signs.exists() or home.number == FIRST
    for each in told.select_related("clue"):
        assert each.clue.state != "closed" or each.clue.household.number == FIRST

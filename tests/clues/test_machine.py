"""Anybody does anything with clues in any order: no illegal state, nothing lost, and nothing is
closed because data disappeared."""

from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from tests.clues.conftest import FIRST, FIRST_VILLAGE, OTHER, OWN, SECOND, THIRD, load

from fangpin.clues import actions
from fangpin.clues.models import AnswerKind, Clue, ClueAnswer, ClueReason, ClueState, Ending
from fangpin.clues.words import REASONS
from fangpin.foundation.models import AuditEntry
from fangpin.kernel.errors import FangpinError
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of
from fangpin.registry.models import Household
from fangpin.screening.models import Run

pytestmark = pytest.mark.django_db
REFUSALS = (FangpinError, PermissionError, Clue.DoesNotExist, Household.DoesNotExist)
HOMES = (FIRST, SECOND, THIRD, FIRST_VILLAGE[1])
PEOPLE = ("county", "township", "other_township", "village", "approver", "medical", "leader")
people = st.sampled_from(PEOPLE)
may_be_stale = st.integers(0, 9).map(lambda drawn: drawn == 0)
ENDED_BY_ANSWER = {
    AnswerKind.NOT_TRUE: Ending.NOT_TRUE,
    AnswerKind.ALREADY_MONITORED: Ending.ALREADY_MONITORED,
    AnswerKind.NOT_LIVING_HERE: Ending.NOT_LIVING_HERE,
}


class Clues(RuleBasedStateMachine):
    """Four months of data, of which the last finds nothing any more, and the whole cast."""

    runs: ClassVar[list[Run]] = []
    users: ClassVar[dict[str, User]] = {}

    def __init__(self) -> None:
        super().__init__()
        self.point = transaction.atomic()
        self.point.__enter__()
        self.case = 0
        self.sent: list[tuple[int, int, str, str, UUID]] = []
        self.versions: dict[int, int] = {}
        self.told: dict[int, str] = {}
        self.answers: dict[int, tuple[Any, ...]] = {}
        actions.from_run(by=None, run=self.runs[0])

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.point.__exit__(None, None, None)

    def attempt(self, act: Any) -> Any:
        """Do it; what is refused leaves nothing behind."""
        try:
            with transaction.atomic():
                return act()
        except REFUSALS:
            return None

    def some(self, data: Any) -> Clue:
        return data.draw(st.sampled_from(list(Clue.objects.order_by("pk"))))

    @rule(at=st.integers(0, 3))
    def take_a_run(self, at: int) -> None:
        before = dict(Clue.objects.exclude(state="closed").values_list("pk", "state"))
        actions.from_run(by=None, run=self.runs[at])
        after = dict(Clue.objects.filter(pk__in=before).values_list("pk", "state"))
        assert after == before, "data neither send nor answer nor close"

    @rule(data=st.data(), name=people, days=st.sampled_from([None, 3, 0]), reset=st.booleans())
    def send(self, data: Any, name: str, days: int | None, reset: bool) -> None:
        clue = self.some(data)
        self.attempt(
            lambda: actions.send(by=self.users[name], clues=[clue.pk], days=days, reset=reset)
        )

    @rule(data=st.data(), name=people, kind=st.sampled_from(AnswerKind.values), stale=may_be_stale)
    def answer(self, data: Any, name: str, kind: str, stale: bool) -> None:
        clue, reason = self.some(data), data.draw(st.sampled_from(sorted(REASONS[kind])))
        self._answer(name, (clue.pk, clue.version - stale, kind, reason, uuid4()))

    @rule(data=st.data(), name=people)
    def answer_again(self, data: Any, name: str) -> None:
        if self.sent:
            self._answer(name, data.draw(st.sampled_from(self.sent)))

    def _answer(self, name: str, given: tuple[int, int, str, str, UUID]) -> None:
        pk, version, kind, reason, client_id = given
        done = self.attempt(
            lambda: actions.answer(by=self.users[name], clue=pk, version=version, answer=kind,
                                   reason=reason, note="核实的情况", client_id=client_id)
        )  # fmt: skip
        if done is not None:
            assert scope_of(self.users[name]).covers(Right.clues_answer, done.clue.village_code)
            self.sent.append(given)

    @rule(data=st.data(), name=people, stale=may_be_stale)
    def take_back(self, data: Any, name: str, stale: bool) -> None:
        clue = self.some(data)
        self.attempt(
            lambda: actions.take_back(
                by=self.users[name], clue=clue.pk, version=clue.version - stale, reason="答错了"
            )
        )

    @rule(data=st.data(), name=people, why=st.sampled_from(["", "已另行解决"]))
    def close(self, data: Any, name: str, why: str) -> None:
        clue = self.some(data)
        self.attempt(
            lambda: actions.close_without_case(
                by=self.users[name], clue=clue.pk, version=clue.version, reason=why
            )
        )

    @rule(data=st.data())
    def begin_a_case(self, data: Any) -> None:
        clue = self.some(data)
        self.case += 1
        self.attempt(
            lambda: actions.link_case(by=self.users["township"], clue=clue.pk, case=self.case)
        )

    @rule(data=st.data())
    def cancel_a_case(self, data: Any) -> None:
        clue = self.some(data)
        self.attempt(
            lambda: actions.unlink_case(
                by=self.users["township"], clue=clue.pk, case=clue.case or 0
            )
        )

    @rule(name=st.sampled_from([None, *PEOPLE]), number=st.sampled_from([*HOMES, OWN, OTHER]),
          channel=st.sampled_from(["cadre", "supervision", "application"]))  # fmt: skip
    def report(self, name: str | None, number: str, channel: str) -> None:
        sources = {"cadre": "helper", "supervision": "press", "application": "by_phone"}
        village = number in (OWN, OTHER)
        self.attempt(
            lambda: actions.report(
                by=self.users[name] if name else None, channel=channel, source=sources[channel],
                text="家中有人住院，收入减少", client_id=uuid4(),
                household=None if village else Household.objects.get(number=number).pk,
                village_code=number if village else "",
            )
        )  # fmt: skip

    @rule(name=people, number=st.sampled_from(HOMES))
    def identify(self, name: str, number: str) -> None:
        clue = Clue.objects.filter(household=None).exclude(state="closed").first()
        if clue is not None:
            home = Household.objects.get(number=number)
            self.attempt(
                lambda: actions.identify(
                    by=self.users[name], clue=clue.pk, version=clue.version, household=home.pk
                )
            )

    @rule(name=people)
    def give_back(self, name: str) -> None:
        self.attempt(
            lambda: actions.return_to_department(by=self.users[name], department="医疗保障局")
        )

    @invariant()
    def who_is_closed_was_closed_by_somebody(self) -> None:
        for clue in Clue.objects.filter(state="closed"):
            taken = ClueAnswer.objects.filter(clue=clue, state="taken").first()
            if clue.ended_as in ENDED_BY_ANSWER.values():
                assert taken is not None
                assert ENDED_BY_ANSWER[AnswerKind(taken.answer)] == clue.ended_as
                assert (clue.answered_by_id, clue.answer) == (taken.by_id, taken.answer)
            elif clue.ended_as == Ending.NO_CASE:
                assert taken is not None
                assert (taken.answer, taken.why_withdrawn) == ("true", "已另行解决")
            elif clue.ended_as == Ending.CASE:
                assert clue.case is not None
            else:
                assert clue.ended_as == Ending.MERGED
                assert not clue.reasons.exists()

    @invariant()
    def who_waits_says_for_what(self) -> None:
        homes: set[int] = set()
        for clue in Clue.objects.exclude(state="closed"):
            taken = ClueAnswer.objects.filter(clue=clue, state="taken").first()
            assert (clue.state == ClueState.ANSWERED) == (taken is not None)
            assert clue.answer == (taken.answer if taken else "")
            assert clue.reasons.exists()
            assert clue.case is None
            if clue.state == ClueState.SENT:
                assert clue.sent_by is not None
                assert scope_of(clue.sent_by).covers(Right.clues_send, clue.village_code)
            if clue.household_id is not None:
                assert clue.household_id not in homes
                homes.add(clue.household_id)

    @invariant()
    def nothing_that_was_said_is_lost_or_changed(self) -> None:
        reasons = {
            each.pk: each.rule or each.text or "" for each in ClueReason.objects.order_by("pk")
        }
        assert reasons.items() >= self.told.items()
        answers = {
            each.pk: (each.clue_id, each.answer, each.reason, each.by_id, each.client_id)
            for each in ClueAnswer.objects.order_by("pk")
        }
        assert answers.items() >= self.answers.items()
        versions = dict(Clue.objects.values_list("pk", "version"))
        assert all(versions[pk] >= seen for pk, seen in self.versions.items())
        self.told, self.answers, self.versions = reasons, answers, versions

    @invariant()
    def everything_is_in_the_trail(self) -> None:
        trail = AuditEntry.objects.all()
        taken = ClueAnswer.objects.exclude(state="conflict").count()
        assert trail.filter(action="clues.answer").count() == taken
        withdrawn = ClueAnswer.objects.filter(state="withdrawn").count()
        assert trail.filter(action="clues.take_back").count() == withdrawn
        reports = ClueReason.objects.exclude(channel="screening").count()
        assert trail.filter(action="clues.report").count() == reports


@pytest.fixture
def months(run: Run, users: dict[str, User], tmp_path: Path) -> None:
    """May as everywhere; June and July find less and more; August finds nothing."""
    found = [
        [("medical_expense", "continuing", 0, FIRST), ("medical_expense", "new", 2, THIRD)],
        [("medical_expense", "new", 0, number) for number in FIRST_VILLAGE[:3]],
        [],
    ]
    later = [
        load(tmp_path, findings, as_of=f"2021-0{6 + at}-28", previous="x")
        for at, findings in enumerate(found)
    ]
    Clues.runs = list(Run.objects.filter(pk__in=[run.pk, *(each.pk for each in later)])
                      .select_related("intake").order_by("as_of"))  # fmt: skip
    assert len(Clues.runs) == 4
    Clues.users = users


def play(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Clues,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=timedelta(seconds=60),
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_any_order_by_any_cast(months: None) -> None:
    play(1, 30)


@pytest.mark.long
def test_any_order_by_any_cast_for_long(months: None) -> None:
    play(200, 60)

"""Anybody does anything in any order, on real rows: what is written down stays true."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from tests.cases.world import CAST, START, World, begun, county, filled, home, photo

from fangpin.cases.actions import (
    Attached,
    Conflict,
    NotAllowed,
    Refused,
    declare_recusal,
    keep_time,
    notice_posted,
    object_to,
    open_case,
    settle_objection,
    take_step,
    withdraw,
)
from fangpin.cases.eyes import barred
from fangpin.cases.in_force import flow_of
from fangpin.cases.models import Case, Objection, Publication, Turn
from fangpin.cases.standing import standing_of
from fangpin.cases.tally import Tally
from fangpin.foundation.models import AuditEntry
from fangpin.kernel.errors import FangpinError
from fangpin.registry.models import Household, RegistryEvent

pytestmark = pytest.mark.django_db
NAMES = [name for name in CAST if name != "elsewhere"]
REFUSALS = (Refused, NotAllowed, Conflict, FangpinError, Case.DoesNotExist,
            Publication.DoesNotExist, Objection.DoesNotExist)  # fmt: skip


class Cases(RuleBasedStateMachine):
    """One household, one cast; every move may be refused, none may leave anything wrong."""

    def __init__(self) -> None:
        super().__init__()
        self.point = transaction.atomic()
        self.point.__enter__()
        self.world: World = county()
        self.world.now = START
        self.family = home()
        self.case = begun(self.world, self.family)
        self.closed: dict[int, tuple[str, int]] = {}
        self.done: dict[int, tuple[str, str, int | None]] = {}
        self.effects = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.point.__exit__(None, None, None)

    def attempt(self, action: Any) -> None:
        try:
            with transaction.atomic():
                action()
        except REFUSALS:
            pass
        self.case.refresh_from_db()

    @rule(data=st.data(), name=st.sampled_from(NAMES), reason=st.sampled_from(["", "有理由"]),
          lost=st.booleans(), stale=st.integers(0, 9))  # fmt: skip
    def take(self, data: Any, name: str, reason: str, lost: bool, stale: int) -> None:
        flow = flow_of(self.case)
        waiting = list(Turn.objects.filter(case=self.case, done_at=None))
        names = [turn.step for turn in waiting] * 5 + list(flow.steps)
        step = flow.steps[data.draw(st.sampled_from(names))]
        outcome = data.draw(st.sampled_from([each.id for each in step.ways_out]))
        self.attempt(
            lambda: take_step(
                by=self.world.users[name],
                case=self.case.pk,
                version=self.case.version - (stale == 0),
                step=step.id,
                outcome=outcome,
                entries=filled(self.case, step),
                client_id=uuid4(),
                attachments=[
                    Attached(each.id, photo()) for each in step.attach for _ in range(each.least)
                ],
                votes=(Tally(9, 9, 2, 7) if lost else Tally(9, 9, 7, 2)) if step.vote else None,
                reason=reason,
                now=self.world.later(),
            )
        )

    @rule(name=st.sampled_from(NAMES))
    def post(self, name: str) -> None:
        notice = Publication.objects.filter(case=self.case, state="due").first()
        if notice is not None:
            self.attempt(
                lambda: notice_posted(
                    by=self.world.users[name], publication=notice.pk, now=self.world.later()
                )
            )

    @rule(days=st.integers(1, 9))
    def wait(self, days: int) -> None:
        self.attempt(lambda: keep_time(now=self.world.later(days=days)))

    @rule(name=st.sampled_from([None, *NAMES]))
    def objects(self, name: str | None) -> None:
        notice = Publication.objects.filter(case=self.case).order_by("-pk").first()
        if notice is not None:
            by = self.world.users[name] if name else None
            self.attempt(
                lambda: object_to(by=by, publication=notice.pk, text="不实", now=self.world.now)
            )

    @rule(name=st.sampled_from(NAMES), upheld=st.booleans())
    def settle(self, name: str, upheld: bool) -> None:
        said = Objection.objects.filter(state="open").first()
        if said is not None:
            self.attempt(
                lambda: settle_objection(
                    by=self.world.users[name], objection=said.pk, upheld=upheld, reason="查过"
                )
            )

    @rule(name=st.sampled_from(NAMES), sure=st.integers(0, 6))
    def back_out(self, name: str, sure: int) -> None:
        if sure == 0:
            self.attempt(
                lambda: withdraw(
                    by=self.world.users[name],
                    case=self.case.pk,
                    version=self.case.version,
                    reason="不办了",
                )
            )

    @rule(name=st.sampled_from(NAMES), sure=st.integers(0, 6))
    def stay_away(self, name: str, sure: int) -> None:
        if sure == 0:
            self.attempt(
                lambda: declare_recusal(
                    by=self.world.users[name], household=self.family.pk, reason="亲戚"
                )
            )

    @rule(green=st.booleans())
    def begin_again(self, green: bool) -> None:
        if self.case.state != "open":

            def action() -> None:
                self.case = open_case(
                    by=self.world.village2, procedure="cn-monitor", household=self.family.pk,
                    client_id=uuid4(), green=green, now=self.world.later(),
                )  # fmt: skip

            self.attempt(action)

    @invariant()
    def what_was_done_stays(self) -> None:
        for turn in Turn.objects.filter(done_at__isnull=False):
            now = (turn.step, turn.outcome, turn.by_id)
            assert self.done.setdefault(turn.pk, now) == now

    @invariant()
    def closed_is_closed(self) -> None:
        for case in Case.objects.exclude(state="open"):
            turns = Turn.objects.filter(case=case).count()
            assert not Turn.objects.filter(case=case, done_at=None).exists()
            assert self.closed.setdefault(case.pk, (case.state, turns)) == (case.state, turns)

    @invariant()
    def an_open_case_waits(self) -> None:
        for case in Case.objects.filter(state="open").select_related("definition"):
            standing = standing_of(case)
            assert standing.state.waiting
            assert case.step in {each.step for each in standing.state.waiting}

    @invariant()
    def every_inclusion_has_another_person_and_a_reason(self) -> None:
        effects = list(Turn.objects.exclude(effect="").select_related("case", "by"))
        for turn in effects:
            others = Turn.objects.filter(case=turn.case, seq__lt=turn.seq).exclude(step=turn.step)
            assert turn.by is not None
            assert turn.reason
            assert turn.by_id not in set(others.values_list("by", flat=True))
            assert turn.by_id != turn.case.opened_by_id
            if turn.pk not in self.done or self.effects < len(effects):
                assert not barred(turn.by, [self.family.pk])
        self.effects = len(effects)
        family = Household.objects.get(pk=self.family.pk)
        assert (family.monitoring_category != "") == bool(effects)
        assert RegistryEvent.objects.filter(by__isnull=False).count() <= 2 * len(effects)

    @invariant()
    def everything_is_in_the_trail(self) -> None:
        taken = Turn.objects.filter(by__isnull=False).exclude(outcome__in=["left", "upheld"])
        assert AuditEntry.objects.filter(action="cases.step").count() == taken.count()


def run(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Cases,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=timedelta(seconds=60),
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_any_order_by_any_cast_on_rows() -> None:
    run(2, 25)


@pytest.mark.long
def test_any_order_by_any_cast_for_long() -> None:
    run(150, 60)

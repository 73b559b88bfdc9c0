"""Whatever is done to households: one open membership per person, one head per household with
members, spells never overlap, counts agree; and what is taken back is as if it had never been."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.registry.invented import OTHER_VILLAGE, VILLAGE, person

from fangpin.registry.actions.enter import enter_household
from fangpin.registry.actions.households import merge, move_village, split
from fangpin.registry.actions.joining import add_member, come_back, move_person
from fangpin.registry.actions.leaving import change_head, die, leave_registry
from fangpin.registry.actions.members import present, successors
from fangpin.registry.actions.refusals import Refused
from fangpin.registry.actions.reverse import reverse, reversible
from fangpin.registry.actions.spells import classify, remove_risk
from fangpin.registry.models import (
    CategorySpell,
    EventKind,
    Household,
    Membership,
    Person,
    RegistryEvent,
    SpellKind,
)

PICK = st.integers(min_value=0, max_value=10**6)


def _state() -> dict[str, list[tuple[Any, ...]]]:
    """Everything but versions and times of writing."""
    kept: dict[str, list[tuple[Any, ...]]] = {}
    for table in (Household, Person, Membership, CategorySpell):
        names = [
            field.attname
            for field in table._meta.concrete_fields
            if field.name not in ("version", "entered_at")
        ]
        rows = table._default_manager.order_by("pk").values_list(*names)
        kept[table.__name__] = [
            tuple(bytes(v) if isinstance(v, memoryview) else repr(v) for v in row) for row in rows
        ]
    return kept


class Registry(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.day = date(2012, 1, 1)
        self.names = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    # -- choosing ------------------------------------------------------------------------------

    def _active(self, pick: int, fewest: int = 1) -> Household | None:
        rows = list(Household.objects.filter(state="active", members__gte=fewest).order_by("pk"))
        return rows[pick % len(rows)] if rows else None

    def _next_day(self) -> date:
        self.day += timedelta(days=1)
        return self.day

    def _new(self, relation: str) -> Any:
        self.names += 1
        sex = ("male", "female")[self.names % 2]
        return person(f"赵{self.names}", relation, sex, date(1950 + self.names % 60, 1, 1))

    # -- actions -------------------------------------------------------------------------------

    @initialize()
    def two_households(self) -> None:
        for _ in range(2):
            self.enter(1)

    @rule(size=st.integers(min_value=1, max_value=4))
    def enter(self, size: int) -> None:
        relations = ["head", "spouse", "son", "mother"][:size]
        enter_household(
            by=None,
            village_code=VILLAGE,
            members=[self._new(relation) for relation in relations],
            values={"category": "general"},
            on=self._next_day(),
        )

    @rule(pick=PICK)
    def born(self, pick: int) -> None:
        home = self._active(pick)
        if home is not None:
            add_member(
                by=None,
                household=home.pk,
                version=home.version,
                person=self._new("grandson"),
                kind=EventKind.JOINED,
                on=self._next_day(),
            )

    @rule(pick=PICK, who=PICK, dies=st.booleans(), named=st.booleans())
    def goes(self, pick: int, who: int, dies: bool, named: bool) -> None:
        home = self._active(pick)
        if home is None:
            return
        rows = present(home.pk)
        row = rows[who % len(rows)]
        day = self._next_day()
        proposed = successors(rows, {row.person_id}, day)
        must = row.is_head and bool(proposed)
        asked: dict[str, Any] = {
            "by": None,
            "person": row.person_id,
            "version": home.version,
            "on": day,
            "new_head": proposed[0].person if must and named else None,
        }
        if must and not named:
            before = _state()
            with pytest.raises(Refused):
                die(**asked) if dies else leave_registry(**asked, why="moved_out")
            assert _state() == before
        elif dies:
            die(**asked)
        else:
            leave_registry(**asked, why="moved_out")

    @rule(pick=PICK, other=PICK, who=PICK)
    def moves(self, pick: int, other: int, who: int) -> None:
        source, target = self._active(pick), self._active(other)
        if source is None or target is None or source == target:
            return
        rows = present(source.pk)
        row = rows[who % len(rows)]
        day = self._next_day()
        proposed = successors(rows, {row.person_id}, day)
        move_person(
            by=None,
            person=row.person_id,
            household=target.pk,
            version=target.version,
            source_version=source.version,
            relation="other",
            new_head=proposed[0].person if row.is_head and proposed else None,
            on=day,
        )

    @rule(pick=PICK, mask=st.integers(min_value=1, max_value=62), head=PICK)
    def splits(self, pick: int, mask: int, head: int) -> None:
        home = self._active(pick, fewest=2)
        if home is None:
            return
        rows = present(home.pk)
        going = [row for at, row in enumerate(rows) if mask >> at & 1][: len(rows) - 1]
        if not going:
            return
        day = self._next_day()
        leaving = {row.person_id for row in going}
        proposed = successors(rows, leaving, day)
        split(
            by=None,
            household=home.pk,
            version=home.version,
            persons=leaving,
            head=going[head % len(going)].person_id,
            new_head=proposed[0].person if any(row.is_head for row in going) else None,
            on=day,
        )

    @rule(pick=PICK, other=PICK)
    def merges(self, pick: int, other: int) -> None:
        source, target = self._active(pick), self._active(other)
        if source is None or target is None or source == target:
            return
        merge(
            by=None,
            household=source.pk,
            version=source.version,
            into=target.pk,
            into_version=target.version,
            on=self._next_day(),
        )

    @rule(pick=PICK, who=PICK)
    def another_head(self, pick: int, who: int) -> None:
        home = self._active(pick, fewest=2)
        if home is not None:
            rows = [row for row in present(home.pk) if not row.is_head]
            change_head(
                by=None,
                household=home.pk,
                version=home.version,
                person=rows[who % len(rows)].person_id,
                on=self._next_day(),
            )

    @rule(pick=PICK, who=PICK)
    def comes_back(self, pick: int, who: int) -> None:
        home = self._active(pick)
        gone = list(Person.objects.exclude(memberships__ended_on=None).order_by("pk").distinct())
        if home is not None and gone:
            come_back(
                by=None,
                person=gone[who % len(gone)].pk,
                household=home.pk,
                version=home.version,
                relation="other",
                on=self._next_day(),
            )

    @rule(pick=PICK, code=st.sampled_from(["general", "alleviated", "marginal"]))
    def counts_as(self, pick: int, code: str) -> None:
        home = self._active(pick)
        if home is not None and home.category != code:
            classify(
                by=None,
                household=home.pk,
                version=home.version,
                kind=SpellKind.CATEGORY,
                code=code,
                on=self._next_day(),
            )

    @rule(pick=PICK)
    def is_monitored_or_not_any_more(self, pick: int) -> None:
        home = self._active(pick)
        if home is None:
            return
        if home.monitoring_category and home.risk_removed is False:
            remove_risk(
                by=None,
                household=home.pk,
                version=home.version,
                how="support",
                on=self._next_day(),
            )
        else:
            classify(
                by=None,
                household=home.pk,
                version=home.version,
                kind=SpellKind.MONITORING,
                code="marginal",
                risks=["illness"],
                on=self._next_day(),
            )

    @rule(pick=PICK)
    def moves_away(self, pick: int) -> None:
        home = self._active(pick)
        if home is not None:
            there = OTHER_VILLAGE if home.village_code == VILLAGE else VILLAGE
            move_village(
                by=None,
                household=home.pk,
                version=home.version,
                village_code=there,
                on=self._next_day(),
            )

    @rule(
        action=st.sampled_from(
            ["born", "goes", "moves", "splits", "merges", "another_head", "moves_away"]
        ),
        one=PICK,
        two=PICK,
        three=st.integers(min_value=1, max_value=62),
    )
    def does_and_takes_back(self, action: str, one: int, two: int, three: int) -> None:
        before, newest = _state(), RegistryEvent.objects.first()
        match action:
            case "goes":
                self.goes(one, two, bool(three % 2), True)
            case "moves":
                self.moves(one, two, three)
            case "splits":
                self.splits(one, three, two)
            case "merges":
                self.merges(one, two)
            case "another_head":
                self.another_head(one, two)
            case "born":
                self.born(one)
            case _:
                self.moves_away(one)
        event = RegistryEvent.objects.first()
        if event is not None and event != newest:
            reverse(by=None, event=event.pk)
            assert _state() == before
            assert not reversible(event)

    @precondition(lambda self: RegistryEvent.objects.exists())
    @rule(pick=PICK)
    def takes_back_anything_or_says_why_not(self, pick: int) -> None:
        events = list(RegistryEvent.objects.order_by("pk"))
        event = events[pick % len(events)]
        answer = reversible(event)
        if not answer:
            before = _state()
            with pytest.raises(Refused):
                reverse(by=None, event=event.pk)
            assert _state() == before
        else:
            try:
                reverse(by=None, event=event.pk)
            except Refused as refused:
                if "hangs on it" not in str(refused):
                    raise

    # -- what always holds ---------------------------------------------------------------------

    @invariant()
    def one_open_membership_each(self) -> None:
        rows = list(Membership.objects.values_list("person_id", "began_on", "ended_on"))
        spans: dict[int, list[tuple[date, date]]] = {}
        for who, began, ended in rows:
            spans.setdefault(who, []).append((began or date.min, ended or date.max))
        for found in spans.values():
            found.sort()
            for (_, earlier_end), (later_start, _) in pairwise(found):
                assert earlier_end <= later_start

    @invariant()
    def a_household_with_members_has_one_head(self) -> None:
        rows = Membership.objects.filter(ended_on=None).values_list("household_id", "is_head")
        heads: dict[int, list[bool]] = {}
        for household, is_head in rows:
            heads.setdefault(household, []).append(is_head)
        for row in Household.objects.all():
            assert row.members == len(heads.get(row.pk, []))
            assert sum(heads.get(row.pk, [])) == (1 if row.members else 0)
            assert (row.state == "active") == bool(row.members)

    @invariant()
    def the_spell_in_force_is_what_the_household_counts_as(self) -> None:
        for row in Household.objects.filter(state="active"):
            spell = CategorySpell.objects.get(household=row, kind="category", ended_on=None)
            assert spell.code == row.category

    @invariant()
    def nobody_dead_is_a_member(self) -> None:
        assert not Membership.objects.filter(ended_on=None, person__died_on__isnull=False).exists()


@pytest.mark.django_db
def test_whatever_is_done_the_registry_holds_together() -> None:
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        Registry,
        settings=settings(
            max_examples=8,
            stateful_step_count=14,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )

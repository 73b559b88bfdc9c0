"""Killed at any point and begun again, a case ends like one that nobody disturbed."""

import random
from datetime import date, timedelta
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import pytest
from django.conf import settings
from django.db import transaction
from tests.cases.world import (
    START,
    World,
    begun,
    county,
    filled,
    home,
    photo,
    who_takes,
)
from tests.killing import at_any_moment, content, through

from fangpin.cases.actions import Attached, keep_time, notice_posted, take_step
from fangpin.cases.actions.attachments import sweep
from fangpin.cases.actions.time import recount_all
from fangpin.cases.in_force import flow_of
from fangpin.cases.models import Attachment, Case, DecisionSnapshot, Publication, Turn
from fangpin.cases.snapshots import verified
from fangpin.cases.tally import Tally
from fangpin.foundation.calendar.actions import enter_year
from fangpin.foundation.models import AuditEntry
from fangpin.registry.models import CategorySpell, Household, RegistryEvent

pytestmark = pytest.mark.django_db(transaction=True)


def standing(case: int) -> tuple[object, ...]:
    """How far a case has come."""
    notices = Publication.objects.filter(case=case).order_by("pk").values_list("state", flat=True)
    return (*Case.objects.values_list("state", "version").get(pk=case), *notices)


def go_on(world: World, case: int) -> None:
    """Whatever is next in this case, the same whoever begins it again: post a notice that is due,
    let one end, or take the first step that waits."""
    row = Case.objects.select_related("definition").get(pk=case)
    notice = Publication.objects.filter(
        case=row, form="notice", state__in=["due", "posted"]
    ).first()
    seq = Turn.objects.filter(case=row, done_at__isnull=False).count()
    now = START + timedelta(days=seq // 8 * 9, hours=seq)
    if notice is not None and notice.state == "due":
        notice_posted(by=world.village, publication=notice.pk, now=now)
        return
    if notice is not None and notice.state == "posted":
        keep_time(now=now + timedelta(days=7))
        return
    turn = Turn.objects.filter(case=row, done_at=None).order_by("seq").first()
    assert turn is not None
    step = flow_of(row).steps[turn.step]
    take_step(
        by=who_takes(world, row, step),
        case=row.pk,
        version=row.version,
        step=step.id,
        outcome=next(each.id for each in step.ways_out if flow_of(row).agrees(step.id, each)),
        entries=filled(row, step),
        client_id=uuid5(NAMESPACE_OID, f"{row.pk} {turn.seq}"),
        attachments=[Attached(rule.id, photo()) for rule in step.attach for _ in range(rule.least)],
        votes=Tally(30, 25, 20, 5) if step.vote else None,
        reason="情况属实",
        now=now + timedelta(days=8 if step.publish and step.publish.form == "notice" else 0),
    )


def state_of(case: int) -> dict[str, Any]:
    """Everything a case is and did, without the ids of rows."""
    row = Case.objects.select_related("household").get(pk=case)
    family = row.household
    assert family is not None
    turns = Turn.objects.filter(case=row).order_by("seq")
    snapshots = DecisionSnapshot.objects.filter(turn__case=row)
    assert all(verified(each) for each in snapshots)
    return {
        "case": (row.state, row.step, row.version, row.effective, str(row.due_on)),
        "turns": [
            (t.seq, t.step, t.outcome, str(t.due_on), str(t.done_at), t.by_id, t.reason,
             t.entries, t.votes, t.effect, t.attachments.count(), t.registry_event is None)
            for t in turns
        ],
        "publications": [
            (p.form, p.state, str(p.from_day), str(p.until_day))
            for p in Publication.objects.filter(case=row).order_by("pk")
        ],
        "snapshots": snapshots.count(),
        "household": (family.monitoring_category, family.category, family.risks, family.version),
        "spells": list(
            CategorySpell.objects.filter(household=family)
            .order_by("kind", "pk")
            .values_list("kind", "code", "began_on", "ended_on")
        ),
        "events": list(
            RegistryEvent.objects.filter(households__contains=[family.pk])
            .order_by("pk")
            .values_list("kind", "by", "on")
        ),
        "audit": list(
            AuditEntry.objects.filter(subject=f"case:{case}")
            .order_by("pk")
            .values_list("action", "actor")
        ),
    }  # fmt: skip


def undisturbed(world: World) -> dict[str, Any]:
    case = begun(world, home("N0"), now=START).pk
    for _ in range(60):
        if Case.objects.get(pk=case).state != "open":
            break
        go_on(world, case)
    found = state_of(case)
    assert found["case"][0] == "granted"
    return found


def disturbed(
    world: World, number: str, *, stride: int = 1, shift: int = 0, draw: random.Random | None = None
) -> tuple[dict[str, Any], int]:
    """A case of which every move is killed before its point 1 + shift, + stride, … until it is
    through, or with `draw` ten times at random moments; its state at the end and how often it was
    killed. After each kill everything that is there is whole."""
    case = begun(world, home(number), now=START).pk
    kills = 0
    while Case.objects.get(pk=case).state == "open":
        before = standing(case)

        def move(before: tuple[object, ...] = before) -> None:
            if standing(case) == before:
                go_on(world, case)

        def sound(before: tuple[object, ...] = before) -> None:
            done = Turn.objects.filter(case=case, done_at__isnull=False)
            snapshots = DecisionSnapshot.objects.filter(turn__case=case)
            assert all(verified(each) for each in snapshots)
            assert done.exclude(effect="").count() <= snapshots.count()
            steps = AuditEntry.objects.filter(subject=f"case:{case}", action="cases.step").count()
            assert steps == done.count()

        if draw is None:
            kills += through(move, first=1 + shift, stride=stride, after=sound)
        else:
            kills += sum(at_any_moment(move, draw, 0.25) for _ in range(10))
            sound()
        move()
    return state_of(case), kills


def cast() -> World:
    world = county("village", "township", "county", "approver")
    for user in world.users.values():
        user.posts.get()
    return world


def no_file_is_left_over() -> None:
    """What killed processes put on the disk belongs to nothing and is removed a day later."""
    assert sweep(older_than=timedelta(days=1)) == 0
    sweep(older_than=timedelta())
    kept = sum(1 for path in settings.CASE_FILES_ROOT.rglob("*") if path.is_file())
    assert kept == Attachment.objects.count()


def test_killed_at_many_points_of_every_move() -> None:
    world = cast()
    expected = undisturbed(world)
    files = Attachment.objects.count()
    found, kills = disturbed(world, "N1", stride=19, shift=4)
    assert kills > 20
    assert found == expected
    assert Attachment.objects.count() == 2 * files
    no_file_is_left_over()


@pytest.mark.long
@pytest.mark.parametrize("part", range(5))
def test_killed_ten_thousand_times(part: int) -> None:
    """Two thousand times in each of five parts: at every point, the last part at random moments."""
    world = cast()
    expected = undisturbed(world)
    draw = random.Random(20261122) if part == 4 else None
    kills, number = 0, 0
    while kills < 2_000:
        number += 1
        found, more = disturbed(world, f"L{part}{number}", draw=draw)
        assert found == expected
        kills += more
    no_file_is_left_over()


def test_who_was_begun_once_stays_one_household() -> None:
    """A case begun by a process that dies is there whole or not at all."""
    world = cast()
    family = home("N2")

    def begin() -> None:
        begun(world, family, client_id=uuid5(NAMESPACE_OID, "one"), now=START)

    def whole_or_not_at_all() -> None:
        assert Case.objects.count() == Turn.objects.count() <= 1

    assert through(begin, stride=4, after=whole_or_not_at_all) > 5
    assert Case.objects.count() == Turn.objects.count() == 1
    assert Household.objects.count() == 1


def test_days_counted_anew_by_a_job_that_dies() -> None:
    """Another calendar, and the job that follows it killed on the way: every day moves, once."""
    world = cast()
    for number in ("N3", "N4", "N5"):
        begun(world, home(number), "cn-transfer", now=START)
    free = {date(2026, 3, day): False for day in (3, 4, 5, 6)}
    enter_year(by=None, year=2026, days=free, source="测试安排")
    before = content(Case, Turn)

    def expected() -> dict[str, Any]:
        with transaction.atomic():
            assert recount_all(year=2026)["cases"] == 3
            found = content(Case, Turn)
            transaction.set_rollback(True)
        return found

    after = expected()
    assert after != before

    def all_or_none() -> None:
        assert content(Case, Turn) in (before, after)

    assert through(lambda: recount_all(year=2026), stride=2, after=all_or_none) > 3
    assert content(Case, Turn) == after
    assert AuditEntry.objects.filter(action="cases.recounted").count() == 1

"""Killed at any statement and begun again, a case ends like one that nobody disturbed."""

import os
import signal
from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import pytest
from django.conf import settings
from django.db import connection, connections
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

from fangpin.cases.actions import Attached, keep_time, notice_posted, take_step
from fangpin.cases.actions.attachments import sweep
from fangpin.cases.in_force import flow_of
from fangpin.cases.models import Attachment, Case, DecisionSnapshot, Publication, Turn
from fangpin.cases.snapshots import verified
from fangpin.cases.tally import Tally
from fangpin.foundation.models import AuditEntry
from fangpin.registry.models import CategorySpell, Household, RegistryEvent

pytestmark = pytest.mark.django_db(transaction=True)


class Killing:
    """Ends the process for good before the statement with this number."""

    def __init__(self, at: int) -> None:
        self.left = at

    def __call__(self, execute: Any, query: Any, params: Any, many: Any, context: Any) -> Any:
        self.left -= 1
        if self.left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(query, params, many, context)


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


def killed(world: World, case: int, at: int) -> bool:
    """Go on in a child that is killed before its statement `at`; whether it was."""
    connections.close_all()
    child = os.fork()
    if child == 0:  # pragma: no cover
        status = 1
        try:
            with connection.execute_wrapper(Killing(at)):
                go_on(world, case)
            status = 0
        finally:
            os._exit(status)
    _, ended = os.waitpid(child, 0)
    if os.WIFSIGNALED(ended):
        return True
    assert os.WEXITSTATUS(ended) == 0
    return False


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


def disturbed(world: World, number: str, stride: int, shift: int = 0) -> tuple[dict[str, Any], int]:
    """A case of which every move is killed before its statement 1 + shift, + stride, + 2 strides …
    until it is through; its state at the end and how often it was killed."""
    case = begun(world, home(number), now=START).pk
    kills = 0
    while Case.objects.get(pk=case).state == "open":
        at = 1 + shift
        while killed(world, case, at):
            kills += 1
            at += stride
    return state_of(case), kills


def cast() -> World:
    world = county("village", "township", "county", "approver")
    for user in world.users.values():
        user.posts.get()
    return world


def test_killed_at_many_statements_of_every_step() -> None:
    world = cast()
    expected = undisturbed(world)
    files = Attachment.objects.count()
    found, kills = disturbed(world, "N1", stride=19)
    assert kills > 12
    assert found == expected
    assert Attachment.objects.count() == 2 * files
    # What a killed process had put on the disk belongs to nothing and is removed a day later.
    assert sweep(older_than=timedelta(days=1)) == 0
    sweep(older_than=timedelta())
    kept = sum(1 for path in settings.CASE_FILES_ROOT.rglob("*") if path.is_file())
    assert kept == 2 * files


@pytest.mark.long
def test_killed_ten_thousand_times() -> None:
    world = cast()
    expected = undisturbed(world)
    kills, number = 0, 0
    while kills < 10_000:
        number += 1
        found, more = disturbed(world, f"L{number}", stride=1, shift=number % 3)
        assert found == expected
        kills += more


def test_who_was_begun_once_stays_one_household() -> None:
    """A case begun by a process that dies is there whole or not at all."""
    world = cast()
    family = home("N2")
    at = 1
    while True:
        connections.close_all()
        child = os.fork()
        if child == 0:  # pragma: no cover
            status = 1
            try:
                with connection.execute_wrapper(Killing(at)):
                    begun(world, family, client_id=uuid5(NAMESPACE_OID, "one"), now=START)
                status = 0
            finally:
                os._exit(status)
        _, ended = os.waitpid(child, 0)
        if not os.WIFSIGNALED(ended):
            assert os.WEXITSTATUS(ended) == 0
            break
        assert not Case.objects.exists()
        at += 5
    assert Case.objects.count() == Turn.objects.count() == 1
    assert Household.objects.count() == 1

"""Killed at any point and begun again, work on clues ends as if nobody had disturbed it."""

import random
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

import pytest
from django.db import transaction
from tests.clues.conftest import FIRST, OWN, SECOND
from tests.killing import at_any_moment, content, through

from fangpin.clues.actions import (
    Conflict,
    answer,
    close_without_case,
    identify,
    link_case,
    report,
    return_to_department,
    send,
    take_back,
)
from fangpin.clues.actions.platform import Lead, import_platform
from fangpin.clues.models import (
    AnswersReturned,
    Clue,
    ClueAnswer,
    ClueReason,
    ReturnedAnswer,
    RunTaken,
)
from fangpin.clues.tasks import take_run
from fangpin.foundation.models import AuditEntry
from fangpin.kernel.errors import FangpinError
from fangpin.people.models import User
from fangpin.registry.models import Household
from fangpin.screening.models import Run

pytestmark = pytest.mark.django_db(transaction=True)
Moves = list[Callable[[], object]]


def key(name: str) -> UUID:
    return uuid5(NAMESPACE_OID, name)


def moves(run: Run, users: dict[str, User]) -> Moves:
    """A life of clues, each move as somebody repeats it who never heard what became of it: what the
    server then refuses because it is done already is no fault."""
    village, township, county = users["village"], users["township"], users["county"]

    def of(number: str) -> Clue:
        return Clue.objects.filter(household__number=number).latest("pk")

    def replied(name: str, by: User, number: str, kind: str, reason: str) -> None:
        clue = of(number)
        # The page that was looked at does not change while its request is repeated.
        seen = clue.version if not clue.answer else clue.version - 1
        done = answer(by=by, clue=clue.pk, version=seen, answer=kind, reason=reason,
                      note="入户核实的情况", client_id=key(name))  # fmt: skip
        assert done.outcome in ("taken", "already")

    def told(name: str, number: str | None = None) -> Clue:
        household = Household.objects.get(number=number).pk if number else None
        return report(by=township, channel="cadre", source="helper", text="户主住院，家中困难",
                      client_id=key(name), household=household,
                      village_code="" if number else OWN)  # fmt: skip

    def named() -> None:
        with suppress(Conflict):
            clue = Clue.objects.filter(household=None).get()
            identify(by=village, clue=clue.pk, version=clue.version,
                     household=Household.objects.get(number="620402000008").pk)  # fmt: skip

    def back() -> None:
        with suppress(Conflict, FangpinError):
            clue = of(FIRST)
            take_back(by=village, clue=clue.pk, version=clue.version, reason="答错了户")

    def dropped() -> None:
        with suppress(Conflict):
            clue = of("620402000008")
            close_without_case(by=township, clue=clue.pk, version=clue.version, reason="已解决")

    def returned() -> None:
        with suppress(FangpinError):
            return_to_department(by=county, department="医疗保障局")

    leads = [
        Lead(1, "P-1", FIRST, "", "", "全国系统推送：医疗支出较大"),
        Lead(2, "P-2", "620402000012", "", "", "全国系统推送：收入骤减"),
    ]
    quiet: Callable[..., None] = lambda *given: None  # noqa: E731
    return [
        lambda: take_run(by=None, progress=quiet, run=run.pk),
        lambda: send(by=township, clues=list(Clue.objects.values_list("pk", flat=True))),
        lambda: told("known", FIRST),
        lambda: told("unknown"),
        lambda: named() if Clue.objects.filter(household=None).exists() else None,
        lambda: import_platform(
            by=township, source="national", leads=leads, client_id=key("list")
        ),
        lambda: replied("a1", village, FIRST, "true", "as_found"),
        lambda: replied("a2", township, SECOND, "not_true", "data_wrong"),
        lambda: returned(),
        lambda: back() if of(FIRST).version == 2 else None,
        lambda: replied("a3", village, FIRST, "true", "worse"),
        lambda: replied("a4", village, "620402000008", "true", "as_found"),
        lambda: link_case(by=township, clue=of(FIRST).pk, case=7),
        lambda: dropped(),
        lambda: returned(),
        lambda: take_run(by=None, progress=quiet, run=run.pk),
    ]  # fmt: skip


def state() -> dict[str, Any]:
    """All of clues, and which changes the audit trail knows."""
    told = content(
        *(Clue, ClueReason, ClueAnswer, AnswersReturned, ReturnedAnswer, RunTaken),
        without=("counts",),
    )
    trail = AuditEntry.objects.filter(action__startswith="clues.").order_by("pk")
    # Taking a run and importing a list again is written down again: somebody did it again.
    once = trail.exclude(action__in=["clues.from_run", "clues.import_platform"])
    return told | {"trail": list(once.values_list("action", "actor"))}


def undisturbed(run: Run, users: dict[str, User]) -> dict[str, Any]:
    with transaction.atomic():
        for move in moves(run, users):
            move()
        found = state()
        transaction.set_rollback(True)
    assert not Clue.objects.exists()
    assert len(found["Clue"]) == 4
    assert {each["state"] for each in found["Clue"]} == {"new", "closed"}
    assert len(found["trail"]) == 15
    return found


def test_killed_at_points_of_every_move(run: Run, users: dict[str, User]) -> None:
    expected = undisturbed(run, users)
    kills = [through(move, first=1 + at % 8, stride=8) for at, move in enumerate(moves(run, users))]
    assert sum(kills) > 25
    assert state() == expected


@pytest.mark.long
def test_killed_at_every_point_and_at_random_moments(run: Run, users: dict[str, User]) -> None:
    expected = undisturbed(run, users)
    draw = random.Random(20261122)
    for move in moves(run, users):
        through(move)
        for _ in range(60):
            at_any_moment(move, draw, 0.12)
        move()
    assert state() == expected

"""Findings become clues: once, together, and nothing disappears with the data."""

from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import transaction
from tests.clues.conftest import FIRST, HOUSEHOLDS, SECOND, THIRD, load
from tests.killing import content

from fangpin.clues.actions import answer, decide_release, from_run, propose_release, report
from fangpin.clues.actions.refusals import Conflict
from fangpin.clues.models import Clue, ClueReason, RunTaken
from fangpin.clues.procedure import _KNOWN, households_in_procedure
from fangpin.foundation.models import AuditEntry, Job
from fangpin.kernel.errors import FangpinError
from fangpin.people.models import User
from fangpin.registry.models import Household
from fangpin.screening.models import Run

pytestmark = pytest.mark.django_db
JUNE = "2021-06-30"


def states() -> dict[str, str]:
    return dict(Clue.objects.values_list("household__number", "state"))


def reply(by: User, clue: Clue, kind: str, reason: str, note: str = "") -> Clue:
    clue.refresh_from_db()
    done = answer(
        by=by, clue=clue.pk, version=clue.version, answer=kind, reason=reason, note=note,
        client_id=uuid4(),
    )  # fmt: skip
    assert done.outcome == "taken"
    return done.clue


def test_findings_of_one_household_are_one_clue_and_only_signs_become_clues(run: Run) -> None:
    taken = from_run(by=None, run=run)
    # two_posts is a possible leakage, water is about a village: neither asks for a visit.
    assert states() == {FIRST: "new", SECOND: "new"}
    assert (taken.state, taken.concerned, taken.counts["reasons"]) == ("taken", 2, 2)
    reason = ClueReason.objects.get(clue__household__number=FIRST)
    assert (reason.rule, reason.channel, reason.standing) == ("medical_expense", "screening", "")
    assert reason.departments == ["医疗保障局"]
    assert reason.evidence[0]["file"] == "医保结算.xlsx"
    assert reason.evidence[0]["row"] == 17
    assert "23,180" in reason.sentence_zh
    clue = reason.clue
    assert (clue.channels, clue.rules) == (["screening"], ["medical_expense"])
    assert AuditEntry.objects.filter(action="clues.from_run").count() == 1


def test_loading_a_run_puts_the_taking_into_the_queue(run: Run) -> None:
    job = Job.objects.get(kind="clues_from_run")
    assert job.arguments == {"run": run.pk}


def test_doing_it_three_times_changes_nothing(run: Run) -> None:
    from_run(by=None, run=run)
    before = list(Clue.objects.values()), list(ClueReason.objects.values())
    for _ in range(2):
        taken = from_run(by=None, run=run)
    assert (list(Clue.objects.values()), list(ClueReason.objects.values())) == before
    assert RunTaken.objects.count() == 1
    assert taken.counts["clues"] == 2


def test_taking_a_run_again_after_the_answers_changes_nothing(
    run: Run, users: dict[str, User]
) -> None:
    from_run(by=None, run=run)
    reply(users["village"], Clue.objects.get(household__number=FIRST), "not_true", "data_wrong")
    before = list(Clue.objects.order_by("pk").values()), ClueReason.objects.count()
    from_run(by=None, run=run)
    assert (list(Clue.objects.order_by("pk").values()), ClueReason.objects.count()) == before


@pytest.mark.parametrize("order", ["abab", "ba", "bbaab", "baabb"])
def test_runs_out_of_order_and_repeated_end_alike(run: Run, tmp_path: Path, order: str) -> None:
    """A job that a dead worker held may run again days later, after the one of the next month."""
    june = load(
        tmp_path,
        [
            ("medical_expense", "continuing", 0, FIRST),
            ("nursing_allowance_missing", "new", 0, FIRST),
            ("medical_expense", "new", 2, THIRD),
        ],
        as_of=JUNE,
        previous="x",
    )
    runs = {"a": run, "b": june}
    told = []
    for each in ("ab", order):
        point = transaction.savepoint()
        for name in each:
            from_run(by=None, run=runs[name])
        found = content(Clue, ClueReason, RunTaken, without=("counts", "concerned", "clue"))
        told.append({name: sorted(rows, key=str) for name, rows in found.items()})
        transaction.savepoint_rollback(point)
    assert len(told[0]["Clue"]) == 3
    assert told[1] == told[0]


def test_a_run_repeated_after_its_sign_was_refused_does_not_join_a_later_clue(
    run: Run, users: dict[str, User]
) -> None:
    from_run(by=None, run=run)
    reply(users["village"], Clue.objects.get(household__number=FIRST), "not_true", "data_wrong")
    report(
        by=users["township"], channel="cadre", source="helper", text="家中有人住院",
        client_id=uuid4(), household=Household.objects.get(number=FIRST).pk,
    )  # fmt: skip
    from_run(by=None, run=run)
    opened = Clue.objects.exclude(state="closed").get(household__number=FIRST)
    assert [each.channel for each in opened.reasons.all()] == ["cadre"]


def test_a_finding_that_is_gone_closes_nothing_and_a_further_one_joins(
    run: Run, tmp_path: Path
) -> None:
    from_run(by=None, run=run)
    gone = [("medical_expense", "cleared", 1, SECOND), ("medical_expense", "continuing", 0, FIRST)]
    later = load(tmp_path, gone, as_of=JUNE, previous="x")
    from_run(by=None, run=later)
    assert states() == {FIRST: "new", SECOND: "new"}
    first = ClueReason.objects.get(clue__household__number=FIRST)
    assert (first.first_on, first.last_on) == (date(2021, 5, 31), date(2021, 6, 30))
    second = ClueReason.objects.get(clue__household__number=SECOND)
    assert second.last_on == date(2021, 5, 31)


def test_a_monitored_household_gets_a_note_and_is_not_sent_again(run: Run) -> None:
    Household.objects.filter(number=FIRST).update(monitoring_category="sudden", risk_removed=False)
    for _ in range(2):
        from_run(by=None, run=run)
    clue = Clue.objects.get(household__number=FIRST)
    assert (clue.state, clue.ended_as) == ("closed", "monitored")
    assert clue.reasons.get().standing == "monitored"


def test_a_household_in_a_procedure_gets_a_note(
    run: Run, users: dict[str, User], tmp_path: Path
) -> None:
    from_run(by=None, run=run)
    clue = Clue.objects.get(household__number=FIRST)
    reply(users["village"], clue, "not_true", "data_wrong")
    busy = clue.household_id
    found = [("medical_expense", "new", 0, FIRST)]
    later = load(tmp_path, found, as_of="2099-06-30", previous="x")
    households_in_procedure("test", lambda ids: {pk for pk in ids if pk == busy})
    try:
        from_run(by=None, run=later)
    finally:
        del _KNOWN["test"]
    assert clue.reasons.exclude(standing="").get().standing == "procedure"
    assert Clue.objects.filter(household=busy).count() == 1


def test_a_sign_that_was_refused_is_not_sent_again_but_a_new_one_is(
    run: Run, users: dict[str, User], tmp_path: Path
) -> None:
    from_run(by=None, run=run)
    clue = Clue.objects.get(household__number=FIRST)
    reply(users["village"], clue, "not_true", "data_wrong")
    # Newer data than the answer, and the finding goes on: noted.
    going_on = load(
        tmp_path, [("medical_expense", "continuing", 0, FIRST)], as_of="2099-06-30", previous="x"
    )
    from_run(by=None, run=going_on)
    assert states() == {FIRST: "closed", SECOND: "new"}
    assert clue.reasons.get(standing="checked").last_on == date(2099, 6, 30)
    # It had gone away and came back: a new clue.
    back = load(tmp_path, [("medical_expense", "new", 0, FIRST)], as_of="2099-07-31", previous="x")
    from_run(by=None, run=back)
    assert sorted(
        Clue.objects.filter(household=clue.household).values_list("state", flat=True)
    ) == [
        "closed",
        "new",
    ]


def test_too_many_new_clues_wait_for_two_people(
    run: Run, users: dict[str, User], tmp_path: Path
) -> None:
    numbers = [number for number, _ in HOUSEHOLDS]
    flood = load(
        tmp_path,
        [("medical_expense", "new", int(number[-4:]) % 4, number) for number in numbers[:12]],
        as_of=JUNE,
        previous="x",
    )
    held = from_run(by=None, run=flood)
    assert (held.state, held.whole, held.concerned) == ("held", True, 12)
    assert not Clue.objects.exists()
    county, approver = users["county"], users["approver"]
    with pytest.raises(RunTaken.DoesNotExist):
        propose_release(by=users["township"], held=held.pk, reason="已与医保局核对")
    with pytest.raises(FangpinError):
        decide_release(by=approver, held=held.pk, release=True)  # nobody has proposed it
    propose_release(by=county, held=held.pk, reason="已与医保局核对，集中结算")
    with pytest.raises(FangpinError):
        decide_release(by=county, held=held.pk, release=True)
    assert not Clue.objects.exists()
    released = decide_release(by=approver, held=held.pk, release=True)
    assert (released.state, Clue.objects.count()) == ("released", 12)
    with pytest.raises(Conflict):
        decide_release(by=approver, held=held.pk, release=True)
    from_run(by=None, run=flood)
    assert (Clue.objects.count(), RunTaken.objects.get().state) == (12, "released")


def test_a_refused_run_stays_refused(run: Run, users: dict[str, User], tmp_path: Path) -> None:
    numbers = [number for number, _ in HOUSEHOLDS]
    rows = [("medical_expense", "new", int(n[-4:]) % 4, n) for n in numbers[:12]]
    flood = load(tmp_path, rows, as_of=JUNE)
    held = from_run(by=None, run=flood)
    decide_release(by=users["approver"], held=held.pk, release=False)
    assert from_run(by=None, run=flood).state == "refused"
    assert not Clue.objects.exists()

"""A case from its beginning to its end through the actions, with what it does to the registry."""

import json
from datetime import date
from uuid import uuid4

import pytest
from django.conf import settings
from tests.cases.world import (
    SIGNATURE,
    begun,
    county,
    filled,
    home,
    hung,
    photo,
    take,
    taken_to,
)

from fangpin.cases.actions import (
    Attached,
    Conflict,
    NotAllowed,
    Refused,
    object_to,
    open_case,
    settle_objection,
    take_step,
    withdraw,
)
from fangpin.cases.in_force import flow_of
from fangpin.cases.models import (
    Attachment,
    Case,
    DecisionSnapshot,
    KeptEntry,
    Objection,
    Publication,
    Turn,
)
from fangpin.cases.queries import attachment_of, case_file, snapshot_of
from fangpin.cases.snapshots import verified
from fangpin.cases.tally import Tally
from fangpin.foundation.models import AuditEntry
from fangpin.kernel.errors import FangpinError
from fangpin.registry.models import CategorySpell, Household, RegistryEvent

pytestmark = pytest.mark.django_db


def test_a_household_is_included_by_a_decision_and_in_no_other_way() -> None:
    world, family = county(), home()
    case = begun(world, family)
    assert (case.state, case.step) == ("open", "lead")
    assert case.due_on == date(2026, 3, 17)  # fifteen days
    taken_to(world, case, "decide")
    family.refresh_from_db()
    assert family.monitoring_category == ""
    events = RegistryEvent.objects.count()
    taken = take(world, case, "decide", entries={"category": "marginal", "risks": ["illness"]})
    family.refresh_from_db()
    assert (family.monitoring_category, family.risk_removed) == ("marginal", False)
    assert family.category == "marginal"  # what the national register calls it
    assert RegistryEvent.objects.count() == events + 2
    event = RegistryEvent.objects.get(pk=taken.turn.registry_event)
    assert event.by == taken.turn.by
    spell = CategorySpell.objects.get(household=family, kind="monitoring", ended_on=None)
    assert case.number in spell.clause
    assert case.effective
    announced = Publication.objects.get(case=case, form="announcement")
    assert announced.state == "due"
    taken_to(world, case, "none")
    assert case.state == "granted"
    steps = list(Turn.objects.filter(case=case).order_by("seq").values_list("step", flat=True))
    assert steps == [each.id for each in flow_of(case).procedure.steps]
    audited = AuditEntry.objects.filter(subject=f"case:{case.pk}")
    assert audited.filter(action="cases.step").count() == len(steps)


def test_the_household_is_frozen_as_it_was_decided() -> None:
    world, family = county(), home()
    case = taken_to(world, begun(world, family), "decide")
    taken = take(world, case, "decide", entries={"category": "sudden", "risks": ["illness"]})
    row = DecisionSnapshot.objects.get(turn=taken.turn)
    content = row.content
    assert verified(row)
    assert content["household"]["monitoring_category"] == ""  # before the effect
    assert len(content["members"]) == 5
    assert content["pack"] == {"name": row.pack, "hash": row.pack_hash}
    assert content["parameters"]["identification_days"] == 15
    assert content["entered"]["category"] == "sudden"
    entry = AuditEntry.objects.get(action="cases.step", detail__snapshot=row.hash)
    assert entry.actor == taken.turn.by
    text = json.dumps(content, ensure_ascii=False)
    assert "赵测甲" in text
    assert "id_number" not in text
    assert "赵测甲".encode() not in bytes(row.content_closed)
    Household.objects.filter(pk=family.pk).update(group_name="改")
    shown = snapshot_of(world.approver2, taken.turn.pk)
    assert shown is not None
    assert shown.holds
    assert snapshot_of(world.leader, taken.turn.pk) is None
    assert snapshot_of(world.elsewhere, taken.turn.pk) is None


def test_nobody_decides_on_their_own_submission() -> None:
    world, family = county(), home()
    case = begun(world, family, by=world.county)
    taken_to(world, case, "decide")
    with pytest.raises(Refused) as refused:
        take(world, case, "decide", by=world.county)
    assert refused.value.code == "four_eyes"
    assert AuditEntry.objects.filter(action="cases.refused", actor=world.county).exists()
    with pytest.raises(Refused) as refused:
        take(world, case, "decide", by=world.township)
    assert refused.value.code == "not_the_post"
    assert Case.objects.get(pk=case.pk).version == case.version
    assert take(world, case, "decide", by=world.approver).turn.effect == "monitor"


def test_everything_wrong_is_told_at_once_and_nothing_is_written() -> None:
    world, family = county(), home()
    case = taken_to(world, begun(world, family), "visit")
    flow, version = flow_of(case), case.version
    wrong = filled(case, flow.steps["visit"], net_income="viel", persons_living=99, extra="x")
    del wrong["finding"]
    with pytest.raises(FangpinError) as found:
        take_step(
            by=world.village, case=case.pk, version=version, step="visit", outcome="confirmed",
            entries=wrong, client_id=uuid4(), now=world.later(),
        )  # fmt: skip
    columns = {problem.where.column for problem in found.value.problems}
    assert {"net_income", "persons_living", "finding"} <= columns
    with pytest.raises(FangpinError, match="photographs"):
        take(world, case, "visit", attachments=[])
    with pytest.raises(FangpinError):
        take(world, case, "visit", attachments=[Attached("photos", b"%PDF-1.7 no picture")])
    assert not Attachment.objects.exists()
    assert Case.objects.get(pk=case.pk).version == version


def test_pictures_lose_what_the_camera_adds_and_are_closed_on_disk() -> None:
    world, family = county(), home()
    case = taken_to(world, begun(world, family), "visit")
    assert b"SECRETPHONE" in photo()
    taken = take(world, case, "visit", attachments=[Attached("photos", photo())])
    row = Attachment.objects.get(turn=taken.turn)
    on_disk = next(settings.CASE_FILES_ROOT.rglob(row.name)).read_bytes()
    assert b"JFIF" not in on_disk
    opened = attachment_of(world.township, row.pk)
    assert opened is not None
    assert opened[1].startswith(b"\xff\xd8")
    assert b"SECRETPHONE" not in opened[1]
    assert attachment_of(world.elsewhere, row.pk) is None
    assert attachment_of(world.leader, row.pk) is None


def test_what_was_entered_is_closed_in_the_database() -> None:
    world, family = county(), home()
    case = begun(world, family)
    taken = take(world, case, "lead", entries={"situation": "龘测试情况"}, reason="龘测试理由")
    turn = Turn.objects.get(pk=taken.turn.pk)
    assert turn.entries["situation"] == "龘测试情况"
    for closed in (turn.entries_closed, turn.reason_closed):
        assert "龘".encode() not in bytes(closed)
    assert "龘" not in str(list(AuditEntry.objects.values_list("detail", flat=True)))


def test_an_objection_holds_the_case_and_upheld_sends_it_back() -> None:
    world, family = county(), home()
    case = taken_to(world, begun(world, family), "notice")
    notice = Publication.objects.get(case=case, form="notice")
    with pytest.raises(Publication.DoesNotExist):
        object_to(by=None, publication=notice.pk, text="他家有车", now=world.now)  # not up yet
    from fangpin.cases.actions import notice_posted

    notice = notice_posted(by=world.village, publication=notice.pk, now=world.later())
    assert (notice.until_day - notice.from_day).days == 5
    key = uuid4()
    said = [
        object_to(by=None, publication=notice.pk, text="他家有车", client_id=key, now=world.now)
        for _ in range(3)
    ]
    assert len({each.pk for each in said}) == Objection.objects.count() == 1
    hung(world, case, "notice")
    with pytest.raises(Refused) as refused:
        take(world, case, "notice")
    assert refused.value.code == "objections"
    with pytest.raises(NotAllowed):
        settle_objection(by=world.village2, objection=said[0].pk, upheld=False, reason="不属实")
    settled = settle_objection(
        by=world.township2, objection=said[0].pk, upheld=True, reason="确有车辆", now=world.later()
    )
    again = settle_objection(
        by=world.township2, objection=said[0].pk, upheld=True, reason="确有车辆", now=world.later()
    )
    assert settled.pk == again.pk
    case.refresh_from_db()
    assert (case.step, case.returned, case.round) == ("visit", True, 1)
    taken_to(world, case, "none")
    assert case.state == "granted"
    assert Publication.objects.filter(case=case, form="notice").count() == 2


def test_an_objection_to_the_case_itself_stops_its_decision() -> None:
    world, family = county(), home()
    case = taken_to(world, begun(world, family), "review")
    said = object_to(by=world.village2, case=case.pk, text="情况不实", now=world.now)
    with pytest.raises(Refused):
        take(world, case, "review")
    settle_objection(by=world.approver2, objection=said.pk, upheld=False, reason="查无此事")
    assert take(world, case, "review").turn.outcome == "passed"


def test_a_withdrawn_case_is_closed_for_good() -> None:
    world, family = county(), home()
    case = taken_to(world, begun(world, family), "visit")
    with pytest.raises(Refused):
        withdraw(by=world.village, case=case.pk, version=case.version, reason=" ")
    withdraw(by=world.village, case=case.pk, version=case.version, reason="本户不再申请")
    case.refresh_from_db()
    assert (case.state, case.step) == ("withdrawn", "")
    withdraw(by=world.village, case=case.pk, version=case.version, reason="本户不再申请")
    with pytest.raises(Refused) as refused:
        take_step(
            by=world.township, case=case.pk, version=case.version, step="visit",
            outcome="confirmed", entries=filled(case, flow_of(case).steps["visit"]),
            attachments=[Attached("photos", photo())], client_id=uuid4(),
        )  # fmt: skip
    assert refused.value.code == "closed"
    again = begun(world, family)  # and another one may begin
    assert again.pk != case.pk
    with pytest.raises(Refused) as refused:
        begun(world, family)
    assert refused.value.code == "open_already"


def test_help_comes_first_and_its_debt_is_shown() -> None:
    world, family = county(), home()
    case = begun(world, family, green=True)
    taken_to(world, case, "help")
    assert "visit" not in case.owed
    take(world, case, "help")
    assert case.owed[:2] == ["compare", "assess"]
    file = case_file(world.township, case.pk, world.day)
    assert file is not None
    assert [step.id for step in file.owed] == case.owed
    assert Turn.objects.get(case=case, done_at=None).owed
    taken_to(world, case, "none")
    assert (case.state, case.owed) == ("granted", [])


def test_sent_again_it_is_the_same_and_other_content_is_kept() -> None:
    world, family = county(), home()
    case = begun(world, family)
    flow, key = flow_of(case), uuid4()
    sent = {
        "by": world.village, "case": case.pk, "version": case.version, "step": "lead",
        "outcome": "registered", "entries": filled(case, flow.steps["lead"]), "client_id": key,
    }  # fmt: skip
    results = [take_step(**sent, now=world.later(days=day)) for day in (0, 1, 3)]
    assert [each.again for each in results] == [False, True, True]
    assert len({each.turn.pk for each in results}) == 1
    assert Turn.objects.filter(case=case, done_at__isnull=False).count() == 1
    other = sent | {"entries": sent["entries"] | {"situation": "另一种说法"}}
    for _ in range(2):
        with pytest.raises(Conflict) as conflict:
            take_step(**other, now=world.later())
    kept = KeptEntry.objects.get()
    assert conflict.value.kept == kept.pk
    assert kept.content["entries"]["situation"] == "另一种说法"
    assert conflict.value.theirs[0].entries["situation"] == "情况属实"
    file = case_file(world.village, case.pk, world.day)
    assert file is not None
    assert [each.pk for each in file.kept] == [kept.pk]


def test_a_stale_version_is_refused_with_both_sides() -> None:
    world, family = county(), home()
    case = begun(world, family)
    seen = case.version
    take(world, case, "lead")
    with pytest.raises(Conflict) as conflict:
        take(world, case, "consent", version=seen, by=world.village2)
    assert conflict.value.version == case.version
    assert [side.step for side in conflict.value.theirs] == ["lead"]
    assert conflict.value.mine.step == "consent"
    assert KeptEntry.objects.get().why == "stale"
    with pytest.raises(TypeError):
        take_step(by=world.village, case=case.pk, step="consent", outcome="done",  # type: ignore[call-arg]
                  entries={}, client_id=uuid4())  # fmt: skip


def test_a_telephone_with_a_wrong_clock_changes_no_order() -> None:
    from datetime import UTC, datetime

    world, family = county(), home()
    case = begun(world, family)
    for year in (1970, 2099):
        claimed = datetime(year, 1, 1, tzinfo=UTC)
        taken = take(world, case, claimed_at=claimed)
        turn = Turn.objects.get(pk=taken.turn.pk)
        assert turn.claimed_at == claimed
        assert turn.done_at == world.now
    done = list(Turn.objects.filter(case=case, done_at__isnull=False).order_by("seq"))
    assert [each.step for each in done] == ["lead", "consent"]
    assert done[0].done_at < done[1].done_at
    assert Turn.objects.get(case=case, step="visit").due_on.year == 2026


def test_absent_and_foreign_cases_are_alike() -> None:
    world, family = county(), home()
    case = begun(world, family)
    for pk in (case.pk, 10**9):
        assert case_file(world.elsewhere, pk, world.day) is None
        with pytest.raises(Case.DoesNotExist):
            take_step(
                by=world.elsewhere, case=pk, version=1, step="lead", outcome="registered",
                entries={}, client_id=uuid4(),
            )  # fmt: skip
    with pytest.raises(Household.DoesNotExist):
        open_case(by=world.elsewhere, procedure="cn-monitor", household=family.pk,
                  client_id=uuid4())  # fmt: skip
    assert case_file(world.liaison, case.pk, world.day) is None  # nothing asked of departments yet


def test_a_liaison_sees_what_departments_are_asked_and_no_more() -> None:
    world, family = county(), home()
    case = taken_to(world, begun(world, family), "compare")
    file = case_file(world.liaison, case.pk, world.day)
    assert file is not None
    assert not file.whole
    assert all(each.hidden and not each.entries for each in file.taken)
    may = {each.step.id: bool(each.may) for each in file.waiting}
    assert may == {"visit": False, "compare": True}
    assert take(world, case, "compare", by=world.liaison).turn.by == world.liaison


def test_votes_decide_exactly() -> None:
    world, family = county(), home()
    case = taken_to(world, begun(world, family), "assess")
    for tally, code in (
        (Tally(30, 19, 19, 0), "no_quorum"),
        (Tally(30, 20, 10, 10), "not_as_voted"),
    ):
        with pytest.raises(Refused) as refused:
            take(world, case, "assess", votes=tally)
        assert refused.value.code == code
    taken = take(world, case, "assess", votes=Tally(30, 20, 11, 9))
    assert Turn.objects.get(pk=taken.turn.pk).votes["favour"] == 11
    assert SIGNATURE not in str(taken.turn.votes)

"""Sent down, answered once, taken back, closed; what a phone repeats or contradicts."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone
from tests.clues.conftest import FIRST, SECOND

from fangpin.clues.actions import (
    Answered,
    Conflict,
    answer,
    close_without_case,
    from_run,
    link_case,
    send,
    take_back,
    unlink_case,
)
from fangpin.clues.actions.sending import recount
from fangpin.clues.models import Clue, ClueAnswer
from fangpin.foundation.calendar.actions import enter_year
from fangpin.foundation.models import AuditEntry
from fangpin.kernel.errors import FangpinError
from fangpin.people.models import User
from fangpin.screening.models import Run

pytestmark = pytest.mark.django_db
People = dict[str, User]


@pytest.fixture
def clue(run: Run, users: People) -> Clue:
    """A clue in the village worker's own village, sent down by the township."""
    from_run(by=None, run=run)
    found = Clue.objects.get(household__number=FIRST)
    send(by=users["township"], clues=[found.pk])
    found.refresh_from_db()
    return found


def reply(
    by: User, clue: Clue, kind: str = "true", reason: str = "as_found", **more: object
) -> Answered:
    given = {"version": clue.version, "client_id": uuid4(), "note": ""} | more
    return answer(by=by, clue=clue.pk, answer=kind, reason=reason, **given)  # type: ignore[arg-type]


def test_sending_counts_workdays_of_the_pack(clue: Clue) -> None:
    assert (clue.state, clue.days) == ("sent", 5)
    assert clue.due_on is not None
    assert clue.due_on - timezone.localdate() >= timedelta(days=5)


def test_only_who_sends_there_sends_and_twice_is_once(clue: Clue, users: People) -> None:
    other = Clue.objects.get(household__number=SECOND)
    for who in ("village", "other_township", "approver", "leader", "medical"):
        with pytest.raises(PermissionError):
            send(by=users[who], clues=[other.pk])
    sent = send(by=users["county"], clues=[clue.pk, other.pk, 10**9], days=3)
    assert (sent.clues, sent.passed_over) == (1, 2)
    clue.refresh_from_db()
    assert clue.days == 5
    again = send(by=users["county"], clues=[clue.pk], due=timezone.localdate(), reset=True)
    clue.refresh_from_db()
    assert (again.clues, clue.days, clue.due_on) == (1, None, timezone.localdate())


@pytest.mark.parametrize("days", [0, 61])
def test_a_limit_out_of_reason_is_refused(clue: Clue, users: People, days: int) -> None:
    with pytest.raises(FangpinError):
        send(by=users["county"], clues=[clue.pk], days=days, reset=True)
    with pytest.raises(FangpinError):
        send(by=users["county"], clues=[clue.pk], due=date(2020, 1, 1), reset=True)


def test_days_move_with_the_calendar_but_named_days_stay(clue: Clue, users: People) -> None:
    sent_on = timezone.localdate()
    other = Clue.objects.get(household__number=SECOND)
    send(by=users["county"], clues=[other.pk], due=sent_on + timedelta(days=2))
    before = clue.due_on
    assert before is not None
    free = {before: False}
    enter_year(by=None, year=before.year, days=free, source="测试放假通知")
    moved = recount(by=None, year=before.year)
    clue.refresh_from_db()
    assert clue.due_on is not None
    assert (moved, clue.due_on > before) == (1, True)
    other.refresh_from_db()
    assert other.due_on == sent_on + timedelta(days=2)


def test_an_answer_of_true_waits_for_a_case_and_others_close(clue: Clue, users: People) -> None:
    done = reply(users["village"], clue)
    assert (done.outcome, done.clue.state, done.clue.late) == ("taken", "answered", False)
    other = Clue.objects.get(household__number=SECOND)
    shut = reply(users["township"], other, "not_living_here", "moved")  # not sent: township answers
    assert (shut.clue.state, shut.clue.ended_as, shut.clue.late) == (
        "closed",
        "not_living_here",
        None,
    )
    assert AuditEntry.objects.filter(action="clues.answer").count() == 2


def test_who_has_no_business_there_finds_nothing(clue: Clue, users: People) -> None:
    for who in ("other_township", "approver", "leader", "medical"):
        with pytest.raises(Clue.DoesNotExist):
            reply(users[who], clue)
    other = Clue.objects.get(household__number=SECOND)
    with pytest.raises(Clue.DoesNotExist):
        reply(users["village"], other)
    assert not ClueAnswer.objects.exists()


def test_the_server_says_what_is_late_whatever_the_phone_claims(clue: Clue, users: People) -> None:
    Clue.objects.filter(pk=clue.pk).update(due_on=timezone.localdate() - timedelta(days=1))
    early = datetime(2016, 1, 1, tzinfo=UTC)
    done = reply(users["village"], clue, claimed_at=early)
    assert done.clue.late is True
    assert done.answer.claimed_at == early
    assert timezone.now() - done.answer.received_at < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("kind", "reason", "note"),
    [
        ("maybe", "as_found", ""),
        ("true", "data_wrong", ""),
        ("not_true", "other", ""),
        ("true", "as_found", "长" * 1001),
    ],
)
def test_an_incomplete_answer_is_refused(
    clue: Clue, users: People, kind: str, reason: str, note: str
) -> None:
    with pytest.raises(FangpinError):
        reply(users["village"], clue, kind, reason, note=note)
    assert not ClueAnswer.objects.exists()


def test_the_same_answer_ten_times_is_one(clue: Clue, users: People) -> None:
    ident = uuid4()
    outcomes = [
        reply(users["village"], clue, client_id=ident, note="户主住院").outcome for _ in range(10)
    ]
    assert outcomes == ["taken"] + ["already"] * 9
    assert ClueAnswer.objects.count() == 1


def test_another_content_under_the_same_id_and_another_phone_are_kept_as_conflicts(
    clue: Clue, users: People
) -> None:
    ident = uuid4()
    reply(users["village"], clue, client_id=ident)
    for _ in range(2):
        edited = reply(users["village"], clue, "not_true", "resolved", client_id=ident)
        assert edited.outcome == "conflict"
    second = reply(users["township"], clue, "not_true", "able")
    assert second.outcome == "conflict"
    clue.refresh_from_db()
    assert (clue.state, clue.answer) == ("answered", "true")
    states = list(ClueAnswer.objects.order_by("id").values_list("state", flat=True))
    assert states == ["taken", "conflict", "conflict"]


def test_a_mistaken_answer_is_taken_back_with_a_reason(clue: Clue, users: People) -> None:
    reply(users["village"], clue, "not_true", "data_wrong", note="户主说没有住院")
    clue.refresh_from_db()
    with pytest.raises(FangpinError):
        take_back(by=users["village"], clue=clue.pk, version=clue.version, reason=" ")
    with pytest.raises(Conflict):
        take_back(by=users["village"], clue=clue.pk, version=1, reason="看错户")
    back = take_back(by=users["village"], clue=clue.pk, version=clue.version, reason="看错户")
    assert (back.state, back.answer, back.ended_as) == ("sent", "", "")
    kept = ClueAnswer.objects.get()
    assert (kept.state, kept.why_withdrawn, kept.note) == ("withdrawn", "看错户", "户主说没有住院")
    # An answer made on a phone before that is not taken for a new one.
    assert reply(users["village"], clue, "not_true", "data_wrong").outcome == "conflict"
    back.refresh_from_db()
    assert reply(users["village"], back).outcome == "taken"


def test_a_colleague_of_the_village_does_not_take_it_back(clue: Clue, users: People) -> None:
    reply(users["township"], clue)
    clue.refresh_from_db()
    with pytest.raises(FangpinError):
        take_back(by=users["village"], clue=clue.pk, version=clue.version, reason="看错户")


def test_a_case_closes_the_clue_and_an_opened_by_mistake_opens_it_again(
    clue: Clue, users: People
) -> None:
    reply(users["village"], clue)
    for _ in range(2):
        linked = link_case(by=users["township"], clue=clue.pk, case=77)
    assert (linked.state, linked.ended_as, linked.case) == ("closed", "case", 77)
    with pytest.raises(FangpinError):
        take_back(by=users["township"], clue=clue.pk, version=linked.version, reason="看错户")
    with pytest.raises(FangpinError):
        link_case(by=users["township"], clue=clue.pk, case=78)
    again = unlink_case(by=users["township"], clue=clue.pk, case=77)
    assert (again.state, again.case) == ("answered", None)


def test_true_without_a_case_is_closed_by_somebody_with_a_reason(clue: Clue, users: People) -> None:
    reply(users["village"], clue)
    clue.refresh_from_db()
    with pytest.raises(Clue.DoesNotExist):
        close_without_case(by=users["village"], clue=clue.pk, version=clue.version, reason="已解决")
    shut = close_without_case(
        by=users["township"], clue=clue.pk, version=clue.version, reason="已由临时救助解决"
    )
    assert (shut.state, shut.ended_as) == ("closed", "no_case")
    assert ClueAnswer.objects.get().why_withdrawn == "已由临时救助解决"


def test_what_people_write_is_closed_in_the_database(clue: Clue, users: People) -> None:
    from django.db import connection

    reply(users["village"], clue, note="赵测甲电话13711112222", client_id=UUID(int=5))
    with connection.cursor() as cursor:
        cursor.execute("SELECT a::text FROM clues_clueanswer a")
        stored = cursor.fetchone()[0]
    assert "13711112222" not in stored
    assert "赵测甲".encode().hex() not in stored
    for entry in AuditEntry.objects.all():
        assert "13711112222" not in str(entry.detail)

"""What time does to cases: days due, notices that end, levels that are told, another calendar."""

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.cases.world import begun, county, home, take, taken_to

from fangpin.cases.actions import keep_time, notice_posted
from fangpin.cases.actions.time import recount_all
from fangpin.cases.models import Case, Escalation, Publication, Turn
from fangpin.cases.queries import late_board, my_tasks
from fangpin.foundation.actions import claim
from fangpin.foundation.calendar.actions import enter_year
from fangpin.foundation.models import AuditEntry, Job
from fangpin.people.models import User
from fangpin.registry.models import Household

pytestmark = pytest.mark.django_db


def at(day: date, hour: int = 9) -> datetime:
    """An hour of a day in China."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC) - timedelta(hours=8)


def test_days_are_counted_from_the_step_or_the_case_and_by_the_server() -> None:
    world, family = county(), home()
    case = begun(world, family)
    assert case.due_on == date(2026, 3, 17)
    lead = Turn.objects.get(case=case, step="lead")
    assert lead.due_on == date(2026, 3, 4)
    world.later(days=2)
    taken_to(world, case, "visit")
    visit = Turn.objects.get(case=case, step="visit")
    assert visit.due_on == world.day + timedelta(days=3)
    taken_to(world, case, "decide")
    decide = Turn.objects.get(case=case, step="decide")
    assert decide.due_on == case.due_on  # counted from the case, however late the step began
    review = Turn.objects.get(case=case, step="review")
    assert review.due_on == case.due_on  # no limit of its own


def test_a_notice_hangs_its_days_to_the_end_of_the_last() -> None:
    world, family = county(), home()
    case = taken_to(world, begun(world, family), "notice")
    notice = Publication.objects.get(case=case, form="notice")
    posted = notice_posted(by=world.village, publication=notice.pk, now=world.later())
    again = notice_posted(by=world.village2, publication=notice.pk, now=world.later())
    assert again.posted_by == world.village == posted.posted_by
    last = posted.until_day
    assert last == posted.from_day + timedelta(days=5)
    for day, over in ((last - timedelta(days=1), 0), (last, 0), (last + timedelta(days=1), 1)):
        assert keep_time(now=at(day, 23)).notices == over
        notice.refresh_from_db()
        assert notice.state == ("over" if over else "posted")
    turn = Turn.objects.get(case=case, step="notice")
    assert turn.done_at is None  # a person goes on
    assert turn.due_on > last
    assert keep_time(now=at(last + timedelta(days=9))).notices == 0
    version = Case.objects.get(pk=case.pk).version
    assert version > case.version


def test_the_next_level_is_told_before_and_after_and_only_once() -> None:
    world, family = county(), home()
    begun(world, family)
    due_on = date(2026, 3, 4)
    assert keep_time(now=at(due_on - timedelta(days=2))).told == 0
    assert keep_time(now=at(due_on - timedelta(days=1))).told == 1
    assert keep_time(now=at(due_on)).told == 0
    assert keep_time(now=at(due_on + timedelta(days=1))).told == 1
    for _ in range(3):
        assert keep_time(now=at(due_on + timedelta(days=2))).told == 0
    assert keep_time(now=at(due_on + timedelta(days=4))).told == 1
    said = list(Escalation.objects.values_list("kind", "level"))
    assert said == [("before", "township"), ("after", "township"), ("after", "county")]
    day = due_on + timedelta(days=4)
    for name, told in (("township", 1), ("county", 1), ("elsewhere", 0), ("village", 0)):
        assert len(my_tasks(world.users[name], day).told) == told
    assert AuditEntry.objects.filter(action="cases.escalated").count() == 3


def test_another_calendar_moves_the_days_of_open_cases(
    django_user_model: type[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    world, family = county(), home()
    from fangpin.cases import deadlines
    from fangpin.policy.procedure_records import TimeLimit

    counted = deadlines._counted
    monkeypatch.setattr(  # this pack counts days of the calendar: let it count working days
        deadlines,
        "_counted",
        lambda limit, start, calendar: counted(
            TimeLimit(limit.days, "workday") if limit else None, start, calendar
        ),
    )
    case = begun(world, family)
    before = case.due_on
    assert before == date(2026, 3, 23)
    closed = taken_to(world, begun(world, home("F2")), "consent")
    take(world, closed, "consent", "declined")
    free = {date(2026, 3, 5): False, date(2026, 3, 6): False}
    enter_year(by=None, year=2026, days=free, source="测试安排")
    job = Job.objects.get(kind="cases_recount")
    assert job.arguments == {"year": 2026}
    claim()
    assert recount_all(year=2026)["cases"] == 1
    case.refresh_from_db()
    assert case.due_on == date(2026, 3, 25)
    assert Turn.objects.get(case=case, step="lead").due_on == date(2026, 3, 4)
    assert recount_all(year=2026)["cases"] == 0  # once more, nothing


def test_days_of_years_nobody_published_are_provisional(monkeypatch: pytest.MonkeyPatch) -> None:
    from fangpin.cases import deadlines
    from fangpin.foundation.calendar.queries import calendar_in_force
    from fangpin.policy.procedure_records import TimeLimit

    found = deadlines._counted(TimeLimit(15, "workday"), date(2034, 12, 25), calendar_in_force())
    assert found == (date(2035, 1, 15), True)


def test_the_board_says_what_is_late_where_and_with_whom() -> None:
    world = county()
    cases = [begun(world, home(f"B{n}")) for n in range(3)]
    taken_to(world, cases[0], "assess")
    day = date(2026, 3, 20)
    (township,) = late_board(world.county, "township", day)
    assert (township.key, township.label) == ("620402101", "甲乡")
    assert (township.waiting, township.late) == (3, 3)
    assert township.very_late == 3
    assert township.oldest == date(2026, 3, 4)
    steps = {line.key: line.late for line in late_board(world.county, "step", day)}
    assert steps == {"lead": 2, "assess": 1}
    assert [line.key for line in late_board(world.county, "level", day)] == ["village"]
    assert late_board(world.elsewhere, "township", day) == []
    assert Household.objects.count() == 3


def test_tasks_stand_where_they_belong() -> None:
    world = county()
    late, today, sent_back, signed, posted = (begun(world, home(f"T{n}")) for n in range(5))
    taken_to(world, signed, "decide")
    taken_to(world, posted, "notice")
    taken_to(world, sent_back, "review")
    take(world, sent_back, "review", "sent_back")
    Turn.objects.filter(case=late, step="lead").update(due_on=world.day - timedelta(days=1))
    Turn.objects.filter(case=today, step="lead").update(due_on=world.day)
    mine = my_tasks(world.village, world.day)
    assert [task.case.pk for task in mine.late] == [late.pk]
    assert mine.late[0].days_late == 1
    assert mine.late[0].stands.zh == "待登记线索"
    assert mine.late[0].subject.head == "赵测甲"
    assert [task.case.pk for task in mine.today] == [today.pk]
    assert [task.case.pk for task in mine.returned] == [sent_back.pk]
    assert [row.publication.case_id for row in mine.to_post] == [posted.pk]
    assert mine.to_sign == []
    assert mine.counts["late"] == 1
    assert [task.case.pk for task in my_tasks(world.approver, world.day).to_sign] == [signed.pk]
    assert my_tasks(world.leader, world.day).counts["coming"] == 0
    assert my_tasks(world.elsewhere, world.day).counts == dict.fromkeys(mine.counts, 0)
    liaison = my_tasks(world.liaison, world.day)
    assert {task.turn.step for task in (*liaison.late, *liaison.coming)} == {"compare"}

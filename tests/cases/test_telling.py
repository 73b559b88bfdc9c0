"""Who is told what while a case runs: what stands on somebody's desk is what they were told."""

from datetime import timedelta

import pytest
from tests.cases.world import World, begun, county, home, hung, take, taken_to

from fangpin.cases.actions import notice_posted, object_to, settle_objection, withdraw
from fangpin.cases.actions.time import keep_time
from fangpin.cases.in_force import flow_of
from fangpin.cases.models import Publication, Turn
from fangpin.cases.queries import my_tasks
from fangpin.people.messages.queries import page_of, unread
from fangpin.people.models import Message, MessageKind, User
from fangpin.registry.following import village_changed

pytestmark = pytest.mark.django_db
WAITS = (MessageKind.STEP, MessageKind.RETURNED)


def told(user: User, *kinds: str) -> set[str]:
    """Tasks that open messages of these kinds name."""
    rows = page_of(user, which="open", below=None).rows
    return {row.task for row in rows if row.kind in kinds}


def check(world: World) -> None:
    """Messages and desks agree, for everybody."""
    for user in world.users.values():
        tasks = my_tasks(user, world.day)
        steps = {f"turn:{t.turn.pk}" for t in (*tasks.late, *tasks.today, *tasks.coming)}
        assert told(user, *WAITS) == steps, user
        notices = {f"notice:{each.publication.pk}" for each in tasks.to_post}
        assert told(user, MessageKind.NOTICE) == notices, user
        objections = {f"objection:{each.objection.pk}" for each in tasks.objections}
        assert told(user, MessageKind.OBJECTION) == objections, user


def test_everybody_is_told_what_stands_on_their_desk_and_nobody_else() -> None:
    world = county()
    case = begun(world, home())
    check(world)
    seen = set()
    for _ in range(40):
        waiting = list(Turn.objects.filter(case=case, done_at=None).values_list("step", flat=True))
        if not waiting:
            break
        notice = Publication.objects.filter(case=case, state="due", form="notice").first()
        if notice is not None:
            check(world)
            hung(world, case, waiting[0])  # posted, hung for its days, over
            check(world)
            objection = object_to(by=world.village, case=case.pk, text="不属实", now=world.later())
            check(world)
            by = world.approver2
            settle_objection(
                by=by, objection=objection.pk, upheld=False, reason="查无此事", now=world.later()
            )
            check(world)
        take(world, case, waiting[0])
        check(world)
        seen |= set(waiting)
    assert case.state == "granted"
    assert len(seen) > 5
    (news,) = Message.objects.filter(kind=MessageKind.DECISION)
    assert (news.to, news.label) == (world.village, case.number)
    assert news.what_zh == next(w.label.zh for w in flow_of(case).steps["decide"].ways_out)
    announced = Publication.objects.get(case=case, form="announcement", state="due")
    assert told(world.township, MessageKind.NOTICE) == {f"notice:{announced.pk}"}
    notice_posted(by=world.township, publication=announced.pk, now=world.later())
    check(world)


def test_sent_back_is_told_as_that() -> None:
    world = county()
    case = begun(world, home())
    taken_to(world, case, "review")
    declared = flow_of(case).steps["review"]
    back = next(each for each in declared.ways_out if each.goes.startswith("back:"))
    take(world, case, "review", back.id)
    rows = Message.objects.filter(kind=MessageKind.RETURNED, over_at=None)
    assert {row.label for row in rows} == {case.number}
    assert not Message.objects.filter(kind=MessageKind.STEP, over_at=None).exists()
    check(world)


def test_who_withdraws_settles_everything() -> None:
    world = county("village", "township")
    case = begun(world, home())
    withdraw(by=world.village, case=case.pk, version=case.version, reason="不再申请", now=world.now)
    assert not Message.objects.filter(over_at=None).exists()  # nor is the opener told of it


def test_due_tomorrow_and_late_are_told_once_to_who_acts_and_to_the_level_above() -> None:
    world = county("village", "township", "county", "leader", "elsewhere")
    case = begun(world, home())
    turn = Turn.objects.get(case=case, done_at=None)
    assert turn.due_on is not None
    for _ in range(2):
        keep_time(now=world.now + (turn.due_on - world.day - timedelta(days=1)))
    assert told(world.village, MessageKind.TOMORROW) == {f"turn:{turn.pk}"}
    assert told(world.township, MessageKind.TOMORROW) == {f"turn:{turn.pk}"}
    assert told(world.county, MessageKind.TOMORROW) == set()
    for _ in range(2):
        keep_time(now=world.now + (turn.due_on - world.day + timedelta(days=1)))
    assert Message.objects.filter(kind=MessageKind.LATE).count() == 2
    keep_time(now=world.now + (turn.due_on - world.day + timedelta(days=9)))
    assert told(world.county, MessageKind.LATE) == {f"turn:{turn.pk}"}
    assert told(world.elsewhere, *MessageKind.values) == set()
    assert unread(world.village) == 3  # the step, due tomorrow, late
    take(world, case)
    assert not told(world.county, MessageKind.LATE)


def test_messages_move_with_the_household() -> None:
    world = county("village", "township", "elsewhere")
    household = home()
    case = begun(world, household)
    assert told(world.village, *WAITS)
    village_changed(household.number, case.area_code, "620402102201")
    assert not told(world.village, *WAITS)
    assert set(Message.objects.values_list("area_code", flat=True)) == {"620402102201"}

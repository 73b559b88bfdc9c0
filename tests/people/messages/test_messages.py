"""Who is told what: by the posts held on the day of reading, once, until it is done."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from fangpin.people.actions import delegate, end_post, give_post
from fangpin.people.messages.actions import (
    KEPT,
    Telling,
    forget_old,
    mark_all_read,
    mark_read,
    move,
    settle,
    shared_place,
    tell,
)
from fangpin.people.messages.queries import MOST_COUNTED, message, page_of, to_read, unread
from fangpin.people.models import Message, MessageKind, Post, Role, User
from fangpin.places.models import Place

UPPER, LOWER, TOWN, COUNTY = "620402101201", "620402101202", "620402101000", "620402000000"
pytestmark = pytest.mark.django_db


def given(user: User, role: Role, place: Place | None) -> Post:
    return give_post(by=None, user=user, role=role, place=place, valid_from=date(2020, 1, 1))


def step(village: str = UPPER, **more: object) -> Telling:
    values: dict[str, object] = {
        "kind": MessageKind.STEP,
        "area_code": village,
        "roles": (Role.VILLAGE_WORKER,),
        "task": "turn:1",
        "label": "2026-000001",
    }
    return Telling(**values | more)  # type: ignore[arg-type]


def afresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def told(user: User) -> list[str]:
    return [row.label for row in page_of(afresh(user), below=None).rows]


def test_a_post_decides_and_only_while_it_is_held(
    places: dict[str, Place], users: dict[str, User]
) -> None:
    li, wang, zhou = users["li"], users["wang"], users["zhou"]
    post = given(li, Role.VILLAGE_WORKER, places["上河村"])
    given(wang, Role.VILLAGE_WORKER, places["下河村"])
    given(zhou, Role.TOWNSHIP_OFFICER, places["清水镇"])
    tell([step(), step(roles=(Role.TOWNSHIP_OFFICER,), label="town")])
    assert (told(li), told(wang), told(zhou)) == (["2026-000001"], [], ["town"])

    # Re-posted: the old village's lines are gone at once, the new one's are there, also older ones.
    tell([step(LOWER, label="lower")])
    end_post(by=None, post=post, last_day=timezone.localdate() - timedelta(days=1))
    given(li, Role.VILLAGE_WORKER, places["下河村"])
    assert told(li) == ["lower"]
    old = Message.objects.get(label="2026-000001")
    with pytest.raises(Message.DoesNotExist):
        message(afresh(li), old.pk)
    assert mark_read(by=afresh(li), pks=[old.pk]) == 0
    assert unread(afresh(li)) == 1


def test_a_delegated_post_reads_and_ends_by_itself(
    places: dict[str, Place], users: dict[str, User]
) -> None:
    li, wang = users["li"], users["wang"]
    post = given(li, Role.VILLAGE_WORKER, places["上河村"])
    tell([step()])
    today = timezone.localdate()
    delegate(by=li, post=post, to=wang, first_day=today, last_day=today, reason="出差")
    assert told(wang) == ["2026-000001"]
    later = page_of(wang, below=None)  # the scope is kept on the actor for a day
    assert later.rows
    Post.objects.filter(pk=post.pk).update(valid_to=today - timedelta(days=1))
    assert told(wang) == []


def test_news_for_one_user_ends_with_their_post_there(
    places: dict[str, Place], users: dict[str, User]
) -> None:
    li, wang = users["li"], users["wang"]
    post = given(li, Role.VILLAGE_WORKER, places["上河村"])
    given(wang, Role.VILLAGE_WORKER, places["上河村"])
    tell([step(roles=(), to=li.pk, kind=MessageKind.DECISION, task="")])
    assert (told(li), told(wang)) == (["2026-000001"], [])
    end_post(by=None, post=post, last_day=timezone.localdate() - timedelta(days=1))
    given(li, Role.VILLAGE_WORKER, places["下河村"])
    assert told(li) == []


def test_what_concerns_the_system_reaches_roles_without_a_place(users: dict[str, User]) -> None:
    given(users["li"], Role.SYSTEM_ADMINISTRATOR, None)
    given(users["wang"], Role.AUDITOR, None)
    tell([step("", roles=(Role.SYSTEM_ADMINISTRATOR,), kind=MessageKind.CHANNEL)])
    assert told(users["li"]) == ["2026-000001"]
    assert told(users["wang"]) == told(users["zhou"]) == []


def test_who_handed_it_in_is_not_asked_to_release_it(
    places: dict[str, Place], users: dict[str, User]
) -> None:
    for user in (users["li"], users["wang"]):
        given(user, Role.APPROVER, places["测试县"])
    tell([step(COUNTY, roles=(Role.APPROVER,), apart=users["li"].pk)])
    assert (told(users["li"]), told(users["wang"])) == ([], ["2026-000001"])


def test_unread_until_read_or_done(places: dict[str, Place], users: dict[str, User]) -> None:
    li, wang = users["li"], users["wang"]
    for user in (li, wang):
        given(user, Role.VILLAGE_WORKER, places["上河村"])
    tell([step(), step(task="turn:2", label="second"), step(task="", label="third")])
    first, second, third = Message.objects.order_by("pk")
    assert mark_read(by=li, pks=[first.pk, first.pk]) == 1
    assert mark_read(by=li, pks=[first.pk]) == 1  # again: nothing more
    assert (unread(li), unread(wang)) == (2, 3)
    settle(["turn:2"])
    assert (unread(li), unread(wang)) == (1, 2)  # a colleague has done it
    assert [row.seen for row in page_of(li, below=None).rows] == [False, False, True]  # type: ignore[attr-defined]
    assert [row.pk for row in page_of(li, which="unread", below=None).rows] == [third.pk]
    assert [row.pk for row in page_of(li, which="open", below=None).rows] == [first.pk]
    assert second.pk in {row.pk for row in page_of(li, below=None).rows}
    assert mark_all_read(by=wang, up_to=second.pk) == 1  # what came since stays
    assert list(to_read(wang).values_list("pk", flat=True)) == [third.pk]


def test_told_once_for_each_key(places: dict[str, Place], users: dict[str, User]) -> None:
    tell([step(key="a"), step(key="a"), step(key="b")])
    tell([step(key="a"), step(), step()])
    assert Message.objects.count() == 4
    tell([step(roles=())])  # nobody is meant
    assert Message.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_no_message_without_the_change_it_tells_of() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        tell([step()])

    with transaction.atomic():
        tell([step()])
        transaction.set_rollback(True)
    assert not Message.objects.exists()


def test_settled_only_where_it_was_done(places: dict[str, Place], users: dict[str, User]) -> None:
    tell([step(task="clues"), step(LOWER, task="clues")])
    settle(["clues"], area_code=UPPER)
    assert list(Message.objects.filter(over_at=None).values_list("area_code", flat=True)) == [LOWER]
    settle(["", "never"])


def test_it_follows_what_it_leads_to(places: dict[str, Place], users: dict[str, User]) -> None:
    given(users["li"], Role.VILLAGE_WORKER, places["上河村"])
    tell([step(about="case:7"), step(about="case:8", label="other")])
    move(["case:7"], LOWER)
    assert told(users["li"]) == ["other"]


def test_the_count_stops_at_a_hundred(places: dict[str, Place], users: dict[str, User]) -> None:
    given(users["li"], Role.VILLAGE_WORKER, places["上河村"])
    tell([step() for _ in range(MOST_COUNTED + 5)])
    assert unread(users["li"]) == MOST_COUNTED
    page = page_of(users["li"], below=None)
    assert page.more == page.rows[-1].pk
    again = page_of(users["li"], below=page.more)
    assert again.rows[0].pk == page.rows[-1].pk - 1


def test_old_messages_go(places: dict[str, Place], users: dict[str, User]) -> None:
    given(users["li"], Role.VILLAGE_WORKER, places["上河村"])
    tell([step()], now=timezone.now() - KEPT - timedelta(days=1))
    tell([step(label="young")])
    mark_read(by=users["li"], pks=Message.objects.values_list("pk", flat=True))
    assert forget_old() == 1
    assert told(users["li"]) == ["young"]


def test_the_narrowest_place_that_holds_all() -> None:
    assert shared_place(["620402101201"]) == "620402101201"
    assert shared_place(["620402101", "620402102"]) == COUNTY
    assert shared_place(["6204", "620402"]) == "620400000000"
    assert shared_place(["62", "11"]) == shared_place([]) == shared_place([""]) == ""

"""What leaves the system: to whom, when, once, and nothing about anybody. Sent for real, to an HTTP
and a mail server on loopback."""

import base64
import json
import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from email import message_from_string
from email.header import decode_header, make_header
from typing import Any

import pytest
from django.utils import timezone
from tests.people.messages.far_end import FarEnd, free_port, http_server, mail_server
from tests.people.messages.test_messages import UPPER, afresh, given, step

from fangpin.foundation.models import AuditEntry, Job
from fangpin.kernel.errors import FangpinError
from fangpin.people.actions import end_post
from fangpin.people.messages.actions import mark_all_read, settle, tell
from fangpin.people.messages.digest import _COUNTERS, Waiting, counted_by
from fangpin.people.messages.outward import queries
from fangpin.people.messages.outward.channels import (
    MOST_CODES,
    MOST_TRIES,
    Wishes,
    add_own,
    add_robot,
    choose,
    code_of,
    confirm,
    masked,
    remove,
    resume,
    send_code,
    set_gateway,
    until_quiet_ends,
)
from fangpin.people.messages.outward.spreading import begin_digests, minutely, spread
from fangpin.people.messages.outward.tasks import BACKOFF, LOST_AFTER, STOPPED_AFTER, send_due
from fangpin.people.models import Channel, Message, MessageKind, Role, Sending, Unit, User
from fangpin.places.models import Place

pytestmark = pytest.mark.django_db
ADDRESS, NUMBER = "li.canary@example.cn", "13900001234"
NOON = timezone.make_aware(datetime(2026, 3, 3, 12, 0))
ALL = Wishes(("step", "clue", "late"), None, None, "zh")


@pytest.fixture
def ends(settings: Any) -> Iterator[tuple[FarEnd, FarEnd]]:
    """A robot or gateway over HTTP, and a mail server; both allowed inside."""
    with http_server() as web, mail_server() as mail:
        settings.MESSAGE_HOSTS = (f"localhost:{web.port}", f"localhost:{mail.port}")
        settings.MESSAGE_PRIVATE_HOSTS = ("localhost",)
        settings.STAFF_URL = "https://fangpin.example.cn"
        yield web, mail


@pytest.fixture
def admin(users: dict[str, User]) -> User:
    given(users["zhou"], Role.SYSTEM_ADMINISTRATOR, None)
    return users["zhou"]


@pytest.fixture
def li(places: dict[str, Place], users: dict[str, User]) -> User:
    given(users["li"], Role.VILLAGE_WORKER, places["上河村"])
    return users["li"]


def run(**more: Any) -> dict[str, int]:
    return send_due(by=None, progress=lambda *_: None, **more)


def mail_gateway(admin: User, end: FarEnd) -> None:
    content = {"host": "localhost", "port": str(end.port), "security": "insecure"}
    set_gateway(by=admin, kind="email", content={**content, "sender": "fangpin@example.cn"})


def text_gateway(admin: User, end: FarEnd, **more: Any) -> None:
    content = {"url": f"http://localhost:{end.port}/send?v=1", "number_field": "phone"}
    content |= {"text_field": "content", "password": "Bearer geheim", "fixed": {"sign": "防贫"}}
    set_gateway(by=admin, kind="sms", content=content | more)


def confirmed(user: User, channel: Channel, wishes: Wishes = ALL) -> Channel:
    channel.refresh_from_db()
    assert confirm(by=user, pk=channel.pk, code=code_of(channel))
    Sending.objects.all().delete()
    return choose(by=user, pk=channel.pk, wishes=wishes)


def read_mail(text: str) -> tuple[str, str, str]:
    """To whom, subject and text of a mail."""
    mail = message_from_string(text.removesuffix("\r\n.\r\n"))
    part = next(each for each in mail.walk() if each.get_content_type() == "text/plain")
    body = part.get_payload(decode=True).decode()  # type: ignore[union-attr]
    return str(mail["To"]), str(make_header(decode_header(mail["Subject"]))), body


# -- addresses are checked first -----------------------------------------------------------------


def test_a_code_is_sent_and_confirms_the_address(
    ends: tuple[FarEnd, FarEnd], admin: User, li: User
) -> None:
    mail_gateway(admin, ends[1])
    channel = add_own(by=li, kind="email", address=f" {ADDRESS} ")
    assert Job.objects.filter(kind="messages_send", state="queued").count() == 1
    assert run() == {"sent": 1}
    to, subject, body = read_mail(ends[1].mails[0])
    assert ADDRESS in to
    assert subject == "防贫监测消息"
    code = re.search(r"\d{6}", body)
    assert code is not None
    tell([step()])
    spread(now=timezone.now())
    assert not Sending.objects.filter(what="messages").exists()  # not used before it is confirmed
    wrong = f"{(int(code[0]) + 1) % 1_000_000:06d}"
    assert confirm(by=li, pk=channel.pk, code=wrong) is False
    assert confirm(by=li, pk=channel.pk, code=f" {code[0][:3]} {code[0][3:]} ") is True
    assert confirm(by=li, pk=channel.pk, code=code[0]) is False  # used up
    channel.refresh_from_db()
    assert channel.confirmed_at is not None


def test_a_code_cannot_be_guessed_or_asked_for_without_end(
    ends: tuple[FarEnd, FarEnd], admin: User, li: User, users: dict[str, User]
) -> None:
    mail_gateway(admin, ends[1])
    channel = add_own(by=li, kind="email", address=ADDRESS)
    right = code_of(channel)
    for _ in range(MOST_TRIES):
        assert confirm(by=li, pk=channel.pk, code="x") is False
    assert confirm(by=li, pk=channel.pk, code=right) is False
    send_code(by=li, pk=channel.pk)
    channel.refresh_from_db()
    assert code_of(channel) != right
    Channel.objects.update(code_until=timezone.now() - timedelta(seconds=1))
    assert confirm(by=li, pk=channel.pk, code=code_of(channel)) is False
    for _ in range(MOST_CODES - 2):
        send_code(by=li, pk=channel.pk)
    with pytest.raises(FangpinError, match="一天内最多"):
        send_code(by=li, pk=channel.pk)
    with pytest.raises(FangpinError, match="一天内最多"):
        add_own(by=li, kind="email", address="other@example.cn")
    for act in (send_code, remove, resume):
        with pytest.raises(Channel.DoesNotExist):
            act(by=users["wang"], pk=channel.pk)
        with pytest.raises(Channel.DoesNotExist):
            act(by=admin, pk=channel.pk)  # not the administrator's either


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        *(("email", "no address"), ("email", "a@b"), ("email", "a@b.cn\nBcc: c@d.cn")),
        *(("sms", "12345"), ("sms", "23900001234"), ("wecom", "x"), ("sms", "+1 390000123")),
    ],
)
def test_what_is_no_address_is_refused(
    ends: tuple[FarEnd, FarEnd], admin: User, li: User, kind: str, address: str
) -> None:
    mail_gateway(admin, ends[1])
    text_gateway(admin, ends[0])
    with pytest.raises(FangpinError):
        add_own(by=li, kind=kind, address=address)
    assert not Channel.objects.exists()


def test_without_a_gateway_nobody_enters_an_address(li: User) -> None:
    with pytest.raises(FangpinError, match="没有开通"):
        add_own(by=li, kind="email", address=ADDRESS)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=abcd-1234", "不允许向"),
        ("http://localhost:{port}/robot/send", "完整的机器人"),
        ("http://user:pw@localhost:{port}/send?key=abcd", "不含用户名"),
        ("http://example.cn/send?key=abcd", "https"),
        ("file:///etc/passwd?key=abcd", "https"),
        ("https://localhost:99999/?key=abcd", "https"),
    ],
)
def test_a_robot_only_on_a_machine_that_the_operator_named(
    ends: tuple[FarEnd, FarEnd], admin: User, li: User, unit: Unit, url: str, says: str
) -> None:
    address = url.format(port=ends[0].port)
    with pytest.raises(FangpinError, match=says):
        add_robot(by=admin, unit=unit, kind="wecom", address=address)
    with pytest.raises(PermissionError):
        add_robot(by=li, unit=unit, kind="wecom", address=address)


def test_gateways_keep_their_password_and_only_for_their_machine(
    ends: tuple[FarEnd, FarEnd], admin: User, li: User
) -> None:
    text_gateway(admin, ends[0])
    text_gateway(admin, ends[0], password="")
    shown = queries.gateways(admin)["sms"]
    assert shown["has_password"] is True
    assert "password" not in shown
    text_gateway(admin, ends[1], password="", number_field="to")  # another machine
    assert queries.gateways(admin)["sms"]["has_password"] is False
    with pytest.raises(FangpinError, match="必须加密"):
        set_gateway(
            by=admin,
            kind="email",
            content={"host": "mail.example.cn", "security": "insecure", "sender": ADDRESS},
        )
    with pytest.raises(FangpinError, match="参数名"):
        text_gateway(admin, ends[0], number_field="a b")
    for ask in (queries.gateways, queries.robots, queries.standing):
        with pytest.raises(PermissionError):
            ask(li)


# -- what is sent --------------------------------------------------------------------------------


@pytest.fixture
def unit(places: dict[str, Place]) -> Unit:
    return Unit.objects.create(
        name="上河村委会", kind="village_committee", place=places["上河村"], valid_from="2020-01-01"
    )


def test_messages_become_one_count_and_go_once(
    ends: tuple[FarEnd, FarEnd], admin: User, li: User
) -> None:
    mail_gateway(admin, ends[1])
    channel = confirmed(li, add_own(by=li, kind="email", address=ADDRESS))
    tell([step(), step(task="turn:2"), step(kind=MessageKind.CLUE, count=30)])
    tell([step(kind=MessageKind.RETURNED)])  # not wanted by this channel
    tell([step("620402101202")])  # another village
    minutely()
    minutely()
    sending = Sending.objects.get(channel=channel)
    assert len(sending.messages) == 3
    assert not Message.objects.filter(spread_at=None).exists()
    assert run() == {"sent": 1}
    assert run() == {}
    minutely()
    assert len(ends[1].mails) == 1
    _, _, body = read_mail(ends[1].mails[0])
    assert "新任务 2 条" in body
    assert "待核查线索 30 条" in body
    assert "https://fangpin.example.cn/messages/" in body


def test_a_robot_tells_what_the_people_of_its_unit_are_told(
    ends: tuple[FarEnd, FarEnd], admin: User, li: User, unit: Unit
) -> None:
    li.posts.update(unit=unit)
    address = f"http://localhost:{ends[0].port}/cgi-bin/webhook/send?key=abcd-1234"
    channel = confirmed(admin, add_robot(by=admin, unit=unit, kind="wecom", address=address))
    tell([step(), step(roles=(Role.TOWNSHIP_OFFICER,))])
    minutely()
    ends[0].reply = lambda end: (200, {}, b'{"errcode": 93000, "errmsg": "invalid"}')
    assert run() == {"waiting": 1}  # a refusal under a good status
    channel.refresh_from_db()
    assert channel.problem == "answer 93000"
    ends[0].reply = lambda end: (200, {}, b'{"errcode": 0}')
    assert run(now=timezone.now() + BACKOFF[0] + timedelta(seconds=5)) == {"sent": 1}
    path, _, _ = ends[0].requests[-1]
    assert path == "/cgi-bin/webhook/send?key=abcd-1234"
    assert "贵单位有新消息，新任务 1 条" in ends[0].sent()["text"]["content"]


@pytest.mark.parametrize(
    ("kind", "path", "secret", "no"),
    [
        ("dingtalk", "/robot/send?access_token=abcd1234", "SEC123", b'{"errcode": 310000}'),
        ("feishu", "/open-apis/bot/v2/hook/abcd-1234", "", b'{"code": 19024, "msg": "x"}'),
    ],
)
def test_other_group_robots(
    ends: tuple[FarEnd, FarEnd],
    admin: User,
    li: User,
    unit: Unit,
    kind: str,
    path: str,
    secret: str,
    no: bytes,
) -> None:
    address = f"http://localhost:{ends[0].port}{path}"
    channel = add_robot(by=admin, unit=unit, kind=kind, address=address, secret=secret)
    ends[0].reply = lambda end: (200, {}, no)
    assert run() == {"waiting": 1}
    ends[0].reply = lambda end: (200, {}, b'{"errcode": 0, "code": 0}')
    assert run(now=timezone.now() + timedelta(minutes=2)) == {"sent": 1}
    asked = ends[0].requests[-1][0]
    assert asked.startswith(path)
    assert ("sign=" in asked) is bool(secret)
    assert code_of(channel) in ends[0].bodies()
    assert masked(channel) == "localhost/…"


@pytest.mark.parametrize("form", ["json", "form"])
def test_a_text_message_as_the_gateway_wants_it(
    ends: tuple[FarEnd, FarEnd], admin: User, li: User, form: str
) -> None:
    text_gateway(admin, ends[0], form=form, answer_field="code", answer_value="ok")
    channel = add_own(by=li, kind="sms", address="+86 139-0000-1234")
    assert masked(channel) == "139****1234"
    ends[0].reply = lambda end: (200, {}, b'{"code": "sign error"}')
    assert run() == {"waiting": 1}
    ends[0].reply = lambda end: (200, {}, b'{"code": "ok"}')
    assert run(now=timezone.now() + timedelta(minutes=2)) == {"sent": 1}
    path, headers, body = ends[0].requests[-1]
    assert path == "/send?v=1"
    assert headers["Authorization"] == "Bearer geheim"
    if form == "json":
        sent = json.loads(body)
        assert set(sent) == {"phone", "content", "sign"}
        assert (sent["phone"], sent["sign"]) == (NUMBER, "防贫")
        assert code_of(channel) in sent["content"]
    else:
        assert f"phone={NUMBER}" in body.decode()


def test_what_was_done_or_read_meanwhile_is_not_sent(
    ends: tuple[FarEnd, FarEnd], admin: User, li: User
) -> None:
    mail_gateway(admin, ends[1])
    confirmed(li, add_own(by=li, kind="email", address=ADDRESS))
    tell([step(), step(task="turn:2")])
    minutely()
    settle(["turn:1"])
    mark_all_read(by=li, up_to=10**9)
    assert run() == {"dropped": 1}
    assert ends[1].connections == 0


def test_who_was_posted_elsewhere_is_sent_nothing_of_the_old_place(
    ends: tuple[FarEnd, FarEnd], admin: User, li: User, places: dict[str, Place]
) -> None:
    mail_gateway(admin, ends[1])
    confirmed(li, add_own(by=li, kind="email", address=ADDRESS))
    tell([step()])
    minutely()
    yesterday = timezone.localdate() - timedelta(days=1)
    end_post(by=None, post=li.posts.get(), last_day=yesterday)
    given(afresh(li), Role.VILLAGE_WORKER, places["下河村"])
    assert run() == {"dropped": 1}
    tell([step()])
    minutely()
    assert not Sending.objects.filter(state="waiting").exists()
    assert ends[1].connections == 0


def test_the_day_in_a_sentence(
    ends: tuple[FarEnd, FarEnd], admin: User, li: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fangpin.people.messages.digest._COUNTERS", {})
    mail_gateway(admin, ends[1])
    wishes = Wishes((), None, 8, "zh")
    channel = confirmed(li, add_own(by=li, kind="email", address=ADDRESS), wishes)
    morning = NOON.replace(hour=8)
    begin_digests(now=NOON.replace(hour=7))
    begin_digests(now=NOON.replace(hour=20))  # the worker stood still: not at night
    assert not Sending.objects.exists()
    begin_digests(now=morning)
    begin_digests(now=NOON)
    assert Sending.objects.count() == 1
    counted_by("a", lambda actor, day: Waiting(3, 1, 0))
    counted_by("b", lambda actor, day: Waiting(2, 1, 1))
    assert run() == {"sent": 1}
    assert "今日待办 5 件，其中 2 件今日到期、1 件已逾期" in read_mail(ends[1].mails[0])[2]
    counted_by("a", lambda actor, day: Waiting())
    counted_by("b", lambda actor, day: Waiting())
    begin_digests(now=morning + timedelta(days=1))
    assert run() == {"dropped": 1}  # nothing waits: no mail
    assert channel.digest_hour == 8


def test_packages_above_count_what_waits() -> None:
    assert {"cases", "clues"} <= set(_COUNTERS)


@pytest.mark.parametrize(
    ("quiet", "at", "until"),
    [
        ((time(22), time(7)), (23, 30), (4, 7)),
        ((time(22), time(7)), (6, 59), (3, 7)),
        ((time(22), time(7)), (7, 0), None),
        ((time(12), time(14)), (13, 0), (3, 14)),
        ((time(12), time(14)), (11, 59), None),
        ((time(8), time(8)), (8, 0), None),
        (None, (3, 0), None),
    ],
)
def test_quiet_hours(
    quiet: tuple[time, time] | None, at: tuple[int, int], until: tuple[int, int] | None
) -> None:
    channel = Channel(quiet_from=quiet and quiet[0], quiet_until=quiet and quiet[1])
    now = NOON.replace(hour=at[0], minute=at[1])
    wanted = now if until is None else NOON.replace(day=until[0], hour=until[1])
    assert until_quiet_ends(channel, now) == wanted


# -- when it fails -------------------------------------------------------------------------------


def test_it_is_tried_again_later_and_the_administrator_is_told(
    ends: tuple[FarEnd, FarEnd], admin: User, li: User, settings: Any
) -> None:
    settings.MESSAGE_HOSTS = (f"localhost:{(port := free_port())}",)
    ends[1].port = port  # nobody listens there
    mail_gateway(admin, ends[1])
    confirmed(li, add_own(by=li, kind="email", address=ADDRESS))
    tell([step()])
    minutely()
    now = timezone.now() + timedelta(seconds=5)
    for pause in BACKOFF:
        assert run(now=now) == {"waiting": 1}
        assert run(now=now + pause - timedelta(seconds=1)) == {}
        now += pause
    assert run(now=now) == {"failed": 1}
    assert run(now=now + timedelta(days=9)) == {}
    told = Message.objects.filter(kind=MessageKind.CHANNEL)
    assert [row.about for row in told] == ["outward"]  # once, not with each try
    assert told[0].roles == ["system_administrator"]
    assert queries.standing(admin)[0].failed == 1


def test_a_machine_that_is_down_is_asked_once_in_a_run(
    ends: tuple[FarEnd, FarEnd], admin: User, li: User, users: dict[str, User], settings: Any
) -> None:
    settings.MESSAGE_HOSTS = (f"localhost:{(port := free_port())}",)
    ends[1].port = port
    mail_gateway(admin, ends[1])
    for user in (li, users["wang"]):
        add_own(by=user, kind="email", address=ADDRESS)
    assert run() == {"waiting": 1}
    assert sorted(Sending.objects.values_list("attempts", flat=True)) == [0, 1]


def test_what_may_have_arrived_is_not_sent_again(
    ends: tuple[FarEnd, FarEnd], admin: User, li: User
) -> None:
    mail_gateway(admin, ends[1])
    channel = confirmed(li, add_own(by=li, kind="email", address=ADDRESS))
    ends[1].after_data = None  # the mail is there, the answer is not
    tell([step()])
    minutely()
    assert run() == {"unsure": 1}
    ends[1].after_data = b"250 ok\r\n"
    assert run(now=timezone.now() + timedelta(days=1)) == {}
    assert len(ends[1].mails) == 1
    # Killed in the middle of a sending: the same.
    Sending.objects.update(
        state="sending", ended_at=None, claimed_at=timezone.now() - LOST_AFTER * 2
    )
    run()
    assert Sending.objects.get(channel=channel).state == "unsure"


def test_a_refusal_of_the_mail_server_is_tried_again(
    ends: tuple[FarEnd, FarEnd], admin: User, li: User
) -> None:
    mail_gateway(admin, ends[1])
    confirmed(li, add_own(by=li, kind="email", address=ADDRESS))
    tell([step()])
    minutely()
    ends[1].after_data = b"451 later\r\n"
    assert run() == {"waiting": 1}
    assert Sending.objects.get().problem == "answer 451"


def test_a_channel_that_never_takes_anything_is_stopped(
    ends: tuple[FarEnd, FarEnd], admin: User, li: User
) -> None:
    mail_gateway(admin, ends[1])
    channel = confirmed(li, add_own(by=li, kind="email", address=ADDRESS))
    Channel.objects.update(failures=STOPPED_AFTER - 1)
    ends[1].recipient = b"550 unknown\r\n"
    tell([step()])
    minutely()
    Sending.objects.update(attempts=len(BACKOFF))
    assert run() == {"failed": 1}
    channel.refresh_from_db()
    assert channel.stopped_at is not None
    tell([step()])
    minutely()
    assert not Sending.objects.filter(state="waiting").exists()
    resume(by=li, pk=channel.pk)
    ends[1].recipient = b"250 ok\r\n"
    tell([step()])
    minutely()
    assert run() == {"sent": 1}


def test_two_jobs_send_it_once(ends: tuple[FarEnd, FarEnd], admin: User, li: User) -> None:
    mail_gateway(admin, ends[1])
    confirmed(li, add_own(by=li, kind="email", address=ADDRESS))
    tell([step()])
    minutely()
    Sending.objects.update(state="sending", claimed_at=timezone.now())  # the other one has it
    assert run() == {}
    assert ends[1].connections == 0


# -- nothing about anybody -----------------------------------------------------------------------


def test_no_name_number_place_or_address_leaves_or_is_kept_in_clear(
    ends: tuple[FarEnd, FarEnd],
    admin: User,
    li: User,
    unit: Unit,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    secret = {"2026-000001", "上河", "清水", UPPER, "620402", "case:7", "turn:1", "入户核查"}
    User.objects.filter(pk=li.pk).update(full_name="李金丝雀")
    li.posts.update(unit=unit)
    mail_gateway(admin, ends[1])
    text_gateway(admin, ends[0])
    confirmed(li, add_own(by=li, kind="email", address=ADDRESS))
    confirmed(li, add_own(by=li, kind="sms", address=NUMBER))
    hook = f"http://localhost:{ends[0].port}/open-apis/bot/v2/hook/canary-hook"
    confirmed(admin, add_robot(by=admin, unit=unit, kind="feishu", address=hook))
    from fangpin.kernel.errors import Text

    tell([step(about="case:7", what=Text("待入户核查", "to visit"), day=date(2026, 3, 9))])
    minutely()
    assert run() == {"sent": 3}
    left = ends[0].bodies() + "".join(read_mail(mail)[2] for mail in ends[1].mails)
    left += "".join(ends[1].mails)
    left += "".join(
        base64.b64decode(block, validate=False).decode("utf-8", "replace")
        for block in re.findall(r"(?m)^[A-Za-z0-9+/]{40,}={0,2}$", left)
    )
    decoded = left.encode().decode("unicode_escape", "replace")
    for word in {*secret, "李金丝雀", "zhou"}:
        assert word not in left, word
        assert word not in decoded, word
    kept = "\n".join(f"{e.action} {e.subject} {e.detail}" for e in AuditEntry.objects.all())
    kept += "\n".join(f"{job.arguments} {job.result}" for job in Job.objects.all())
    kept += "\n".join(entry.getMessage() for entry in caplog.records)
    for row in (*Channel.objects.values_list(), *Sending.objects.values_list()):
        kept += "\n" + "\n".join(str(value) for value in row)
    for word in (ADDRESS, "canary", NUMBER, "geheim"):
        assert word not in kept, word

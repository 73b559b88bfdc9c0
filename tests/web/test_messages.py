"""The bell, the page behind it, and the forms for addresses."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.cast import County

from fangpin.foundation.fields import close_into
from fangpin.people.actions import give_post
from fangpin.people.messages.actions import Telling, settle, tell
from fangpin.people.messages.outward.channels import code_of
from fangpin.people.models import Channel, Gateway, Message, MessageKind, MessageRead, Role, Unit
from fangpin.people.row_security import seen_by
from fangpin.places.models import Place

pytestmark = pytest.mark.django_db
VILLAGE, OTHER = "620402101201", "620402102201"


def telling(kind: str = "step", **more: Any) -> Telling:
    values: dict[str, Any] = {
        "kind": MessageKind(kind), "area_code": VILLAGE, "roles": (Role.VILLAGE_WORKER,),
        "task": "turn:1", "label": "2026-000001", "about": "clues:sent",
    }  # fmt: skip
    return Telling(**values | more)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_kind_in_words_and_where_it_leads(county: County, language: str) -> None:
    about = ["case:1", "notice:1", "clue:1", "clues:sent", "clues:new", "run:1", "reviews"]
    about += ["exports", "outward", "", "unheard-of:1"]
    with transaction.atomic():
        tell(telling(kind, count=count) for kind in MessageKind.values for count in (1, 3))
        tell(telling(about=each) for each in about)
    client = county.sign_in("village")
    client.cookies["fangpin_language"] = language
    page = client.get("/messages/?which=all").content.decode()
    assert "2026-000001" in page
    assert Place.objects.get(code=VILLAGE).name in page
    for row in Message.objects.filter(about__in=about, area_code=VILLAGE):
        gone = client.post(f"/messages/{row.pk}/open/")
        assert gone.status_code == 302
        assert gone.headers["Location"].startswith("/")
    for area, query in ((VILLAGE, "village="), ("620402101000", "township="), ("620402000000", "")):
        row = Message.objects.filter(about="clues:sent", label="2026-000001")[:1].get()
        Message.objects.filter(pk=row.pk).update(area_code=area)
        give_post(
            by=None,
            user=county.users["village"],
            role=Role.VILLAGE_WORKER,
            place=Place.objects.get(code=area, valid_to=None),
            valid_from=timezone.localdate(),
        )
        county.users["village"].__dict__.pop("_kept_scope", None)
        address = client.post(f"/messages/{row.pk}/open/").headers["Location"]
        assert address.startswith("/clues/?state=sent")
        assert query in address


def test_the_bell_counts_what_asks_to_be_read(county: County) -> None:
    client = county.sign_in("village")
    with transaction.atomic():
        tell([telling(), telling(task="turn:2"), telling(area_code=OTHER)])
    answer = client.get("/messages/unread/")
    assert answer.json() == {"unread": "2"}
    assert answer.headers["Cache-Control"] == "no-store"
    page = client.get("/desk/").content.decode()
    assert "<span data-unread>2</span>" in page
    newest = Message.objects.order_by("-pk")[0].pk
    client.post("/messages/read/", {"newest": str(newest)})
    assert client.get("/messages/unread/").json() == {"unread": ""}
    assert 'bell-count num" hidden' in client.get("/desk/").content.decode()
    assert MessageRead.objects.count() == 2
    with transaction.atomic():
        tell(telling() for _ in range(150))
    assert client.get("/messages/unread/").json() == {"unread": "99+"}
    assert county.sign_in("no_post").get("/messages/unread/").json() == {"unread": ""}


def test_a_page_that_is_not_there_leaves_the_count_to_the_bell(county: County) -> None:
    with transaction.atomic():
        tell([telling()])
    with CaptureQueriesContext(connection) as asked:
        page = county.sign_in("village").get("/clues/999999/").content.decode()
    assert "data-bell-asks" in page
    assert "<span data-unread></span>" in page
    assert not any("people_message" in each["sql"] for each in asked)


def test_asking_by_itself_keeps_nobody_signed_in(county: County, settings: Any) -> None:
    client = county.sign_in("village")
    client.get("/desk/")
    session = client.session
    long_ago = (timezone.now() - timedelta(minutes=5)).timestamp()
    session["seen_at"] = long_ago
    session.save()
    client.get("/messages/unread/")
    assert client.session["seen_at"] == long_ago
    client.get("/messages/")
    assert client.session["seen_at"] > long_ago
    session = client.session
    session["seen_at"] = (timezone.now() - timedelta(hours=3)).timestamp()
    session.save()
    assert client.get("/messages/unread/").status_code == 302  # to sign in


def test_pages_take_the_same_number_of_queries_however_much_there_is(county: County) -> None:
    client = county.sign_in("village")
    with transaction.atomic():
        tell([telling()])
    client.get("/messages/")
    with CaptureQueriesContext(connection) as few:
        client.get("/messages/")
    with transaction.atomic():
        tell(telling(label=f"2026-{at:06d}") for at in range(70))
    with CaptureQueriesContext(connection) as many:
        page = client.get("/messages/").content.decode()
    assert len(many) == len(few)
    assert "显示更多" in page
    below = page.split("?below=")[1].split('"')[0]
    part = client.get(f"/messages/?below={below}", headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    assert part.content.decode().count("message-line") == 30
    for odd in ("which=x", "kind=x"):
        assert client.get(f"/messages/?{odd}").status_code == 404
    assert client.get("/messages/?below=zz").status_code == 200


def test_what_is_done_says_so_and_does_not_ask(county: County) -> None:
    client = county.sign_in("village")
    with transaction.atomic():
        tell([telling()])
        settle(["turn:1"])
    assert "没有未读消息" in client.get("/messages/").content.decode()
    assert "没有符合条件" in client.get("/messages/?which=open").content.decode()
    assert "已办结" in client.get("/messages/?which=all").content.decode()


def test_the_database_itself_shows_messages_of_the_readers_places_alone(county: County) -> None:
    with transaction.atomic():
        tell([telling(), telling(area_code=OTHER), telling("channel", area_code="")])
    with seen_by(county.users["village"]):
        assert set(Message.objects.values_list("area_code", flat=True)) == {VILLAGE, ""}


def test_one_enters_confirms_chooses_and_removes_an_address(county: County, settings: Any) -> None:
    client = county.sign_in("village")
    assert "还没有开通" in client.get("/messages/settings/").content.decode()
    gateway = Gateway(pk=1, kind="email")
    close_into([gateway], "content", [{"host": "mail.example.cn", "port": 465}])
    gateway.save()
    odd = client.post("/messages/settings/add/", {"kind": "email", "address": "x"})
    assert (odd.status_code, "电子邮件地址不正确" in odd.content.decode()) == (422, True)
    client.post("/messages/settings/add/", {"kind": "email", "address": "canary@example.cn"})
    channel = Channel.objects.get()
    page = client.get("/messages/settings/").content.decode()
    assert "ca***@example.cn" in page
    assert "canary" not in page
    address = f"/messages/settings/{channel.pk}/"
    wrong = client.post(address, {"do": "confirm", "code": "1"})
    assert (wrong.status_code, "验证码不正确" in wrong.content.decode()) == (422, True)
    client.post(address, {"do": "confirm", "code": code_of(channel)})
    wishes = {"do": "choose", "kinds": ["late", "step"], "digest_hour": "8"}
    client.post(address, wishes | {"quiet_from": "22:00", "quiet_until": "07:00"})
    channel.refresh_from_db()
    assert (channel.kinds, channel.digest_hour) == (["late", "step"], 8)
    assert str(channel.quiet_until) == "07:00:00"
    assert client.post(address, wishes | {"kinds": "channel"}).status_code == 422
    assert client.post(address, wishes | {"quiet_from": "late"}).status_code == 422
    assert client.post(address, {"do": "nothing"}).status_code == 404
    assert county.sign_in("township").post(address, {"do": "remove"}).status_code == 404
    assert county.sign_in("admin").post(address, {"do": "remove"}).status_code == 404
    client.post(address, {"do": "remove"})
    assert not Channel.objects.exists()


def test_the_administrator_keeps_gateways_and_robots(county: County, settings: Any) -> None:
    settings.MESSAGE_HOSTS = ("sms.example.cn", "qyapi.weixin.qq.com")
    client = county.sign_in("admin")
    form = {"url": "https://sms.example.cn/send", "number_field": "to", "text_field": "text"}
    sent = client.post("/outward/gateways/sms/", form | {"fixed": "a=1\nb=2", "password": "geheim"})
    assert sent.status_code == 302
    page = client.get("/outward/").content.decode()
    assert "a=1\nb=2" in page
    assert "geheim" not in page
    odd = client.post("/outward/gateways/sms/", form | {"fixed": "nothing"})
    assert (odd.status_code, "名称=值" in odd.content.decode()) == (422, True)
    away = client.post("/outward/gateways/sms/", form | {"url": "https://evil.example.cn/x"})
    assert away.status_code == 422
    assert "https://evil.example.cn/x" in away.content.decode()  # what was entered stays
    assert "geheim" not in away.content.decode()
    assert client.post("/outward/gateways/none/", form).status_code == 404
    place = Place.objects.get(code=VILLAGE)
    unit = Unit.objects.create(
        name="某村委会", kind="village_committee", place=place, valid_from="2020-01-01"
    )
    robot = {
        "kind": "wecom",
        "address": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=ab-12",
    }
    assert client.post("/outward/robots/", robot).status_code == 422
    assert client.post("/outward/robots/", robot | {"unit": str(unit.pk)}).status_code == 302
    channel = Channel.objects.get()
    assert "ab-12" not in client.get("/outward/").content.decode()
    client.post(f"/outward/robots/{channel.pk}/", {"do": "confirm", "code": code_of(channel)})
    assert Channel.objects.get().confirmed_at is not None
    client.post("/outward/gateways/sms/", {"do": "drop"})
    assert not Gateway.objects.exists()

"""Pages of messages and of the ways out of the system, and the things that they are about."""

from collections.abc import Mapping

from django.db import transaction
from tests.web.access.oracle import Thing
from tests.web.access.page import Page

from fangpin.foundation.fields import close_into
from fangpin.people.messages.actions import Telling, tell
from fangpin.people.models import Channel, Message, MessageKind, Unit, User

ANYBODY = "*"
_TOLD, _OWN, _OUT = "be told as a village worker", "mind own channels", "keep ways outward"
_ROBOT = {"unit": "0", "kind": "wecom", "address": "https://robot.test/?key=abcd"}
MESSAGE_PAGES: list[Page] = [
    Page("messages", "get", "/messages/", ANYBODY),
    Page("messages", "get", "/messages/?which=all&kind=step", ANYBODY),
    Page("messages-read", "post", "/messages/read/", ANYBODY, form={"newest": "9"}),
    Page("messages-unread", "get", "/messages/unread/", ANYBODY),
    Page("message-open", "post", "/messages/{message}/open/", _TOLD, of="message"),
    Page("message-settings", "get", "/messages/settings/", ANYBODY),
    Page("channel-add", "post", "/messages/settings/add/", ANYBODY, form={"kind": "email"}),
    Page(
        "channel-change",
        *("post", "/messages/settings/{channel}/", _OWN),
        of="channel",
        form={"do": "choose", "kinds": "late"},
    ),
    Page(
        "channel-change",
        *("post", "/messages/settings/{channel}/", _OWN),
        of="channel",
        form={"do": "remove"},
    ),
    Page("outward", "get", "/outward/", _OUT),
    Page("outward-gateway", "post", "/outward/gateways/email/", _OUT, form={"host": "x"}),
    Page("robot-add", "post", "/outward/robots/", _OUT, form=_ROBOT),
    Page(
        "robot-change",
        *("post", "/outward/robots/{channel}/", _OUT),
        of="robot",
        form={"do": "choose", "kinds": "late"},
    ),
]


def message_things(
    users: Mapping[str, User], villages: Mapping[str, str]
) -> dict[str, list[Thing]]:
    """A message for the workers of each village by its name, a channel of somebody, a robot."""
    with transaction.atomic():
        tell(
            Telling(MessageKind.STEP, area_code=code, roles=("village_worker",), label=name)
            for name, code in villages.items()
        )
    told = {row.label: row for row in Message.objects.filter(label__in=villages)}
    own = _channel(Channel(user=users["village"], kind="email"))
    robot = _channel(Channel(unit=Unit.objects.order_by("pk").first(), kind="wecom"))
    return {
        "message": [
            *(
                Thing(name, code, words={"message": told[name].pk})
                for name, code in villages.items()
            ),
            Thing("absent", absent=True, words={"message": 10**9}),
        ],
        "channel": [
            Thing("village's", owner="village", words={"channel": own.pk}),
            Thing("a unit's", absent=True, words={"channel": robot.pk}),
            Thing("absent", absent=True, words={"channel": 10**9}),
        ],
        "robot": [
            Thing("a unit's", words={"channel": robot.pk}),
            Thing("a user's", absent=True, words={"channel": own.pk}),
            Thing("absent", absent=True, words={"channel": 10**9}),
        ],
    }


def _channel(channel: Channel) -> Channel:
    channel.address_closed = b""
    channel.save()
    close_into([channel], "address", [{"address": "someone@example.cn"}])
    channel.save()
    return channel

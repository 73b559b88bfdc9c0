"""One text to one address, through apprise, inside the guard. Slow to import: for jobs alone."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from apprise import AppriseAsset
from apprise.plugins.custom_form import NotifyForm
from apprise.plugins.custom_json import NotifyJSON
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.email import NotifyEmail
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.wecombot import NotifyWeComBot

from fangpin.people.messages.outward.guard import Exchange, guarded
from fangpin.people.messages.outward.hosts import hosts
from fangpin.people.models import ChannelKind

_SECONDS: Final = 10
_MAIL: Final[Any] = NotifyEmail
_WECOM: Final[Any] = NotifyWeComBot
_DINGTALK: Final[Any] = NotifyDingTalk
_FEISHU: Final[Any] = NotifyFeishu
_ASSET: Final = AppriseAsset(app_id="Fangpin", http_redirects=False)
# What the fields of a gateway for text messages are called before the county's names for them.
_UNSAID: Final = ("version", "title", "attachments", "type")
# It writes addresses into its log; what there is to know is in the outcome.
for _name in ("apprise", "urllib3", "requests"):
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)


@dataclass(frozen=True)
class Outcome:
    """`sent`; or `again`: the other end surely did not take it; or neither: nobody can tell.
    `problem` is a code for the administrator ("" = none): what words.PROBLEMS explains."""

    sent: bool
    again: bool
    problem: str


def send(
    *, kind: str, address: Mapping[str, str], gateway: Mapping[str, Any], title: str, body: str
) -> Outcome:
    """Send one text. `address`: that of the channel; `gateway`: the county's own, for e-mail and
    text messages."""
    with guarded(hosts()) as noted:
        plugin = _plugin(kind, address, gateway)
        plugin.socket_connect_timeout = plugin.socket_read_timeout = _SECONDS
        taken = bool(plugin.notify(body=body, title=title))
    return _outcome(kind, taken, noted, gateway)


def _plugin(kind: str, address: Mapping[str, str], gateway: Mapping[str, Any]) -> Any:
    to = address["address"]
    match kind:
        case ChannelKind.EMAIL:
            return _mail(to, gateway)
        case ChannelKind.SMS:
            return _text_message(to, gateway)
        case ChannelKind.WECOM:
            robot = _WECOM(key=_named(to, "key"), asset=_ASSET)
            robot.api_url = to
        case ChannelKind.DINGTALK:
            secret = address.get("secret") or None
            robot = _DINGTALK(token=_named(to, "access_token"), secret=secret, asset=_ASSET)
            robot.notify_url = _as_pattern(to)
        case ChannelKind.FEISHU:
            robot = _FEISHU(token=urlsplit(to).path.rsplit("/", 1)[-1], asset=_ASSET)
            robot.notify_url = _as_pattern(to)
        case _:
            raise ValueError(kind)
    return robot


def _as_pattern(address: str) -> str:
    """The address itself where the library would fill in a token: counties have servers of their
    own, of which it knows nothing."""
    return address.replace("{", "{{").replace("}", "}}")


def _named(address: str, name: str) -> str:
    return dict(parse_qsl(urlsplit(address).query)).get(name, "")


def _mail(to: str, gateway: Mapping[str, Any]) -> Any:
    return _MAIL(
        host=gateway["host"],
        smtp_host=gateway["host"],
        port=int(gateway["port"]),
        secure=gateway["security"] != "insecure",
        secure_mode=gateway["security"],
        user=gateway.get("user") or None,
        password=gateway.get("password") or None,
        from_addr=gateway["sender"],
        targets=[to],
        format="text",
        asset=_ASSET,
    )


def _text_message(to: str, gateway: Mapping[str, Any]) -> Any:
    parts = urlsplit(gateway["url"])
    text = gateway["text_field"]
    payload = dict.fromkeys(_UNSAID, "")
    if text != "message":
        payload["message"] = text
    payload |= {**gateway.get("fixed", {}), gateway["number_field"]: to}
    headers = {}
    if gateway.get("password"):
        headers[gateway.get("header") or "Authorization"] = gateway["password"]
    library = NotifyForm if gateway.get("form") == "form" else NotifyJSON
    return library(
        host=parts.hostname,
        port=parts.port,
        secure=parts.scheme == "https",
        fullpath=parts.path or "/",
        params=dict(parse_qsl(parts.query)),
        payload=payload,
        headers=headers,
        asset=_ASSET,
    )


def _outcome(kind: str, taken: bool, noted: Exchange, gateway: Mapping[str, Any]) -> Outcome:
    if noted.refused:
        return Outcome(False, True, noted.refused)
    if noted.status is None:
        return Outcome(False, not noted.handed_over, "silent" if noted.handed_over else "unreached")
    fault = _said_no(kind, noted, gateway)
    if taken and not fault:
        return Outcome(True, False, "")
    return Outcome(False, True, f"answer {fault or noted.status}"[:40])


def _said_no(kind: str, noted: Exchange, gateway: Mapping[str, Any]) -> str:
    """The code of a refusal that comes with a good status, as group robots have it; "" for none."""
    answer = noted.answer()
    if kind in (ChannelKind.WECOM, ChannelKind.DINGTALK):
        code = answer.get("errcode", 0)
        return "" if code == 0 else str(code)
    if kind == ChannelKind.FEISHU:
        code = answer.get("code", answer.get("StatusCode", 0))
        return "" if code == 0 else str(code)
    if kind == ChannelKind.SMS and gateway.get("answer_field"):
        said = str(answer.get(gateway["answer_field"], ""))
        return "" if said == gateway.get("answer_value", "") else (said or "?")
    return ""

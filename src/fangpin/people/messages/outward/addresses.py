"""Addresses and gateways as they are entered: checked and tidied, or refused in words."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from fangpin.kernel.errors import FangpinError
from fangpin.people.messages.outward.hosts import hosts
from fangpin.people.models import ChannelKind

SECURITIES: Final = {"ssl": 465, "starttls": 587, "insecure": 25}
_LONGEST: Final = 500


def refuse(zh: str, en: str, do_zh: str, do_en: str) -> FangpinError:
    """What is wrong, and what to do."""
    return FangpinError.because(zh, en, do_zh=do_zh, do_en=do_en)


def no_such_kind() -> FangpinError:
    """A kind that is not offered."""
    return refuse("没有这种方式", "there is no such way", "从列出的方式中选择", "choose one listed")


def mail_address(address: str) -> str:
    """A mail address. Raises FangpinError."""
    clean = address.strip()
    try:
        validate_email(clean)
    except ValidationError:
        clean = ""
    if not clean or len(clean) > 254:
        raise refuse(
            "电子邮件地址不正确",
            "this is no mail address",
            "写成 name@example.cn",
            "name@example.cn",
        )
    return clean


def number(address: str) -> str:
    """The 11 digits of a mobile number. Raises FangpinError."""
    clean = re.sub(r"[\s-]", "", address)
    clean = clean.removeprefix("+86")
    if not re.fullmatch(r"1[3-9][0-9]{9}", clean):
        raise refuse(
            "手机号码不正确",
            "this is no mobile number",
            "填写 11 位手机号码",
            "write its 11 digits",
        )
    return clean


_NEEDED: Final = {ChannelKind.WECOM: "key", ChannelKind.DINGTALK: "access_token"}


def webhook(kind: str, address: str) -> str:
    """The whole address of a group robot on an allowed machine. Raises FangpinError."""
    parts = _address_allowed(address)
    query = dict(parse_qsl(parts.query))
    wanted = _NEEDED.get(ChannelKind(kind))
    token = query.get(wanted, "") if wanted else parts.path.rstrip("/").rsplit("/", 1)[-1]
    if not re.fullmatch(r"[A-Za-z0-9_-]{4,200}", token):
        raise refuse(
            "不是完整的机器人 Webhook 地址",
            "this is not the whole webhook address of a robot",
            "从群机器人设置中完整复制 Webhook 地址",
            "copy the webhook address from the robot's settings",
        )
    return address.rstrip("/")


def _address_allowed(address: str) -> Any:
    """The parts of an address to which something may be sent. Raises FangpinError."""
    parts = urlsplit(address)
    try:
        port = parts.port
    except ValueError:
        port = -1
    known, host = hosts(), parts.hostname or ""
    fits = parts.scheme == "https" or (parts.scheme == "http" and known.may_be_private(host))
    if len(address) > _LONGEST or not host or not fits or port == -1 or parts.username:
        raise refuse(
            "地址须以 https:// 开头（允许的内网主机可用 http://），不含用户名",
            "the address begins with https:// (http:// for an allowed inner host), without a user",
            "核对后重新填写",
            "check it and enter it again",
        )
    _host_allowed(host, port or {"https": 443}.get(parts.scheme, 80))
    return parts


def _host_allowed(host: str, port: int) -> None:
    if not hosts().allows(host, port):
        raise refuse(
            f"不允许向 {host}:{port} 外发",
            f"nothing may be sent to {host}:{port}",
            "由运维人员把该主机加入 FANGPIN_MESSAGE_HOSTS 后再填写",
            "let the operator add it to FANGPIN_MESSAGE_HOSTS first",
        )


def _text(content: Mapping[str, Any], name: str, *, most: int = 200) -> str:
    return str(content.get(name, "")).strip()[:most]


def mail_server(content: Mapping[str, Any]) -> dict[str, Any]:
    """The content of a mail gateway. Raises FangpinError."""
    security = _text(content, "security")
    host, port = _text(content, "host"), _text(content, "port")
    if security not in SECURITIES or not host or (port and not port.isdecimal()):
        raise refuse(
            "请填写邮件服务器、端口和加密方式",
            "host, port and security of the mail server are needed",
            "补齐后重新提交",
            "complete them",
        )
    wanted = int(port or SECURITIES[security])
    if security == "insecure" and not hosts().may_be_private(host):
        raise refuse(
            "外网邮件服务器必须加密连接",
            "a mail server outside is spoken to encrypted only",
            "选择 SSL 或 STARTTLS",
            "choose SSL or STARTTLS",
        )
    _host_allowed(host, wanted)
    return {
        "host": host,
        "port": wanted,
        "security": security,
        "user": _text(content, "user"),
        "password": _text(content, "password"),
        "sender": mail_address(_text(content, "sender", most=254)),
    }


_FIELD: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,59}")


def text_gateway(content: Mapping[str, Any]) -> dict[str, Any]:
    """The content of a gateway for text messages. Raises FangpinError."""
    url = _text(content, "url", most=_LONGEST)
    _address_allowed(url)
    fixed = {str(name): str(value)[:200] for name, value in dict(content.get("fixed", {})).items()}
    to, text = _text(content, "number_field"), _text(content, "text_field")
    header = _text(content, "header")
    names: Iterable[str] = (to, text, *fixed, *([header] if header else []))
    if not all(_FIELD.fullmatch(name) for name in names) or to == text:
        raise refuse(
            "参数名只含字母、数字和 _ . -，号码与内容的参数名不能相同",
            "names of fields have letters, digits and _ . - only; number and text differ",
            "按短信平台的接口说明填写",
            "take them from the description of the gateway",
        )
    return {
        "url": url,
        "form": "form" if _text(content, "form") == "form" else "json",
        "number_field": to,
        "text_field": text,
        "fixed": fixed,
        "header": header,
        "password": _text(content, "password", most=_LONGEST),
        "answer_field": _text(content, "answer_field"),
        "answer_value": _text(content, "answer_value"),
    }


def same_machine(before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """A kept password never goes to another machine than the one it was entered for."""
    return _machine(before) == _machine(now)


def _machine(content: Mapping[str, Any]) -> tuple[str, str]:
    if "url" in content:
        return "", urlsplit(str(content["url"])).netloc
    return str(content.get("host")), str(content.get("port"))

"""What leaves the system, in words, and what went wrong with it."""

from collections.abc import Mapping
from typing import Final

from django.conf import settings

from fangpin.kernel.errors import Language, Text
from fangpin.people.messages.digest import Waiting
from fangpin.people.messages.words import KINDS
from fangpin.people.models import ChannelKind, MessageKind

# Everything but the administrator's own: that sending fails cannot be sent.
TOLD_OUTWARD: Final = tuple(kind for kind in MessageKind if kind != MessageKind.CHANNEL)
CHANNELS: Final[dict[str, Text]] = {
    ChannelKind.EMAIL: Text("电子邮件", "E-mail"),
    ChannelKind.SMS: Text("短信", "Text message"),
    ChannelKind.WECOM: Text("企业微信群机器人", "WeCom group robot"),
    ChannelKind.DINGTALK: Text("钉钉群机器人", "DingTalk group robot"),
    ChannelKind.FEISHU: Text("飞书群机器人", "Feishu group robot"),
}
AUDITED: Final[dict[str, Text]] = {
    "outward.added": Text("登记消息外发地址", "Address for messages entered"),
    "outward.chosen": Text("选择消息外发内容", "What is sent out chosen"),
    "outward.code": Text("发送外发地址验证码", "Code for an address sent"),
    "outward.confirmed": Text("确认消息外发地址", "Address for messages confirmed"),
    "outward.gateway": Text("设置消息外发网关", "Gateway for messages set"),
    "outward.gateway_dropped": Text("停用消息外发网关", "Gateway for messages dropped"),
    "outward.removed": Text("删除消息外发地址", "Address for messages removed"),
    "outward.resumed": Text("恢复消息外发", "Sending of messages resumed"),
}
PROBLEMS: Final[dict[str, Text]] = {
    "host": Text(
        "该主机不在允许外发的名单中（FANGPIN_MESSAGE_HOSTS）",
        "the host is not among those allowed (FANGPIN_MESSAGE_HOSTS)",
    ),
    "private": Text(
        "该主机名指向内网地址，未经允许（FANGPIN_MESSAGE_PRIVATE_HOSTS）",
        "the name leads to an inner address, which is not allowed (FANGPIN_MESSAGE_PRIVATE_HOSTS)",
    ),
    "plain": Text("外网主机必须使用 https", "a host outside is spoken to by https only"),
    "redirect": Text("对方要求跳转，未跟随", "the other end redirects, which is not followed"),
    "unreached": Text("无法连接", "it cannot be reached"),
    "silent": Text("已发出但对方没有应答，不再重发", "handed over, no answer came; not sent again"),
    "gateway": Text("县里还没有设置该网关", "the county has no such gateway yet"),
}


def problem(code: str) -> Text:
    """What went wrong, for people."""
    kind, _, said = code.partition(" ")
    if kind == "answer":
        return Text(f"对方拒绝，答复 {said}", f"the other end refused it, answering {said}")
    return PROBLEMS.get(code, Text(code, code))


def title(language: Language) -> str:
    """The subject of a mail."""
    return _say(Text("防贫监测消息", "Fangpin: messages"), language)


def code_text(code: str, language: Language) -> str:
    """The code that confirms an address."""
    return _say(
        Text(
            f"防贫监测验证码 {code}，10 分钟内有效。不是您本人操作请忽略。",
            f"Fangpin: your code is {code}, good for 10 minutes. Ignore it if you did not ask.",
        ),
        language,
    )


def messages_text(counts: Mapping[str, int], language: Language, *, unit: bool) -> str:
    """How many of which kind, and where to sign in."""
    order = [kind for kind in TOLD_OUTWARD if counts.get(kind)]
    zh = "、".join(f"{KINDS[kind].zh} {counts[kind]} 条" for kind in order)
    en = ", ".join(f"{KINDS[kind].en.lower()} {counts[kind]}" for kind in order)
    whom = Text("贵单位", "your unit") if unit else Text("您", "you")
    said = Text(
        f"防贫监测：{whom.zh}有新消息，{zh}。请登录系统办理{_link('：', '。')}",
        f"Fangpin has news for {whom.en}: {en}. Sign in to act{_link(': ', '.')}",
    )
    return _say(said, language)


def digest_text(waiting: Waiting, language: Language) -> str:
    """The sum of a day."""
    zh, en = f"今日待办 {waiting.open} 件", f"{waiting.open} to do"
    parts_zh, parts_en = [], []
    if waiting.today:
        parts_zh.append(f"{waiting.today} 件今日到期")
        parts_en.append(f"{waiting.today} due today")
    if waiting.late:
        parts_zh.append(f"{waiting.late} 件已逾期")
        parts_en.append(f"{waiting.late} late")
    if parts_zh:
        zh, en = f"{zh}，其中 {'、'.join(parts_zh)}", f"{en}, of these {' and '.join(parts_en)}"
    said = Text(
        f"防贫监测：{zh}。请登录系统办理{_link('：', '。')}",
        f"Fangpin: {en}. Sign in to act{_link(': ', '.')}",
    )
    return _say(said, language)


def _link(before: str, without: str) -> str:
    """The address of the messages' page, when the operator told the installation its own."""
    return f"{before}{settings.STAFF_URL}/messages/" if settings.STAFF_URL else without


def _say(text: Text, language: Language) -> str:
    return text.in_language(language)

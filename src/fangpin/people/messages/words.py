"""Messages in words."""

from typing import Final

from fangpin.kernel.errors import Text
from fangpin.people.models import Message, MessageKind

KINDS: Final[dict[str, Text]] = {
    MessageKind.STEP: Text("新任务", "New tasks"),
    MessageKind.RETURNED: Text("退回", "Sent back"),
    MessageKind.CLUE: Text("待核查线索", "Clues to check"),
    MessageKind.NOTICE: Text("待张贴公示", "Notices to post"),
    MessageKind.OBJECTION: Text("收到异议", "Objections"),
    MessageKind.RELEASE: Text("待审批", "Waiting for release"),
    MessageKind.LINKS: Text("待认定同一人", "Matches to decide"),
    MessageKind.TOMORROW: Text("明日到期", "Due tomorrow"),
    MessageKind.LATE: Text("已逾期", "Late"),
    MessageKind.DECISION: Text("办理结果", "Outcomes"),
    MessageKind.CHANNEL: Text("外发故障", "Sending fails"),
}


def line(message: Message) -> Text:
    """The line inside the product: what, which number, how many. The place stands beside it."""
    said = _said(message)
    if not message.label:
        return said
    return Text(f"{said.zh}：{message.label}", f"{said.en}: {message.label}")


def _said(message: Message) -> Text:
    kind, many = MessageKind(message.kind), message.count
    named = bool(message.what_zh)
    what = Text(message.what_zh, message.what_en or message.what_zh) if named else KINDS[kind]
    some = what if many == 1 else Text(f"{what.zh} {many} 条", f"{many} × {what.en}")
    match kind:
        case MessageKind.STEP:
            return what
        case MessageKind.RETURNED:
            return Text(f"退回重办，{what.zh}", f"sent back, {what.en}")
        case MessageKind.CLUE if named:
            return Text(f"{what.zh} {many} 条", f"{many} {what.en}")
        case MessageKind.CLUE:
            clues = "clue" if many == 1 else "clues"
            return Text(f"新下发线索 {many} 条，请入户核查", f"{many} new {clues} to check")
        case MessageKind.NOTICE:
            return Text(f"{what.zh}待张贴", f"{what.en} to be posted")
        case MessageKind.OBJECTION:
            return Text("收到异议", "an objection was received")
        case MessageKind.RELEASE:
            return Text(f"{what.zh}待审批", f"{what.en} waits for release")
        case MessageKind.LINKS:
            pairs = "pair" if many == 1 else "pairs"
            return Text(f"待认定同一人 {many} 组", f"{many} {pairs} that may be the same person")
        case MessageKind.TOMORROW:
            return Text(f"{some.zh}，明日到期", f"{some.en}, due tomorrow")
        case MessageKind.LATE:
            return Text(f"{some.zh}，已逾期", f"{some.en}, late")
        case MessageKind.DECISION:
            return Text(f"个案结果，{what.zh}", f"case decided, {what.en}")
        case MessageKind.CHANNEL:
            sent = "message" if many == 1 else "messages"
            return Text(f"{what.zh}：{many} 条未能外发", f"{what.en}: {many} {sent} not sent")

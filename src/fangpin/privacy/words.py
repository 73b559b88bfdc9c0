"""Words for the codes of requests, in both languages."""

from typing import Final

from fangpin.kernel.errors import Text
from fangpin.privacy.models import NoticeShown, PersonRequest, RetentionPlan

KINDS: Final[dict[str, Text]] = {
    PersonRequest.Kind.COPY: Text("查阅、复制", "Copy"),
    PersonRequest.Kind.CORRECT: Text("更正、补充", "Correction"),
    PersonRequest.Kind.ERASE: Text("删除", "Erasure"),
    PersonRequest.Kind.OBJECT: Text("限制、拒绝处理或撤回同意", "Objection, consent withdrawn"),
}
STATES: Final[dict[str, Text]] = {
    PersonRequest.State.OPEN: Text("待决定", "To be decided"),
    PersonRequest.State.GRANTED: Text("已同意，待办理", "Granted, to be carried out"),
    PersonRequest.State.DONE: Text("已办结", "Done"),
    PersonRequest.State.REFUSED: Text("不予办理", "Refused"),
    PersonRequest.State.WITHDRAWN: Text("已撤回", "Withdrawn"),
}
ASKERS: Final[dict[str, Text]] = {
    PersonRequest.Asker.SELF: Text("本人", "The person"),
    PersonRequest.Asker.GUARDIAN: Text("监护人", "Guardian"),
    PersonRequest.Asker.RELATIVE: Text("死者近亲属", "Close relative of a deceased person"),
    PersonRequest.Asker.AGENT: Text("委托代理人", "Agent with authority in writing"),
}
PROOFS: Final[dict[str, Text]] = {
    PersonRequest.Proof.CARD: Text("查验身份证件", "Identity card seen"),
    PersonRequest.Proof.LETTER: Text("书面委托和身份证件", "Authority in writing, card seen"),
    PersonRequest.Proof.KNOWN: Text("村（社区）当面确认", "Known to the village in person"),
}
GROUNDS: Final[dict[str, Text]] = {
    PersonRequest.Ground.ENDED: Text(
        "处理目的已实现或保存期限已届满", "Purpose reached, or period of keeping over"
    ),
    PersonRequest.Ground.WITHDRAWN: Text("个人撤回同意", "Consent withdrawn"),
    PersonRequest.Ground.UNLAWFUL: Text("登记没有法定依据", "Entered without a legal basis"),
}
HOW: Final[dict[str, Text]] = {
    NoticeShown.How.READ: Text("本人阅读", "Read by the household"),
    NoticeShown.How.TOLD: Text("口头宣读", "Read out"),
    NoticeShown.How.PAPER: Text("书面送达", "Handed over on paper"),
}
PLAN_STATES: Final[dict[str, Text]] = {
    RetentionPlan.State.LISTED: Text("待批准", "Waits for release"),
    RetentionPlan.State.RELEASED: Text("已批准，正在执行", "Released, under way"),
    RetentionPlan.State.DONE: Text("已执行", "Carried out"),
    RetentionPlan.State.REFUSED: Text("未批准", "Refused"),
}

# Words of the audit trail (web.wording).
AUDITED: Final[dict[str, Text]] = {
    "request.registered": Text("登记个人信息申请", "Request of a person registered"),
    "request.granted": Text("同意个人信息申请", "Request of a person granted"),
    "request.refused": Text("不予办理个人信息申请", "Request of a person refused"),
    "request.withdrawn": Text("撤回个人信息申请", "Request of a person withdrawn"),
    "request.done": Text("办结个人信息申请", "Request of a person done"),
    "privacy.erased": Text("删除个人信息", "Personal data erased"),
    "privacy.erased_again": Text("恢复后重新删除", "Erased again after a restore"),
    "notice.shown": Text("告知个人信息处理", "Notice of processing shown"),
    "retention.listed": Text("列出到期内容", "What is due to go listed"),
    "retention.released": Text("批准清理到期内容", "What is due to go released"),
    "retention.refused": Text("不批准清理到期内容", "What is due to go refused"),
    "retention.gone": Text("清理到期内容", "Kept long enough, gone"),
    "retention.done": Text("到期清理完成", "What was due is gone"),
}

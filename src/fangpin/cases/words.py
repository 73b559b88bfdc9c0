"""Words for what the audit trail records about cases."""

from typing import Final

from fangpin.cases.models import Case, CaseState
from fangpin.kernel.errors import Text

STATE_WORDS: Final[dict[str, Text]] = {
    CaseState.OPEN: Text("办理中", "running"),
    CaseState.GRANTED: Text("已通过", "granted"),
    CaseState.REFUSED: Text("未通过", "refused"),
    CaseState.WITHDRAWN: Text("已撤回", "withdrawn"),
    CaseState.CANCELLED: Text("已终止", "ended"),
}

DONE: Final = Text("已办结", "done")


def state_words(case: Case) -> Text:
    """What a case's state is called; nothing was granted where a procedure changes nothing in the
    registry, it is done."""
    if case.state == CaseState.GRANTED and case.effect == "none":
        return DONE
    return STATE_WORDS[case.state]


AUDITED: Final[dict[str, Text]] = {
    "cases.snapshot_read": Text("查看决定时的快照", "Snapshot of a decision read"),
    "cases.opened": Text("立案", "Case opened"),
    "cases.step": Text("办理个案环节", "Step of a case taken"),
    "cases.withdrawn": Text("撤回个案", "Case withdrawn"),
    "cases.refused": Text("办理个案被拒绝", "Step of a case refused"),
    "cases.kept_entry": Text("保留冲突的提交", "Conflicting entry kept"),
    "cases.kept_entry_settled": Text("核对冲突的提交", "Conflicting entry compared"),
    "cases.notice_posted": Text("张贴公示", "Notice posted"),
    "cases.notice_withdrawn": Text("撤下公示", "Notice taken down"),
    "cases.notice_over": Text("公示期满", "Notice over"),
    "cases.objection": Text("收到异议", "Objection received"),
    "cases.objection_upheld": Text("异议成立", "Objection upheld"),
    "cases.objection_rejected": Text("异议不成立", "Objection rejected"),
    "cases.expired": Text("环节到期", "Step expired"),
    "cases.escalated": Text("临期、逾期提醒上级", "Late steps told to the next level"),
    "cases.recounted": Text("重新计算个案期限", "Days of cases counted anew"),
    "cases.own_person": Text("登记用户本人身份", "Own person of a user stated"),
    "cases.recusal": Text("申报回避", "Recusal declared"),
    "cases.recusal_ended": Text("解除回避", "Recusal ended"),
    "cases.pack_in_force": Text("确定适用的政策包", "Pack in force set"),
}

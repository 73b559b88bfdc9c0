"""Words for states of notices and for what the audit trail says of them."""

from typing import Final

from fangpin.kernel.errors import Text

WORDS: Final[dict[str, dict[str, Text]]] = {
    "publication_state": {
        "due": Text("待张贴", "To be posted"),
        "posted": Text("公示中", "Posted"),
        "over": Text("已到期", "Over"),
        "withdrawn": Text("已撤回", "Withdrawn"),
    },
    "objection_state": {
        "open": Text("待处理", "Open"),
        "upheld": Text("成立", "Upheld"),
        "rejected": Text("不成立", "Not accepted"),
    },
    "notice_down": {
        "over": Text("到期撤下", "its days were over"),
        "early": Text("提前撤下", "taken down early"),
        "withdrawn": Text("个案退回或撤回", "its case went back or was withdrawn"),
    },
}
AUDITED: Final[dict[str, Text]] = {
    "cases.notice_withdrawn": Text("公示提前撤下", "Notice taken back"),
    "notices.posted": Text("张贴公示", "Notice posted"),
    "notices.taken_down": Text("撤下公示", "Notice taken down"),
    "notices.photo": Text("上传公开栏照片", "Photograph of a board kept"),
    "notices.telephone": Text("登记监督电话", "Office telephone entered"),
    "notices.telephone_dropped": Text("删除监督电话", "Office telephone removed"),
    "submissions.application": Text("收到群众申请", "Application received"),
    "submissions.objection": Text("收到公示异议", "Objection received"),
    "submissions.complaint": Text("收到投诉", "Complaint received"),
    "submissions.tip": Text("收到举报", "Tip-off received"),
    "submissions.read": Text("查看群众来件", "Submission read"),
    "submissions.answered": Text("答复群众来件", "Submission answered"),
    "submissions.closed": Text("了结群众来件", "Submission closed"),
}

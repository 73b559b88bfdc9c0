"""Words of clues: channels, sources, states, the four answers and the reasons for each.

They are data: pages, the phone and workbooks all show these and nothing of their own.
"""

from typing import Final

from fangpin.clues.models import AnswerKind, Channel, ClueState, Ending, Standing
from fangpin.kernel.errors import Text

CHANNELS: Final[dict[str, Text]] = {
    Channel.SCREENING: Text("部门筛查预警", "Screening"),
    Channel.APPLICATION: Text("农户自主申报", "Own application"),
    Channel.CADRE: Text("干部排查走访", "Cadre or grid worker"),
    Channel.SUPERVISION: Text("信访热线舆情", "Hotline, letters, press"),
    Channel.PLATFORM: Text("上级平台推送", "Higher-level platform"),
}
# Who or what a lead came from, by channel. The first is what a form starts with.
SOURCES: Final[dict[str, dict[str, Text]]] = {
    Channel.CADRE: {
        "village_cadre": Text("村干部", "Village cadre"),
        "grid_worker": Text("网格员", "Grid worker"),
        "stationed_team": Text("驻村工作队", "Stationed team"),
        "helper": Text("帮扶责任人", "Helper of the household"),
        "township_cadre": Text("乡镇干部", "Township cadre"),
    },
    Channel.SUPERVISION: {
        "hotline_12317": Text("12317 热线", "Hotline 12317"),
        "hotline_12345": Text("12345 热线", "Hotline 12345"),
        "petition": Text("来信来访", "Letter or visit"),
        "press": Text("媒体舆情", "Press and online media"),
        "inspection": Text("巡视督查交办", "Inspection"),
    },
    Channel.APPLICATION: {
        "in_person": Text("本人当面申请", "In person"),
        "in_writing": Text("书面申请", "In writing"),
        "by_phone": Text("电话申请", "By telephone"),
        "public_page": Text("网上申请", "Online"),
    },
    Channel.PLATFORM: {
        "national": Text("全国系统", "National system"),
        "province": Text("省级平台", "Platform of the province"),
        "city": Text("市级平台", "Platform of the city"),
    },
}
STATES: Final[dict[str, Text]] = {
    ClueState.NEW: Text("待下发", "To be sent"),
    ClueState.SENT: Text("待核查", "To be checked"),
    ClueState.ANSWERED: Text("属实待办", "True, to be acted on"),
    ClueState.CLOSED: Text("已办结", "Closed"),
}
ANSWERS: Final[dict[str, Text]] = {
    AnswerKind.TRUE: Text("属实", "True"),
    AnswerKind.NOT_TRUE: Text("不属实", "Not true"),
    AnswerKind.ALREADY_MONITORED: Text("已在监测", "In monitoring already"),
    AnswerKind.NOT_LIVING_HERE: Text("不在本村居住", "Not living here"),
}
# Reasons to choose from for each answer; "other" needs a note.
REASONS: Final[dict[str, dict[str, Text]]] = {
    AnswerKind.TRUE: {
        "as_found": Text("情况与线索一致", "As the clue says"),
        "worse": Text("实际困难更大", "Worse than the clue says"),
        "other_risk": Text("另有其他困难", "Another difficulty was found"),
    },
    AnswerKind.NOT_TRUE: {
        "data_wrong": Text("部门数据有误", "The department’s data are wrong"),
        "wrong_person": Text("不是本户的人", "It is about somebody else"),
        "covered": Text("费用已报销或已有救助", "Covered by insurance or relief"),
        "resolved": Text("困难已经解决", "Resolved meanwhile"),
        "able": Text("家庭收入和积蓄足以应对", "The household can cope"),
        "other": Text("其他", "Other"),
    },
    AnswerKind.ALREADY_MONITORED: {
        "same_risk": Text("已因同一风险纳入", "For the same risk"),
        "new_risk": Text("已纳入，本次为新增风险", "Monitored; this risk is new"),
        "in_procedure": Text("正在办理纳入", "Inclusion is under way"),
    },
    AnswerKind.NOT_LIVING_HERE: {
        "moved": Text("户籍已迁出", "Registered elsewhere now"),
        "away": Text("长期在外，无法入户", "Away for long, not to be met"),
        "unknown_here": Text("本村查无此户", "No such household here"),
        "deceased": Text("已故，无其他家庭成员", "Deceased, nobody else left"),
    },
}
ENDINGS: Final[dict[str, Text]] = {
    Ending.NOT_TRUE: ANSWERS[AnswerKind.NOT_TRUE],
    Ending.ALREADY_MONITORED: ANSWERS[AnswerKind.ALREADY_MONITORED],
    Ending.NOT_LIVING_HERE: ANSWERS[AnswerKind.NOT_LIVING_HERE],
    Ending.CASE: Text("已转入办理程序", "Became a case"),
    Ending.NO_CASE: Text("属实，未转办", "True, nothing followed"),
    Ending.MONITORED: Text("监测户新情况，仅记录", "Monitored household, noted only"),
    Ending.MERGED: Text("并入该户另一条线索", "Joined with another clue"),
}
STANDINGS: Final[dict[str, Text]] = {
    Standing.MONITORED: Text("已是监测对象，仅记录", "Monitored already, noted only"),
    Standing.PROCEDURE: Text("正在办理程序，仅记录", "In a procedure, noted only"),
    Standing.CHECKED: Text("近期已核查，仅记录", "Checked not long ago, noted only"),
}
HELD: Final[dict[str, Text]] = {
    "taken": Text("已生成", "Taken"),
    "held": Text("待放行", "Waiting"),
    "released": Text("已放行", "Released"),
    "refused": Text("未放行", "Refused"),
    "superseded": Text("已由新一次比对取代", "Superseded by a later run"),
}


def needs_note(answer: str, reason: str) -> bool:
    """Whether this answer is only complete with a note."""
    return reason in ("other", "other_risk", "worse")


AUDITED: Final[dict[str, Text]] = {
    "clues.answer": Text("答复线索", "Clue answered"),
    "clues.close": Text("办结线索", "Clue closed"),
    "clues.conflict": Text("保存有冲突的答复", "Conflicting answer kept"),
    "clues.from_run": Text("疑点转为线索", "Findings taken as clues"),
    "clues.identify": Text("线索对应到户", "Household of a clue named"),
    "clues.import_platform": Text("导入上级平台线索", "Leads of a platform imported"),
    "clues.link_case": Text("线索转办", "Case begun from a clue"),
    "clues.unlink_case": Text("撤销转办", "Case taken off a clue"),
    "clues.propose_release": Text("提出放行线索", "Release of clues proposed"),
    "clues.recount": Text("重算线索期限", "Days of clues counted anew"),
    "clues.refuse_run": Text("不放行线索", "Clues of a run refused"),
    "clues.release_run": Text("放行线索", "Clues of a run released"),
    "clues.report": Text("登记线索", "Lead entered"),
    "clues.return": Text("回传核查结果", "Answers returned to a department"),
    "clues.send": Text("下发线索", "Clues sent down"),
    "clues.take_back": Text("撤回答复", "Answer taken back"),
}

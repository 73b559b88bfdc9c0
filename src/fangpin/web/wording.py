"""Words of the interface for codes that data carries, in both languages."""

from django.utils.translation import get_language

from fangpin.kernel.errors import Language, Text
from fangpin.people.exporting.purpose import PURPOSES


def language() -> Language:
    """The reader's language."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def pick(zh: str, en: str) -> str:
    """The text in the reader's language; the other one when it is missing."""
    return (en or zh) if language() == "en" else (zh or en)


WORDS: dict[str, dict[str, Text]] = {
    "severity": {
        "alert": Text("预警", "Alert"),
        "check": Text("待核查", "To check"),
        "gap": Text("应享未享", "Entitlement gap"),
        "error": Text("数据错误", "Data error"),
        "doubt": Text("数据疑问", "Data doubt"),
    },
    "severity_help": {
        "alert": Text("尽快入户核实", "visit soon"),
        "check": Text("提示核查，不作结论", "a prompt for a check, not a verdict"),
        "gap": Text("符合条件但未享受", "entitled but not received"),
        "error": Text("填报有误，应当更正", "entered wrongly, to be corrected"),
        "doubt": Text("数据之间不一致", "data disagree"),
    },
    "state": {
        "new": Text("新增", "New"),
        "continuing": Text("持续", "Continuing"),
        "cleared": Text("已消除", "Cleared"),
        "unknown": Text("无法判定", "Undecided"),
    },
    "answer": {
        "confirmed": Text("属实", "Confirmed"),
        "refused": Text("不属实", "Refused"),
        "in_monitoring": Text("已在监测", "In monitoring already"),
        "not_living_here": Text("不在此居住", "Not living here"),
        "unanswered": Text("未答复", "Unanswered"),
    },
    "direction": {
        "gained": Text("新增", "Gained"),
        "lost": Text("减少", "Lost"),
        "became_unknown": Text("转为无法判断", "Now undecided"),
    },
    "group": {
        "warning": Text("预警线", "Warning lines"),
        "risk": Text("返贫致贫风险", "Risk signs"),
        "entitlement": Text("应享未享", "Entitlement gaps"),
        "leakage": Text("疑似错享", "Possible leakage"),
        "monitoring": Text("应纳未纳", "Missing in monitoring"),
        "quality": Text("数据质量", "Data quality"),
    },
    "subject": {
        "household": Text("户", "household"),
        "person": Text("人", "person"),
        "village": Text("村", "village"),
    },
    "verdict": {
        "accepted": Text("已接收", "Accepted"),
        "accepted_with_gaps": Text("接收，有缺口", "Accepted with gaps"),
        "quarantined": Text("已隔离", "Quarantined"),
        "refused": Text("已拒收", "Refused"),
        "not_recognised": Text("未能识别", "Not recognised"),
    },
    "coverage": {
        "complete": Text("完整", "Complete"),
        "missing": Text("未报送", "Missing"),
        "late": Text("逾期", "Late"),
        "partial": Text("不完整", "Partial"),
        "quarantined": Text("已隔离", "Quarantined"),
    },
    "action": {
        "corrected": Text("已更正", "Corrected"),
        "flagged": Text("有疑问", "Flagged"),
        "rejected": Text("已退回", "Rejected"),
        "duplicate": Text("重复", "Duplicate"),
        "ignored": Text("非数据行", "Not data"),
        "quarantined": Text("已隔离", "Quarantined"),
    },
    "link_state": {
        "open": Text("待认定", "Open"),
        "accepted": Text("是同一人", "Same person"),
        "refused": Text("不是同一人", "Not the same"),
        "settled": Text("已认定他人", "Another was chosen"),
    },
    "side_verdict": {
        "same": Text("一致", "the same"),
        "similar": Text("相近", "similar"),
        "different": Text("不一致", "different"),
    },
    "number_reason": {
        "numeric_cell": Text("以数值存储，末几位已丢失", "stored as a number, last digits lost"),
        "scientific_text": Text(
            "被写成科学计数法，数字已丢失", "in scientific notation, digits lost"
        ),
        "wrong_length": Text("位数不对", "wrong length"),
        "bad_characters": Text("含有不允许的字符", "characters that do not belong there"),
        "bad_date": Text("其中的出生日期不存在", "its birth date is impossible"),
        "wrong_check_digit": Text("校验位不符", "check digit does not fit"),
        "bad_disability_code": Text("类别或等级不符", "category or level invalid"),
    },
    "job_state": {
        "queued": Text("排队中", "Waiting"),
        "running": Text("处理中", "Running"),
        "done": Text("已完成", "Done"),
        "failed": Text("未完成", "Failed"),
        "cancelled": Text("已取消", "Cancelled"),
    },
    "role": {
        "county_bureau": Text("县级主管部门", "County bureau"),
        "township_officer": Text("乡镇干部", "Township officer"),
        "village_worker": Text("村级工作人员", "Village worker"),
        "department_liaison": Text("部门联络员", "Department liaison"),
        "leader": Text("县级领导", "Leader"),
        "auditor": Text("审计人员", "Auditor"),
        "system_administrator": Text("系统管理员", "System administrator"),
        "approver": Text("审批人", "Approver"),
        "security_administrator": Text("安全管理员", "Security administrator"),
        "audit_administrator": Text("审计管理员", "Audit administrator"),
    },
    "purpose": PURPOSES,
    "export": {
        "findings": Text("疑点清单", "Findings"),
        "what_if": Text("政策试算清单", "What-if list"),
        "delivery_return": Text("部门数据退回表", "Rows returned to a department"),
        "households": Text("户名录", "Households"),
        "persons": Text("人员名录", "Persons"),
        "household_wide": Text("户信息宽表", "Wide table of households"),
        "person_wide": Text("人员信息宽表", "Wide table of persons"),
        "household_card": Text("户卡", "Household card"),
        "village_register": Text("村册", "Village register"),
        "township_file": Text("乡镇档案", "Township file"),
    },
    "export_state": {
        "making": Text("生成中", "Being made"),
        "waiting": Text("待审批", "Waiting for release"),
        "ready": Text("可下载", "Ready"),
        "refused": Text("未同意", "Refused"),
        "expired": Text("已到期删除", "Deleted on its day"),
        "failed": Text("未完成", "Failed"),
    },
    "pack_section": {
        "clauses": Text("条款", "Clauses"),
        "mechanisms": Text("机制", "Mechanisms"),
        "rules": Text("规则", "Rules"),
        "parameters": Text("参数", "Parameters"),
        "targets": Text("目标", "Targets"),
        "duties": Text("任务", "Duties"),
        "ledgers": Text("台账", "Ledgers"),
        "programmes": Text("政策待遇", "Programmes"),
        "procedures": Text("程序", "Procedures"),
        "contracts": Text("部门数据", "Feeds"),
    },
    "audit_action": {
        "answers.remove": Text("删除核查结果", "Answers removed"),
        "answers.take_in": Text("导入核查结果", "Answers taken in"),
        "backtest.export": Text("导出回测结果", "Backtest exported"),
        "findings.export": Text("导出疑点", "Findings exported"),
        "feeds.load": Text("载入报送情况", "Deliveries loaded"),
        "feeds.return_workbook": Text("下载退回表", "Return workbook taken"),
        "household.read": Text("查看农户", "Household read"),
        "job.cancel": Text("取消任务", "Job cancelled by a person"),
        "job.cancelled": Text("任务已取消", "Job ended: cancelled"),
        "job.done": Text("任务完成", "Job ended: done"),
        "job.failed": Text("任务失败", "Job ended: failed"),
        "job.enqueue:screen": Text("提交比对", "Screening submitted"),
        "job.requeue": Text("任务重新排队", "Job queued again"),
        "export.asked": Text("申请导出", "Export asked for"),
        "export.failed": Text("导出未完成", "Export failed"),
        "export.made": Text("生成导出文件", "Export file made"),
        "export.refused": Text("不同意导出", "Export refused"),
        "export.released": Text("同意导出", "Export released"),
        "export.removed": Text("导出文件到期删除", "Export file deleted on its day"),
        "export.taken": Text("下载导出文件", "Export file taken"),
        "links.accept": Text("认定为同一人", "Link accepted"),
        "links.export": Text("导出同一人认定", "Link decisions exported"),
        "links.read": Text("查看疑似同一人", "Possible match read"),
        "links.refuse": Text("认定不是同一人", "Link refused"),
        "links.withdraw": Text("撤销同一人认定", "Link decision withdrawn"),
        "people.add_user": Text("新增用户", "User added"),
        "people.demo_accounts": Text("建立演示账号", "Demo accounts made"),
        "people.end_post": Text("任职结束", "Post ended"),
        "people.give_post": Text("授予任职", "Post given"),
        "places.take_over": Text("更新区划", "Places updated"),
        "registry.take_from_run": Text("由比对结果补入农户", "Households taken from a run"),
        "scenario.delete": Text("删除情景", "Scenario deleted"),
        "scenario.save": Text("保存情景", "Scenario saved"),
        "screening.load": Text("载入比对结果", "Run loaded"),
        "session.begin": Text("登录", "Signed in"),
        "session.failed": Text("登录失败", "Sign-in failed"),
        "what_if.export": Text("导出试算结果", "What-if result exported"),
    },
    "parameter_status": {
        "sourced": Text("有出处", "Sourced"),
        "sample": Text("样例", "Sample"),
        "to-be-confirmed": Text("待核实", "To be confirmed"),
    },
    "mechanism_status": {
        "live": Text("已运行", "Live"),
        "recorded": Text("已登记", "Recorded"),
    },
}


def word(vocabulary: str, code: str) -> str:
    """The word for `code` in the reader's language; the code itself when it is not listed."""
    text = WORDS[vocabulary].get(code)
    return text.in_language(language()) if text else str(code)

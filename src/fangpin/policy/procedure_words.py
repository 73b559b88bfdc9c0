"""Words for what procedures are made of: who acts, where, how long, what follows."""

from datetime import date

from fangpin.kernel.errors import Text
from fangpin.policy.pack import (
    Actor,
    AttachmentRule,
    Entry,
    Outcome,
    Pack,
    Procedure,
    Publication,
    RateLimit,
    Step,
    TimeLimit,
    Vote,
)
from fangpin.policy.printed import english_unit, printed_value
from fangpin.policy.procedure_graph import target
from fangpin.policy.rates import LABELS as RATE_LABELS

ROLES = {
    "audit_department": Text("审计部门", "audit department"),
    "cadre": Text("干部", "cadre"),
    "charity": Text("慈善组织", "charity"),
    "checker": Text("核查人员", "checker"),
    "city_government": Text("市政府", "city government"),
    "civil_affairs": Text("民政部门", "civil affairs"),
    "county_committee": Text("县委", "county committee"),
    "county_government": Text("县政府", "county government"),
    "department": Text("部门", "department"),
    "discipline_commission": Text("纪委监委", "discipline commission"),
    "donor": Text("捐助方", "donor"),
    "evaluator": Text("评估机构", "evaluator"),
    "finance_department": Text("财政部门", "finance department"),
    "helper": Text("帮扶责任人", "helper"),
    "helping_unit": Text("帮扶单位", "helping unit"),
    "hospital": Text("医院", "hospital"),
    "household": Text("农户", "household"),
    "housing_department": Text("住建部门", "housing department"),
    "insurer": Text("保险机构", "insurer"),
    "joint_conference": Text("联席会议", "joint conference"),
    "lead_department": Text("牵头部门", "lead department"),
    "leading_group": Text("领导小组", "leading group"),
    "medical_fund": Text("医保经办机构", "medical fund"),
    "operator": Text("经营主体", "operator"),
    "organisation_department": Text("组织部", "organisation department"),
    "poverty_office": Text("扶贫部门", "poverty office"),
    "province": Text("省", "province"),
    "provincial_government": Text("省政府", "provincial government"),
    "resident_team": Text("驻村工作队", "resident team"),
    "responsible_helper": Text("帮扶责任人", "responsible helper"),
    "review_panel": Text("评审组", "review panel"),
    "school": Text("学校", "school"),
    "supervision_office": Text("督查部门", "supervision office"),
    "third_party": Text("第三方", "third party"),
    "township": Text("乡镇", "township"),
    "township_government": Text("乡镇政府", "township government"),
    "village_assembly": Text("村民代表会议", "villagers' assembly"),
    "village_committee": Text("村委会", "village committee"),
    "village_committees": Text("村“两委”", "village committees"),
    "village_group": Text("村民小组", "village group"),
    "village_party": Text("村党组织", "village party branch"),
    "village_supervision": Text("村务监督委员会", "village supervision committee"),
    "village_team": Text("村级工作组", "village team"),
    "villagers_assembly": Text("村民代表会议", "villagers' assembly"),
    "work_team": Text("工作队", "work team"),
}
LEVELS = {
    "household": Text("户", "household"),
    "village": Text("村", "village"),
    "township": Text("乡镇", "township"),
    "county": Text("县", "county"),
    "city": Text("市", "city"),
    "province": Text("省", "province"),
    "platform": Text("平台", "platform"),
    "network": Text("网上", "online"),
}
POSTS = {
    "household": Text(
        "农户（由村级代录或本人在线提交）", "household (entered by the village or online)"
    ),
    "village_worker": Text("村级工作人员", "village worker"),
    "township_officer": Text("乡镇干部", "township officer"),
    "county_bureau": Text("县级主管部门", "county bureau"),
    "department_liaison": Text("部门联络员", "department liaison"),
    "approver": Text("审批人", "approver"),
}
EFFECTS = {
    "identify": Text("识别为扶贫对象", "the subject is identified"),
    "monitor": Text("纳入监测", "the household is monitored"),
    "remove_risk": Text("标注风险消除", "the risk is marked as removed"),
    "return_to_monitoring": Text("恢复监测", "the household is monitored again"),
    "exit_household": Text("贫困户退出", "the household leaves the list"),
    "exit_village": Text("贫困村退出", "the village leaves the list"),
    "exit_county": Text("贫困县退出", "the county leaves the list"),
    "correct": Text("更正登记信息", "the data are corrected"),
    "transfer": Text("转入新的村", "the household belongs to the other village"),
    "objection": Text("异议投诉有了结论", "the objection is settled"),
}
OPENS_FROM = {
    "clue": Text("线索", "a clue"),
    "application": Text("群众申请", "an application"),
    "officer": Text("工作人员立案", "an officer"),
}
_KINDS = {
    "text": Text("文字", "text"),
    "long_text": Text("文字", "text"),
    "money": Text("金额", "amount"),
    "integer": Text("整数", "whole number"),
    "number": Text("数字", "number"),
    "date": Text("日期", "date"),
    "boolean": Text("是否", "yes or no"),
    "choice": Text("单选", "one choice"),
    "choices": Text("可多选", "several choices"),
    "signature": Text("签字", "signature"),
    "household_field": Text("改登记信息", "field of the register"),
}
_RELATIONS = {
    "at_most": Text("不高于", "at most"),
    "less_than": Text("低于", "below"),
    "at_least": Text("不低于", "at least"),
}


def named(vocabulary: dict[str, Text], code: str | None) -> Text | None:
    """The words for a code; hyphens count as underscores. None for None, the code if not listed."""
    if code is None:
        return None
    return vocabulary.get(code.replace("-", "_"), Text(code, code.replace("_", " ")))


def role_words(actor: Actor) -> Text:
    """The role in the document's words, with the level that it works at."""
    role = named(ROLES, actor.role) or Text("—", "—")
    if actor.level in (None, "household"):
        return role
    level = named(LEVELS, actor.level) or role
    return Text(f"{role.zh}（{level.zh}级）", f"{role.en} ({level.en})")


def days_of(days: int | str, pack: Pack, as_of: date) -> int | None:
    """A number of days, of a parameter the one in force on `as_of`; None before its first value."""
    if isinstance(days, int):
        return days
    found = pack.parameter(days, as_of)
    return int(found.value) if found is not None and isinstance(found.value, int) else None


def days_words(days: int | str, kind: str, pack: Pack, as_of: date) -> Text:
    """`5天` or `5个工作日`; a parameter without a value then by its name."""
    number = days_of(days, pack, as_of)
    if number is None:
        label = pack.parameters[str(days)].label
        return Text(f"（{label.zh}，当日尚无规定）", f"({label.en}: none in force then)")
    one = "" if number == 1 else "s"
    if kind == "workday":
        return Text(f"{number}个工作日", f"{number} working day{one}")
    return Text(f"{number}天", f"{number} day{one}")


def limit_words(limit: TimeLimit, pack: Pack, as_of: date) -> Text:
    """`3天内`, counted from the case's beginning when the limit is."""
    days = days_words(limit.days, limit.kind, pack, as_of)
    if limit.counts_from == "case":
        return Text(f"自立案起{days.zh}内", f"within {days.en} of the beginning of the case")
    return Text(f"{days.zh}内", f"within {days.en}")


def publication_words(publication: Publication, pack: Pack, as_of: date) -> Text:
    """What is published where, how long, and whether it is masked."""
    where = named(LEVELS, publication.where) or Text("—", "—")
    form = Text("公示", "notice") if publication.form == "notice" else Text("公告", "announcement")
    zh, en = f"{where.zh}内{form.zh}", f"{form.en} in the {where.en}"
    if publication.days is not None:
        days = days_words(publication.days, publication.kind, pack, as_of)
        zh, en = f"{zh}{days.zh}", f"{en} for {days.en}"
    if publication.masked:
        zh, en = f"{zh}，自动脱敏", f"{en}, masked"
    return Text(zh, en)


def vote_words(vote: Vote) -> Text:
    """Who votes and what carries."""
    quorum, majority = vote.quorum, vote.majority
    over = Text("超过", "more than") if vote.more_than else Text("达到", "at least")
    secret = ("，无记名", ", secret") if vote.secret else ("", "")
    return Text(
        f"{vote.body.zh}：应到{quorum}以上到会，到会{over.zh}{majority}同意通过{secret[0]}",
        f"{vote.body.en}: at least {quorum} of those entitled are there, {over.en} {majority} of "
        f"those there agree{secret[1]}",
    )


def outcome_words(outcome: Outcome, step: Step, procedure: Procedure) -> Text:
    """What an outcome of a step leads to."""
    labels = {each.id: each.label for each in procedure.steps}
    if outcome.goes == "next" and step.id == procedure.steps[-1].id:
        where = Text("办结", "done")
    elif outcome.goes == "next":
        where = Text("下一步", "next step")
    elif outcome.goes == "end":
        where = Text("结束", "end")
    elif outcome.goes.startswith("back:"):
        to = labels[target(outcome.goes)]
        where = Text(f"退回“{to.zh}”", f"back to “{to.en}”")
    else:
        to = labels[outcome.goes]
        where = Text(f"转到“{to.zh}”", f"on to “{to.en}”")
    reason = Text("，写明理由", ", with a reason") if outcome.reason_required else None
    return Text(
        f"{outcome.label.zh} → {where.zh}{reason.zh if reason else ''}",
        f"{outcome.label.en} → {where.en}{reason.en if reason else ''}",
    )


def entry_words(entry: Entry) -> Text:
    """What is entered, of which kind, and whether it may be left out."""
    kind = _KINDS[entry.type]
    unit = f"，{entry.unit}" if entry.unit else ""
    open_ = Text("，可不填", ", optional") if not entry.required else None
    return Text(
        f"{entry.label.zh}（{kind.zh}{unit}{open_.zh if open_ else ''}）",
        f"{entry.label.en} ({kind.en}{f', {english_unit(entry.unit)}' if entry.unit else ''}"
        f"{open_.en if open_ else ''})",
    )


def attachment_words(rule: AttachmentRule) -> Text:
    """What is attached, at least and at most how many."""
    return Text(
        f"{rule.label.zh}（{rule.least}至{rule.most}件）",
        f"{rule.label.en} ({rule.least} to {rule.most})",
    )


def rate_words(limit: RateLimit, pack: Pack, as_of: date) -> Text:
    """A rate and what it must keep to."""
    label, relation = RATE_LABELS[limit.rate], _RELATIONS[limit.relation]
    parameter = pack.parameters[limit.parameter]
    found = parameter.at(as_of)
    if found is None:
        most = parameter.label
        return Text(
            f"{label.zh}{relation.zh}{most.zh}（当日尚无规定）",
            f"{label.en} {relation.en} {most.en} (none in force then)",
        )
    value = printed_value(parameter, found.value)
    return Text(f"{label.zh}{relation.zh}{value.zh}", f"{label.en} {relation.en} {value.en}")

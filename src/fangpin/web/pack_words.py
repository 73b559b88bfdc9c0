"""Words for codes and units that policy packs use: roles, levels, rhythms, units in English."""

import re

from fangpin.kernel.errors import Text

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
RHYTHMS = {
    "day": Text("每天", "every day"),
    "week": Text("每周", "every week"),
    "month": Text("每月", "every month"),
    "two_months": Text("每两个月", "every two months"),
    "quarter": Text("每季度", "every quarter"),
    "half_year": Text("每半年", "every half-year"),
    "term": Text("每学期", "every school term"),
    "year": Text("每年", "every year"),
    "event": Text("有事即报", "on the event"),
}
_UNITS = {
    "%": "%", "1": "", "个": "", "个百分点": "percentage points", "亩": "mu", "人": "persons",
    "份": "copies", "倍": "times", "公里": "km", "元": "yuan", "口": "", "名": "persons",
    "处": "places", "天": "days", "家": "businesses", "岁": "years old", "年": "years",
    "户": "households", "所": "facilities", "支": "teams", "方": "parties", "日": "days",
    "月": "months", "朵": "", "村": "villages", "条": "", "次": "times", "步": "steps",
    "种": "kinds", "类": "kinds", "级": "levels", "起": "cases", "轮": "rounds", "重": "layers",
    "门": "", "项": "items", "平方米": "m²",
}  # fmt: skip
_PER = {
    "人": "person", "年": "year", "月": "month", "户": "household", "村": "village", "天": "day",
    "次": "time", "亩": "mu",
}  # fmt: skip


def unit_in_english(unit: str) -> str:
    """`元/人·月` → `yuan per person and month`; a unit that is not listed stays as it is."""
    head, _, below = unit.partition("/")
    words = [_UNITS.get(part, part) for part in re.split("·", head)]
    text = " ".join(word for word in words if word)
    if below:
        parts = " and ".join(_PER.get(part, part) for part in re.split("[·/]", below))
        text = f"{text} per {parts}".strip()
    return text


def named(vocabulary: dict[str, Text], code: str | None) -> Text | None:
    """The words for a code; hyphens count as underscores. None for None, the code if not listed."""
    if code is None:
        return None
    return vocabulary.get(code.replace("-", "_"), Text(code, code.replace("_", " ")))

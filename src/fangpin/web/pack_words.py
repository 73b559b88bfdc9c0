"""Words for codes and units that policy packs use: rhythms, units in English."""

import re

from fangpin.kernel.errors import Text
from fangpin.policy.procedure_words import LEVELS, ROLES, named

__all__ = ["LEVELS", "RHYTHMS", "ROLES", "named", "unit_in_english"]

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

"""Figures, names, deadlines, amounts and steps of the Baiyin, Hubei and Shicheng packs.

What is expected was written down from the documents, not from the packs; the files are read with a
plain safe loader. The structure of all five packs is checked in test_five_documents.py.
"""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

import fangpin

PACKS = Path(fangpin.__file__).parent / "packs"
DOCUMENTS = {"1": "baiyin-2021", "3": "hubei-2019", "4": "shicheng-2020"}


@cache
def entries(pack: str, file: str, key: str) -> list[dict[str, Any]]:
    content = yaml.safe_load((PACKS / pack / file).read_text(encoding="utf-8"))
    listed: list[dict[str, Any]] = content[key]
    return listed


def mechanism(row: str) -> dict[str, Any]:
    listed = entries(DOCUMENTS[row[0]], "mechanisms.yaml", "mechanisms")
    return next(entry for entry in listed if entry["id"] == row)


# Key figures: row, relation, value, unit. Written from the documents.
FIGURES = [
    ("1-01", "exactly", 5, "年"),
    ("1-01", "exactly", 2024, "年"),
    ("1-01", "exactly", 2035, "年"),
    ("1-02", "exactly", 4, "项"),
    ("1-03", "at_least", 99, "%"),
    ("1-03", "exactly", 0, "人"),
    ("1-04", "exactly", 100, "%"),
    ("1-05", "exactly", 4, "类"),
    ("1-05", "exactly", 0, "户"),
    ("1-07", "exactly", 4, "项"),
    ("1-08", "exactly", 3, "条"),
    ("1-09", "exactly", 3, "个"),
    ("1-10", "exactly", 3, "个"),
    ("1-11", "exactly", 4, "类"),
    ("1-12", "exactly", 10, "类"),
    ("1-12", "exactly", 5, "类"),
    ("1-12", "between", [3, 6], "个"),
    ("1-12", "at_least", 3, "个"),
    ("1-12", "about", 3, "年"),
    ("1-13", "at_least", 50_000, "元"),
    ("1-13", "at_least", 500_000, "元"),
    ("1-13", "exactly", 10, "%"),
    ("1-14", "exactly", 4, "个"),
    ("1-15", "exactly", 3, "项"),
    ("1-16", "exactly", 3, "项"),
    ("1-16", "exactly", 6, "项"),
    ("1-18", "exactly", 1082, "户"),
    ("1-18", "exactly", 3601, "人"),
    ("1-18", "exactly", 2, "个"),
    ("1-19", "exactly", 4, "个"),
    ("1-19", "exactly", 100, "家"),
    ("1-20", "exactly", 2, "个"),
    ("1-22", "exactly", 3, "年"),
    ("1-24", "at_least", 50, "%"),
    ("1-26", "exactly", 3, "类"),
    ("1-26", "exactly", 6, "类"),
    ("1-26", "more_than", 1, "倍"),
    ("1-27", "exactly", 100, "%"),
    ("1-28", "exactly", 5, "类"),
    ("1-30", "exactly", 3, "级"),
    ("1-33", "at_most", 20, "日"),
    ("1-34", "exactly", 21, "处"),
    ("1-34", "exactly", 36, "个"),
    ("3-01", "exactly", 983_000, "人"),
    ("3-01", "exactly", 800, "个"),
    ("3-01", "exactly", 17, "个"),
    ("3-02", "exactly", 2, "条"),
    ("3-03", "exactly", 3, "重"),
    ("3-05", "at_least", 20, "%"),
    ("3-06", "exactly", 7, "个"),
    ("3-07", "exactly", 4, "项"),
    ("3-08", "exactly", 5, "级"),
    ("3-08", "exactly", 4, "类"),
    ("3-09", "between", [2, 3], "个"),
    ("3-09", "exactly", 1, "个"),
    ("3-09", "at_least", 1, "个"),
    ("3-09", "at_least", 1, "家"),
    ("3-10", "exactly", 3, "种"),
    ("3-10", "exactly", 5, "种"),
    ("3-11", "at_least", 20, "户"),
    ("3-12", "exactly", 3, "类"),
    ("3-12", "exactly", 1, "支"),
    ("3-13", "exactly", 6, "个"),
    ("3-14", "between", [1, 2], "名"),
    ("3-15", "more_than", 2020, "年"),
    ("3-16", "exactly", 3, "类"),
    ("3-16", "exactly", 5, "个"),
    ("3-17", "exactly", 10, "个"),
    ("3-17", "exactly", 5, "种"),
    ("3-18", "exactly", 5, "项"),
    ("3-19", "exactly", 9, "类"),
    ("4-01", "exactly", 4, "项"),
    ("4-01", "exactly", 8, "项"),
    ("4-01", "exactly", 6, "项"),
    ("4-02", "exactly", 3, "类"),
    ("4-03", "exactly", 23, "户"),
    ("4-03", "exactly", 44, "人"),
    ("4-04", "between", [50, 200], "元/人·月"),
    ("4-07", "at_least", 65, "岁"),
    ("4-08", "exactly", 2019, "年"),
    ("4-08", "exactly", 5, "项"),
    ("4-10", "at_least", 1800, "亩"),
    ("4-10", "at_least", 7000, "亩"),
    ("4-10", "at_least", 30, "户"),
    ("4-10", "at_least", 100, "户"),
    ("4-10", "exactly", 50, "亩"),
    ("4-10", "at_least", 100_000, "元"),
    ("4-10", "at_least", 100, "亩"),
    ("4-10", "at_least", 3, "个"),
    ("4-10", "at_least", 2, "个"),
    ("4-10", "exactly", 7, "月"),
    ("4-11", "at_least", 900, "人"),
    ("4-11", "at_least", 35, "人"),
    ("4-11", "at_least", 25, "人"),
    ("4-11", "exactly", 3, "类"),
    ("4-12", "exactly", 50, "%"),
    ("4-14", "at_least", 1, "个"),
    ("4-16", "exactly", 4, "个"),
    ("4-16", "exactly", 5, "个"),
    ("4-17", "exactly", 4, "项"),
    ("4-19", "exactly", 6, "项"),
    ("4-21", "exactly", 3, "条"),
    ("4-21", "exactly", 4, "类"),
    ("4-22", "exactly", 45, "元/人"),
    ("4-24", "at_least", 2016, "年"),
    ("4-24", "exactly", 3, "类"),
    ("4-24", "exactly", 4, "项"),
    ("4-27", "exactly", 25, "项"),
]


@pytest.mark.parametrize(("row", "relation", "value", "unit"), FIGURES)
def test_key_figures_are_exact(row: str, relation: str, value: Any, unit: str) -> None:
    figures = [(f["relation"], f["value"], f.get("unit")) for f in mechanism(row)["figures"]]
    assert (relation, value, unit) in figures


# Values to reach: pack, mechanism, relation, value, unit, date.
TARGETS = [
    ("baiyin-2021", "1-03", "at_least", 99, "%", date(2025, 12, 31)),
    ("baiyin-2021", "1-03", "exactly", 0, "人", date(2025, 12, 31)),
    ("baiyin-2021", "1-04", "exactly", 100, "%", date(2025, 12, 31)),
    ("baiyin-2021", "1-05", "exactly", 0, "户", date(2025, 12, 31)),
    ("baiyin-2021", "1-12", "between", [3, 6], "个", date(2024, 4, 22)),
    ("baiyin-2021", "1-12", "at_least", 3, "个", date(2024, 4, 22)),
    ("baiyin-2021", "1-13", "at_least", 50_000, "元", date(2021, 12, 31)),
    ("baiyin-2021", "1-13", "at_least", 10, "%", date(2021, 12, 31)),
    ("baiyin-2021", "1-18", "exactly", 1082, "户", date(2025, 12, 31)),
    ("baiyin-2021", "1-18", "exactly", 3601, "人", date(2025, 12, 31)),
    ("baiyin-2021", "1-19", "at_least", 100, "家", date(2025, 12, 31)),
    ("baiyin-2021", "1-24", "at_least", 50, "%", date(2025, 12, 31)),
    ("hubei-2019", "3-01", "exactly", 983_000, "人", date(2020, 12, 31)),
    ("hubei-2019", "3-01", "exactly", 800, "个", date(2020, 12, 31)),
    ("hubei-2019", "3-01", "exactly", 17, "个", date(2020, 12, 31)),
    ("hubei-2019", "3-09", "between", [2, 3], "个", date(2020, 12, 31)),
    ("hubei-2019", "3-09", "at_least", 1, "个", date(2020, 12, 31)),
    ("hubei-2019", "3-09", "at_least", 1, "家", date(2020, 12, 31)),
    ("hubei-2019", "3-14", "between", [1, 2], "名", date(2020, 12, 31)),
    ("shicheng-2020", "4-03", "exactly", 23, "户", date(2020, 12, 31)),
    ("shicheng-2020", "4-03", "exactly", 44, "人", date(2020, 12, 31)),
    ("shicheng-2020", "4-10", "at_least", 1800, "亩", date(2020, 12, 31)),
    ("shicheng-2020", "4-10", "at_least", 7000, "亩", date(2020, 12, 31)),
    ("shicheng-2020", "4-10", "at_least", 30, "户", date(2020, 12, 31)),
    ("shicheng-2020", "4-10", "at_least", 100, "户", date(2020, 12, 31)),
    ("shicheng-2020", "4-10", "at_least", 100_000, "元", date(2020, 12, 31)),
    ("shicheng-2020", "4-11", "at_least", 900, "人", date(2020, 12, 31)),
    ("shicheng-2020", "4-11", "at_least", 35, "人", date(2020, 12, 31)),
    ("shicheng-2020", "4-11", "at_least", 25, "人", date(2020, 12, 31)),
    ("shicheng-2020", "4-12", "exactly", 50, "%", date(2020, 12, 31)),
    ("shicheng-2020", "4-14", "at_least", 1, "个", date(2020, 12, 31)),
]


@pytest.mark.parametrize(("pack", "row", "relation", "value", "unit", "by"), TARGETS)
def test_values_to_reach_are_targets(
    pack: str, row: str, relation: str, value: Any, unit: str, by: date
) -> None:
    found = [
        (entry["relation"], reached.get("value"), entry["unit"], reached["by"])
        for entry in entries(pack, "targets.yaml", "targets")
        if entry["mechanism"] == row
        for reached in entry["values"]
    ]
    assert (relation, value, unit, by) in found


# Ledgers, files, systems and platforms that the documents name.
NAMES = {
    "baiyin-2021": [
        "全国扶贫开发信息系统",
        "甘肃省精准扶贫大数据平台",
        "困难群众动态管理监测预警系统",
        "行业部门数据平台",
        "用工信息平台",
        "分类分部门资产管理台账",
        "驻村帮扶工作责任清单",
        "一户一策",
        "一人一策",
        "“天下帮扶”云平台",
        "“创业天下”云平台",
        "社会救助部门联席会议",
        "专责工作组",
    ],
    "hubei-2019": [
        "失学辍学儿童少年信息台账",
        "三留守信息台账",
        "定期探访制度",
        "“5个1”包保",
        "扶贫开发大数据平台",
        "扶贫开发信息系统",
        "返贫预警机制",
        "防贫联防联控机制",
        "正面清单",
        "负面清单",
        "危房改造动态管理机制",
        "扶贫资产管理机制",
    ],
    "shicheng-2020": [
        "防致贫返贫预警机制",
        "防贫干预对象",
        "问题整改台账",
        "资产管理台账",
        "深度贫困人群保障扶贫基金",
        "医疗扶贫救助基金",
        "经营主体培育奖补基金",
        "临时救助备用金",
        "孝善基金",
        "农村保障房动态管理",
        "乡、村两级招工信息平台",
        "中国社会扶贫网",
        "扶贫爱心超市",
        "星级评定",
        "困境儿童兜底保学计划",
    ],
}


@pytest.mark.parametrize("pack", NAMES)
def test_every_ledger_and_platform_is_found_by_its_name(pack: str) -> None:
    labels = [entry["label"]["zh"] for entry in entries(pack, "ledgers.yaml", "ledgers")]
    assert [name for name in NAMES[pack] if not any(name in label for label in labels)] == []


# Deadlines and rhythms: pack, mechanism, calendar. `default` where the document leaves it open.
CALENDARS = [
    ("baiyin-2021", "1-33", {"every": "month", "by_day": 20}),
    ("shicheng-2020", "4-10", {"once": date(2020, 7, 31)}),
    ("shicheng-2020", "4-10", {"once": date(2020, 12, 31)}),
    ("shicheng-2020", "4-21", {"every": "month", "default": True}),
    ("shicheng-2020", "4-23", {"every": "quarter", "default": True}),
    ("shicheng-2020", "4-24", {"every": "year", "default": True}),
]


@pytest.mark.parametrize(("pack", "row", "calendar"), CALENDARS)
def test_deadlines_are_duties(pack: str, row: str, calendar: dict[str, Any]) -> None:
    duties = entries(pack, "duties.yaml", "duties")
    assert calendar in [duty["calendar"] for duty in duties if duty["mechanism"] == row]


def test_amounts_of_the_benefits_are_those_of_the_documents() -> None:
    shicheng = {p["id"]: p for p in entries("shicheng-2020", "programmes.yaml", "programmes")}
    assert shicheng["poverty-insurance"]["amount"] == {"value": 45, "unit": "元/人"}
    assert shicheng["guarantee-payment"]["amount"] == {"between": [50, 200], "unit": "元/人·月"}
    increment = next(
        p for p in entries("hubei-2019", "parameters.yaml", "parameters") if p["unit"] == "%"
    )
    assert [(v["value"], v["clause"]) for v in increment["values"]] == [(20, "2")]


# Value → parameters and targets that must agree: the same figure is written twice on purpose.
TWICE = [
    ("baiyin-2021", "compulsory_education_retention_floor", "t-retention"),
    ("baiyin-2021", "insurance_enrolment_floor", "t-insured"),
    ("baiyin-2021", "village_collective_income_floor", "t-village-income"),
    ("baiyin-2021", "village_collective_income_strong_share", "t-village-income-strong"),
    ("baiyin-2021", "land_revenue_rural_share", "t-land-revenue"),
    ("shicheng-2020", "union_welfare_purchase_share", "t-union-purchases"),
]


@pytest.mark.parametrize(("pack", "parameter", "target"), TWICE)
def test_parameter_and_target_agree(pack: str, parameter: str, target: str) -> None:
    named = {p["name"]: p for p in entries(pack, "parameters.yaml", "parameters")}
    reached = {t["id"]: t for t in entries(pack, "targets.yaml", "targets")}
    assert named[parameter]["values"][-1]["value"] == reached[target]["values"][-1]["value"]


BAIYIN_UNITS = [
    "区教育局",
    "区卫健局",
    "区医保局",
    "区住建局",
    "区水务局",
    "区扶贫办",
    "区民政局",
    "区农业农村局",
    "区人社局",
    "区妇联",
    "区残联",
    "区发改局",
    "区林草局",
    "区文旅局",
    "区商务局",
    "区科技局",
    "中小企业创业基地管委会",
    "区委组织部",
    "区财政局",
    "区交运局",
    "团区委",
    "市自然资源局白银分局",
    "区供销社",
    "市生态环境局白银分局",
    "区工信局",
    "区市场监管局",
    "区委统战部",
    "区工商联",
    "区帮扶办",
    "各帮扶单位",
    "区税务局",
    "区金融办",
    "区退役军人事务局",
    "区委编办",
    "区纪委监委",
    "各乡镇党委政府",
]


def test_baiyin_names_36_responsible_units() -> None:
    ledgers = {entry["id"]: entry for entry in entries("baiyin-2021", "ledgers.yaml", "ledgers")}
    listed = ledgers["responsible-units"]["records"]["zh"].split("：")[1].rstrip("。").split("、")
    assert len(BAIYIN_UNITS) == 36
    assert listed == BAIYIN_UNITS


@pytest.mark.parametrize("kind", ["targets", "programmes"])
def test_baiyin_units_are_spelt_as_in_the_document(kind: str) -> None:
    for entry in entries("baiyin-2021", f"{kind}.yaml", kind):
        assert set(entry["lead"]) <= set(BAIYIN_UNITS), entry["id"]


# The order of the steps that the documents describe.
STEPS = [
    (
        "baiyin-2021",
        "watch-and-help",
        ["application", "comparison", "revisit-lead", "check", "inclusion", "help", "removal"],
    ),
    (
        "shicheng-2020",
        "prevention",
        ["village-warning", "check", "file", "intervene", "follow-up"],
    ),
    ("hubei-2019", "dropout-return", ["find", "government-line", "school-line", "return"]),
    ("hubei-2019", "relapse-warning", ["watch", "detect", "include", "help"]),
]


@pytest.mark.parametrize(("pack", "procedure", "order"), STEPS)
def test_procedures_keep_the_order_of_the_document(
    pack: str, procedure: str, order: list[str]
) -> None:
    listed = entries(pack, "procedures.yaml", "procedures")
    steps = next(entry["steps"] for entry in listed if entry["id"] == procedure)
    assert [step["id"] for step in steps if step["id"] in order] == order
    assert all(step["actor"]["role"] for step in steps)

"""The 44 indicator rows of the Cangxi opinion: values at three dates, lead and participating units.

The table was taken from the document by hand: figures in the units of the pack (1 万 = 10,000),
words where the document has words, None where it says nothing for that year.
"""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

import fangpin

FILE = Path(fangpin.__file__).parent / "packs" / "cangxi-2014" / "targets.yaml"
TARGETS: dict[str, Any] = {
    target["id"]: target for target in yaml.safe_load(FILE.read_text("utf-8"))["targets"]
}
Cell = float | str | None

# target → clause, unit, 2015, 2017, 2019; a text cell lists what the words must contain
ROWS: dict[str, tuple[str, str | None, Cell, Cell, Cell]] = {
    "t-1a": ("2.1", "%", 100, None, None),
    "t-1b": ("2.1", "%", 90, 95, "具备条件的村全部"),
    "t-1c": ("2.1", "%", 85, 90, "具备条件的村全部"),
    "t-2a": ("2.2", "亩", 500_000, 800_000, "保障体系基本建成"),
    "t-2b": ("2.2", "%", 70, 85, 90),
    "t-2c": ("2.2", "人", 0, "集中供水受益率和自来水普及率", "保障体系基本建成"),
    "t-3a": ("2.3", "口", 141_000, 145_000, 149_000),
    "t-3b": ("2.3", "%", 30, 35, 40),
    "t-3c": ("2.3", None, "基本保障", "有力保障", "服务同优、网架同强、同网同价、管理同质"),
    "t-4a": ("2.4", "%", 80, 90, 100),
    "t-4b": ("2.4", "%", 50, 70, 100),
    "t-4c": ("2.4", "%", 60, 75, 90),
    "t-4d": ("2.4", "%", 60, 80, 100),
    "t-4e": ("2.4", None, None, None, "基本实现自愿避灾搬迁 全部妥善安置"),
    "t-5a": ("2.5", "个/户", 1, 2, None),
    "t-5b": ("2.5", "元/人·年", 8_400, 11_000, 15_000),
    "t-5c": ("2.5", None, None, None, "高于全县平均"),
    "t-6a": ("2.6.1", "%", 94, 96, 100),
    "t-6b": ("2.6.1", None, "大体相当", "基本达到国家规定", "基本达到国家规定"),
    "t-6c": ("2.6.1", None, None, None, "基本普及学前 普及高中阶段"),
    "t-6d": ("2.6.2", "所/村", 1, "三级 网健全", "更加均等 进一步提高"),
    "t-6e": ("2.6.2", "%", 95, 97, 100),
    "t-6f": ("2.6.3", None, "构建", "基本形成", None),
    "t-6g": ("2.6.3", "%", 90, 95, 100),
    "t-6h": ("2.6.3", "%", 40, 55, 80),
    "t-6i": ("2.6.3", "%", 80, 85, 100),
    "t-6j": ("2.6.4", "%", 100, 100, "村内各组 宽带"),
    "t-6k": ("2.6.4", "名/村", 1, 1, 1),
    "t-7a": ("2.7", "%", 70, 85, 100),
    "t-7b": ("2.7", "%", 60, 75, 100),  # 2019: contained in the 100 % of t-7a
    "t-7c": ("2.7", "%", 50, 70, 90),
    "t-7d": ("2.7", "%", 85, 90, 95),
    "t-7e": ("2.7", "次/人", None, None, 1),
    "t-8a": ("2.8", None, "全覆盖", "基本完善", "统一城乡居民 城乡一体 大病 失业保险"),
    "t-9a": ("2.9", "%", 48, 49, 50),
    "t-9b": ("2.9", "%", 30, 35, 50),
    "t-10a": ("2.10", "%", 60, 75, 100),
    "t-10b": ("2.10", "%", 70, 85, 100),
    "t-10c": ("2.10", None, "高于全市平均", "高于全市平均", "高于全市平均"),
    "t-all-a": ("1.2", "个/年", 40, 40, 40),
    "t-all-b": ("1.2", "人", None, None, 95_500),  # no year in the document: end of the period
    "t-fund-a": ("3.4", "元/年", 12_000_000, 12_000_000, 12_000_000),
    "t-fund-b": ("4.3", "元/户", 3_000, 3_000, 3_000),
    "t-people-a": ("4.2", "次/人", 1, 1, 1),
}
# further figures of the same rows, kept as targets of their own
SIBLINGS: dict[str, tuple[str, str | None, Cell, Cell, Cell]] = {
    "t-2c-solved": ("2.2", "人", 5_300, None, None),
    "t-6d-staff": ("2.6.2", "名/村", 1, None, None),
    "t-6j-groups": ("2.6.4", "%", None, None, 100),
    "t-6j-schools": ("2.6.4", None, "解决", None, None),
    "t-10c-share": ("2.10", None, "高于上年同期", "高于上年同期", "高于上年同期"),
    "t-all-a-households": ("1.2", "户/年", 6_000, 6_000, 6_000),
    "t-all-a-persons": ("1.2", "人/年", 20_000, 20_000, 20_000),
    "t-all-a-village-share": ("1.2", "%", None, None, 100),
    "t-all-a-household-share": ("1.2", "%", None, None, 100),
    "t-five-to-village": ("1.1", "项/村", None, None, 5),
    "t-six-into-household": ("1.1", "项/户", None, None, 6),
}
MORE_THAN = {"t-5c", "t-10c", "t-10c-share"}
AT_MOST = {"t-2c"}

# unit as the bracket at the end of each section of the document names it
FULL = {
    "交通": "县交通运输局",
    "发改": "县发展和改革局",
    "财政": "县财政局",
    "国土": "县国土资源局",
    "农机": "县农机局",
    "以工代赈": "县以工代赈办",
    "水务": "县水务局",
    "农业": "县农业局",
    "林业": "县林业和园林局",
    "卫生": "县卫生局",
    "环保": "县环境保护局",
    "农发办": "县农发办",
    "经信": "县经济商务和信息化局",
    "天然气园区": "县天然气工业园区管委会",
    "供电": "苍溪供电公司",
    "港华": "苍溪港华燃气公司",
    "规建": "县城乡规划建设和住房保障局",
    "扶贫移民": "县扶贫开发和移民工作局",
    "畜牧": "县畜牧食品局",
    "文广新": "县文化广播影视新闻出版局",
    "旅游": "县旅游局",
    "残联": "县残联",
    "金融": "金融部门",
    "农工委": "县农工委",
    "人社": "县人力资源和社会保障局",
    "教科": "县教育和科学技术局",
    "供销": "县供销联社",
    "人计": "县人口和计划生育局",
    "民政": "县民政局",
    "体育": "县体育局",
    "团委": "团县委",
    "文明办": "县精神文明办",
    "统计": "县统计局",
    "民宗": "县民宗局",
    "惠民帮扶": "县惠民帮扶中心",
    "金融办": "县金融办",
    "人行": "人行苍溪支行",
    "组织部": "县委组织部",
    "妇联": "县妇联",
    "金融机构": "金融机构",
    "保险机构": "保险机构",
    "委督查": "县委目标管理督查室",
    "府督查": "县政府目标管理督查室",
    "机关工委": "县直机关工委",
    "统战": "县委统战部",
    "国资": "县国资局",
    "乡镇": "各乡镇",
    "纪委": "县纪委",
    "监察": "县监察局",
    "审计": "县审计局",
    "国税": "县国税局",
    "地税": "县地税局",
    "工商": "县工商局",
    "经合": "县经合局",
    "工商联": "县工商联",
    "外事": "县外事办",
}
# clause → lead / participating, in the order of the document
UNITS = {
    "2.1": "交通 / 发改 财政 国土 农机 以工代赈",
    "2.2": "水务 / 发改 国土 农业 林业 卫生 环保 以工代赈 农发办",
    "2.3": "发改 / 经信 财政 农业 天然气园区 供电 港华",
    "2.4": "规建 / 发改 经信 国土 交通 农业 水务 林业 扶贫移民 畜牧 文广新 旅游 环保 以工代赈 残联 "
    "金融",
    "2.5": "农工委 / 发改 经信 规建 人社 农业 水务 林业 扶贫移民 畜牧 教科 文广新 旅游 环保 供销 "
    "金融",
    "2.6.1": "教科 / 财政 人社 扶贫移民",
    "2.6.2": "卫生 人计 / 财政 民政 扶贫移民 教科 残联",
    "2.6.3": "文广新 体育 / 发改 经信 财政 扶贫移民 教科 团委 文明办",
    "2.6.4": "经信 / 农工委 财政 农业 扶贫移民 教科 统计",
    "2.7": "人社 农业 / 水务 林业 扶贫移民 畜牧 教科 民宗 残联",
    "2.8": "民政 人社 农业 / 财政 扶贫移民 惠民帮扶 残联",
    "2.9": "环保 林业 / 发改 经信 规建 国土 农业 水务 扶贫移民 畜牧 旅游 以工代赈",
    "2.10": "金融办 人行 / 组织部 人社 扶贫移民 团委 妇联 残联 金融机构 保险机构",
    "3.1": "组织部 / 委督查 府督查 机关工委 扶贫移民 统计",
    "3.2": "扶贫移民 / 农工委 民政 人社 民宗 统计 团委 妇联 残联",
    "3.3": "组织部 机关工委 / 统战 经信 人社 扶贫移民 国资 团委 乡镇",
    "3.4": "财政 / 纪委 监察 发改 审计 扶贫移民",
    "3.5": "扶贫移民 / 组织部 统战 农工委 经信 机关工委 财政 民政 人社 国税 地税 国资 工商 经合 "
    "团委 妇联 工商联 民宗 残联 外事",
}


def cell(name: str, year: int) -> Fraction | str | None:
    """Figure or Chinese words of a target at the end of a year; None when it says nothing."""
    for value in TARGETS[name]["values"]:
        if (value["by"].year, value["by"].month, value["by"].day) == (year, 12, 31):
            return Fraction(str(value["value"])) if "value" in value else value["text"]["zh"]
    return None


def test_there_are_44_rows() -> None:
    assert len(ROWS) == 44


@pytest.mark.parametrize("name", [*ROWS, *SIBLINGS])
def test_row(name: str) -> None:
    clause, unit, *cells = (ROWS | SIBLINGS)[name]
    target = TARGETS[name]
    assert target["clause"] == clause
    assert target.get("unit") == unit
    for year, expected in zip((2015, 2017, 2019), cells, strict=True):
        found = cell(name, year)
        if isinstance(expected, str):
            assert isinstance(found, str), (year, found)
            assert all(part in found for part in expected.split()), (year, found)
        else:
            assert found == expected, year


@pytest.mark.parametrize("name", [*ROWS, *SIBLINGS])
def test_direction(name: str) -> None:
    relation = TARGETS[name]["relation"]
    if name in MORE_THAN:
        assert relation == "more_than"
    elif name in AT_MOST:
        assert relation == "at_most"
    elif TARGETS[name].get("unit") is None:
        assert relation in ("all", "about")
    else:
        assert relation in ("at_least", "exactly")


@pytest.mark.parametrize("clause", UNITS)
def test_lead_and_participating_units(clause: str) -> None:
    lead, participating = ([FULL[u] for u in side.split()] for side in UNITS[clause].split("/"))
    targets = [target for target in TARGETS.values() if target["clause"] == clause]
    assert targets
    for target in targets:
        assert target["lead"] == lead, target["id"]
        assert target["participating"] == participating, target["id"]


def test_yearly_tasks_are_listed_for_every_year() -> None:
    for name in ("t-all-a", "t-all-a-households", "t-all-a-persons", "t-fund-a"):
        years = [value["by"].year for value in TARGETS[name]["values"]]
        assert years == [2014, 2015, 2016, 2017, 2018, 2019], name

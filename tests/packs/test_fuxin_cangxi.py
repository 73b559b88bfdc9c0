"""The packs fuxin-2016 and cangxi-2014 say what their documents say.

Read with a plain safe YAML loader, not with the pack loader: the expected figures below were
taken from the documents by hand and are independent of both.
"""

import re
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

import fangpin
from fangpin.policy import load_pack

PACKS = Path(fangpin.__file__).parent / "packs"
NAMES = ("fuxin-2016", "cangxi-2014")
KEY_OF = {
    "clauses": "id",
    "mechanisms": "id",
    "parameters": "name",
    "programmes": "id",
    "procedures": "id",
    "targets": "id",
    "duties": "id",
    "ledgers": "id",
}
SECTION_OF = {
    "target": "targets",
    "duty": "duties",
    "ledger": "ledgers",
    "programme": "programmes",
    "procedure": "procedures",
    "parameter": "parameters",
}
CHINESE = re.compile(r"[\u2e80-\u9fff\u3000-\u303f\uff00-\uffef]")
ASCII_PUNCTUATION = re.compile(r"[\u4e00-\u9fff][,;:?!]|[,;:?!][\u4e00-\u9fff]")


class _Unique(yaml.SafeLoader):
    """Safe loader that refuses a key written twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        if len(keys) != len(set(keys)):
            raise yaml.YAMLError(f"key written twice at {node.start_mark}: {keys}")
        return super().construct_mapping(node, deep)


@cache
def read(pack: str, section: str) -> Any:
    """Content of one file; for all but pack.yaml the list under its single key."""
    content = yaml.load((PACKS / pack / f"{section}.yaml").read_text("utf-8"), Loader=_Unique)
    if section == "pack":
        return content
    assert list(content) == [section]
    return content[section]


def by_key(pack: str, section: str) -> dict[str, Any]:
    return {entry[KEY_OF[section]]: entry for entry in read(pack, section)}


def values_by_year(target: dict[str, Any]) -> dict[int, Fraction | str]:
    """Year → figure, or the Chinese words where the document gives words."""
    return {
        value["by"].year: Fraction(str(value["value"])) if "value" in value else value["text"]["zh"]
        for value in target["values"]
    }


def every_mapping(content: Any) -> list[dict[str, Any]]:
    if isinstance(content, dict):
        return [content, *(m for value in content.values() for m in every_mapping(value))]
    if isinstance(content, list):
        return [m for value in content for m in every_mapping(value)]
    return []


# ------------------------------------------------------------------ form, both packs
@pytest.mark.parametrize("pack", NAMES)
@pytest.mark.parametrize("section", KEY_OF)
def test_ids_are_unique(pack: str, section: str) -> None:
    keys = [entry[KEY_OF[section]] for entry in read(pack, section)]
    assert keys
    assert sorted(set(keys)) == sorted(keys)


@pytest.mark.parametrize("pack", NAMES)
def test_every_clause_and_mechanism_named_exists(pack: str) -> None:
    clauses = by_key(pack, "clauses") | by_key("cn-base", "clauses")
    mechanisms = by_key(pack, "mechanisms")
    for section in KEY_OF:
        for entry in every_mapping(read(pack, section)):
            assert entry.get("clause", "1.2") in clauses, (section, entry)
            if "mechanism" in entry:
                assert entry["mechanism"] in mechanisms, (section, entry)


@pytest.mark.parametrize("pack", NAMES)
def test_every_reference_resolves_and_every_entry_is_referred_to(pack: str) -> None:
    referred = set()
    for mechanism in read(pack, "mechanisms"):
        assert mechanism["recorded_in"], mechanism["id"]
        for reference in mechanism["recorded_in"]:
            kind, name = reference.split(":")
            section = "rules" if kind == "rule" else SECTION_OF[kind]
            entry = getattr(load_pack(pack), section).get(name)
            if entry is not None and entry.origin.pack != pack:  # of the general pack
                continue
            assert name in by_key(pack, SECTION_OF[kind]), (mechanism["id"], reference)
            referred.add(reference)
    written = {f"{kind}:{key}" for kind, name in SECTION_OF.items() for key in by_key(pack, name)}
    assert written == referred


@pytest.mark.parametrize("pack", NAMES)
def test_an_entry_names_a_mechanism_that_refers_to_it(pack: str) -> None:
    mechanisms = by_key(pack, "mechanisms")
    for kind, section in SECTION_OF.items():
        for key, entry in by_key(pack, section).items():
            if "mechanism" in entry:
                assert f"{kind}:{key}" in mechanisms[entry["mechanism"]]["recorded_in"]


@pytest.mark.parametrize("pack", NAMES)
@pytest.mark.parametrize("section", ["pack", *KEY_OF])
def test_texts_are_complete_in_both_languages(pack: str, section: str) -> None:
    texts = [entry for entry in every_mapping(read(pack, section)) if {"zh", "en"} & set(entry)]
    assert texts
    for text in texts:
        if section == "pack" and set(text) == {"zh"}:
            continue  # a document of the based_on list has only its Chinese number
        assert text["zh"].strip()
        assert text["en"].strip()
        assert re.search(r"[\u4e00-\u9fff]", text["zh"]), text
        assert not CHINESE.search(text["en"]), text["en"]
        assert not ASCII_PUNCTUATION.search(text["zh"]), text["zh"]


@pytest.mark.parametrize("pack", NAMES)
def test_figures_are_machine_readable(pack: str) -> None:
    compared = {"exactly", "at_least", "at_most", "more_than", "less_than", "about"}
    for mechanism in read(pack, "mechanisms"):
        for figure in mechanism["figures"]:
            if figure["relation"] in ("all", "growing"):
                assert figure["value"] is True
            elif figure["relation"] == "between":
                low, high = figure["value"]
                assert low < high
            else:
                assert figure["relation"] in compared
                assert type(figure["value"]) in (int, float)
                assert figure["unit"]


@pytest.mark.parametrize("pack", NAMES)
def test_targets_have_a_value_or_words_and_rising_dates(pack: str) -> None:
    for target in read(pack, "targets"):
        dates = [value["by"] for value in target["values"]]
        assert dates
        assert dates == sorted(set(dates)), target["id"]
        for value in target["values"]:
            assert ("value" in value) != ("text" in value), target["id"]
            assert "value" not in value or target["unit"], target["id"]


def test_pack_heads() -> None:
    fuxin, cangxi = read("fuxin-2016", "pack"), read("cangxi-2014", "pack")
    assert (fuxin["pack"], fuxin["extends"]) == ("fuxin-2016", "cn-base")
    assert (cangxi["pack"], cangxi["extends"]) == ("cangxi-2014", "cn-base")
    assert fuxin["document_date"] == date(2016, 1, 22)  # printed as "2016122"
    assert [d["zh"] for d in fuxin["based_on"]] == ["中发〔2015〕34号", "辽委发〔2016〕3号"]
    assert [d["zh"] for d in cangxi["based_on"]] == ["川委厅〔2014〕9号", "广委办〔2014〕64号"]
    assert (fuxin["area_code"], cangxi["area_code"]) == ("210900000000", "510824000000")
    assert "2016122" in fuxin["notes"]["zh"]
    assert "20162017" in fuxin["notes"]["zh"]


# ------------------------------------------------------------------ fuxin-2016
def test_fuxin_has_its_29_mechanisms() -> None:
    assert list(by_key("fuxin-2016", "mechanisms")) == [f"0-{n:02}" for n in range(1, 30)]


FUXIN_CLAUSES = """1.2 1.2 1.2 4.1 1.3 2.1 2.2 2.3 2.4 2.5 2.5 2.6 2.6 2.7 3.1 3.1 3.2 3.3 3.4
3.5 3.6 3.7 3.8 4.1 4.2 4.3 4.4 4.5 4.6"""


def test_fuxin_mechanisms_rest_on_their_clauses() -> None:
    assert [row["clause"] for row in read("fuxin-2016", "mechanisms")] == FUXIN_CLAUSES.split()


FUXIN_TARGETS: dict[str, dict[int, int]] = {
    "t-poor-population": {2020: 96000},
    "t-key-counties": {2020: 2},
    "t-poor-villages": {2020: 197},
    "t-exit-haizhou": {2016: 100},
    "t-exit-xihe": {2016: 100},
    "t-exit-taiping": {2016: 100},
    "t-exit-xinqiu": {2017: 100},
    "t-exit-qinghemen": {2017: 100},
    "t-exit-fumeng": {2018: 100},
    "t-exit-zhangwu": {2018: 100},
    "t-skill-per-worker": {2020: 1},
    "t-township-hospital": {2020: 1},
    "t-village-clinic": {2020: 1},
    "t-leader-contact-village": {2020: 1},
    "t-first-secretary": {2020: 1},
    "t-work-team": {2020: 1},
    "t-group-support-villages": {2019: 30},
    "t-group-support-rounds": {2019: 2},
    "t-leader-village": {2019: 1},
    "t-township-leader": {2020: 1},
    "t-township-staff": {2020: 3},
    "t-township-full-time": {2020: 1},
}


@pytest.mark.parametrize("name", FUXIN_TARGETS)
def test_fuxin_target(name: str) -> None:
    assert values_by_year(by_key("fuxin-2016", "targets")[name]) == FUXIN_TARGETS[name]


def test_fuxin_yearly_reduction_adds_up_to_the_whole() -> None:
    targets = by_key("fuxin-2016", "targets")
    years = values_by_year(targets["t-annual-reduction"])
    assert years == {
        2016: 35000,
        2017: 35000,
        2018: 26000,
        2019: "补充巩固",
        2020: "全部稳定脱贫",
    }
    whole = values_by_year(targets["t-poor-population"])[2020]
    assert sum(value for value in years.values() if isinstance(value, Fraction)) == whole


FUXIN_LEDGERS = """精准扶贫台账
扶贫开发信息系统
农村低保和扶贫开发数据互通、资源共享信息平台
“三留守”人员和残疾人信息管理系统
劳动就业和社会保障服务平台
劳务培训基地
劳务对接机制
农村电商网上销售平台
社会扶贫信息服务网络
扶贫工作责任清单
脱贫责任状
贫困人口健康卡
政银保运行机制
村务监督委员会记录"""
CANGXI_LEDGERS = """户卡
村册
乡档
县扶贫信息网络系统
全国扶贫信息网络系统
一村一策
一户一法
2014–2019帮扶规划
三级公告公示
公开媒体信息平台
一事一议"""


def test_named_ledgers_and_platforms_can_be_found() -> None:
    for pack, names in (("fuxin-2016", FUXIN_LEDGERS), ("cangxi-2014", CANGXI_LEDGERS)):
        found = [f"{row['label']['zh']} {row['records']['zh']}" for row in read(pack, "ledgers")]
        for name in names.splitlines():
            assert any(name in text for text in found), (pack, name)


FUXIN_DEADLINES = {
    "exit-2016": date(2016, 12, 31),
    "exit-2017": date(2017, 12, 31),
    "exit-2018": date(2018, 12, 31),
    "exit-2020": date(2020, 12, 31),
    "group-support-end": date(2019, 12, 31),
    "leader-village-end": date(2019, 12, 31),
    "team-villages-end": date(2020, 12, 31),
}


def test_fuxin_deadlines() -> None:
    duties = by_key("fuxin-2016", "duties")
    assert {name: duties[name]["calendar"]["once"] for name in FUXIN_DEADLINES} == FUXIN_DEADLINES
    assert duties["county-yearly-report"]["calendar"]["every"] == "year"
    assert duties["county-yearly-report"]["owed_to"]["zh"] == "市委、市政府"
    assert duties["relief-day"]["calendar"] == {"every": "year", "by": "10-17"}


# ------------------------------------------------------------------ cangxi-2014
def test_cangxi_has_its_27_mechanisms() -> None:
    expected = [f"2-{n:02}" for n in (1, 2, *range(10, 23), *range(30, 42))]
    assert len(expected) == 27
    assert list(by_key("cangxi-2014", "mechanisms")) == expected


def test_cangxi_deadlines_and_sums() -> None:
    duties = by_key("cangxi-2014", "duties")
    report = duties["lead-department-report"]
    assert report["calendar"] == {"every": "year", "by": "08-31"}
    assert report["owed_to"]["zh"] == "县扶贫开发和移民工作领导小组"
    for year in (2015, 2017, 2019):
        assert duties[f"indicators-{year}"]["calendar"] == {"once": date(year, 12, 31)}
    parameters = by_key("cangxi-2014", "parameters")
    fund = parameters["county_integrated_fund_min"]
    assert (fund["values"][0]["value"], fund["unit"]) == (1200, "万元/年")
    startup = parameters["income_startup_fund_min"]
    assert (startup["values"][0]["value"], startup["unit"]) == (3000, "元/户")


def test_cangxi_identification_has_ten_steps_two_notices_one_announcement() -> None:
    steps = by_key("cangxi-2014", "procedures")["identification-household"]["steps"]
    assert len(steps) == 10
    published = [step["label"]["zh"] for step in steps if "publish" in step]
    assert [("公示" in label, "公告" in label) for label in published] == [
        (True, False),
        (True, False),
        (False, True),
    ]
    assert all(step["publish"]["masked"] for step in steps if "publish" in step)

"""Ledgers, systems and mechanisms are found by the names that the documents give them."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.cast import County

from fangpin.policy.pack import Ledger
from fangpin.web import packs
from fangpin.web.pack_search import MOST, find, plain

# Name as printed in the document → parts of the product that do its work; none: recorded only.
NAMES: dict[str, tuple[str, ...]] = {
    "精准扶贫台账": ("registry", "cases"),
    "扶贫开发信息系统": ("registry", "exchange"),
    "农村低保和扶贫开发数据互通、资源共享信息平台": ("screening",),
    "“三留守”人员和残疾人信息管理系统": ("cases",),
    "劳动就业和社会保障服务平台": (),
    "劳务培训基地": (),
    "劳务对接机制": (),
    "农产品网上销售平台": (),
    "社会扶贫信息服务网络": (),
    "扶贫工作责任清单": ("people",),
    "脱贫责任状": (),
    "贫困人口健康卡": (),
    "“政银保”": (),
    "村务监督委员会": ("cases",),
    "全国扶贫开发信息系统": ("exchange", "quality"),
    "甘肃省精准扶贫大数据平台": ("clues",),
    "困难群众动态管理监测预警系统": ("clues",),
    "行业部门数据平台": ("feeds",),
    "用工信息平台": (),
    "分类分部门资产管理台账": (),
    "驻村帮扶工作责任清单": ("people",),
    "一户一策": ("cases",),
    "一人一策": (),
    "“天下帮扶”": (),
    "“创业天下”": (),
    "社会救助部门联席会议": ("cases",),
    "专责工作组": (),
    "户卡": ("reports",),
    "村册": ("reports",),
    "乡档": ("reports",),
    "县扶贫信息网络系统": ("registry",),
    "全国扶贫信息网络系统": ("exchange",),
    "一村一策": ("cases",),
    "一户一法": ("cases",),
    "2014-2019年帮扶规划": (),
    "三级公告公示": (),
    "公开媒体信息平台": (),
    "一事一议": (),
    "失学辍学儿童少年信息台账": ("screening", "cases"),
    "三留守信息台账": ("cases",),
    "定期探访制度": ("cases",),
    "“5个1”包保": ("cases",),
    "扶贫开发大数据平台": ("feeds", "quality"),
    "返贫预警机制": ("screening", "clues", "cases"),
    "防贫联防联控机制": ("cases",),
    "正面清单": (),
    "负面清单": (),
    "危房改造动态管理机制": ("screening", "cases"),
    "扶贫资产管理机制": (),
    "防贫干预对象": ("cases",),
    "防致贫返贫预警机制": ("screening", "clues"),
    "问题整改台账": ("cases",),
    "资产管理台账": (),
    "深度贫困人群保障扶贫基金": (),
    "医疗扶贫救助基金": (),
    "经营主体培育奖补基金": (),
    "临时救助备用金": (),
    "孝善基金": (),
    "农村保障房动态管理": ("cases",),
    "乡、村两级招工信息平台": (),
    "中国社会扶贫网": (),
    "扶贫爱心超市": (),
    "星级评定": (),
    "困境儿童兜底保学计划": ("cases",),
    "责任单位": ("people",),
}


def ledgers(name: str) -> list[Ledger]:
    return [hit.record for hit in find(name).hits if isinstance(hit.record, Ledger)]


@pytest.mark.parametrize(("name", "parts"), NAMES.items())
def test_a_ledger_is_found_by_its_name_and_says_where_it_is_kept(
    name: str, parts: tuple[str, ...]
) -> None:
    found = ledgers(name)
    assert found, name
    assert parts in [each.kept_in for each in found]


def test_marks_blanks_and_width_do_not_matter() -> None:
    assert plain("“5个1” 包保") == plain("５个１包保")
    assert [each.id for each in ledgers("５个１ 包保")] == ["five-ones"]


def test_the_equal_name_comes_first_and_nothing_is_found_for_nothing() -> None:
    assert find("资产管理台账").hits[0].record.id == "assets"
    for empty in ("", "  ", "“”，", "没有这种台账"):
        assert find(empty).hits == []
    many = find("扶贫")
    assert (len(many.hits), many.more > 0) == (MOST, True)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_leads_to_the_entry_and_to_where_it_is_kept(county: County, language: str) -> None:
    client = county.sign_in("county")
    client.cookies["django_language"] = language
    page = client.get(reverse("packs"), {"q": "户卡"}).content.decode()
    assert "/packs/cangxi-2014/?section=ledgers#household-card" in page
    assert f'href="{reverse("prints")}"' in page
    assert (
        'id="household-card"'
        in client.get("/packs/cangxi-2014/", {"section": "ledgers"}).content.decode()
    )
    hostile = client.get(reverse("packs"), {"q": '<b>"x' + "长" * 100}).content.decode()
    assert "<b>" not in re.sub(r"<b class=.num.>", "", hostile)
    mechanisms = client.get("/packs/baiyin-2021/", {"section": "mechanisms"}).content.decode()
    assert reverse("cases") in mechanisms
    assert "test_the_four_spans_of_one_household" in mechanisms
    over = client.get("/packs/baiyin-2021/", {"section": "duties"}).content.decode()
    assert ("文件已到期" in over) or ("the document is over" in over)
    held = client.get("/packs/cn-base/", {"section": "duties"}).content.decode()
    days = re.findall(r'class="nowrap num"[^>]*>(\d{4}-\d\d-\d\d)', held)
    assert days
    assert min(days) >= timezone.localdate().isoformat()
    loaded = packs.pack("baiyin-2021")
    assert loaded is not None
    missing = loaded.mechanisms["1-03"].missing
    assert missing is not None
    assert (missing.zh in mechanisms) or (missing.en in mechanisms)

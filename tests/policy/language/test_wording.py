"""Labels as yes and as no, figures, dates and units, in both languages."""

from datetime import date

import pytest

from fangpin.policy.language.types import parse_unit
from fangpin.policy.language.wording import date_text, no, number_text, percent_text, yes


@pytest.mark.parametrize(
    ("label", "positive", "negative"),
    [
        ("脱贫户", "属于脱贫户", "不属于脱贫户"),
        ("现役军人", "属于现役军人", "不属于现役军人"),
        ("属脱贫户", "属脱贫户", "不属脱贫户"),
        ("属脱贫户或监测对象", "属脱贫户或监测对象", "不属脱贫户或监测对象"),
        (
            "属监测对象\uff08三类户\uff09",
            "属监测对象\uff08三类户\uff09",
            "不属监测对象\uff08三类户\uff09",
        ),
        ("是监测对象", "是监测对象", "不是监测对象"),
        (
            "在监测中\uff08风险未消除\uff09",
            "在监测中\uff08风险未消除\uff09",
            "不在监测中\uff08风险未消除\uff09",
        ),
        ("风险已消除", "风险已消除", "风险未消除"),
        ("户内有人享受农村低保", "户内有人享受农村低保", "户内无人享受农村低保"),
        ("有劳动能力", "有劳动能力", "无劳动能力"),
        ("有死亡登记", "有死亡登记", "无死亡登记"),
        ("无死亡登记", "无死亡登记", "有死亡登记"),
        ("本月之前已死亡", "本月之前已死亡", "本月之前未死亡"),
        ("基本医保正常参保", "基本医保正常参保", "基本医保未正常参保"),
        ("正常发放护理补贴", "正常发放护理补贴", "未正常发放护理补贴"),
        ("持有效残疾人证", "持有效残疾人证", "未持有效残疾人证"),
        ("上月已持一、二级残疾人证", "上月已持一、二级残疾人证", "上月未持一、二级残疾人证"),
        ("本月享受农村低保", "本月享受农村低保", "本月未享受农村低保"),
        ("本月领取养老金", "本月领取养老金", "本月未领取养老金"),
        ("上月务工在岗", "上月务工在岗", "上月务工不在岗"),
        ("本月在县区外务工", "本月在县区外务工", "本月未在县区外务工"),
        ("本学期已发放补助", "本学期已发放补助", "本学期未发放补助"),
        ("学籍册在籍", "学籍册在籍", "学籍册不在籍"),
        ("月末仍未恢复供水", "月末仍未恢复供水", "月末已恢复供水"),
        ("水质检测不达标", "水质检测不达标", "水质检测达标"),
        ("水质达标", "水质达标", "水质不达标"),
        ("本月失业或返乡", "本月失业或返乡", "没有“本月失业或返乡”的情形"),
        ("在岗但不在本地", "在岗但不在本地", "没有“在岗但不在本地”的情形"),
        ("产业帮扶为空", "产业帮扶为空", "产业帮扶不为空"),
        ("联系电话是手机号", "联系电话是手机号", "联系电话不是手机号"),
        ("综合保障含低保", "综合保障含低保", "综合保障不含低保"),
        ("包含低保的综合保障", "属于包含低保的综合保障", "不属于包含低保的综合保障"),
        ("收入、支出都为空", "收入、支出都为空", "没有“收入、支出都为空”的情形"),
        ("住房鉴定为危房", "住房鉴定为危房", "没有“住房鉴定为危房”的情形"),
    ],
)
def test_chinese_labels(label: str, positive: str, negative: str) -> None:
    assert (yes(label, "zh"), no(label, "zh")) == (positive, negative)


@pytest.mark.parametrize(
    ("label", "negative"),
    [
        ("in destitute support", "not in destitute support"),
        ("enrolled in basic medical insurance", "not enrolled in basic medical insurance"),
        ("not recorded as dead", "recorded as dead"),
        ("receives the allowance", "does not receive the allowance"),
        ("has a car", "does not have a car"),
        ("studies away from home", "does not study away from home"),
        ("is monitored", "is not monitored"),
        ("somebody in the household works", "nobody in the household works"),
        ("no water", "water"),
        ("key household", "not a key household"),
        ("alleviated or monitored household", "not an alleviated or monitored household"),
        ("household lifted out of poverty", "not a household lifted out of poverty"),
        ("Yulu grant paid this term", "Yulu grant not paid this term"),
        ("water not restored by the month's end", "water restored by the month's end"),
        ("already had a certificate last month", "did not have a certificate last month"),
        ("died before this month", "did not die before this month"),
        ("working outside the county", "not working outside the county"),
        ("help with work is blank", "help with work is not blank"),
        ("the distance is a number", "the distance is not a number"),
        ("the safety net includes the allowance", "the safety net does not include the allowance"),
        ("house graded C or D", "not “house graded C or D”"),
    ],
)
def test_english_labels(label: str, negative: str) -> None:
    assert yes(label, "en") == label
    assert no(label, "en") == negative


@pytest.mark.parametrize(
    ("value", "scale", "unit", "keep", "zh", "en"),
    [
        (2_318_000, 2, "元", True, "23,180.00 元", "23,180.00 yuan"),
        (2_318_000, 2, "元", False, "23,180 元", "23,180 yuan"),
        (2_318_050, 2, "元", False, "23,180.5 元", "23,180.5 yuan"),
        (-5, 2, "元", True, "-0.05 元", "-0.05 yuan"),
        (0, 2, "元", True, "0.00 元", "0.00 yuan"),
        (600_000, 2, "元/次", False, "6,000 元", "6,000 yuan"),
        (600_000, 2, "元/人·年", False, "6,000 元/人·年", "6,000 yuan per person and year"),
        (12_345_678, 6, "元/亩", True, "12.345678 元/亩", "12.345678 yuan per mu"),
        (12_340_000, 6, "元/亩", True, "12.34 元/亩", "12.34 yuan per mu"),
        (16, 0, "岁", True, "16 岁", "16 years"),
        (1, 0, "岁", True, "1 岁", "1 year"),
        (1, 0, "人", True, "1 人", "1 person"),
        (3, 0, "个", True, "3 个", "3"),
        (1, 0, "次", True, "1 次", "1"),
        (35_000, 4, "月", False, "3.5 个月", "3.5 months"),
        (15_000, 4, "平方米", False, "1.5 平方米", "1.5 m²"),
        (1_234_567, 0, "", True, "1,234,567", "1,234,567"),
    ],
)
def test_figures(value: int, scale: int, unit: str, keep: bool, zh: str, en: str) -> None:
    assert number_text(value, scale, parse_unit(unit), "zh", keep) == zh
    assert number_text(value, scale, parse_unit(unit), "en", keep) == en


def test_percentages_and_dates() -> None:
    assert percent_text(5_000, 4) == "50%"
    assert percent_text(333_333, 6) == "33.33%"
    assert percent_text(125, 4) == "1.25%"
    assert percent_text(1, 0) == "100%"
    assert date_text(date(2021, 5, 1), "zh") == "2021年5月1日"
    assert date_text(date(2021, 5, 1), "en") == "1 May 2021"

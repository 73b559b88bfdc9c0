"""Rows that are no data, by their words; and data rows that must not look like it."""

import pytest

from fangpin.feeds.row_words import marks_no_data, marks_note, marks_subtotal, marks_total


@pytest.mark.parametrize(
    "text",
    [
        "合计", "合 计", "总计：", "合计:20109人", "合计（元）", "共69条", "以上共计1,024户",
        "全区合计", "本页合计", "记录数：812", "总人数:35", "Total", "共 12 户 35 人",
    ],
)  # fmt: skip
def test_totals(text: str) -> None:
    assert marks_total(text)


@pytest.mark.parametrize(
    "text", ["小计", "水川镇小计", "某某银行四龙支行小计", "四龙镇合计", "小计(元)"]
)
def test_subtotals(text: str) -> None:
    assert marks_subtotal(text)


@pytest.mark.parametrize(
    "text",
    [
        "注：损失为初步估算。", "说明:1.个人自付为……", "备注：", "制表:        审核:",
        "制表人：甲  审核人：乙", "填报日期：2021年5月", "※以系统为准", "负责人（签字）",
        "第1页,共3页", "单位（盖章）：", "数据来源：平台",
    ],
)  # fmt: skip
def test_notes(text: str) -> None:
    assert marks_note(text)


@pytest.mark.parametrize(
    "text",
    [
        "赵建国", "水川镇", "柳树村", "1", "299900197001010011", "共和村", "总寨镇",
        "计家湾村", "注水站", "合作社", "郝*", "备战", None, "说明书", "共青团员", "总经理",
        "西岭乡", "小计村委会", "",
    ],
)  # fmt: skip
def test_data(text: str | None) -> None:
    assert not marks_no_data(text)

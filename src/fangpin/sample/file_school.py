"""The school roll of the term, csv in GBK under a title."""

from collections.abc import Iterator

import numpy as np
import polars as pl

from fangpin.sample import cells as write
from fangpin.sample.block import HARMLESS_GBK, UNUSABLE_TEXT
from fangpin.sample.desk import Desk
from fangpin.sample.sheet import Delivery, Line, Part, Sheet
from fangpin.sample.villages import COUNTY

_STAGE_OF = (None, "幼儿园", *["小学"] * 6, *["初中"] * 3, *["普通高中"] * 3, *["中职"] * 3)
_GRADE_OF = (
    None, "大班", "一年级", "二年级", "三年级", "四年级", "五年级", "六年级", "七年级", "八年级",
    "九年级", "高一", "高二", "高三", "中职一年级", "中职二年级", "中职三年级",
)  # fmt: skip
_OTHER = (
    None, "大班", "小学一年级", "小二", "小学三年级", "四年级", "小学五年级", "六年级", "初一",
    "初二", "初三", "高中一年级", "高中二年级", "高三", "中职一年级", "中职二年级", "中职三年级",
)  # fmt: skip
_HEADERS = [
    "序号", "学校", "教育阶段", "就读年级", "班级名称", "学生姓名", "性别", "学生身份证号",
    "出生日期", "户口地址", "就读方式", "就读状态", "备注",
]  # fmt: skip


def school_roll(desk: Desk) -> Delivery:
    """Everybody on the roll from kindergarten to upper secondary school."""
    return Delivery(
        f"{COUNTY}学生学籍信息({desk.term}).csv", [Sheet("", _roll(desk))], encoding="gbk"
    )


def _roll(desk: Desk) -> Iterator[Part]:
    world, facts, rng = desk.world, desk.world.facts, desk.chance("roll")
    yield Line([f"{COUNTY}{desk.term}在籍学生基本信息表", *[None] * (len(_HEADERS) - 1)])
    yield Line(_HEADERS)
    start = 1
    listed = (facts.on_roll | facts.dropout) & (facts.death == 0)
    for block in desk.pieces(rng, "school_roll", listed):
        at, size = (block.household, block.slot), len(block)
        stage = facts.stage[at]
        names = [village.township for village in world.villages]
        town = write.picked(names, world.village[block.household]).text
        kind = (
            "小学", "中心幼儿园", *["中心小学"] * 6, *["初级中学"] * 3, *["高级中学"] * 3,
            *["职业学校"] * 3,
        )  # fmt: skip
        block.serial("序号", start)
        start += size
        block.put("学校", town + write.picked(kind, stage).text)
        block.put("教育阶段", write.picked(_STAGE_OF, stage))
        grade = write.picked(_GRADE_OF, stage).text
        odd = np.asarray(rng.random(size) < 0.15)
        other = write.picked(_OTHER, stage).text
        block.put("就读年级", other.zip_with(pl.Series(odd), grade))
        block.put("班级名称", write.plain(1 + block.person % 4) + "班")
        block.name("学生姓名")
        block.put("性别", write.picked(("女", "男"), world.male[at]))
        block.identity("学生身份证号", HARMLESS_GBK, UNUSABLE_TEXT[:-1])
        block.put("出生日期", write.days(world.born[at], rng))
        block.address("户口地址", start="")
        block.put("就读方式", write.picked(("走读", "寄宿"), (stage >= 8).astype(int)))
        state = np.where(facts.dropout[at], 2, 0)
        for row, how in block.spoiled.items():
            state[row] = 1 if how == "home_teaching" else state[row]
        block.put("就读状态", write.picked(("在读", "送教上门", "疑似辍学"), state))
        block.put("备注")
        block.columns = {header: block.columns[header] for header in _HEADERS}
        yield block.rows()

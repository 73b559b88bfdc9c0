"""Situations of villages, and calls to the hotline."""

import numpy as np

from fangpin.sample.planting import COUPLE, FINDING, NONE, Planted, Planter
from fangpin.sample.world import Category, World

_TROUBLES = (
    "家中老人住院,医药费花了不少,已经没钱", "房屋后墙开裂,下雨不敢住",
    "在外打工被裁员,一家没有收入", "孩子上学交不起学费",
)  # fmt: skip
_CHAT = ("道路坑洼", "路灯不亮", "快递点乱收费", "广场舞噪音扰民", "垃圾清运不及时", "公交车不按点")


def hotline_clue(p: Planter) -> None:
    """Calls that can be matched to a household, and calls that are no clue."""
    kind, calls = "hotline_clue", p.world.extra.calls
    home, day, way = p.take(Category.general, COUPLE), p.world.first + 3 + p.round % 20, p.round % 3
    trouble = _TROUBLES[p.round % len(_TROUBLES)]
    if p.active:
        # {id}, {name}, {village}: filled in when the file is written.
        calls.append(
            (
                home,
                day,
                "{name}" if way == 1 else "{surname}先生",
                "{phone}" if way == 1 else "",
                (
                    f"{{name}}(身份证{{id}})反映:{trouble},请求帮扶。",
                    f"来电人反映:{trouble},想问能不能申请救助。",
                    f"家住{{township}}{{village}}的{{name}}反映:{trouble}。",
                )[way],
            )
        )
    p.found(
        kind,
        home,
        -1,
        ("内容中有身份证号", "电话和姓名与登记一致", "村名和姓名唯一")[way],
        "没有来电",
    )
    home = p.take(Category.general, COUPLE)
    calls.append((home, day, "{name}", "{phone}", f"来电人反映{_CHAT[p.round % len(_CHAT)]}。"))
    p.expect(kind, home, -1, NONE, "与困难无关的来电")
    calls.append((-1, day, "匿名", "", f"群众反映邻居{trouble},不愿透露姓名。"))


def water(world: World) -> list[Planted]:
    """Villages with interrupted or bad water, and villages just below the lines."""
    rng = np.random.default_rng([len(world.villages), 11])
    order = rng.permutation(len(world.villages)).tolist()
    troubles = [
        ((7, "合格", True, "管道抢修"), FINDING, "停水7天"),
        ((0, "不合格", True, "水源浊度超标"), FINDING, "水质不合格"),
        ((2, "合格", False, "水泵故障"), FINDING, "月末仍未恢复"),
        ((6, "合格", True, "检修"), NONE, "停水6天,已恢复"),
        ((0, "未检测", True, ""), NONE, "未检测,没有不合格结论"),
        ((1, "合格", True, "停电"), NONE, "停水1天,已恢复"),
    ]
    planted = []
    for number, (facts, expected, why) in enumerate(troubles[: len(order)]):
        village = order[number]
        world.extra.water[village] = facts
        planted.append(Planted("water_interrupted", -1, -1, expected, why, village))
    return planted

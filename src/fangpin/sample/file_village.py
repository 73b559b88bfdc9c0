"""Houses, drinking water, disasters, hotline calls, changes of villages."""

from collections.abc import Iterator

import numpy as np
import polars as pl

from fangpin.sample import cells as write
from fangpin.sample.block import Block
from fangpin.sample.desk import Desk, title, total
from fangpin.sample.file_register import CATEGORIES
from fangpin.sample.former_villages import MERGED, RENAMED
from fangpin.sample.sheet import Cells, Defect, Delivery, Line, Part, Rows, Sheet
from fangpin.sample.villages import COUNTY
from fangpin.sample.world import Ints, to_date

_CHAT = ("道路坑洼", "路灯不亮", "快递点乱收费", "噪音扰民", "垃圾清运不及时", "公交车不按点")


def houses(desk: Desk) -> Delivery:
    """Inspections of key households' houses; two townships are left out."""
    label = f"{desk.world.as_of.year}年{desk.world.as_of.month}月"
    return Delivery(f"农村住房安全等级鉴定汇总表({label}).xlsx", [Sheet("汇总表", _houses(desk))])


def _houses(desk: Desk) -> Iterator[Part]:
    world, rng = desk.world, desk.chance("houses")
    headers = [
        "序号", "乡镇", "村", "农户姓名", "农户身份证号", "农户类别", "结构类型",
        "建筑面积(平方米)", "建成年份", "鉴定等级", "鉴定日期", "改造情况",
    ]  # fmt: skip
    yield title(f"{COUNTY}农村住房安全等级鉴定结果汇总表", len(headers))
    yield Line(headers)
    homes, grades, days, treatments = _inspections(desk, rng)
    start = 1
    who = (homes, np.zeros(len(homes), dtype=np.int64))
    offset = 0
    for block in desk.pieces(rng, "housing_inspection", who):
        size = len(block)
        part = slice(offset, offset + size)
        offset += size
        block.serial("序号", start)
        start += size
        block.township("乡镇")
        block.village("村")
        block.name("农户姓名")
        block.identity("农户身份证号", unusable=("id_transposed", "id_as_number"))
        block.put("农户类别", write.picked(CATEGORIES, world.category[block.household]))
        block.put("结构类型", write.picked(("砖混", "砖木", "土木"), rng.integers(0, 3, size)))
        block.put("建筑面积(平方米)", write.number(write.plain(rng.integers(45, 160, size))))
        block.put("建成年份", write.plain(rng.integers(1985, 2019, size)))
        block.put("鉴定等级", pl.Series(grades[part], dtype=pl.String))
        block.put("鉴定日期", write.days(days[part], rng, serials=0.3))
        block.put("改造情况", pl.Series(treatments[part], dtype=pl.String))
        block.columns = {header: block.columns[header] for header in headers}
        yield block.rows()
    yield total(len(headers), {3: f"{len(homes)}户"})


def _inspections(
    desk: Desk, rng: np.random.Generator
) -> tuple[Ints, list[str], Ints, list[str | None]]:
    """Household, grade, day and treatment: key households outside the gap, planted ones."""
    world, facts = desk.world, desk.world.facts
    key = (world.category > 0) | world.on_subsistence()
    key |= (facts.destitute & world.present).any(axis=1)
    covered = ~world.in_gap()
    planted = world.extra.houses
    homes = np.flatnonzero(key & covered & ~np.isin(np.arange(len(key)), list(planted)))
    chance = rng.random(len(homes))
    rows: list[tuple[int, str, int, str | None]] = []
    for home, luck in zip(homes.tolist(), chance.tolist(), strict=True):
        day = world.last - 15 - home * 17 % 300
        if luck < 0.06:
            rows.append((home, "C级", day, "已改造"))
        else:
            rows.append((home, "A级" if luck < 0.7 else "B级", day, None))
    for home, inspections in planted.items():
        if covered[home]:
            rows += [(home, grade, day, treatment or None) for grade, day, treatment in inspections]
    rows.sort(key=lambda row: (row[0], row[2]))
    return (
        np.array([row[0] for row in rows], dtype=np.int64),
        [row[1] for row in rows],
        np.array([row[2] for row in rows], dtype=np.int64),
        [row[3] for row in rows],
    )


def water(desk: Desk) -> Delivery:
    """One row per village."""
    return Delivery(f"农村供水运行月报({desk.label}).xlsx", [Sheet("月报", _water(desk))])


def _water(desk: Desk) -> Iterator[Part]:
    world = desk.world
    headers = [
        "序号", "乡镇", "行政村", "供水单位", "供水人口", "水质检测结果", "停水天数", "停水时段",
        "是否恢复供水", "原因",
    ]  # fmt: skip
    yield title(f"{COUNTY}农村供水工程运行情况月报表({desk.label})", len(headers))
    yield Line(headers)
    people = np.bincount(world.village, weights=world.sizes, minlength=len(world.villages))
    facts = [world.extra.water.get(n, (0, "合格", True, "")) for n in range(len(world.villages))]
    size = len(facts)
    away = [f"{days}天" if days else "—" for days, *_ in facts]
    yield Rows(
        {
            "序号": write.number(write.plain(np.arange(1, size + 1))),
            "乡镇": Cells(pl.Series([v.township for v in world.villages])),
            "行政村": Cells(pl.Series([v.name for v in world.villages])),
            "供水单位": Cells(pl.Series([f"{v.township}供水站" for v in world.villages])),
            "供水人口": write.number(write.plain(people.astype(np.int64))),
            "水质检测结果": Cells(pl.Series([quality for _, quality, _, _ in facts])),
            "停水天数": write.number(write.plain(np.array([days for days, *_ in facts]))),
            "停水时段": Cells(pl.Series(away)),
            "是否恢复供水": Cells(
                pl.Series([None if not days else "是" if ok else "否" for days, _, ok, _ in facts],
                          dtype=pl.String)
            ),
            "原因": Cells(pl.Series([why or None for *_, why in facts], dtype=pl.String)),
        }
    )  # fmt: skip
    yield total(len(headers), {4: int(people.sum())})


def disasters(desk: Desk) -> Delivery:
    """Losses of households in a flood, written in words."""
    return Delivery(
        f"暴洪灾害农户损失统计({desk.label}).xlsx", [Sheet("灾情统计", _disasters(desk))]
    )


def _disasters(desk: Desk) -> Iterator[Part]:
    world, rng = desk.world, desk.chance("disasters")
    headers = [
        "序号", "乡镇", "行政村", "受灾户主姓名", "身份证号码", "灾害发生时间", "灾害种类",
        "灾情描述", "经济损失", "备注",
    ]  # fmt: skip
    events = world.extra.disasters
    yield title(f"{COUNTY}暴洪灾害农户受灾情况及损失统计表", len(headers))
    yield Line([f"填报单位:应急管理局        {desk.label}"], merges=[(0, len(headers) - 1)])
    yield Line(headers)
    homes = np.array([event[0] for event in events], dtype=np.int64)
    block = Block(world, rng, "disasters", homes, np.zeros(len(homes), dtype=np.int64))
    block.serial("序号", 1)
    block.township("乡镇")
    block.village("行政村", messy=0)
    block.name("受灾户主姓名", messy=False)
    block.identity("身份证号码", ("id_outer_space", "id_line_break"), ())
    day = np.array([event[1] for event in events], dtype=np.int64)
    block.put("灾害发生时间", write.days(day, rng, ("%Y-%m-%d", "%Y.%-m.%-d", "%Y年%-m月%-d日")))
    block.put("灾害种类", write.constant("暴洪", len(homes)))
    block.put("灾情描述", pl.Series([event[2] for event in events], dtype=pl.String))
    losses = [event[3] for event in events]
    block.put("经济损失", pl.Series(losses, dtype=pl.String))
    block.put("备注")
    block.columns = {header: block.columns[header] for header in headers}
    for row, loss in enumerate(losses):
        kind, action = (
            ("amount_pending_text", "flag") if loss == "待核" else ("amount_free_text", "accept")
        )
        block.note(row, "经济损失", kind, action, loss)
    yield block.rows(duplicates=False)
    yield Line(["注:损失金额为初步估算。"], merges=[(0, len(headers) - 1)], defect="footer_note")


def hotline(desk: Desk) -> Delivery:
    """Calls to the hotline: mostly about other things, some that lead to a household."""
    return Delivery(f"12345热线工单({desk.label}).xlsx", [Sheet("工单", _hotline(desk))])


def _hotline(desk: Desk) -> Iterator[Part]:
    world, rng = desk.world, desk.chance("hotline")
    yield Line(
        ["工单号", "受理时间", "来电人", "来电号码", "工单内容", "诉求类别", "承办单位", "工单状态"]
    )
    calls = [_filled(desk, call) for call in world.extra.calls]
    for number in range(max(6, world.households // 200)):
        day = world.first + int(rng.integers(0, world.last - world.first))
        text = f"市民来电反映{_CHAT[number % len(_CHAT)]}。"
        calls.append((day, "匿名", None, text))
    calls.sort(key=lambda call: call[0])
    numbers = [f"GD{to_date(call[0]):%Y%m%d}{place:05d}" for place, call in enumerate(calls, 1)]
    times = [
        f"{to_date(call[0])} {9 + place % 9:02d}:{place * 7 % 60:02d}"
        for place, call in enumerate(calls)
    ]
    yield Rows(
        {
            "工单号": Cells(pl.Series(numbers)),
            "受理时间": Cells(pl.Series(times)),
            "来电人": Cells(pl.Series([call[1] for call in calls])),
            "来电号码": Cells(pl.Series([call[2] for call in calls], dtype=pl.String)),
            "工单内容": Cells(pl.Series([call[3] for call in calls])),
            "诉求类别": write.constant("求助咨询投诉", len(calls)),
            "承办单位": write.constant("相关单位", len(calls)),
            "工单状态": write.constant("已转办", len(calls)),
        },
        [Defect(n, "工单内容", "free_text_reference",
            "accept", call[3]) for n, call in enumerate(calls)
         if call[1] != "匿名"],
    )  # fmt: skip


def _filled(desk: Desk, call: tuple[int, int, str, str, str]) -> tuple[int, str, str | None, str]:
    """A planted call with the household's own words put in."""
    world, (home, day, caller, phone, text) = desk.world, call
    if home < 0:
        return day, caller, phone or None, text
    head = int(world.person[home, 0])
    place = world.villages[int(world.village[home])]
    name = world.names[head]
    words = {
        "{name}": name, "{surname}": name[0], "{id}": world.ids[head],
        "{phone}": world.phones[home], "{township}": place.township, "{village}": place.name,
    }  # fmt: skip
    for mark, word in words.items():
        caller, phone, text = (part.replace(mark, word) for part in (caller, phone, text))
    return day, caller, phone or None, text


def place_changes(desk: Desk) -> Delivery:
    """Old and new names of villages."""
    return Delivery("村级区划调整对照表.xlsx", [Sheet("对照", _place_changes(desk))])


def _place_changes(desk: Desk) -> Iterator[Part]:
    here = {village.name: village for village in desk.world.villages}
    headers = ["所属乡镇", "原行政村", "原代码", "现行政村", "现代码", "调整时间", "调整方式"]
    yield title(f"{COUNTY}行政村区划调整对照表", len(headers))
    yield Line(headers)
    lines: list[list[str | None]] = []
    for name, olds in RENAMED.items():
        if name in here:
            kind = "合并更名" if len(olds) > 1 else "更名"
            lines += [
                [here[name].township, old, None, name, here[name].code, "2018", kind]
                for old in olds
            ]
    for name, parts in MERGED.items():
        if all(part in here for part in parts):
            place = [here[part] for part in parts]
            lines += [[part.township, part.name, part.code, name, None, f"{desk.month.year}",
                "两村合并"]
                      for part in place]  # fmt: skip
    for line in lines:
        yield Line(line)

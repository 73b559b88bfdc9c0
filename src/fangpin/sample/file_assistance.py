"""Subsistence allowance, destitute support, temporary relief, pensions, vocational grants."""

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import polars as pl

from fangpin.sample import cells as write
from fangpin.sample.block import HARMLESS_TEXT, UNUSABLE_TEXT, Block
from fangpin.sample.desk import Desk, title, total
from fangpin.sample.file_register import STAGES, relations
from fangpin.sample.sheet import Cells, Delivery, Line, Part, Rows, Sheet
from fangpin.sample.villages import COUNTY
from fangpin.sample.world import Bools, day_number

_HEADERS = [
    "序号", "乡镇", "行政村", "户主姓名", "低保类别", "保障人口", "月保障金额(元)",
    "享受人员姓名", "与户主关系", "居民身份证号", "开始享受时间", "备注",
]  # fmt: skip
_OF_HOUSEHOLD = (
    "序号", "乡镇", "行政村", "户主姓名", "低保类别", "保障人口", "月保障金额(元)",
    "开始享受时间",
)  # fmt: skip


def subsistence(desk: Desk) -> Delivery:
    """The month's list with household cells merged over the members; an old list is hidden."""
    facts = desk.world.facts
    now = facts.subsistence_before if desk.previous else facts.subsistence
    sheets = [Sheet("发放名册", _subsistence(desk, now, desk.label))]
    if not desk.previous:
        old = facts.subsistence_before & (desk.world.village % 2 == 0)[:, None]
        year = desk.month.year - 1
        sheets.append(Sheet(f"{year}年12月", _subsistence(desk, old, f"{year}年12月"), hidden=True))
    return Delivery(f"{desk.label}农村低保金发放名册.xlsx", sheets)


def _subsistence(desk: Desk, mask: Bools, label: str) -> Iterator[Part]:
    rng = desk.chance(f"subsistence {label}")
    yield title(f"{COUNTY}{label}农村最低生活保障金发放名册", len(_HEADERS))
    yield Line(["填报单位:民政局", *[None] * 9, "单位:户、人、元"])
    yield Line(_HEADERS)
    serial, money, people = 1, 0, 0
    for block in desk.pieces(rng, "subsistence_allowance", mask):
        rows, homes, amount = _subsistence_rows(block, serial, rng)
        serial, money, people = serial + homes, money + amount, people + len(block)
        yield rows
    yield total(len(_HEADERS), {5: people, 6: money})
    yield Line(["制表:            审核:            (盖章)"], merges=[(0, len(_HEADERS) - 1)],
               defect="footer_note")  # fmt: skip


def _subsistence_rows(block: Block, serial: int, rng: np.random.Generator) -> tuple[Rows, int, int]:
    """Household cells stand in the first row of the household only."""
    world, home = block.world, block.household
    first = np.r_[True, home[1:] != home[:-1]] if len(home) else np.zeros(0, dtype=bool)
    starts = np.flatnonzero(first)
    counts = np.diff(np.r_[starts, len(home)])
    category = (home * 5 // 3) % 3
    each = np.array([399, 378, 84])[category]
    amount = np.repeat(counts, counts) * each
    block.put("序号", write.number(write.plain(serial + np.cumsum(first) - 1)))
    block.township("乡镇")
    block.village("行政村", messy=0.02)
    block.put("户主姓名", world.names.gather(world.person[home, 0]))
    block.put("低保类别", write.picked(("一类", "二类", "三类"), category))
    block.put("保障人口", write.number(write.plain(np.repeat(counts, counts))))
    block.put("月保障金额(元)", write.number(write.plain(amount)))
    block.name("享受人员姓名")
    block.put("与户主关系", relations(block.slot, world.male[home, block.slot]))
    block.identity("居民身份证号")
    since = world.first - 200 - home * 11 % 1500
    block.put("开始享受时间", write.days(since, rng, write.MONTH_STYLES))
    block.put("备注")
    hidden = pl.Series(~first)
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, len(home))
    for header in _OF_HOUSEHOLD:
        cells = block.columns[header]
        block.columns[header] = Cells(nothing.zip_with(hidden, cells.text), cells.kind)
    kept = set(starts.tolist())
    block.defects = [d for d in block.defects if d.column not in _OF_HOUSEHOLD or d.row in kept]
    block.columns = {header: block.columns[header] for header in _HEADERS}
    rows = block.rows(duplicates=False)
    for start, count in zip(starts.tolist(), counts.tolist(), strict=True):
        if count > 1:
            for header in _OF_HOUSEHOLD:
                column = _HEADERS.index(header)
                rows.merges.append((start, column, start + count - 1, column))
    return rows, len(starts), int(amount[starts].sum())


def destitute(desk: Desk) -> Delivery:
    """Persons in destitute support."""
    return Delivery(
        f"{COUNTY}特困人员救助供养花名册({desk.label}).xlsx", [Sheet("Sheet1", _destitute(desk))]
    )


def _destitute(desk: Desk) -> Iterator[Part]:
    rng = desk.chance("destitute")
    headers = [
        "编号", "家庭住址", "特困人员姓名", "身份证件号码", "供养类型", "生活自理能力",
        "供养标准(元/月)", "纳入时间",
    ]  # fmt: skip
    yield title(f"{COUNTY}农村特困人员救助供养花名册", len(headers))
    yield Line(headers)
    start = 1
    for block in desk.pieces(rng, "destitute_support", desk.world.facts.destitute):
        size = len(block)
        block.serial("编号", start)
        start += size
        block.address("家庭住址")
        block.name("特困人员姓名")
        block.identity("身份证件号码")
        block.put("供养类型", write.picked(("分散", "集中"), (block.person % 4 == 0).astype(int)))
        block.put(
            "生活自理能力",
            write.picked(("全自理", "半护理", "全护理"), rng.choice(3, size, p=[0.7, 0.2, 0.1])),
        )
        block.put("供养标准(元/月)", write.number(write.plain(np.full(size, 519))))
        block.put(
            "纳入时间",
            write.days(desk.world.first - 300 - block.person % 1900, rng, write.MONTH_STYLES),
        )
        block.columns = {header: block.columns[header] for header in headers}
        yield block.rows()
    yield total(len(headers), {6: 519 * (start - 1)})


def relief(desk: Desk) -> Delivery:
    """Temporary relief of the year; the amount column lost its contents: every cell is 0."""
    return Delivery(f"临时救助资金发放明细表({desk.span}).xlsx", [Sheet("临时救助", _relief(desk))])


def _relief(desk: Desk) -> Iterator[Part]:
    world, rng = desk.world, desk.chance("relief")
    headers = [
        "序号", "乡镇", "村", "受助人", "身份证号码", "救助原因", "批准日期", "发放金额(元)",
        "发放形式",
    ]  # fmt: skip
    planted = world.extra.reliefs
    ordinary = np.flatnonzero(~world.quiet & (rng.random(world.households) < 0.011))
    homes = np.r_[np.array([each[0] for each in planted], dtype=np.int64), ordinary]
    days = np.r_[
        np.array([each[3] for each in planted], dtype=np.int64),
        rng.integers(day_number(desk.month.replace(month=1)), world.last, len(ordinary)),
    ]
    order = np.argsort(days, kind="stable")
    yield title(f"{COUNTY}临时救助资金发放明细表", len(headers))
    yield Line(headers)
    who = (homes[order], np.zeros(len(homes), dtype=np.int64))
    for block in desk.pieces(rng, "temporary_relief", who):
        size = len(block)
        block.serial("序号", 1)
        block.township("乡镇")
        block.village("村")
        block.name("受助人")
        block.identity("身份证号码", unusable=())
        reasons = ("突发重病", "交通意外", "火灾", "子女就学", "基本生活困难")
        block.put("救助原因", write.picked(reasons, rng.integers(0, 5, size)))
        block.put("批准日期", write.days(days[order], rng))
        block.put("发放金额(元)", write.number(write.plain(np.zeros(size, dtype=np.int64))))
        block.put("发放形式", write.constant("社会化发放", size))
        for row in range(size):
            block.note(row, "发放金额(元)", "amount_all_zero", "quarantine_file", "0")
        yield block.rows(duplicates=False)
    yield total(len(headers), {7: 0})


def pensions(desk: Desk) -> Delivery:
    """Residents' pensions of the month, csv in GB18030."""
    return Delivery(
        f"城乡居保待遇支付{desk.stamp}.csv", [Sheet("", _pensions(desk))], encoding="gb18030"
    )


def _pensions(desk: Desk) -> Iterator[Part]:
    world, rng = desk.world, desk.chance("pensions")
    headers = [
        "人员编号", "领取人姓名", "社会保障号", "性别", "开始领取年月", "养老金合计(元)",
        "支付年月", "支付状态", "参保乡镇", "参保村",
    ]  # fmt: skip
    yield Line(headers)
    paid = 0
    for block in desk.pieces(rng, "pension_payments", world.facts.pension):
        at, size = (block.household, block.slot), len(block)
        block.put("人员编号", write.plain(62100000000000 + block.person * 17))
        block.name("领取人姓名")
        block.identity("社会保障号", HARMLESS_TEXT, UNUSABLE_TEXT)
        block.put("性别", write.picked(("女", "男"), world.male[at]))
        since = (world.born[at] + 60 * 365.25 + 31).astype(np.int64)
        block.put("开始领取年月", write.one_style(since, "%Y%m"))
        amount = 108_00 + block.person * 37 % 60_00
        paid += int(amount.sum())
        block.put("养老金合计(元)", write.yuan(amount))
        block.put("支付年月", write.constant(desk.stamp, size))
        state = np.zeros(size, dtype=np.int64)
        for row, how in block.spoiled.items():
            state[row] = how == "payment_stopped"
        block.put("支付状态", write.picked(("成功", "停发"), state))
        block.township("参保乡镇")
        block.village("参保村")
        block.columns = {header: block.columns[header] for header in headers}
        yield block.rows()
    yield total(len(headers), {5: f"{paid / 100:.2f}"})


def grants(desk: Desk) -> Delivery:
    """Vocational grants of the term."""
    return Delivery(f"雨露计划职业教育补助名单({desk.term}).xlsx", [Sheet("名单", _grants(desk))])


def _grants(desk: Desk) -> Iterator[Part]:
    world, rng = desk.world, desk.chance("grants")
    headers = [
        "序号", "乡镇", "村", "家长姓名", "家长身份证号", "受助学生姓名", "受助学生身份证号",
        "就读院校名称", "就读年级", "资助金额(元)",
    ]  # fmt: skip
    yield title(f"{COUNTY}{desk.term}雨露计划职业教育补助发放名单", len(headers))
    yield Line(headers)
    start = 1
    for block in desk.pieces(rng, "yulu_grants", world.facts.yulu):
        size = len(block)
        heads = world.person[block.household, 0]
        block.serial("序号", start)
        start += size
        block.township("乡镇")
        block.village("村")
        block.put("家长姓名", world.names.gather(heads))
        block.put("家长身份证号", world.ids.gather(heads))
        block.name("受助学生姓名")
        block.identity("受助学生身份证号", unusable=("id_transposed", "id_as_number"))
        schools = ("陇中理工学校", "西部职业技术学院", "河湾卫生学校", "黄河旅游职业学校")
        block.put("就读院校名称", write.picked(schools, rng.integers(0, 4, size)))
        block.put("就读年级", write.picked(STAGES, world.facts.stage[block.household, block.slot]))
        block.put("资助金额(元)", write.number(write.plain(np.full(size, 1500))))
        block.columns = {header: block.columns[header] for header in headers}
        yield block.rows()
    yield total(len(headers), {9: 1500 * (start - 1)})


def month_before(month: date) -> date:
    """First day of the month before."""
    return (month - timedelta(days=1)).replace(day=1)

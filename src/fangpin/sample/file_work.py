"""Posts, migrant work, vehicles, businesses, loans and the school roll."""

from collections.abc import Iterator

import numpy as np
import polars as pl

from fangpin.sample import cells as write
from fangpin.sample import numbers
from fangpin.sample.block import HARMLESS_TEXT, UNUSABLE_TEXT, Block
from fangpin.sample.desk import Desk, title, total
from fangpin.sample.file_register import work_places
from fangpin.sample.population import POST_KINDS, RANGER
from fangpin.sample.sheet import Cells, Delivery, Line, Part, Sheet
from fangpin.sample.villages import COUNTY
from fangpin.sample.world import Ints


def posts(desk: Desk) -> Delivery:
    """Ordinary posts and forest rangers, a sheet each with columns of its own."""
    return Delivery(
        f"乡村公益性岗位人员台账({desk.label}).xlsx",
        [Sheet("公益性岗位", _posts(desk)), Sheet("护林员", _rangers(desk))],
    )


def _holders(
    desk: Desk, rangers: bool
) -> tuple[Ints, Ints, Ints, Ints, Ints, list[str], list[str]]:
    """Household, slot, kind, start, end, status and residence of everybody in one sheet."""
    world, facts = desk.world, desk.world.facts
    held = facts.post_before if desk.previous else facts.post
    homes, slots = world.members((held > 0) & ((held == RANGER + 1) == rangers))
    kinds = held[homes, slots].astype(np.int64) - 1
    person = world.person[homes, slots]
    new = (facts.post_before[homes, slots] == 0) & ~np.bool_(desk.previous)
    start = np.where(new, world.first, world.first - 90 - person % 240)
    end = world.last + 35 + person % 200
    more = [post for post in world.extra.posts if (post[2] == RANGER) == rangers]
    status = ["在岗"] * len(homes) + [post[5] for post in more]
    residence = [""] * len(homes) + [post[6] for post in more]

    def both(values: Ints, place: int) -> Ints:
        planted = np.array([post[place] for post in more], dtype=np.int64)
        return np.concatenate([values, planted])

    return (both(homes, 0), both(slots, 1), both(kinds, 2), both(start, 3), both(end, 4),
            status, residence)  # fmt: skip


def _posts(desk: Desk) -> Iterator[Part]:
    rng = desk.chance("posts")
    homes, slots, kinds, start, end, status, residence = _holders(desk, False)
    headers = [
        "序号", "乡镇", "村", "上岗人员姓名", "身份证号码", "公益性岗位名称", "聘用日期",
        "协议到期日期", "岗位补贴(元/月)", "在岗情况", "目前居住地", "备注",
    ]  # fmt: skip
    yield title(f"{COUNTY}乡村公益性岗位在岗人员台账({desk.label})", len(headers))
    yield Line(["填报单位:人力资源和社会保障局"])
    yield Line(headers)
    order = np.argsort(homes, kind="stable")
    block = Block(desk.world, rng, "public_welfare_posts", homes[order], slots[order])
    block.serial("序号", 1)
    block.township("乡镇")
    block.village("村")
    block.name("上岗人员姓名")
    block.identity("身份证号码")
    block.put("公益性岗位名称", write.picked(POST_KINDS, kinds[order]))
    block.put("聘用日期", write.days(start[order], rng))
    block.put("协议到期日期", write.days(end[order], rng, serials=0.2))
    block.put("岗位补贴(元/月)", write.number(write.plain(np.full(len(block), 500))))
    block.put("在岗情况", pl.Series([status[n] for n in order.tolist()], dtype=pl.String))
    block.address("目前居住地", start="")
    lives = block.columns["目前居住地"].text.str.replace(r"\d+社$", "")
    away = pl.Series([residence[n] for n in order.tolist()], dtype=pl.String)
    block.put("目前居住地", away.zip_with(away.str.len_chars() > 0, lives))
    block.put("备注")
    block.columns = {header: block.columns[header] for header in headers}
    rows = block.rows()
    if len(rows) > 12:
        # A few rows are hidden by a filter; they count all the same.
        rows.hidden = [7, 11]
        for row in rows.hidden:
            block.note(row, "*", "hidden_row", "flag")
            rows.defects.append(block.defects[-1])
    yield rows
    yield total(len(headers), {8: 500 * len(block)})


def _rangers(desk: Desk) -> Iterator[Part]:
    rng = desk.chance("rangers")
    homes, slots, _, start, _, status, _ = _holders(desk, True)
    headers = [
        "编号", "护林员姓名", "护林员身份证号", "责任区域", "聘用时间", "年管护费(元)",
        "履职状态",
    ]  # fmt: skip
    yield title(f"{COUNTY}生态护林员名册({desk.label})", len(headers))
    yield Line(headers)
    order = np.argsort(homes, kind="stable")
    block = Block(desk.world, rng, "public_welfare_posts", homes[order], slots[order])
    block.put("编号", "HL" + write.plain(np.arange(1, len(block) + 1)).str.zfill(4))
    block.name("护林员姓名")
    block.identity("护林员身份证号")
    block.address("责任区域", start="")
    area = block.columns["责任区域"].text.str.replace(r"\d+社$", "林区")
    block.put("责任区域", area)
    block.put("聘用时间", write.days(start[order], rng, serials=0.4))
    block.put("年管护费(元)", write.number(write.plain(np.full(len(block), 8004))))
    block.put("履职状态", pl.Series([status[n] for n in order.tolist()], dtype=pl.String))
    block.columns = {header: block.columns[header] for header in headers}
    yield block.rows()


def migrants(desk: Desk) -> Delivery:
    """People at work away from home, csv with a byte order mark; wages as clerks note them."""
    return Delivery(
        f"劳务输转务工监测{desk.stamp}.csv",
        [Sheet("", _migrants(desk))],
        encoding="utf-8",
        mark=True,
    )


_STATES = (None, "在岗", "转岗在岗", "返乡待业", "失业", "企业停产")


def _migrants(desk: Desk) -> Iterator[Part]:
    world, facts, rng = desk.world, desk.world.facts, desk.chance("migrants")
    work = facts.work_before if desk.previous else facts.work
    headers = [
        "乡镇", "村", "务工人员姓名", "身份证号", "手机", "务工省", "务工市", "务工县",
        "就业单位", "从事行业", "外出日期", "返乡日期", "月工资", "务工情况",
    ]  # fmt: skip
    yield Line(headers)
    feed = "migrant_work_before" if desk.previous else "migrant_work"
    for block in desk.pieces(rng, feed, work > 0):
        at = (block.household, block.slot)
        state = work[at]
        block.township("乡镇")
        block.village("村")
        block.name("务工人员姓名")
        block.identity("身份证号", HARMLESS_TEXT, UNUSABLE_TEXT)
        block.put("手机", write.plain(15_450_000_000 + block.person))
        province, city, county = work_places(world, block)
        block.put("务工省", province)
        block.put("务工市", city)
        block.put("务工县", county)
        firms = (
            "启航电子有限公司", "恒泰建筑劳务公司", "兴旺餐饮店", "远达物流公司", "金穗农业公司",
        )  # fmt: skip
        block.put("就业单位", write.picked(firms, block.person % 5))
        lines = ("制造业", "建筑业", "住宿和餐饮业", "交通运输业", "农林牧渔业")
        block.put("从事行业", write.picked(lines, block.person % 5))
        block.put("外出日期", write.one_style(world.first - 60 - block.person % 90, "%Y/%-m/%-d"))
        back = np.where(state >= 3, world.first + 5 + block.person % 18, 0)
        block.put("返乡日期", write.one_style(back, "%Y/%-m/%-d"))
        block.put("月工资", _wages(facts.wage[at], rng))
        block.put("务工情况", write.picked(_STATES, state))
        block.columns = {header: block.columns[header] for header in headers}
        yield block.rows()


def _wages(fen: Ints, rng: np.random.Generator) -> Cells:
    """3200, 0.32万, 3200元, 3200元/月, about half of them bare."""
    style = rng.choice(4, len(fen), p=[0.55, 0.2, 0.15, 0.1])
    text = write.yuan(fen)
    for place, other in ((1, write.wan(fen) + "万"), (2, text + "元"), (3, text + "元/月")):
        text = other.zip_with(pl.Series(style == place), text)
    return Cells(text)


def vehicles(desk: Desk) -> Delivery:
    """Vehicles in the names of registered persons."""
    return Delivery(f"机动车比对结果({desk.stamp}).xlsx", [Sheet("名下车辆", _vehicles(desk))])


def _vehicles(desk: Desk) -> Iterator[Part]:
    world, facts, rng = desk.world, desk.world.facts, desk.chance("vehicles")
    headers = [
        "序号", "车主姓名", "车主证件号码", "车牌号码", "车辆类型", "车辆品牌", "登记日期",
        "车辆状态", "使用性质",
    ]  # fmt: skip
    yield Line(headers)
    ages = world.ages()
    owns = (
        (ages >= 20)
        & (ages < 65)
        & world.male
        & ~world.quiet[:, None]
        & (rng.random(ages.shape) < 0.2)
    )
    owns &= ~world.on_subsistence()[:, None] & (facts.death == 0)
    homes, slots = world.members(owns)
    kinds = ("小型轿车", "小型普通客车", "轻型普通货车", "普通二轮摩托车", "正三轮摩托车")
    kind = rng.choice(5, len(homes), p=[0.4, 0.15, 0.1, 0.25, 0.1])
    more = world.extra.vehicles
    words = [kinds[n] for n in kind.tolist()] + [each[2] for each in more]
    states = ["正常"] * len(homes) + [each[3] for each in more]
    homes = np.r_[homes, np.array([each[0] for each in more], dtype=np.int64)]
    slots = np.r_[slots, np.array([each[1] for each in more], dtype=np.int64)]
    order = rng.permutation(len(homes))
    block = Block(world, rng, "vehicles", homes[order], slots[order])
    block.serial("序号", 1)
    block.name("车主姓名")
    block.identity("车主证件号码")
    block.put("车牌号码", pl.Series([numbers.plate(n) for n in order.tolist()], dtype=pl.String))
    block.put("车辆类型", pl.Series([words[n] for n in order.tolist()], dtype=pl.String))
    block.put(
        "车辆品牌",
        write.picked(("东风牌", "五菱牌", "长安牌", "吉利美日牌"), rng.integers(0, 4, len(order))),
    )
    block.put("登记日期", write.days(world.first - 300 - order * 13 % 3000, rng, serials=0.5))
    block.put("车辆状态", pl.Series([states[n] for n in order.tolist()], dtype=pl.String))
    block.put("使用性质", write.constant("非营运", len(order)))
    block.columns = {header: block.columns[header] for header in headers}
    yield block.rows()


def businesses(desk: Desk) -> Delivery:
    """Businesses of registered persons, csv in UTF-8."""
    return Delivery(
        f"市场主体比对结果{desk.stamp}.csv", [Sheet("", _businesses(desk))], encoding="utf-8"
    )


def _businesses(desk: Desk) -> Iterator[Part]:
    world, facts, rng = desk.world, desk.world.facts, desk.chance("businesses")
    headers = [
        "统一社会信用代码", "市场主体名称", "市场主体类型", "担任职务", "负责人姓名",
        "负责人身份证号", "注册资金(万元)", "成立时间", "经营状态",
    ]  # fmt: skip
    yield Line(headers)
    ages = world.ages()
    leads = (ages >= 22) & (ages < 62) & ~world.quiet[:, None] & (rng.random(ages.shape) < 0.012)
    leads &= ~world.on_subsistence()[:, None] & (facts.death == 0)
    homes, slots = world.members(leads)
    more = world.extra.firms
    forms = ["个体工商户"] * len(homes) + [each[2] for each in more]
    roles = ["经营者"] * len(homes) + [each[3] for each in more]
    states = ["存续"] * len(homes) + [each[4] for each in more]
    homes = np.r_[homes, np.array([each[0] for each in more], dtype=np.int64)]
    slots = np.r_[slots, np.array([each[1] for each in more], dtype=np.int64)]
    order = rng.permutation(len(homes)).tolist()
    chosen = np.array(order, dtype=np.int64)
    block = Block(world, rng, "business_registration", homes[chosen], slots[chosen])
    codes = [numbers.credit_code("93" if "合作社" in forms[n] else "92", 5000 + n) for n in order]
    block.put("统一社会信用代码", pl.Series(codes, dtype=pl.String))
    trades = ("便民商店", "汽修店", "面馆", "农资经营部", "理发店")
    names = [
        f"{COUNTY}试{n:05d}号{forms[n] if '合作社' in forms[n] else trades[n % 5]}" for n in order
    ]
    block.put("市场主体名称", pl.Series(names, dtype=pl.String))
    block.put("市场主体类型", pl.Series([forms[n] for n in order], dtype=pl.String))
    block.put("担任职务", pl.Series([roles[n] for n in order], dtype=pl.String))
    block.name("负责人姓名")
    block.identity("负责人身份证号", HARMLESS_TEXT, ("id_transposed",))
    block.put("注册资金(万元)", write.plain(rng.integers(1, 30, len(order))))
    block.put(
        "成立时间", write.one_style(world.first - 200 - chosen * 29 % 2600, "%Y-%m-%d 00:00:00")
    )
    block.put("经营状态", pl.Series([states[n] for n in order], dtype=pl.String))
    block.columns = {header: block.columns[header] for header in headers}
    yield block.rows()


def loans(desk: Desk) -> Delivery:
    """Microloans: amounts in 万元, balances in 元, names masked, extension in the remark."""
    return Delivery(
        f"脱贫人口小额信贷台账(截至{desk.label}末).xlsx", [Sheet("贷款明细", _loans(desk))]
    )


def _loans(desk: Desk) -> Iterator[Part]:
    world, rng = desk.world, desk.chance("loans")
    headers = [
        "序号", "承贷银行", "借款人姓名", "借款人证件号码", "借款合同编号", "放款金额(万元)",
        "放款日期", "到期日期", "贷款余额(元)", "逾期金额(元)", "贷款状态", "备注",
    ]  # fmt: skip
    yield title(f"{COUNTY}脱贫人口小额信贷台账", len(headers))
    yield Line(headers)
    free = np.flatnonzero(
        (world.category > 0) & ~world.quiet & (rng.random(world.households) < 0.16)
    )
    free = free[world.facts.death[free, 0] == 0]
    amount = rng.integers(1, 6, len(free)) * 10_000_00
    due = world.last + 40 + rng.integers(0, 900, len(free))
    balance = np.where(rng.random(len(free)) < 0.8, amount, amount // 2)
    more = world.extra.loans

    def both(values: Ints, place: int) -> Ints:
        planted = np.array([loan[place] for loan in more], dtype=np.int64)
        return np.concatenate([values, planted])

    homes, amount, balance, due = both(free, 0), both(amount, 2), both(balance, 3), both(due, 4)
    remarks = [None] * len(free) + [loan[5] or None for loan in more]
    order = np.argsort(due, kind="stable")
    block = Block(world, rng, "microloans", homes[order], np.zeros(len(homes), dtype=np.int64))
    size = len(block)
    block.serial("序号", 1)
    block.put(
        "承贷银行", write.picked(("水川支行", "四龙支行", "王岘支行"), rng.integers(0, 3, size))
    )
    names = world.names.gather(block.person)
    masked = names.str.slice(0, 1) + "*" + names.str.slice(2)
    block.put("借款人姓名", masked.zip_with(names.str.len_chars() >= 2, names))
    block.identity("借款人证件号码", unusable=("id_transposed", "id_one_digit_missing"))
    block.put("借款合同编号", "JK" + write.plain(20_000_000 + order))
    block.put("放款金额(万元)", write.number(write.wan(amount[order])))
    block.put("放款日期", write.days(due[order] - 1095, rng))
    block.put("到期日期", write.days(due[order], rng, serials=0.3))
    block.put("贷款余额(元)", write.number(write.yuan(balance[order])))
    extended = np.array([remarks[n] is not None for n in order.tolist()], dtype=bool)
    overdue = np.where((due[order] < world.last) & ~extended, balance[order], 0)
    block.put("逾期金额(元)", write.number(write.yuan(overdue)))
    state = np.where(balance[order] == 0, 3, np.where(extended, 2, overdue > 0))
    block.put("贷款状态", write.picked(("正常", "逾期", "展期", "已结清"), state))
    block.put("备注", pl.Series([remarks[n] for n in order.tolist()], dtype=pl.String))
    block.columns = {header: block.columns[header] for header in headers}
    yield block.rows()
    yield total(len(headers), {5: float(amount.sum()) / 1e6, 8: float(balance.sum()) / 100}, "总计")

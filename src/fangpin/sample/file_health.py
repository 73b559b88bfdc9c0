"""Medical settlements, insured persons, disability certificates and allowances, deaths."""

from collections.abc import Iterator

import numpy as np
import polars as pl

from fangpin.sample import cells as write
from fangpin.sample.block import HARMLESS_TEXT, UNUSABLE_TEXT, Block
from fangpin.sample.desk import PIECE, Desk, title, total
from fangpin.sample.file_register import KINDS, LEVELS, disability_kind
from fangpin.sample.sheet import Delivery, Kind, Line, Part, Sheet
from fangpin.sample.stays import Stays
from fangpin.sample.villages import COUNTY, TOWNSHIPS
from fangpin.sample.world import to_date

_HOSPITALS = ("区第一人民医院", "市中心医院", "省人民医院", "镇中心卫生院", "中医医院")
WAN_TOWNSHIP = TOWNSHIPS[2]
"""its section of the inpatient sheet is in 万元"""


def medical(desk: Desk) -> Delivery:
    """Two sheets by township, one section in 万元, subtotals, repeated headers, reversals."""
    return Delivery(
        f"{COUNTY}医保报销明细{desk.span}.xlsx",
        [
            Sheet("住院费用", _settlements(desk, True)),
            Sheet("门诊慢特病费用", _settlements(desk, False)),
        ],
    )


def _settlement_headers(inpatient: bool) -> list[str]:
    dates = ["入院时间", "出院时间", "报销日期"] if inpatient else ["报销日期"]
    return [
        "序号", "参保乡镇", "参保村", "参保人姓名", "参保人身份证号", "医疗机构名称",
        *dates, "单据号",
        "费用总额", "基本医保报销", "大病保险报销", "医疗救助", "个人自付金额", "备注",
    ]  # fmt: skip


def _settlements(desk: Desk, inpatient: bool) -> Iterator[Part]:
    world = desk.world
    rng = desk.chance(f"medical {inpatient}")
    stays = Stays.of(desk, inpatient)
    headers = _settlement_headers(inpatient)
    width, money = len(headers), headers.index("费用总额")
    kind = "住院" if inpatient else "门诊慢特病"
    yield title(f"{COUNTY}城乡居民医保{kind}费用报销明细表", width)
    first = desk.month.replace(month=1)
    yield Line([f"报销时间:{first:%Y}年1月1日—{world.as_of.month}月{world.as_of.day}日",
        *[None] * 8,
                "金额单位:元"])  # fmt: skip
    yield Line(headers)
    serial = 1
    townships = world.townships()[stays.household]
    names = [name for name in TOWNSHIPS if (townships == name).any()]
    for place, township in enumerate(names):
        in_wan = inpatient and township == WAN_TOWNSHIP
        if place == 1 and not inpatient:
            yield Line(headers, defect="repeated_header")
        if in_wan:
            yield Line([f"{township}(以下金额单位:万元)"], merges=[(0, width - 1)],
                       defect="unit_section_wan")  # fmt: skip
        chosen = np.flatnonzero(townships == township)
        for start in range(0, len(chosen), PIECE):
            part = stays.gather(chosen[start : start + PIECE])
            yield _settlement_rows(desk, rng, part, headers, serial, in_wan).rows()
            serial += len(part)
        sums = stays.gather(chosen)
        row: list[str | int | float | None] = [None] * width
        row[1] = f"{township}小计"
        scale = 1_000_000 if in_wan else 100
        row[money] = float(sums.total.sum()) / scale
        row[money + 4] = float(sums.paid.sum()) / scale
        yield Line(row, defect="subtotal_row")
        if in_wan and place + 1 < len(names):
            yield Line(["以下金额单位:元"], merges=[(0, width - 1)], defect="unit_section_yuan")
    note = "注:个人自付金额为基本医保、大病保险、医疗救助报销后由个人负担的合规费用。"
    yield Line([note], merges=[(0, width - 1)], defect="footer_note")


def _settlement_rows(
    desk: Desk,
    rng: np.random.Generator,
    stays: Stays,
    headers: list[str],
    serial: int,
    in_wan: bool,
) -> Block:
    world = desk.world
    block = Block(world, rng, "medical_settlement", stays.household, stays.slot)
    size = len(block)
    block.serial("序号", serial)
    block.township("参保乡镇")
    block.village("参保村")
    block.name("参保人姓名")
    block.identity("参保人身份证号")
    block.swap("参保人姓名", "参保人身份证号")
    block.put("医疗机构名称", write.picked(_HOSPITALS, rng.integers(0, 5, size)))
    for header, back in (("入院时间", 9), ("出院时间", 2)):
        if header in headers:
            first = (stays.day - back).clip(world.first - 400)
            block.put(header, write.days(first, rng, serials=0.3))
            rows = block.some(0.0003, set(block.spoiled), quiet_too=False, least=8)[:1]
            wrong = [f"{desk.month.year}-02-30"] * len(rows)
            block.overwrite(header, rows, wrong, "date_impossible", "flag")
    block.put("报销日期", write.days(stays.day, rng, serials=0.25))
    block.put("单据号", stays.receipts)
    for header, fen in (
        ("费用总额", stays.total), ("基本医保报销", stays.pool), ("大病保险报销", stays.serious),
        ("医疗救助", stays.relief), ("个人自付金额", stays.paid),
    ):  # fmt: skip
        if in_wan:
            block.put(header, write.number(write.wan(fen)))
        else:
            block.put(header, write.messy_yuan(fen, rng))
    block.put("备注", stays.remarks)
    if not in_wan:
        _formulas(block, stays)
    block.columns = {header: block.columns[header] for header in headers}
    return block


def _formulas(block: Block, stays: Stays) -> None:
    """Some totals are formulas with their result, one self-paid amount has none."""
    rows = block.some(0.002, set(block.spoiled), quiet_too=True, least=8)
    texts = []
    for row in rows:
        paid, rest = int(stays.paid[row]), int(stays.total[row] - stays.paid[row])
        texts.append(f"><f>{paid / 100}+{rest / 100}</f><v>{(paid + rest) / 100}</v>")
    block.overwrite("费用总额", rows, texts, "formula_cell", "accept", Kind.raw)
    rows = block.some(0.0005, set(block.spoiled), quiet_too=False, least=8)[:1]
    texts = [f"><f>{int(stays.paid[row]) // 2 / 100}*2</f>" for row in rows]
    block.overwrite("个人自付金额", rows, texts, "formula_without_result", "reject", Kind.raw)


def insurance(desk: Desk) -> Delivery:
    """Everybody who is enrolled, csv in GB18030."""
    as_of = desk.world.as_of
    return Delivery(
        f"{as_of.year}年城乡居民基本医疗保险参保登记(截至{as_of.month}月{as_of.day}日).csv",
        [Sheet("", _insured(desk))],
        encoding="gb18030",
    )


def _insured(desk: Desk) -> Iterator[Part]:
    world, facts, rng = desk.world, desk.world.facts, desk.chance("insured")
    suspended = {
        (home, slot)
        for (feed, home, slot), how in world.extra.spoiled.items()
        if feed == "insurance_enrolment" and how == "insurance_suspended"
    }
    listed = facts.insured.copy()
    for home, slot in suspended:
        listed[home, slot] = True
    lapsed = ~facts.insured & (world.category[:, None] == 0) & ~world.quiet[:, None]
    listed |= lapsed & (facts.death == 0) & (world.male | (world.born % 2 == 0))
    listed |= (facts.death > 0) & (facts.death < world.first) & ~facts.insured
    headers = [
        "个人编号", "参保人姓名", "证件号码", "性别", "参保险种", "缴费状态", "参保年度",
        "缴费金额(元)", "人员类别", "参保地乡镇", "参保地村居",
    ]  # fmt: skip
    yield Line(headers)
    count = 0
    for block in desk.pieces(rng, "insurance_enrolment", listed):
        at, size = (block.household, block.slot), len(block)
        category = world.category[block.household]
        block.put("个人编号", write.plain(62049900000000 + block.person * 13))
        block.name("参保人姓名")
        block.identity("证件号码", HARMLESS_TEXT, UNUSABLE_TEXT)
        block.put("性别", write.picked(("女", "男"), world.male[at]))
        block.put("参保险种", write.constant("城乡居民医保", size))
        status = np.where(facts.insured[at], 0, 1 + block.person % 2)
        status = np.where((facts.death[at] > 0) & ~facts.insured[at], 3, status)
        block.put("缴费状态", write.picked(("正常参保", "暂停参保", "未缴费", "终止"), status))
        block.put("参保年度", write.constant(str(desk.month.year), size))
        block.put("缴费金额(元)", write.picked(("280", "0"), status == 2))
        kinds = (None, "脱贫人口", "监测对象", "监测对象", "监测对象", "低保对象", "特困")
        kind = np.where(facts.subsistence[at], 5, category)
        kind = np.where(facts.destitute[at], 6, kind)
        block.put("人员类别", write.picked(kinds, kind))
        block.township("参保地乡镇")
        block.village("参保地村居")
        block.columns = {header: block.columns[header] for header in headers}
        rows = block.rows()
        count += len(rows)
        yield rows
    yield total(len(headers), {}, f"合计:{count}人")


def certificates(desk: Desk) -> Delivery:
    """Certified disabled persons at the end of a month."""
    return Delivery(
        f"{COUNTY}持证残疾人花名册{desk.stamp}.xlsx", [Sheet("花名册", _certificates(desk))]
    )


def _certificates(desk: Desk) -> Iterator[Part]:
    world, facts = desk.world, desk.world.facts
    rng = desk.chance("certificates")
    level = facts.level_before if desk.previous else facts.level
    headers = [
        "序号", "乡镇", "村(社区)", "残疾人姓名", "性别", "残疾证号码", "残疾类型", "残疾级别",
        "发证日期", "有效期至", "残疾证状态",
    ]  # fmt: skip
    yield title(f"{COUNTY}持证残疾人花名册({desk.label}末)", len(headers))
    yield Line(headers)
    feed = "disability_certificates_before" if desk.previous else "disability_certificates"
    start = 1
    for block in desk.pieces(rng, feed, level > 0):
        at, size = (block.household, block.slot), len(block)
        block.serial("序号", start)
        start += size
        block.township("乡镇")
        block.village("村(社区)")
        block.name("残疾人姓名")
        block.put("性别", write.picked(("女", "男"), world.male[at]))
        kind = disability_kind(block.person)
        _certificate_numbers(block, level[at], kind)
        block.put("残疾类型", write.picked((None, *KINDS), kind))
        block.put("残疾级别", write.picked(LEVELS, level[at]))
        for row, how in sorted(block.spoiled.items()):
            if how == "cert_level_conflict":
                block.overwrite("残疾级别", [row], ["二级"], how, "flag")
        new = (facts.level_before[at] == 0) & ~desk.previous
        issued = np.where(new, world.first + 6, world.first - 400 - block.person % 2500)
        block.put("发证日期", write.days(issued, rng, serials=0.2))
        block.put("有效期至", write.one_style(issued + 3652, "%Y-%m-%d"))
        state = np.where(desk.previous, 0, facts.certificate[at])
        block.put("残疾证状态", write.picked(("正常", "过期", "注销"), state))
        block.columns = {header: block.columns[header] for header in headers}
        yield block.rows()
    yield total(len(headers), {3: f"{start - 1}人"})
    yield Line(["注:残疾人证号前18位为身份证号,第19位为残疾类别,第20位为残疾等级。"],
               merges=[(0, len(headers) - 1)], defect="footer_note")  # fmt: skip


def _certificate_numbers(block: Block, level: np.ndarray, kind: np.ndarray) -> None:
    """Identity number, kind, level; 22 characters when issued again."""
    header = "残疾证号码"
    tail = pl.Series(kind).cast(pl.String) + pl.Series(level.astype(np.int64)).cast(pl.String)
    numbers = block.world.ids.gather(block.person)
    whole = numbers + tail
    block.put(header, whole)
    taken = set(block.spoiled)
    for harmless, change in (
        ("id_outer_space", lambda text: f" {text}"),
        ("id_line_break", lambda text: f"{text}\n"),
        ("id_lower_x", lambda text: text.lower()),
    ):
        rows = block.some(0.002, taken, quiet_too=True)
        rows = [row for row in rows if change(whole[row]) != whole[row]]
        block.overwrite(header, rows, [change(whole[row]) for row in rows], harmless, "accept")
    rows = block.some(0.0006, taken, quiet_too=False)
    texts: list[str | None] = [whole[row][:10] + whole[row][11:] for row in rows]
    block.overwrite(header, rows, texts, "id_one_digit_missing", "reject")
    for row, how in sorted(block.spoiled.items()):
        if how == "cert_22_reissued":
            block.overwrite(header, [row], [f"{whole[row]}B1"], how, "accept")
        elif how == "id_one_digit_missing":
            block.overwrite(header, [row], [whole[row][:10] + whole[row][11:]], how, "reject")


def allowances(desk: Desk) -> Delivery:
    """The two allowances for disabled persons of the month."""
    return Delivery(
        f"残疾人两项补贴花名册{desk.stamp}.xlsx", [Sheet("两项补贴", _allowances(desk))]
    )


def _allowances(desk: Desk) -> Iterator[Part]:
    facts, rng = desk.world.facts, desk.chance("allowances")
    headers = [
        "序号", "乡镇", "村", "补贴对象", "身份证号码", "残疾等级", "补贴项目", "补贴标准(元/月)",
        "发放情况",
    ]  # fmt: skip
    yield title(f"{COUNTY}困难残疾人生活补贴和重度残疾人护理补贴发放花名册", len(headers))
    yield Line([f"所属月份:{desk.label}"])
    yield Line(headers)
    start, paid = 1, 0
    mask = (facts.nursing | facts.living) & (facts.level > 0)
    for block in desk.pieces(rng, "disability_allowance", mask):
        at, size = (block.household, block.slot), len(block)
        block.serial("序号", start)
        start += size
        block.township("乡镇")
        block.village("村")
        block.name("补贴对象")
        block.identity("身份证号码")
        block.put("残疾等级", write.picked(LEVELS, facts.level[at]))
        which = facts.nursing[at] + 2 * facts.living[at] - 1
        words = ("重度残疾人护理补贴", "困难残疾人生活补贴", "生活补贴和护理补贴")
        block.put("补贴项目", write.picked(words, which))
        amount = np.array([100, 100, 200])[which]
        block.put("补贴标准(元/月)", write.number(write.plain(amount)))
        paid += int(amount.sum())
        stopped = np.zeros(size, dtype=np.int64)
        for row, how in block.spoiled.items():
            stopped[row] = how == "payment_stopped"
        block.put("发放情况", write.picked(("已发放", "停发"), stopped))
        block.columns = {header: block.columns[header] for header in headers}
        yield block.rows()
    yield total(len(headers), {7: paid})


def deaths(desk: Desk) -> Delivery:
    """Cremations of the year, pipe-separated GBK with a trailer; some records are broken."""
    return Delivery(
        f"殡葬服务信息_{desk.world.as_of:%Y%m%d}.txt",
        [Sheet("", _deaths(desk))],
        encoding="gbk",
        separator="|",
    )


def _deaths(desk: Desk) -> Iterator[Part]:
    world, facts, rng = desk.world, desk.world.facts, desk.chance("deaths")
    headers = ["逝者姓名", "性别", "逝者身份证号", "死亡时间", "火化时间", "户籍地址", "死亡原因"]
    yield Line(headers)
    homes, slots = world.members(facts.death > 0)
    order = np.argsort(facts.death[homes, slots], kind="stable")
    count = 0
    for block in desk.pieces(rng, "deaths", (homes[order], slots[order])):
        at, size = (block.household, block.slot), len(block)
        block.name("逝者姓名", messy=False)
        block.put("性别", write.picked(("女", "男"), world.male[at]))
        block.identity(
            "逝者身份证号", ("id_lower_x", "id_outer_space", "id_15_digits"), ("id_transposed",)
        )
        block.put("死亡时间", write.one_style(facts.death[at], "%Y%m%d"))
        block.put("火化时间", write.one_style(facts.death[at] + 3, "%Y%m%d"))
        block.address("户籍地址")
        block.put(
            "死亡原因",
            write.picked(("疾病", "自然死亡", "意外"), rng.choice(3, size, p=[0.6, 0.33, 0.07])),
        )
        block.columns = {header: block.columns[header] for header in headers}
        free = np.flatnonzero(~world.quiet[block.household]).tolist()
        for row in free[:1]:
            # One separator inside a field: the record has one field too many.
            text = block.columns["户籍地址"].text[row].replace(COUNTY, f"{COUNTY}|")
            block.overwrite("户籍地址", [row], [text], "extra_delimiter", "reject")
        for row in free[1:2]:
            text = f"{to_date(int(facts.death[at][row])):%Y%m%d}\r\n"
            block.overwrite("死亡时间", [row], [text], "record_broken_over_two_lines", "reject")
        rows = block.rows()
        count += len(rows)
        yield rows
    yield Line([f"共{count}条"], defect="trailer_line")

"""The national system's export: households and members, two sheets with two header rows."""

from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl

from fangpin.sample import cells as write
from fangpin.sample.block import PLAIN_ONLY, UNUSABLE_TEXT, Block
from fangpin.sample.desk import PIECE, Desk, title
from fangpin.sample.population import OTHER_COST, POST_KINDS
from fangpin.sample.sheet import Cells, Delivery, Kind, Line, Part, Rows, Sheet
from fangpin.sample.villages import CITY, COUNTY, PROVINCE
from fangpin.sample.world import Category, Slot, World

CATEGORIES = ("一般农户", "脱贫户", "脱贫不稳定户", "边缘易致贫户", "突发严重困难户")
RISKS = ("因病", "因残", "因务工就业不稳", "缺劳动力", "因学", "因自然灾害")
RELATIONS = (
    "户主",
    "配偶",
    "之父",
    "之母",
    ("之女", "之子"),
    ("之女", "之子"),
    ("之孙女", "之孙子"),
)
STAGES = (
    None, "学前教育", "小学", "小学", "小学", "小学", "小学", "小学", "七年级", "八年级",
    "九年级", "普通高中一年级", "普通高中二年级", "普通高中三年级", "中职一年级", "中职二年级",
    "中职三年级", "高职高专一年级", "高职高专二年级", "高职高专三年级", "本科一年级",
    "本科二年级", "本科三年级", "学龄前儿童",
)  # fmt: skip
LABOUR = ("无劳动力", "普通劳动力", "技能劳动力", "弱劳动力或半劳动力", "丧失劳动力")
KINDS = ("视力残疾", "听力残疾", "言语残疾", "肢体残疾", "智力残疾", "精神残疾", "多重残疾")
LEVELS = (None, "一级", "二级", "三级", "四级")
_CITIES = (("甘肃省", "兰州市", "城关区"), ("新疆维吾尔自治区", "乌鲁木齐市", "天山区"),
           ("江苏省", "苏州市", "昆山市"), ("广东省", "东莞市", "虎门镇"), ("陕西省", "西安市",
               "雁塔区"))  # fmt: skip

HOUSEHOLD_GROUPS = (
    ("", ("序号",)),
    ("行政区划", ("省(区、市)", "市(州)", "县(市、区)", "乡(镇)", "行政村", "自然村(组)",
        "村区划代码")),
    ("户基本信息", ("户编号", "户主姓名", "户主证件号码", "家庭人口数", "联系电话", "开户银行",
        "银行卡号")),
    ("识别信息", ("户类型", "是否享受政策", "识别标准", "首次识别时间", "脱贫年度",
        "主要致贫原因")),
    ("监测信息", ("监测对象类别", "识别监测时间", "风险类型1", "风险类型2", "风险是否已消除",
                 "风险消除时间", "风险消除方式")),
    ("三保障及饮水安全", ("住房是否出现安全问题", "是否有义务教育阶段失学辍学",
        "饮水是否出现安全问题")),
    ("生产生活条件", ("耕地面积(亩)", "林果面积(亩)", "入户路类型", "是否通生活用电",
        "是否有卫生厕所",
                  "住房面积(平方米)", "主要燃料类型")),
    ("家庭收入(元)", ("工资性收入", "生产经营性收入", "生产经营性支出", "财产性收入",
        "转移性收入",
                  "年收入", "纯收入", "人均纯收入", "合规自付支出")),
    ("帮扶责任人", ("帮扶责任人姓名", "帮扶单位")),
)  # fmt: skip
PERSON_GROUPS = (
    ("", ("序号",)),
    ("行政区划", ("省(区、市)", "市(州)", "县(市、区)", "乡(镇)", "行政村", "自然村(组)")),
    ("基本信息", ("户编号", "人编号", "姓名", "性别", "证件类型", "证件号码", "出生日期",
        "年龄", "与户主关系",
                "民族", "政治面貌", "联系电话")),
    ("教育情况", ("文化程度", "在校生状况", "失学或辍学原因")),
    ("健康与劳动力", ("健康状况", "残疾类别", "残疾等级", "劳动技能")),
    ("务工情况", ("务工所在地(省)", "务工所在地(市)", "务工所在地(县)", "务工时间(月)",
        "务工月收入(元)")),
    ("公益性岗位", ("公益性岗位", "公益性岗位(月数)")),
    ("社会保障", ("是否参加城乡居民基本医疗保险", "是否参加城乡居民基本养老保险",
        "是否享受农村居民最低生活保障",
                "是否特困供养人员")),
    ("其他", ("是否现役军人", "是否会讲普通话")),
    ("户属性", ("户类型", "人均纯收入(元)")),
    ("", ("备注",)),
)  # fmt: skip
Groups = Sequence[tuple[str, Sequence[str]]]


def national_export(desk: Desk) -> Delivery:
    """Households and members as the national system gives them out."""
    stamp = f"{desk.world.as_of:%Y%m%d}"
    return Delivery(
        f"防返贫监测系统_农户及家庭成员信息导出_{COUNTY}_{stamp}.xlsx",
        [Sheet("户信息", _households(desk)), Sheet("人员信息", _persons(desk))],
    )


def header_lines(groups: Groups) -> tuple[Line, Line]:
    """Two header rows: groups merged over their columns, single columns merged downwards."""
    upper: list[str | int | float | None] = []
    lower: list[str | int | float | None] = []
    merges: list[tuple[int, int]] = []
    for group, leaves in groups:
        if group:
            if len(leaves) > 1:
                merges.append((len(upper), len(upper) + len(leaves) - 1))
            upper += [group] + [None] * (len(leaves) - 1)
            lower += list(leaves)
        else:
            upper += list(leaves)
            lower += [None] * len(leaves)
    single = [
        column
        for column, (top, leaf) in enumerate(zip(upper, lower, strict=True))
        if top and not leaf
    ]
    return Line(upper, merges=merges, down_columns=single), Line(lower)


def _titles(desk: Desk, text: str, groups: Groups) -> Iterator[Part]:
    width = sum(len(leaves) for _, leaves in groups)
    yield title(f"{PROVINCE}{CITY}{COUNTY}{text}", width)
    day = desk.world.as_of
    year = desk.month.year - 1
    period = f"{year - 1}年10月1日至{year}年9月30日"
    note = f"导出单位:{COUNTY}扶贫开发办公室    导出时间:{day} 21:40:12    收入周期:{period}"
    yield Line([note], merges=[(0, width - 1)])
    yield from header_lines(groups)


def _households(desk: Desk) -> Iterator[Part]:
    world, rng = desk.world, desk.chance("户信息")
    yield from _titles(desk, "农户家庭基本信息表", HOUSEHOLD_GROUPS)
    for start in range(0, world.households, PIECE):
        yield _household_rows(world, rng, np.arange(start, min(start + PIECE, world.households)))
    width = sum(len(leaves) for _, leaves in HOUSEHOLD_GROUPS)
    row: list[str | int | float | None] = [None] * width
    row[4], row[11] = "合计", int(world.sizes.sum())
    yield Line(row, defect="total_row")


def _household_rows(world: World, rng: np.random.Generator, homes: np.ndarray) -> Rows:
    size = len(homes)
    block = Block(world, rng, "household_register", homes, np.zeros(size, dtype=np.int64))
    category, removed = world.category[homes], world.removed[homes]
    policy, watched = category > 0, category > 1
    cols: dict[str, Cells] = {}
    place = world.village[homes]
    cols["序号"] = write.number(write.plain(homes + 1))
    for header, text in zip(HOUSEHOLD_GROUPS[1][1], (PROVINCE, CITY, COUNTY), strict=False):
        cols[header] = write.constant(text, size)
    cols["乡(镇)"] = write.picked([v.township for v in world.villages], place)
    cols["行政村"] = write.picked([v.name for v in world.villages], place)
    cols["自然村(组)"] = Cells(write.plain(world.group[homes]) + "社")
    cols["村区划代码"] = write.picked([v.code for v in world.villages], place)
    cols["户编号"] = Cells(world.numbers.gather(homes))
    cols["户主姓名"] = Cells(world.names.gather(block.person))
    cols["户主证件号码"] = Cells(world.ids.gather(block.person))
    sizes = world.sizes[homes]
    cols["家庭人口数"] = write.number(write.plain(sizes))
    cols["联系电话"] = Cells(world.phones.gather(homes))
    cols["开户银行"] = write.picked(
        ("农村信用社", "邮储银行", "农业银行"), rng.integers(0, 3, size)
    )
    cols["银行卡号"] = Cells(write.plain(6217000000000000 + homes * 7919))
    cols["户类型"] = write.picked(CATEGORIES, category)
    since = (world.since[homes] - 1800) * (category == Category.alleviated)
    cols["是否享受政策"] = write.picked((None, "是"), policy)
    cols["识别标准"] = write.picked((None, "国家标准"), since > 0)
    cols["首次识别时间"] = write.one_style(since, "%Y%m")
    cols["脱贫年度"] = write.one_style(np.where(since > 0, since + 1400, 0), "%Y")
    cause = rng.integers(1, 5, size)
    cols["主要致贫原因"] = write.picked(
        (None, "因病", "缺资金", "缺技术", "缺劳力"), cause * (since > 0)
    )
    cols["监测对象类别"] = write.picked((None, None, *CATEGORIES[2:]), category)
    cols["识别监测时间"] = write.one_style(world.since[homes] * watched, "%Y%m")
    cols["风险类型1"] = write.picked((None, *RISKS), (rng.integers(0, 6, size) + 1) * watched)
    cols["风险类型2"] = write.picked(
        (None, *RISKS), (rng.integers(-9, 6, size) + 1).clip(0) * watched
    )
    cols["风险是否已消除"] = write.picked((None, "否", "是"), watched * (1 + removed))
    cols["风险消除时间"] = write.one_style((world.since[homes] + 95) * removed, "%Y%m")
    cols["风险消除方式"] = write.picked((None, "帮扶消除"), removed)
    for header in ("住房是否出现安全问题", "是否有义务教育阶段失学辍学", "饮水是否出现安全问题"):
        cols[header] = write.picked((None, "否"), policy)
    cols["耕地面积(亩)"] = write.number(write.yuan(rng.integers(10, 120, size) * 10))
    cols["林果面积(亩)"] = write.number(write.yuan(rng.integers(0, 30, size) * 10))
    cols["入户路类型"] = write.picked(("水泥路", "砂石路", "泥土路"), rng.integers(0, 3, size))
    cols["是否通生活用电"] = write.constant("是", size)
    cols["是否有卫生厕所"] = write.yes_no(rng.random(size) < 0.7)
    cols["住房面积(平方米)"] = write.number(write.plain(rng.integers(45, 160, size)))
    cols["主要燃料类型"] = write.picked(("煤炭", "清洁能源", "柴草"), rng.integers(0, 3, size))
    _income(world, homes, sizes, cols)
    cols["帮扶责任人姓名"] = write.picked((None, "王志强", "李秀兰", "张建军", "马晓燕"),
                                  (rng.integers(1, 5, size)) * policy)  # fmt: skip
    cols["帮扶单位"] = write.picked((None, f"{COUNTY}农业农村局"), policy)
    block.columns = cols
    for row in block.some(0.0006, set(), quiet_too=False):
        wrong = str(int(sizes[row]) + 1)
        block.overwrite(
            "家庭人口数", [row], [wrong], "household_size_mismatch", "flag", Kind.number
        )
    return block.rows(duplicates=False)


def _income(world: World, homes: np.ndarray, sizes: np.ndarray, cols: dict[str, Cells]) -> None:
    """Parts of the income that add up to the net income."""
    facts = world.facts
    wages = (facts.wage * facts.months * world.present)[homes].sum(axis=1)
    net = world.net[homes]
    transfer = 320_00 * sizes
    own = net - wages - transfer
    cost = np.where(own < 0, -own, OTHER_COST)
    earned = np.where(own < 0, 0, own + cost)
    for header, fen in (
        ("工资性收入", wages), ("生产经营性收入", earned), ("生产经营性支出", cost),
        ("财产性收入", wages * 0), ("转移性收入", transfer), ("年收入", wages + earned + transfer),
        ("纯收入", net), ("人均纯收入",
            (2 * net + sizes) // (2 * sizes)), ("合规自付支出", wages * 0),
    ):  # fmt: skip
        cols[header] = write.number(write.yuan(fen))


def _persons(desk: Desk) -> Iterator[Part]:
    world, rng = desk.world, desk.chance("人员信息")
    yield from _titles(desk, "农户家庭成员信息表", PERSON_GROUPS)
    start = 1
    for block in desk.pieces(rng, "person_register", world.present):
        yield from _person_rows(world, rng, block, start)
        start += len(block)


def _person_rows(world: World, rng: np.random.Generator, block: Block, start: int) -> list[Rows]:
    facts, home, slot, size = world.facts, block.household, block.slot, len(block)
    at = (home, slot)
    block.serial("序号", start)
    for header, text in zip(PERSON_GROUPS[1][1], (PROVINCE, CITY, COUNTY), strict=False):
        block.put(header, write.constant(text, size))
    block.township("乡(镇)", messy=False)
    block.village("行政村", messy=0)
    block.put("自然村(组)", write.plain(world.group[home]) + "社")
    block.put("户编号", world.numbers.gather(home))
    block.put("人编号", world.person_numbers.gather(block.person))
    block.name("姓名", messy=False)
    male = world.male[at]
    block.put("性别", write.picked(("女", "男"), male))
    block.put("证件类型", write.constant("居民身份证", size))
    block.identity("证件号码", PLAIN_ONLY, UNUSABLE_TEXT[:1] + UNUSABLE_TEXT[3:4])
    block.put("出生日期", write.one_style(world.born[at], "%Y%m%d"))
    block.put("年龄", write.number(write.plain(world.ages()[at])))
    block.put("与户主关系", relations(slot, male))
    block.put("民族", write.picked(("汉族", "回族"), world.minority[at]))
    block.put(
        "政治面貌",
        write.picked(("群众", "中共党员", "共青团员"), rng.choice(3, size, p=[0.93, 0.04, 0.03])),
    )
    with_phone = (world.ages()[at] >= 16) & (rng.random(size) < 0.5)
    phone = world.phones.gather(home).zip_with(
        pl.Series(slot == Slot.head), (pl.Series(15_450_000_000 + block.person).cast(pl.String))
    )
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, size)
    block.put("联系电话", phone.zip_with(pl.Series(with_phone | (slot == Slot.head)), nothing))
    stage = facts.stage[at]
    student = (stage > 0) & (stage < 23)
    education = np.where(world.ages()[at] >= 60, 1, rng.choice(4, size, p=[0.05, 0.3, 0.5, 0.15]))
    education = np.where(world.ages()[at] < 16, 4, np.where(stage >= 11, 2, education))
    block.put("文化程度", write.picked(("文盲或半文盲", "小学", "初中", "高中", None),
                                   np.where(student & (stage < 11), 4, education)))  # fmt: skip
    block.put("在校生状况", write.picked(STAGES, stage))
    block.put("失学或辍学原因", write.picked((None, "因残"), facts.unable[at]))
    level = np.maximum(facts.level_before[at], 0)
    block.put("健康状况", write.picked(("健康", "残疾"), level > 0))
    block.put("残疾类别", write.picked((None, *KINDS), disability_kind(block.person) * (level > 0)))
    block.put("残疾等级", write.picked(LEVELS, level))
    block.put("劳动技能", write.picked(LABOUR, facts.labour[at]))
    _person_work(world, block)
    for header, mask in (
        ("是否参加城乡居民基本医疗保险", facts.insured[at]),
        ("是否参加城乡居民基本养老保险", (world.ages()[at] >= 16) & ~student),
        ("是否享受农村居民最低生活保障", facts.subsistence_before[at]),
        ("是否特困供养人员", facts.destitute[at]),
        ("是否现役军人", facts.soldier[at]),
        ("是否会讲普通话", world.ages()[at] < 60),
    ):
        block.put(header, write.yes_no(mask))
    block.put("户类型", write.picked(CATEGORIES, world.category[home]))
    sizes = world.sizes[home]
    per_person = (2 * world.net[home] + sizes) // (2 * sizes)
    block.put("人均纯收入(元)", write.number(write.yuan(per_person)))
    block.put("备注")
    order = [leaf for _, leaves in PERSON_GROUPS for leaf in leaves]
    block.columns = {header: block.columns[header] for header in order}
    also = _register_oddities(world, block)
    return [block.rows(), *also]


def _register_oddities(world: World, block: Block) -> list[Rows]:
    """A number used by two persons, a person in two households, children without a number.

    Only adults and small children of general households, where no rule waits for a row.
    """
    at = (block.household, block.slot)
    age, facts = world.ages()[at], world.facts
    plain = (world.category[block.household] == 0) & ~world.quiet[block.household]
    plain &= ~facts.subsistence[at] & ~facts.destitute[at] & (facts.level[at] == 0)
    plain &= (facts.death[at] == 0) & (facts.post[at] == 0)
    odd = {defect.row for defect in block.defects}
    adults = [n for n in np.flatnonzero(plain & (age >= 22) & (age < 58)).tolist() if n not in odd]
    numbers, column = block.columns["证件号码"].text, "证件号码"
    also: list[Rows] = []
    if len(adults) > 60:
        owner, other, moved = adults[11], adults[37], adults[53]
        block.overwrite(column, [other], [numbers[owner]], "id_shared_by_two", "reject")
        block.note(owner, column, "id_shared_by_two_owner", "flag", numbers[owner])
        also = _also_in_next_household(world, block, moved)
    small = [n for n in np.flatnonzero(plain & (age >= 1) & (age < 5)).tolist() if n not in odd]
    rows = small[:2]
    texts: list[str | None] = [f"999999{numbers[row][6:14]}{row % 9000:04d}" for row in rows]
    block.overwrite(column, rows, texts, "id_placeholder_999999", "flag")
    return also


def _also_in_next_household(world: World, block: Block, row: int) -> list[Rows]:
    """The same person once more, as the last member of the household next door."""
    home = int(block.household[row])
    there = home + 1 if home + 1 < world.households else home - 1
    again = Rows({name: cells.gather(np.array([row])) for name, cells in block.columns.items()})
    number = world.numbers[there]
    why = ("person_in_two_households", "reject")
    again.change("户编号", [0], [number], *why)
    last = int(world.present[there].sum())
    again.columns["人编号"] = Cells(pl.Series([f"{number}{last + 1:02d}"]))
    return [again]


def disability_kind(person: np.ndarray) -> np.ndarray:
    """1–7, the same in every file."""
    return np.asarray(person * 31 // 7 % 7 + 1)


def _person_work(world: World, block: Block) -> None:
    facts, at = world.facts, (block.household, block.slot)
    works = facts.months[at] > 0
    where = (block.person % len(_CITIES)) * works + works
    where = np.where(works & ~facts.away[at], len(_CITIES) + 1, where)
    local = (PROVINCE, CITY, COUNTY)
    for part, header in enumerate(("务工所在地(省)", "务工所在地(市)", "务工所在地(县)")):
        names = (None, *(city[part] for city in _CITIES), local[part])
        block.put(header, write.picked(names, where))
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, len(block))
    for header, text in (
        ("务工时间(月)", write.plain(facts.months[at].astype(np.int64))),
        ("务工月收入(元)", write.yuan(facts.wage[at])),
    ):
        block.put(header, write.number(text.zip_with(pl.Series(works), nothing)))
    post = facts.post[at]
    block.put("公益性岗位", write.picked((None, *POST_KINDS), post))
    months = write.plain(np.full(len(block), 10)).zip_with(pl.Series(post > 0), nothing)
    block.put("公益性岗位(月数)", write.number(months))


def work_places(world: World, block: Block) -> tuple[Cells, Cells, Cells]:
    """Province, city and county of work of persons who work away or at home."""
    away = world.facts.away[block.household, block.slot]
    where = np.where(away, block.person % len(_CITIES), len(_CITIES))
    local = (PROVINCE, CITY, COUNTY)
    first, second, third = (
        write.picked((*(city[part] for city in _CITIES), local[part]), where) for part in range(3)
    )
    return first, second, third


def relations(slot: np.ndarray, male: np.ndarray) -> Cells:
    words: list[str] = []
    for relation in RELATIONS:
        words += [relation, relation] if isinstance(relation, str) else list(relation)
    return write.picked(words, slot * 2 + male)

"""Situations around schooling, work, houses, disasters, loans, income and returning risks."""

from datetime import date

from fangpin.sample.plant_health import add_stays
from fangpin.sample.planting import (
    COUPLE,
    FAMILY,
    FINDING,
    NONE,
    UNKNOWN,
    Planter,
    set_fact,
    set_household,
    set_income,
)
from fangpin.sample.villages import ALWAYS_COVERED, NEVER_COVERED, SOMETIMES_COVERED
from fangpin.sample.world import Category, Slot, day_number, to_date, years_before

CHILD, HEAD, SPOUSE = int(Slot.child), int(Slot.head), int(Slot.spouse)
JUNIOR_3 = 10


def school_dropout(p: Planter) -> None:
    """Compulsory school age and not at school."""
    kind, variant = "school_dropout", p.round % 3
    home = p.take((Category.general, Category.alleviated)[p.round % 2], FAMILY)
    if variant == 2:
        turning = years_before(p.world.as_of, 16)
        p.world.born[home, CHILD] = day_number(turning) + 1
    if p.active:
        facts: dict[str, int | bool] = {"on_roll": False, "dropout": variant == 1}
        if variant == 2:
            facts["stage"] = JUNIOR_3
        p.later(set_fact(home, CHILD, **facts))
    elif variant == 2:
        p.later(set_fact(home, CHILD, stage=JUNIOR_3, on_roll=True))
    why = ("学籍册中没有", "学籍状态为疑似辍学", "差一天满16周岁,学籍册中没有")[variant]
    p.found(kind, home, CHILD, why, "在读")
    variant, expected = p.round % 6, NONE
    home = p.take(Category.general, FAMILY)
    facts = {"on_roll": False}
    if variant == 0:
        p.world.born[home, CHILD] = day_number(years_before(p.world.as_of, 16))
        facts |= {"stage": 0, "labour": 1}
        why = "当日满16周岁"
    elif variant == 1:
        p.world.born[home, CHILD] = day_number(date(p.world.school_year - 6, 9, 1))
        facts |= {"stage": 1}
        why = "9月1日才满6周岁,尚未入学"
    elif variant == 2:
        facts |= {"unable": True, "stage": 0}
        why = "因残等身体原因不具备学习条件"
    elif variant == 3:
        facts |= {"on_roll": True}
        p.world.extra.spoiled["school_roll", home, CHILD] = "home_teaching"
        why = "送教上门"
    elif variant == 4:
        facts |= {"on_roll": True}
        expected, why = UNKNOWN, "学籍册该行身份证号缺一位"
        p.world.extra.spoiled["school_roll", home, CHILD] = "id_one_digit_missing"
    else:
        facts |= {"death": p.world.first - 30, "insured": False}
        why = "已死亡"
    p.later(set_fact(home, CHILD, **facts))
    p.expect(kind, home, CHILD, expected, why)


def job_loss(p: Planter) -> None:
    """The main earner of a key household lost the job this month."""
    kind = "job_loss"
    months, wage = 10, 2500 + 100 * (p.round % 7)
    work = {"work_before": 1, "away": True, "months": months, "wage": wage * 100, "labour": 1}
    home = p.take((Category.alleviated, Category.unstable)[p.round % 2], COUPLE)
    p.later(set_income(home, months * wage * 2 - (p.round % 2) * 1000))
    p.later(set_fact(home, HEAD, **work, work=3 + p.round % 3 if p.active else 1))
    why = "工资超过上年家庭纯收入的一半" if p.round % 2 else "工资恰为上年家庭纯收入的一半"
    p.found(kind, home, HEAD, why, "本月仍在岗")
    variant, expected = p.round % 5, NONE
    home = p.take(Category.general if variant == 2 else Category.alleviated, COUPLE)
    net, facts = months * wage * 2.0, {**work, "work": 3}
    if variant == 0:
        net, why = net + 0.02, "工资占上年家庭纯收入不到一半"
    elif variant == 1:
        facts["work"], why = 2, "换了单位,仍在岗"
    elif variant == 2:
        why = "不属重点户"
    elif variant == 3:
        facts["work_before"], why = 0, "上月不在岗"
    else:
        expected, why = UNKNOWN, "本月该行身份证号缺一位"
        p.world.extra.spoiled["migrant_work", home, HEAD] = "id_one_digit_missing"
    p.later(set_income(home, net))
    p.later(set_fact(home, HEAD, **facts))
    p.expect(kind, home, HEAD, expected, why)


def unsafe_house(p: Planter) -> None:
    """Houses graded C or D of key households; two townships are not in the file."""
    kind, world = "unsafe_house", p.world
    day = world.last - 20 - p.round % 12
    category = (Category.alleviated, Category.marginal, Category.general)[p.round % 3]
    # Every fifth lies where the file covers the township in some months only.
    where = SOMETIMES_COVERED if p.round % 5 == 4 else ALWAYS_COVERED
    home = p.take(category, COUPLE, where=world.lies_in(where))
    if category is Category.general:
        p.later(set_household(home, subsistence=True, subsistence_before=True))
    treatment = ("未改造", "改造中")[p.round % 2] if p.active else "已改造"
    world.extra.houses[home] = [("CD"[p.round % 2] + "级", day, treatment)]
    if world.in_gap()[home]:
        p.expect(kind, home, -1, UNKNOWN, f"实际{treatment},但该乡镇不在本月鉴定文件中")
    else:
        p.found(kind, home, -1, f"{'CD'[p.round % 2]}级,{treatment}", "已改造")
    variant = p.round % 4
    if variant == 0:
        home = p.take(Category.alleviated, COUPLE, where=world.lies_in(NEVER_COVERED))
        p.expect(kind, home, -1, UNKNOWN, "实际为D级,但该乡镇不在鉴定文件中")
        return
    home = p.take(
        Category.general if variant == 1 else Category.alleviated,
        COUPLE,
        where=world.lies_in(ALWAYS_COVERED),
    )
    rows, why = {
        1: ([("D级", day, "未改造")], "一般农户,不属重点户"),
        2: ([("C级", day - 400, "未改造"), ("A级", day, "已改造")], "改造后重新鉴定为A级"),
        3: ([("D级", day, "已拆除,易地新建入住")], "已易地新建入住"),
    }[variant]
    world.extra.houses[home] = rows
    p.expect(kind, home, -1, NONE, why)


_LOSSES = ("2.5万", "损失8000余元", "近1万", "约3200元", "1.26万元", "4500")
_NO_LOSSES = (("未造成损失", NONE), ("待核", UNKNOWN), ("0", NONE), ("无", NONE))


def disaster_loss(p: Planter) -> None:
    """Losses written as departments write them."""
    kind, day = "disaster_loss", p.world.first + 14
    home = p.take(Category.general, COUPLE)
    if p.active:
        loss = _LOSSES[p.round % len(_LOSSES)]
        p.world.extra.disasters.append((home, day, "玉米倒伏、大棚进水", loss))
    p.found(kind, home, -1, "有损失", "没有受灾")
    home = p.take(Category.general, COUPLE)
    loss, expected = _NO_LOSSES[p.round % len(_NO_LOSSES)]
    p.world.extra.disasters.append((home, day, "院内积水", loss))
    p.expect(kind, home, -1, expected, f"估计损失栏写“{loss}”")


def loan_overdue(p: Planter) -> None:
    """Microloans past their due date."""
    kind, last = "loan_overdue", p.world.last
    loans = p.world.extra.loans
    home = p.take(Category.alleviated, COUPLE)
    if p.round % 2:
        due, remark = last - 200, f"展期至{to_date(last - 1)}"
    else:
        due, remark = last - 1 - p.round, ""
    loans.append((home, 0, 50_000_00, 48_000_00 if p.active else 0, due, remark))
    p.found(kind, home, -1, "已过到期日,尚有余额", "已还清")
    home = p.take(Category.alleviated, COUPLE)
    balance, due, remark, why = (
        (30_000_00, last, "", "核查日当天到期,尚未逾期"),
        (0, last - 60, "", "已到期并还清"),
        (50_000_00, last - 90, f"展期至{to_date(last + 120)}", "已展期,尚未到期"),
    )[p.round % 3]
    loans.append((home, 0, 50_000_00, balance, due, remark))
    p.expect(kind, home, -1, NONE, why)
    if p.round % 3 == 0:
        p.expect("loan_due_soon", home, -1, FINDING, "核查日当天到期")


def loan_due_soon(p: Planter) -> None:
    """Microloans that fall due within thirty days."""
    kind, last = "loan_due_soon", p.world.last
    loans = p.world.extra.loans
    home = p.take(Category.alleviated, COUPLE)
    balance = 20_000_00 if p.active else 0
    loans.append((home, 0, 20_000_00, balance, last + 30 - p.round % 12, ""))
    p.found(kind, home, -1, "30天内到期", "已提前还清")
    home = p.take(Category.alleviated, COUPLE)
    loans.append((home, 0, 20_000_00, 20_000_00, last + 31, ""))
    p.expect(kind, home, -1, NONE, "31天后到期")


def low_income_not_monitored(p: Planter) -> None:
    """Alleviated households around the monitoring line of 6,000 元 per person."""
    kind = "low_income_not_monitored"
    home = p.take(Category.alleviated, FAMILY)
    per_person = (5999.99, 5200.0, 5999.0)[p.round % 3]
    p.later(set_income(home, per_person * 3 if p.active else 30_000))
    p.found(kind, home, -1, f"人均纯收入{per_person}元", "人均纯收入10000元")
    variant = p.round % 2
    home = p.take((Category.alleviated, Category.unstable)[variant], FAMILY)
    p.later(set_income(home, (18_000, 12_300)[variant]))
    p.expect(kind, home, -1, NONE, ("人均纯收入恰为6000元", "已是监测对象")[variant])


def low_income_general(p: Planter) -> None:
    """General households around the same line."""
    kind = "low_income_general"
    home = p.take(Category.general, FAMILY)
    p.later(set_income(home, (5999.99, 4100.5)[p.round % 2] * 3 if p.active else 27_000))
    p.found(kind, home, -1, "一般农户人均纯收入低于6000元", "人均纯收入9000元")
    variant = p.round % 2
    home = p.take(Category.general, FAMILY)
    p.later(set_income(home, (18_000, 9_000)[variant]))
    if variant:
        p.later(set_household(home, subsistence=True, subsistence_before=True))
    p.expect(kind, home, -1, NONE, ("恰为6000元", "已享受低保")[variant])


def risk_returns(p: Planter) -> None:
    """Households whose risk was marked as removed, hit again."""
    kind, variant = "risk_returns", p.round % 3
    category = (Category.sudden, Category.unstable, Category.marginal)[variant]
    home = p.take(category, FAMILY, where=p.world.lies_in(ALWAYS_COVERED), removed=True)
    p.later(set_income(home, 52_000))
    spared = "风险消除后没有新情况"
    if variant == 0:
        if p.active:
            add_stays(p, home, (SPOUSE, 12_480_00, True))
        p.found("medical_expense", home, -1, "单次自付12480元", spared)
    elif variant == 1:
        if p.active:
            p.later(set_fact(home, SPOUSE, level=2, level_before=0, labour=4))
        p.found("new_severe_disability", home, SPOUSE, "本月新办二级证", spared)
    else:
        grade = ("D级", "未改造") if p.active else ("A级", "")
        p.world.extra.houses[home] = [(grade[0], p.world.last - 12, grade[1])]
        p.found("unsafe_house", home, -1, "D级未改造", spared)
    p.found(kind, home, -1, "风险消除后又出现新情况", spared)
    home = p.take(category, FAMILY, where=p.world.lies_in(ALWAYS_COVERED), removed=p.round % 2 == 0)
    p.later(set_income(home, 52_000))
    paid = 9_800_00 if p.round % 2 == 0 else 13_000_00
    add_stays(p, home, (HEAD, paid, True))
    if p.round % 2:
        p.expect("medical_expense", home, -1, FINDING, "监测对象单次自付13000元")
        p.expect(kind, home, -1, NONE, "仍在监测中,不属回退")
    else:
        p.expect(kind, home, -1, NONE, "支出低于各线")

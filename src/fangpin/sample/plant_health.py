"""Situations around illness, disability and insurance."""

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
from fangpin.sample.population import OTHER_COST
from fangpin.sample.world import Category, Slot, Stay, day_number


def add_stays(p: Planter, household: int, *paid: tuple[int, int, bool]) -> None:
    """(slot, fen, inpatient) each, settled in the weeks before the end of the month."""
    first_day = day_number(p.world.month.replace(month=1))
    for place, (slot, fen, inpatient) in enumerate(paid):
        day = max(first_day + 8, p.world.last - 6 - 9 * place)
        p.world.extra.stays.append(Stay(household, slot, fen, day, inpatient))


def medical_expense(p: Planter) -> None:
    """Self-paid medical expense, each way of reaching a line and of staying below it."""
    kind, head, spouse = "medical_expense", int(Slot.head), int(Slot.spouse)
    variant = p.round % 5
    if variant == 0:
        home = p.take(Category.unstable, COUPLE)
        stays, income, why = [(head, 6000_00, True)], 46_000, "监测对象单次住院自付恰为6000元"
    elif variant == 1:
        home = p.take(Category.general, FAMILY)
        stays, income, why = [(spouse, 10_000_00, True)], 58_000, "一般农户单次住院自付恰为10000元"
    elif variant == 2:
        home = p.take(Category.alleviated, COUPLE)
        stays = [(head, 8000_00, True), (spouse, 7000_00, True), (head, 5000_00, False)]
        income, why = 62_000, "两名成员累计自付恰为20000元"
    elif variant == 3:
        home = p.take(Category.general, COUPLE)
        stays = [(head, 4000_01, True), (spouse, 4000_00, True)]
        income, why = 16_000, "累计自付超过上年家庭纯收入的一半1分"
    else:
        home = p.take(Category.marginal, COUPLE)
        stays = [(head, 3000_00, False), (spouse, 3000_00, True)]
        income, why = 40_000, "监测对象两人累计自付6000元"
    p.later(set_income(home, income))
    if p.active:
        add_stays(p, home, *stays)
    p.found(kind, home, -1, why, "本月没有大额医疗支出")
    _medical_look_alike(p)


def _medical_look_alike(p: Planter) -> None:
    kind, head, spouse = "medical_expense", int(Slot.head), int(Slot.spouse)
    variant = p.round % 7
    category = {0: Category.sudden, 4: Category.marginal}.get(variant, Category.general)
    home = p.take(category, COUPLE, removed=variant == 4)
    expected, income = NONE, 50_000
    if variant == 0:
        add_stays(p, home, (head, 4999_99, True))
        why = "监测对象自付4999.99元,低于各线"
    elif variant == 1:
        add_stays(p, home, (head, 9999_99, True))
        why = "一般农户单次自付9999.99元,低于线"
    elif variant == 2:
        why = "15800元已全额冲销,实际只自付620元"
        day = p.world.last - 20
        stays = p.world.extra.stays
        stays.append(Stay(home, head, 15_800_00, day))
        stays.append(Stay(home, head, -15_800_00, day + 3, reverses=len(stays) - 1))
        stays.append(Stay(home, head, 620_00, day + 3))
    elif variant == 3:
        expected, why = UNKNOWN, "12000元的一行身份证号按数字存储,已丢位"
        add_stays(p, home, (spouse, 12_000_00, True))
        p.world.extra.spoiled["medical_settlement", home, spouse] = "id_as_number"
    elif variant == 4:
        add_stays(p, home, (spouse, 6000_00, True))
        why, income = "风险已消除,按其他农户口径,6000元低于线", 60_000
    elif variant == 5:
        add_stays(p, home, (head, 8000_00, True))
        why, income = "累计自付恰为上年家庭纯收入的一半,未超过", 16_000
    else:
        add_stays(p, home, (head, 6000_00, True))
        p.world.extra.spoiled["medical_settlement", home, head] = "duplicate_row"
        why, income = "同一行报送两次,只计一次:6000元", 20_000
    p.later(set_income(home, income))
    p.expect(kind, home, -1, expected, why)


def new_severe_disability(p: Planter) -> None:
    """A severe certificate that was not there last month."""
    kind, spouse = "new_severe_disability", int(Slot.spouse)
    home = p.take((Category.general, Category.alleviated)[p.round % 2], FAMILY)
    before = 3 if p.round % 2 else 0
    if p.active:
        p.later(set_fact(home, spouse, level=2 - p.round % 2, level_before=before, labour=4))
    why = "上月三级,本月一级" if before else "本月新办二级证"
    p.found(kind, home, spouse, why, "本月没有变化")
    home = p.take(Category.general, FAMILY)
    variant, expected = p.round % 6, NONE
    if variant == 0:
        facts, why = {"level": 3, "level_before": 0}, "新办三级证,不属重度"
    elif variant == 1:
        facts, why = {"level": 2, "level_before": 2, "nursing": True}, "补办证,上月已是二级"
        p.world.extra.spoiled["disability_certificates", home, spouse] = "cert_22_reissued"
    elif variant == 2:
        facts = {"level": 2, "level_before": 2, "nursing": True}
        expected, why = UNKNOWN, "上月名册该行证号缺一位,无法认定上月情况"
        p.world.extra.spoiled["disability_certificates_before", home, spouse] = (
            "id_one_digit_missing"
        )
    elif variant == 3:
        facts, why = {"level": 2, "level_before": 0, "certificate": 1}, "新出现的二级证已过期"
    elif variant == 4:
        facts = {"level": 3, "level_before": 0}
        expected, why = UNKNOWN, "证号末位是三级,等级栏写二级,不能自动采用任一方"
        p.world.extra.spoiled["disability_certificates", home, spouse] = "cert_level_conflict"
    else:
        facts = {"level": 2, "level_before": 0, "death": p.world.last - 8}
        why = "本人已死亡"
    p.later(set_fact(home, spouse, **facts))
    p.expect(kind, home, spouse, expected, why)


def nursing_allowance_missing(p: Planter) -> None:
    """Severe disability for longer than a month, without the nursing allowance."""
    kind, spouse = "nursing_allowance_missing", int(Slot.spouse)
    home = p.take(Category.general, FAMILY)
    p.later(
        set_fact(home, spouse, level=1 + p.round % 2, level_before=1 + p.round % 2, labour=4,
                 nursing=not p.active)
    )  # fmt: skip
    if p.active and p.round % 2:
        p.world.extra.spoiled["disability_allowance", home, spouse] = "payment_stopped"
        p.later(set_fact(home, spouse, nursing=True))
    why = "护理补贴已停发" if p.round % 2 else "重度残疾,未在补贴发放表"
    p.found(kind, home, spouse, why, "本月补贴正常发放")
    variant, expected = p.round % 4, NONE
    facts: dict[str, int | bool] = {"level": 2, "level_before": 2, "labour": 4}
    if variant == 0:
        home, slot = p.take(Category.general, {Slot.head: 68}), 0
        facts |= {"destitute": True}
        why = "特困供养人员不重复享受"
    else:
        home, slot = p.take(Category.general, FAMILY), spouse
        if variant == 1:
            facts |= {"death": p.world.first + 6}
            why = "本月死亡"
        elif variant == 2:
            facts |= {"certificate": 2}
            why = "残疾人证已注销"
        else:
            facts |= {"nursing": True}
            expected, why = UNKNOWN, "发放表该行身份证号缺一位"
            p.world.extra.spoiled["disability_allowance", home, slot] = "id_one_digit_missing"
    p.later(set_fact(home, slot, **facts))
    p.expect(kind, home, slot, expected, why)


def uninsured(p: Planter) -> None:
    """Members of alleviated or monitored households without basic medical insurance."""
    kind, child = "uninsured", int(Slot.child)
    people = {**FAMILY, Slot.child: 0} if p.round % 3 == 2 else FAMILY
    home = p.take((Category.alleviated, Category.marginal)[p.round % 2], people)
    slot = child if p.round % 3 == 2 else int(Slot.spouse)
    if p.round % 3 == 2:
        p.world.born[home, child] = p.world.last - 90
    if p.active:
        p.later(set_fact(home, slot, insured=False))
        if p.round % 3 == 1:
            p.world.extra.spoiled["insurance_enrolment", home, slot] = "insurance_suspended"
    why = ("参保名单中没有", "参保已暂停", "出生已满90天未参保")[p.round % 3]
    p.found(kind, home, slot, why, "本月正常参保")
    variant, expected = p.round % 5, NONE
    grown = {**FAMILY, Slot.child: 20}
    baby = {**FAMILY, Slot.child: 0}
    home = p.take(
        Category.general if variant == 3 else Category.alleviated,
        baby if variant == 1 else grown,
    )
    facts: dict[str, int | bool] = {"insured": False, "stage": 0, "on_roll": False, "yulu": False}
    facts["labour"] = 1
    if variant == 0:
        facts |= {"soldier": True}
        why = "现役军人"
    elif variant == 1:
        p.world.born[home, child] = p.world.last - 89
        facts |= {"stage": 23, "labour": 0}
        why = "新生儿未满90天"
    elif variant == 2:
        facts |= {"insured": True}
        expected, why = UNKNOWN, "参保名单该行号码成了科学记数,已丢位"
        p.world.extra.spoiled["insurance_enrolment", home, child] = "id_scientific"
    elif variant == 3:
        why = "一般农户,不属此类提示"
    else:
        facts |= {"death": p.world.first - 40}
        why = "已死亡"
    p.later(set_fact(home, child, **facts))
    p.expect(kind, home, child, expected, why)


def temporary_relief(p: Planter) -> None:
    """Relief of 3,000 元 and more: unknown, for the whole delivery says zero."""
    kind = "temporary_relief"
    for amount, expected, why in (
        (3000_00 + p.round * 50_00, UNKNOWN, "实际救助达线,但整份文件金额为零,须退回"),
        (2999_00, NONE, "实际救助低于线"),
    ):
        home = p.take(Category.general, COUPLE)
        p.world.extra.reliefs.append((home, 0, amount, p.world.last - 15 - p.round % 9))
        p.expect(kind, home, -1, expected, why)


def living_allowance_missing(p: Planter) -> None:
    """A certified disabled person on subsistence without the living allowance."""
    kind, spouse = "living_allowance_missing", int(Slot.spouse)
    home = p.take(Category.general, COUPLE)
    p.later(set_household(home, subsistence=True, subsistence_before=True))
    p.later(set_fact(home, spouse, level=3, level_before=3, labour=3, living=not p.active))
    p.found(kind, home, spouse, "持三级证、享低保,未在补贴发放表", "本月补贴正常发放")
    variant = p.round % 3
    home = p.take(Category.general, COUPLE)
    if variant != 1:
        p.later(set_household(home, subsistence=True, subsistence_before=True))
    p.later(set_fact(home, spouse, level=4, level_before=4, labour=3, certificate=variant // 2))
    if variant == 0:
        p.later(set_fact(home, spouse, living=True))
    p.expect(kind, home, spouse, NONE, ("补贴正常发放", "不享受低保", "残疾人证已过期")[variant])


def single_person_subsistence(p: Planter) -> None:
    """Expense above the household's gross income: a rule of the district's own document.

    The household is monitored, so that the same expense is a large one as well.
    """
    kind, head = "single_person_subsistence", int(Slot.head)
    for wanted in (True, False):
        home = p.take(Category.marginal, COUPLE)
        p.later(set_income(home, 15_000))
        gross = 15_000_00 + OTHER_COST
        if wanted and not p.active:
            p.found(kind, home, head, "", "本月没有医疗支出")
            continue
        add_stays(p, home, (head, gross + wanted, True))
        p.expect("medical_expense", home, -1, FINDING, "监测对象自付超过各线")
        why = "自付比上年家庭总收入多1分" if wanted else "自付恰为上年家庭总收入,未超过"
        p.expect(kind, home, head, FINDING if wanted else NONE, why)

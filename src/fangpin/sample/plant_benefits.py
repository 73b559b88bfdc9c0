"""Situations around benefits: not received although due, or received although not due."""

from fangpin.sample.planting import COUPLE, FAMILY, NONE, UNKNOWN, Planter, set_fact, set_household
from fangpin.sample.population import POST_KINDS, RANGER
from fangpin.sample.world import Category, Slot, day_number, years_before

CHILD, HEAD, SPOUSE = int(Slot.child), int(Slot.head), int(Slot.spouse)
OLD_COUPLE = {Slot.head: 77, Slot.spouse: 75}
VOCATIONAL_2, SENIOR_2 = 15, 12
ACTIVE = "在岗"


def no_labour_unprotected(p: Planter) -> None:
    """Nobody able to work and no subsistence allowance."""
    kind = "no_labour_unprotected"
    if p.round % 2:
        home = p.take(Category.marginal, COUPLE)
        p.later(set_fact(home, SPOUSE, labour=4))
        if p.active:
            p.later(set_fact(home, HEAD, death=p.world.first - 50, insured=False))
        why, spared = "唯一的劳动力已死亡", "仍有劳动力"
        p.later(set_household(home, subsistence=False, subsistence_before=False))
    else:
        home = p.take(Category.alleviated, OLD_COUPLE)
        p.later(set_household(home, subsistence=not p.active, subsistence_before=not p.active))
        why, spared = "全户无劳动力,未享低保", "已纳入低保"
    p.found(kind, home, -1, why, spared)
    variant = p.round % 4
    if variant == 2:
        home = p.take(Category.alleviated, {Slot.head: 78})
    else:
        home = p.take(Category.general if variant == 3 else Category.alleviated, OLD_COUPLE)
    if variant == 0:
        p.later(set_fact(home, SPOUSE, labour=3))
        p.later(set_household(home, subsistence=False, subsistence_before=False))
        why = "有弱劳动力"
    elif variant == 1:
        why = "已享低保"
    elif variant == 2:
        p.later(set_household(home, subsistence=False, subsistence_before=False, destitute=True))
        why = "特困供养"
    else:
        why = "一般农户"
    p.expect(kind, home, -1, NONE, why)


def yulu_grant_missing(p: Planter) -> None:
    """Vocational students of policy households without the grant."""
    kind = "yulu_grant_missing"
    student = {**FAMILY, Slot.child: 17}
    facts: dict[str, int | bool] = {"stage": VOCATIONAL_2, "on_roll": True, "labour": 0}
    home = p.take((Category.alleviated, Category.unstable)[p.round % 2], student)
    p.later(set_fact(home, CHILD, **facts, yulu=not p.active))
    p.found(kind, home, CHILD, "中职二年级在读,未发放", "本学期已发放")
    variant, expected = p.round % 4, NONE
    home = p.take(Category.general if variant == 0 else Category.alleviated, student)
    facts["yulu"] = variant == 3
    if variant == 0:
        why = "一般农户"
    elif variant == 1:
        facts["stage"] = SENIOR_2
        why = "普通高中"
    elif variant == 2:
        facts |= {"death": p.world.first - 20, "insured": False}
        why = "已死亡"
    else:
        expected, why = UNKNOWN, "花名册该行身份证号缺一位"
        p.world.extra.spoiled["yulu_grants", home, CHILD] = "id_one_digit_missing"
    p.later(set_fact(home, CHILD, **facts))
    p.expect(kind, home, CHILD, expected, why)


def dead_receiving(p: Planter) -> None:
    """Benefits paid to people who died before the month."""
    kind, variant = "dead_receiving", p.round % 3
    people = {Slot.head: 47, Slot.spouse: 45, Slot.father: 76}
    home = p.take(Category.general, people)
    slot = int(Slot.father)
    facts: dict[str, int | bool] = {"death": p.world.first - 12, "insured": False}
    if not p.active:
        facts["pension"] = False
        why = ""
    elif variant == 0:
        facts["pension"] = True
        why = "上月已死亡,本月仍发养老金"
    elif variant == 1:
        facts |= {"pension": False}
        p.later(set_household(home, subsistence=True, subsistence_before=True))
        why = "上月已死亡,仍在低保名册"
    else:
        facts["pension"] = False
        slot = HEAD
        p.world.extra.posts.append(
            (home, HEAD, 0, p.world.first - 300, p.world.last + 60, ACTIVE, "")
        )
        why = "上月已死亡,仍在公益性岗位台账"
    p.later(set_fact(home, slot, **facts))
    p.found(kind, home, slot, why, "待遇已停")
    variant = p.round % 3
    home, slot = p.take(Category.general, people), int(Slot.father)
    facts = {"death": p.world.first - 12, "pension": False, "insured": False}
    if variant == 0:
        facts |= {"death": p.world.first + 3, "pension": True}
        why = "本月死亡,当月仍可发放"
    elif variant == 1:
        why = "已停发"
    else:
        facts["pension"] = True
        p.world.extra.spoiled["pension_payments", home, slot] = "payment_stopped"
        why = "名册中标为停发"
    p.later(set_fact(home, slot, **facts))
    p.expect(kind, home, slot, NONE, why)


def _post(p: Planter, home: int, kind: int, status: str = ACTIVE, until: int = 90,
          residence: str = "") -> None:  # fmt: skip
    p.world.extra.posts.append(
        (home, HEAD, kind, p.world.first - 400, p.world.last + until, status, residence)
    )


def two_posts(p: Planter) -> None:
    """Two different posts at the same time."""
    kind, ordinary = "two_posts", p.round % 3
    home = p.take(Category.alleviated, COUPLE)
    _post(p, home, ordinary)
    _post(p, home, RANGER if p.round % 2 else ordinary + 4, ACTIVE if p.active else "已退出")
    p.found(kind, home, HEAD, f"{POST_KINDS[ordinary]}之外又任一岗", "另一岗已退出")
    home = p.take(Category.general, COUPLE)
    _post(p, home, ordinary)
    variant = p.round % 3
    if variant == 0:
        _post(p, home, RANGER, "已退出")
    elif variant == 1:
        _post(p, home, ordinary + 4, until=-40)
    else:
        _post(p, home, ordinary, until=91)
    p.expect(
        kind, home, HEAD, NONE, ("另一岗已退出", "另一岗协议已到期", "同一岗位重复登记")[variant]
    )


def post_away(p: Planter) -> None:
    """A post held by somebody who lives or works elsewhere."""
    kind = "post_away"
    work = {"work": 1, "work_before": 1, "months": 6, "wage": 3_200_00, "labour": 1}
    home = p.take(Category.general, COUPLE)
    elsewhere = "新疆维吾尔自治区乌鲁木齐市" if p.round % 2 else ""
    _post(p, home, p.round % 3, ACTIVE if p.active else "已退出", residence=elsewhere)
    if not elsewhere:
        p.later(set_fact(home, HEAD, **work, away=True))
    why = "现居住在外省" if elsewhere else "同时在县区外务工"
    p.found(kind, home, HEAD, why, "岗位已退出")
    home = p.take(Category.general, COUPLE)
    variant = p.round % 3
    _post(p, home, p.round % 3, "已退出" if variant == 1 else ACTIVE)
    if variant < 2:
        p.later(set_fact(home, HEAD, **work, away=variant == 1))
    else:
        p.later(set_fact(home, SPOUSE, **work, away=True))
    p.expect(kind, home, HEAD, NONE, ("在本区务工", "岗位已退出", "外出的是配偶")[variant])


def post_age(p: Planter) -> None:
    """Posts outside the limits of age: 16 to below 70."""
    kind = "post_age"
    people = {Slot.head: 71 + p.round % 4, Slot.spouse: 66, Slot.child: 40}
    home = p.take(Category.general, people)
    if p.round % 2 == 0:
        p.world.born[home, HEAD] = day_number(years_before(p.world.as_of, 70))
    _post(p, home, p.round % 3, ACTIVE if p.active else "已退出")
    p.found(kind, home, HEAD, "已满70周岁" if p.round % 2 else "当日满70周岁", "已退岗")
    home = p.take(Category.general, people)
    if p.round % 2 == 0:
        p.world.born[home, HEAD] = day_number(years_before(p.world.as_of, 70)) + 1
        _post(p, home, p.round % 3)
    else:
        _post(p, home, p.round % 3, "已退出")
    p.expect(kind, home, HEAD, NONE, "已退岗" if p.round % 2 else "差一天满70周岁")


def subsistence_assets(p: Planter) -> None:
    """Cars and firms in households on the subsistence allowance."""
    kind, extra = "subsistence_assets", p.world.extra
    home = p.take(Category.general, COUPLE)
    p.later(set_household(home, subsistence=True, subsistence_before=True))
    if p.active and p.round % 2:
        extra.firms.append((home, HEAD, "个体工商户", "经营者", "存续"))
    elif p.active:
        extra.vehicles.append(
            (home, SPOUSE, ("小型轿车", "小型普通客车")[p.round // 2 % 2], "正常")
        )
    why = "名下有存续的个体工商户" if p.round % 2 else "名下有汽车"
    p.found(kind, home, -1, why, "名下没有车辆企业")
    variant = p.round % 5
    home = p.take(Category.general, COUPLE)
    if variant != 4:
        p.later(set_household(home, subsistence=True, subsistence_before=True))
    if variant == 0:
        extra.vehicles.append((home, HEAD, "普通二轮摩托车", "正常"))
    elif variant == 1:
        extra.firms.append((home, HEAD, "农民专业合作社", "股东", "存续"))
    elif variant == 2:
        extra.vehicles.append((home, HEAD, "小型轿车", "注销"))
    elif variant == 3:
        extra.firms.append((home, HEAD, "个体工商户", "经营者", "注销"))
    else:
        extra.vehicles.append((home, HEAD, "小型轿车", "正常"))
    why = ("摩托车", "只是股东", "车辆已注销", "已注销登记", "不享受低保")[variant]
    p.expect(kind, home, -1, NONE, why)


def subsistence_ended(p: Planter) -> None:
    """Households that left the subsistence allowance this month."""
    kind = "subsistence_ended"
    home = p.take(Category.general, COUPLE)
    p.later(set_household(home, subsistence=not p.active, subsistence_before=True))
    p.found(kind, home, -1, "上月在册,本月不在册", "仍在册")
    variant, expected = p.round % 3, NONE
    home = p.take(Category.general, COUPLE)
    if variant == 0:
        p.later(set_household(home, subsistence=True, subsistence_before=True))
        p.later(set_fact(home, SPOUSE, subsistence=False))
        why = "户内仍有人在册"
    elif variant == 1:
        p.later(set_household(home, subsistence_before=True, destitute=True))
        why = "转为特困供养"
    else:
        p.later(set_household(home, subsistence=True, subsistence_before=True))
        for slot in (HEAD, SPOUSE):
            p.world.extra.spoiled["subsistence_allowance", home, slot] = "id_one_digit_missing"
        expected, why = UNKNOWN, "本月名册中该户身份证号缺一位"
    p.expect(kind, home, -1, expected, why)

"""Invented notices, drawn by a seed."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from fangpin.disclosure import phrases
from fangpin.disclosure.content import Form, Head, Line, Notice, Telephone, public_name
from fangpin.kernel.errors import Text
from fangpin.kernel.identity import check_digit

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗欧阳尉迟"
GIVEN = "建国芳秀英伟敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂珍龘䶮"
TOWNS = ["王岘镇", "水川镇", "四龙镇", "武川乡", "强湾乡"]
VILLAGES = ["东台村", "三十里铺村", "民乐社区", "崖渠水村", "病马沟村", "金锋村"]
GROUPS = ["", "三组", "3组", "东沟组", "上湾自然村", "十二社"]
CATEGORIES = [
    Text("脱贫不稳定户", "household out of poverty and not stable"),
    Text("边缘易致贫户", "household on the edge of poverty"),
    Text("突发严重困难户", "household in sudden grave hardship"),
]
OFFICE = Telephone("王岘镇人民政府", "0943-8220000")
EFFECTS = ["identify", "monitor", "remove_risk", "return_to_monitoring", "exit_household"]


@dataclass(frozen=True)
class Invented:
    """A notice and the persons behind it."""

    notice: Notice
    heads: tuple[Head, ...]


def invented(seed: int) -> Invented:
    """A notice of up to twelve households."""
    draw = random.Random(seed)
    day = date(2021, 1, 1) + timedelta(days=draw.randrange(2500))
    heads = tuple(_head(draw) for _ in range(draw.randint(1, 12)))
    form: Form = draw.choice(["notice", "announcement"])
    what = phrases.about(draw.choice(EFFECTS), "household", form)
    days = draw.choice([5, 7, 10])
    lines = tuple(
        Line(public_name(head, day), draw.choice(GROUPS), draw.choice([None, *CATEGORIES]))
        for head in heads
    )
    village = draw.choice(VILLAGES)
    notice = Notice(
        number=f"{day.year}-{draw.randrange(10**6):06d}",
        form=form,
        title=phrases.title(what, form),
        opening=phrases.opening(
            what, form, of_places=False, days=days, workdays=draw.random() < 0.5
        ),
        place=("白银区", draw.choice(TOWNS), village),
        lines=lines,
        from_day=day,
        until_day=day + timedelta(days=days),
        closing=phrases.closing(form),
        ways=(*phrases.WAYS, phrases.WEB),
        telephones=(OFFICE, Telephone("热线", "12317")),
        issuer=f"{village}村民委员会",
        address=draw.choice(["", f"https://open.example.gov.cn/public/notices/{seed}/"]),
    )
    return Invented(notice, heads)


def _head(draw: random.Random) -> Head:
    name = draw.choice(SURNAMES) + "".join(draw.choices(GIVEN, k=draw.randint(1, 2)))
    if draw.random() < 0.05:
        return Head(name, None)
    return Head(name, date(1930, 1, 1) + timedelta(days=draw.randrange(31000)))


def identity(draw: random.Random) -> str:
    """A valid number that belongs to nobody in particular."""
    born = date(1930, 1, 1) + timedelta(days=draw.randrange(31000))
    first = f"620402{born:%Y%m%d}{draw.randrange(1000):03d}"
    return first + check_digit(first)


def bank_card(draw: random.Random, length: int = 19) -> str:
    """A number with a right last digit."""
    digits = "6217" + "".join(str(draw.randrange(10)) for _ in range(length - 5))
    for last in "0123456789":
        total = 0
        for at, digit in enumerate(reversed(digits + last)):
            value = int(digit) * (2 if at % 2 else 1)
            total += value - 9 if value > 9 else value
        if total % 10 == 0:
            return digits + last
    raise AssertionError

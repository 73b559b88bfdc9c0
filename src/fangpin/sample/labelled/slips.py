"""How clerks get names and dates wrong, one slip at a time."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

from fangpin.kernel.names import surname
from fangpin.kernel.sounds import rough_form, sound_of
from fangpin.sample.labelled.people import parts


@cache
def _usual() -> tuple[str, ...]:
    """The 3,755 usual characters of GB 2312 (level 1)."""
    rows = (bytes((0xB0 + n // 94, 0xA1 + n % 94)) for n in range(40 * 94))
    return tuple(c for c in (row.decode("gb2312", "ignore") for row in rows) if c)


@cache
def _by_sound() -> dict[str, list[str]]:
    table: dict[str, list[str]] = {}
    for character in _usual():
        table.setdefault(_sound(character), []).append(character)
    return table


@cache
def _by_rough_sound() -> dict[str, list[str]]:
    table: dict[str, list[str]] = {}
    for character in _usual():
        table.setdefault(rough_form(_sound(character)), []).append(character)
    return table


@cache
def _sound(character: str) -> str:
    return sound_of("王" + character).split(" ")[1]


@cache
def _variants() -> dict[str, list[str]]:
    """Standard character → variant and traditional forms, and the surname spellings."""
    table: dict[str, list[str]] = {}
    for name in ("character_variants.tsv", "surname_variants.tsv"):
        text = (files("fangpin.kernel") / "data" / name).read_text(encoding="utf-8")
        for line in text.splitlines():
            if line and line[0] != "#" and name.startswith("character"):
                variant, standard = line.split("\t")
                table.setdefault(standard, []).append(variant)
    return table


@cache
def _alike() -> dict[str, list[str]]:
    table: dict[str, list[str]] = {}
    for pair in parts()["alike"]:
        table.setdefault(pair[0], []).append(pair[1])
    return table


def _place(dice: random.Random, name: str) -> int:
    """Mostly a character of the given name, now and then of the surname."""
    given = len(surname(name))
    if dice.random() < 0.12 or given >= len(name):
        return dice.randrange(min(given, len(name)))
    return dice.randrange(given, len(name))


def _replaced(name: str, at: int, character: str) -> str:
    return name[:at] + character + name[at + 1 :]


def _exchange(
    choices: Callable[[str], list[str]],
) -> Callable[[random.Random, str], str | None]:
    """A slip that writes another character for one that has choices."""

    def slip(dice: random.Random, name: str) -> str | None:
        start = _place(dice, name)
        for at in [start, *range(len(name) - 1, -1, -1)]:
            others = [c for c in choices(name[at]) if c != name[at]]
            if others:
                return _replaced(name, at, dice.choice(others))
        return None

    return slip


def _missing(dice: random.Random, name: str) -> str | None:
    if len(name) < 3:
        return None
    at = dice.randrange(len(surname(name)), len(name))
    return name[:at] + name[at + 1 :]


def _extra(dice: random.Random, name: str) -> str | None:
    at = dice.randrange(len(surname(name)), len(name) + 1)
    return name[:at] + dice.choice(parts()["male_first"] + parts()["female_second"]) + name[at:]


def _swapped(dice: random.Random, name: str) -> str | None:
    family = surname(name)
    given = name[len(family) :]
    if len(given) > 1 and given[0] != given[1] and dice.random() < 0.75:
        return family + given[::-1]
    return given + family if given else None


def _other(dice: random.Random, name: str) -> str | None:
    kind = dice.choice(("male_second", "female_second", "young_second"))
    return _replaced(name, _place(dice, name), dice.choice(parts()[kind]))


NAME_SLIPS: tuple[tuple[str, float, Callable[[random.Random, str], str | None]], ...] = (
    ("homophone", 0.34, _exchange(lambda c: _by_sound().get(_sound(c), []))),
    (
        "nearly_homophone",
        0.10,
        _exchange(lambda c: _by_rough_sound().get(rough_form(_sound(c)), [])),
    ),
    ("similar_shape", 0.16, _exchange(lambda c: _alike().get(c, []))),
    ("variant", 0.15, _exchange(lambda c: _variants().get(c, []))),
    ("missing", 0.08, _missing),
    ("extra", 0.04, _extra),
    ("swapped", 0.06, _swapped),
    ("other", 0.07, _other),
)


def wrong_name(dice: random.Random, name: str) -> tuple[str, str]:
    """The name with one slip that changes it, and the kind of slip."""
    kinds, shares, _ = zip(*NAME_SLIPS, strict=True)
    while True:
        chosen = dice.choices(range(len(kinds)), shares)[0]
        slipped = NAME_SLIPS[chosen][2](dice, name)
        if slipped and slipped != name:
            return slipped, kinds[chosen]


DATE_SLIPS: tuple[tuple[str, float], ...] = (
    ("day_and_month", 0.2),
    ("digit", 0.26),
    ("lunar", 0.19),
    ("year", 0.18),
    ("first_of_month", 0.15),
    ("other", 0.02),
)


def wrong_date(dice: random.Random, day: date) -> tuple[date, str]:
    """The date with one slip that changes it, and the kind of slip."""
    kinds, shares = [kind for kind, _ in DATE_SLIPS], [share for _, share in DATE_SLIPS]
    while True:
        kind = dice.choices(kinds, shares)[0]
        wrong = _slipped_date(dice, day, kind)
        if wrong is not None and wrong != day and 1900 <= wrong.year <= 2021:
            return wrong, kind


def _slipped_date(dice: random.Random, day: date, kind: str) -> date | None:
    if kind == "lunar":
        # The lunar date of a day bears a date three to seven weeks earlier.
        return day - timedelta(days=dice.randint(19, 50))
    if kind == "first_of_month":
        return day.replace(day=1) if dice.random() < 0.7 else day.replace(month=1, day=1)
    if kind == "other":
        return day + timedelta(days=dice.randint(-3000, 3000))
    try:
        if kind == "day_and_month":
            return day.replace(month=day.day, day=day.month)
        if kind == "year":
            return day.replace(year=day.year + dice.choice((-1, 1)))
        digits = list(f"{day:%Y%m%d}")
        digits[dice.randrange(2, 8)] = str(dice.randrange(10))
        text = "".join(digits)
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None

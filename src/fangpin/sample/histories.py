"""Several months of one county: files for each, and what becomes of its findings.

Villages answer some findings, true or not, after a while; some households come to light by
themselves, with or without a finding before; the register shows whoever was included from then on
as monitored, and half a year later as recovered. Answers are written down only as far as the last
month knows them.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from fangpin.kernel.errors import FangpinError
from fangpin.sample.county import SampleSummary, generate_world
from fangpin.sample.planting import FINDING, Planted
from fangpin.sample.recovery import recovered
from fangpin.sample.world import Category, World

ANSWERS = "核查结果.csv"
HEADER = ("户编号", "疑点类型", "答复日期", "结果", "渠道")
CHECK, APPLICATION = "入户核查", "自主申报"
RISKS = frozenset(
    {"medical_expense", "job_loss", "disaster_loss", "unsafe_house", "new_severe_disability"}
)
"""Kinds after which a household may be taken into monitoring."""
RECOVERED_AFTER = 5
"""months after the first month of monitoring: what is delivered for the sixth shows the recovery"""
MOST_MONTHS = 24
_UNFORESEEN = 0.002
"""Share of ordinary households that come to light in a month without anything in the files."""


@dataclass
class History:
    """What has been decided so far. `monitored`: household → first month in the register."""

    seed: int
    answers: list[tuple[str, str, date, str, str]] = field(default_factory=list)
    monitored: dict[int, date] = field(default_factory=dict)
    told: set[tuple[str, int]] = field(default_factory=set)

    def go_on(self, world: World, planted: list[Planted]) -> None:
        """One more month: what becomes of what is found for the first time in it."""
        for each in planted:
            if each.expected == FINDING and each.household >= 0:
                if (each.kind, each.household) in self.told:
                    continue
                self.told.add((each.kind, each.household))
                self._finding(world, each)
        self._unforeseen(world)

    def _finding(self, world: World, each: Planted) -> None:
        number = world.numbers[each.household]
        letters = sum(map(ord, each.kind))
        rng = np.random.default_rng([self.seed, 11, each.household, letters])
        chance, wait = rng.random(), int(rng.integers(4, 45))
        refused = 0.06 + letters % 7 * 0.04  # some kinds are right more often than others
        if each.kind in RISKS and chance < 0.2:
            day = world.as_of + timedelta(days=wait + 25)
            self.answers.append((number, each.kind, day, "属实", APPLICATION))
            self._include(each.household, day)
            return
        if chance > 0.86:
            return  # nobody has answered
        result = "属实"
        if rng.random() < refused:
            result = "不属实"
        elif world.category[each.household] > Category.alleviated and rng.random() < 0.3:
            result = "已在监测"
        elif rng.random() < 0.03:
            result = "不在此居住"
        day = world.as_of + timedelta(days=wait)
        self.answers.append((number, each.kind, day, result, CHECK))
        if result == "属实" and each.kind in RISKS:
            self._include(each.household, day + timedelta(days=15))

    def _unforeseen(self, world: World) -> None:
        """Ordinary households that come to light although no file says anything of them."""
        month = world.month.year * 12 + world.month.month
        rng = np.random.default_rng([self.seed, 13, month])
        luck = rng.random(world.households) < _UNFORESEEN
        ordinary = ~world.quiet & (world.category < Category.unstable)
        for household in np.flatnonzero(luck & ordinary).tolist():
            day = world.month + timedelta(days=int(rng.integers(0, 27)))
            self.answers.append((world.numbers[household], "", day, "属实", APPLICATION))
            self._include(household, day)

    def _include(self, household: int, day: date) -> None:
        """From the month after the day on, the register shows the household as monitored."""
        after = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
        self.monitored[household] = min(after, self.monitored.get(household, after))

    def shown_in(self, world: World) -> None:
        """What has been decided so far, in the register and in what departments deliver."""
        included(world, self.monitored)
        recover(world, self.monitored)

    def write(self, folder: Path, known_on: date) -> int:
        """The answers known by a day; how many there are."""
        known = sorted(
            (each for each in self.answers if each[2] <= known_on), key=lambda each: (each[2], each)
        )
        with (folder / ANSWERS).open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(HEADER)
            writer.writerows((*each[:2], each[2].isoformat(), *each[3:]) for each in known)
        return len(known)


def included(world: World, monitored: dict[int, date]) -> None:
    """Show in the register of the month whoever has been included by then."""
    for household, month in monitored.items():
        if month <= world.month and world.category[household] <= Category.alleviated:
            world.category[household] = Category.sudden
            world.removed[household] = False
            world.since[household] = (month - date(1970, 1, 1)).days


def recover(world: World, monitored: dict[int, date]) -> None:
    """Let things go well for whoever has been monitored for half a year: what had happened to them
    is put right in everything that is delivered, and nothing new has come."""
    for household, since in monitored.items():
        if _months(since, world.month) >= RECOVERED_AFTER:
            recovered(world, household, since)


def _months(since: date, month: date) -> int:
    return (month.year - since.year) * 12 + month.month - since.month


def months_until(last: date, count: int) -> list[date]:
    """`count` months up to and including `last`, `MOST_MONTHS` at most. Raises FangpinError."""
    if not 1 <= count <= MOST_MONTHS:
        raise FangpinError.because(
            f"最多可生成 {MOST_MONTHS} 个月，给出的是 {count}",
            f"there can be {MOST_MONTHS} months at most, not {count}",
            do_zh="减少月数",
            do_en="ask for fewer months",
        )
    number = last.year * 12 + last.month - 1
    months = (divmod(number - back, 12) for back in range(count - 1, -1, -1))
    return [date(year, month + 1, 1) for year, month in months]


def generate_later(
    folder: Path,
    households: int,
    seed: int,
    month: date,
    people_of: date,
    monitored: Mapping[str, date],
) -> SampleSummary:
    """Write the files of a later month about the people of an earlier one.

    `monitored`: number of a household → month from which it has been monitored. The register shows
    it so, and after `RECOVERED_AFTER` months what had happened to it is over. Raises FangpinError
    for a number that there is not.
    """

    def then(world: World) -> None:
        rows = {number: row for row, number in enumerate(world.numbers)}
        if unknown := sorted(set(monitored) - set(rows)):
            raise FangpinError.because(
                f"没有户编号 {'、'.join(unknown)}",
                f"there is no household {', '.join(unknown)}",
                do_zh="使用同一种子、同一户数生成的户编号",
                do_en="give numbers of the same county: same seed, same size",
            )
        by_row = {rows[number]: since for number, since in monitored.items()}
        included(world, by_row)
        recover(world, by_row)

    return generate_world(folder, households, seed, month, then=then, people_of=people_of)[0]


def generate_months(
    folder: Path, households: int, seed: int, last: date, count: int
) -> tuple[list[SampleSummary], int]:
    """Write `folder/2021-01` … and the answers (`ANSWERS`), as known at the end of `last`.

    Returns what was written for each month, and the number of answers. Same arguments: the same
    bytes. Raises FangpinError for a size or months outside the limits.
    """
    history = History(seed)
    written: list[SampleSummary] = []
    known_on = last
    months = months_until(last.replace(day=1), count)
    for month in months:
        target = folder / f"{month:%Y-%m}"
        summary, world, planted = generate_world(
            target, households, seed, month, then=history.shown_in, people_of=months[0]
        )
        written.append(summary)
        history.go_on(world, planted)
        known_on = world.as_of
    return written, history.write(folder, known_on)

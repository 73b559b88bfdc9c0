"""The invented county as it truly is, before any department writes about it.

Households × places in the household (`Slot`), as arrays: whether somebody is there, when born, what
is true of this person. Days are numpy days since 1970, money is fen.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import IntEnum

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.sample.villages import Village

SLOTS = 7
EPOCH = date(1970, 1, 1)
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


class Slot(IntEnum):
    """Place of a person in the household."""

    head = 0
    spouse = 1
    father = 2
    mother = 3
    child = 4
    second = 5
    grandchild = 6


class Category(IntEnum):
    """Household category of the national system."""

    general = 0
    alleviated = 1
    unstable = 2
    marginal = 3
    sudden = 4


@dataclass
class Facts:
    """What is true of persons, each array (households, SLOTS)."""

    insured: Bools
    on_roll: Bools
    dropout: Bools
    stage: NDArray[np.int8]
    """0 none, 1 kindergarten, 2–7 primary, 8–10 junior, 11–13 senior, 14–16 vocational,
    17–19 higher vocational, 20–22 university, 23 too young for kindergarten."""
    level: NDArray[np.int8]
    level_before: NDArray[np.int8]
    certificate: NDArray[np.int8]
    """0 valid, 1 expired, 2 cancelled"""
    nursing: Bools
    living: Bools
    subsistence: Bools
    subsistence_before: Bools
    destitute: Bools
    pension: Bools
    yulu: Bools
    labour: NDArray[np.int8]
    """0 none, 1 ordinary, 2 skilled, 3 weak, 4 lost"""
    work: NDArray[np.int8]
    """0 no row, 1 working, 2 in a new job, 3 came home, 4 out of work, 5 employer stopped"""
    work_before: NDArray[np.int8]
    away: Bools
    wage: Ints
    """fen per month"""
    months: NDArray[np.int8]
    post: NDArray[np.int8]
    """0 none, otherwise kind of post + 1"""
    post_before: NDArray[np.int8]
    soldier: Bools
    unable: Bools
    """cannot attend school because of disability"""
    death: Ints
    """day of death, 0 = alive"""

    @classmethod
    def blank(cls, households: int) -> "Facts":
        """Nothing is true yet."""
        shape = (households, SLOTS)
        kinds = {"level": np.int8, "wage": np.int64, "death": np.int64}
        small = {"stage", "level_before", "certificate", "labour", "work", "work_before", "months",
                 "post", "post_before"}  # fmt: skip
        made: dict[str, NDArray[np.generic]] = {}
        for name in cls.__dataclass_fields__:
            kind = kinds.get(name, np.int8 if name in small else np.bool_)
            made[name] = np.zeros(shape, dtype=kind)
        return cls(**made)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Stay:
    """One medical settlement. `inpatient` or outpatient; `reverses` an earlier stay's position."""

    household: int
    slot: int
    paid: int
    day: int
    inpatient: bool = True
    reverses: int = -1


@dataclass
class Extra:
    """Rows that only some persons have; (household, slot, …) each."""

    stays: list[Stay] = field(default_factory=list)
    vehicles: list[tuple[int, int, str, str]] = field(default_factory=list)
    firms: list[tuple[int, int, str, str, str]] = field(default_factory=list)
    loans: list[tuple[int, int, int, int, int, str]] = field(default_factory=list)
    """household, slot, amount, balance (fen), due day, remark"""
    posts: list[tuple[int, int, int, int, int, str, str]] = field(default_factory=list)
    """household, slot, kind, start, end day, status, residence (blank = home)"""
    reliefs: list[tuple[int, int, int, int]] = field(default_factory=list)
    disasters: list[tuple[int, int, str, str]] = field(default_factory=list)
    """household, day, damage, loss as written"""
    calls: list[tuple[int, int, str, str, str]] = field(default_factory=list)
    """household (-1 = nobody), day, caller, phone, what was said"""
    houses: dict[int, list[tuple[str, int, str]]] = field(default_factory=dict)
    """household → (grade, day, treatment)"""
    water: dict[int, tuple[int, str, bool, str]] = field(default_factory=dict)
    """village → (days without water, quality, restored, remark)"""
    spoiled: dict[tuple[str, int, int], str] = field(default_factory=dict)
    """(feed, household, slot) → how the number in that row is damaged"""


@dataclass
class World:
    """One county for one month. `quiet` households get nothing by chance: something is planted.

    Birthdays are counted back from `people_of`: two months with the same one speak of the same
    people, who have grown older meanwhile.
    """

    month: date
    people_of: date
    rng: np.random.Generator
    villages: tuple[Village, ...]
    village: Ints
    group: Ints
    category: NDArray[np.int8]
    removed: Bools
    since: Ints
    net: Ints
    quiet: Bools
    present: Bools
    born: Ints
    male: Bools
    minority: Bools
    facts: Facts
    extra: Extra = field(default_factory=Extra)
    gap: frozenset[str] = frozenset()
    """townships that the housing inspection leaves out"""
    afterwards: list[Callable[["World"], None]] = field(default_factory=list)
    settled: dict[int, Ints] | None = None
    """ages by day, once birthdays no longer change"""
    person: Ints = field(init=False)
    """(households, SLOTS) → dense person, -1 where nobody is; set by `settle`"""
    names: pl.Series = field(init=False)
    ids: pl.Series = field(init=False)
    phones: pl.Series = field(init=False)
    numbers: pl.Series = field(init=False)
    person_numbers: pl.Series = field(init=False)

    @property
    def households(self) -> int:
        return len(self.category)

    @property
    def as_of(self) -> date:
        """Last day of the month."""
        return (self.month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)

    @property
    def first(self) -> int:
        return day_number(self.month)

    @property
    def last(self) -> int:
        return day_number(self.as_of)

    @property
    def school_year(self) -> int:
        """The year in which the school year of the month began."""
        return self.month.year if self.month.month >= 9 else self.month.year - 1

    @property
    def sizes(self) -> Ints:
        return np.asarray(self.present.sum(axis=1), dtype=np.int64)

    def ages(self, on: int | None = None) -> Ints:
        """Full years on a day (default: last day of the month), array (households, SLOTS)."""
        day = self.last if on is None else on
        if self.settled is None:
            return full_years(self.born, day)
        if day not in self.settled:
            self.settled[day] = full_years(self.born, day)
        return self.settled[day]

    def members(self, mask: Bools) -> tuple[Ints, Ints]:
        """Household and slot of everybody present for whom the mask holds, in register order."""
        homes, slots = np.nonzero(mask & self.present)
        return homes.astype(np.int64), slots.astype(np.int64)

    def in_gap(self) -> Bools:
        """Households of townships that the housing inspection leaves out."""
        return self.lies_in(sorted(self.gap))

    def lies_in(self, townships: Sequence[str]) -> Bools:
        """Households of some townships."""
        wanted = np.array([village.township in townships for village in self.villages])
        return wanted[self.village]

    def on_subsistence(self) -> Bools:
        """Households of which somebody receives the subsistence allowance."""
        return np.asarray((self.facts.subsistence & self.present).any(axis=1), dtype=bool)

    def townships(self) -> NDArray[np.object_]:
        """Township name of every household."""
        return np.array([v.township for v in self.villages], dtype=object)[self.village]


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def to_date(number: int) -> date:
    """The date of a day number."""
    return EPOCH + timedelta(days=int(number))


def years_before(day: date, years: int) -> date:
    """The same day some years earlier (29 February → 28 February)."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def calendar_numbers(days: Ints) -> Ints:
    """Days since 1970 as YYYYMMDD."""
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    month = months.astype(np.int64)
    in_month = (dates - months.astype("datetime64[D]")).astype(np.int64)
    numbers = (1970 + month // 12) * 10_000 + (month % 12 + 1) * 100 + in_month + 1
    return np.asarray(numbers, dtype=np.int64)


def full_years(born: Ints, on: int) -> Ints:
    """Full years between birth days and a day."""
    day = to_date(on)
    lived = day.year * 10_000 + day.month * 100 + day.day - calendar_numbers(born)
    return np.asarray(lived // 10_000, dtype=np.int64)

"""Planting: households set aside for a situation that must be found, or only looks like one.

Every planted household is composed for its purpose and gets nothing by chance. What is expected of
a screening is written down when the situation is made, not when files are read.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from fangpin.sample.world import Bools, Category, Slot, World, day_number

FINDING, NONE, UNKNOWN = "finding", "none", "unknown"


@dataclass(frozen=True)
class Planted:
    """What a screening should say about one subject under one kind of rule.

    `slot` -1: the household; household -1: the village with index `village`.
    """

    kind: str
    household: int
    slot: int
    expected: str
    why: str
    village: int = -1


class NoMoreHouseholds(Exception):
    """The county is full; planting stops here."""


@dataclass
class Planter:
    """Hands out households. `round` counts the situations of a kind, from 0."""

    world: World
    share: float = 0.85
    round: int = 0
    planted: list[Planted] = field(default_factory=list)

    def __post_init__(self) -> None:
        rng = np.random.default_rng([self.world.households, 7])
        order = rng.permutation(self.world.households)
        self.free: list[int] = order[: int(self.share * len(order))].tolist()

    @property
    def active(self) -> bool:
        """Every fourth situation rests: it comes and goes from month to month."""
        month = self.world.month.year * 12 + self.world.month.month
        return (self.round + month) % 4 != 3

    def take(
        self,
        category: Category,
        people: dict[Slot, int],
        where: Bools | None = None,
        removed: bool = False,
    ) -> int:
        """A household with exactly these people (slot → age in full years), nothing else.

        `where` households that may be taken. Raises NoMoreHouseholds.
        """
        world = self.world
        for place in range(len(self.free) - 1, -1, -1):
            household = self.free[place]
            if where is None or where[household]:
                del self.free[place]
                break
        else:
            raise NoMoreHouseholds
        world.quiet[household] = True
        world.category[household] = category
        world.removed[household] = removed
        world.minority[household] = False
        world.present[household] = False
        for slot, age in people.items():
            world.present[household, slot] = True
            self.born(household, slot, age)
        world.male[household, Slot.head] = True
        world.male[household, Slot.spouse] = False
        return household

    def born(self, household: int, slot: int, age: int) -> None:
        """Somebody is so many full years old; the same birthday for every month of a half-year."""
        month = self.world.people_of
        if month.month <= 6:
            start = date(month.year - age - 1, 7, 10)
        else:
            start = date(month.year - age, 1, 5)
        self.world.born[household, slot] = day_number(start) + household * 7 % 160

    def later(self, act: Callable[[World], None]) -> None:
        """Do something once everything ordinary has been derived."""
        self.world.afterwards.append(act)

    def expect(self, kind: str, household: int, slot: int, expected: str, why: str) -> None:
        """Write down what a screening should say."""
        self.planted.append(Planted(kind, household, slot, expected, why))

    def found(self, kind: str, household: int, slot: int, why: str, spared: str) -> None:
        """A finding this month, or nothing when the situation rests (`spared` says why)."""
        if self.active:
            self.expect(kind, household, slot, FINDING, why)
        else:
            self.expect(kind, household, slot, NONE, spared)


COUPLE = {Slot.head: 46, Slot.spouse: 44}
"""Two people able to work."""
FAMILY = {Slot.head: 42, Slot.spouse: 41, Slot.child: 10}
"""Two people able to work and a child at primary school."""


def set_income(household: int, yuan: float) -> Callable[[World], None]:
    """The household's net income of last year."""

    def act(world: World) -> None:
        world.net[household] = round(yuan * 100)

    return act


def set_fact(household: int, slot: int, **values: int | bool) -> Callable[[World], None]:
    """Facts of one person, named as in `Facts`."""

    def act(world: World) -> None:
        for name, value in values.items():
            getattr(world.facts, name)[household, slot] = value

    return act


def set_household(household: int, **values: int | bool) -> Callable[[World], None]:
    """The same facts of every member."""

    def act(world: World) -> None:
        for name, value in values.items():
            getattr(world.facts, name)[household, world.present[household]] = value

    return act

"""A block of the invented population: households of 1 to 6, their ages, categories, incomes."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fangpin.bench.identity import seventeen_digits

Int64 = NDArray[np.int64]
Flags = NDArray[np.bool_]

CATEGORIES: Final = ("general", "alleviated", "monitored")
LABOUR: Final = ("none", "weak", "ordinary", "skilled")
GENERAL, ALLEVIATED, MONITORED = range(3)
UNABLE, WEAK, ORDINARY, SKILLED = range(4)

MEAN_SIZE: Final = 3.46
_SIZES: Final = (0.08, 0.20, 0.25, 0.22, 0.15, 0.10)
YEAR: Final = 365.2425


@dataclass
class Block:
    """Households in the order of their villages, persons in the order of their households.

    `head`: row of the first person of each household; `place` 0 for the head, 1, 2 … within the
    household; `born` days since 1970-01-01; `net_income` fen. `covered`: households whose
    deliveries are all complete. Flags are per person and tell what the deliveries leave out;
    `planted` per household: it is part of a situation, chance adds nothing to it.
    """

    number: int
    as_of: int
    sizes: Int64
    village: Int64
    covered: Flags
    category: Int64
    net_income: Int64
    household: Int64
    place: Int64
    head: Int64
    born: Int64
    labour: Int64
    rng: np.random.Generator
    listed: Flags  # household receives the subsistence allowance
    planted: Flags
    without: dict[str, Flags] = field(default_factory=dict)

    @property
    def persons(self) -> int:
        return len(self.household)

    def ages(self) -> Int64:
        """Full years, to the day or nearly so: used to decide who is at school, not by rules."""
        return ((self.as_of - self.born) / YEAR).astype(np.int64)

    def left_out(self, of: str) -> Flags:
        """Persons who lack what they should have of `of`."""
        if of not in self.without:
            self.without[of] = np.zeros(self.persons, dtype=np.bool_)
        return self.without[of]

    def identity(self) -> Int64:
        """First 17 digits of every person's number."""
        return seventeen_digits(self.born, self.number, self.rng)


def draw(
    number: int, households: int, village: Int64, covered: Flags, as_of: int, seed: int
) -> Block:
    """Block `number` of the population; the same arguments give the same block."""
    rng = np.random.default_rng([seed, number])
    sizes = 1 + rng.choice(6, size=households, p=_SIZES)
    old = (rng.random(households) < 0.06) & (sizes <= 2)
    category = rng.choice(3, size=households, p=(0.82, 0.15, 0.03))
    listed = (rng.random(households) < 0.04) | (old & (category != GENERAL))
    per_head = 800_000 + rng.gamma(2.0, 500_000, size=households).astype(np.int64)
    persons = int(sizes.sum())
    household = np.repeat(np.arange(households), sizes)
    head = np.cumsum(sizes) - sizes
    place = np.arange(persons) - head[household]
    born, labour = _ages(rng, place, household, old, as_of)
    return Block(
        number=number,
        as_of=as_of,
        sizes=sizes,
        village=village,
        covered=covered,
        category=category,
        net_income=per_head * sizes,
        household=household,
        place=place,
        head=head,
        born=born,
        labour=labour,
        rng=rng,
        listed=listed,
        planted=np.zeros(households, dtype=np.bool_),
    )


def _ages(
    rng: np.random.Generator, place: Int64, household: Int64, old: Flags, as_of: int
) -> tuple[Int64, Int64]:
    """Days of birth and ability to work: a couple, up to two children, up to two grandparents."""
    persons = len(place)
    of_head = rng.uniform(25, 56, size=len(old))
    age = np.select(
        [old[household], place == 0, place == 1, place <= 3],
        [
            rng.triangular(60, 66, 92, size=persons),
            of_head[household],
            np.clip(of_head[household] + rng.normal(0, 3, size=persons), 21, 58.5),
            rng.uniform(0, 27, size=persons),
        ],
        default=rng.triangular(60, 64, 92, size=persons),
    )
    born = as_of - 1 - (age * YEAR).astype(np.int64)
    labour = rng.choice(4, size=persons, p=(0.0, 0.1, 0.7, 0.2))
    labour = np.where((age < 16) | (age > 75), UNABLE, labour)
    return born, labour

"""What every file needs: the county, a source of chance of its own, and pieces of a size."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from fangpin.sample.block import Block
from fangpin.sample.sheet import Line
from fangpin.sample.world import Bools, Ints, World

PIECE = 50_000


@dataclass
class Desk:
    """One department's desk. `month` is the month written about (this one or the one before)."""

    world: World
    seed: int
    month: date

    @property
    def previous(self) -> bool:
        """Is this about the month before the one asked for?"""
        return self.month != self.world.month

    @property
    def label(self) -> str:
        """2021年5月"""
        return f"{self.month.year}年{self.month.month}月"

    @property
    def stamp(self) -> str:
        """202105"""
        return f"{self.month:%Y%m}"

    @property
    def span(self) -> str:
        """2021年1-5月"""
        return self.label if self.month.month == 1 else f"{self.month.year}年1-{self.month.month}月"

    @property
    def term(self) -> str:
        """2021年春季学期; January and February still belong to the autumn before."""
        spring = 3 <= self.month.month <= 8
        year = self.month.year if self.month.month >= 3 else self.month.year - 1
        return f"{year}年{'春' if spring else '秋'}季学期"

    def chance(self, name: str) -> np.random.Generator:
        """A source of chance that depends on nothing but seed, month and name."""
        return np.random.default_rng(
            [self.seed, self.month.year * 12 + self.month.month, zlib.crc32(name.encode())]
        )

    def pieces(
        self, rng: np.random.Generator, feed: str, who: Bools | tuple[Ints, Ints]
    ) -> Iterator[Block]:
        """Blocks of persons: by a mask (register order) or by household and slot numbers."""
        homes, slots = who if isinstance(who, tuple) else self.world.members(who)
        for start in range(0, len(homes), PIECE):
            part = slice(start, start + PIECE)
            yield Block(self.world, rng, feed, homes[part], slots[part])


def title(text: str, width: int) -> Line:
    """A title merged over the whole width."""
    return Line([text], merges=[(0, width - 1)])


def total(width: int, cells: dict[int, int | float | str], label: str = "合计") -> Line:
    """A total row: label in the first column."""
    row: list[str | int | float | None] = [None] * width
    row[0] = label
    for column, value in cells.items():
        row[column] = value
    return Line(row, defect="total_row")

"""Counts by village: what two policies find, what is gained and lost, cut to any set of villages.

Unknown is kept apart everywhere: a finding that can no longer be decided is never counted as lost.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from fangpin.engine.column import Mask
from fangpin.kernel.errors import Text

Int64 = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many subjects (households, unless said otherwise) have findings before and after.

    `gained`: with a finding they did not have; `newly`: of these, without any before.
    `lost`: without a finding they had, which is known not to hold now; `no_longer`: of these,
    without any left, nor any that cannot be decided now. `became_unknown`: with a finding that can
    no longer be decided. `unknown_before`, `unknown_after`: without a finding of the rules that
    differ, but at least one of them cannot be decided.
    """

    before: int = 0
    after: int = 0
    gained: int = 0
    lost: int = 0
    newly: int = 0
    no_longer: int = 0
    became_unknown: int = 0
    unknown_before: int = 0
    unknown_after: int = 0

    @property
    def changed(self) -> bool:
        """Whether anything differs between before and after."""
        flipped = self.gained or self.lost or self.became_unknown
        return bool(flipped) or self.unknown_before != self.unknown_after

    def as_json(self) -> dict[str, int]:
        """Plain data."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


MEASURES = tuple(each.name for each in fields(Counts))


@dataclass(frozen=True, slots=True)
class Tally:
    """`Counts` for every village: one array of villages per measure; absent ones are 0."""

    villages: int
    arrays: Mapping[str, Int64]

    def counts(self, where: Mask | None = None) -> Counts:
        """The sum over all villages, or over those of `where`."""
        return Counts(**{name: self._sum(array, where) for name, array in self.arrays.items()})

    @staticmethod
    def _sum(array: Int64, where: Mask | None) -> int:
        return int(array.sum() if where is None else array[where].sum())

    def by(self, groups: NDArray[np.int64], size: int) -> list[Counts]:
        """One `Counts` per group number (of each village, -1: none)."""
        inside = groups >= 0
        summed = {
            name: np.bincount(groups[inside], weights=array[inside], minlength=size).astype(int)
            for name, array in self.arrays.items()
        }
        return [
            Counts(**{name: int(array[number]) for name, array in summed.items()})
            for number in range(size)
        ]


@dataclass(frozen=True, slots=True)
class Group:
    """The counts of one township, village or kind of finding. `key` is its code or name."""

    key: str
    label: Text
    counts: Counts


@dataclass
class Gathering:
    """Masks over the subjects of one group while its rules are gone through.

    `village` is the village of each subject. `rest` counts for each subject the rules of the group
    that are the same in both policies and hold.
    """

    village: Int64
    villages: int
    rest: NDArray[np.int16]

    def __post_init__(self) -> None:
        size = len(self.village)
        self.before = np.zeros(size, dtype=np.int16)
        self.after = np.zeros(size, dtype=np.int16)
        self.masks = {
            name: np.zeros(size, dtype=np.bool_)
            for name in ("gained", "lost", "became_unknown", "unknown_before", "unknown_after")
        }

    def add(self, before: Mask, after: Mask, **masks: Mask | None) -> None:
        """One rule that differs: where it holds before and after, and what came of it."""
        self.before += before
        self.after += after
        for name, mask in masks.items():
            if mask is not None:
                self.masks[name] |= mask

    def tally(self) -> Tally:
        """What was gathered, by village."""
        masks = self.masks
        before = (self.rest + self.before) > 0
        after = (self.rest + self.after) > 0
        found = {
            "before": before,
            "after": after,
            "gained": masks["gained"],
            "lost": masks["lost"],
            "newly": masks["gained"] & ~before,
            "no_longer": masks["lost"] & ~after & ~masks["became_unknown"],
            "became_unknown": masks["became_unknown"],
            "unknown_before": masks["unknown_before"] & (self.before == 0),
            "unknown_after": masks["unknown_after"] & (self.after == 0),
        }
        return tally_of(found, self.village, self.villages)


def tally_of(masks: Mapping[str, Mask], village: Int64, villages: int) -> Tally:
    """Masks over subjects, counted by the village of each subject."""
    return Tally(
        villages,
        {
            name: np.bincount(village[mask], minlength=villages)
            for name, mask in masks.items()
            if mask.any()
        },
    )


def added(tallies: Iterable[Tally], villages: int) -> Tally:
    """The sum of tallies whose subjects are different ones."""
    total: dict[str, Int64] = {}
    for tally in tallies:
        for name, array in tally.arrays.items():
            total[name] = total[name] + array if name in total else array
    return Tally(villages, total)

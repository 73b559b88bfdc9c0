"""Which registered persons are compared with a row at all: those that share one of a few keys.

A key that many persons share (a birth date of 1 January, a name as frequent as 张伟 in a large
township) is left out for the row: it tells nothing, and the others still find the person.
"""

from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.feeds.probable.columns import (
    DAY_ZERO,
    LAST_DAY,
    Fields,
    days_of,
    hashed,
    in_order,
    mixed_pair,
)
from fangpin.kernel.sounds import Letters, roughly, syllables

RULES: Final = (
    "name_township",
    "birth_township",
    "name_birth",
    "surname_birth",
    "village_day",
    "village_surname_year",
    "phone",
)
MOST: Final = 40
"""Persons of the register that may share a key before the key is left out."""
_BITS: Final = 22


@dataclass
class Names:
    """n folded names (null: none) as keys; 0 = no name."""

    names: pl.Series
    sorted: dict[str, NDArray[np.uint64]] = field(default_factory=dict)

    @cached_property
    def letters(self) -> Letters:
        """Code points."""
        return Letters.of(self.names)

    @cached_property
    def folded(self) -> NDArray[np.uint64]:
        """Equal for equal names."""
        return in_order(self.letters, self.letters.flat)

    @cached_property
    def _syllables(self) -> NDArray[np.uint32]:
        return syllables(self.letters)

    @cached_property
    def sound(self) -> NDArray[np.uint64]:
        """Equal for names that sound the same."""
        return in_order(self.letters, self._syllables)

    @cached_property
    def _rough_syllables(self) -> NDArray[np.uint32]:
        return roughly(self._syllables)

    @cached_property
    def rough(self) -> NDArray[np.uint64]:
        """Equal for names that sound nearly the same."""
        return in_order(self.letters, self._rough_syllables)

    def ordered(self, name: str) -> NDArray[np.uint64]:
        """The keys `name` (folded, sound, rough) in ascending order, for counting; made once."""
        if name not in self.sorted:
            self.sorted[name] = np.sort(getattr(self, name))
        return self.sorted[name]

    @cached_property
    def family(self) -> NDArray[np.uint64]:
        """Rough sound of the first character."""
        letters = self.letters
        result = np.zeros(letters.size, dtype=np.uint64)
        full = letters.lengths > 0
        result[full] = self._rough_syllables[letters.starts[:-1][full]] + np.uint64(1)
        return result


@dataclass
class Keys:
    """The keys of n records under each rule (uint64, 0 = no key)."""

    fields: Fields
    made: dict[str, NDArray[np.uint64]] = field(default_factory=dict)

    @cached_property
    def names(self) -> Names:
        """The names as keys."""
        return Names(self.fields.folded)

    @cached_property
    def _days(self) -> NDArray[np.int64]:
        return days_of(self.fields.birth)

    def prepare(self) -> None:
        """Make what several rules share, before they run side by side."""
        _ = self.names.rough, self.names.family, self._days

    def of(self, rule: str) -> NDArray[np.uint64]:
        """The keys of one rule, made once."""
        if rule not in self.made:
            self.made[rule] = self._make(rule)
        return self.made[rule]

    def _make(self, rule: str) -> NDArray[np.uint64]:
        fields = self.fields
        if rule == "name_township":
            return mixed_pair(self.names.rough, fields.township)
        if rule == "birth_township":
            return mixed_pair(_plus_one(fields.township), self._days)
        if rule == "name_birth":
            return mixed_pair(self.names.rough, self._days)
        if rule == "surname_birth":
            return mixed_pair(self.names.family, self._days)
        if rule == "phone":
            return hashed(fields.phone)
        if rule == "village_day":
            return mixed_pair(_plus_one(fields.place), _looked_up(self._days, _days_of_year()))
        year = _looked_up(self._days, _years())
        return mixed_pair(mixed_pair(self.names.family, year), fields.place)


@cache
def _calendar() -> pl.Series:
    """Every day on the scale of `days_of`, as far as anybody can have been born."""
    return pl.Series(np.arange(LAST_DAY) - DAY_ZERO, dtype=pl.Int32).cast(pl.Date)


@cache
def _days_of_year() -> NDArray[np.int64]:
    days = _calendar().dt
    return (days.month().cast(pl.Int64) * 32 + days.day()).to_numpy()


@cache
def _years() -> NDArray[np.int64]:
    return _calendar().dt.year().cast(pl.Int64).to_numpy()


def _looked_up(days: NDArray[np.int64], table: NDArray[np.int64]) -> NDArray[np.int64]:
    """What the table says of each day; -1 where none is known."""
    return np.where(days >= 0, table[np.clip(days, 0, LAST_DAY - 1)], -1)


def _plus_one(numbers: NDArray[np.int64]) -> NDArray[np.uint64]:
    return np.asarray((numbers + 1).astype(np.uint64))


def pairs_of(
    rows: Keys, register: Keys, pool: Executor
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(row, person) of all pairs that share a key, each once, in order of row and person. The rules
    run side by side in `pool`."""
    size = np.int64(len(register.fields.place))
    for side in (rows, register):
        side.prepare()

    def of_rule(rule: str) -> NDArray[np.int64]:
        wanted = rows.of(rule)
        if not wanted.any():
            return np.zeros(0, dtype=np.int64)
        at, person = _sharing(wanted, register.of(rule))
        return np.asarray(at * size + person)

    both = np.sort(np.concatenate(list(pool.map(of_rule, RULES))))
    both = both[np.diff(both, prepend=-1) > 0]
    return both // size, both % size


def sharing_key(wanted: NDArray[np.uint64], keys: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Positions in `keys` that may be equal to one of `wanted`: all that are, and a few more."""
    table = np.zeros(1 << _BITS, dtype=np.bool_)
    shift = np.uint64(64 - _BITS)
    table[wanted >> shift] = True
    return np.flatnonzero(table[keys >> shift])


def _sharing(
    wanted: NDArray[np.uint64], keys: NDArray[np.uint64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(position in `wanted`, position in `keys`) of equal keys, without keys that too many have."""
    maybe = sharing_key(wanted, keys)
    there = pl.DataFrame({"key": keys[maybe], "person": maybe})
    rows = pl.DataFrame({"key": wanted, "row": np.arange(len(wanted))}).filter(pl.col("key") != 0)
    there = there.join(rows.select("key").unique(), on="key", how="semi")
    there = there.filter(pl.len().over("key") <= MOST)
    joined = rows.join(there, on="key", how="inner")
    return joined["row"].to_numpy(), joined["person"].to_numpy()


def frequencies(wanted: NDArray[np.uint64], ordered: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Share of the keys `ordered` (ascending) that are equal to each of `wanted`; NaN where none
    is, or where nothing is said."""
    kinds, kind = np.unique(wanted, return_inverse=True)
    ends = np.searchsorted(ordered, kinds, side="right")
    counted = (ends - np.searchsorted(ordered, kinds, side="left"))[kind]
    share = counted / max(len(ordered), 1)
    return np.where((wanted == 0) | (counted == 0), np.nan, share)

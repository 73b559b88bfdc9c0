"""What two records are compared by: name, birth date, sex, place, telephone, head of household.

`Fields` is what a record says; `Columns` are numbers derived from it, equal where the texts are,
so that millions of pairs are compared in a few passes; `frame` is the same as text, for Splink.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.kernel.sounds import Letters, roughly, spelt, surname_lengths, syllables

NOTHING: Final = -1
"""Stands for “not said” in whole-number columns; hashes use 0."""
_STEP: Final = np.uint64(0x9E3779B97F4A7C15)
"""An odd number whose powers spread short sequences over 64 bits (2^64 over the golden ratio)."""
DAY_ZERO: Final = 40_000
"""Days before 1970-01-01 from which days are counted (June 1860): nobody was born earlier."""
LAST_DAY: Final = 110_000
"""One behind the last day of that scale (in 2161)."""


@dataclass
class Fields:
    """n records. `name` normalised, `folded` in the form in which spellings are equal; `birth`
    Date; `sex` male/female; `place` dense village, the first of them when villages were merged;
    `township` dense; `head` the head's folded name. Null, or -1, where nothing is said."""

    name: pl.Series
    folded: pl.Series
    birth: pl.Series
    sex: pl.Series
    place: NDArray[np.int64]
    township: NDArray[np.int64]
    phone: pl.Series
    head: pl.Series

    @property
    def size(self) -> int:
        return len(self.place)

    def take(self, rows: NDArray[np.int64]) -> "Fields":
        """The records at `rows`."""
        return Fields(
            name=self.name.gather(rows),
            folded=self.folded.gather(rows),
            birth=self.birth.gather(rows),
            sex=self.sex.gather(rows),
            place=self.place[rows],
            township=self.township[rows],
            phone=self.phone.gather(rows),
            head=self.head.gather(rows),
        )


@dataclass
class Columns:
    """Numbers derived from n records: `hashes` (uint64, 0 = null), `whole` (int64, -1 = null), and
    `letters`, the folded name's code points, one row per record, 0 behind its end."""

    hashes: dict[str, NDArray[np.uint64]]
    whole: dict[str, NDArray[np.int64]]
    letters: NDArray[np.uint32]

    @property
    def size(self) -> int:
        return len(self.letters)


def hashed(values: pl.Series) -> NDArray[np.uint64]:
    """One number per text, equal texts equal numbers; 0 for null."""
    numbers = values.hash(seed=1).to_numpy().astype(np.uint64)
    return np.where(values.is_null().to_numpy(), np.uint64(0), numbers | np.uint64(1))


def in_order(letters: Letters, numbers: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """One number per name from its sequence of numbers; 0 for an empty name."""
    result = np.zeros(letters.size, dtype=np.uint64)
    lengths, starts = letters.lengths, letters.starts[:-1]
    for position in range(int(lengths.max()) if letters.size else 0):
        longer = lengths > position
        with np.errstate(over="ignore"):
            if longer.all():
                result = result * _STEP + numbers[starts + position] + np.uint64(1)
            else:
                at = np.flatnonzero(longer)
                result[at] = result[at] * _STEP + numbers[starts[at] + position] + np.uint64(1)
    return result


def _mixed(numbers: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """Spreads small numbers over 64 bits (SplitMix64's finaliser)."""
    with np.errstate(over="ignore"):
        x = (numbers.astype(np.uint64) + np.uint64(1)) * _STEP
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return np.asarray(x ^ (x >> np.uint64(31)), dtype=np.uint64)


def mixed_pair(first: NDArray[np.uint64], second: NDArray[np.int64]) -> NDArray[np.uint64]:
    """One key from a hash and a whole number; 0 where either says nothing."""
    with np.errstate(over="ignore"):
        key = (first ^ (second.astype(np.uint64) * _STEP)) * np.uint64(0xD6E8FEB86659FD93)
        key = (key ^ (key >> np.uint64(32))) | np.uint64(1)
    return np.where((first != 0) & (second >= 0), key, np.uint64(0))


def days_of(birth: pl.Series) -> NDArray[np.int64]:
    """Days since `DAY_ZERO`; -1 for null."""
    days = birth.to_physical().cast(pl.Int64).fill_null(NOTHING - DAY_ZERO).to_numpy() + DAY_ZERO
    return np.asarray(np.clip(days, NOTHING, LAST_DAY - 1))


def columns_of(records: Fields) -> Columns:
    """The numbers of n records."""
    letters = Letters.of(records.folded)
    sounds = syllables(letters)
    heads = Letters.of(records.head)
    birth = records.birth.dt
    days = days_of(records.birth)
    whole = {
        "birth": days,
        "days": days,
        "year": _whole(birth.year()),
        "month": _whole(birth.month()),
        "day": _whole(birth.day()),
        "sex": _whole(records.sex.replace_strict({"male": 1, "female": 2}, default=None)),
        "place": records.place,
        "township": records.township,
        "length": letters.lengths,
    }
    surname = surname_lengths(letters)
    matrix = _matrix(letters)
    hashes = {
        "name": hashed(records.name),
        "folded": in_order(letters, letters.flat),
        "sound": in_order(letters, sounds),
        "rough": in_order(letters, roughly(sounds)),
        "surname": _surname_hash(matrix, surname),
        "characters": _unordered(letters),
        "phone": hashed(records.phone),
        "tail": hashed(records.phone.str.tail(4)),
        "head": in_order(heads, heads.flat),
        "head_rough": in_order(heads, roughly(syllables(heads))),
    }
    return Columns(hashes, whole, matrix)


def _whole(values: pl.Series) -> NDArray[np.int64]:
    return values.cast(pl.Int64).fill_null(NOTHING).to_numpy()


def _matrix(letters: Letters) -> NDArray[np.uint32]:
    lengths = letters.lengths
    width = int(lengths.max()) if letters.size else 0
    matrix = np.zeros((letters.size, max(width, 3)), dtype=np.uint32)
    position = np.arange(len(letters.flat)) - np.repeat(letters.starts[:-1], lengths)
    matrix[np.repeat(np.arange(letters.size), lengths), position] = letters.flat
    return matrix


def _surname_hash(matrix: NDArray[np.uint32], lengths: NDArray[np.int64]) -> NDArray[np.uint64]:
    first = matrix[:, 0].astype(np.uint64)
    second = np.where(lengths == 2, matrix[:, 1], 0).astype(np.uint64)
    return np.asarray(first | (second << np.uint64(32)), dtype=np.uint64)


def _unordered(letters: Letters) -> NDArray[np.uint64]:
    """Equal for names of the same characters in any order."""
    result = np.zeros(letters.size, dtype=np.uint64)
    full = np.flatnonzero(letters.lengths > 0)
    if len(full):
        result[full] = np.add.reduceat(_mixed(letters.flat), letters.starts[:-1][full])
    return result


def frame(records: Fields) -> pl.DataFrame:
    """The records as Splink compares them: the same columns as text and whole numbers.

    `masked` the folded name with each character in turn left open, `dropped` with each character
    in turn left out: two names differ in one character when they share one of these.
    """
    letters = Letters.of(records.folded)
    sounds = syllables(letters)
    heads = Letters.of(records.head)
    names = records.folded.to_list()
    surname = surname_lengths(letters).tolist()

    def texts(values: list[str]) -> pl.Series:
        return pl.Series([value or None for value in values], dtype=pl.String)

    def known(values: NDArray[np.int64]) -> pl.Series:
        return pl.Series(values).set(pl.Series(values < 0), None)

    rough = [_codes(letters, roughly(sounds)), _codes(heads, roughly(syllables(heads)))]
    return pl.DataFrame(
        {
            "name": records.name,
            "folded": records.folded,
            "sound": texts(spelt(letters, sounds)),
            "rough": texts(rough[0]),
            "surname": texts([(n or "")[:k] for n, k in zip(names, surname, strict=True)]),
            "characters": texts(["".join(sorted(n or "")) for n in names]),
            "masked": [masked(n) for n in names],
            "dropped": [dropped(n) for n in names],
            "length": letters.lengths,
            "birth": records.birth,
            "days": known(days_of(records.birth)),
            "digits": records.birth.dt.strftime("%Y%m%d"),
            "year": records.birth.dt.year(),
            "month": records.birth.dt.month(),
            "day": records.birth.dt.day(),
            "sex": records.sex,
            "place": known(records.place),
            "township": known(records.township),
            "phone": records.phone,
            "tail": records.phone.str.tail(4),
            "head": records.head,
            "head_rough": texts(rough[1]),
        },
        schema_overrides={"masked": pl.List(pl.String), "dropped": pl.List(pl.String)},
    )


def _codes(letters: Letters, sounds: NDArray[np.uint32]) -> list[str]:
    starts, numbers = letters.starts.tolist(), sounds.tolist()
    return ["-".join(map(str, numbers[a:b])) for a, b in pairwise(starts)]


def masked(name: str | None) -> list[str]:
    """建国 → [_国, 建_]: two names of one length differ in at most one place when these overlap."""
    text = name or ""
    return [f"{text[:at]}_{text[at + 1 :]}" for at in range(len(text))]


def dropped(name: str | None) -> list[str]:
    """张建国 → [建国, 张国, 张建]; nothing for names of one character."""
    text = name or ""
    return [text[:at] + text[at + 1 :] for at in range(len(text))] if len(text) > 1 else []

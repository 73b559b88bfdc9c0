"""Invented identity numbers: unique, spread over regions and days of birth, some of them spoilt.

The area codes begin with 99, which is no province: no number can belong to a real person.
"""

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

Int64 = NDArray[np.int64]

REGIONS_PER_BLOCK: Final = 8
"""Area codes among the persons of one block; another block has others, so numbers stay unique."""

OUTSIDE: Final = 900
"""Sequence numbers from here on belong to nobody in the register."""

_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK: Final = np.frombuffer(b"10X98765432", dtype=np.uint8)
_FULL_WIDTH: Final = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")

# How a number is delivered. The first group is good after tidying, the second unusable.
PLAIN: Final = 0
LOWER_X: Final = 1
FULL_WIDTH: Final = 2
PADDED: Final = 3
FIFTEEN: Final = 4
WRONG_CHECK: Final = 5
TRUNCATED: Final = 6
LETTER: Final = 7


def seventeen_digits(born: Int64, block: int, rng: np.random.Generator) -> Int64:
    """The first 17 digits for n persons born on `born` (days since 1970-01-01), all different.

    ValueError when more than 900 persons of one area share a day of birth.
    """
    region = rng.integers(REGIONS_PER_BLOCK, size=len(born))
    cell = region * 100_000 + (born + 40_000)
    order = np.argsort(cell, kind="stable")
    ranked = cell[order]
    starts = np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]])
    rank = np.empty(len(born), dtype=np.int64)
    rank[order] = np.arange(len(born)) - np.repeat(starts, np.diff(np.r_[starts, len(born)]))
    if len(rank) and rank.max() >= OUTSIDE:
        raise ValueError("too many persons with one day of birth in one area")
    # Spread over the day's numbers so that neighbours do not differ in one digit only.
    sequence = (rank * 179 + born % 487) % OUTSIDE
    return _joined(990_100 + block * REGIONS_PER_BLOCK + region, born, sequence)


def of_outsiders(seventeen: Int64, rng: np.random.Generator) -> Int64:
    """Valid numbers like those given (same areas and days) that nobody in the register has."""
    return seventeen // 1000 * 1000 + rng.integers(OUTSIDE, 1000, size=len(seventeen))


def _joined(area: Int64, born: Int64, sequence: Int64) -> Int64:
    day = born.astype("datetime64[D]")
    month = day.astype("datetime64[M]")
    year = day.astype("datetime64[Y]").astype(np.int64) + 1970
    of_year = month.astype(np.int64) % 12 + 1
    of_month = (day - month).astype(np.int64) + 1
    date = year * 10_000 + of_year * 100 + of_month
    seventeen: Int64 = (area * 10**8 + date) * 1000 + sequence
    return seventeen


def number_bytes(seventeen: Int64) -> NDArray[np.uint8]:
    """n × 18 ASCII characters with the check digit."""
    out = np.empty((len(seventeen), 18), dtype=np.uint8)
    rest = seventeen.copy()
    total = np.zeros(len(seventeen), dtype=np.int64)
    for place in range(16, -1, -1):
        rest, digit = np.divmod(rest, 10)
        total += digit * _WEIGHTS[place]
        out[:, place] = digit + ord("0")
    out[:, 17] = _CHECK[total % 11]
    return out


def texts(seventeen: Int64, spoilt: NDArray[np.uint8], rng: np.random.Generator) -> pl.Series:
    """The numbers as delivered (String): plain or in the way that `spoilt` says."""
    plain = number_bytes(seventeen)
    column = pl.Series(plain.view("S18").ravel().astype("U18"))
    index = np.flatnonzero(spoilt)
    if not len(index):
        return column
    draws = rng.integers(0, 1 << 30, size=len(index)).tolist()
    changed = [
        _delivered(text, kind, draw)
        for text, kind, draw in zip(
            column[index].to_list(), spoilt[index].tolist(), draws, strict=True
        )
    ]
    return column.scatter(pl.Series(index), pl.Series(changed, dtype=pl.String))


def _delivered(number: str, kind: int, draw: int) -> str:
    match kind:
        case 1:  # LOWER_X
            return number.lower()
        case 2:  # FULL_WIDTH
            return number.translate(_FULL_WIDTH)
        case 3:  # PADDED
            return (" " + number, number + " ", number + "　", f" {number} ")[draw % 4]
        case 4:  # FIFTEEN: only those born in the nineteen-hundreds have one
            return number[:6] + number[8:17] if number[6:8] == "19" else number
        case 5:  # WRONG_CHECK
            others = "0123456789X".replace(number[17], "")
            return number[:17] + others[draw % 10]
        case 6:  # TRUNCATED, never to the 15 characters of the old numbers
            return number[: 17 - draw % 2]
        case _:  # LETTER
            place = 6 + draw % 11
            return number[:place] + "ABCDFGHK"[draw // 11 % 8] + number[place + 1 :]

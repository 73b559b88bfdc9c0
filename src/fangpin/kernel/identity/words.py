"""Eighteen bytes → one integer and a verdict, by machine words, in blocks that stay in the cache.

A key is the first 17 digits times 16 plus the check character (X as 10). The verdict is added up
from tables: the weighted sum of all 18 characters is 1 modulo 11 where the check character is right
(its own weight is 1), and impossible dates and places are numbers that no sum reaches.

Source: GB 11643 (shape, birth date, check character ISO 7064 MOD 11-2).
"""

import threading
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from fangpin.kernel.identity import number as one
from fangpin.kernel.identity.blocks import CODE
from fangpin.kernel.identity.verdicts import Verdict

Int64 = NDArray[np.int64]
Bytes = NDArray[np.uint8]

NO_KEY: Final = -1
"""Stands where a text is no number of the right shape."""

# Rows at a time: scratch arrays stay in the cache, and below the size for which every allocation
# asks the system for fresh memory.
_BLOCK: Final = 1 << 14
_LOWER, _BAD = 1 << 8, 1 << 9

_ZEROS: Final = np.uint64(0x3030303030303030)
_ABOVE_NINE: Final = np.uint64(0x7676767676767676)
_HIGH_BITS: Final = np.uint64(0x8080808080808080)


def keys_of_bytes(
    matrix: Bytes, key: Int64, code: Bytes | None = None, as_of: date | None = None
) -> Int64:
    """Keys of n x 18 characters, written into `key`; `NO_KEY` where they have another shape.

    With `code` the verdicts as well: ok, placeholder, bad_date, wrong_check_digit, and blank where
    there is no key. Returns the rows that have a key and end in a lower-case x.
    """
    scratch = _scratch()
    tables = _tables(as_of or one.LATEST_BIRTH) if code is not None else None
    lower = []
    for start in range(0, len(matrix), _BLOCK):
        block = matrix[start : start + _BLOCK]
        found = key[start : start + len(block)]
        first, second, last = scratch.read(block, found)
        if tables is not None and code is not None:
            into = code[start : start + len(block)]
            last &= 0xFF
            _verdicts(tables, first, second, last, into)
            into[found == NO_KEY] = CODE[Verdict.blank]
        if len(scratch.lower):
            lower.append(scratch.lower + start)
    return np.concatenate(lower) if lower else np.zeros(0, dtype=np.int64)


def check_keys(keys: Int64, as_of: date | None = None) -> Bytes:
    """Verdict codes of n keys: ok, placeholder, bad_date, wrong_check_digit; blank for NO_KEY."""
    tables = _tables(as_of or one.LATEST_BIRTH)
    codes = np.empty(len(keys), dtype=np.uint8)
    for start in range(0, len(keys), _BLOCK):
        block = keys[start : start + _BLOCK]
        known = np.maximum(block, 0)
        sixteen = known // 160
        last = known - sixteen * 160
        first = sixteen // 100_000_000
        second = sixteen - first * 100_000_000
        into = codes[start : start + len(block)]
        _verdicts(tables, first.astype(np.uint32), second.astype(np.uint32), last, into)
        into[block == NO_KEY] = CODE[Verdict.blank]
    return codes


# ---- bytes → digits ----------------------------------------------------------------------------


class _Scratch:
    """Arrays that every block uses again: fresh memory is dear."""

    def __init__(self) -> None:
        rows = _BLOCK
        self._words = np.empty(2 * rows, dtype=np.uint64)
        self._spare = np.empty(2 * rows, dtype=np.uint64)
        self._digits = np.empty((2, rows), dtype=np.uint32)
        self.lower: Int64 = np.zeros(0, dtype=np.int64)

    def read(self, block: Bytes, key: Int64) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        """Keys of b rows, and digits 1-8, digits 9-16, and `_ends` of the last two characters.

        `lower` then names the rows with a key that end in a lower-case x.
        """
        rows = len(block)
        # In a last block that is shorter the words still stand side by side.
        words, spare = (each[: 2 * rows].reshape(2, rows) for each in (self._words, self._spare))
        np.copyto(words[0], _word(block, 0, "<u8"))
        np.copyto(words[1], _word(block, 8, "<u8"))
        last = _ends().take(_word(block, 16, "<u2"))
        # Characters become digit values; a high bit stays where one is no digit.
        np.bitwise_xor(words, _ZEROS, out=words)
        np.add(words, _ABOVE_NINE, out=spare)
        np.bitwise_or(spare, words, out=spare)
        np.bitwise_or(spare[0], spare[1], out=spare[0])
        np.bitwise_and(spare[0], _HIGH_BITS, out=spare[0])
        bad = spare[0] != 0
        bad |= last >= _BAD
        # Digits become pairs, fours, eights, the first digit lowest: in each lane what is above
        # the answer falls off its end.
        for lane, factor, shift in ((np.uint16, 2561, 8), (np.uint32, 6553601, 16)):
            lanes = words.view(lane)
            np.multiply(lanes, lane(factor), out=lanes)
            np.right_shift(lanes, lane(shift), out=lanes)
        np.multiply(words, np.uint64(42949672960001), out=words)
        digits = self._digits[:, :rows]
        np.copyto(digits, words.view(np.uint32)[:, 1::2])
        first, second = digits
        np.multiply(first, 100_000_000, out=key, dtype=np.int64)
        key += second
        key *= 160
        key += last & 0xFF
        key[bad] = NO_KEY
        self.lower = np.flatnonzero((last >= _LOWER) & ~bad)
        return first, second, last


_OF_THREAD: Final = threading.local()


def _scratch() -> _Scratch:
    if not hasattr(_OF_THREAD, "scratch"):
        _OF_THREAD.scratch = _Scratch()
    scratch: _Scratch = _OF_THREAD.scratch
    return scratch


def _word(block: Bytes, offset: int, dtype: str) -> NDArray[Any]:
    """The machine word at `offset` of every row, without copying."""
    return np.ndarray(
        (len(block),), dtype, buffer=block.data, offset=offset, strides=(block.strides[0],)
    )


@cache
def _ends() -> NDArray[np.int16]:
    """By the last two characters as a little-endian word: 17th digit x 16 + check character."""
    table = np.full(1 << 16, _BAD, dtype=np.int16)
    checks = {str(digit): digit for digit in range(10)} | {"X": 10, "x": 10 + _LOWER}
    for digit in range(10):
        for character, value in checks.items():
            table[ord(str(digit)) + 256 * ord(character)] = digit * 16 + value
    return table


# ---- digits → verdict --------------------------------------------------------------------------

_IMPOSSIBLE: Final = 128
_PLACEHOLDER: Final = 64
_FIRST_DAY: Final = one.EARLIEST_BIRTH.year * 10_000
_AFTER: Final = (one.LATEST_BIRTH.year + 1) * 10_000 - _FIRST_DAY


@dataclass(frozen=True, slots=True)
class _Tables:
    """Weighted sums modulo 11 by the digits 1-6, by yyyymmdd from 1900 (`_IMPOSSIBLE` for no day,
    as at both ends), by the digits 15-16, and by 17th digit x 16 + check character."""

    region: Bytes
    day: Bytes
    order: Bytes
    last: Bytes


@lru_cache(maxsize=4)
def _tables(latest: date) -> _Tables:
    always = _any_day()
    day = always.day.copy()
    day[max(0, latest.year * 10_000 + latest.month * 100 + latest.day - _FIRST_DAY + 1) :] = (
        _IMPOSSIBLE
    )
    return _Tables(always.region, day, always.order, always.last)


@cache
def _any_day() -> _Tables:
    region = _sums(6, 0)
    region[int(one.PLACEHOLDER_PREFIX)] = _PLACEHOLDER
    day = np.full(_AFTER + 1, _IMPOSSIBLE, dtype=np.uint8)
    months, days = _sums(4, 6), _sums(4, 10)
    for year in range(one.EARLIEST_BIRTH.year, one.LATEST_BIRTH.year + 1):
        for month in range(1, 13):
            at = year * 10_000 + month * 100 - _FIRST_DAY
            count = monthrange(year, month)[1]
            of_month = days[month * 100 + 1 : month * 100 + count + 1]
            day[at + 1 : at + count + 1] = (months[year] + of_month) % 11
    last = np.zeros(256, dtype=np.uint8)
    for digit in range(10):
        for check in range(11):
            last[digit * 16 + check] = (digit * one.WEIGHTS[16] + check) % 11
    return _Tables(region, day, _sums(2, 14), last)


def _sums(digits: int, first: int) -> Bytes:
    """Weighted sums modulo 11 of so many digits, of which the first has the place `first`."""
    total = np.zeros(1, dtype=np.uint8)
    for place in range(digits):
        weighted = np.arange(10, dtype=np.uint8) * np.uint8(one.WEIGHTS[first + place])
        total = np.add.outer(total, weighted).ravel() % np.uint8(11)
    return total


@cache
def _verdict_of_total() -> Bytes:
    total = np.arange(256)
    code = np.where(total % 11 == 1, CODE[Verdict.ok], CODE[Verdict.wrong_check_digit])
    code = np.where(total >= _IMPOSSIBLE, CODE[Verdict.bad_date], code)
    placeholder = (total % _IMPOSSIBLE) >= _PLACEHOLDER
    return np.where(placeholder, CODE[Verdict.placeholder], code).astype(np.uint8)


def _verdicts(
    tables: _Tables,
    first: NDArray[Any],
    second: NDArray[Any],
    last: NDArray[Any],
    code: Bytes,
) -> None:
    """Of b numbers: digits 1-8 and 9-16 (UInt32), 17th digit x 16 + check character."""
    region = first // np.uint32(100)
    month = second // np.uint32(100)
    order = second - month * np.uint32(100)
    day = first - region * np.uint32(100)
    day *= np.uint32(1_000_000)
    day += month
    day -= np.uint32(_FIRST_DAY)  # days before wrap round and lie after all others
    total = tables.day.take(day, mode="clip")
    total += tables.region.take(region, mode="clip")
    total += tables.order.take(order, mode="clip")
    total += tables.last.take(last, mode="clip")
    _verdict_of_total().take(total, out=code, mode="clip")

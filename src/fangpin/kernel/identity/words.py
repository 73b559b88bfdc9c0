"""Eighteen bytes → one integer and a verdict, by machine words, in blocks that stay in the cache.

A key is the first 17 digits times 16 plus the check character (X as 10). The verdict is added up
from tables: the weighted sum of all 18 characters is 1 modulo 11 where the check character is right
(its own weight is 1), and impossible dates and places are numbers that no sum reaches.

Source: GB 11643 (shape, birth date, check character ISO 7064 MOD 11-2).
"""

import threading
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
_LOWER, _BAD = 1 << 14, 1 << 15

_ZEROS: Final = np.uint64(0x3030303030303030)
_ABOVE_NINE: Final = np.uint64(0x7676767676767676)
_HIGH_BITS: Final = np.uint64(0x8080808080808080)

# A key = place (6 digits) x _PLACE + birth date (8 digits) x _DAY + what its last four characters
# give: three digits and the check character.
_DAY: Final = 16_000
_PLACE: Final = 100_000_000 * _DAY


def keys_of_bytes(
    matrix: Bytes, key: Int64, code: Bytes | None = None, as_of: date | None = None
) -> tuple[Int64, Int64]:
    """Keys of n x 18 characters, written into `key`; `NO_KEY` where they have another shape.

    With `code` the verdicts as well: ok, placeholder, bad_date, wrong_check_digit, and blank where
    there is no key. Returns the rows without a key, and those with one that end in a lower-case x.
    """
    scratch = _scratch()
    tables = _tables(as_of or one.LATEST_BIRTH) if code is not None else None
    without, lower = [_NOTHING], [_NOTHING]
    for start in range(0, len(matrix), _BLOCK):
        block = matrix[start : start + _BLOCK]
        found = key[start : start + len(block)]
        scratch.read(block, found)
        if tables is not None and code is not None:
            scratch.judge(tables, code[start : start + len(block)])
        if len(scratch.without):
            found[scratch.without] = NO_KEY
            if code is not None:
                code[start + scratch.without] = CODE[Verdict.blank]
            without.append(scratch.without + start)
        if len(scratch.lower):
            lower.append(scratch.lower + start)
    return np.concatenate(without), np.concatenate(lower)


def check_keys(keys: Int64, as_of: date | None = None) -> Bytes:
    """Verdict codes of n keys: ok, placeholder, bad_date, wrong_check_digit; blank for NO_KEY."""
    tables = _tables(as_of or one.LATEST_BIRTH)
    scratch = _scratch()
    codes = np.empty(len(keys), dtype=np.uint8)
    for start in range(0, len(keys), _BLOCK):
        block = keys[start : start + _BLOCK]
        into = codes[start : start + len(block)]
        scratch.take_apart(block)
        scratch.judge(tables, into)
        into[block == NO_KEY] = CODE[Verdict.blank]
    return codes


# ---- bytes → digits ----------------------------------------------------------------------------

_NOTHING: Final = np.zeros(0, dtype=np.int64)


class _Scratch:
    """Arrays that every block uses again: fresh memory is dear.

    Of the block read last: `place` and `day` (the digits 1-6 and 7-14 as numbers) and `last` (what
    the last four characters give), rows `without` a key, and rows with one that end in a lower-case
    x.
    """

    def __init__(self) -> None:
        self._words = np.empty(2 * _BLOCK, dtype=np.uint64)
        self._spare = np.empty(2 * _BLOCK, dtype=np.uint64)
        self._tails = np.empty((2, _BLOCK), dtype=np.int32)
        self._last = np.empty(_BLOCK, dtype=np.int64)
        self._totals = np.empty((2, _BLOCK), dtype=np.uint8)
        self.place = self.day = self.last = self.without = self.lower = _NOTHING

    def read(self, block: Bytes, key: Int64) -> None:
        """Keys of b rows of 18 characters; those of rows `without` are still to be put right."""
        rows = len(block)
        # In a last block that is shorter the words still stand side by side.
        words, spare = (each[: 2 * rows].reshape(2, rows) for each in (self._words, self._spare))
        tail = self._tail(block)
        np.copyto(words[0], _word(block, 0, "<u8"))
        np.copyto(words[1], _word(block, 6, "<u8"))
        # Characters become digit values; a high bit stays where one is no digit.
        np.bitwise_xor(words, _ZEROS, out=words)
        np.add(words, _ABOVE_NINE, out=spare)
        np.bitwise_or(spare, words, out=spare)
        np.bitwise_or(spare[0], spare[1], out=spare[0])
        self.without = self.lower = _NOTHING
        if int(np.bitwise_or.reduce(spare[0])) & int(_HIGH_BITS) or int(tail.max()) >= _LOWER:
            bad = (spare[0] & _HIGH_BITS) != 0
            bad |= tail >= _BAD
            self.without = np.flatnonzero(bad)
            self.lower = np.flatnonzero((tail >= _LOWER) & ~bad)
            tail &= _LOWER - 1
        # The 7th and 8th digit belong to the day: the place then has two zeros before it.
        np.left_shift(words[0], np.uint64(16), out=words[0])
        # Digits become pairs, fours, eights, the first digit lowest: in each lane what is above
        # the answer falls off its end.
        for lane, factor, shift in (
            (np.uint16, 2561, 8),
            (np.uint32, 6553601, 16),
            (np.uint64, 42949672960001, 32),
        ):
            lanes = words.view(lane)
            np.multiply(lanes, lane(factor), out=lanes)
            np.right_shift(lanes, lane(shift), out=lanes)
        self.place, self.day = words.view(np.int64)
        self.last = self._last[:rows]
        np.copyto(self.last, tail)
        np.multiply(self.place, _PLACE, out=key)
        days = spare[1].view(np.int64)
        np.multiply(self.day, _DAY, out=days)
        np.add(key, days, out=key)
        np.add(key, self.last, out=key)

    def _tail(self, block: Bytes) -> NDArray[np.int32]:
        """What the last four characters give, with `_BAD` and `_LOWER`."""
        pairs = self._last[: len(block)]
        tails = self._tails[:, : len(block)]
        for number, (table, into) in enumerate(zip(_tails(), tails, strict=True)):
            np.copyto(pairs, _word(block, 14 + 2 * number, "<u2"))
            table.take(pairs, out=into, mode="clip")
        tail: NDArray[np.int32] = tails[0]
        tail += tails[1]
        return tail

    def take_apart(self, key: Int64) -> None:
        """Place, day and last characters of b keys."""
        known = np.maximum(key, 0)
        days = known // _DAY
        self.last = known - days * _DAY
        self.place = days // 100_000_000
        self.day = days - self.place * 100_000_000

    def judge(self, tables: "_Tables", code: Bytes) -> None:
        """Verdicts of the block, whatever its rows `without` a key get."""
        total, more = self._totals[:, : len(code)]
        days = self._spare.view(np.int64)[: len(code)]
        np.subtract(self.day, _FIRST_DAY, out=days)
        tables.day.take(days, out=total, mode="clip")
        tables.place.take(self.place, out=more, mode="clip")
        total += more
        tables.last.take(self.last, out=more, mode="clip")
        total += more
        code[:] = CODE[Verdict.ok]
        right = total == 1
        right |= total == 12
        right |= total == 23
        if not right.all():
            wrong = np.flatnonzero(~right)
            code[wrong] = _verdict_of_total().take(total[wrong])


_OF_THREAD: Final = threading.local()


def _scratch() -> _Scratch:
    if not hasattr(_OF_THREAD, "scratch"):
        _OF_THREAD.scratch = _Scratch()
    scratch: _Scratch = _OF_THREAD.scratch
    return scratch


def _word(block: Bytes, offset: int, dtype: str) -> NDArray[Any]:
    """The machine word at `offset` of every row, without copying."""
    return block[:, offset : offset + np.dtype(dtype).itemsize].view(dtype)[:, 0]


@cache
def _tails() -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """By two characters as a little-endian word what they give to a key: of the digits 15 and 16,
    of the 17th digit and the check character."""
    order, last = (np.full(1 << 16, _BAD, dtype=np.int32) for _ in range(2))
    checks = {str(digit): digit for digit in range(10)} | {"X": 10, "x": 10 + _LOWER}
    for digit in range(10):
        for second in range(10):
            order[ord(str(digit)) + 256 * ord(str(second))] = (digit * 10 + second) * 160
        for character, value in checks.items():
            last[ord(str(digit)) + 256 * ord(character)] = digit * 16 + value
    return order, last


# ---- digits → verdict --------------------------------------------------------------------------

_IMPOSSIBLE: Final = 128
_PLACEHOLDER: Final = 64
_FIRST_DAY: Final = one.EARLIEST_BIRTH.year * 10_000
_AFTER: Final = (one.LATEST_BIRTH.year + 1) * 10_000 - _FIRST_DAY


@dataclass(frozen=True, slots=True)
class _Tables:
    """Weighted sums modulo 11 by the digits 1-6, by yyyymmdd from 1900 (`_IMPOSSIBLE` for no day,
    as at both ends), and by what the last four characters give to a key."""

    place: Bytes
    day: Bytes
    last: Bytes


@lru_cache(maxsize=4)
def _tables(latest: date) -> _Tables:
    always = _any_day()
    day = always.day.copy()
    day[max(0, latest.year * 10_000 + latest.month * 100 + latest.day - _FIRST_DAY + 1) :] = (
        _IMPOSSIBLE
    )
    return _Tables(always.place, day, always.last)


@cache
def _any_day() -> _Tables:
    place = _sums(6, 0)
    place[int(one.PLACEHOLDER_PREFIX)] = _PLACEHOLDER
    day = np.full(_AFTER + 1, _IMPOSSIBLE, dtype=np.uint8)
    days = np.arange(f"{one.EARLIEST_BIRTH.year}", f"{one.LATEST_BIRTH.year + 1}", dtype="M8[D]")
    months, years = days.astype("M8[M]"), days.astype("M8[Y]")
    year = years.astype(np.int64) + 1970
    of_year = (months - years).astype(np.int64) * 100 + (days - months).astype(np.int64) + 101
    day[year * 10_000 + of_year - _FIRST_DAY] = (_sums(4, 6)[year] + _sums(4, 10)[of_year]) % 11
    last = np.add.outer(_sums(3, 14), np.arange(16, dtype=np.uint8)).ravel() % np.uint8(11)
    return _Tables(place, day, last)


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

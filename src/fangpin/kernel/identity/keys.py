"""Identity numbers as integers: one int64 per row, for matching millions of rows exactly.

A key is the first 17 digits times 16 plus the check character (X as 10), so two numbers are equal
when their keys are. Keys of plain 18-character texts are computed from machine words; everything
else is tidied and judged by `columns.judge_series`, whose verdicts these functions share.

Source: GB 11643 (shape, birth date, check character ISO 7064 MOD 11-2).
"""

import os
from calendar import monthrange
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Final, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.kernel import characters
from fangpin.kernel.identity import number as one
from fangpin.kernel.identity.blocks import CODE, bytes18, with_check_digit
from fangpin.kernel.identity.columns import judge_series
from fangpin.kernel.identity.verdicts import Verdict

Int64 = NDArray[np.int64]
Codes = NDArray[np.uint8]
_Result = TypeVar("_Result")

NO_KEY: Final = -1
"""Stands where a text is no number of the right shape."""
VERDICTS: Final = tuple(Verdict)
"""Verdicts by their code."""
USABLE: Final = (CODE[Verdict.ok], CODE[Verdict.ok_normalised])
"""Codes of numbers that may be matched."""

_BLOCK: Final = 1 << 14  # rows whose scratch arrays stay in the cache
_SHARE: Final = 1 << 17  # rows worth a thread of their own
_SPACES: Final = characters.PLAIN_SPACES + characters.IDEOGRAPHIC_SPACE
_LOWER, _BAD = 1 << 8, 1 << 9
_OPEN: Final = 255

_ZEROS: Final = np.uint64(0x3030303030303030)
_ABOVE_NINE: Final = np.uint64(0x7676767676767676)
_HIGH_BITS: Final = np.uint64(0x8080808080808080)
# Eight decimal digits in eight bytes → one integer: pairs, then fours, then all.
_STEPS: Final = (
    (np.uint64(2561), np.uint64(8), np.uint64(0x00FF00FF00FF00FF)),
    (np.uint64(6553601), np.uint64(16), np.uint64(0x0000FFFF0000FFFF)),
    (np.uint64(42949672960001), np.uint64(32), np.uint64(0x00000000FFFFFFFF)),
)


@dataclass(frozen=True, slots=True)
class IdentityKeys:
    """n keys and verdict codes; the key is `NO_KEY` exactly where the verdict is not usable."""

    key: Int64
    code: Codes

    @property
    def usable(self) -> NDArray[np.bool_]:
        """Rows whose number may be matched."""
        usable: NDArray[np.bool_] = self.key != NO_KEY
        return usable


@dataclass(frozen=True, slots=True)
class PlainKeys:
    """n keys by shape alone, `NO_KEY` for texts that are not 17 digits and a check character;
    `lower` the rows among them that end in a lower-case x. Neither date nor check is looked at."""

    key: Int64
    lower: NDArray[np.int64]


def identity_keys(
    texts: pl.Series, *, as_of: date | None = None, threads: int | None = None
) -> IdentityKeys:
    """Key and verdict of every cell of a String column of n rows (null = blank).

    The verdicts are those of `judge_series(texts, as_of=as_of)`. `as_of`: nobody is born after it.
    `threads` at most so many at once (default: the machine's cores). Never raises on data.
    """
    parts = in_shares(len(texts), lambda a, b: _identity_keys(texts[a:b], as_of), threads)
    if len(parts) == 1:
        return parts[0]
    return IdentityKeys(
        np.concatenate([part.key for part in parts]), np.concatenate([part.code for part in parts])
    )


def _identity_keys(texts: pl.Series, as_of: date | None) -> IdentityKeys:
    plain = plain_keys(texts)
    code = check_keys(plain.key, as_of)
    _lower_counts_as_tidied(code, plain.lower)
    rest = np.flatnonzero(plain.key == NO_KEY)
    key = plain.key
    if len(rest):
        judged = untidy_keys(texts.gather(pl.Series(rest, dtype=pl.UInt32)), as_of)
        key[rest], code[rest] = judged.key, judged.code
    key[~_is_usable(code)] = NO_KEY
    return IdentityKeys(key, code)


def plain_keys(texts: pl.Series) -> PlainKeys:
    """Keys of the texts that have the plain shape, by their bytes. One thread."""
    fits = (texts.str.len_bytes() == 18).fill_null(False)
    if fits.all():
        return _keys_of_bytes(bytes18(texts))
    rows = np.flatnonzero(fits.to_numpy())
    some = _keys_of_bytes(bytes18(texts.filter(fits)))
    key = np.full(len(texts), NO_KEY, dtype=np.int64)
    key[rows] = some.key
    return PlainKeys(key, rows[some.lower])


def untidy_keys(texts: pl.Series, as_of: date | None = None) -> IdentityKeys:
    """Keys and verdicts of texts that are not plain (spaces, full width, 15 digits, nonsense)."""
    # The commonest untidiness and the commonest damage have short ways; `judge_series` knows all.
    bare = characters.fold_width_series(texts.str.strip_chars(_SPACES))
    key = plain_keys(_extended(bare)).key
    rows = np.flatnonzero(key != NO_KEY)
    found = check_keys(key[rows], as_of)
    _lower_counts_as_tidied(found, np.arange(len(rows)))
    code = _plainly_wrong(texts)
    code[rows] = found
    rest = np.flatnonzero(code == _OPEN)
    if len(rest):
        judged = judge_series(texts.gather(pl.Series(rest, dtype=pl.UInt32)), as_of=as_of)
        code[rest] = judged["verdict"].to_physical().to_numpy()
        good = np.flatnonzero(judged["normalised"].is_not_null().to_numpy())
        key[rest[good]] = _keys_of_bytes(bytes18(judged["normalised"].drop_nulls())).key
    key[~_is_usable(code)] = NO_KEY
    return IdentityKeys(key, code)


def _extended(bare: pl.Series) -> pl.Series:
    """Numbers of the first generation with their century and check character."""
    old = bare.str.contains("^[0-9]{15}$").fill_null(False)
    rows = old.arg_true()
    if not len(rows):
        return bare
    fifteen = bare.gather(rows)
    seventeen = fifteen.str.slice(0, 6) + "19" + fifteen.str.slice(6)
    return bare.scatter(rows, with_check_digit(seventeen))


def _plainly_wrong(texts: pl.Series) -> Codes:
    """Verdicts of texts that no tidying changes: ASCII letters and digits, a digit first, of a
    length that no number has, or 18 without the shape; `_OPEN` for all others."""
    text = pl.col("text")
    length = text.str.len_bytes()
    frame = texts.alias("text").to_frame()
    verdicts = (
        pl.when(text.is_null() | (length == 0))
        .then(CODE[Verdict.blank])
        .when(length.is_in([15, 20, 22]))
        .then(_OPEN)
        .when(~text.str.contains("^[0-9][0-9A-Za-z]*$") | text.str.contains("^[0-9][Ee]"))
        .then(_OPEN)
        .when((length == 18) | text.str.contains("[A-WYZa-wyz]"))
        .then(CODE[Verdict.bad_characters])
        .otherwise(CODE[Verdict.wrong_length])
    )
    codes = frame.select(verdicts.cast(pl.UInt8)).to_series()
    return codes.to_numpy().copy()


def check_keys(keys: Int64, as_of: date | None = None) -> Codes:
    """Verdict codes of n keys: ok, placeholder, bad_date, wrong_check_digit; blank for NO_KEY."""
    tables = _check_tables()
    latest = (as_of or one.LATEST_BIRTH).toordinal()
    codes = np.empty(len(keys), dtype=np.uint8)
    for start in range(0, len(keys), _BLOCK):
        block = keys[start : start + _BLOCK]
        codes[start : start + _BLOCK] = _check_block(np.maximum(block, 0), tables, latest)
        codes[start : start + _BLOCK][block == NO_KEY] = CODE[Verdict.blank]
    return codes


def in_shares(
    count: int, work: Callable[[int, int], _Result], threads: int | None = None
) -> list[_Result]:
    """`work(start, end)` for ranges that cover `count` rows, on several threads, in order."""
    if threads is None:
        threads = _cores()
    pieces = max(1, min(-(-count // _SHARE), 4 * threads)) if threads > 1 else 1
    ends = np.linspace(0, count, pieces + 1).astype(np.int64).tolist()
    ranges = list(pairwise(ends))
    if len(ranges) == 1:
        return [work(*ranges[0])]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(lambda each: work(*each), ranges))


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _is_usable(code: Codes) -> NDArray[np.bool_]:
    usable: NDArray[np.bool_] = (code == USABLE[0]) | (code == USABLE[1])
    return usable


def _lower_counts_as_tidied(code: Codes, rows: Int64) -> None:
    code[rows[code[rows] == CODE[Verdict.ok]]] = CODE[Verdict.ok_normalised]


# ---- 18 bytes → key ----------------------------------------------------------------------------


def _keys_of_bytes(matrix: NDArray[np.uint8]) -> PlainKeys:
    """Keys of n x 18 characters."""
    count = len(matrix)
    key = np.empty(count, dtype=np.int64)
    lower = []
    size = min(_BLOCK, count)
    first, second, spare = (np.empty(size, dtype=np.uint64) for _ in range(3))
    for start in range(0, count, _BLOCK):
        block = matrix[start : start + _BLOCK]
        rows = len(block)
        end = _ends()[_word(block, 16, "<u2")]
        np.copyto(first[:rows], _word(block, 0, "<u8"))
        np.copyto(second[:rows], _word(block, 8, "<u8"))
        bad = _no_digits(first[:rows], second[:rows], spare[:rows])
        _decimal(first[:rows], spare[:rows])
        _decimal(second[:rows], spare[:rows])
        found = key[start : start + rows]
        np.multiply(first[:rows].view(np.int64), 100_000_000, out=found)
        found += second[:rows].view(np.int64)
        found *= 160
        found += end & 0xFF
        bad |= end >= _BAD
        found[bad] = NO_KEY
        lower.append(start + np.flatnonzero((end >= _LOWER) & ~bad))
    return PlainKeys(key, np.concatenate(lower) if lower else np.zeros(0, dtype=np.int64))


def _word(block: NDArray[np.uint8], offset: int, dtype: str) -> NDArray[np.uint64]:
    """The machine word at `offset` of every row, without copying."""
    return np.ndarray(
        (len(block),), dtype, buffer=block.data, offset=offset, strides=(block.strides[0],)
    )


def _no_digits(
    first: NDArray[np.uint64], second: NDArray[np.uint64], spare: NDArray[np.uint64]
) -> NDArray[np.bool_]:
    """Characters become digit values in place; true where one of the sixteen is no digit."""
    flags = np.zeros(len(first), dtype=np.uint64)
    for word in (first, second):
        np.bitwise_xor(word, _ZEROS, out=word)
        np.add(word, _ABOVE_NINE, out=spare)
        flags |= spare
        flags |= word
    flags &= _HIGH_BITS
    bad: NDArray[np.bool_] = flags != 0
    return bad


def _decimal(word: NDArray[np.uint64], spare: NDArray[np.uint64]) -> None:
    """Eight digit values in eight bytes, the first digit lowest, become their number in place."""
    for factor, shift, mask in _STEPS:
        np.multiply(word, factor, out=spare)
        np.right_shift(spare, shift, out=spare)
        np.bitwise_and(spare, mask, out=word)


@cache
def _ends() -> NDArray[np.int16]:
    """By the last two characters as a little-endian word: 17th digit x 16 + check character."""
    table = np.full(1 << 16, _BAD, dtype=np.int16)
    checks = {str(digit): digit for digit in range(10)} | {"X": 10, "x": 10 + _LOWER}
    for digit in range(10):
        for character, value in checks.items():
            table[ord(str(digit)) + 256 * ord(character)] = digit * 16 + value
    return table


# ---- key → verdict -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Tables:
    """Weighted sums modulo 11 by the digits 1-6, 7-12 and 13-17; by yyyymm from 1900 the ordinal of
    the day before the first, and the number of days (0 for no month, as at both ends)."""

    region: Codes
    month: Codes
    tail: Codes
    before: NDArray[np.int32]
    days: Codes


_FIRST_MONTH: Final = one.EARLIEST_BIRTH.year * 100


@cache
def _check_tables() -> _Tables:
    def sums(digits: int, first: int) -> Codes:
        total = np.zeros(1, dtype=np.uint8)
        for place in range(digits):
            total = (
                np.add.outer(
                    total, np.arange(10, dtype=np.uint8) * np.uint8(one.WEIGHTS[first + place])
                ).ravel()
                % 11
            )
        return total

    months = one.LATEST_BIRTH.year * 100 + 100 - _FIRST_MONTH
    before = np.zeros(months, dtype=np.int32)
    days = np.zeros(months, dtype=np.uint8)
    for year in range(one.EARLIEST_BIRTH.year, one.LATEST_BIRTH.year + 1):
        for month in range(1, 13):
            at = year * 100 + month - _FIRST_MONTH
            before[at] = date(year, month, 1).toordinal() - 1
            days[at] = monthrange(year, month)[1]
    return _Tables(sums(6, 0), sums(6, 6), sums(5, 12), before, days)


# The check character's value by remainder of the weighted sum: 1 0 X 9 8 …
_EXPECTED: Final = np.array([(12 - rest) % 11 for rest in range(31)], dtype=np.uint8)


def _check_block(keys: Int64, tables: _Tables, latest: int) -> Codes:
    number = keys >> 4
    head = number // 100_000
    tail = number - head * 100_000
    region = head // 1_000_000
    month = head - region * 1_000_000
    total = tables.region[region] + tables.month[month]
    total += tables.tail[tail]
    day = tail // 1_000
    month -= _FIRST_MONTH
    born = tables.before.take(month, mode="clip") + day
    impossible = (day > tables.days.take(month, mode="clip")) | (day == 0) | (born > latest)
    check = (keys & 15).astype(np.uint8)
    code = np.where(
        _EXPECTED[total] == check, CODE[Verdict.ok], CODE[Verdict.wrong_check_digit]
    ).astype(np.uint8)
    code[impossible] = CODE[Verdict.bad_date]
    code[region == int(one.PLACEHOLDER_PREFIX)] = CODE[Verdict.placeholder]
    return code

"""Verdicts over the bytes of 18-character columns: blocks that fit the cache, on every core."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.kernel.identity import number as one
from fangpin.kernel.identity.verdicts import Verdict

# Verdicts as they travel through numpy: positions in the enumeration.
CODE: Final = {verdict: index for index, verdict in enumerate(Verdict)}
_BLOCK: Final = 1 << 15
_EPOCH: Final = date(1970, 1, 1)
IMPOSSIBLE: Final = np.iinfo(np.int32).min // 2

Bytes = NDArray[np.uint8]


def _date_tables() -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """First day by year, table offset by year (leap or not), day of year by offset + mmdd."""
    first = np.full(10_000, IMPOSSIBLE, np.int32)
    offset = np.zeros(10_000, np.int32)
    slot = np.full(20_000, IMPOSSIBLE, np.int32)
    for year in range(one.EARLIEST_BIRTH.year, one.LATEST_BIRTH.year + 1):
        first[year] = (date(year, 1, 1) - _EPOCH).days
        leap = (date(year, 12, 31) - date(year, 1, 1)).days == 365
        offset[year] = 10_000 if leap else 0
    for base, year in ((0, 2001), (10_000, 2000)):
        for days in range(366):
            day = date(year, 1, 1) + timedelta(days)
            if day.year == year:
                slot[base + day.month * 100 + day.day] = days
    return first, offset, slot


_FIRST_DAY, _LEAP_OFFSET, _DAY_OF_YEAR = _date_tables()
_CHECK = np.frombuffer(one.CHECK_DIGITS.encode(), np.uint8)[np.arange(17 * 9 * 10 + 1) % 11]


def bytes18(texts: pl.Series) -> Bytes:
    """n x 18 characters of a column whose values all have 18 bytes."""
    if not len(texts):
        return np.empty((0, 18), np.uint8)
    wide = texts.rechunk().cast(pl.Binary).bin.reinterpret(dtype=pl.Array(pl.UInt8, 18))
    return np.asarray(wide.to_numpy()).reshape(-1, 18)


def _expected_check(digits: Bytes) -> Bytes:
    """Expected 18th character from 18 x n (or 17 x n) digit values; garbage for non-digits."""
    total = np.zeros(digits.shape[1], np.uint16)
    for row, weight in zip(digits, one.WEIGHTS, strict=False):
        total += np.multiply(row, np.uint16(weight), dtype=np.uint16)
    return np.take(_CHECK, total, mode="clip")


def _judge_block(block: Bytes, latest: int, code: Bytes, born: NDArray[np.int32]) -> None:
    """Verdict codes and birth days (since 1970) of b x 18 characters, written into the outputs."""
    rows = np.ascontiguousarray(block.T)
    digits = rows - np.uint8(48)
    letters = np.maximum.reduce(digits[:17], axis=0) > 9
    letters |= (digits[17] > 9) & (rows[17] != ord("X"))
    expected = _expected_check(digits)

    year = digits[6] * np.uint16(1000)
    month_day = digits[10] * np.uint16(1000)
    for place, weight in ((1, 100), (2, 10), (3, 1)):
        year += digits[6 + place] * np.uint16(weight)
        month_day += digits[10 + place] * np.uint16(weight)
    slot = np.take(_LEAP_OFFSET, year, mode="clip")
    slot += np.minimum(month_day, np.uint16(9_999))
    days = np.take(_FIRST_DAY, year, mode="clip")
    days += np.take(_DAY_OF_YEAR, slot, mode="clip")

    impossible = days < _FIRST_DAY[one.EARLIEST_BIRTH.year]
    impossible |= days > latest
    # Later lines win: the order of causes is that of `number.judge`.
    code[:] = np.where(expected == rows[17], CODE[Verdict.ok], CODE[Verdict.wrong_check_digit])
    code[impossible] = CODE[Verdict.bad_date]
    placeholder = np.minimum.reduce(rows[:6], axis=0) == ord("9")
    code[placeholder] = CODE[Verdict.placeholder]
    code[letters] = CODE[Verdict.bad_characters]
    born[:] = days


def judge_bytes(matrix: Bytes, as_of: date | None) -> tuple[Bytes, NDArray[np.int32], Bytes]:
    """Per row of n x 18 characters: verdict code, birth date in days since 1970, 17th digit odd.

    Dates and digits mean something only where the code is `ok`.
    """
    count = len(matrix)
    code = np.empty(count, np.uint8)
    born = np.empty(count, np.int32)
    latest = ((as_of or one.LATEST_BIRTH) - _EPOCH).days

    def work(start: int) -> None:
        part = slice(start, start + _BLOCK)
        _judge_block(matrix[part], latest, code[part], born[part])

    starts = range(0, count, _BLOCK)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    if len(starts) < 4 or not cores or cores == 1:
        for start in starts:
            work(start)
    else:
        with ThreadPoolExecutor(cores) as pool:
            for _ in pool.map(work, starts):
                pass
    return code, born, matrix[:, 16] & np.uint8(1)


def with_check_digit(seventeen: pl.Series) -> pl.Series:
    """17-digit texts with their check digit appended."""
    matrix = with_check_bytes(bytes18(seventeen + "0").copy())
    return pl.Series(seventeen.name, matrix.view("S18").ravel().astype(str), dtype=pl.String)


def with_check_bytes(matrix: Bytes) -> Bytes:
    """n x 18 characters of which 17 are digits; the check characters are written into the last."""
    matrix[:, 17] = _expected_check(np.ascontiguousarray(matrix[:, :17].T) - np.uint8(48))
    return matrix

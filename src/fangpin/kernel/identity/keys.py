"""Identity numbers as integers: one int64 per row, for matching millions of rows exactly.

A key is the first 17 digits times 16 plus the check character (X as 10), so two numbers are equal
when their keys are. Keys of plain 18-character texts are computed from machine words (`words`);
everything else is tidied and judged (`untidy`), with the verdicts of `columns.judge_series`.

Source: GB 11643 (shape, birth date, check character ISO 7064 MOD 11-2).
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.kernel.identity.blocks import CODE
from fangpin.kernel.identity.cells import eighteen_bytes
from fangpin.kernel.identity.untidy import judge_untidy
from fangpin.kernel.identity.verdicts import Verdict
from fangpin.kernel.identity.words import NO_KEY, check_keys, keys_of_bytes

__all__ = [
    "NO_KEY",
    "USABLE",
    "VERDICTS",
    "IdentityKeys",
    "PlainKeys",
    "check_keys",
    "identity_keys",
    "in_shares",
    "plain_keys",
    "untidy_keys",
]

Int64 = NDArray[np.int64]
Codes = NDArray[np.uint8]
_Result = TypeVar("_Result")

VERDICTS: Final = tuple(Verdict)
"""Verdicts by their code."""
USABLE: Final = (CODE[Verdict.ok], CODE[Verdict.ok_normalised])
"""Codes of numbers that may be matched."""

_SHARE: Final = 1 << 17  # rows worth a thread of their own


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
    `lower` the rows with a key that end in a lower-case x, `untidy` the rows without. Neither date
    nor check is looked at."""

    key: Int64
    lower: Int64
    untidy: Int64


def identity_keys(
    texts: pl.Series, *, as_of: date | None = None, threads: int | None = None
) -> IdentityKeys:
    """Key and verdict of every cell of a String column of n rows (null = blank).

    The verdicts are those of `judge_series(texts, as_of=as_of)`. `as_of`: nobody is born after it.
    `threads` at most so many at once (default: the machine's cores). Never raises on data.
    """
    key, code = np.empty(len(texts), np.int64), np.empty(len(texts), np.uint8)

    def work(start: int, end: int) -> None:
        _identity_keys(texts[start:end], key[start:end], code[start:end], as_of)

    in_shares(len(texts), work, threads)
    return IdentityKeys(key, code)


def _identity_keys(texts: pl.Series, key: Int64, code: Codes, as_of: date | None) -> None:
    untidy, lower = _plain(texts, key, code, as_of)
    code[lower[code[lower] == CODE[Verdict.ok]]] = CODE[Verdict.ok_normalised]
    key[code > max(USABLE)] = NO_KEY
    if len(untidy):
        judged = untidy_keys(texts.gather(pl.Series(untidy, dtype=pl.UInt32)), as_of)
        key[untidy], code[untidy] = judged.key, judged.code


def plain_keys(texts: pl.Series) -> PlainKeys:
    """Keys of the texts that have the plain shape, by their bytes. One thread."""
    key = np.empty(len(texts), dtype=np.int64)
    untidy, lower = _plain(texts, key, None, None)
    return PlainKeys(key, lower, untidy)


def _plain(
    texts: pl.Series, key: Int64, code: Codes | None, as_of: date | None
) -> tuple[Int64, Int64]:
    """Rows without a key by shape, and rows with one that end in a lower-case x."""
    untidy, lower = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for cells in eighteen_bytes(texts):
        part = slice(cells.start, cells.start + len(cells.matrix))
        codes = None if code is None else code[part]
        without, small = keys_of_bytes(cells.matrix, key[part], codes, as_of)
        if len(cells.other):
            key[part][cells.other] = NO_KEY
            if codes is not None:
                codes[cells.other] = CODE[Verdict.blank]
            without = np.flatnonzero(key[part] == NO_KEY)
            small = small[key[part][small] != NO_KEY]
        untidy.append(without + cells.start)
        lower.append(small + cells.start)
    return np.concatenate(untidy), np.concatenate(lower)


def untidy_keys(texts: pl.Series, as_of: date | None = None) -> IdentityKeys:
    """Keys and verdicts of texts that are not plain (spaces, full width, 15 digits, nonsense)."""
    key, code = np.empty(len(texts), np.int64), np.empty(len(texts), np.uint8)
    judge_untidy(texts, key, code, as_of)
    return IdentityKeys(key, code)


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

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

from fangpin.kernel.identity.blocks import CODE, bytes18
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

_PIECE: Final = 1 << 17  # rows whose bytes are laid side by side at a time
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
    texts = texts.rechunk()

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
    untidy, lower = _plain(texts.rechunk(), key, None, None)
    return PlainKeys(key, lower, untidy)


def _plain(
    texts: pl.Series, key: Int64, code: Codes | None, as_of: date | None
) -> tuple[Int64, Int64]:
    """Rows without a key by shape, and rows with one that end in a lower-case x."""
    untidy, lower = [], []
    for start in range(0, len(texts), _PIECE):
        piece = texts[start : start + _PIECE]
        keys = key[start : start + len(piece)]
        codes = None if code is None else code[start : start + len(piece)]
        fits = (piece.str.len_bytes() == 18).fill_null(False)
        if fits.all():
            small = keys_of_bytes(bytes18(piece), keys, codes, as_of)
        else:
            rows = np.flatnonzero(fits.to_numpy())
            some = np.empty(len(rows), np.int64)
            judged = None if codes is None else np.empty(len(rows), np.uint8)
            small = rows[keys_of_bytes(bytes18(piece.filter(fits)), some, judged, as_of)]
            keys[:] = NO_KEY
            keys[rows] = some
            if codes is not None and judged is not None:
                codes[:] = CODE[Verdict.blank]
                codes[rows] = judged
        untidy.append(np.flatnonzero(keys == NO_KEY) + start)
        lower.append(small + start)
    if not untidy:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
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

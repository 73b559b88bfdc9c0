"""Keys and verdicts of texts that are not plain: the common ways of being untidy, by their bytes.

A space or two around the number, full-width digits, numbers of the first generation, a letter in
the middle and a character too few are told apart in one matrix of bytes. Everything stranger goes
to `columns.judge_series`, whose verdicts these are.
"""

from datetime import date
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.kernel.identity.blocks import CODE, bytes18, with_check_bytes
from fangpin.kernel.identity.columns import judge_series
from fangpin.kernel.identity.verdicts import Verdict
from fangpin.kernel.identity.words import NO_KEY, keys_of_bytes

Int64 = NDArray[np.int64]
Bytes = NDArray[np.uint8]
Mask = NDArray[np.bool_]

_WIDTH: Final = 54  # bytes of eighteen full-width characters
_SHORT: Final = 24  # bytes beyond which no text is plainly wrong
_AT_ONCE: Final = 1 << 14
_MEANINGFUL: Final = (15, 20, 22)
"""Lengths besides 18 that a number may have."""
_OPEN: Final = 255
_SPACE: Final = ord(" ")
_IDEOGRAPHIC_SPACE: Final = (0xE3, 0x80, 0x80)

# What a byte is: nothing that is known, a digit, X, another letter.
_DIGIT, _X, _LETTER = 1, 2, 4
_KIND: Final = np.zeros(256, dtype=np.uint8)
for _character in range(128):
    if chr(_character).isdigit():
        _KIND[_character] = _DIGIT
    elif chr(_character).isalpha():
        _KIND[_character] = _X if chr(_character) in "Xx" else _LETTER


def judge_untidy(texts: pl.Series, key: Int64, code: Bytes, as_of: date | None) -> None:
    """Keys and verdict codes of n texts, written into `key` and `code`; key `NO_KEY` exactly where
    the number may not be used. Verdicts as those of `judge_series`, save that a number found here
    counts as tidied."""
    for start in range(0, len(texts), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        some, keys, codes = texts[part], key[part], code[part]
        cells, length = _cells(some)
        keys[:] = NO_KEY
        long = length > _SHORT
        for rows, width in ((np.flatnonzero(~long), _SHORT), (np.flatnonzero(long), _WIDTH)):
            codes[rows], keys[rows] = _judged(cells[rows, :width], length[rows], as_of)
        rest = np.flatnonzero(codes == _OPEN)
        if len(rest):
            _look_closer(some, rest, keys, codes, as_of)


def _judged(cells: Bytes, length: Int64, as_of: date | None) -> tuple[Bytes, Int64]:
    """Codes and keys; `_OPEN` for what the bytes alone do not tell."""
    code = _plainly_wrong(cells, length)
    key = np.full(len(cells), NO_KEY, dtype=np.int64)
    rows, bare = _bare(cells, length)
    found, verdict = np.empty(len(rows), np.int64), np.empty(len(rows), np.uint8)
    keys_of_bytes(bare, found, verdict, as_of)
    shaped = found != NO_KEY
    rows, found, verdict = rows[shaped], found[shaped], verdict[shaped]
    good = verdict == CODE[Verdict.ok]
    verdict[good] = CODE[Verdict.ok_normalised]
    code[rows] = verdict
    key[rows[good]] = found[good]
    return code, key


def _look_closer(
    texts: pl.Series, rest: Int64, key: Int64, code: Bytes, as_of: date | None
) -> None:
    """The rows `rest` of n texts by `judge_series`."""
    judged = judge_series(texts.gather(pl.Series(rest, dtype=pl.UInt32)), as_of=as_of)
    code[rest] = judged["verdict"].to_physical().to_numpy()
    normalised = judged["normalised"]
    good = normalised.is_not_null().to_numpy()
    found = np.empty(int(good.sum()), np.int64)
    keys_of_bytes(bytes18(normalised.drop_nulls()), found)
    key[rest[good]] = found


def _cells(texts: pl.Series) -> tuple[Bytes, Int64]:
    """The first 54 bytes of each text, spaces after its end, and its length in bytes (0: null)."""
    text = pl.col("text")
    padded = text.fill_null("").str.pad_end(_WIDTH, " ").cast(pl.Binary)
    frame = texts.alias("text").to_frame().select(
        padded.bin.slice(0, _WIDTH).bin.reinterpret(dtype=pl.Array(pl.UInt8, _WIDTH)).alias("cell"),
        text.str.len_bytes().fill_null(0).cast(pl.Int64).alias("length"),
    )  # fmt: skip
    cells = np.asarray(frame["cell"].rechunk().to_numpy()).reshape(-1, _WIDTH)
    return cells, frame["length"].to_numpy()


def _plainly_wrong(cells: Bytes, length: Int64) -> Bytes:
    """Verdicts of texts that no tidying changes: ASCII letters and digits, a digit first, of a
    length that no number has, or 18 without the shape; `_OPEN` for all others."""
    kinds = _KIND.take(cells[:, :_SHORT])
    places = np.arange(_SHORT)
    beyond = places >= length[:, None]
    known = ((kinds != 0) | beyond).all(axis=1) & (kinds[:, 0] == _DIGIT)
    known &= (length <= _SHORT) & ~np.isin(length, _MEANINGFUL)
    known &= (cells[:, 1] | 0x20) != ord("e")  # 9E17 is a number of another kind
    letters = ((kinds == _LETTER) & ~beyond).any(axis=1) | (length == 18)
    code = np.where(letters, CODE[Verdict.bad_characters], CODE[Verdict.wrong_length])
    code = np.where(known, code, _OPEN)
    code[length == 0] = CODE[Verdict.blank]
    return code.astype(np.uint8)


def _bare(cells: Bytes, length: Int64) -> tuple[Int64, Bytes]:
    """Rows that may hold a number, and its 18 characters: without one space at either end, at
    half width, numbers of 15 digits with their century and check character."""
    wide = length == _WIDTH
    first = _spaces(cells[:, :3])
    ends = np.clip(length, 3, cells.shape[1])
    tails = cells[np.arange(len(cells))[:, None], ends[:, None] + np.arange(-3, 0)]
    last = _spaces(tails[:, ::-1])
    inner = length - first - last
    eighteen = np.flatnonzero((inner == 18) & ~wide)
    fifteen = np.flatnonzero((inner == 15) & ~wide)
    fifteen_digits = cells[fifteen[:, None], first[fifteen, None] + np.arange(15)]
    digits = (_KIND.take(fifteen_digits) == _DIGIT).all(axis=1)
    fifteen, fifteen_digits = fifteen[digits], fifteen_digits[digits]
    full, folded = _folded(cells, np.flatnonzero(wide))
    rows = np.concatenate([eighteen, fifteen, full])
    bare = np.concatenate(
        [
            cells[eighteen[:, None], first[eighteen, None] + np.arange(18)],
            _extended(fifteen_digits),
            folded,
        ]
    )
    return rows, bare


def _spaces(three: Bytes) -> NDArray[Any]:
    """Bytes of the space at an end, from the end inwards: 0, 1 or 3."""
    wide = (three == _IDEOGRAPHIC_SPACE).all(axis=1) | (three == _IDEOGRAPHIC_SPACE[::-1]).all(
        axis=1
    )
    return np.where(three[:, 0] == _SPACE, 1, np.where(wide, 3, 0))


def _extended(fifteen: Bytes) -> Bytes:
    """Numbers of the first generation with their century and check character."""
    eighteen = np.zeros((len(fifteen), 18), dtype=np.uint8)
    eighteen[:, :6] = fifteen[:, :6]
    eighteen[:, 6:8] = ord("1"), ord("9")
    eighteen[:, 8:17] = fifteen[:, 6:]
    return with_check_bytes(eighteen)


def _folded(cells: Bytes, rows: Int64) -> tuple[Int64, Bytes]:
    """Rows that are full-width characters throughout (U+FF01 to U+FF5E), at half width."""
    three = cells[rows].reshape(len(rows), 18, 3)
    upper = (three[:, :, 1] == 0xBC) & (three[:, :, 2] > 0x80)
    lower = (three[:, :, 1] == 0xBD) & (three[:, :, 2] < 0x9F)
    full = ((three[:, :, 0] == 0xEF) & (upper | lower)).all(axis=1)
    folded = three[:, :, 2] - np.where(lower, 0x20, 0x60).astype(np.uint8)
    return rows[full], np.ascontiguousarray(folded[full])

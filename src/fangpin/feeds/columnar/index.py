"""Where a key stands in a column of keys: an exact index in plain arrays.

Joining millions of rows on one integer is the step that costs hand-written programs most. Here the
keys are sorted by a hash, and where each range of hashes begins is noted. Keys that are looked up
go straight to their place, many at a time so that the waits for memory overlap; every hit is
compared with the key itself.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fangpin.feeds.columnar.store import Secret

Int64 = NDArray[np.int64]
Int32 = NDArray[np.int32]

NOBODY = -1
NO_KEY = -1
"""Rows without a key are neither stored nor found."""

_FACTOR = np.uint64(0x9E3779B97F4A7C15)  # 2^64 over the golden ratio: spreads dense numbers
_CHUNK = 1 << 14  # keys looked up at a time: what is worked with stays in the cache
_BLOCK = 1 << 16  # keys stored at a time


@dataclass(frozen=True)
class KeyIndex:
    """`keys` and `rows` in order of hash; those of bucket b stand from `start[b]` to
    `start[b + 1]`. `repeated`: rows whose key other rows have as well; they are never found. With a
    `secret` the keys stand there as pseudonyms."""

    keys: Int64
    rows: Int32
    start: Int32
    bits: int
    repeated: Int32
    secret: Secret | None = None

    @classmethod
    def of(cls, keys: Int64, secret: Secret | None = None) -> "KeyIndex":
        """An index of n keys, n below 2^31. `NO_KEY` is left out."""
        if secret is not None:
            keys = secret.pseudonyms(keys)
        low = max(1, len(keys).bit_length())
        packed = np.empty(len(keys), dtype=np.uint64)
        stored = 0
        for begin in range(0, len(keys), _BLOCK):
            part = _hashed(keys[begin : begin + _BLOCK], low, begin)
            part = part[keys[begin : begin + _BLOCK] != NO_KEY]
            packed[stored : stored + len(part)] = part
            stored += len(part)
        packed = packed[:stored]
        packed.sort()
        rows = np.empty(stored, dtype=np.int32)
        bits = max(4, stored.bit_length())
        start = np.zeros((1 << bits) + 1, dtype=np.int32)
        repeated = _in_blocks(packed, rows, start[1:], bits, low, keys)
        np.cumsum(start, out=start)
        sorted_ = packed.view(np.int64)
        # Whose a repeated number is cannot be said: as if nobody had it.
        sorted_[repeated] = NO_KEY
        return cls(sorted_, rows, start, bits, np.sort(rows[repeated]), secret)

    def find(self, keys: Int64) -> Int32:
        """The row of each of m keys, `NOBODY` where there is none. One thread."""
        found = np.full(len(keys), NOBODY, dtype=np.int32)
        if not len(self.keys):
            return found
        for begin in range(0, len(keys), _CHUNK):
            wanted = keys[begin : begin + _CHUNK]
            if self.secret is not None:
                wanted = self.secret.pseudonyms(wanted)
            self._find(wanted, found[begin : begin + _CHUNK])
        return found

    def _find(self, keys: Int64, found: Int32) -> None:
        hashes = keys.view(np.uint64) * _FACTOR
        hashes >>= np.uint64(64 - self.bits)
        bucket = hashes.view(np.int64)
        place = self.start.take(bucket, mode="clip")
        wanted = keys != NO_KEY
        # Past the end of the bucket stands another key, which is not the wanted one either.
        hit = self.keys.take(place, mode="clip") == keys
        hit &= wanted
        found[hit] = self.rows.take(place[hit])
        at = np.flatnonzero(wanted & ~hit)
        place, end = place[at] + 1, self.start.take(bucket[at] + 1)
        while len(at):
            going = np.flatnonzero(place < end)
            at, place, end = at[going], place[going], end[going]
            hit = self.keys.take(place, mode="clip") == keys[at]
            found[at[hit]] = self.rows.take(place[hit])
            going = np.flatnonzero(~hit)
            at, place, end = at[going], place[going] + 1, end[going]


def _hashed(keys: Int64, low: int, first: int = 0) -> NDArray[np.uint64]:
    """High bits of a hash of each key, and in the `low` bits its row, counted from `first`."""
    packed = keys.astype(np.uint64)
    packed *= _FACTOR
    packed &= ~np.uint64((1 << low) - 1)
    packed |= np.arange(first, first + len(keys), dtype=np.uint64)
    return packed


def _in_blocks(
    packed: NDArray[np.uint64], rows: Int32, counts: Int32, bits: int, low: int, keys: Int64
) -> Int64:
    """Take sorted hashes apart: rows, keys per bucket, and in their own place the keys.

    Positions of repeated keys are returned. Blocks keep what is written once in the cache: fresh
    memory is the dearest thing here.
    """
    alike = []
    before = None
    for begin in range(0, len(packed), _BLOCK):
        part = packed[begin : begin + _BLOCK]
        row = part & np.uint64((1 << low) - 1)
        rows[begin : begin + _BLOCK] = row
        hashes = part >> np.uint64(low)
        same = np.flatnonzero(hashes[1:] == hashes[:-1]) + begin
        if before == hashes[0]:
            same = np.append(same, begin - 1)
        alike.append(same)
        before = hashes[-1]
        bucket = (part >> np.uint64(64 - bits)).view(np.int64)
        lowest = bucket[0]
        bucket -= lowest
        found = np.bincount(bucket)
        counts[lowest : lowest + len(found)] += found.astype(np.int32)
        part.view(np.int64)[:] = keys.take(row.view(np.int64), mode="clip")
    return _repeated(packed.view(np.int64), np.concatenate(alike)) if alike else np.zeros(0, int)


def _repeated(keys: Int64, alike: Int64) -> Int64:
    """Positions of keys that stand there several times; after `alike` the same hash follows."""
    if not len(alike):
        return alike
    some = np.unique(np.concatenate([alike, alike + 1]))
    _, first, counts = np.unique(keys[some], return_inverse=True, return_counts=True)
    return some[counts[first] > 1]

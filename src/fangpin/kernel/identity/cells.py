"""The bytes of a text column where they lie, without a copy of them.

Polars hands its columns over by the Arrow C stream interface (a PyCapsule). A column of texts is
16 bytes a row there: its length, and for more than 12 bytes a buffer and a place in it. A column
read from Parquet stands in the pages it was read from, row after row at equal distance as long as
all texts have the same length; then a page is a matrix of characters already.

Source: https://arrow.apache.org/docs/format/CDataInterface.html, CStreamInterface.html.
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

Int64 = NDArray[np.int64]
Bytes = NDArray[np.uint8]

WIDTH: Final = 18
_PIECE: Final = 1 << 16
"""Rows that are looked at, and if need be copied, at a time."""
_FEW: Final = 1 << 11
"""Rows that a stretch at equal distance must have on average."""


@dataclass(frozen=True, slots=True)
class Cells:
    """n texts from row `start`: `matrix` n x 18 characters; `other` rows of these, from 0, that
    have another length or are null, of which the matrix says nothing."""

    start: int
    matrix: Bytes
    other: Int64


def eighteen_bytes(texts: pl.Series) -> Iterator[Cells]:
    """A String column in pieces, in order. A piece is gone when the next one is asked for."""
    start = 0
    with _arrays(texts) as arrays:
        for array in arrays:
            views, null = array.views(), array.nulls()
            for first in range(0, array.length, _PIECE):
                piece = views[first : first + _PIECE]
                other = piece[:, 0] != WIDTH
                if null is not None:
                    other |= null[first : first + _PIECE]
                if other.any():
                    rows = np.flatnonzero(other)
                    yield from _copied(texts, start + first, len(piece), rows)
                else:
                    yield from _in_place(texts, array, start + first, piece)
            start += array.length


_NONE: Final = np.zeros(0, dtype=np.int64)


def _in_place(
    texts: pl.Series, array: "_Array", start: int, views: NDArray[np.uint32]
) -> Iterator[Cells]:
    """Stretches of rows at equal distance, where these are long."""
    place = views.view(np.uint64)[:, 1]  # the buffer, and above it where in the buffer
    step = place[1:] - place[:-1]
    distance = int(step[0]) >> 32 if len(step) else WIDTH
    breaks = np.flatnonzero(step != (distance << 32))
    if distance < WIDTH or len(breaks) * _FEW > len(views):
        yield from _copied(texts, start, len(views), _NONE)
        return
    for first, last in pairwise([0, *(breaks + 1).tolist(), len(views)]):
        address = array.buffer(2 + int(views[first, 2])) + int(views[first, 3])
        rows = last - first
        lying = _bytes_at(address, (rows - 1) * distance + WIDTH)
        matrix: Bytes = np.ndarray((rows, WIDTH), np.uint8, lying, strides=(distance, 1))
        yield Cells(start + first, matrix, _NONE)


def _copied(texts: pl.Series, start: int, rows: int, other: Int64) -> Iterator[Cells]:
    kind = pl.Array(pl.UInt8, WIDTH)
    cells = texts.slice(start, rows).cast(pl.Binary).bin.reinterpret(dtype=kind)
    with _arrays(cells) as arrays:
        first = 0
        for array in arrays:
            matrix = array.children_bytes(WIDTH)
            last = first + len(matrix)
            within = other
            if last - first < rows:
                within = other[(other >= first) & (other < last)] - first
            yield Cells(start + first, matrix, within)
            first = last


# ---- the interface -----------------------------------------------------------------------------


class _Struct(ctypes.Structure):
    """ArrowArray."""


_Struct._fields_ = [
    ("length", ctypes.c_int64),
    ("null_count", ctypes.c_int64),
    ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(ctypes.POINTER(_Struct))),
    ("dictionary", ctypes.c_void_p),
    ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(_Struct))),
    ("private_data", ctypes.c_void_p),
]


class _Stream(ctypes.Structure):
    """ArrowArrayStream."""


_Stream._fields_ = [
    ("get_schema", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(_Stream), ctypes.c_void_p)),
    (
        "get_next",
        ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(_Stream), ctypes.POINTER(_Struct)),
    ),
    ("get_last_error", ctypes.c_void_p),
    ("release", ctypes.c_void_p),
    ("private_data", ctypes.c_void_p),
]
_pointer = ctypes.pythonapi.PyCapsule_GetPointer
_pointer.restype = ctypes.c_void_p
_pointer.argtypes = [ctypes.py_object, ctypes.c_char_p]


@dataclass(frozen=True, slots=True)
class _Array:
    """One chunk of a column."""

    struct: Any

    @property
    def length(self) -> int:
        return int(self.struct.length)

    def buffer(self, number: int) -> int:
        """The address of a buffer; 0 for none."""
        return int(self.struct.buffers[number] or 0)

    def views(self) -> NDArray[np.uint32]:
        """n x 4: length, first bytes, buffer, place."""
        size = 16 * self.length
        lying = _bytes_at(self.buffer(1) + 16 * int(self.struct.offset), size)
        return np.frombuffer(lying, dtype=np.uint32).reshape(-1, 4)

    def nulls(self) -> NDArray[np.bool_] | None:
        """Rows without a text; None when there are none."""
        if not self.struct.null_count or not self.buffer(0):
            return None
        end = int(self.struct.offset) + self.length
        bits = np.frombuffer(_bytes_at(self.buffer(0), (end + 7) // 8), dtype=np.uint8)
        there = np.unpackbits(bits, count=end, bitorder="little")[int(self.struct.offset) :]
        null: NDArray[np.bool_] = there == 0
        return null

    def children_bytes(self, width: int) -> Bytes:
        """The values of an array of lists of `width` bytes."""
        child = self.struct.children[0].contents
        first = int(child.offset) + width * int(self.struct.offset)
        lying = _bytes_at(int(child.buffers[1] or 0) + first, width * self.length)
        return np.frombuffer(lying, dtype=np.uint8).reshape(-1, width)


def _bytes_at(address: int, size: int) -> Any:
    return (ctypes.c_uint8 * size).from_address(address) if size else b""


@contextmanager
def _arrays(column: pl.Series) -> Iterator[Iterator[_Array]]:
    """The chunks of a column; what they show is there until the end of the `with`."""
    capsule = column.__arrow_c_stream__()
    stream = ctypes.cast(_pointer(capsule, b"arrow_array_stream"), ctypes.POINTER(_Stream))
    given: list[Any] = []

    def each() -> Iterator[_Array]:
        while True:
            struct = _Struct()
            if stream.contents.get_next(stream, ctypes.byref(struct)):
                raise MemoryError("a column could not be handed over")
            if not struct.release:
                return
            given.append(struct)
            yield _Array(struct)

    try:
        yield each()
    finally:
        for struct in given:
            struct.release(ctypes.byref(struct))
        del capsule

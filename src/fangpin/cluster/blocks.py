"""Rows on their way between tasks: few large columnar blocks instead of many rows.

Spark moves each block as bytes; what is in them is looked at by whole columns, in Python.
"""

import io
from collections.abc import Iterable, Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

Int64 = NDArray[np.int64]


def packed(frame: pl.DataFrame) -> bytes:
    """A frame as bytes (Arrow IPC, lz4)."""
    stream = io.BytesIO()
    frame.write_ipc(stream, compression="lz4")
    return stream.getvalue()


def unpacked(block: bytes) -> pl.DataFrame:
    """What `packed` made."""
    return pl.read_ipc(io.BytesIO(block))


def joined(blocks: Iterable[bytes]) -> pl.DataFrame | None:
    """Blocks of one table one upon another; None without any."""
    frames = [unpacked(block) for block in blocks]
    return pl.concat(frames) if frames else None


def split(frame: pl.DataFrame, target: Int64) -> Iterator[tuple[int, pl.DataFrame]]:
    """Rows by their number in `target` (n ≥ 0, one per row), numbers ascending, rows in order."""
    if not frame.height:
        return
    order = np.argsort(target, kind="stable")
    ordered = frame[order]
    numbers, starts = np.unique(target[order], return_index=True)
    ends = np.append(starts[1:], frame.height)
    for number, start, end in zip(numbers.tolist(), starts.tolist(), ends.tolist(), strict=True):
        yield number, ordered.slice(start, end - start)

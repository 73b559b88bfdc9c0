"""Rows of a delivery in random order, however many there are.

Every row goes into a random one of several heaps on disk; each heap is small enough to be shuffled
in memory. Written heap after heap they are in random order with respect to persons.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Record = NDArray[np.void]


class Heaps:
    """Rows (columns of int64 and uint8) thrown onto `count` heaps below `folder`."""

    def __init__(self, folder: Path, names: list[tuple[str, str]], count: int, seed: list[int]):
        self._folder = folder
        self._dtype = np.dtype(names)
        self._count = count
        self._rng = np.random.default_rng(seed)
        folder.mkdir(parents=True)

    def throw(self, columns: dict[str, NDArray[np.generic]]) -> None:
        """Add rows; every column has the same length."""
        size = len(next(iter(columns.values())))
        records = np.empty(size, dtype=self._dtype)
        for name, values in columns.items():
            records[name] = values
        heap = self._rng.integers(self._count, size=size)
        order = np.argsort(heap, kind="stable")
        bounds = np.searchsorted(heap[order], np.arange(self._count + 1))
        for number in range(self._count):
            chosen = records[order[bounds[number] : bounds[number + 1]]]
            with open(self._folder / str(number), "ab") as file:
                file.write(chosen.tobytes())

    def shuffled(self) -> Iterator[Record]:
        """The heaps one after the other, each in random order; what was read is removed."""
        for number in range(self._count):
            path = self._folder / str(number)
            records = np.fromfile(path, dtype=self._dtype)
            path.unlink()
            yield records[self._rng.permutation(len(records))]
        self._folder.rmdir()

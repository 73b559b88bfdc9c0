"""Baselines kept warm: a run is read once per process, then every question is answered quickly.

A baseline is as large as the run's data in memory, so only as many are kept as fit into a bound;
the newest always stays. Two readers who ask for the same run wait for one loading.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

Loaded = TypeVar("Loaded")


@dataclass
class _Place(Generic[Loaded]):
    """Where one baseline is kept; its lock is held while it is loaded."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    content: Loaded | None = None
    size: int = 0


class Kept(Generic[Loaded]):
    """What `load` returned for the folders asked for last, up to `most_bytes` by `size_of`."""

    def __init__(
        self, load: Callable[[Path], Loaded], size_of: Callable[[Loaded], int], most_bytes: int
    ) -> None:
        self._load, self._size_of, self.most_bytes = load, size_of, most_bytes
        self._places: OrderedDict[tuple[Path, str], _Place[Loaded]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, folder: Path, key: str) -> Loaded:
        """The content of `folder`; `key` (a hash of it) tells a replaced folder from the one
        before. Whatever `load` raises is raised to every reader, and asked again next time."""
        with self._lock:
            place = self._places.setdefault((folder, key), _Place())
            self._places.move_to_end((folder, key))
        with place.lock:
            if place.content is None:
                try:
                    content = self._load(folder)
                except BaseException:
                    with self._lock:
                        self._places.pop((folder, key), None)
                    raise
                place.content, place.size = content, self._size_of(content)
            content = place.content
        self._forget()
        return content

    def _forget(self) -> None:
        with self._lock:
            total = sum(place.size for place in self._places.values())
            for name in list(self._places)[:-1]:
                if total <= self.most_bytes:
                    break
                total -= self._places.pop(name).size

    def __len__(self) -> int:
        return len(self._places)

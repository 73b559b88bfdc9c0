"""How long the steps of a run take."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Clock:
    """Seconds per step, as written to timing.json."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """The seconds of the block count as those of step `name`."""
        started = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - started, 3)

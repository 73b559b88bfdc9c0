"""Work that takes whole steps of time, so that how long an answer takes tells nothing of what was
found on the way: whether somebody is registered (trust E5).

Looking for the household and joining its clue take some milliseconds more or less than opening one
for a stranger. Without this, one try in three more than by chance told them apart.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

STEP: Final = 0.1  # seconds; far above what the work differs by, and mostly above what it takes


@contextmanager
def in_even_steps() -> Iterator[None]:
    """The block, also one that fails, ends a whole number of steps after it began."""
    begun = time.monotonic()
    try:
        yield
    finally:
        time.sleep(-(time.monotonic() - begun) % STEP)

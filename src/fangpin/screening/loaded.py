"""What packages above do when a run has been loaded and is the one that pages show.

A package registers a function when Django starts (`AppConfig.ready`); it runs in the transaction of
the loading, so that nothing is forgotten when the program dies in between. Longer work is put into
the queue there.
"""

from collections.abc import Callable
from typing import Any

from fangpin.screening.models import Run

_LISTENERS: dict[str, Callable[[Any, Run], None]] = {}


def when_loaded(name: str, act: Callable[[Any, Run], None]) -> None:
    """Call `act(by, run)` whenever a run becomes the current one. Names are unique."""
    _LISTENERS[name] = act


def run_loaded(by: Any, run: Run) -> None:
    """Tell everybody who listens."""
    for name in sorted(_LISTENERS):
        _LISTENERS[name](by, run)

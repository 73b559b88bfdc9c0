"""Screening: from a folder of files to explained findings.

`run.screen` does the whole job without a server; `compare` tells new from continuing and cleared;
`output` writes the run folder. `models actions queries tasks` keep runs in the database.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fangpin.screening.run import Screened, screen

__all__ = ["Screened", "screen"]


def __getattr__(name: str) -> Any:
    # Loaded when asked for: the pages import this package without needing the engine.
    if name in __all__:
        from fangpin.screening import run

        return getattr(run, name)
    raise AttributeError(name)

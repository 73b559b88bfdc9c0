"""Answers of field checks from packages above, where people give them in the program.

A package names its function when Django starts (`AppConfig.ready`); it is imported when a backtest
asks. Each label is (household number, rule or "", day, result, channel) as in `outcomes.py`.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from django.utils.module_loading import import_string

Label = tuple[str, str, date, str, str]
_SOURCES: dict[str, str] = {}


def answers_from(name: str, path: str) -> None:
    """Count what the function at `path` gives as answers too. Names are unique."""
    _SOURCES[name] = path


def further_answers() -> Iterator[Label]:
    """All labels of all sources."""
    for name in sorted(_SOURCES):
        found: Iterable[Label] = import_string(_SOURCES[name])()
        yield from found

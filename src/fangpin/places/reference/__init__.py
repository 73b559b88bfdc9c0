"""Provinces, cities and counties that every installation knows. Read with `divisions()`."""

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fangpin.kernel.place_codes import code_of
from fangpin.places.models import Place

FILE = Path(__file__).parent / "divisions.csv"
_LEVELS = {2: Place.Level.PROVINCE, 4: Place.Level.CITY, 6: Place.Level.COUNTY}


@dataclass(frozen=True)
class Division:
    """One line of the reference table. `code` has 12 digits, `above` too; "" for a province."""

    code: str
    name: str
    level: Place.Level
    above: str


@lru_cache(maxsize=1)
def divisions() -> tuple[Division, ...]:
    """All divisions down to the county, higher levels first."""
    found = []
    with FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            prefix = row["code"]
            above = code_of(prefix[:-2]) if len(prefix) > 2 else ""
            found.append(Division(code_of(prefix), row["name"], _LEVELS[len(prefix)], above))
    order = list(_LEVELS.values())
    return tuple(sorted(found, key=lambda each: (order.index(each.level), each.code)))


def own_name(code: str, name: str) -> str:
    """A division's own name, where `name` has those above before it (白银区: 白银市白银区)."""
    own = _names().get(code, "")
    return own if own and name.endswith(own) else name


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    return {each.code: each.name for each in divisions()}

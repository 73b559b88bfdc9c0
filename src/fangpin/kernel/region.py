"""Area prefixes of identity numbers.

An unknown prefix is a warning at most: areas are split, merged and renamed, and a person keeps the
prefix of the place and time of registration.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import polars as pl

from fangpin.kernel.distinct import map_distinct


class AreaVerdict(StrEnum):
    """`not_then`: the prefix exists, but not at the time asked for."""

    known = "known"
    not_then = "not_then"
    unknown = "unknown"


@dataclass(frozen=True, slots=True)
class Area:
    """One county-level area prefix (6 digits) and when it was given out; None = open."""

    prefix: str
    name: str
    since: date | None = None
    until: date | None = None

    def stood_on(self, day: date) -> bool:
        """True when the area existed on `day`, both ends included."""
        return (self.since is None or self.since <= day) and (
            self.until is None or day <= self.until
        )


class AreaTable:
    """A dated list of area prefixes, given by the caller; one prefix may stand several times."""

    def __init__(self, areas: Iterable[Area]) -> None:
        self._areas: dict[str, list[Area]] = {}
        for area in areas:
            if not re.fullmatch("[0-9]{6}", area.prefix):
                raise ValueError(f"an area prefix has 6 digits, got {area.prefix!r}")
            self._areas.setdefault(area.prefix, []).append(area)

    def check(self, number: str, on: date | None = None) -> tuple[AreaVerdict, Area | None]:
        """The area of a normalised identity number (or any text starting with its 6 digits).

        `on` asks for the area as it stood that day; otherwise the latest entry is given.
        """
        areas = self._areas.get(number[:6], [])
        if not areas:
            return AreaVerdict.unknown, None
        latest = max(areas, key=lambda area: area.until or date.max)
        if on is None:
            return AreaVerdict.known, latest
        standing = [area for area in areas if area.stood_on(on)]
        if standing:
            return AreaVerdict.known, standing[0]
        return AreaVerdict.not_then, latest

    def check_series(self, numbers: pl.Series, on: date | None = None) -> pl.DataFrame:
        """`check` of n normalised numbers: verdict Enum and name String; null numbers give null."""

        def read(prefix: str | None) -> tuple[str | None, str | None]:
            if prefix is None:
                return None, None
            verdict, area = self.check(prefix, on)
            return verdict.value, area.name if area else None

        prefixes = pl.DataFrame({"prefix": numbers.cast(pl.String).str.slice(0, 6)})
        dtype = pl.Enum([verdict.value for verdict in AreaVerdict])
        return map_distinct(prefixes, read, {"verdict": dtype, "name": pl.String()})

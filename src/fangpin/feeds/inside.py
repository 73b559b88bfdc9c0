"""Whether a written place lies in the county of the register (`inside_county` of a contract).

Place texts come as columns (province, city, county) or as one address such as 甘肃省兰州市城关区.
A county, township or village of the register named in the text means inside; another province,
city or county named means outside; nothing recognisable means unknown.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

_ELSEWHERE = ("省", "自治区", "自治州", "市", "盟", "州", "县", "区", "旗", "国")


@dataclass(frozen=True)
class CountyWords:
    """Names that belong to the county of the register: the county, its townships, its villages."""

    county: frozenset[str]
    local: frozenset[str]

    @classmethod
    def of(cls, places: pl.DataFrame, counties: Iterable[str]) -> "CountyWords":
        """`places` as in Intake.places; `counties` the names of the county in the register."""
        townships = set(places["township"].drop_nulls()) if "township" in places.columns else set()
        villages = set(places["name"].drop_nulls())
        names = {name.strip() for name in counties if name and name.strip()}
        return cls(frozenset(names), frozenset(townships | villages))

    def inside(self, text: str | None) -> bool | None:
        """True, False, or None when the text names no place."""
        if text is None or not text.strip():
            return None
        if any(name in text for name in self.county):
            return True
        if text.strip().startswith(tuple(self.local)):
            return True
        if any(word in text for word in _ELSEWHERE):
            return False
        return None


def inside_column(frame: pl.DataFrame, columns: Iterable[str], words: CountyWords) -> pl.Series:
    """A Boolean column (null = unknown): the texts of `columns` put together, judged once each."""
    present = [name for name in columns if name in frame.columns]
    if not present:
        return pl.Series([None] * frame.height, dtype=pl.Boolean)
    joined = frame.select(
        pl.concat_str([pl.col(name).cast(pl.String) for name in present], ignore_nulls=True)
    ).to_series()
    verdicts = {text: words.inside(text) for text in joined.unique().drop_nulls()}
    return joined.replace_strict(verdicts, default=None, return_dtype=pl.Boolean)

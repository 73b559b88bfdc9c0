"""Places by the column: every distinct combination is looked up once."""

from typing import Final

import polars as pl

from fangpin.kernel.distinct import map_distinct
from fangpin.kernel.villages.index import PlaceIndex, PlaceVerdict

PLACE_VERDICT_DTYPE: Final = pl.Enum([verdict.value for verdict in PlaceVerdict])


def resolve_series(
    index: PlaceIndex,
    *,
    township: pl.Series | None = None,
    village: pl.Series | None = None,
    address: pl.Series | None = None,
    code: pl.Series | None = None,
) -> pl.DataFrame:
    """The column face of `PlaceIndex.resolve`; at least one column of n Strings is needed.

    Result, n rows: place_code String (null unless one place is meant), verdict Enum, candidates
    List(String), group UInt16. ValueError without any column.
    """
    given = {"township": township, "village": village, "address": address, "code": code}
    present = {name: series.cast(pl.String) for name, series in given.items() if series is not None}
    if not present:
        raise ValueError("resolve_series needs at least one of township, village, address, code")

    def read(*texts: str | None) -> tuple[str | None, str, list[str], int | None]:
        found = index.resolve(**dict(zip(present, texts, strict=True)))
        group = found.group if found.group is not None and found.group < 2**16 else None
        return found.code, found.verdict.value, list(found.candidates), group

    return map_distinct(
        pl.DataFrame(present),
        read,
        {
            "place_code": pl.String(),
            "verdict": PLACE_VERDICT_DTYPE,
            "candidates": pl.List(pl.String()),
            "group": pl.UInt16(),
        },
    )

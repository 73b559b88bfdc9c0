"""A small invented county by a lake: two villages, three households, five persons."""

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from fangpin.engine.snapshot import Snapshot
from fangpin.policy.loading import load_pack
from fangpin.policy.pack import Pack

AS_OF = date(2030, 6, 30)
JUNE, MAY = date(2030, 6, 1), date(2030, 5, 1)
PACK_FOLDER = Path(__file__).parent / "packs" / "lake-2030"

CATCH = {
    "_person": pl.UInt32,
    "_household": pl.UInt32,
    "_village": pl.UInt32,
    "value": pl.Int64,
    "landed_on": pl.Date,
    "slip": pl.String,
    "species": pl.String,
}
BOAT = {
    "_person": pl.UInt32,
    "_household": pl.UInt32,
    "_village": pl.UInt32,
    "state": pl.String,
    "checked_on": pl.Date,
}


def pack() -> Pack:
    """The pack lake-2030: not ours, with contracts that are not ours."""
    return load_pack(PACK_FOLDER)


def frame(schema: dict[str, Any], rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Delivered rows; row numbers are given from 2."""
    full = [{name: row.get(name) for name in schema} for row in rows]
    data = pl.DataFrame(full, schema=schema)
    return data.with_columns(
        pl.lit(0, pl.UInt16).alias("_file"),
        pl.lit(0, pl.UInt16).alias("_sheet"),
        (pl.int_range(pl.len(), dtype=pl.UInt32) + 2).alias("_row"),
    )


def snapshot(
    catches: list[dict[str, Any]] | None = None,
    catches_before: list[dict[str, Any]] | None = None,
    boats: list[dict[str, Any]] | None = None,
    coverage: list[tuple[str, date, int, str]] = (),
    suspects: list[tuple[str, date, int]] = (),
) -> Snapshot:
    """Households 0 {0, 1} and 1 {2} in village 0, household 2 {3, 4} in village 1."""
    feeds = {}
    if catches is not None:
        feeds["catches", JUNE] = frame(CATCH, catches)
    if catches_before is not None:
        feeds["catches", MAY] = frame(CATCH, catches_before)
    if boats is not None:
        feeds["boats", JUNE] = frame(BOAT, boats)
    return Snapshot(
        places=pl.DataFrame(
            {
                "code": ["990101001200", "990101001201"],
                "name": ["东岸村", "西岸村"],
                "township_code": ["990101001000"] * 2,
                "township": ["湖心镇"] * 2,
            }
        ),
        households=pl.DataFrame(
            {"number": ["H0", "H1", "H2"], "village": pl.Series([0, 0, 1], dtype=pl.UInt32)}
        ),
        persons=pl.DataFrame(
            {
                "number": [f"P{number}" for number in range(5)],
                "household": pl.Series([0, 0, 1, 2, 2], dtype=pl.UInt32),
            }
        ),
        feeds=feeds,
        coverage=pl.DataFrame(
            [
                dict(zip(("contract", "period", "village", "status"), row, strict=True))
                for row in coverage
            ],
            schema={
                "contract": pl.String,
                "period": pl.Date,
                "village": pl.UInt32,
                "status": pl.String,
            },
        ),
        suspects=pl.DataFrame(
            [{"contract": c, "period": p, "person": v} for c, p, v in suspects],
            schema={"contract": pl.String, "period": pl.Date, "person": pl.UInt32},
        ),
        files=("渔获.xlsx",),
        sheets=("六月",),
    )

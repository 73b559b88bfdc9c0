"""The county by the lake as a columnar source: six persons in three households and two villages."""

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from tests.screening.lakefolder import PACK, number_of

from fangpin.policy import Pack, load_pack

AS_OF = date(2030, 6, 30)
JUNE = "2030-06"
CATCHES: dict[str, type[pl.DataType]] = {
    "id_number": pl.String,
    "value": pl.Int64,
    "landed_on": pl.Date,
    "slip": pl.String,
    "species": pl.String,
}
NUMBERS = [number_of(person) for person in range(6)]


def pack() -> Pack:
    return load_pack(PACK)


def catches(rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    """id_number, value in fen, day, slip, species."""
    return pl.DataFrame(rows, schema=CATCHES, orient="row")


def landed(number: str | None, fen: int | None, slip: str = "S1") -> tuple[Any, ...]:
    return (number, fen, date(2030, 6, 9), slip, "carp")


def write_source(folder: Path, delivered: pl.DataFrame | None = None, **files: Any) -> Path:
    """A whole source. `files` replace frames by name (persons, identity, boats, …)."""
    frames = {
        "places": pl.DataFrame(
            {
                "code": ["990101001200", "990101001201"],
                "name": ["东岸村", "西岸村"],
                "township_code": ["990101001000"] * 2,
                "township": ["湖心镇"] * 2,
            }
        ),
        "households": pl.DataFrame(
            {"number": ["H0", "H1", "H2"], "village": pl.Series([0, 0, 1], dtype=pl.UInt32)}
        ),
        "persons": pl.DataFrame(
            {
                "number": [f"P{person}" for person in range(6)],
                "household": pl.Series([0, 0, 1, 1, 2, 2], dtype=pl.UInt32),
            }
        ),
        "identity": pl.DataFrame({"id_number": NUMBERS}),
        "boats": pl.DataFrame(
            {
                "id_number": [NUMBERS[2]],
                "state": pl.Series(["wrecked"], dtype=pl.Categorical),
                "checked_on": [date(2030, 6, 1)],
            }
        ),
        "catches": catches([landed(number, 12_050) for number in NUMBERS])
        if delivered is None
        else delivered,
        **files,
    }
    (folder / "register").mkdir(parents=True)
    (folder / "feeds").mkdir()
    for name, frame in frames.items():
        if frame is None:
            continue
        if name in ("places", "households", "persons", "identity"):
            frame.write_parquet(folder / "register" / f"{name}.parquet")
        elif name == "coverage":
            frame.write_parquet(folder / "coverage.parquet")
        else:
            file = name if "@" in name else f"{name}@{JUNE}"
            frame.write_parquet(folder / "feeds" / f"{file}.parquet")
    return folder

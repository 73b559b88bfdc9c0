"""What every engine hands over, in one form, so that two can be compared row by row.

findings: rule, number (of the person or household), state (new | unknown)
evidence: rule, number, fact, person (its number, null for facts of the household), value (as text:
          money in fen, dates ISO, true | false, the code; null = unknown), file, row (from 1; null
          where no delivered row counts)
counts:   feed, rejected (unusable numbers), outsiders (valid, not in the register)
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from fangpin.bench.rows import FEEDS

SCHEMAS: Final[dict[str, dict[str, type[pl.DataType]]]] = {
    "findings": {"rule": pl.String, "number": pl.String, "state": pl.String},
    "evidence": {
        "rule": pl.String,
        "number": pl.String,
        "fact": pl.String,
        "person": pl.String,
        "value": pl.String,
        "file": pl.String,
        "row": pl.Int64,
    },
    "counts": {"feed": pl.String, "rejected": pl.Int64, "outsiders": pl.Int64},
}


@dataclass(frozen=True)
class Result:
    """Sorted tables as described above."""

    findings: pl.DataFrame
    evidence: pl.DataFrame
    counts: pl.DataFrame

    def save(self, folder: Path) -> None:
        """Write the tables into `folder` (made if needed)."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in SCHEMAS:
            getattr(self, name).write_parquet(folder / f"{name}.parquet")

    @classmethod
    def load(cls, folder: Path) -> "Result":
        """What `save` wrote."""
        return cls(**{name: pl.read_parquet(folder / f"{name}.parquet") for name in SCHEMAS})


def result_of(tables: dict[str, Any]) -> Result:
    """The form for comparison from data frames of Polars, pandas or Arrow."""
    frames = {}
    for name, schema in SCHEMAS.items():
        table = tables[name]
        frame = table if isinstance(table, pl.DataFrame) else pl.DataFrame(table)
        frame = frame.select(pl.col(column).cast(dtype) for column, dtype in schema.items())
        if name == "counts":
            everything = pl.DataFrame({"feed": FEEDS})
            frame = everything.join(frame, on="feed", how="left").fill_null(0)
        frames[name] = frame.sort(list(schema))
    return Result(**frames)


def differences(one: Result, other: Result, names: tuple[str, str], limit: int = 5) -> list[str]:
    """What one has and the other has not, in sentences; [] when they agree on everything.

    Says rule, number of the subject, fact, file and row; no identity numbers occur in results.
    """
    found = []
    for table in SCHEMAS:
        a, b = getattr(one, table), getattr(other, table)
        for who, only in ((names[0], _only_in(a, b)), (names[1], _only_in(b, a))):
            if only.is_empty():
                continue
            rows = "; ".join(_told(row) for row in only.head(limit).iter_rows(named=True))
            more = f" and {only.height - limit} more" if only.height > limit else ""
            found.append(f"{table}: only {who} has {rows}{more}")
    return found


def _only_in(a: pl.DataFrame, b: pl.DataFrame) -> pl.DataFrame:
    """Rows of a that b lacks; a row that is there twice must be there twice in b."""
    one, other = (
        frame.with_columns(nth=pl.int_range(pl.len()).over(frame.columns)) for frame in (a, b)
    )
    return one.join(other, on=one.columns, how="anti", nulls_equal=True).drop("nth")


def _told(row: dict[str, Any]) -> str:
    return " ".join(f"{name}={value}" for name, value in row.items() if value is not None)

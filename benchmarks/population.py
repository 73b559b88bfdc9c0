"""An invented population as a snapshot: every feed of a pack with random but plausible rows."""

from datetime import date, timedelta

import numpy as np
import polars as pl

from fangpin.engine.snapshot import FeedKey, Snapshot
from fangpin.policy.pack import Contract, ContractColumn, Fact, Pack

ROWS_PER_PERSON = {
    "insurance_enrolment": 0.98,
    "medical_settlement": 0.6,
    "migrant_work": 0.26,
    "pension_payments": 0.19,
    "school_roll": 0.18,
}
"""As in a real county; every other delivery has rows for one person in twenty."""


def population(pack: Pack, persons: int, as_of: date, seed: int = 1) -> Snapshot:
    """About `persons` persons in households of 1 to 6, villages of 400 households, all deliveries
    complete for this and the previous month."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 7, size=max(1, persons * 2 // 7))
    households = len(sizes)
    persons = int(sizes.sum())
    village = (np.arange(households) // 400).astype(np.uint32)
    villages = int(village[-1]) + 1
    places = pl.DataFrame(
        {
            "code": [f"99{number:07d}200" for number in range(villages)],
            "name": [f"{number}号村" for number in range(villages)],
            "township_code": [f"99{number // 10:07d}000" for number in range(villages)],
            "township": [f"{number // 10}号乡" for number in range(villages)],
        }
    )
    registers = {fact.registry: fact for fact in pack.facts.values() if fact.registry}
    tables = {}
    for subject, size in (("household", households), ("person", persons)):
        tables[subject] = pl.DataFrame(
            {"number": pl.int_range(size, eager=True).cast(pl.String).str.zfill(12)}
            | {
                name: _values(pack, fact.type, fact, rng, size, as_of)
                for name, fact in registers.items()
                if fact.subject == subject
            }
        )
    household = np.repeat(np.arange(households, dtype=np.uint32), sizes)
    feeds: dict[FeedKey, pl.DataFrame] = {}
    months = (as_of.replace(day=1), (as_of.replace(day=1) - timedelta(days=1)).replace(day=1))
    for contract in pack.contracts.values():
        if contract.role != "feed":
            continue
        previous = any(
            fact.feed == contract.name and fact.period == "previous" for fact in pack.facts.values()
        )
        for month in months if previous else months[:1]:
            feeds[contract.name, month] = _rows(pack, contract, rng, persons, villages, as_of)
    return Snapshot(
        places=places,
        households=tables["household"].with_columns(pl.Series("village", village)),
        persons=tables["person"].with_columns(pl.Series("household", household)),
        feeds=feeds,
        coverage=pl.DataFrame(
            schema={
                "contract": pl.String,
                "period": pl.Date,
                "village": pl.UInt32,
                "status": pl.String,
            }
        ),
        suspects=pl.DataFrame(
            schema={"contract": pl.String, "period": pl.Date, "person": pl.UInt32}
        ),
        files=("bench.parquet",),
        sheets=("",),
    )


def _rows(
    pack: Pack,
    contract: Contract,
    rng: np.random.Generator,
    persons: int,
    villages: int,
    as_of: date,
) -> pl.DataFrame:
    share = ROWS_PER_PERSON.get(contract.name, 0.05)
    size = villages if contract.subject == "village" else int(persons * share)
    who = rng.permutation(persons)[:size].astype(np.uint32)
    empty = pl.Series([None] * size, dtype=pl.UInt32)
    links = {
        "_person": empty if contract.subject == "village" else pl.Series(who),
        "_household": empty,
        "_village": pl.int_range(size, dtype=pl.UInt32, eager=True)
        if contract.subject == "village"
        else empty,
        "_file": pl.zeros(size, pl.UInt16, eager=True),
        "_sheet": pl.zeros(size, pl.UInt16, eager=True),
        "_row": pl.int_range(size, dtype=pl.UInt32, eager=True),
    }
    used = {
        column.name: _values(pack, column.type, column, rng, size, as_of)
        for column in contract.columns
        if not column.standard
    }
    return pl.DataFrame(used | links)


def _values(
    pack: Pack,
    type_: str,
    declared: Fact | ContractColumn,
    rng: np.random.Generator,
    size: int,
    as_of: date,
) -> pl.Series:
    """Values of one column; rare events stay rare."""
    if declared.codes is not None:
        codes = [code.code for code in pack.codes[declared.codes].values]
        weights = np.array([0.9] + [0.1 / max(1, len(codes) - 1)] * (len(codes) - 1))
        chosen = rng.choice(len(codes), size=size, p=weights / weights.sum())
        return pl.Series(np.array(codes)[chosen])
    match type_:
        case "bool":
            return pl.Series(rng.random(size) < 0.05)
        case "integer":
            return pl.Series(rng.integers(0, 12, size=size))
        case "number":
            return pl.Series(rng.integers(0, 120_000, size=size))
        case "money" | "money_text" if "income" in declared.name:
            return pl.Series(rng.integers(800_000, 6_000_000, size=size))
        case "money" | "money_text":
            return pl.Series((rng.exponential(90_000, size=size)).astype(np.int64))
        case "date" | "month":
            days = rng.integers(0, 25_000, size=size)
            return pl.Series(np.datetime64(as_of) - days.astype("timedelta64[D]")).cast(pl.Date)
        case _:
            return pl.Series(rng.integers(0, 1_000_000, size=size)).cast(pl.String)

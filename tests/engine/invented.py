"""A small invented population for any pack: random rows with all that makes facts unknown.

Values are missing, codes are not in the vocabulary, rows concern nobody or a household, deliveries
are missing, late, partial or quarantined for some villages, unusable rows may concern some persons.
"""

import random
from datetime import date, timedelta

import polars as pl

from fangpin.engine.snapshot import FeedKey, Snapshot
from fangpin.policy.pack import Contract, ContractColumn, Fact, Pack

STATUSES = ("missing", "late", "partial", "quarantined")


def invented(
    pack: Pack, as_of: date, seed: int, households: int = 60, villages: int = 5, gaps: bool = True
) -> Snapshot:
    """About 2.5 persons per household; the same seed gives the same snapshot."""
    rng = random.Random(seed)
    village = sorted(rng.randrange(villages) for _ in range(households))
    sizes = [rng.choice([0, 1, 1, 2, 3, 4, 6]) for _ in range(households)]
    household = [number for number, size in enumerate(sizes) for _ in range(size)]
    persons = len(household)
    months = [as_of.replace(day=1), (as_of.replace(day=1) - timedelta(days=1)).replace(day=1)]
    feeds: dict[FeedKey, pl.DataFrame] = {}
    coverage: list[dict[str, object]] = []
    suspects: list[dict[str, object]] = []
    for contract in pack.contracts.values():
        if contract.role != "feed":
            continue
        for month in months:
            if gaps and rng.random() < 0.1:
                continue
            feeds[contract.name, month] = _rows(
                pack, contract, rng, persons, households, villages, as_of
            )
            if gaps:
                for number in range(villages):
                    if rng.random() < 0.08:
                        coverage.append(
                            {
                                "contract": contract.name,
                                "period": month,
                                "village": number,
                                "status": rng.choice(STATUSES),
                            }
                        )
                for _ in range(rng.choice([0, 0, 1, 4])):
                    suspects.append(
                        {
                            "contract": contract.name,
                            "period": month,
                            "person": rng.randrange(persons),
                        }
                    )
    return Snapshot(
        places=pl.DataFrame(
            {
                "code": [f"9901{number // 2:05d}{200 + number:03d}" for number in range(villages)],
                "name": [f"{number}号村" for number in range(villages)],
                "township_code": [f"9901{number // 2:05d}000" for number in range(villages)],
                "township": [f"{number // 2}号乡" for number in range(villages)],
            }
        ),
        households=_register(pack, "household", households, rng, as_of).with_columns(
            pl.Series("village", village, dtype=pl.UInt32)
        ),
        persons=_register(pack, "person", persons, rng, as_of).with_columns(
            pl.Series("household", household, dtype=pl.UInt32)
        ),
        feeds=feeds,
        coverage=pl.DataFrame(
            coverage,
            schema={
                "contract": pl.String,
                "period": pl.Date,
                "village": pl.UInt32,
                "status": pl.String,
            },
        ),
        suspects=pl.DataFrame(
            suspects, schema={"contract": pl.String, "period": pl.Date, "person": pl.UInt32}
        ),
        files=("甲.xlsx", "乙.xlsx"),
        sheets=("", "二"),
    )


def _register(pack: Pack, subject: str, size: int, rng: random.Random, as_of: date) -> pl.DataFrame:
    letter = subject[0].upper()
    columns = {"number": pl.Series([f"{letter}{number:05d}" for number in range(size)])}
    for fact in pack.facts.values():
        if fact.registry and fact.subject == subject:
            columns[fact.registry] = _values(pack, fact.type, fact, rng, size, as_of)
    return pl.DataFrame(columns)


def _rows(
    pack: Pack,
    contract: Contract,
    rng: random.Random,
    persons: int,
    households: int,
    villages: int,
    as_of: date,
) -> pl.DataFrame:
    size = rng.choice([0, 3, persons // 3, persons, 2 * persons])

    def one_of(count: int, chance: float) -> pl.Series:
        drawn = [rng.randrange(count) if rng.random() < chance else None for _ in range(size)]
        return pl.Series(drawn, dtype=pl.UInt32)

    links = {
        "_person": one_of(persons, 0.9 if contract.subject == "person" else 0.4),
        "_household": one_of(households, 0.5 if contract.subject == "household" else 0.1),
        "_village": one_of(villages, 0.9),
        # As the intake leaves them: in the order of file, sheet and row.
        "_file": pl.Series([int(row > size // 2) for row in range(size)], dtype=pl.UInt16),
        "_sheet": pl.Series([int(row > size // 3) for row in range(size)], dtype=pl.UInt16),
        "_row": pl.int_range(2, size + 2, dtype=pl.UInt32, eager=True),
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
    rng: random.Random,
    size: int,
    as_of: date,
) -> pl.Series:
    """Few distinct values, so that lines are met and rows are equal; one in ten is missing."""
    dtype: type[pl.DataType] = pl.Int64
    if declared.codes is not None:
        dtype = pl.String
        choice = [code.code for code in pack.codes[declared.codes].values] + ["no such code"]
    elif type_ == "bool":
        dtype, choice = pl.Boolean, [True, False]
    elif type_ == "integer":
        choice = [0, 1, 2, 3, 5, 10, 30]
    elif type_ == "number":
        choice = [0, 5_000, 10_000, 60_000, 120_000]
    elif type_ in ("money", "money_text"):
        choice = [0, 1, 9_999, 600_000, 640_000, 1_000_000, 2_318_050, -600_000]
    elif type_ in ("date", "month"):
        dtype = pl.Date
        ages = [0, 3, 30, 400, 2_300, 6_000, 9_000, 22_000, 26_000, -20]
        choice = [as_of - timedelta(days=each) for each in ages]
    else:
        dtype, choice = pl.String, ["a", "b", "c", "d"]
    drawn = [rng.choice(choice) if rng.random() < 0.9 else None for _ in range(size)]
    return pl.Series(drawn, dtype=dtype)

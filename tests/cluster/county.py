"""A screened county written out as a columnar source, with numbers that belong to nobody."""

import random
from datetime import date
from pathlib import Path

import polars as pl

from fangpin.engine.snapshot import Snapshot
from fangpin.kernel.identity import check_digit
from fangpin.policy.pack import Contract, Pack

PERIOD = date(2021, 5, 1)


def number_of(person: int) -> str:
    """An identity number of nobody: area 990101 is not assigned."""
    day = date.fromordinal(date(1930, 1, 1).toordinal() + person // 900)
    body = f"990101{day:%Y%m%d}{person % 900:03d}"
    return body + check_digit(body)


def as_delivered(number: str, rng: random.Random) -> str:
    """Now and then untidy, always the same number."""
    way = rng.random()
    if way < 0.03:
        return f" {number}"
    if way < 0.05:
        return number.replace("X", "x")
    if way < 0.06:
        return "".join(chr(ord(c) + 0xFEE0) for c in number)
    return number


def unusable(number: str, rng: random.Random) -> str | None:
    """A number that fails: a digit off, cut short, blank."""
    way = rng.randrange(3)
    if way == 0:
        return number[:17] + ("0" if number[17] != "0" else "1")
    return number[:14] if way == 1 else None


def spoilt(frame: pl.DataFrame, contract: Contract, rng: random.Random) -> pl.DataFrame:
    """Some cells that no vocabulary and no bounds know, some blank ones."""
    changed = []
    for column in contract.columns:
        if column.name not in frame.columns:
            continue
        cells = frame[column.name].to_list()
        for row in range(frame.height):
            fate = rng.random()
            if fate < 0.01:
                cells[row] = None
            elif fate < 0.02 and frame.schema[column.name] == pl.String and column.codes:
                cells[row] = "词表之外"
            elif fate < 0.02 and frame.schema[column.name] == pl.Int64:
                cells[row] = 2**50
        changed.append(pl.Series(column.name, cells, dtype=frame.schema[column.name]))
    return frame.with_columns(changed)


def with_repeats(frame: pl.DataFrame, rng: random.Random) -> pl.DataFrame:
    """Some rows twice; some of those differ in one cell."""
    again = frame[[row for row in range(frame.height) if rng.random() < 0.05]]
    for name, dtype in again.schema.items():
        if dtype == pl.Date:
            odd = [rng.random() < 0.3 for _ in range(again.height)]
            moved = pl.col(name).dt.offset_by("-1d")
            again = again.with_columns(
                pl.when(pl.Series(odd, dtype=pl.Boolean)).then(moved).otherwise(name).alias(name)
            )
    return pl.concat([frame, again])


def write_source(snapshot: Snapshot, pack: Pack, folder: Path, seed: int = 1) -> Path:
    """The snapshot as a columnar source, in which offices have been at work: unusable numbers,
    outsiders, cells out of bounds, rows sent twice, persons who share a number or have none.

    Rows of a household carry the number of its first member, rows about nobody in particular none.
    Coverage is that of the snapshot where something was delivered.
    """
    rng = random.Random(seed)
    (folder / "register").mkdir(parents=True)
    (folder / "feeds").mkdir()
    sources = ["_file", "_sheet", "_row"]
    register = folder / "register"
    snapshot.places.select("code", "name", "township_code", "township").write_parquet(
        register / "places.parquet"
    )
    for name in ("households", "persons"):
        table = getattr(snapshot, name).drop(sources, strict=False)
        table.write_parquet(register / f"{name}.parquet", row_group_size=100)
    numbers = [number_of(person) for person in range(snapshot.persons.height)]
    known: list[str | None] = [*numbers]
    for person in rng.sample(range(len(numbers)), 6):
        known[person] = None
    known[10] = known[len(numbers) - 10]
    pl.DataFrame({"id_number": known}).write_parquet(
        register / "identity.parquet", row_group_size=100
    )
    starts = snapshot.members.start
    for (contract, period), frame in snapshot.feeds.items():
        declared = pack.contracts[contract]
        kept = frame.drop("_person", "_household", "_village", *sources)
        if declared.subject == "village":
            codes = snapshot.places["code"].gather(frame["_village"])
            lost = ["990000000000", *codes.to_list()[1:]]
            kept = kept.with_columns(pl.Series("village_code", lost))
        else:
            ids: list[str | None] = []
            for row in frame.select("_person", "_household").iter_rows():
                if row == (None, None):
                    ids.append(None)
                    continue
                person = row[0] if row[0] is not None else int(starts[row[1]])
                fate = rng.random()
                if fate < 0.02:
                    ids.append(unusable(numbers[person], rng))
                elif fate < 0.04:
                    ids.append(number_of(snapshot.persons.height + rng.randrange(10_000)))
                else:
                    ids.append(as_delivered(numbers[person], rng))
            kept = kept.with_columns(pl.Series("id_number", ids, dtype=pl.String))
        kept = with_repeats(spoilt(kept, declared, rng), rng)
        order = list(range(kept.height))
        rng.shuffle(order)
        path = folder / "feeds" / f"{contract}@{period:%Y-%m}.parquet"
        kept[order].write_parquet(path, row_group_size=50)
    codes = snapshot.places["code"].to_frame("village_code").with_row_index("village")
    snapshot.coverage.filter(pl.col("status") != "missing").join(
        codes, on="village", how="inner"
    ).drop("village").write_parquet(folder / "coverage.parquet")
    return folder

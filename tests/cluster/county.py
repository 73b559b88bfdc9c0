"""A screened county written out as a columnar source, with numbers that belong to nobody."""

import random
from datetime import date
from pathlib import Path

import polars as pl

from fangpin.engine.snapshot import Snapshot
from fangpin.kernel.identity import check_digit
from fangpin.policy.pack import Pack

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


def write_source(snapshot: Snapshot, pack: Pack, folder: Path, seed: int = 1) -> Path:
    """The snapshot as a columnar source; 2 % unusable numbers and 2 % outsiders are added.

    Deliveries about nobody in particular (clues) are left out; rows of a household carry the number
    of its first member.
    """
    rng = random.Random(seed)
    (folder / "register").mkdir(parents=True)
    (folder / "feeds").mkdir()
    sources = ["_file", "_sheet", "_row"]
    register = folder / "register"
    snapshot.places.select("code", "name", "township_code", "township").write_parquet(
        register / "places.parquet"
    )
    snapshot.households.drop(sources, strict=False).write_parquet(register / "households.parquet")
    snapshot.persons.drop(sources, strict=False).write_parquet(register / "persons.parquet")
    numbers = [number_of(person) for person in range(snapshot.persons.height)]
    pl.DataFrame({"id_number": numbers}).write_parquet(register / "identity.parquet")
    starts = snapshot.members.start
    for (contract, period), frame in snapshot.feeds.items():
        subject = pack.contracts[contract].subject
        if subject == "none":
            continue
        kept = frame.drop("_person", "_household", "_village", *sources)
        if subject == "village":
            codes = snapshot.places["code"].gather(frame["_village"])
            kept = kept.with_columns(codes.alias("village_code"))
        else:
            ids: list[str | None] = []
            for row in frame.select("_person", "_household").iter_rows():
                person = row[0] if row[0] is not None else int(starts[row[1]])
                fate = rng.random()
                if fate < 0.02:
                    ids.append(unusable(numbers[person], rng))
                elif fate < 0.04:
                    ids.append(number_of(snapshot.persons.height + rng.randrange(10_000)))
                else:
                    ids.append(as_delivered(numbers[person], rng))
            kept = kept.with_columns(pl.Series("id_number", ids, dtype=pl.String))
        order = list(range(kept.height))
        rng.shuffle(order)
        path = folder / "feeds" / f"{contract}@{period:%Y-%m}.parquet"
        kept[order].write_parquet(path, row_group_size=500)
    return folder

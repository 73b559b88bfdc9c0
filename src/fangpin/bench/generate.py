"""A columnar source of any size, for this month and the next, with the truth beside it.

FOLDER/source/      register/, feeds/, coverage.parquet: what a screening reads (this month)
FOLDER/next/        the same a month later; two deliveries are new, the others the same files
FOLDER/truth.parquet  rule, subject, number: who must be found this month

Written block by block in bounded memory; the same arguments give the same bytes.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from fangpin.bench import NEXT_MONTH, THIS_MONTH, chance, identity, people, planting
from fangpin.bench.parquet import Writer, stored, text
from fangpin.bench.people import Block, Flags, Int64
from fangpin.bench.rows import CODES, COLUMNS, FEEDS, NULL, Rows
from fangpin.bench.shuffling import Heaps

PER_BLOCK: Final = 300_000
"""Households of a block, about a million persons."""

VILLAGES_PER_TOWNSHIP: Final = 10
CHANGED: Final = ("medical", "work")
"""Deliveries that are new in the next month."""

GAPS: Final = {
    1: ("school_roll", "missing"),
    3: ("subsistence", "missing"),
    5: ("subsistence", "late"),
}
"""What is not complete in every twentieth township: its number modulo 20 → contract, status."""

UNTIDY: Final = 0.015
NOTHING_KNOWN: Final = 0.0001
"""Share of register cells that are empty."""

_REASONS: Final = {
    "missing": ("本乡镇未报送", "not delivered for this township"),
    "late": ("本乡镇报送的是旧数据", "what was delivered for this township is too old"),
}


def generate(
    folder: Path, persons: int, *, seed: int = 1, households_per_village: int = 400
) -> None:
    """Write both months for about `persons` persons into `folder`, which must not exist."""
    households = max(1, round(persons / people.MEAN_SIZE))
    blocks = -(-households // PER_BLOCK)
    village = np.arange(households) // households_per_village
    township = village // VILLAGES_PER_TOWNSHIP % 20
    source = folder / "source"
    (source / "register").mkdir(parents=True)
    (source / "feeds").mkdir()
    _places(source, int(village[-1]) + 1)
    heaps = {
        name: Heaps(
            folder / "heaps" / name, _record(name.removesuffix("+")), blocks, [seed, number, 7]
        )
        for number, name in enumerate((*FEEDS, *(f"{feed}+" for feed in CHANGED)))
    }
    truth: list[pl.DataFrame] = []
    with ExitStack() as files:
        register = {
            name: files.enter_context(Writer(source / "register" / f"{name}.parquet"))
            for name in ("households", "persons", "identity")
        }
        first_household = first_person = 0
        for number in range(blocks):
            here = slice(number * PER_BLOCK, min(households, (number + 1) * PER_BLOCK))
            block = people.draw(
                number,
                here.stop - here.start,
                village[here],
                ~np.isin(township[here], list(GAPS)),
                _day(THIS_MONTH),
                seed,
            )
            rows = Rows()
            truth += _truth(planting.plant(block, rows), block, first_household)
            chance.fill(block, rows)
            seventeen = block.identity()
            _register(register, block, seventeen, first_household, first_person)
            deliver = _Delivery(block, seventeen, township[here])
            for feed in FEEDS:
                heaps[feed].throw(deliver.rows(feed, rows.table(feed)))
            later = _next_month(block, rows)
            for feed in CHANGED:
                heaps[f"{feed}+"].throw(deliver.rows(feed, later.table(feed)))
            first_household += len(block.sizes)
            first_person += block.persons
    _coverage(source, THIS_MONTH, households, households_per_village)
    pl.concat(truth).write_parquet(folder / "truth.parquet", compression="zstd")
    for feed in FEEDS:
        _write(source / "feeds" / f"{feed}@{THIS_MONTH:%Y-%m}.parquet", feed, heaps[feed], seed)
    _link_next(source, folder / "next", heaps, seed, households, households_per_village)
    shutil.rmtree(folder / "heaps")


def _day(day: date) -> int:
    return (day - date(1970, 1, 1)).days


def _record(feed: str) -> list[tuple[str, str]]:
    return [("seventeen", "<i8"), ("spoilt", "u1"), *((name, "<i8") for name in COLUMNS[feed])]


def _numbers(values: Int64, width: int) -> pl.Series:
    return pl.Series(values).cast(pl.String).str.zfill(width)


def household_number(first: int, rows: Int64) -> pl.Series:
    """Numbers of households, 11 digits, by their row from the first of the block."""
    return _numbers(first + rows, 11)


def person_number(first: int, block: Block, rows: Int64) -> pl.Series:
    """Numbers of persons: the household's and the place in it."""
    return _numbers((first + block.household[rows]) * 10 + block.place[rows], 12)


def _places(source: Path, villages: int) -> None:
    number = np.arange(villages)
    township = number // VILLAGES_PER_TOWNSHIP
    prefix = pl.Series(["99"]).new_from_index(0, villages) + _numbers(township, 7)
    names = pl.DataFrame({"township": township, "village": number}).select(
        township=pl.format("第{}乡", pl.col("township") + 1),
        name=pl.format("第{}村", pl.col("village") + 1),
    )
    with Writer(source / "register" / "places.parquet") as file:
        file.write(
            {
                "code": text(prefix + _numbers(201 + number % VILLAGES_PER_TOWNSHIP, 3)),
                "name": text(names["name"]),
                "township_code": text(prefix + "000"),
                "township": text(names["township"]),
            }
        )


def _register(
    files: dict[str, Writer], block: Block, seventeen: Int64, household: int, person: int
) -> None:
    """Append the block's households, persons and identity numbers."""
    everybody = np.arange(block.persons)
    files["households"].write(
        {
            "number": text(household_number(household, np.arange(len(block.sizes)))),
            "village": block.village.astype(np.uint32),
            "category": stored(block.category, "code", people.CATEGORIES),
            "net_income": stored(_with_gaps(block, block.net_income), "money"),
        }
    )
    files["persons"].write(
        {
            "number": text(person_number(household, block, everybody)),
            "household": (household + block.household).astype(np.uint32),
            "birth_date": stored(_with_gaps(block, block.born), "date"),
            "labour": stored(_with_gaps(block, block.labour), "code", people.LABOUR),
        }
    )
    plain = np.zeros(block.persons, dtype=np.uint8)
    files["identity"].write({"id_number": text(identity.texts(seventeen, plain, block.rng))})


def _with_gaps(block: Block, values: Int64) -> Int64:
    """Some cells empty, never of planted households."""
    free = ~block.planted
    candidates = np.flatnonzero(free if len(values) == len(free) else free[block.household])
    count = max(2, round(NOTHING_KNOWN * len(values)))
    emptied = values.copy()
    emptied[block.rng.choice(candidates, size=min(count, len(candidates)), replace=False)] = NULL
    return emptied


class _Delivery:
    """Rows of a block as a department sends them: without gaps' areas, with unusable rows."""

    def __init__(self, block: Block, seventeen: Int64, township: Int64) -> None:
        self._block = block
        self._seventeen = seventeen
        self._township = township

    def rows(self, feed: str, table: dict[str, Int64]) -> dict[str, np.ndarray]:
        """Good rows, and besides them 2 % with bad numbers and 2 % of outsiders."""
        rng = self._block.rng
        person = table.pop("person")
        sent = ~self._missing(feed)[self._block.household[person]]
        person = person[sent]
        columns = {name: values[sent] for name, values in table.items()}
        size = len(person)
        extra = round(size * chance.BAD / (1 - chance.BAD - chance.OUTSIDERS))
        copied = rng.integers(max(size, 1), size=2 * extra if size else 0)
        seventeen = self._seventeen[person[copied]]
        seventeen[extra:] = identity.of_outsiders(seventeen[extra:], rng)
        spoilt = np.zeros(size + len(copied), dtype=np.uint8)
        untidy = rng.random(size) < UNTIDY
        spoilt[:size][untidy] = rng.integers(
            identity.LOWER_X, identity.FIFTEEN + 1, size=untidy.sum()
        )
        spoilt[size : size + extra] = rng.integers(
            identity.WRONG_CHECK, identity.LETTER + 1, size=min(extra, len(copied))
        )
        result: dict[str, np.ndarray] = {
            name: np.concatenate([values, values[copied]]) for name, values in columns.items()
        }
        result["seventeen"] = np.concatenate([self._seventeen[person], seventeen])
        result["spoilt"] = spoilt
        return result

    def _missing(self, feed: str) -> Flags:
        """Households for which the department sent nothing."""
        mask = np.zeros(len(self._township), dtype=np.bool_)
        for number, (contract, status) in GAPS.items():
            if contract == feed and status == "missing":
                mask |= self._township == number
        return mask


def _next_month(block: Block, rows: Rows) -> Rows:
    """The changed deliveries a month later: more settlements; some lost their work."""
    later = Rows()
    later.pieces["medical"] = list(rows.pieces["medical"])
    more = len(rows.table("medical")["person"]) // 25
    chance.settle(block, later, more, -29, 0)
    work = rows.table("work")
    lost = (work["status"] == 0) & (block.rng.random(len(work["status"])) < 0.003)
    work["status"] = np.where(lost, 1, work["status"])
    work["since"] = np.where(lost, block.as_of + 10, work["since"])
    later.add("work", work.pop("person"), **work)
    return later


def _truth(
    planted: list[tuple[str, str, Int64]], block: Block, first: int
) -> Iterator[pl.DataFrame]:
    for rule, subject, rows in planted:
        numbers = (
            household_number(first, rows)
            if subject == "household"
            else person_number(first, block, rows)
        )
        yield pl.DataFrame({"number": numbers}).select(
            pl.lit(rule).alias("rule"), pl.lit(subject).alias("subject"), "number"
        )


def _write(path: Path, feed: str, heaps: Heaps, seed: int) -> None:
    rng = np.random.default_rng([seed, FEEDS.index(feed), 11])
    with Writer(path) as file:
        for records in heaps.shuffled():
            numbers = identity.texts(records["seventeen"], records["spoilt"], rng)
            columns = {"id_number": text(numbers)}
            for name, type_ in COLUMNS[feed].items():
                words = CODES.get(f"{feed}.{name}", ())
                columns[name] = stored(records[name], type_, words)
            file.write(columns)


def _coverage(source: Path, as_of: date, households: int, per_village: int) -> None:
    """One row per contract and village whose delivery is not complete."""
    villages = -(-households // per_village)
    township = np.arange(villages) // VILLAGES_PER_TOWNSHIP
    code = pl.read_parquet(source / "register" / "places.parquet", columns=["code"])["code"]
    frames = []
    for number, (contract, status) in GAPS.items():
        zh, en = _REASONS[status]
        frames.append(
            pl.DataFrame({"village_code": code.filter(pl.Series(township % 20 == number))}).select(
                pl.lit(contract).alias("contract"),
                pl.lit(THIS_MONTH.replace(day=1)).alias("period"),
                "village_code",
                pl.lit(status).alias("status"),
                pl.lit(zh).alias("reason_zh"),
                pl.lit(en).alias("reason_en"),
            )
        )
    pl.concat(frames).write_parquet(source / "coverage.parquet", compression="zstd")


def _link_next(
    source: Path,
    following: Path,
    heaps: dict[str, Heaps],
    seed: int,
    households: int,
    per_village: int,
) -> None:
    """The next month's source: hard links, and the changed deliveries under their own month."""
    (following / "register").mkdir(parents=True)
    (following / "feeds").mkdir()
    for path in (source / "register").iterdir():
        os.link(path, following / "register" / path.name)
    os.link(source / "coverage.parquet", following / "coverage.parquet")
    for feed in FEEDS:
        name = f"{feed}@{THIS_MONTH:%Y-%m}.parquet"
        if feed in CHANGED:
            later = following / "feeds" / f"{feed}@{NEXT_MONTH:%Y-%m}.parquet"
            _write(later, feed, heaps[f"{feed}+"], seed + 1)
        else:
            os.link(source / "feeds" / name, following / "feeds" / name)

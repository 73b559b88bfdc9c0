"""Whose row is it: a join on the identity number, spread over the cluster.

Three steps, two of them exchanges between tasks: register and deliveries are read in chunks and
their rows sent to the bucket of their key; in each bucket the rows find their persons and are sent
to the part in which the person lives; the part gathers them. Rows about villages go straight to
their part.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.cluster import blocks
from fangpin.cluster.borders import part_of
from fangpin.cluster.chunks import Chunk
from fangpin.cluster.tasks import careful
from fangpin.engine.partition import Borders
from fangpin.kernel.identity.keys import identity_keys

if TYPE_CHECKING:
    from pyspark import SparkContext
    from pyspark.core.broadcast import Broadcast

Int64 = NDArray[np.int64]
REGISTER = -1
"""Stands for the register among the tables."""
PERSONS_IN_A_BUCKET = 2_000_000

KEY, PERSON, VILLAGE, ROW = "_key", "_person", "_village", "_row"
Blocks = list[tuple[int, bytes]]
"""(table, rows) pairs that travel together."""


@dataclass(frozen=True)
class Table:
    """A delivery to be linked: its file, the columns that facts read, and whom a row is about."""

    path: Path
    columns: tuple[str, ...]
    of_villages: bool = False


@dataclass(frozen=True)
class Plan:
    """What every task of the join needs to know; small, sent to each node once.

    `mixing` two secrets of this run: what travels between tasks are keys mixed with them, so that
    no block holds an identity number as it is and buckets fill evenly. `rejected` is the folder in
    which each chunk leaves the rows whose number cannot be used.
    """

    register: Path
    tables: tuple[Table, ...]
    borders: Borders
    buckets: int
    as_of: date
    mixing: tuple[int, int]
    rejected: Path


def linked(context: "SparkContext", plan: "Broadcast[Plan]", chunks: Sequence[Chunk]) -> Any:
    """An RDD with one partition per part: (part, Blocks) of the rows that belong there, each block
    with the table's columns, `_row` (position in the file from 1) and `_person` or `_village` (row
    of the register's table)."""
    tables = plan.value.tables
    straight = [
        each for each in chunks if each.table != REGISTER and tables[each.table].of_villages
    ]
    by_number = [each for each in chunks if each not in set(straight)]
    parts = len(plan.value.borders)
    found = (
        context.parallelize(by_number, max(1, len(by_number)))
        .flatMap(lambda chunk: careful(_to_buckets(plan.value, chunk)))
        .partitionBy(plan.value.buckets, int)
        .mapPartitions(lambda items: careful(_found_in_bucket(plan.value, items)))
    )
    if straight:
        located = context.parallelize(straight, len(straight)).flatMap(
            lambda chunk: careful(_located(plan.value, chunk))
        )
        found = found.union(located)
    return found.partitionBy(parts, int)


def mixed(keys: Int64, mixing: tuple[int, int]) -> Int64:
    """Keys under this run's secrets: equal exactly where the keys are (a bijection of 64 bits)."""
    word = keys.view(np.uint64) ^ np.uint64(mixing[0])
    for factor in (0xBF58476D1CE4E5B9, mixing[1] | 1):
        word = word ^ (word >> np.uint64(31))
        word = word * np.uint64(factor)
    word ^= word >> np.uint64(29)
    return word.view(np.int64)


def _to_buckets(plan: Plan, chunk: Chunk) -> Iterator[tuple[int, tuple[int, bytes]]]:
    """Rows of a chunk that carry a usable number, by the bucket of their key."""
    if chunk.table == REGISTER:
        numbers = chunk.read(plan.register / "identity.parquet", ["id_number"])["id_number"]
        rows = np.arange(chunk.first, chunk.first + chunk.rows, dtype=np.uint32)
        frame = pl.DataFrame({PERSON: rows})
    else:
        table = plan.tables[chunk.table]
        frame = chunk.read(table.path, ["id_number", *table.columns])
        numbers = frame["id_number"]
        rows = np.arange(chunk.first + 1, chunk.first + chunk.rows + 1, dtype=np.uint32)
        frame = frame.select(table.columns).with_columns(pl.Series(ROW, rows))
    judged = identity_keys(numbers.cast(pl.String), as_of=plan.as_of, threads=1)
    usable = judged.usable
    if not usable.all():
        if chunk.table != REGISTER:
            chunk.leave_rejected(plan.rejected, rows[~usable], judged.code[~usable])
        frame = frame.filter(pl.Series(usable))
    key = mixed(judged.key[usable], plan.mixing)
    frame = frame.with_columns(pl.Series(KEY, key))
    for bucket, own in blocks.split(frame, _bucket(key, plan.buckets)):
        yield bucket, (chunk.table, blocks.packed(own))


def _bucket(key: Int64, buckets: int) -> Int64:
    """By the upper half of the mixed key, evenly."""
    upper = key.view(np.uint64) >> np.uint64(32)
    return ((upper * np.uint64(buckets)) >> np.uint64(32)).astype(np.int64)


def _found_in_bucket(
    plan: Plan, items: Iterable[tuple[int, tuple[int, bytes]]]
) -> Iterator[tuple[int, Blocks]]:
    """Rows of a bucket with their persons, by part."""
    by_table: dict[int, list[bytes]] = defaultdict(list)
    for _, (table, block) in items:
        by_table[table].append(block)
    register = blocks.joined(by_table.pop(REGISTER, []))
    if register is None:
        return
    # A number that two persons carry says nothing of either.
    persons = register.filter(pl.col(KEY).is_unique())
    outgoing: dict[int, Blocks] = defaultdict(list)
    for table, own in sorted(by_table.items()):
        frame = blocks.joined(own)
        assert frame is not None
        frame = frame.join(persons, on=KEY, how="inner").drop(KEY)
        person = frame[PERSON].cast(pl.Int64).to_numpy()
        target = part_of(plan.borders.persons, person)
        for part, rows in blocks.split(frame, target):
            outgoing[part].append((table, blocks.packed(rows)))
    yield from sorted(outgoing.items())


def _located(plan: Plan, chunk: Chunk) -> Iterator[tuple[int, Blocks]]:
    """Rows of a chunk about villages, by part."""
    table = plan.tables[chunk.table]
    frame = chunk.read(table.path, ["village_code", *table.columns])
    codes = pl.read_parquet(plan.register / "places.parquet", columns=["code"])
    place = codes.with_row_index(VILLAGE).rename({"code": "village_code"})
    rows = np.arange(chunk.first + 1, chunk.first + chunk.rows + 1, dtype=np.uint32)
    frame = (
        frame.with_columns(pl.Series(ROW, rows), pl.col("village_code").cast(pl.String))
        .join(place, on="village_code", how="inner", maintain_order="left")
        .select(*table.columns, ROW, VILLAGE)
    )
    target = part_of(plan.borders.villages, frame[VILLAGE].cast(pl.Int64).to_numpy())
    for part, own in blocks.split(frame, target):
        yield part, [(chunk.table, blocks.packed(own))]

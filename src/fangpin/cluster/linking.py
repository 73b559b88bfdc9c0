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
from fangpin.cluster.effort import measured
from fangpin.cluster.files import Tally, leave_tally
from fangpin.cluster.reading import ReadChunk, read_chunk, row_numbers
from fangpin.cluster.tasks import careful
from fangpin.engine.partition import Borders
from fangpin.feeds.columnar.delivered import read_rows
from fangpin.feeds.columnar.index import NOBODY
from fangpin.feeds.columnar.source import ColumnarSource
from fangpin.kernel.identity.keys import NO_KEY, identity_keys
from fangpin.policy.pack import Pack

if TYPE_CHECKING:
    from pyspark import SparkContext
    from pyspark.core.broadcast import Broadcast

Int64 = NDArray[np.int64]
REGISTER, WITHOUT = -1, -2
"""Stand for the register, and for persons without a usable number, among the deliveries."""

KEY, SUBJECT = "_key", "_subject"
Blocks = list[tuple[int, bytes]]
"""(number of the delivery, rows) pairs that travel together."""


@dataclass(frozen=True)
class Plan:
    """What every task of the join needs to know; small, sent to each node once.

    `mixing` two secrets of this run: what travels between tasks are keys mixed with them, so that
    no block holds an identity number as it is and buckets fill evenly. `tallies` is the folder in
    which each chunk leaves what became of its rows.
    """

    source: ColumnarSource
    pack: Pack
    as_of: date
    borders: Borders
    buckets: int
    mixing: tuple[int, int]
    tallies: Path


def linked(
    context: "SparkContext", plan: "Broadcast[Plan]", chunks: Sequence[Chunk], effort: Any
) -> Any:
    """An RDD with one partition per part: (part, Blocks) of the rows that belong there, each block
    with the columns that are read, `_row`, `_rest` (see `reading`) and `_subject`: the person, or
    village, as row of the register. Persons without a usable number travel as `WITHOUT`."""
    deliveries = plan.value.source.deliveries

    def route(chunk: Chunk) -> str:
        about = "id_number" if chunk.table == REGISTER else deliveries[chunk.table].about
        return about or "nobody"

    by_number = [chunk for chunk in chunks if route(chunk) != "village_code"]
    by_village = [chunk for chunk in chunks if route(chunk) == "village_code"]
    found = (
        context.parallelize(by_number, max(1, len(by_number)))
        .flatMap(lambda chunk: careful(_to_buckets(plan.value, chunk, effort)))
        .partitionBy(plan.value.buckets, int)
        .mapPartitions(lambda items: careful(_found_in_bucket(plan.value, items, effort)))
    )
    if by_village:
        located = context.parallelize(by_village, len(by_village)).flatMap(
            lambda chunk: careful(_located(plan.value, chunk, effort))
        )
        found = found.union(located)
    return found.partitionBy(len(plan.value.borders), int)


def mixed(keys: Int64, mixing: tuple[int, int]) -> Int64:
    """Keys under this run's secrets: equal exactly where the keys are (a bijection of 64 bits)."""
    word = keys.view(np.uint64) ^ np.uint64(mixing[0])
    for factor in (0xBF58476D1CE4E5B9, mixing[1] | 1):
        word = word ^ (word >> np.uint64(31))
        word = word * np.uint64(factor)
    word ^= word >> np.uint64(29)
    return word.view(np.int64)


def _to_buckets(plan: Plan, chunk: Chunk, effort: Any) -> Iterator[tuple[int, tuple[int, bytes]]]:
    """Rows of a chunk that carry a usable number, by the bucket of their key."""
    step, of = "register", ""
    if chunk.table != REGISTER:
        step, of = "reading", plan.source.deliveries[chunk.table].contract.name
    with measured(effort, step, of) as cost:
        cost.rows = chunk.rows
        outgoing = list(
            _register_chunk(plan, chunk) if chunk.table == REGISTER else _feed_chunk(plan, chunk)
        )
        cost.bytes = sum(len(block) for _, (_, block) in outgoing)
    yield from outgoing


def _register_chunk(plan: Plan, chunk: Chunk) -> Iterator[tuple[int, tuple[int, bytes]]]:
    source = plan.source
    texts = read_rows(
        source.register_file("identity"), ["id_number"], chunk.first, chunk.rows,
        source.heights["identity"],
    )["id_number"]  # fmt: skip
    key = identity_keys(texts, as_of=plan.as_of, threads=1).key
    usable = key != NO_KEY
    persons = pl.DataFrame(
        {SUBJECT: np.arange(chunk.first, chunk.first + chunk.rows, dtype=np.uint32)}
    )
    yield from _keyed(plan, REGISTER, persons.filter(pl.Series(usable)), key[usable])
    if not usable.all():
        without = persons.filter(pl.Series(~usable))
        yield chunk.first // max(1, chunk.rows) % plan.buckets, (WITHOUT, blocks.packed(without))


def _feed_chunk(plan: Plan, chunk: Chunk) -> Iterator[tuple[int, tuple[int, bytes]]]:
    read = _read(plan, chunk)
    yield from _keyed(plan, chunk.table, read.rows, read.key)


def _read(plan: Plan, chunk: Chunk) -> ReadChunk:
    """A chunk read; what became of its rows is left in the plan's folder."""
    codes = pl.read_parquet(plan.source.register_file("places"), columns=["code"])["code"]
    read = read_chunk(
        chunk, plan.source.deliveries[chunk.table], plan.pack, plan.as_of, codes.cast(pl.String)
    )
    leave_tally(plan.tallies, chunk, Tally(read.rejected, read.corrected, read.unusable))
    return read


def _keyed(
    plan: Plan, table: int, rows: pl.DataFrame, key: Int64
) -> Iterator[tuple[int, tuple[int, bytes]]]:
    secret = mixed(key, plan.mixing)
    rows = rows.with_columns(pl.Series(KEY, secret))
    for bucket, own in blocks.split(rows, _bucket(secret, plan.buckets)):
        yield bucket, (table, blocks.packed(own))


def _bucket(key: Int64, buckets: int) -> Int64:
    """By the upper half of the mixed key, evenly."""
    upper = key.view(np.uint64) >> np.uint64(32)
    return ((upper * np.uint64(buckets)) >> np.uint64(32)).astype(np.int64)


def _found_in_bucket(
    plan: Plan, items: Iterable[tuple[int, tuple[int, bytes]]], effort: Any
) -> Iterator[tuple[int, Blocks]]:
    """Rows of a bucket with their persons, by part."""
    by_table: dict[int, list[bytes]] = defaultdict(list)
    for _, (table, block) in items:
        by_table[table].append(block)
    if not by_table:
        return
    with measured(effort, "joining") as cost:
        outgoing, cost.rows = _by_part(plan, by_table)
        cost.bytes = sum(len(block) for own in outgoing.values() for _, block in own)
    yield from sorted(outgoing.items())


def _by_part(plan: Plan, by_table: dict[int, list[bytes]]) -> tuple[dict[int, Blocks], int]:
    """Rows joined and where they go, by part; and how many rows were looked at."""
    outgoing: dict[int, Blocks] = defaultdict(list)
    looked_at = 0

    def send(table: int, frame: pl.DataFrame) -> None:
        for part, rows in blocks.split(frame, _parts(plan.borders.persons, frame)):
            outgoing[part].append((table, blocks.packed(rows)))

    register = blocks.joined(by_table.pop(REGISTER, []))
    without = blocks.joined(by_table.pop(WITHOUT, []))
    if without is not None:
        send(WITHOUT, without)
    if register is None:
        return outgoing, looked_at
    looked_at += register.height
    # A number that two persons carry says nothing of either.
    alone = register[KEY].is_unique()
    if not alone.all():
        send(WITHOUT, register.filter(~alone).select(SUBJECT))
    persons = register.filter(alone)
    for table, own in sorted(by_table.items()):
        frame = blocks.joined(own)
        assert frame is not None
        looked_at += frame.height
        # Tables about nobody in particular keep their rows, so that none is counted twice.
        everybody = plan.source.deliveries[table].contract.subject != "none"
        found = frame.join(persons, on=KEY, how="inner" if everybody else "left")
        send(table, found.drop(KEY))
    return outgoing, looked_at


def _parts(firsts: Int64, rows: pl.DataFrame) -> Int64:
    """The part of each row: where its subject lives; rows about nobody go where their likes go."""
    subject = rows[SUBJECT].cast(pl.Int64).fill_null(NOBODY).to_numpy()
    parts = part_of(firsts, subject)
    nobody = subject == NOBODY
    if nobody.any():
        likes = row_numbers(rows.drop(SUBJECT).filter(pl.Series(nobody)))
        parts[nobody] = (likes % np.uint64(len(firsts) - 1)).astype(np.int64)
    return parts


def _located(plan: Plan, chunk: Chunk, effort: Any) -> Iterator[tuple[int, Blocks]]:
    """Rows of a chunk about villages, by part."""
    file = plan.source.deliveries[chunk.table]
    with measured(effort, "reading", file.contract.name) as cost:
        cost.rows = chunk.rows
        outgoing = list(_by_village(plan, chunk))
        cost.bytes = sum(len(block) for _, own in outgoing for _, block in own)
    yield from outgoing


def _by_village(plan: Plan, chunk: Chunk) -> Iterator[tuple[int, Blocks]]:
    read = _read(plan, chunk)
    village = pl.Series(SUBJECT, read.key, dtype=pl.Int64)
    village = village.set(village == NOBODY, None).cast(pl.UInt32)
    rows = read.rows.with_columns(village)
    for part, own in blocks.split(rows, _parts(plan.borders.villages, rows)):
        yield part, [(chunk.table, blocks.packed(own))]

"""Step one on the cluster: a columnar source → the parts of its snapshot, on the shared disk."""

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from fangpin.cluster.chunks import chunks_of
from fangpin.cluster.files import part_folder, save_aside
from fangpin.cluster.linking import PERSONS_IN_A_BUCKET, REGISTER, Blocks, Plan, linked
from fangpin.cluster.part import Source
from fangpin.cluster.tasks import collected, guarded
from fangpin.kernel.errors import Text

if TYPE_CHECKING:
    from pyspark import SparkContext

LINKING = Text("按证件号归户", "linking rows to persons")


@dataclass(frozen=True)
class Linked:
    """Rows of each delivery (in the order of `Source.tables`) that belong to the register."""

    rows: tuple[int, ...]


def write_parts(
    context: "SparkContext",
    source: Source,
    parts: Path,
    rejected: Path,
    as_of: date,
    buckets: int | None = None,
) -> Linked:
    """Link all deliveries and write every part into `parts`, rows with unusable numbers into
    `rejected` (both folders exist and are seen by all nodes).

    `buckets`: how many pieces the join is done in (default by the size of the register).
    """
    chunks = chunks_of(REGISTER, source.register / "identity.parquet")
    for number, table in enumerate(source.tables):
        chunks += chunks_of(number, table.path)
    persons = int(source.borders.persons[-1])
    plan = Plan(
        register=source.register,
        tables=source.tables,
        borders=source.borders,
        buckets=buckets or max(context.defaultParallelism, -(-persons // PERSONS_IN_A_BUCKET)),
        as_of=as_of,
        mixing=(secrets.randbits(64), secrets.randbits(64)),
        rejected=rejected,
    )
    shared = context.broadcast(source)
    shared_plan = context.broadcast(plan)

    def write(each: tuple[int, list[tuple[int, Blocks]]]) -> dict[int, int]:
        part, items = each
        snapshot = shared.value.snapshot(part, (blocks for _, blocks in items))
        save_aside(snapshot, part_folder(parts, part))
        return {number: snapshot.feeds[key].height for number, key in enumerate(shared.value.keys)}

    def of_part(number: int, items: Iterable[tuple[int, Blocks]]) -> Iterator[object]:
        yield guarded(write)((number, list(items)))

    try:
        rows = linked(context, shared_plan, chunks).mapPartitionsWithIndex(of_part)
        counts: list[dict[int, int]] = collected(rows, LINKING)
    finally:
        shared.unpersist()
        shared_plan.unpersist()
    return Linked(tuple(sum(each[number] for each in counts)
                        for number in range(len(source.tables))))  # fmt: skip


def rejected_rows(rejected: Path) -> pl.DataFrame:
    """table, _row (position in the file from 1), code (of the verdict); sorted."""
    schema = {"table": pl.Int32, "_row": pl.UInt32, "code": pl.UInt8}
    frames = [
        pl.read_parquet(path).select(
            pl.lit(int(path.name.partition("-")[0]), pl.Int32).alias("table"), "_row", "code"
        )
        for path in sorted(rejected.glob("*-*.parquet"))
    ]
    return pl.concat(frames) if frames else pl.DataFrame(schema=schema)

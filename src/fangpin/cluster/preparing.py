"""Step one on the cluster: a columnar source → the parts of its snapshot, on the shared disk."""

import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from fangpin.cluster.chunks import PERSONS_IN_A_BUCKET, ROWS, Chunk, chunks_of
from fangpin.cluster.effort import measured
from fangpin.cluster.files import bytes_in, part_folder, save_aside, tallies
from fangpin.cluster.linking import REGISTER, Blocks, Plan, linked
from fangpin.cluster.part import PartReport, Whole
from fangpin.cluster.tasks import collected, guarded
from fangpin.feeds.columnar.delivered import Rejected
from fangpin.feeds.columnar.linking import Linked, note_repeated
from fangpin.feeds.columnar.source import ColumnarSource
from fangpin.kernel.errors import Text

if TYPE_CHECKING:
    from pyspark import SparkContext

LINKING = Text("按证件号归户", "linking rows to persons")


def chunks(source: ColumnarSource, rows: int = ROWS) -> list[Chunk]:
    """The pieces of about `rows` rows in which a source is read."""
    found = chunks_of(REGISTER, source.register_file("identity"), rows)
    for number, file in enumerate(source.deliveries):
        found += chunks_of(number, file.path, rows)
    return found


def buckets_for(context: "SparkContext", persons: int) -> int:
    """In how many pieces the join is done."""
    return max(context.defaultParallelism, -(-persons // PERSONS_IN_A_BUCKET))


def write_parts(
    context: "SparkContext",
    whole: Whole,
    parts: Path,
    counted: Path,
    effort: Any,
    buckets: int | None = None,
    rows_per_chunk: int = ROWS,
) -> list[PartReport]:
    """Link all deliveries and write every part into `parts`; what became of the rows of each chunk
    goes into `counted` (both folders exist and are seen by all nodes). One report per part; neither
    they nor the parts depend on `buckets` (default by the size of the register) and chunks."""
    source = whole.source
    plan = Plan(
        source=source,
        pack=whole.pack,
        as_of=whole.as_of,
        borders=whole.borders,
        buckets=buckets or buckets_for(context, source.heights["persons"]),
        mixing=(secrets.randbits(64), secrets.randbits(64)),
        tallies=counted,
    )
    shared = context.broadcast(whole)
    shared_plan = context.broadcast(plan)

    def write(each: tuple[int, list[Blocks]]) -> PartReport:
        part, found = each
        with measured(effort, "parts") as cost:
            snapshot, report = shared.value.snapshot(part, found)
            save_aside(snapshot, part_folder(parts, part))
            cost.rows = snapshot.persons.height + sum(report.linked)
            cost.bytes = bytes_in(part_folder(parts, part))
        return report

    def of_part(number: int, items: Iterable[tuple[int, Blocks]]) -> Iterator[object]:
        yield guarded(write)((number, [found for _, found in items]))

    try:
        rows = linked(context, shared_plan, chunks(source, rows_per_chunk), effort)
        reports: list[PartReport] = collected(rows.mapPartitionsWithIndex(of_part), LINKING)
    finally:
        shared.unpersist()
        shared_plan.unpersist()
    return reports


def linked_of(
    source: ColumnarSource, counted: Path, reports: list[PartReport]
) -> dict[Path, Linked]:
    """What became of the rows of each delivery, as on one machine but without the rows."""
    found = {}
    for number, file in enumerate(source.deliveries):
        read = tallies(counted, number)
        unusable: dict[tuple[str, str], int] = {}
        for tally in read:
            for column, reason, cells in tally.unusable:
                unusable[column, reason] = unusable.get((column, reason), 0) + cells
        again = np.concatenate([each.repeated[number][0] for each in reports])
        original = np.concatenate([each.repeated[number][1] for each in reports])
        order = np.argsort(again)
        rejected = Rejected()
        note_repeated(rejected, again[order] - 1, original[order] - 1)
        sent_back = pl.concat([*(each.rejected for each in read), rejected.frame])
        found[file.path] = Linked(
            file=file,
            frame=pl.DataFrame(),
            rejected=sent_back.sort("row", maintain_order=True),
            read=file.rows,
            corrected=sum(each.corrected for each in read),
            outside=0,
            duplicates=len(again),
            linked=sum(each.linked[number] for each in reports),
            unusable=[(*key, cells) for key, cells in sorted(unusable.items())],
            villages=np.concatenate([each.villages[number] for each in reports]),
        )
    return found

"""One part of a columnar source as an ordinary snapshot: its villages, with numbers from 0."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.cluster.blocks import joined
from fangpin.cluster.chunks import Chunk
from fangpin.cluster.linking import SUBJECT, WITHOUT, Blocks
from fangpin.cluster.reading import REST, ROW, read_chunk
from fangpin.engine.dependencies import Deliveries
from fangpin.engine.partition import Borders
from fangpin.engine.snapshot import Snapshot
from fangpin.feeds.columnar.index import NOBODY
from fangpin.feeds.columnar.intake import located, numbered
from fangpin.feeds.columnar.linking import Relations, by_village, in_order, snapshot_frame
from fangpin.feeds.columnar.register import read_table, with_sizes
from fangpin.feeds.columnar.reporting import suspects_of
from fangpin.feeds.columnar.source import ColumnarSource, DeliveredFile
from fangpin.policy.pack import Pack

Int64 = NDArray[np.int64]
Span = tuple[int, int]
"""First row and number of rows."""


@dataclass
class PartReport:
    """What a part says of its rows, to be added up: by delivery the booked rows, booked rows of
    each village, and rows sent twice (row in the file, row that is counted, both from 1); cells of
    the register that cannot be used (table, column, reason, cells); persons without a number."""

    linked: list[int] = field(default_factory=list)
    villages: list[Int64] = field(default_factory=list)
    repeated: list[tuple[Int64, Int64]] = field(default_factory=list)
    unusable: list[tuple[str, str, str, int]] = field(default_factory=list)
    without: int = 0


@dataclass(frozen=True)
class Whole:
    """What all parts have in common; small, sent to each node once.

    `files` the snapshot's list of files; `coverage` with the village numbers of the whole; a part
    speaks of the run with the `snapshot_hash` and the `deliveries` of the whole.
    """

    source: ColumnarSource
    pack: Pack
    as_of: date
    borders: Borders
    files: list[str]
    coverage: pl.DataFrame
    snapshot_hash: str
    deliveries: Deliveries

    def spans(self, part: int) -> tuple[Span, Span, Span]:
        """Villages, households and persons of a part."""
        villages, households, persons = (
            (int(first[part]), int(first[part + 1] - first[part]))
            for first in (self.borders.villages, self.borders.households, self.borders.persons)
        )
        return villages, households, persons

    def snapshot(self, part: int, found: Iterable[Blocks]) -> tuple[Snapshot, PartReport]:
        """The part with the rows that were found to belong there, in any order."""
        report = PartReport()
        villages, households, persons = self.spans(part)
        places = self._table("places", villages, report)
        homes = self._table("households", households, report).with_columns(
            _shifted("village", villages)
        )
        people = self._table("persons", persons, report).with_columns(
            _shifted("household", households)
        )
        places = with_sizes(places, homes, people)
        by_table: dict[int, list[bytes]] = defaultdict(list)
        for items in found:
            for table, block in items:
                by_table[table].append(block)
        relations = Relations(
            people["household"].to_numpy(), homes["village"].to_numpy(), places["code"]
        )
        feeds = {}
        for number, file in enumerate(self.source.deliveries):
            rows = joined(by_table.get(number, []))
            first = villages if file.about == "village_code" else persons
            frame = self._feed(file, rows, relations, first[0], report)
            feeds[file.key] = located(frame, self.files, file.path.name)
        without = joined(by_table.get(WITHOUT, []))
        lost = np.zeros(0, dtype=np.int64)
        if without is not None:
            lost = np.sort(without[SUBJECT].cast(pl.Int64).to_numpy())
        report.without = len(lost)
        snapshot = Snapshot(
            places=places,
            households=_placed(homes, self.files, "households", households),
            persons=_placed(people, self.files, "persons", persons),
            feeds=dict(sorted(feeds.items())),
            coverage=_own(self.coverage, "village", villages),
            suspects=suspects_of(
                self.source.deliveries, lost, "register/identity.parquet"
            ).with_columns(_shifted("person", persons)),
            files=tuple(self.files),
            sheets=("",),
            known_hash=self.snapshot_hash,
            known_deliveries=self.deliveries,
        )
        return snapshot, report

    def _table(self, name: str, span: Span, report: PartReport) -> pl.DataFrame:
        """A table of the register, its own rows, with the columns that facts read."""
        frame, unusable = read_table(self.source, self.pack, name, *span)
        report.unusable += unusable
        return frame

    def _feed(
        self,
        file: DeliveredFile,
        rows: pl.DataFrame | None,
        relations: Relations,
        first: int,
        report: PartReport,
    ) -> pl.DataFrame:
        """The rows of a delivery as in a snapshot, each counted once."""
        names = [column.name for column in file.columns]
        if rows is None:
            nothing = read_chunk(Chunk(0, 0, 0), file, self.pack, self.as_of, relations.codes)
            rows = nothing.rows.with_columns(pl.Series(SUBJECT, [], dtype=pl.UInt32))
        rows = rows.sort(ROW)
        subject = (rows[SUBJECT].cast(pl.Int64) - first).fill_null(NOBODY).to_numpy()
        row = rows[ROW].cast(pl.Int64).to_numpy() - 1
        order = in_order(file, self.pack, subject, lambda: relations)
        rows, subject, row = rows[order], subject[order], row[order]
        again, original = _repeated(rows.select(*names, REST), subject, row)
        report.repeated.append((row[again] + 1, original + 1))
        # Rows about nobody have been counted; no fact sees them.
        use = subject != NOBODY
        use[again] = False
        if not use.all():
            rows, subject, row = rows.filter(pl.Series(use)), subject[use], row[use]
        report.linked.append(len(row))
        report.villages.append(by_village(file, subject, relations))
        # Without any column the rows still count.
        read = rows.select(names or pl.col(ROW).alias("_"))
        return snapshot_frame(file, self.pack, read, subject, row, lambda: relations)


def _repeated(said: pl.DataFrame, subject: Int64, row: Int64) -> tuple[Int64, Int64]:
    """Positions of rows that say of the same subject what an earlier row of the file says, and the
    place of that one (from 0)."""
    frame = said.with_columns(pl.Series(SUBJECT, subject), pl.Series("_place", row))
    several = frame.filter(pl.col(SUBJECT).is_duplicated()).height
    if not several:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    compared = [*said.columns, SUBJECT]
    again = (
        frame.with_row_index("_at")
        .filter(pl.struct(compared).is_duplicated())
        .with_columns(pl.col("_place").min().over(compared).alias("_first"))
        .filter(pl.col("_place") > pl.col("_first"))
    )
    return again["_at"].cast(pl.Int64).to_numpy(), again["_first"].to_numpy()


def _placed(frame: pl.DataFrame, files: list[str], name: str, span: Span) -> pl.DataFrame:
    """Register rows say where they stand in their file."""
    return numbered(frame, files, f"register/{name}.parquet", span[0])


def _shifted(column: str, span: Span) -> pl.Expr:
    return (pl.col(column).cast(pl.UInt32) - pl.lit(span[0], pl.UInt32)).alias(column)


def _own(frame: pl.DataFrame, column: str, span: Span) -> pl.DataFrame:
    """Rows about numbers of the span, counted from its first."""
    own = frame.filter(pl.col(column).is_between(span[0], span[0] + span[1] - 1))
    return own.with_columns(_shifted(column, span))

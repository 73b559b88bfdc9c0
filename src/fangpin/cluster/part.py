"""One part of a columnar source as an ordinary snapshot: its villages, with numbers from 0."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from fangpin.cluster.blocks import joined
from fangpin.cluster.linking import PERSON, ROW, VILLAGE, Blocks, Table
from fangpin.engine.dependencies import Deliveries, FeedKey
from fangpin.engine.partition import Borders
from fangpin.engine.snapshot import Snapshot

Span = tuple[int, int]
"""First row and number of rows."""


@dataclass(frozen=True)
class Source:
    """What all parts have in common; small, sent to each node once.

    `keys`: contract and month of each delivery, as in `tables`; `files` the position of each in the
    snapshot's list of files. `coverage` and `suspects` of the whole, numbers of the whole;
    `snapshot_hash` and `deliveries` of the whole, too: a part speaks of the run as the whole does.
    """

    register: Path
    borders: Borders
    tables: tuple[Table, ...]
    keys: tuple[FeedKey, ...]
    file_at: tuple[int, ...]
    files: tuple[str, ...]
    sheets: tuple[str, ...]
    coverage: pl.DataFrame
    suspects: pl.DataFrame
    snapshot_hash: str
    deliveries: Deliveries

    def spans(self, part: int) -> tuple[Span, Span, Span]:
        """Villages, households and persons of a part."""
        villages, households, persons = (
            (int(first[part]), int(first[part + 1] - first[part]))
            for first in (self.borders.villages, self.borders.households, self.borders.persons)
        )
        return villages, households, persons

    def snapshot(self, part: int, delivered: Iterable[Blocks]) -> Snapshot:
        """The part with the rows that were found to belong there, in any order."""
        villages, households, persons = self.spans(part)
        homes = _rows(self.register / "households.parquet", households).with_columns(
            _shifted("village", villages)
        )
        people = _rows(self.register / "persons.parquet", persons).with_columns(
            _shifted("household", households)
        )
        by_table: dict[int, list[bytes]] = defaultdict(list)
        for items in delivered:
            for table, block in items:
                by_table[table].append(block)
        feeds = {}
        for number, declared in enumerate(self.tables):
            rows = joined(by_table.get(number, []))
            if rows is None:
                rows = _nothing(declared)
            feeds[self.keys[number]] = self._feed(number, rows, homes, people, villages, persons)
        return Snapshot(
            places=_rows(self.register / "places.parquet", villages),
            households=homes,
            persons=people,
            feeds=dict(sorted(feeds.items())),
            coverage=_own(self.coverage, "village", villages),
            suspects=_own(self.suspects, "person", persons),
            files=self.files,
            sheets=self.sheets,
            known_hash=self.snapshot_hash,
            known_deliveries=self.deliveries,
        )

    def _feed(
        self,
        number: int,
        rows: pl.DataFrame,
        homes: pl.DataFrame,
        people: pl.DataFrame,
        villages: Span,
        persons: Span,
    ) -> pl.DataFrame:
        """Rows sorted by person (or village), with the numbers of the part."""
        table = self.tables[number]
        place = pl.lit(self.file_at[number], pl.UInt16).alias("_file")
        sheet = pl.lit(0, pl.UInt16).alias("_sheet")
        nobody = pl.lit(None, pl.UInt32)
        if table.of_villages:
            rows = rows.sort(VILLAGE, ROW).with_columns(_shifted(VILLAGE, villages))
            located = [nobody.alias(PERSON), nobody.alias("_household"), pl.col(VILLAGE)]
        else:
            rows = rows.sort(PERSON, ROW).with_columns(_shifted(PERSON, persons))
            household = people["household"].gather(rows[PERSON]).alias("_household")
            village = homes["village"].gather(household).alias(VILLAGE)
            located = [pl.col(PERSON), pl.lit(household), pl.lit(village)]
        return rows.select(*table.columns, *located, place, sheet, ROW)


def _rows(path: Path, span: Span) -> pl.DataFrame:
    return pl.scan_parquet(path).slice(*span).collect()


def _shifted(column: str, span: Span) -> pl.Expr:
    return (pl.col(column) - pl.lit(span[0], pl.UInt32)).cast(pl.UInt32).alias(column)


def _own(frame: pl.DataFrame, column: str, span: Span) -> pl.DataFrame:
    """Rows about numbers of the span, counted from its first."""
    own = frame.filter(pl.col(column).is_between(span[0], span[0] + span[1] - 1))
    return own.with_columns(_shifted(column, span))


def _nothing(table: Table) -> pl.DataFrame:
    """No rows, with the types of the delivery."""
    wanted = VILLAGE if table.of_villages else PERSON
    head = pl.scan_parquet(table.path).select(table.columns).slice(0, 0).collect()
    return head.with_columns(
        pl.Series(ROW, [], dtype=pl.UInt32), pl.Series(wanted, [], dtype=pl.UInt32)
    )

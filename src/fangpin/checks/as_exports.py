"""The registry as the exports that the quality rules read, without a file in between.

The headers of both are those of the national system, so a column of the registry stands under the
column of a contract that has its header. What the registry has no column for was not sent: its
rules are not asked, and said to be so.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

import polars as pl

from fangpin.checks.village_rows import village_sheet
from fangpin.exchange import state
from fangpin.exchange.columns import SheetName
from fangpin.exchange.exporting import Wanted, place_names, wide_rows, wide_sheet
from fangpin.exchange.wide_book import WideSheet
from fangpin.people.scope import FieldGroup
from fangpin.policy.pack import Contract, Pack
from fangpin.quality.sheets import ExportSheet, folded, headers_of

SOURCE: Final = "登记库"
HOUSEHOLD: Final = "户编号"
# Headers that both wide tables have, told apart as the exports do.
RENAMED: Final[dict[SheetName, dict[str, str]]] = {
    "household": {"联系电话": "户联系电话"},
    "person": {"联系电话": "家庭成员联系电话"},
}
_OF_HOUSEHOLDS: Final = ("rural_construction",)
# Rows of the other exports: persons for whom this column says yes.
_OF_SOME_PERSONS: Final = {"work": "是否已务工", "planned_work": "是否计划务工"}


def registry_sheets(pack: Pack, areas: Sequence[str], on: date) -> list[ExportSheet]:
    """The registry of these areas (code prefixes) under the contracts of a quality pack; empty
    when nobody is registered there."""
    wanted = Wanted(tuple(areas), frozenset(FieldGroup), state.newest_years(), on)
    names = place_names(wanted.areas)
    homes, people = (
        _table(sheet, wide_sheet(sheet, wanted, names, "")) for sheet in ("household", "person")
    )
    if not people.height:
        return []
    return [*_sheets(pack, homes, people), *village_sheet(pack, wanted.areas, SOURCE)]


def sheets_of_rows(
    pack: Pack, homes: pl.DataFrame, people: pl.DataFrame, others: pl.DataFrame, on: date
) -> list[ExportSheet]:
    """The same of rows that are at hand, frames of `state` with all keys. `others`: rows of other
    households that some rules compare with, under headers of the table of persons. Rules about
    villages are not asked."""
    names = place_names(tuple(homes["village"].drop_nulls().unique().to_list()))
    tables = {
        sheet: _table(sheet, wide_rows(sheet, homes, people, names, on))
        for sheet in ("household", "person")
    }
    return _sheets(pack, tables["household"], tables["person"], others)


def _sheets(
    pack: Pack, homes: pl.DataFrame, people: pl.DataFrame, others: pl.DataFrame | None = None
) -> list[ExportSheet]:
    beside = [name for name in homes.columns if name not in people.columns or name == HOUSEHOLD]
    whole = people.join(homes.select(beside), on=HOUSEHOLD, how="left", maintain_order="left")
    found = []
    for contract in pack.contracts.values():
        if contract.subject == "village":
            continue
        rows = homes if contract.name in _OF_HOUSEHOLDS else whole
        marked = _OF_SOME_PERSONS.get(contract.name)
        if marked is not None:
            if marked not in rows.columns:
                continue
            rows = rows.filter(pl.col(marked) == "是")
        elif others is not None and rows is whole:
            rows = pl.concat([rows, others], how="diagonal")
        found.append(_sheet(contract, rows))
    return found


def _table(sheet: SheetName, wide: WideSheet) -> pl.DataFrame:
    """One wide table as texts under its headers; blank is null."""
    heads = [RENAMED[sheet].get(head.leaf, head.leaf) for head in wide.heads]
    frames = [frame.rename(dict(zip(frame.columns, heads, strict=True))) for frame in wide.frames]
    if not frames:
        return pl.DataFrame(schema=dict.fromkeys(heads, pl.String))
    texts = pl.concat(frames).select(pl.all().cast(pl.String).str.strip_chars())
    return texts.with_columns(pl.all().replace("", None))


def _sheet(contract: Contract, rows: pl.DataFrame) -> ExportSheet:
    known = headers_of(contract)
    columns: dict[str, pl.Series] = {}
    for header in rows.columns:
        name = known.get(folded(header))
        if name is not None and name not in columns:
            columns[name] = rows[header].alias(name)
    frame = pl.DataFrame(list(columns.values())).with_columns(
        pl.int_range(1, 1 + pl.len(), dtype=pl.UInt32).alias("_row")
    )
    # One sheet: the register of persons and that of households are the same rows.
    return ExportSheet(SOURCE, "", contract, frame, (), "")

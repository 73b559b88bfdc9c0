"""A plain workbook written column by column: bold frozen header with filter, texts, whole numbers.

Hundreds of thousands of rows are written in seconds, which no writer of single cells does. Every
text is a text cell, so nothing can become a formula.
"""

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import IO

import polars as pl

from fangpin.kernel.plain_book import MAIN, XML, in_xml, parts_beside, style_sheet

ROWS_PER_SHEET = 1_000_000
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_STYLES = style_sheet(
    '<fonts count="2"><font><sz val="11"/><name val="宋体"/></font>'
    '<font><b/><sz val="11"/><name val="宋体"/></font></fonts>',
    '<cellXfs count="3"><xf/>'
    '<xf fontId="1" fillId="2" borderId="1" applyFont="1" applyFill="1" applyBorder="1"/>'
    '<xf numFmtId="49" borderId="1" applyNumberFormat="1" applyBorder="1" applyAlignment="1">'
    '<alignment vertical="top" wrapText="1"/></xf></cellXfs>',
)


@dataclass(frozen=True)
class Sheet:
    """A sheet ready to be written: `rows` is the XML of its `height` rows under the header."""

    title: str
    heads: Sequence[str]
    widths: Sequence[int]
    rows: str
    height: int


def sheets_by(
    group: str, title: str, heads: Sequence[str], widths: Sequence[int], table: pl.DataFrame
) -> dict[str, list[Sheet]]:
    """A table of texts and whole numbers as sheets, one for each value of its column `group` in
    order of appearance; a table too long for a sheet goes on on the next. `widths` in characters.

    The other columns are in the order of `heads`, at most 26.
    """
    names = [name for name in table.columns if name != group]
    place = pl.int_range(pl.len()).over(group)
    number = (place % ROWS_PER_SHEET + 2).cast(pl.String)
    cells = [
        _cell(table.schema[name].is_integer(), pl.col(name), letter, pl.col("_number"))
        for name, letter in zip(names, LETTERS[: len(names)], strict=True)
    ]
    row = pl.concat_str(pl.lit('<row r="'), "_number", pl.lit('">'), *cells, pl.lit("</row>"))
    rendered = (
        table.lazy()
        .with_columns(_piece=place // ROWS_PER_SHEET, _number=number)
        .select(group, "_piece", _row=row)
        .group_by(group, "_piece", maintain_order=True)
        .agg(rows=pl.col("_row").str.join(""), height=pl.len())
        .collect()
    )
    found: dict[str, list[Sheet]] = {}
    for value, piece, rows, height in rendered.iter_rows():
        name = f"{title} {piece + 1}" if piece else title
        found.setdefault(value, []).append(Sheet(name, heads, widths, rows, height))
    return found


def write_workbook(path: Path | IO[bytes], sheets: Sequence[Sheet]) -> None:
    """The sheets as one .xlsx file."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for name, text in parts_beside([sheet.title for sheet in sheets], _STYLES):
            package.writestr(name, text)
        for at, sheet in enumerate(sheets):
            package.writestr(f"xl/worksheets/sheet{at + 1}.xml", _sheet(sheet))


def _sheet(sheet: Sheet) -> bytes:
    letters = LETTERS[: len(sheet.heads)]
    columns = "".join(
        f'<col min="{at}" max="{at}" width="{width}" customWidth="1"/>'
        for at, width in enumerate(sheet.widths, 1)
    )
    heads = "".join(
        f'<c r="{letter}1" s="1" t="inlineStr"><is><t>{escape(head, quote=False)}</t></is></c>'
        for letter, head in zip(letters, sheet.heads, strict=True)
    )
    opening = (
        f'{XML}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        f"</sheetView></sheetViews><cols>{columns}</cols>"
        f'<sheetData><row r="1">{heads}</row>'
    )
    last = f"{letters[-1]}{sheet.height + 1}"
    closing = f'</sheetData><autoFilter ref="A1:{last}"/></worksheet>'
    return f"{opening}{sheet.rows}{closing}".encode()


def _cell(whole: bool, value: pl.Expr, letter: str, number: pl.Expr) -> pl.Expr:
    """The cell of each row; an empty one where the value is missing."""
    start = f'<c r="{letter}'
    if whole:
        cell = pl.format(f'{start}{{}}" s="2"><v>{{}}</v></c>', number, value)
    else:
        cell = pl.format(
            f'{start}{{}}" s="2" t="inlineStr"><is><t xml:space="preserve">{{}}</t></is></c>',
            number,
            in_xml(value),
        )
    return pl.when(value.is_null()).then(pl.format(f'{start}{{}}" s="2"/>', number)).otherwise(cell)

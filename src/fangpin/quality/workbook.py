"""A plain workbook written column by column: bold frozen header with filter, texts, whole numbers.

Hundreds of thousands of rows are written in seconds, which no writer of single cells does. Every
text is a text cell, so nothing can become a formula.
"""

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from xml.sax.saxutils import escape, quoteattr

import polars as pl

ROWS_PER_SHEET = 1_000_000
_LONGEST = 32_767
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_NOT_IN_XML = "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f\ufffe\uffff]"
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}">'
    '<fonts count="2"><font><sz val="11"/><name val="宋体"/></font>'
    '<font><b/><sz val="11"/><name val="宋体"/></font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFE8EEF4"/></patternFill></fill></fills>'
    '<borders count="2"><border/><border><left style="thin"/><right style="thin"/>'
    '<top style="thin"/><bottom style="thin"/></border></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="3"><xf/>'
    '<xf fontId="1" fillId="2" borderId="1" applyFont="1" applyFill="1" applyBorder="1"/>'
    '<xf numFmtId="49" borderId="1" applyNumberFormat="1" applyBorder="1" applyAlignment="1">'
    '<alignment vertical="top" wrapText="1"/></xf></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)


@dataclass(frozen=True)
class Sheet:
    """`table`: texts and whole numbers, in the order of `heads`; `widths` in characters."""

    title: str
    heads: Sequence[str]
    widths: Sequence[int]
    table: pl.DataFrame


def write_workbook(path: Path | IO[bytes], sheets: Sequence[Sheet]) -> None:
    """The sheets as one .xlsx file; a table too long for a sheet goes on on the next."""
    pieces = [piece for sheet in sheets for piece in _pieces(sheet)]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as package:
        package.writestr("[Content_Types].xml", _content_types(len(pieces)))
        package.writestr("_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")]))
        package.writestr("xl/workbook.xml", _workbook(pieces))
        targets = [("worksheet", f"worksheets/sheet{at + 1}.xml") for at in range(len(pieces))]
        package.writestr(
            "xl/_rels/workbook.xml.rels", _relations([*targets, ("styles", "styles.xml")])
        )
        package.writestr("xl/styles.xml", _STYLES)
        for at, piece in enumerate(pieces):
            package.writestr(f"xl/worksheets/sheet{at + 1}.xml", _sheet(piece))


def _pieces(sheet: Sheet) -> list[Sheet]:
    count = max(1, -(-sheet.table.height // ROWS_PER_SHEET))
    return [
        Sheet(
            sheet.title if count == 1 else f"{sheet.title} {number + 1}",
            sheet.heads,
            sheet.widths,
            sheet.table.slice(number * ROWS_PER_SHEET, ROWS_PER_SHEET),
        )
        for number in range(count)
    ]


def _sheet(sheet: Sheet) -> bytes:
    letters = [_letter(at) for at in range(len(sheet.heads))]
    columns = "".join(
        f'<col min="{at}" max="{at}" width="{width}" customWidth="1"/>'
        for at, width in enumerate(sheet.widths, 1)
    )
    heads = "".join(
        f'<c r="{letter}1" s="1" t="inlineStr"><is><t>{escape(head)}</t></is></c>'
        for letter, head in zip(letters, sheet.heads, strict=True)
    )
    last = f"{letters[-1]}{sheet.table.height + 1}"
    opening = (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        f"</sheetView></sheetViews><cols>{columns}</cols>"
        f'<sheetData><row r="1">{heads}</row>'
    )
    closing = f'</sheetData><autoFilter ref="A1:{last}"/></worksheet>'
    rows = _rows(sheet.table, letters)
    return b"".join([opening.encode(), rows.encode(), closing.encode()])


def _rows(table: pl.DataFrame, letters: Sequence[str]) -> str:
    if not table.height:
        return ""
    number = pl.int_range(2, 2 + pl.len()).cast(pl.String)
    cells = [
        _cell(table.schema[name].is_integer(), pl.col(name), letter, number)
        for name, letter in zip(table.columns, letters, strict=True)
    ]
    row = pl.concat_str(pl.lit('<row r="'), number, pl.lit('">'), *cells, pl.lit("</row>"))
    return str(table.select(row.str.join("")).item())


def _cell(whole: bool, value: pl.Expr, letter: str, number: pl.Expr) -> pl.Expr:
    """The cell of each row; none where the value is missing."""
    start = pl.concat_str(pl.lit(f'<c r="{letter}'), number)
    if whole:
        cell = pl.concat_str(
            start, pl.lit('" s="2"><v>'), value.cast(pl.String), pl.lit("</v></c>")
        )
    else:
        cell = pl.concat_str(
            start,
            pl.lit('" s="2" t="inlineStr"><is><t xml:space="preserve">'),
            _plain(value),
            pl.lit("</t></is></c>"),
        )
    empty = pl.concat_str(start, pl.lit('" s="2"/>'))
    return pl.when(value.is_null()).then(empty).otherwise(cell)


def _plain(text: pl.Expr) -> pl.Expr:
    """A text as XML, without what XML cannot hold."""
    return (
        text.str.slice(0, _LONGEST)
        .str.replace_all(_NOT_IN_XML, "")
        .str.replace_all("&", "&amp;", literal=True)
        .str.replace_all("<", "&lt;", literal=True)
        .str.replace_all(">", "&gt;", literal=True)
    )


def _letter(position: int) -> str:
    """The name of a column; there are at most 26."""
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[position]


def _workbook(sheets: Sequence[Sheet]) -> str:
    listed = "".join(
        f'<sheet name={quoteattr(sheet.title)} sheetId="{at}" r:id="rId{at}"/>'
        for at, sheet in enumerate(sheets, 1)
    )
    return (
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>'
    )


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{at}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(targets, 1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _content_types(sheets: int) -> str:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = [
        ("/xl/workbook.xml", f"{kind}.sheet.main+xml"),
        ("/xl/styles.xml", f"{kind}.styles+xml"),
    ]
    parts += [
        (f"/xl/worksheets/sheet{at}.xml", f"{kind}.worksheet+xml") for at in range(1, sheets + 1)
    ]
    listed = "".join(
        f'<Override PartName="{name}" ContentType="{content}"/>' for name, content in parts
    )
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{listed}</Types>'
    )

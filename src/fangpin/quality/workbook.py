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
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
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
        package.writestr("[Content_Types].xml", _content_types(len(sheets)))
        package.writestr("_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")]))
        package.writestr("xl/workbook.xml", _workbook(sheets))
        targets = [("worksheet", f"worksheets/sheet{at + 1}.xml") for at in range(len(sheets))]
        package.writestr(
            "xl/_rels/workbook.xml.rels", _relations([*targets, ("styles", "styles.xml")])
        )
        package.writestr("xl/styles.xml", _STYLES)
        for at, sheet in enumerate(sheets):
            package.writestr(f"xl/worksheets/sheet{at + 1}.xml", _sheet(sheet))


def _sheet(sheet: Sheet) -> bytes:
    letters = LETTERS[: len(sheet.heads)]
    columns = "".join(
        f'<col min="{at}" max="{at}" width="{width}" customWidth="1"/>'
        for at, width in enumerate(sheet.widths, 1)
    )
    heads = "".join(
        f'<c r="{letter}1" s="1" t="inlineStr"><is><t>{escape(head)}</t></is></c>'
        for letter, head in zip(letters, sheet.heads, strict=True)
    )
    opening = (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
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
            _plain(value),
        )
    return pl.when(value.is_null()).then(pl.format(f'{start}{{}}" s="2"/>', number)).otherwise(cell)


def _plain(text: pl.Expr) -> pl.Expr:
    """A text as XML, without what XML cannot hold."""
    return (
        text.str.slice(0, _LONGEST)
        .str.replace_all(_NOT_IN_XML, "")
        .str.replace_many(["&", "<", ">"], ["&amp;", "&lt;", "&gt;"])
    )


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

"""Wide tables as files: a workbook like those of the national system, or a text file.

Every cell is text, as in the national system's own exports: identity numbers keep all their digits
and nothing can become a formula. Sheets are written in blocks, so that a million rows need no more
memory than twenty thousand.
"""

import csv
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import IO
from xml.sax.saxutils import escape

import polars as pl

from fangpin.kernel.neutral import SIGNS
from fangpin.kernel.plain_book import MAIN, XML, in_xml, parts_beside, style_sheet

MOST_ROWS = 1_000_000
"""Excel ends at 1,048,576; a file that ends there is refused by readers, for it may be cut."""
_BLOCK = 20_000
_PLAIN, _TITLE, _NOTE, _HEAD, _TEXT = range(5)
_STYLES = style_sheet(
    '<fonts count="3"><font><sz val="11"/><name val="宋体"/></font>'
    '<font><b/><sz val="14"/><name val="宋体"/></font>'
    '<font><b/><sz val="11"/><name val="宋体"/></font></fonts>',
    '<cellXfs count="5"><xf/><xf fontId="1" applyFont="1"/>'
    '<xf numFmtId="49" applyNumberFormat="1"/>'
    '<xf fontId="2" fillId="2" borderId="1" applyFont="1" applyFill="1" applyBorder="1"'
    ' applyAlignment="1"><alignment horizontal="center" vertical="center" wrapText="1"/></xf>'
    '<xf numFmtId="49" borderId="1" applyNumberFormat="1" applyBorder="1"/></cellXfs>',
)
_LIVE = (*SIGNS, "'")
"""An apostrophe of one's own is guarded as well, so that reading gives back what was written."""


@dataclass(frozen=True)
class Head:
    """A column: its header, the header above it ("" for none) and its width in characters."""

    leaf: str
    group: str = ""
    width: int = 12


@dataclass(frozen=True)
class WideSheet:
    """A sheet: name, title line, note line, columns, and frames of texts, one column per head.

    The frames are read once. A sheet without title and note begins with its headers.
    """

    name: str
    heads: Sequence[Head]
    frames: Iterable[pl.DataFrame]
    title: str = ""
    note: str = ""


def write_book(target: IO[bytes], sheets: Sequence[WideSheet], most_rows: int = MOST_ROWS) -> int:
    """The sheets as one .xlsx; gives the number of data rows.

    A sheet of more than `most_rows` goes on in further sheets under the same headers.
    """
    names: list[str] = []
    total = 0
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for sheet in sheets:
            blocks = _blocks(sheet.frames)
            block = next(blocks, None)
            piece = 0
            while block is not None or not piece:
                piece += 1
                names.append(f"{sheet.name[:28]}{piece}" if piece > 1 else sheet.name[:31])
                entry = f"xl/worksheets/sheet{len(names)}.xml"
                with package.open(entry, "w", force_zip64=True) as stream:
                    written = 0
                    first = _write_head(stream, sheet)
                    while block is not None and written + block.height <= most_rows:
                        stream.write(_rows(block, sheet, first + written))
                        written += block.height
                        block = next(blocks, None)
                    if block is not None and written < most_rows:
                        head, block = block.head(most_rows - written), block[most_rows - written :]
                        stream.write(_rows(head, sheet, first + written))
                        written += head.height
                    stream.write(_foot(sheet))
                total += written
        for name, text in parts_beside(names, _STYLES):
            package.writestr(name, text)
    return total


def write_text(target: IO[bytes], sheet: WideSheet) -> int:
    """The sheet as UTF-8 with byte order mark, one header row, commas; gives the data rows.

    What a spreadsheet would take for a formula, and numbers of which it would cut the end, get a
    leading apostrophe; reading takes it off again (`plain_text`).
    """
    target.write(b"\xef\xbb\xbf")
    heads = [
        f"{head.group}/{head.leaf}" if _twice(sheet, head) else head.leaf for head in sheet.heads
    ]
    line = StringIO(newline="")
    csv.writer(line, lineterminator="\r\n").writerow(heads)
    target.write(line.getvalue().encode())
    total = 0
    for block in _blocks(sheet.frames):
        safe = block.select(_disarmed(pl.col(name)).alias(name) for name in block.columns)
        safe.write_csv(target, include_header=False, line_terminator="\r\n")
        total += block.height
    return total


def plain_text(cells: pl.Expr) -> pl.Expr:
    """Cells as they were before `write_text`: one leading apostrophe in front of a sign, a long
    number or another apostrophe is taken off."""
    armed = cells.str.contains(r"^'(?:[=+\-@\t\r\n'＝＋－＠]|[0-9]{12,}[0-9Xx]?$)")
    return pl.when(armed.fill_null(False)).then(cells.str.slice(1)).otherwise(cells)


def _disarmed(cells: pl.Expr) -> pl.Expr:
    text = cells.str.replace_all("\x00", "", literal=True)
    risky = pl.any_horizontal(*(text.str.starts_with(sign) for sign in _LIVE))
    risky = risky | text.str.contains(r"^[0-9]{12,}[0-9Xx]?$")
    return pl.when(risky.fill_null(False)).then(pl.concat_str(pl.lit("'"), text)).otherwise(text)


def _twice(sheet: WideSheet, head: Head) -> bool:
    return bool(head.group) and sum(other.leaf == head.leaf for other in sheet.heads) > 1


def _blocks(frames: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    for frame in frames:
        yield from frame.iter_slices(_BLOCK)


def column_letters(count: int) -> list[str]:
    """A, B … Z, AA, AB …"""
    letters = []
    for index in range(count):
        text, rest = "", index + 1
        while rest:
            rest, digit = divmod(rest - 1, 26)
            text = chr(65 + digit) + text
        letters.append(text)
    return letters


def _write_head(stream: IO[bytes], sheet: WideSheet) -> int:
    """Everything above the data; gives the number of the first data row."""
    letters = column_letters(len(sheet.heads))
    lines: list[str] = []
    row = 1
    for text, style in ((sheet.title, _TITLE), (sheet.note, _NOTE)):
        if text:
            lines.append(f'<row r="{row}">{_cell(f"A{row}", text, style)}</row>')
            row += 1
    if any(head.group for head in sheet.heads):
        lines.append(_group_row(sheet, letters, row))
        row += 1
    leaves = "".join(
        _cell(f"{letter}{row}", head.leaf if head.group or not _grouped(sheet) else "", _HEAD)
        for letter, head in zip(letters, sheet.heads, strict=True)
    )
    lines.append(f'<row r="{row}">{leaves}</row>')
    widths = "".join(
        f'<col min="{at}" max="{at}" width="{head.width}" customWidth="1"/>'
        for at, head in enumerate(sheet.heads, 1)
    )
    opening = (
        f'{XML}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0">'
        f'<pane ySplit="{row}" topLeftCell="A{row + 1}" activePane="bottomLeft" state="frozen"/>'
        f"</sheetView></sheetViews><cols>{widths}</cols><sheetData>"
    )
    stream.write((opening + "".join(lines)).encode())
    return row + 1


def _grouped(sheet: WideSheet) -> bool:
    return any(head.group for head in sheet.heads)


def _group_row(sheet: WideSheet, letters: Sequence[str], row: int) -> str:
    """Headers above headers; a column without one has its own header here, merged downwards."""
    cells = []
    before = None
    for letter, head in zip(letters, sheet.heads, strict=True):
        text = head.leaf if not head.group else ("" if head.group == before else head.group)
        cells.append(_cell(f"{letter}{row}", text, _HEAD))
        before = head.group or None
    return f'<row r="{row}">{"".join(cells)}</row>'


def _foot(sheet: WideSheet) -> bytes:
    merges = _merges(sheet)
    listed = "".join(f'<mergeCell ref="{area}"/>' for area in merges)
    merged = f'<mergeCells count="{len(merges)}">{listed}</mergeCells>' if merges else ""
    return f"</sheetData>{merged}</worksheet>".encode()


def _merges(sheet: WideSheet) -> list[str]:
    letters = column_letters(len(sheet.heads))
    row = 1
    found = []
    for text in (sheet.title, sheet.note):
        if text:
            if len(letters) > 1:
                found.append(f"A{row}:{letters[-1]}{row}")
            row += 1
    if not _grouped(sheet):
        return found
    start = 0
    for at, head in enumerate(sheet.heads):
        last = at + 1 == len(sheet.heads) or sheet.heads[at + 1].group != head.group
        if not head.group:
            found.append(f"{letters[at]}{row}:{letters[at]}{row + 1}")
            start = at + 1
        elif last:
            if at > start:
                found.append(f"{letters[start]}{row}:{letters[at]}{row}")
            start = at + 1
    return found


def _cell(place: str, text: str, style: int) -> str:
    if not text:
        return f'<c r="{place}" s="{style}"/>'
    return (
        f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t>'
        "</is></c>"
    )


def _rows(block: pl.DataFrame, sheet: WideSheet, first: int) -> bytes:
    letters = column_letters(len(sheet.heads))
    number = pl.int_range(first, first + block.height).cast(pl.String).alias("\0row")
    cells = [
        _data_cell(pl.col(name), letter)
        for name, letter in zip(block.columns, letters, strict=True)
    ]
    row = pl.concat_str(pl.lit('<row r="'), "\0row", pl.lit('">'), *cells, pl.lit("</row>"))
    joined = block.with_columns(number).select(row.str.join("")).item()
    return str(joined or "").encode()


def _data_cell(value: pl.Expr, letter: str) -> pl.Expr:
    filled = pl.concat_str(
        pl.lit(f'<c r="{letter}'),
        "\0row",
        pl.lit(f'" s="{_TEXT}" t="inlineStr"><is><t xml:space="preserve">'),
        in_xml(value),
        pl.lit("</t></is></c>"),
    )
    return filled.fill_null("")

"""Workbooks written straight as XML, column by column: about a million cells a second.

Same input, same bytes: the archive carries no time and the parts stand in a fixed order. Sheets are
streamed; what does not fit on one goes on to the next, as departments do it.
"""

import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import IO, Any
from xml.sax.saxutils import escape

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.sample.sheet import Cells, Defect, Delivery, Kind, Line, Log, Part, Rows, Sheet

MOST_ROWS = 500_000
"""a member sheet of that many rows has about 1.3 GB of XML; archives end at 2 GB"""
_BLOCK = 20_000
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_STYLES = (
    f'{_XML}<styleSheet xmlns="{_MAIN}"><fonts count="1"><font><sz val="11"/><name val="宋体"/>'
    '</font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill>'
    '<patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/>'
    '<top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" '
    'fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="2"><xf numFmtId="0" '
    'fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="14" fontId="0" fillId="0" '
    'borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs><cellStyles count="1"><cellStyle '
    'name="常规" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def write_workbook(folder: Path, delivery: Delivery, log: Log, most_rows: int = MOST_ROWS) -> int:
    """Write one workbook into `folder`; gives the number of data rows.

    A sheet of more than `most_rows` data rows goes on in further sheets under the same header.
    """
    rows = 0
    written: list[Sheet] = []
    with zipfile.ZipFile(folder / delivery.file, "w", zipfile.ZIP_DEFLATED) as archive:
        for sheet in delivery.sheets:
            for page in _Pages(sheet, most_rows):
                written.append(page)
                name = f"xl/worksheets/sheet{len(written)}.xml"
                with archive.open(_entry(name), "w") as stream:
                    rows += _Writer(stream, delivery.file, page, log).write()
        for name, text in _frame(written):
            archive.writestr(_entry(name), text)
    return rows


class _Pages:
    """A sheet cut into sheets of at most so many data rows. Read each to its end in turn."""

    def __init__(self, sheet: Sheet, most_rows: int) -> None:
        self.sheet, self.most_rows = sheet, most_rows
        self.parts = iter(sheet.parts)
        self.head: list[Line] = []
        self.waiting: Rows | None = None

    def __iter__(self) -> Iterator[Sheet]:
        yield Sheet(self.sheet.name, self._page(first=True), self.sheet.hidden)
        number = 2
        while self.waiting is not None:
            name = f"{self.sheet.name}({number})"
            yield Sheet(name, self._page(first=False), self.sheet.hidden)
            number += 1

    def _page(self, first: bool) -> Iterator[Part]:
        used = 0
        if not first:
            yield from self.head
            if self.waiting is not None:
                used = len(self.waiting)
                yield self.waiting
            self.waiting = None
        for part in self.parts:
            if isinstance(part, Rows):
                if used and used + len(part) > self.most_rows:
                    self.waiting = part
                    return
                used += len(part)
            elif first and not used:
                self.head.append(part)
            yield part


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    # Speed before size; the attribute became public in Python 3.13.
    setattr(entry, "compress_level" if hasattr(entry, "compress_level") else "_compresslevel", 1)
    return entry


def _frame(sheets: Iterable[Sheet]) -> Iterator[tuple[str, str]]:
    """The parts of a workbook around its sheets."""
    named = list(enumerate(sheets, 1))
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="application/vnd.'
        'openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        for n, _ in named
    )
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    yield (
        "[Content_Types].xml",
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType='
        f'"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        f'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{kind}'
        f'.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/>'
        f"{types}</Types>",
    )
    yield (
        "_rels/.rels",
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type='
        f'"{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    )
    tabs = "".join(
        f'<sheet name="{escape(sheet.name)}" sheetId="{n}"'
        f'{" state=" + chr(34) + "hidden" + chr(34) if sheet.hidden else ""} r:id="rId{n}"/>'
        for n, sheet in named
    )
    yield (
        "xl/workbook.xml",
        f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{tabs}</sheets></workbook>',
    )
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n, _ in named
    )
    yield (
        "xl/_rels/workbook.xml.rels",
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{links}<Relationship Id='
        f'"rId{len(named) + 1}" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    )
    yield "xl/styles.xml", _STYLES


class _Writer:
    def __init__(self, stream: IO[bytes], file: str, sheet: Sheet, log: Log) -> None:
        self.stream, self.file, self.sheet, self.log = stream, file, sheet, log
        self.row = 0
        self.merges: list[str] = []

    def write(self) -> int:
        """All parts; gives the number of data rows."""
        data = 0
        self._put(f'{_XML}<worksheet xmlns="{_MAIN}"><sheetData>')
        for part in self.sheet.parts:
            if isinstance(part, Line):
                self._line(part)
            elif len(part):
                data += len(part)
                self._rows(part)
        self._put("</sheetData>")
        if self.merges:
            refs = "".join(f'<mergeCell ref="{ref}"/>' for ref in self.merges)
            self._put(f'<mergeCells count="{len(self.merges)}">{refs}</mergeCells>')
        self._put("</worksheet>")
        return data

    def _put(self, text: str) -> None:
        self.stream.write(text.encode("utf-8"))

    def _line(self, line: Line) -> None:
        self.row += 1
        cells = []
        for column, value in enumerate(line.cells):
            at = f'<c r="{letters(column)}{self.row}"'
            if isinstance(value, str):
                text = escape(value)
                cells.append(f'{at} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>')
            elif value is not None:
                cells.append(f"{at}><v>{value}</v></c>")
        self._put(f'<row r="{self.row}">{"".join(cells)}</row>')
        for first, last in line.merges:
            self._merge(self.row, first, self.row, last)
        for column in line.down_columns:
            self._merge(self.row, column, self.row + 1, column)
        if line.defect:
            said = next((str(cell) for cell in line.cells if cell is not None), "")
            self.log(
                self.file, self.sheet.name, self.row, Defect(0, "", line.defect, "ignore", said)
            )

    def _merge(self, row1: int, col1: int, row2: int, col2: int) -> None:
        self.merges.append(f"{letters(col1)}{row1}:{letters(col2)}{row2}")

    def _rows(self, rows: Rows) -> None:
        first = self.row + 1
        for defect in rows.defects:
            if self.sheet.hidden:
                defect = replace(defect, action="ignore")
            self.log(self.file, self.sheet.name, first + defect.row, defect)
        for row1, col1, row2, col2 in rows.merges:
            self._merge(first + row1, col1, first + row2, col2)
        hidden = np.zeros(len(rows), dtype=bool)
        hidden[rows.hidden] = True
        for start in range(0, len(rows), _BLOCK):
            stop = min(start + _BLOCK, len(rows))
            block = {name: _part(cells, start, stop) for name, cells in rows.columns.items()}
            self.stream.write(_xml(block, first + start, hidden[start:stop]))
        self.row += len(rows)


def letters(column: int) -> str:
    """The letters of a column counted from 0."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def _part(cells: Cells, start: int, stop: int) -> Cells:
    kind = cells.kind if isinstance(cells.kind, Kind) else cells.kind[start:stop]
    return Cells(cells.text.slice(start, stop - start), kind)


def _xml(columns: dict[str, Cells], first: int, hidden: NDArray[np.bool_]) -> bytes:
    """One XML row per row of the block; `first` is its row number in the sheet."""
    size = len(hidden)
    data: dict[str, pl.Series] = {"n": pl.Series(np.arange(first, first + size)).cast(pl.String)}
    pieces: list[str | pl.Expr] = ['<row r="', pl.col("n"), '">']
    if hidden.any():
        data["hidden"] = pl.Series(np.where(hidden, '" hidden="1">', '">'))
        pieces[2] = pl.col("hidden")
    for number, cells in enumerate(columns.values()):
        name, kinds = f"c{number}", cells.kind
        text = data[name] = _safe(cells)
        spaced = _holds_text(kinds) and bool(text.str.contains(r"^\s|\s$").any())
        at = f'<c r="{letters(number)}'
        if isinstance(kinds, Kind):
            cell = _cell(at, name, kinds, spaced)
            if text.null_count() == 0:
                pieces += cell
            elif text.null_count() < size:
                pieces.append(_joined(cell))
            continue
        data[f"k{number}"] = pl.Series(kinds)
        choice: Any = pl.when(pl.col(f"k{number}") == int(Kind.text)).then(
            _joined(_cell(at, name, Kind.text, spaced))
        )
        for kind in (Kind.number, Kind.date, Kind.raw):
            if (kinds == int(kind)).any():
                choice = choice.when(pl.col(f"k{number}") == int(kind)).then(
                    _joined(_cell(at, name, kind, spaced))
                )
        pieces.append(choice.otherwise(None))
    pieces.append("</row>")
    lines = pl.DataFrame(data).select(_joined(pieces, ignore_nulls=True))
    # The quickest way from a column of texts to bytes: csv without quotes or header.
    target = BytesIO()
    lines.write_csv(target, include_header=False, quote_style="never")
    return target.getvalue()


def _holds_text(kinds: Kind | NDArray[np.uint8]) -> bool:
    return not isinstance(kinds, Kind) or kinds in (Kind.text, Kind.raw)


def _safe(cells: Cells) -> pl.Series:
    """The texts with the characters that XML reserves written as entities, except raw cells."""
    text, kinds = cells.text.cast(pl.String), cells.kind
    if kinds is Kind.raw or not _holds_text(kinds) or not text.str.contains("[&<>]").any():
        return text
    safe = text.str.replace_all("&", "&amp;", literal=True)
    safe = safe.str.replace_all("<", "&lt;", literal=True)
    safe = safe.str.replace_all(">", "&gt;", literal=True)
    if isinstance(kinds, Kind):
        return safe
    return text.zip_with(pl.Series(kinds == int(Kind.raw)), safe)


def _cell(at: str, column: str, kind: Kind, spaced: bool) -> list[str | pl.Expr]:
    """`spaced`: the text begins or ends with white space, which would be dropped otherwise."""
    keep = ' xml:space="preserve"' if spaced else ""
    before, after = {
        Kind.text: (f'" t="inlineStr"><is><t{keep}>', "</t></is></c>"),
        Kind.number: ('"><v>', "</v></c>"),
        Kind.date: ('" s="1"><v>', "</v></c>"),
        Kind.raw: ('"', "</c>"),
    }[kind]
    return [at, pl.col("n"), before, pl.col(column), after]


def _joined(pieces: Iterable[str | pl.Expr], ignore_nulls: bool = False) -> pl.Expr:
    """Texts and columns one after the other; neighbouring texts become one."""
    merged: list[str | pl.Expr] = []
    for piece in pieces:
        last = merged[-1] if merged else None
        if isinstance(piece, str) and isinstance(last, str):
            merged[-1] = last + piece
        else:
            merged.append(piece)
    return pl.concat_str(
        [pl.lit(piece) if isinstance(piece, str) else piece for piece in merged],
        ignore_nulls=ignore_nulls,
    )

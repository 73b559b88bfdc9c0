"""A document as an Excel workbook: one sheet a section that is a long table, one for the rest."""

import tempfile
from collections.abc import Iterable, Sequence
from typing import IO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from fangpin.kernel.neutral import neutral
from fangpin.reports.document import Document, Facts, Grid

_WIDEST = 24  # characters of a number that still gets its line
LONG = 60  # rows from which a table has a sheet of its own
_NOT_IN_SHEET_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


def workbook(document: Document, *, watermark: str = "") -> IO[bytes]:
    """The document as .xlsx, in an unnamed temporary file at its beginning. Every cell is text:
    nothing becomes a formula, and no long number is cut."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    book = xlsxwriter.Workbook(
        file, {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    formats = _Formats(
        title=book.add_format({"bold": True, "font_size": 16}),
        head=book.add_format(
            {"bold": True, "bg_color": "#F0F0F0", "border": 1, "text_wrap": True, "valign": "top"}
        ),
        cell=book.add_format({"num_format": "@", "border": 1, "text_wrap": True, "valign": "top"}),
        figure=book.add_format({"num_format": "@", "border": 1, "align": "right", "valign": "top"}),
        section=book.add_format({"bold": True, "font_size": 12}),
    )
    taken: set[str] = set()
    short = [each for each in document.sections if not _is_long(each)]
    if short or not document.sections:
        page = _page(book, document, _name(document.title, taken), watermark)
        for at, width in enumerate(_widths(short)):
            page.set_column(at, at, width)
        row = _opening(page, document, formats)
        for section in short:
            if isinstance(section, Grid) and len(short) == 1:
                heads = row + (2 if section.title else 1)
                page.freeze_panes(heads + 1, 0)
                page.repeat_rows(heads)
            row = _section(page, section, row + 1, formats)
        for signature in document.signatures:
            row += 1
            _text(page, row, 0, f"{signature}：", None)
        if document.note:
            _text(page, row + 2, 0, document.note, None)
    for section in document.sections:
        if isinstance(section, Grid) and _is_long(section):
            page = _page(book, document, _name(section.title or document.title, taken), watermark)
            for at, width in enumerate(_widths([section])):
                page.set_column(at, at, width)
            _rows(page, section, 0, formats)
            page.freeze_panes(1, 0)
            page.repeat_rows(0)
            page.autofilter(0, 0, len(section.rows), len(section.columns) - 1)
    book.close()
    file.seek(0)
    return file


class _Formats:
    def __init__(
        self, *, title: Format, head: Format, cell: Format, figure: Format, section: Format
    ) -> None:
        self.title, self.head, self.cell = title, head, cell
        self.figure, self.section = figure, section


def _is_long(section: Facts | Grid) -> bool:
    return isinstance(section, Grid) and len(section.rows) >= LONG


def _widths(sections: Sequence[Facts | Grid]) -> list[int]:
    """Characters that the columns of a sheet need: numbers and dates are not divided over lines,
    other texts are."""
    wanted: dict[int, int] = {}
    for section in sections:
        for at, width in enumerate(_shares(section)):
            wanted[at] = max(wanted.get(at, 0), width)
        for line in _lines(section):
            for at, text in enumerate(line):
                if text.isascii() and len(text) <= _WIDEST:
                    wanted[at] = max(wanted.get(at, 0), len(text) + 2)
    return [wanted[at] for at in sorted(wanted)]


def _shares(section: Facts | Grid) -> list[int]:
    if isinstance(section, Grid):
        return [max(6, round(column.share * 11)) for column in section.columns]
    return [12] * 2 * min(section.beside, len(section.pairs))


def _lines(section: Facts | Grid) -> Iterable[Sequence[str]]:
    if isinstance(section, Grid):
        return section.rows
    pairs = section.pairs
    rows = [pairs[at : at + section.beside] for at in range(0, len(pairs), section.beside)]
    return [[text for pair in row for text in pair] for row in rows]


def _name(title: str, taken: set[str]) -> str:
    """A name of a sheet that Excel accepts and that no other sheet has."""
    base = title.translate(_NOT_IN_SHEET_NAMES).strip()[:28] or "1"
    name, number = base, 1
    while name.casefold() in taken:
        number += 1
        name = f"{base} {number}"
    taken.add(name.casefold())
    return name


def _page(book: xlsxwriter.Workbook, document: Document, name: str, watermark: str) -> Worksheet:
    page = book.add_worksheet(name)
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    if document.landscape:
        page.set_landscape()
    # "&" begins a code of headers and footers.
    page.set_footer(f"&L{watermark.replace('&', '&&')[:200]}&R&P / &N")
    return page


def _opening(page: Worksheet, document: Document, formats: _Formats) -> int:
    _text(page, 0, 0, document.title, formats.title)
    for at, (label, value) in enumerate(document.above):
        _text(page, 1, 2 * at, label, None)
        _text(page, 1, 2 * at + 1, value, None)
    return 2


def _section(page: Worksheet, section: Facts | Grid, row: int, formats: _Formats) -> int:
    """Write a section from `row` on; the row behind it."""
    if section.title:
        _text(page, row, 0, section.title, formats.section)
        row += 1
    if isinstance(section, Grid):
        if not section.rows:
            _text(page, row, 0, section.empty, None)
            return row + 1
        return _rows(page, section, row, formats)
    for at, (label, value) in enumerate(section.pairs):
        line, place = divmod(at, section.beside)
        _text(page, row + line, 2 * place, label, formats.head)
        _text(page, row + line, 2 * place + 1, value, formats.cell)
    return row + -(-len(section.pairs) // section.beside)


def _rows(page: Worksheet, section: Grid, row: int, formats: _Formats) -> int:
    for at, column in enumerate(section.columns):
        _text(page, row, at, column.header, formats.head)
    for line in section.rows:
        row += 1
        for at, (column, text) in enumerate(zip(section.columns, line, strict=True)):
            _text(page, row, at, text, formats.figure if column.figures else formats.cell)
    return row + 1


def _text(page: Worksheet, row: int, column: int, text: str, style: Format | None) -> None:
    page.write_string(row, column, neutral(text), style)

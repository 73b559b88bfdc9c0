"""Rows as CSV or Excel: every cell is text, no cell is a formula."""

import csv
import hashlib
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import IO

import xlsxwriter
from django.http import FileResponse

from fangpin.kernel.neutral import neutral
from fangpin.web.exports.watermark import Watermark

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "zip": "application/zip",
}


@dataclass(frozen=True)
class Sheet:
    """What a file looks like: the sheet's title, and for each column its header and width in
    characters; long texts of the `wrapped` columns go over several lines. `marked`: the column of
    words that carries the unseen watermark; None for a form that another system reads back."""

    title: str
    columns: Sequence[tuple[str, int]]
    wrapped: frozenset[int] = frozenset()
    marked: int | None = None


def _cells(sheet: Sheet, row: Sequence[object], mark: Watermark | None) -> list[str]:
    """The cells as they are written: disarmed, one of them with the unseen watermark."""
    cells = [neutral(cell) for cell in row]
    if mark is not None and sheet.marked is not None:
        cells[sheet.marked] += mark.unseen(row)
    return cells


def _write_csv(
    file: IO[bytes], sheet: Sheet, rows: Iterable[Sequence[object]], mark: Watermark | None
) -> int:
    # The BOM makes spreadsheet programs read UTF-8; long numbers get a tab-free text mark.
    file.write(b"\xef\xbb\xbf")
    count = 0

    class Encoded:
        def write(self, text: str) -> int:
            return file.write(text.encode())

    writer = csv.writer(Encoded())
    writer.writerow([header for header, _ in sheet.columns])
    for row in rows:
        # 15 and more digits would be cut by Excel: ="…" is a formula, an apostrophe is not.
        cells = _cells(sheet, row, mark)
        writer.writerow(
            [f"'{cell}" if cell.isdigit() and len(cell) > 11 else cell for cell in cells]
        )
        count += 1
    return count


def _write_xlsx(
    file: IO[bytes], sheet: Sheet, rows: Iterable[Sequence[object]], mark: Watermark | None
) -> int:
    book = xlsxwriter.Workbook(
        file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    page = book.add_worksheet(sheet.title)
    bold = book.add_format({"bold": True, "bg_color": "#E8EEF3", "bottom": 1})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    top = book.add_format({"valign": "top", "num_format": "@"})
    if mark is not None:
        book.set_properties({"title": sheet.title, "comments": mark.text})
        page.set_header("&L" + mark.text.replace("&", "&&")[:200] + "&R&P / &N")
        page.repeat_rows(0)
    page.freeze_panes(1, 0)
    page.set_paper(9)  # A4, all columns on one sheet's width
    page.set_landscape()
    page.fit_to_pages(1, 0)
    for column, (header, width) in enumerate(sheet.columns):
        page.set_column(column, column, width)
        page.write_string(0, column, header, bold)
    count = 0
    for count, row in enumerate(rows, 1):
        for column, cell in enumerate(_cells(sheet, row, mark)):
            style = wrap if column in sheet.wrapped else top
            page.write_string(count, column, cell, style)
    page.autofilter(0, 0, max(count, 1), len(sheet.columns) - 1)
    book.close()
    return count


@dataclass(frozen=True)
class Taken:
    """A file that is about to leave: content, rows and hash."""

    file: IO[bytes]
    form: str
    rows: int
    sha256: str

    def response(self, name: str) -> FileResponse:
        """The download; the response closes the file."""
        return FileResponse(
            self.file,
            as_attachment=True,
            filename=f"{name}.{self.form}",
            content_type=TYPES[self.form],
        )


def taken(
    sheet: Sheet, rows: Iterable[Sequence[object]], form: str, mark: Watermark | None = None
) -> Taken:
    """Rows as a file of the form csv or xlsx, every cell as text."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - handed to the response, which closes it
    count = {"csv": _write_csv, "xlsx": _write_xlsx}[form](file, sheet, rows, mark)
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    return Taken(file, form, count, digest)

""".xls workbooks (BIFF): values by calamine; rows, hidden rows and hidden sheets by xlrd."""

import io
import logging
from typing import Any

import xlrd
from python_calamine import CalamineWorkbook, PasswordError, SheetVisibleEnum

from fangpin.feeds.reading import refusals
from fangpin.feeds.reading.columns import columns_of_objects
from fangpin.feeds.reading.limits import XLS_ROWS, Limits
from fangpin.feeds.tables import RawSheet
from fangpin.kernel.errors import Problem

_EMPTY_CELLS = (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK)

logging.getLogger("xlrd").setLevel(logging.ERROR)


def read_xls(content: bytes, name: str, limits: Limits) -> tuple[RawSheet, ...]:
    """Every worksheet, hidden ones included, in the order of the tabs. Raises FangpinError."""
    second = _second_reader(content, name)
    with refusals.parsing(name):
        try:
            book = CalamineWorkbook.from_object(io.BytesIO(content))
        except PasswordError:
            raise refusals.password_protected(name) from None
    if len(book.sheet_names) > limits.sheets:
        raise refusals.too_many(name, "", "工作表", "sheets", limits.sheets)
    return tuple(
        _sheet(book, number, meta, second, name, limits)
        for number, meta in enumerate(book.sheets_metadata)
        if meta.name in second.sheet_names()
    )


def _second_reader(content: bytes, name: str) -> xlrd.book.Book:
    with refusals.parsing(name):  # xlrd fails with bare assertions and struct errors, too
        try:
            return xlrd.open_workbook(
                file_contents=content, formatting_info=True, logfile=io.StringIO()
            )
        except xlrd.XLRDError as error:
            if "encrypt" in str(error).lower():
                raise refusals.password_protected(name) from None
            raise


def _sheet(
    book: CalamineWorkbook,
    number: int,
    meta: Any,
    second: xlrd.book.Book,
    name: str,
    limits: Limits,
) -> RawSheet:
    with refusals.parsing(name):
        sheet = book.get_sheet_by_index(number)
        table = sheet.to_python(skip_empty_area=False)
        other = second.sheet_by_name(meta.name)
    columns = columns_of_objects(table)
    rows = columns[0].text.len() if columns else 0
    if other.nrows >= XLS_ROWS or rows >= XLS_ROWS:
        raise refusals.sheet_full(name, meta.name, XLS_ROWS)
    if len(columns) > limits.columns:
        raise refusals.too_many(name, meta.name, "列数", "columns", limits.columns)
    ours = {
        row + 1
        for row in range(other.nrows)
        if any(
            kind not in _EMPTY_CELLS and value != ""
            for kind, value in zip(other.row_types(row), other.row_values(row), strict=True)
        )
    }
    theirs = {index for index, row in enumerate(table, start=1) if any(cell != "" for cell in row)}
    problems: tuple[Problem, ...] = ()
    if ours != theirs:
        problems = (refusals.readers_disagree(name, meta.name, len(theirs), len(ours)),)
    return RawSheet(
        file=name,
        sheet=meta.name,
        hidden=meta.visible != SheetVisibleEnum.Visible or other.visibility != 0,
        columns=columns,
        rows=rows,
        hidden_rows=frozenset(
            row + 1 for row, info in other.rowinfo_map.items() if info.hidden and row < rows
        ),
        merged=tuple(
            (row1 + 1, col1, row2 + 1, col2)
            for (row1, col1), (row2, col2) in sheet.merged_cell_ranges or ()
            if row1 < rows
        ),
        problems=problems,
    )

""".xlsx workbooks: values by calamine, storage of the cells and the row count by our own scan."""

import io
import logging
from typing import Any

import fastexcel
import numpy as np
import polars as pl

from fangpin.feeds.cell_kinds import CellKind
from fangpin.feeds.reading import refusals
from fangpin.feeds.reading.archive import Package, SheetPart
from fangpin.feeds.reading.columns import columns_of_objects, plain_number
from fangpin.feeds.reading.limits import EXCEL_ROWS, XLS_ROWS, Limits
from fangpin.feeds.reading.second import InThread, OfPackage
from fangpin.feeds.reading.sheet_scan import SheetScan
from fangpin.feeds.tables import RawColumn, RawSheet
from fangpin.kernel.errors import Problem

_ISO_DATE = r"^\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d|$)"
_MIDNIGHT = " 00:00:00"
_SAFE_DIGITS = 15
"""Integers up to 15 digits are exact in a double; longer ones are printed in shortest form."""

logging.getLogger("fastexcel").setLevel(logging.ERROR)


def read_xlsx(
    content: bytes, name: str, limits: Limits, second: OfPackage | None = None
) -> tuple[RawSheet, ...]:
    """Every worksheet, hidden ones included, in the order of the tabs. Raises FangpinError."""
    package = Package(content, name, limits)
    sheets = []
    # Both readers let go of the interpreter lock, so they share two cores.
    with (second or InThread)(package) as storage:
        with refusals.parsing(name):
            reader = fastexcel.read_excel(content)
        for part in package.sheets:
            storage.look(part)
            with refusals.parsing(name):
                frame = reader.load_sheet(
                    part.index, header_row=None, skip_rows=0, dtypes="string"
                ).to_polars()
            sheets.append(_sheet(content, name, part, frame, storage.scan(part), limits))
    return tuple(sheets)


def _sheet(
    content: bytes, name: str, part: SheetPart, frame: pl.DataFrame, scan: SheetScan, limits: Limits
) -> RawSheet:
    kinds = scan.kinds
    if kinds.shape[1] >= min(EXCEL_ROWS, limits.rows):
        raise refusals.sheet_full(name, part.name, kinds.shape[1])
    first_column = _first_value_column(kinds)
    problems: list[Problem] = []
    if _agrees(frame, kinds, first_column):
        columns = tuple(
            _column(frame, number - first_column, kinds[number]) for number in range(kinds.shape[0])
        )
    else:
        columns, problem = _by_position(content, name, part, scan)
        if problem is not None:
            problems.append(problem)
    rows = kinds.shape[1]
    if rows == XLS_ROWS:
        problems.append(_old_limit(name, part.name))
    if columns:
        rows = columns[0].text.len()
        columns = _with_texts(columns, scan)
    return RawSheet(
        file=name,
        sheet=part.name,
        hidden=part.hidden,
        columns=columns,
        rows=rows,
        hidden_rows=scan.hidden_rows,
        merged=tuple(box for box in scan.merged if box[0] <= rows),
        problems=tuple(problems),
    )


def _first_value_column(kinds: np.ndarray) -> int:
    shown = (kinds != CellKind.blank) & (kinds != CellKind.formula_without_value)
    filled = np.flatnonzero(shown.any(axis=1))
    return int(filled[0]) if filled.size else 0


def _agrees(frame: pl.DataFrame, kinds: np.ndarray, first_column: int) -> bool:
    """Do both readers see the same cells? Compared per column and as a number of rows.

    calamine starts at the first used column, so a wrong offset shows as different counts.
    Errors are blank to it and left out of the comparison.
    """
    seen = (
        (kinds != CellKind.blank)
        & (kinds != CellKind.formula_without_value)
        & (kinds != CellKind.error)
    )
    ours = seen.sum(axis=1)[first_column:]
    theirs = np.array([frame.height - series.null_count() for series in frame], dtype=np.int64)
    size = max(ours.size, theirs.size)
    if not np.array_equal(np.pad(ours, (0, size - ours.size)), _padded(theirs, size)):
        return False
    if not frame.width:
        return not ours.sum()
    filled = frame.select(pl.any_horizontal(pl.all().is_not_null())).to_series()
    return int(filled.sum()) == int(seen.any(axis=0).sum())


def _padded(numbers: np.ndarray, size: int) -> np.ndarray:
    return np.pad(numbers, (0, size - numbers.size))


def _column(frame: pl.DataFrame, position: int, kinds: np.ndarray) -> RawColumn:
    rows = kinds.size
    kind = pl.Series(kinds)
    if not 0 <= position < frame.width:
        return RawColumn(pl.repeat(None, rows, dtype=pl.String, eager=True), kind)
    text = frame.to_series(position)
    if text.len() < rows:
        text = text.extend_constant(None, rows - text.len())
    text = text.head(rows).rename("")
    if (kinds == CellKind.number).any():
        is_number = pl.Series(kinds == CellKind.number)
        is_date = is_number & text.str.contains(_ISO_DATE).fill_null(False)
        if is_date.any():
            text = _zip(is_date, text.str.strip_suffix(_MIDNIGHT), text)
            kind = _zip(
                is_date, pl.repeat(int(CellKind.date), rows, dtype=pl.UInt8, eager=True), kind
            )
        long = is_number & (text.str.len_bytes() > _SAFE_DIGITS) & ~is_date
        if long.any():
            text = _zip(long, text.replace_strict(_shortest(text.filter(long)), default=text), text)
    if (kinds == CellKind.bool).any():
        text = _zip(pl.Series(kinds == CellKind.bool), text.str.to_uppercase(), text)
    empty = text == ""
    if empty.any():
        text = _zip(empty, pl.repeat(None, rows, dtype=pl.String, eager=True), text)
    # A text cell that says nothing is blank to the reader of the sheet.
    nothing = text.is_null() & pl.Series(kinds == CellKind.text)
    if nothing.any():
        kind = _zip(nothing, pl.repeat(0, rows, dtype=pl.UInt8, eager=True), kind)
    return RawColumn(text, kind)


def _zip(mask: pl.Series, yes: pl.Series, no: pl.Series) -> pl.Series:
    return yes.zip_with(mask.fill_null(False), no)


def _shortest(texts: pl.Series) -> dict[str, str]:
    """Long numbers as a double says them: `620402198310072960` was `6.20402198310073e+17`."""
    shortest = {}
    for text in texts.unique():
        try:
            shortest[text] = plain_number(float(text))
        except ValueError:
            continue
    return shortest


def _with_texts(columns: tuple[RawColumn, ...], scan: SheetScan) -> tuple[RawColumn, ...]:
    """Formula texts and error codes, which calamine leaves blank."""
    by_column: dict[int, dict[int, str]] = {}
    for (row, column), text in scan.texts.items():
        by_column.setdefault(column, {})[row - 1] = text
    result = list(columns)
    for column, texts in by_column.items():
        if column < len(result):
            at = [row for row in sorted(texts) if row < result[column].text.len()]
            filled = result[column].text.scatter(at, [texts[row] for row in at])
            result[column] = RawColumn(filled, result[column].kind)
    return tuple(result)


def _by_position(
    content: bytes, name: str, part: SheetPart, scan: SheetScan
) -> tuple[tuple[RawColumn, ...], Problem | None]:
    """Read once more, cell by cell with positions; then the row counts must agree or not."""
    from python_calamine import CalamineWorkbook  # rarely needed, and large

    with refusals.parsing(name):
        table: list[list[Any]] = (
            CalamineWorkbook.from_object(io.BytesIO(content))
            .get_sheet_by_index(part.index)
            .to_python(skip_empty_area=False)
        )
    ours = _rows_with_text(scan)
    theirs = [index for index, row in enumerate(table, start=1) if any(cell != "" for cell in row)]
    columns = columns_of_objects(table, scan.kinds)
    if set(theirs) == ours:
        return columns, None
    return columns, refusals.readers_disagree(name, part.name, len(theirs), len(ours))


def _rows_with_text(scan: SheetScan) -> set[int]:
    seen = (
        (scan.kinds != CellKind.blank)
        & (scan.kinds != CellKind.formula_without_value)
        & (scan.kinds != CellKind.error)
    )
    return {int(row) + 1 for row in np.flatnonzero(seen.any(axis=0))}


def _old_limit(name: str, sheet: str) -> Problem:
    return refusals.warn(
        name,
        sheet,
        f"工作表正好 {XLS_ROWS:,} 行，等于旧版 .xls 的上限，数据可能在导出时被截断。",
        f"The sheet has exactly {XLS_ROWS:,} rows, the limit of the old .xls; it may have been cut "
        "off on export.",
        do_zh="请核对总数，必要时重新导出。",
        do_en="Check the total and export it again if need be.",
    )

"""Where the data is in a sheet: title, header rows, body, totals, notes, section lines.

Nothing is decided by position alone. A header row is one whose cells are words that contracts
know; without any known word, the first full row of distinct words above the data.
"""

import re

import numpy as np
import polars as pl

from fangpin.feeds.grid import Grid, data_like
from fangpin.feeds.header_rows import (
    HeaderWords,
    find_header,
    flatten,
    next_header,
    numbers_columns,
    same_as_header,
    title_start,
)
from fangpin.feeds.headers import PATH, canonical, without_role
from fangpin.feeds.row_words import marks_note, marks_subtotal, marks_total, squeeze
from fangpin.feeds.tables import RawSheet, Table

__all__ = ["HeaderWords", "lay_out"]

_CANDIDATE = (
    r"计|总|共|注|备注|说明|制表|填表|填报|审核|审批|复核|负责|经办|签|盖章|页|日期|联系人|条|end|"
    r"total|note|sum|来源|例$|示范|口径|提示|结束|完|^[*※★]|制单|编制|主管|校对|打印|报送|注意"
)


def lay_out(sheet: RawSheet, words: HeaderWords) -> tuple[Table, ...]:
    """The tables of a sheet; usually one. Empty when the sheet holds nothing.

    A second header with other words inside the body starts a second table. A sheet in which no
    header is found gives one table without headers, whose body is every row with content.
    """
    if not sheet.rows or not sheet.columns:
        return ()
    grid = Grid(sheet)
    if not grid.filled.any():
        return ()
    head = find_header(grid, words, 0)
    if head is None:
        body = np.flatnonzero(grid.filled).astype(np.int64) + 1
        return (Table(sheet, "", "", (), ("",) * len(sheet.columns), body),)
    tables = []
    start = 0
    while head is not None:
        following = next_header(grid, words, head)
        stop = title_start(grid, following[0], head[-1]) if following else sheet.rows
        tables.append(_table(grid, head, start, stop))
        start, head = stop, following
    return tuple(tables)


def _table(grid: Grid, head: tuple[int, ...], start: int, stop: int) -> Table:
    """The table whose header is `head`; rows from `start` (title) up to `stop` belong to it."""
    sheet = grid.sheet
    title = "\n".join(_line(grid, row) for row in range(start, head[0]) if grid.filled[row])
    titles = {squeeze(line) for line in title.split("\n") if line}
    ignored: dict[int, str] = {row: "title" for row in range(start, head[0]) if grid.filled[row]}
    if numbers_columns(grid, head[-1] + 1, stop):
        ignored[head[-1] + 1] = "header"
    ignored |= dict.fromkeys(range(head[0], head[-1] + 1), "header")
    repeated = same_as_header(grid, head)
    headers = flatten(grid, head)
    first = grid.frame.select(pl.coalesce(pl.all())).to_series()
    candidate = first.str.contains(f"(?i){_CANDIDATE}").fill_null(False).to_numpy()
    spread = {row1 for row1, col1, _, col2 in grid.wide if col2 - col1 + 1 >= 0.5 * grid.width}
    few = grid.counts <= (1 if grid.width > 2 else 0)
    suspects = (candidate | few | repeated) & grid.filled
    suspects |= _totals_elsewhere(grid)
    suspects[list(spread & set(range(sheet.rows)))] = True
    totals: list[tuple[int, dict[int, str]]] = []
    lines: list[tuple[int, str]] = []
    notes: list[str] = []
    for row in (int(index) for index in np.flatnonzero(suspects)):
        if not head[-1] < row < stop or row in ignored:
            continue
        cells = grid.row(row)
        filled = {column: text for column, text in enumerate(cells) if text}
        if repeated[row]:
            ignored[row] = "repeated_header"
            continue
        kind = _row_kind(filled, headers, titles, row in spread, grid.width)
        if kind is None:
            continue
        ignored[row] = kind
        if kind in ("total", "subtotal"):
            totals.append((row + 1, filled))
        elif kind == "note":
            notes.append(" ".join(filled.values()))
        elif kind == "section":
            lines.append((row, " ".join(filled.values())))
    ignored |= {
        int(row): "blank"
        for row in np.flatnonzero(~grid.filled)
        if start <= row < stop and row not in ignored and row not in grid.broken
    }
    chosen = np.zeros(sheet.rows, dtype=bool)
    chosen[head[-1] + 1 : stop] = grid.filled[head[-1] + 1 : stop]
    chosen[[row for row in ignored if row < sheet.rows]] = False
    body = np.flatnonzero(chosen).astype(np.int64) + 1
    sections = _sections(grid, lines, ignored, body, stop)
    kept = {first_row - 2 for first_row, _, _ in sections}
    for row, text in lines:
        if row not in kept:  # nothing follows: it was a note
            ignored[row] = "note"
            notes.append(text)
    return Table(
        sheet=sheet,
        title=title,
        notes="\n".join(notes),
        header_rows=tuple(row + 1 for row in head),
        headers=headers,
        body=body,
        ignored=tuple((row + 1, ignored[row]) for row in sorted(ignored)),
        sections=sections,
        totals=tuple(totals),
    )


def _line(grid: Grid, row: int) -> str:
    return " ".join(" ".join((text or "").split("\n")) for text in grid.row(row) if text)


def _totals_elsewhere(grid: Grid) -> np.ndarray:
    """Rows that say 合计 or 小计 in any column, in few cells: behind a serial number, far right."""
    usual = float(np.median(grid.counts[grid.filled]))
    sparse = grid.counts <= max(3.0, 0.7 * usual)
    if not sparse.any():
        return sparse
    rows = np.flatnonzero(sparse)
    says = (
        grid.frame[rows]
        .select(pl.any_horizontal(pl.all().str.contains(r"[合总小共]\s*计")))
        .to_series()
        .fill_null(False)
        .to_numpy()
    )
    found = np.zeros(grid.sheet.rows, dtype=bool)
    found[rows[says]] = True
    return found


def _row_kind(
    filled: dict[int, str],
    headers: tuple[str, ...],
    titles: set[str],
    spread: bool,
    width: int,
) -> str | None:
    """Why a row is no data; null when it is data."""
    texts = list(filled.values())
    first = texts[0]
    if squeeze(first) in titles and len(texts) <= 2:
        return "title"
    label = next((text for text in texts if marks_total(text) or marks_subtotal(text)), None)
    if label is not None and not _looks_like_person_row(texts):
        return "subtotal" if marks_subtotal(label) else "total"
    signed = sum(1 for text in texts if marks_note(text))
    if signed and marks_note(first) and (len(texts) <= max(3, width // 4) or signed >= 2):
        return "note"
    if squeeze(first) in ("示例", "样例", "例", "填写示例", "范例", "示范", "举例"):
        return "note"
    if len(texts) == 1:
        column = next(iter(filled))
        if width <= 2:
            return None
        if data_like(first):
            # A numbered but otherwise empty line of a form.
            serial = canonical(headers[column].rpartition(PATH)[2]) in ("序号", "号", "编号", "")
            return "blank" if serial and len(first) <= 7 else None
        if len(first) <= 1 or _stands_in_its_column(first, column, headers, spread):
            return None
        return "section"
    if spread and len(texts) <= 2 and not any(data_like(text) for text in texts):
        return "section"
    return None


def _stands_in_its_column(text: str, column: int, headers: tuple[str, ...], spread: bool) -> bool:
    """Is a single cell a poor record (only a name, say) rather than a line of its own?"""
    if spread or "单位" in text or text.startswith(("以下", "以上", "其中")) or len(text) > 12:
        return False
    named = [number for number, header in enumerate(headers) if header]
    if named and column > named[0]:
        return True
    is_name = without_role(headers[column].rpartition(PATH)[2]) in ("姓名", "户主姓名", "户主")
    return is_name and len(text) <= 4 and not text.endswith(("镇", "乡", "村", "社", "区", "组"))


def _looks_like_person_row(texts: list[str]) -> bool:
    """A row with an identity number is a person's, whatever else it says."""
    for text in texts:
        plain = squeeze(text)
        if len(plain) in (15, 17, 18, 20, 22) and sum(c.isdigit() for c in plain) >= 14:
            return len(plain) != 15 or not plain.endswith("000")
    return False


def _sections(
    grid: Grid,
    lines: list[tuple[int, str]],
    ignored: dict[int, str],
    body: np.ndarray,
    stop: int,
) -> tuple[tuple[int, int, str], ...]:
    """A line speaks for the rows below it, up to the next line or the subtotal that closes it.

    A line that says 本镇 or 本村 ends at the latest with the rows of that place.
    """
    closing = sorted(row for row, kind in ignored.items() if kind in ("subtotal", "total"))
    result = []
    for number, (row, text) in enumerate(lines):
        last = lines[number + 1][0] - 1 if number + 1 < len(lines) else stop - 1
        ends = [closed for closed in closing if row < closed <= last]
        if ends:
            last = ends[0]
        rows = body[(body > row + 1) & (body <= last + 1)]
        if rows.size:
            last = _end_of_place(grid, text, rows, last)
            result.append((row + 2, last + 1, text))
    return tuple(result)


def _end_of_place(grid: Grid, text: str, rows: np.ndarray, last: int) -> int:
    """The row from 0 after which another place's rows begin; `last` when the line names none."""
    named = re.match(r"[^\u3400-\u9fff]*([\u3400-\u9fff]{1,8}(?:镇|乡|街道|村|社区))", text)
    if named is None or not re.search(r"本(?:镇|乡|街道|村|社区)", text):
        return last
    for column in range(grid.width):
        cells = grid.frame.to_series(column).gather(rows - 1)
        if cells[0] == named.group(1):
            other = (cells != named.group(1)).fill_null(False).arg_true()
            return int(rows[other[0]]) - 2 if other.len() else last
    return last

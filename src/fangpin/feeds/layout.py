"""Where the data is in a sheet: title, header rows, body, totals, notes, section lines.

Nothing is decided by position alone. A header row is one whose cells are words that contracts
know; without any known word, the first full row of distinct words above the data.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import polars as pl

from fangpin.feeds.headers import PATH, canonical, fold, tidy, without_role
from fangpin.feeds.row_words import marks_note, marks_subtotal, marks_total, squeeze
from fangpin.feeds.tables import RawSheet, Table

_SEARCHED_ROWS = 60
"""Titles and instructions above a header rarely fill more rows than this."""
_MAX_GROUP_ROWS = 2
_REPEATED_SHARE = 0.6
_COLUMN_MARKS = ("栏次", "列次", "行次", "甲", "乙", "丙", "丁", "戊", "A", "B", "C", "D")
_CANDIDATE = (
    r"计|总|共|注|备注|说明|制表|填表|填报|审核|审批|复核|负责|经办|签|盖章|页|日期|联系人|条|end|"
    r"total|note|sum|来源|例$|示范|口径|提示|结束|完|^[*※★]|制单|编制|主管|校对|打印|报送|注意"
)


@dataclass(frozen=True)
class HeaderWords:
    """The headers that contracts know, in the forms in which they are compared."""

    words: frozenset[str]

    @classmethod
    def of(cls, headers: Collection[str]) -> "HeaderWords":
        """From the header synonyms of all contracts."""
        found: set[str] = set()
        for header in headers:
            found |= {fold(header), canonical(header), without_role(header)}
        return cls(frozenset(found - {""}))

    def knows(self, text: str) -> bool:
        """Is this the wording of a header?"""
        if len(text) > 60:
            return False
        return (
            fold(text) in self.words
            or canonical(text) in self.words
            or without_role(text) in self.words
        )


def lay_out(sheet: RawSheet, words: HeaderWords) -> tuple[Table, ...]:
    """The tables of a sheet; usually one. Empty when the sheet holds nothing.

    A second header with other words inside the body starts a second table. A sheet in which no
    header is found gives one table without headers, whose body is every row with content.
    """
    if not sheet.rows or not sheet.columns:
        return ()
    grid = _Grid(sheet)
    if not grid.filled.any():
        return ()
    head = _find_header(grid, words, 0)
    if head is None:
        body = np.flatnonzero(grid.filled).astype(np.int64) + 1
        return (Table(sheet, "", "", (), ("",) * len(sheet.columns), body),)
    tables = []
    start = 0
    while head is not None:
        following = _next_header(grid, words, head)
        stop = _title_start(grid, following[0], head[-1]) if following else sheet.rows
        tables.append(_table(grid, head, start, stop))
        start, head = stop, following
    return tuple(tables)


class _Grid:
    """Cells of a sheet, trimmed; rows and columns from 0."""

    def __init__(self, sheet: RawSheet) -> None:
        self.sheet = sheet
        self.width = len(sheet.columns)
        frame = pl.DataFrame(
            {
                f"c{number}": column.text.str.strip_chars()
                for number, column in enumerate(sheet.columns)
            }
        )
        self.frame = frame.with_columns(
            pl.when(pl.all().str.len_bytes() > 0).then(pl.all()).name.keep()
        )
        self.counts = (
            self.frame.select(pl.sum_horizontal(pl.all().is_not_null().cast(pl.UInt32)))
            .to_series()
            .to_numpy()
        )
        self.filled = self.counts > 0
        self.broken = {row - 1 for row, _, _ in sheet.broken}
        self.wide = [
            (row1 - 1, col1, min(row2, sheet.rows) - 1, min(col2, self.width - 1))
            for row1, col1, row2, col2 in sheet.merged
            if col2 > col1
        ]

    def row(self, index: int) -> list[str | None]:
        return list(self.frame.row(index))

    def rows(self, start: int, stop: int) -> list[list[str | None]]:
        return [list(row) for row in self.frame.slice(start, stop - start).iter_rows()]


def _data_like(text: str) -> bool:
    """A number, a date, an identity number, a yes/no: never a header."""
    plain = squeeze(text)
    if plain in ("是", "否", "男", "女", "—", "-", "/", "无"):
        return True
    digits = sum(character.isdigit() for character in plain)
    return digits * 2 >= len(plain) and digits > 0


def _find_header(grid: _Grid, words: HeaderWords, start: int) -> tuple[int, ...] | None:
    """Rows of the header, from the first group row to the leaves."""
    stop = min(grid.sheet.rows, start + _SEARCHED_ROWS)
    best, best_score = None, 0.0
    for index, cells in enumerate(grid.rows(start, stop), start=start):
        score = _header_score(cells, words)
        # A later row must know clearly more: repeated headers and data lose to the first one.
        if score > best_score + (0.5 if best is not None else 0.0):
            best, best_score = index, score
    if best is None:
        best = _first_full_row(grid, start, stop)
        if best is None:
            return None
    return _with_levels(grid, best, start, words)


def _header_score(cells: list[str | None], words: HeaderWords) -> float:
    texts = [text for text in cells if text]
    if not texts:
        return 0.0
    known = len({fold(text) for text in texts if words.knows(text)})
    data = sum(1 for text in texts if _data_like(text))
    if known < 2 and not (known == 1 and len(texts) <= 3):
        return 0.0
    if data > 0.34 * len(texts) or known < 0.25 * len(texts):
        return 0.0
    return known - data


def _first_full_row(grid: _Grid, start: int, stop: int) -> int | None:
    usual = int(np.median(grid.counts[grid.filled]))
    for index in range(start, stop):
        texts = [text for text in grid.row(index) if text]
        if len(texts) < max(2, 0.6 * usual):
            continue
        if any(_data_like(text) or len(text) > 40 for text in texts):
            continue
        if len(set(texts)) < 0.7 * len(texts):
            continue
        return index
    return None


def _with_levels(grid: _Grid, leaf: int, start: int, words: HeaderWords) -> tuple[int, ...]:
    rows = [leaf]
    below = leaf + 1
    if below < grid.sheet.rows and _is_lower_level(grid, leaf, below):
        rows.append(below)
    while len(rows) < 1 + _MAX_GROUP_ROWS and rows[0] > start:
        above = rows[0] - 1
        if not _is_group_row(grid, above, rows[0]):
            break
        rows.insert(0, above)
    return tuple(rows)


def _is_lower_level(grid: _Grid, upper: int, lower: int) -> bool:
    """Does `lower` split header cells of `upper` (务工地 over 省 | 市 | 县)?"""
    top, under = grid.row(upper), grid.row(lower)
    filled = [column for column, text in enumerate(under) if text]
    if not filled or any(_data_like(under[column] or "") for column in filled):
        return False
    spanned = {
        column
        for row1, col1, row2, col2 in grid.wide
        if row1 <= upper <= row2 and col2 - col1 < grid.width - 1
        for column in range(col1, col2 + 1)
    }
    open_columns = spanned or {
        column
        for column in range(grid.width)
        if not top[column] or (column + 1 < grid.width and not top[column + 1])
    }
    if not all(column in open_columns for column in filled):
        return False
    # Some header cell must stand alone above a blank, or be merged downwards.
    return len(filled) >= 2 and any(
        top[column] and not under[column] for column in range(grid.width)
    )


def _is_group_row(grid: _Grid, above: int, leaf: int) -> bool:
    """Is the row above the leaves a row of groups rather than a title or a note?"""
    top, under = grid.row(above), grid.row(leaf)
    filled = [column for column, text in enumerate(top) if text]
    if not filled or any(_data_like(top[column] or "") for column in filled):
        return False
    whole = any(
        row1 <= above <= row2 and col2 - col1 + 1 >= 0.8 * grid.width
        for row1, col1, row2, col2 in grid.wide
    )
    if whole or any(
        marks_note(top[column]) or "单位:" in squeeze(top[column]) for column in filled
    ):
        return False
    falls_through = [column for column in filled if not under[column]]
    spans = [
        (col1, col2) for row1, col1, row2, col2 in grid.wide if row1 <= above <= row2 and top[col1]
    ]
    if falls_through and len(filled) >= 2:
        return True
    if spans and len(filled) >= 1 and all(len(top[col1] or "") <= 20 for col1, _ in spans):
        return True
    return (
        not grid.sheet.merged
        and len(filled) >= 2
        and all(len(top[column] or "") <= 12 for column in filled)
    )


def _flatten(grid: _Grid, rows: tuple[int, ...]) -> tuple[str, ...]:
    """One header per column: "group/leaf"; a cell merged over several columns is each one's."""
    levels: list[list[str]] = []
    for level, row in enumerate(rows):
        cells = [tidy(text or "") for text in grid.row(row)]
        spread = list(cells)
        for row1, col1, row2, col2 in grid.wide:
            if row1 <= row <= row2 and cells[col1] and level < len(rows) - 1:
                for column in range(col1, col2 + 1):
                    spread[column] = spread[column] or cells[col1]
        if level < len(rows) - 1 and not grid.sheet.merged:
            leaves = grid.row(rows[level + 1])
            for column in range(1, grid.width):
                # Without merges (text files) a group reaches over the blanks to its right.
                if not spread[column] and leaves[column]:
                    spread[column] = spread[column - 1]
        levels.append(spread)
    headers = []
    for column in range(grid.width):
        parts: list[str] = []
        for spread in levels:
            if spread[column] and (not parts or parts[-1] != spread[column]):
                parts.append(spread[column])
        headers.append(PATH.join(parts))
    return tuple(headers)


def _same_as_header(grid: _Grid, rows: tuple[int, ...]) -> np.ndarray:
    """bool[rows]: rows that repeat a header row."""
    result = np.zeros(grid.sheet.rows, dtype=bool)
    for row in rows:
        cells = grid.row(row)
        pairs = [(f"c{column}", text) for column, text in enumerate(cells) if text]
        if len(pairs) < 2:
            continue
        same = grid.frame.select(
            pl.sum_horizontal(
                [(pl.col(name) == text).fill_null(False).cast(pl.UInt32) for name, text in pairs]
            )
        ).to_series()
        equal = same.to_numpy()
        result |= (equal >= 2) & (equal >= _REPEATED_SHARE * grid.counts)
    return result


def _next_header(grid: _Grid, words: HeaderWords, head: tuple[int, ...]) -> tuple[int, ...] | None:
    """The header of a second table further down: other words, known to contracts, no data."""
    repeated = _same_as_header(grid, head)
    first_words = {fold(text) for row in head for text in grid.row(row) if text}
    texts = grid.frame.select(
        pl.any_horizontal(
            pl.all().str.contains(
                r"^(?:序\s*号|姓\s*名|编号|.{0,6}(?:姓名|身份证号码?|证件号码?))$"
            )
        )
    ).to_series()
    for index in np.flatnonzero(texts.fill_null(False).to_numpy()):
        if index <= head[-1] or repeated[index]:
            continue
        cells = grid.row(int(index))
        score = _header_score(cells, words)
        fresh = {fold(text) for text in cells if text} - first_words
        if score >= 3 and len(fresh) >= 2:
            start = max(head[-1] + 1, int(index) - 1)
            return _with_levels(grid, int(index), start, words)
    return None


def _title_start(grid: _Grid, header: int, above: int) -> int:
    """The first of the title lines directly above the header of a second table."""
    start = header
    while start - 1 > above + 1 and grid.counts[start - 1] <= 1:
        text = next((text for text in grid.row(start - 1) if text), None)
        if text and (marks_note(text) or marks_total(text) or _data_like(text)):
            break
        start -= 1
    return start


def _table(grid: _Grid, head: tuple[int, ...], start: int, stop: int) -> Table:
    """The table whose header is `head`; rows from `start` (title) up to `stop` belong to it."""
    sheet = grid.sheet
    title = "\n".join(_line(grid, row) for row in range(start, head[0]) if grid.filled[row])
    titles = {squeeze(line) for line in title.split("\n") if line}
    ignored: dict[int, str] = {row: "title" for row in range(start, head[0]) if grid.filled[row]}
    if _numbers_columns(grid, head[-1] + 1, stop):
        ignored[head[-1] + 1] = "header"
    ignored |= dict.fromkeys(range(head[0], head[-1] + 1), "header")
    repeated = _same_as_header(grid, head)
    headers = _flatten(grid, head)
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
    sections = _sections(lines, ignored, body, stop)
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


def _numbers_columns(grid: _Grid, row: int, stop: int) -> bool:
    """A row 1 2 3 … (甲 乙 1 2 …) below the header, by which statisticians name columns."""
    if row >= stop:
        return False
    texts = [squeeze(text).strip("()") for text in grid.row(row) if text]
    numbers = [int(text) for text in texts if text.isdecimal()]
    others = [text for text in texts if not text.isdecimal() and text not in _COLUMN_MARKS]
    return len(numbers) >= 3 and not others and numbers == list(range(1, len(numbers) + 1))


def _line(grid: _Grid, row: int) -> str:
    return " ".join(" ".join((text or "").split("\n")) for text in grid.row(row) if text)


def _totals_elsewhere(grid: _Grid) -> np.ndarray:
    """Rows where 合计 or 小计 stands alone in one of the first columns, behind a serial number."""
    near = [f"c{column}" for column in range(min(6, grid.width))]
    return (
        grid.frame.select(
            pl.any_horizontal(
                [
                    pl.col(name).str.contains(r"^\s*(?:合|总|小|共)\s*计\s*[:：]?\s*$")
                    for name in near
                ]
            )
        )
        .to_series()
        .fill_null(False)
        .to_numpy()
        .copy()
    )


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
    label = next((text for text in texts[:6] if marks_total(text) or marks_subtotal(text)), None)
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
        if _data_like(first):
            # A numbered but otherwise empty line of a form.
            serial = canonical(headers[column].rpartition(PATH)[2]) in ("序号", "号", "编号", "")
            return "blank" if serial and len(first) <= 7 else None
        if len(first) <= 1 or _stands_in_its_column(first, column, headers, spread):
            return None
        return "section"
    if spread and len(texts) <= 2 and not any(_data_like(text) for text in texts):
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
    lines: list[tuple[int, str]], ignored: dict[int, str], body: np.ndarray, stop: int
) -> tuple[tuple[int, int, str], ...]:
    """A line speaks for the rows below it, up to the next line or the subtotal that closes it."""
    closing = sorted(row for row, kind in ignored.items() if kind in ("subtotal", "total"))
    result = []
    for number, (row, text) in enumerate(lines):
        last = lines[number + 1][0] - 1 if number + 1 < len(lines) else stop - 1
        ends = [closed for closed in closing if row < closed <= last]
        if ends:
            last = ends[0]
        rows = body[(body > row + 1) & (body <= last + 1)]
        if rows.size:
            result.append((row + 2, last + 1, text))
    return tuple(result)

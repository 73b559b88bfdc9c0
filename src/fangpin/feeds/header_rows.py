"""Which rows of a sheet are its header, and what it says per column.

A header row is one whose cells are words that contracts know; without any known word, the first
full row of distinct words above the data.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import polars as pl

from fangpin.feeds.grid import Grid, data_like
from fangpin.feeds.headers import PATH, canonical, fold, tidy, without_role
from fangpin.feeds.row_words import marks_note, marks_total, squeeze

SEARCHED_ROWS = 60
"""Titles and instructions above a header rarely fill more rows than this."""
_MAX_GROUP_ROWS = 2
_REPEATED_SHARE = 0.6
_COLUMN_MARKS = ("栏次", "列次", "行次", "甲", "乙", "丙", "丁", "戊", "A", "B", "C", "D")


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


def find_header(grid: Grid, words: HeaderWords, start: int) -> tuple[int, ...] | None:
    """Rows of the header, from the first group row to the leaves."""
    stop = min(grid.sheet.rows, start + SEARCHED_ROWS)
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
    data = sum(1 for text in texts if data_like(text))
    if known < 2 and not (known == 1 and len(texts) <= 3):
        return 0.0
    if data > 0.34 * len(texts) or known < 0.25 * len(texts):
        return 0.0
    return known - data


def _first_full_row(grid: Grid, start: int, stop: int) -> int | None:
    usual = int(np.median(grid.counts[grid.filled]))
    for index in range(start, stop):
        texts = [text for text in grid.row(index) if text]
        if len(texts) < max(2, 0.6 * usual):
            continue
        if any(data_like(text) or len(text) > 40 for text in texts):
            continue
        if len(set(texts)) < 0.7 * len(texts):
            continue
        return index
    return None


def _with_levels(grid: Grid, leaf: int, start: int, words: HeaderWords) -> tuple[int, ...]:
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


def _is_lower_level(grid: Grid, upper: int, lower: int) -> bool:
    """Does `lower` split header cells of `upper` (务工地 over 省 | 市 | 县)?"""
    top, under = grid.row(upper), grid.row(lower)
    filled = [column for column, text in enumerate(under) if text]
    if not filled or any(data_like(under[column] or "") for column in filled):
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


def _is_group_row(grid: Grid, above: int, leaf: int) -> bool:
    """Is the row above the leaves a row of groups rather than a title or a note?"""
    top, under = grid.row(above), grid.row(leaf)
    filled = [column for column, text in enumerate(top) if text]
    if not filled or any(data_like(top[column] or "") for column in filled):
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


def flatten(grid: Grid, rows: tuple[int, ...]) -> tuple[str, ...]:
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


def same_as_header(grid: Grid, rows: tuple[int, ...]) -> np.ndarray:
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


def next_header(grid: Grid, words: HeaderWords, head: tuple[int, ...]) -> tuple[int, ...] | None:
    """The header of a second table further down: other words, known to contracts, no data."""
    repeated = same_as_header(grid, head)
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


def title_start(grid: Grid, header: int, above: int) -> int:
    """The first of the title lines directly above the header of a second table."""
    start = header
    while start - 1 > above + 1 and grid.counts[start - 1] <= 1:
        text = next((text for text in grid.row(start - 1) if text), None)
        if text and (marks_note(text) or marks_total(text) or data_like(text)):
            break
        start -= 1
    return start


def numbers_columns(grid: Grid, row: int, stop: int) -> bool:
    """A row 1 2 3 … (甲 乙 1 2 …) below the header, by which statisticians name columns."""
    if row >= stop:
        return False
    texts = [squeeze(text).strip("()") for text in grid.row(row) if text]
    numbers = [int(text) for text in texts if text.isdecimal()]
    others = [text for text in texts if not text.isdecimal() and text not in _COLUMN_MARKS]
    return len(numbers) >= 3 and not others and numbers == list(range(1, len(numbers) + 1))

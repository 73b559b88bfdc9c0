"""What one stage of reading a delivery hands to the next (see docs/architecture.md).

A file is first a `RawSheet` per worksheet (everything the sender wrote, nothing decided), then a
`Table` (which rows are data), then a `RecognisedTable` (which contract, which column is what).
Row numbers count from 1 as the sender sees them in Excel; in text files they count records,
title and header records included. Column numbers count from 0.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from fangpin.kernel.errors import Problem

if TYPE_CHECKING:
    from fangpin.policy.pack import Contract

NO_ROWS: frozenset[int] = frozenset()


@dataclass(frozen=True)
class RawColumn:
    """One column of a sheet, all rows from row 1.

    `text`: String; what the cell says. Text is exactly as sent (not trimmed); numbers in shortest
    decimal form without exponent and without a trailing ".0"; dates ISO (`2021-05-31` or
    `2021-05-31 10:07:00`); booleans `TRUE`/`FALSE`; errors as Excel prints them (`#N/A`);
    null = blank (no cell, or an empty one).
    `kind`: UInt8 of `feeds.cell_kinds.CellKind`, same length. Number cells are IEEE doubles: an
    identity number stored as a number has lost its last digits.
    """

    text: pl.Series
    kind: pl.Series

    def __post_init__(self) -> None:
        if self.text.dtype != pl.String or self.kind.dtype != pl.UInt8:
            raise TypeError(
                f"a RawColumn is String + UInt8, got {self.text.dtype} + {self.kind.dtype}"
            )
        if self.text.len() != self.kind.len():
            raise ValueError("text and kind of a RawColumn must have equal length")


@dataclass(frozen=True)
class RawSheet:
    """One worksheet, or one text file (`sheet` is "" then)."""

    file: str
    sheet: str
    hidden: bool
    columns: tuple[RawColumn, ...]
    rows: int
    """Length of every column: the last row with content."""
    hidden_rows: frozenset[int] = NO_ROWS
    merged: tuple[tuple[int, int, int, int], ...] = ()
    """(first_row, first_col, last_row, last_col): rows from 1, columns from 0, all inclusive."""
    problems: tuple[Problem, ...] = ()
    """Severity error = the two readers disagree: the file must be refused."""
    broken: tuple[tuple[int, str, str], ...] = ()
    """Text files: (record, its text, reason code) of records that are blank in `columns`.
    Reasons: `too_few_fields`, `too_many_fields`, `broken_over_two_lines` (its text holds both
    halves joined by a line break) and `continuation` (the second half's own record: no row)."""

    def cell(self, row: int, column: int) -> str | None:
        """Text of one cell; `row` from 1, `column` from 0; null when blank or outside."""
        if not (1 <= row <= self.rows and 0 <= column < len(self.columns)):
            return None
        value = self.columns[column].text[row - 1]
        return value if isinstance(value, str) else None


@dataclass(frozen=True)
class Table:
    """Where the data is in a sheet."""

    sheet: RawSheet
    title: str
    """Text above the header, lines joined by a newline."""
    notes: str
    """Text of note rows below (and between) the data, lines joined by a newline."""
    header_rows: tuple[int, ...]
    headers: tuple[str, ...]
    """One per sheet column; "group/leaf" when the header has two levels; "" when none."""
    body: np.ndarray
    """int64, ascending: the row numbers that are data. Broken text records are not in it."""
    ignored: tuple[tuple[int, str], ...] = ()
    """(row, reason) of every other row. Reasons: title header repeated_header subtotal total note
    section blank."""
    sections: tuple[tuple[int, int, str], ...] = ()
    """(first_row, last_row, text): lines inside the body that speak for the rows below them."""
    totals: tuple[tuple[int, dict[int, str]], ...] = ()
    """(row, {column: text}) of total and subtotal rows, for control totals; a free-standing count
    such as "共69条" is kept as {column of the text: text}."""


@dataclass(frozen=True)
class RecognisedTable:
    """A table, the contract it fulfils, and which sheet column is which contract column."""

    table: Table
    contract: "Contract"
    mapping: dict[str, int]
    """contract column name → sheet column number."""
    units: dict[str, list[tuple[int, int, str]]] = field(default_factory=dict)
    """column → (first_row, last_row, unit) as declared by header, title or section line. The list
    covers the rows in order; a column without an entry declared nothing (the contract's default
    unit applies only where the contract says so)."""
    period: date | None = None
    """First day of the month the delivery speaks for; null when nothing in it says so."""
    constants: dict[str, str] = field(default_factory=dict)
    """column → value for columns that the table does not have (sheet name, contract default)."""
    score: float = 0.0
    """0…1: share of what the contract expects that was found; comparable between contracts."""


@dataclass(frozen=True)
class Unrecognised:
    """A table that fulfils no contract of the pack, and why."""

    table: Table
    found: tuple[str, ...]
    """The headers as the sender wrote them."""
    nearest: str | None
    """Name of the contract that came nearest; null when none came near."""
    missing: tuple[str, ...]
    """Labels (zh) of the columns that contract would have needed."""
    problem: Problem

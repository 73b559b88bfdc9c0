"""What a department's sheet is made of: lines written by hand and blocks of rows.

A sheet is a stream of parts in reading order, so that a file of any size is written piece by piece.
`Rows` also says what was done to its cells; the position in the file is known only when written.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
import polars as pl
from numpy.typing import NDArray


class Kind(IntEnum):
    """How a cell is stored. `raw` is what follows the cell's opening attributes in the XML."""

    text = 1
    number = 2
    date = 3
    raw = 4


@dataclass(frozen=True)
class Cells:
    """One column of a block: n texts (null = blank cell) and how they are stored.

    Numbers and dates are texts in Excel's own notation (dates as serial numbers).
    """

    text: pl.Series
    kind: Kind | NDArray[np.uint8] = Kind.text

    def gather(self, rows: NDArray[np.int64]) -> "Cells":
        """The cells of some rows, repeated where a row is named twice."""
        kind = self.kind if isinstance(self.kind, Kind) else self.kind[rows]
        return Cells(self.text.gather(rows), kind)

    def changed(self, rows: Sequence[int], texts: Sequence[str | None], kind: Kind) -> "Cells":
        """The same column with other contents in some rows."""
        if not len(rows):
            return self
        chosen = np.asarray(rows, dtype=np.int64)
        text = self.text.cast(pl.String).scatter(chosen, pl.Series(list(texts), dtype=pl.String))
        if self.kind is kind:
            return Cells(text, kind)
        kinds = (
            np.full(len(self.text), int(self.kind), dtype=np.uint8)
            if isinstance(self.kind, Kind)
            else self.kind.copy()
        )
        kinds[chosen] = int(kind)
        return Cells(text, kinds)


@dataclass(frozen=True)
class Defect:
    """One thing that is not as it should be in a file.

    `row` position in its block (0 = first), `*` or header rows are given as text by `where`.
    `action`: accept, flag, dedupe, reject, ignore, coverage_gap, quarantine_file.
    """

    row: int
    column: str
    kind: str
    action: str
    delivered: str = ""
    person: str = ""


@dataclass
class Line:
    """One line written by hand: title, header, subtotal, note. Numbers stay numbers."""

    cells: Sequence[str | int | float | None]
    merges: Sequence[tuple[int, int]] = ()
    defect: str = ""
    down_columns: Sequence[int] = ()
    """columns whose cell reaches down over the next line (merged)"""


@dataclass
class Rows:
    """A block of n rows, all columns in the sheet's order."""

    columns: dict[str, Cells]
    defects: list[Defect] = field(default_factory=list)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())).text)

    def gather(self, rows: NDArray[np.int64]) -> "Rows":
        """The same block with rows left out or repeated (before defects are written into it)."""
        return Rows({name: cells.gather(rows) for name, cells in self.columns.items()})

    def change(
        self,
        column: str,
        rows: Sequence[int],
        texts: Sequence[str | None],
        defect: str,
        action: str,
        kind: Kind = Kind.text,
    ) -> None:
        """Write other contents into a column and remember why."""
        self.columns[column] = self.columns[column].changed(rows, texts, kind)
        for row, text in zip(rows, texts, strict=True):
            self.defects.append(Defect(int(row), column, defect, action, text or ""))


Part = Line | Rows


@dataclass
class Sheet:
    """A sheet, or the one table of a text file. `parts` is read once."""

    name: str
    parts: Iterable[Part]
    hidden: bool = False


@dataclass
class Delivery:
    """One file. `form`: xlsx, or (encoding, separator, byte order mark) of a text file."""

    file: str
    sheets: Sequence[Sheet]
    encoding: str = ""
    separator: str = ","
    mark: bool = False


def head(*lines: Line, then: Iterable[Part]) -> Iterator[Part]:
    """Lines first, then the rest."""
    yield from lines
    yield from then


Log = Callable[[str, str, int, Defect], None]
"""file, sheet, row counted from 1, defect"""

"""The cells of a sheet, trimmed, with what layout asks of them."""

import polars as pl

from fangpin.feeds.row_words import squeeze
from fangpin.feeds.tables import RawSheet


class Grid:
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


def data_like(text: str) -> bool:
    """A number, a date, an identity number, a yes/no: never a header."""
    plain = squeeze(text)
    if plain in ("是", "否", "男", "女", "—", "-", "/", "无"):
        return True
    digits = sum(character.isdigit() for character in plain)
    return digits * 2 >= len(plain) and digits > 0

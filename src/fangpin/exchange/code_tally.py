"""What is said with files that carry codes of national standards: how many values of each column
were written as codes, how many have none there and stayed in words, and what each code means."""

from collections.abc import Iterator, Sequence
from typing import Final

import polars as pl

from fangpin.exchange.columns import HELP_SHEETS, WideColumn, reading_pack, standard_of
from fangpin.exchange.texts import has_codes
from fangpin.exchange.wide_book import Head, WideSheet
from fangpin.registry.catalogue.field import CodeMap

_HEADS: Final = (
    Head("表", width=12), Head("列", width=24), Head("标准", width=20), Head("代码数", width=10),
    Head("保留文字数", width=12), Head("代码含义", width=90),
)  # fmt: skip


class CodeTally:
    """Counts, while tables are written, what became a code; by table and header."""

    def __init__(self) -> None:
        self._counted: dict[tuple[str, str], tuple[WideColumn, CodeMap, int, int]] = {}

    def add(self, table: str, frame: pl.DataFrame, columns: Sequence[WideColumn]) -> None:
        """Count the rows of one frame of the registry."""
        for column in columns:
            standard = standard_of(column)
            if standard is None:
                continue
            value = pl.col(column.base)
            coded, filled = frame.select(
                has_codes(value, standard).fill_null(False).sum(), value.count().alias("filled")
            ).row(0)
            _, _, codes, words = self._counted.get((table, column.header), (column, standard, 0, 0))
            told = (column, standard, codes + coded, words + filled - coded)
            self._counted[table, column.header] = told

    @property
    def lines(self) -> int:
        """Columns counted: the rows of the sheet."""
        return len(self._counted)

    @property
    def words(self) -> dict[str, int]:
        """Values left in words, by header, where there are any."""
        return {header: words for (_, header), (*_, words) in self._counted.items() if words}

    def sheet(self) -> WideSheet:
        """The figures as a sheet; to be written after the tables that are counted."""
        return WideSheet(HELP_SHEETS[1], _HEADS, self._frames())

    def _frames(self) -> Iterator[pl.DataFrame]:
        rows = [
            (table, header, standard.standard, f"{codes}", f"{words}", in_codes(column, standard))
            for (table, header), (column, standard, codes, words) in self._counted.items()
        ]
        names = [head.leaf for head in _HEADS]
        yield pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


def in_codes(column: WideColumn, standard: CodeMap) -> str:
    """What may stand in a column of codes: 1 男、2 女; words where the standard has no code."""
    values = reading_pack().codes[column.codes].values
    single = [v for v in values if column.kind == "code" or "_" not in v.code]
    coded = "、".join(f"{standard.gb[v.code]} {v.zh}" for v in single if v.code in standard.gb)
    words = "、".join(v.zh for v in single if v.code not in standard.gb)
    several = "（可填多项，用逗号分开）" if column.kind == "codes" else ""
    return f"{standard.standard}：{coded}{f'；无代码，填文字：{words}' if words else ''}{several}"

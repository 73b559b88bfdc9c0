"""Cells of a recognised table in the forms that frames of the exchange have.

Texts stay as written but for blanks; numbers of people and accounts never lose a digit unnoticed.
What cannot be used is said with its row.
"""

import re
from collections.abc import Callable
from typing import Final

import numpy as np
import polars as pl

from fangpin.exchange import clearing
from fangpin.exchange import columns as wide
from fangpin.exchange.columns import WideColumn
from fangpin.exchange.wide_book import plain_text
from fangpin.feeds import words
from fangpin.feeds.cell_kinds import CellKind
from fangpin.feeds.names_compared import normalised
from fangpin.feeds.rows import TypedRows
from fangpin.feeds.verdicts import worded
from fangpin.kernel import characters
from fangpin.policy.pack import Codes

REMARKS: Final = {
    "sheet": pl.String, "row": pl.Int64, "column": pl.String, "kind": pl.String,
    "zh": pl.String, "en": pl.String,
}  # fmt: skip
"""`kind`: refused (the row is not used), cell (this cell is not used), note (worth a look)."""
_INVISIBLE: Final = f"[{re.escape(characters.ZERO_WIDTH + characters.CONTROLS)}]"
_BLANKS: Final = f"[{re.escape(characters.SPACES)}]+"
_EXACT: Final = 15
"""Digits that a number cell keeps; identity numbers and long codes lose their end."""
_SAID_AS: Final = {"rejected": "refused", "flagged": "cell", "duplicate": "note"}
_WORKED_OUT: Final = (
    *("serial", "province", "city", "county", "age", wide.YEAR),
    *("head_person_number", "head_name", "head_id_number"),
)
"""Columns of which nothing is taken, so that nothing need be said of their cells."""
_NOT_SAID: Final = ("same_key_different", "required_blank")
"""What is said here in other words, or of no interest where a blank changes nothing."""


class Cells:
    """Cells of one typed table in the forms of frames; collects what cannot be used."""

    def __init__(self, typed: TypedRows, plain: bool) -> None:
        self.typed = typed
        self.plain = plain
        self.refused = np.zeros(typed.size, dtype=np.bool_)
        self.said: list[tuple[int, str, str, str, str]] = []
        self.marked: dict[str, np.ndarray] = {}
        self._clears: list[tuple[str, np.ndarray]] = []

    def values(self, column: WideColumn, *, own: bool = True) -> pl.Series:
        """One column, named by its key. What a cell clears is null here and stands in `cleared`;
        `own` False: a column that only repeats what another table says clears nothing."""
        before = len(self.said)
        values = self._values(column)
        where = clearing.marked(self.typed.block.text[column.read.name])
        if not where.any():
            return values
        self.marked[column.read.name] = where
        self.said[before:] = [told for told in self.said[before:] if not where[told[0]]]
        if own and clearing.clearable(column):
            self._clears.append((column.base, where))
        else:
            self.say(
                where & ~self.typed.verdicts.rejected, column.read.name, "cell",
                lambda at: (
                    f"“{column.label.zh}”不能用“{clearing.MARK}”清空，请在台账中办理",
                    f"a file does not clear “{column.label.en}”; do it in the registry",
                ),
            )  # fmt: skip
        return values.set(pl.Series(where), None)

    def cleared(self) -> pl.Series:
        """Keys that each row clears, of the columns asked for so far."""
        return clearing.joined(self._clears, self.typed.size)

    def _values(self, column: WideColumn) -> pl.Series:
        name = column.read.name
        if column.masked == "id_number" or column.masked == "account":
            return self._digits(name, column.masked == "id_number").alias(column.key)
        if column.key in ("household.number", "person.number"):
            return self._digits(name, True).alias(column.key)
        values = self.typed.values[name]
        if column.masked == "name":
            values = normalised(self._text(name))
        elif column.kind == "codes":
            values = self._codes(column)
        elif column.kind == "text":
            values = self._text(name)
            if column.masked == "phone":
                values = characters.without_spaces_series(values)
        return values.alias(column.key)

    def beside(self, name: str) -> pl.Series:
        """A column that is no field of this table."""
        if name == "household_number":
            return self._digits(name, True)
        if name == wide.YEAR:
            return self.typed.values[name]
        return self._text(name)

    def _text(self, name: str) -> pl.Series:
        return plain(self._armed(self.typed.block.text[name]))

    def _armed(self, text: pl.Series) -> pl.Series:
        if not self.plain:
            return text
        return text.to_frame("t").select(plain_text(pl.col("t"))).to_series()

    def _digits(self, name: str, needed: bool) -> pl.Series:
        """Numbers that must not lose a digit: as text without spaces, X upper-case.

        A number cell of more than fifteen digits has lost its end; so has scientific notation.
        Where the number is `needed`, the row is refused, else the cell.
        """
        block = self.typed.block
        text = characters.without_spaces_series(self._text(name)).str.to_uppercase()
        numeric = block.kind[name] == CellKind.number
        length = text.str.len_chars().fill_null(0).to_numpy()
        lost = numeric & (length > _EXACT)
        lost |= text.str.contains(r"^[0-9.]+E\+?[0-9]+$").fill_null(False).to_numpy()
        header = block.header(name)
        self.say(
            lost & ~self.typed.verdicts.rejected, name, "refused" if needed else "cell",
            lambda at: (
                f"“{header}”以数值存储，第16位起的数字已经丢失；请将该列设为“文本”格式后重新导出",
                f"“{header}” is stored as a number; its digits from the 16th on are lost. "
                "Set the column to text and export it again",
            ),
        )  # fmt: skip
        if needed:
            self.refused |= lost
        return text.set(pl.Series(lost), None)

    def _codes(self, column: WideColumn) -> pl.Series:
        """Several words in one cell → codes joined by commas, in the order written."""
        codes = wide.reading_pack().codes[column.codes]
        cells = self._text(column.read.name)
        table: dict[str, str | None] = {}
        wrong: set[str] = set()
        for cell in cells.unique().drop_nulls().to_list():
            parts = [part for part in re.split(r"[,，、;；|/\s]+", cell) if part]
            found, unknown = words.to_codes(pl.Series(parts, dtype=pl.String), codes)
            if unknown.any():
                whole, none = words.to_codes(pl.Series([cell]), codes)
                if none.any():
                    wrong.add(cell)
                    continue
                found = whole
            single = [part for code in found.drop_nulls() for part in single_codes(code, codes)]
            table[cell] = ",".join(dict.fromkeys(single)) or None
        self.say(
            cells.is_in(list(wrong)).fill_null(False).to_numpy(), column.read.name, "cell",
            lambda at: (
                f"“{cells[at]}”不是“{column.label.zh}”的可选内容（{words.known_words(codes)}）",
                f"“{cells[at]}” is no word of {column.label.en}",
            ),
        )  # fmt: skip
        if not table:
            return pl.Series([None], dtype=pl.String).new_from_index(0, cells.len())
        return cells.replace_strict(table, default=None, return_dtype=pl.String)

    def say(
        self, where: np.ndarray, name: str, kind: str, words_of: Callable[[int], tuple[str, str]]
    ) -> None:
        """A remark for each of these rows."""
        for at in np.flatnonzero(where).tolist():
            zh, en = words_of(at)
            self.said.append((at, name, kind, zh, en))

    def remarks(self) -> pl.DataFrame:
        """Everything said of the rows, by the reader and here."""
        block = self.typed.block
        header = {name: block.header(name) for name in (c.name for c in block.contract.columns)}
        frame = self.typed.verdicts.frame().filter(
            pl.col("action").is_in(list(_SAID_AS))
            & ~pl.col("column").is_in(_WORKED_OUT)
            & ~(pl.col("reason").is_in(_NOT_SAID) & (pl.col("action") == "flagged"))
        )
        frame = frame.filter(~self._of_marks(frame))
        told = worded(frame, header).select(
            "position", "column",
            kind=pl.col("action").replace_strict(_SAID_AS),
            zh="reason_zh", en="reason_en",
        )  # fmt: skip
        own = pl.DataFrame(
            self.said, schema=["position", "column", "kind", "zh", "en"], orient="row",
            schema_overrides={"position": pl.UInt32},
        ) if self.said else told.clear()  # fmt: skip
        both = pl.concat([told, own.select(told.columns).cast(told.schema)])
        rows = self.typed.block.rows[both["position"].to_numpy()].astype(np.int64)
        return pl.DataFrame(
            {
                "sheet": pl.Series([self.typed.sheet], dtype=pl.String).new_from_index(
                    0, both.height
                ),
                "row": rows,
                "column": both["column"].replace(header),
                "kind": both["kind"],
                "zh": both["zh"],
                "en": both["en"],
            },
            schema=REMARKS,
        )

    def _of_marks(self, frame: pl.DataFrame) -> pl.Series:
        """What the reader says of cells with the mark that clears: it does not know it."""
        found = [False] * frame.height
        if self.marked:
            none = np.zeros(self.typed.size, dtype=np.bool_)
            cells = zip(frame["position"].to_list(), frame["column"].to_list(), strict=True)
            found = [bool(self.marked.get(column, none)[at]) for at, column in cells]
        return pl.Series(found, dtype=pl.Boolean)


def plain(texts: pl.Series) -> pl.Series:
    """Texts without blanks at the ends and invisible characters, inner blanks one space; what says
    nothing (-, /, 无数据) and nothing are null. Signs keep their width: texts stay as written."""
    tidied = (
        texts.str.replace_all(_INVISIBLE, "").str.replace_all(_BLANKS, " ").str.strip_chars(" ")
    )
    return tidied.set(tidied.str.to_lowercase().is_in(words.NOTHING).fill_null(False), None)


def single_codes(code: str, codes: Codes) -> list[str]:
    """The codes that a combined code (chronic_disabled) stands for; else itself."""
    parts = code.split("_")
    known = len(parts) > 1 and all(codes.get(part) for part in parts)
    return parts if known else [code]

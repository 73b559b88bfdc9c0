"""Cells that hold codes of a national standard (性别 1, 民族 03) in place of words: put into words
before anything else reads them, and told with the import.

Only a column that speaks in codes is read so. Where a word stands that the standard has a code for,
the column speaks in words, and its codes may be anybody's own numbering: they are not used. A word
that the standard has no code for may stand among codes; that is how such columns are written here.
Nothing is guessed: a code that the standard does not have, or that may mean several of our values,
is not used and said with its row.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from fangpin.exchange import columns as wide
from fangpin.exchange.cells import REMARKS, single_codes
from fangpin.exchange.columns import WideColumn
from fangpin.feeds import words
from fangpin.feeds.blocks import Block
from fangpin.feeds.rows import TypedRows
from fangpin.kernel.errors import Text
from fangpin.policy.pack import Codes
from fangpin.registry.catalogue.field import CodeMap

_DIGITS: Final = re.compile(r"([0-9]{1,2})(?:\.0+)?")
_BETWEEN: Final = re.compile(r"[,，、;；|/\s]+")


@dataclass(frozen=True)
class Meaning:
    """What one cell of codes says: our codes (none: not known), or why it is not used."""

    codes: tuple[str, ...] = ()
    refusal: Text | None = None


@dataclass
class _Told:
    """What is said of one column of a block: cells that are not used, and the line about it."""

    block: Block
    name: str
    refused: list[tuple[int, Text]]
    read: int
    silent: int
    table: CodeMap
    label: Text


class NationalCodes:
    """Puts the codes of the tables of one file into words; called with each block of rows."""

    def __init__(self) -> None:
        self._told: list[_Told] = []

    def __call__(self, block: Block) -> None:
        for each in block.contract.columns:
            column = wide.by_key().get(each.name)
            if (
                column is not None
                and each.name in block.text
                and (table := wide.standard_of(column))
            ):
                self._column(block, column, table)

    def _column(self, block: Block, column: WideColumn, table: CodeMap) -> None:
        name = column.read.name
        cells = block.cleaned(name)
        counted = dict(cells.drop_nulls().value_counts().iter_rows())
        meant = meanings(counted, column, table)
        if not meant:
            return
        vocabulary = wide.reading_pack().codes[column.codes]
        said = {
            cell: "、".join(_word(vocabulary, code) for code in found.codes) or None
            for cell, found in meant.items()
        }
        put = cells.replace_strict(said, default=None, return_dtype=pl.String)
        text = block.text[name]
        coded = cells.is_in(list(said)).fill_null(False)
        block.text[name] = text.zip_with(~coded, put).alias(text.name)
        block.clean.pop(name, None)
        wrong = {cell: found.refusal for cell, found in meant.items() if found.refusal}
        places = cells.is_in(list(wrong)).fill_null(False).arg_true() if wrong else pl.Series([])
        silent = [c for c, found in meant.items() if not found.codes and not found.refusal]
        self._told.append(
            _Told(
                block,
                name,
                [(at, wrong[cells[at]]) for at in places.to_list()],
                sum(counted[cell] for cell, found in meant.items() if found.codes),
                sum(counted[cell] for cell in silent),
                table,
                column.label,
            )
        )

    def remarks(self, typed: TypedRows) -> pl.DataFrame:
        """What is to be said of the codes of one table; nothing of rows that are refused anyway."""
        rejected = typed.verdicts.rejected
        rows: list[tuple[str, int, str, str, str, str]] = []
        for told in self._told:
            if told.block is not typed.block:
                continue
            header = told.block.header(told.name)
            used = [(at, why) for at, why in told.refused if not rejected[at]]
            rows += [
                (typed.sheet, int(told.block.rows[at]), header, "cell", why.zh, why.en)
                for at, why in used
            ]
            if told.read or told.silent:
                line = _line(told, header)
                rows.append((typed.sheet, 0, header, "note", line.zh, line.en))
        return pl.DataFrame(rows, schema=REMARKS, orient="row")


def meanings(cells: Iterable[str], column: WideColumn, table: CodeMap) -> dict[str, Meaning]:
    """What those of a column's distinct cells mean that are codes; empty when it has none."""
    coded: dict[str, tuple[str, ...]] = {}
    worded: list[str] = []
    for cell in cells:
        parts = _codes_in(cell, column, table)
        if parts is None:
            worded.append(cell)
        else:
            coded[cell] = parts
    if not coded:
        return {}
    vocabulary = wide.reading_pack().codes[column.codes]
    if worded and any(_has_codes(worded, column, table, vocabulary)):
        known, _ = words.to_codes(pl.Series(list(coded), dtype=pl.String), vocabulary)
        apart = zip(coded, known.to_list(), strict=True)
        return {cell: _among_words(cell, column, table) for cell, code in apart if code is None}
    written = _widths({part for parts in coded.values() for part in parts}, table)
    return {
        cell: _meaning(cell, parts, written, table, vocabulary) for cell, parts in coded.items()
    }


def _codes_in(cell: str, column: WideColumn, table: CodeMap) -> tuple[str, ...] | None:
    """The codes of a cell, as written; None when anything else stands in it."""
    parts = [p for p in _BETWEEN.split(cell) if p] if column.kind == "codes" else [cell]
    found: list[str] = []
    for part in parts:
        digits = _DIGITS.fullmatch(part)
        if digits is not None:
            found.append(digits[1])
        elif not part[:1].isdigit() and part.upper() in table.back:
            found.append(part.upper())
        else:
            return None
    return tuple(found) or None


def _has_codes(
    cells: list[str], column: WideColumn, table: CodeMap, vocabulary: Codes
) -> Iterable[bool]:
    """Whether the standard could have said each of these cells of words."""
    for cell in cells:
        parts = [p for p in _BETWEEN.split(cell) if p] if column.kind == "codes" else [cell]
        found, _ = words.to_codes(pl.Series(parts, dtype=pl.String), vocabulary)
        codes = [part for code in found.drop_nulls() for part in single_codes(code, vocabulary)]
        yield not found.null_count() and bool(codes) and all(code in table.gb for code in codes)


def _widths(codes: set[str], table: CodeMap) -> Mapping[str, tuple[str, ...]]:
    """Each code as it may be meant: with the zeros that a spreadsheet has dropped.

    A standard may have codes of one digit and of two. What explains most of the column's codes is
    how it is written; where both explain as many (1 and 2 of relations), a code may mean either.
    """
    digits = {code for code in codes if code.isdigit()}
    longest = max(map(len, digits), default=0)
    every = sorted({len(code) for code in (*table.back, *table.several) if code.isdigit()})
    wide_enough = [width for width in every if width >= longest] or every[-1:]
    known = {width: sum(table.knows(code.zfill(width)) for code in digits) for width in wide_enough}
    best = [width for width in wide_enough if known[width] == max(known.values())]
    return {
        code: tuple(code.zfill(width) for width in best) if code in digits else (code,)
        for code in codes
    }


def _meaning(
    cell: str,
    parts: tuple[str, ...],
    written: Mapping[str, tuple[str, ...]],
    table: CodeMap,
    vocabulary: Codes,
) -> Meaning:
    codes: list[str] = []
    for part in parts:
        known = [code for code in written[part] if table.knows(code)]
        if not known:
            return Meaning(refusal=_unknown(cell, table))
        choices = dict.fromkeys(choice for code in known for choice in _choices(code, table))
        silent = any(code in table.silent for code in known)
        if len(choices) > 1 or (choices and silent):
            named = [each for each in vocabulary.values if each.code in choices]
            return Meaning(refusal=_several(cell, table, [each.label for each in named]))
        codes += choices
    return Meaning(tuple(dict.fromkeys(codes)))


def _choices(code: str, table: CodeMap) -> tuple[str, ...]:
    one = table.back.get(code)
    return (one,) if one is not None else table.several.get(code, ())


def _word(vocabulary: Codes, code: str) -> str:
    value = vocabulary.get(code)
    assert value is not None, f"{vocabulary.name} has no {code}"
    return value.zh


# ---- in words ------------------------------------------------------------------------------------


def _unknown(cell: str, table: CodeMap) -> Text:
    return Text(
        f"“{cell}”不是 {table.standard} 的代码，不采用；请改为文字或该标准的代码后重新导入",
        f"“{cell}” is no code of {table.standard} and is not used; write the word or a code of "
        "that standard and bring the file again",
    )


def _several(cell: str, table: CodeMap, choices: list[Text]) -> Text:
    zh = "、".join(choice.zh for choice in choices)
    en = ", ".join(choice.en for choice in choices)
    return Text(
        f"代码“{cell}”（{table.standard}）可能是{zh}，不能判断，不采用；请改写为其中一项",
        f"code “{cell}” ({table.standard}) may mean {en}; it is not used. Write one of them",
    )


def _among_words(cell: str, column: WideColumn, table: CodeMap) -> Meaning:
    return Meaning(
        refusal=Text(
            f"“{column.label.zh}”一列既有文字又有代码，代码“{cell}”不采用；"
            f"请整列填写文字，或整列填写 {table.standard} 的代码",
            f"words and codes stand in one column of {column.label.en}; code “{cell}” is not "
            f"used. Write words throughout, or codes of {table.standard} throughout",
        )
    )


def _line(told: _Told, header: str) -> Text:
    """One line about a column: 民族：1,203 个国标代码已对应."""
    zh = [f"{header}：{told.read:,} 个国标代码已对应（{told.table.standard}）"]
    en = [f"{told.label.en}: {told.read:,} codes of {told.table.standard} read as values"]
    if told.silent:
        zh.append(f"{told.silent:,} 个表示“未知”或“未说明”，视同空白")
        en.append(f"{told.silent:,} say “not known” and count as blank")
    if told.refused:
        zh.append(f"{len(told.refused):,} 个不采用，原因逐格列出")
        en.append(f"{len(told.refused):,} are not used, listed cell by cell")
    return Text("；".join(zh), "; ".join(en))

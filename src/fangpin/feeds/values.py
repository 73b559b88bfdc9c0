"""One contract column of a block → typed values: money, dates, numbers, words, yes/no.

Units, scales: money Int64 fen, number Int64 × 10⁴, integer Int64, date and month Date (a month is
its first day), bool Boolean, code and text String. Null = unknown.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.feeds import words
from fangpin.feeds.blocks import Block
from fangpin.feeds.cell_kinds import CellKind
from fangpin.feeds.reasons import Action
from fangpin.kernel import characters
from fangpin.kernel.dates import DateSettings, DateVerdict, read_date_series
from fangpin.kernel.errors import Language
from fangpin.kernel.identity.verdicts import CORRECTION_TEXT, Correction
from fangpin.kernel.money import (
    FEN_PER_UNIT,
    MoneyVerdict,
    format_yuan,
    read_money,
    read_money_series,
)
from fangpin.policy.pack import ContractColumn, Pack

DTYPES: dict[str, pl.DataType | type[pl.DataType]] = {
    "money": pl.Int64,
    "money_text": pl.Int64,
    "integer": pl.Int64,
    "number": pl.Int64,
    "date": pl.Date,
    "month": pl.Date,
    "bool": pl.Boolean,
}

_DATE_INSIDE = r"([0-9]{2,4}[-./年][0-9]{1,2}(?:[-./月][0-9]{1,2}日?|月)?|[0-9]{8}|[0-9]{6})"
_AMOUNT_INSIDE = r"([0-9][0-9,.]*万?元?)"


def dtype_of(column: ContractColumn) -> pl.DataType | type[pl.DataType]:
    """Polars type of a contract column in a feed table."""
    return DTYPES.get(column.type, pl.String)


def corrections_text(corrections: Iterable[str], language: Language) -> str:
    """What was put right in an identity number, in words."""
    texts = [CORRECTION_TEXT[Correction(name)].in_language(language) for name in corrections]
    return ("、" if language == "zh" else ", ").join(texts)


def typed_column(block: Block, column: ContractColumn, pack: Pack, as_of: date) -> pl.Series:
    """Values of `column` for the rows of `block`; verdicts go into the block.

    A column the table does not have is unknown throughout, unless the contract gives a text column
    to take it from or a default.
    """
    cells = block.text.get(column.name)
    if cells is None:
        return _not_delivered(block, column, pack, as_of).alias(column.name)
    if column.type == "text":
        values = block.cleaned(column.name)
    elif column.type in ("phone", "credit_code"):
        values = characters.without_spaces_series(cells).str.to_uppercase()
        values = values.set((values == "").fill_null(False), None)
    elif column.codes is not None:
        values = _coded(block, column, cells, pack)
    elif column.type == "bool":
        values = _yes_no(block, column, cells)
    elif column.type in ("money", "money_text"):
        values = _money(block, column, cells)
    elif column.type in ("integer", "number"):
        values = _number(block, column, cells)
    elif column.type in ("date", "month"):
        values = _dates(block, column, cells, as_of)
    else:
        raise ValueError(f"column {column.name}: unknown type {column.type}")
    return values.alias(column.name)


def unknown(column: ContractColumn, size: int) -> pl.Series:
    """`size` unknown values of the column's type."""
    return pl.Series(column.name, [None], dtype=dtype_of(column)).new_from_index(0, size)


def _not_delivered(block: Block, column: ContractColumn, pack: Pack, as_of: date) -> pl.Series:
    source = block.text.get(column.from_text) if column.from_text else None
    if source is not None:
        return _from_text(block, column, source, pack, as_of)
    if column.default is not None and column.codes is not None:
        return pl.Series([column.default], dtype=pl.String).new_from_index(0, block.size)
    return unknown(column, block.size)


def _from_text(
    block: Block, column: ContractColumn, source: pl.Series, pack: Pack, as_of: date
) -> pl.Series:
    """What another column's text says: a code by keywords, or the value behind a word."""
    if column.codes is not None and column.keywords:
        return words.by_keywords(source, column)
    text = characters.tidy_series(source)
    if column.after:
        said = "|".join(re.escape(word) for word in column.after)
        text = text.str.extract(rf"(?:{said})[::为是\s]*(.+)$", 1)
    if column.type in ("date", "month"):
        found = text.str.extract(_DATE_INSIDE, 1)
        return _read_dates(found, column, block, as_of)[0]
    if column.type in ("money", "money_text"):
        unit = (column.unit or "元").split("/")[0]
        return read_money_series(text.str.extract(_AMOUNT_INSIDE, 1), unit=unit)["fen"]  # type: ignore
    if column.type in ("integer", "number"):
        scale = 0 if column.type == "integer" else words.NUMBER_SCALE
        return words.to_scaled(text.str.extract(r"([0-9]+(?:\.[0-9]+)?)", 1), scale)[0]
    if column.type == "text":
        return text.str.extract(r"([0-9A-Za-z][0-9A-Za-z-]{3,})", 1)
    return unknown(column, block.size)


def _coded(block: Block, column: ContractColumn, cells: pl.Series, pack: Pack) -> pl.Series:
    codes = pack.codes[str(column.codes)]
    plain = block.cleaned(column.name)
    values, wrong = words.to_codes(plain, codes)
    if wrong.any():
        block.verdicts.add(
            wrong, "unknown_word", Action.flagged, column.name,
            delivered=cells, detail=words.known_words(codes),
        )  # fmt: skip
    if column.default is not None:
        values = values.set(plain.is_null(), column.default)
    return values


def _yes_no(block: Block, column: ContractColumn, cells: pl.Series) -> pl.Series:
    values, wrong = words.to_bool(cells)
    block.verdicts.add(wrong, "bool_unreadable", Action.flagged, column.name, delivered=cells)
    return values


def _number(block: Block, column: ContractColumn, cells: pl.Series) -> pl.Series:
    scale = 0 if column.type == "integer" else words.NUMBER_SCALE
    values, wrong = words.to_scaled(cells, scale)
    block.verdicts.add(wrong, "number_unreadable", Action.flagged, column.name, delivered=cells)
    return _within_domain(block, column, values, scale)


def _within_domain(
    block: Block, column: ContractColumn, values: pl.Series, scale: int
) -> pl.Series:
    """Values outside the column's domain are unknown and shown."""
    if column.domain is None:
        return values
    low, high = column.domain.scaled(scale)
    outside = ((values < low) | (values > high)).fill_null(False)
    if outside.any():
        bounds = f"{_shown(low, scale)}–{_shown(high, scale)}"
        block.verdicts.add(
            outside, "out_of_domain", Action.flagged, column.name,
            delivered=block.text[column.name], detail=bounds,
        )  # fmt: skip
        values = values.set(outside, None)
    return values


def _shown(value: int, scale: int) -> str:
    whole, rest = divmod(abs(value), 10**scale)
    text = f"{whole}.{rest:0{scale}}".rstrip("0").rstrip(".") if scale else str(whole)
    return f"-{text}" if value < 0 else text


# ---- money --------------------------------------------------------------------------------------


@dataclass
class _Units:
    """Unit of every row: `names[code]` with "" where nobody said; `section` where a line inside
    the table declared another unit than the table's own."""

    names: list[str]
    code: NDArray[np.uint8]
    section: NDArray[np.bool_]


def _units(block: Block, column: ContractColumn) -> _Units:
    names = [(column.unit or "").split("/")[0]]
    code = np.zeros(block.size, dtype=np.uint8)
    section = np.zeros(block.size, dtype=np.bool_)
    spans: list[tuple[slice, str]] = []
    rows: dict[str, int] = {}
    for first, last, unit in block.recognised.units.get(column.name, []):
        start, end = (int(at) for at in np.searchsorted(block.rows, (first, last + 1)))
        name = unit.split("/")[0]
        spans.append((slice(start, end), name))
        rows[name] = rows.get(name, 0) + end - start
    usual = max(sorted(rows), key=lambda name: rows[name]) if rows else names[0]
    for span, name in spans:
        if name not in names:
            names.append(name)
        code[span] = names.index(name)
        section[span] = name != usual
    return _Units(names, code, section)


def _money(block: Block, column: ContractColumn, cells: pl.Series) -> pl.Series:
    units = _units(block, column)
    values = pl.Series(column.name, [None], dtype=pl.Int64).new_from_index(0, block.size)
    nobody = np.zeros(block.size, dtype=np.bool_)
    for number, unit in enumerate(units.names):
        chosen = units.code == number
        if not chosen.any():
            continue
        if unit not in FEN_PER_UNIT:
            nobody |= chosen
            continue
        part = _money_in_unit(block, column, cells, chosen, unit)
        values = part if chosen.all() else values.zip_with(pl.Series(~chosen), part)
    if nobody.any():
        nobody &= block.cleaned(column.name).is_not_null().to_numpy()
        values = _own_unit_only(block, column, cells, nobody, values)
    values = _within_domain(block, column, values, 2)
    shown = (
        units.section & values.is_not_null().to_numpy() & (values != 0).fill_null(False).to_numpy()
    )
    if shown.any():
        rows = np.flatnonzero(shown)
        block.verdicts.add(
            rows, "unit_of_section", Action.corrected, column.name,
            delivered=cells.gather(rows),
            taken_as=[_yuan(fen) for fen in values.gather(rows).to_list()],
            detail=[units.names[code] for code in units.code[rows].tolist()],
        )  # fmt: skip
    return values


def _yuan(fen: int) -> str:
    return format_yuan(fen).removesuffix(" 元")


def _money_in_unit(
    block: Block, column: ContractColumn, cells: pl.Series, chosen: NDArray[np.bool_], unit: str
) -> pl.Series:
    """Fen of the chosen rows (null elsewhere); what was not plain is recorded."""
    numeric = pl.Series(block.kind[column.name] == CellKind.number)
    wanted = cells if chosen.all() else cells.set(pl.Series(~chosen), None)
    read = read_money_series(wanted, unit=unit, numeric=numeric)  # type: ignore[arg-type]
    verdict = read["verdict"].cast(pl.String)
    values = read["fen"].zip_with((verdict != "range").fill_null(True), read["low"])
    for kind, (reason, action) in _MONEY_REASONS.items():
        rows = np.flatnonzero((verdict == kind.value).fill_null(False).to_numpy())
        if not len(rows):
            continue
        fens = values.gather(rows).to_list()
        block.verdicts.add(
            rows, reason, action, column.name,
            delivered=cells.gather(rows),
            taken_as=[None if fen is None else _yuan(fen) for fen in fens],
        )  # fmt: skip
    return values


_MONEY_REASONS = {
    MoneyVerdict.approximate: ("money_free_text", Action.corrected),
    MoneyVerdict.range: ("money_range", Action.flagged),
    MoneyVerdict.pending: ("money_pending", Action.flagged),
    MoneyVerdict.too_precise: ("money_too_precise", Action.flagged),
    MoneyVerdict.not_an_amount: ("money_unreadable", Action.flagged),
}


def _own_unit_only(
    block: Block,
    column: ContractColumn,
    cells: pl.Series,
    nobody: NDArray[np.bool_],
    values: pl.Series,
) -> pl.Series:
    """No unit declared: only texts that name their own (0.35万, 3500元) and zero are taken."""
    rows = np.flatnonzero(nobody)
    fens: list[int | None] = []
    lost: list[int] = []
    for row, text in zip(rows.tolist(), cells.gather(rows).to_list(), strict=True):
        in_yuan, in_wan = read_money(text, unit="元"), read_money(text, unit="万元")
        same = in_yuan.fen == in_wan.fen
        fens.append(in_yuan.fen if same else None)
        if not same or (in_yuan.fen is None and in_yuan.verdict is not MoneyVerdict.blank):
            lost.append(row)
    where = np.array(lost, dtype=np.int64)
    block.verdicts.add(
        where, "unit_undeclared", Action.flagged, column.name, delivered=cells.gather(where)
    )
    return values.scatter(rows, fens)


# ---- dates --------------------------------------------------------------------------------------


def _dates(block: Block, column: ContractColumn, cells: pl.Series, as_of: date) -> pl.Series:
    values, impossible, unreadable = _read_dates(cells, column, block, as_of)
    for mask, reason in ((impossible, "date_impossible"), (unreadable, "date_unreadable")):
        block.verdicts.add(mask, reason, Action.flagged, column.name, delivered=cells)
    return values


def _read_dates(
    cells: pl.Series, column: ContractColumn, block: Block, as_of: date
) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Dates, the cells that name no existing day, the cells that are no date at all."""
    period = block.recognised.period
    settings = DateSettings(
        default_year=(period or as_of).year,
        expect="month" if column.type == "month" else None,
    )
    kinds = block.kind.get(column.name)
    numeric = None if kinds is None else pl.Series(kinds == CellKind.number)
    read = read_date_series(cells, settings, numeric=numeric)
    verdict = read["verdict"].cast(pl.String)
    values = read["value"]
    if column.type == "month":
        values = values.dt.truncate("1mo")
    impossible = verdict == DateVerdict.impossible.value
    silent = [DateVerdict.ok, DateVerdict.blank, DateVerdict.open_ended, DateVerdict.impossible]
    unreadable = ~verdict.is_in([kind.value for kind in silent])
    nothing = words.cleaned(cells).is_null()
    return values, impossible.fill_null(False), (unreadable & ~nothing).fill_null(False)

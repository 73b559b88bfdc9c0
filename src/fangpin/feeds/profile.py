"""What a delivery looks like in figures: rows per village, amounts, unreadable cells, totals."""

import re
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.feeds import words
from fangpin.feeds.blocks import identity_pairs
from fangpin.feeds.broken import records
from fangpin.feeds.delivery import ControlTotal
from fangpin.feeds.rows import TypedRows
from fangpin.kernel.money import FEN_PER_UNIT, read_money

UNREADABLE = (
    "number_unreadable", "money_unreadable", "date_unreadable", "unknown_word", "bool_unreadable",
    "id_bad_characters", "id_wrong_length", "out_of_domain", "unit_undeclared",
)  # fmt: skip
_COUNT = re.compile(r"([0-9][0-9,]*)\s*(?:人次|人|条|户|行|笔|名|件|个|份)")
_SUBTOTAL = re.compile(r"小计|分计")
_PLAIN_NUMBER = re.compile(r"^-?[0-9][0-9,]*(?:\.[0-9]+)?$")


@dataclass
class Amounts:
    """One money column over the used rows, in fen."""

    known: int
    distinct: int
    minimum: int
    median: float
    total: int
    zeros: int = 0


@dataclass
class Profile:
    """One delivery (all its parts). `rows_by_village` counts delivered rows of every village of
    the register, unusable ones included; duplicates are not counted."""

    period: date
    read: int
    used: int
    rows_by_village: NDArray[np.float64]
    headers: dict[str, str] = field(default_factory=dict)
    money: dict[str, Amounts] = field(default_factory=dict)
    readable: dict[str, tuple[int, int]] = field(default_factory=dict)
    distinct_names: dict[str, tuple[int, int]] = field(default_factory=dict)
    identity_columns: frozenset[str] = frozenset()
    unusable: int = 0
    """Rows that were rejected for another reason than being there twice."""
    of_another: int = 0
    """Rows whose number is one person's and whose name is another's."""
    words: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    """Per column with a vocabulary that is always filled: cells, different words, cells without
    the usual word."""
    shortfalls: list[tuple[float, float, str]] = field(default_factory=list)


def profile_of(
    parts: list[TypedRows],
    villages: list[NDArray[np.int64]],
    number_of_villages: int,
    period: date,
    broken: int = 0,
) -> Profile:
    """The figures of one delivery. `villages` per part the dense village of each row (-1 = none);
    `broken` text records that could not be split into fields."""
    rows = np.zeros(number_of_villages)
    used = unusable = of_another = 0
    for typed, at in zip(parts, villages, strict=True):
        counted = ~typed.verdicts.mask_of("duplicate") & (at >= 0)
        rows += np.bincount(at[counted], minlength=number_of_villages)
        used += int(typed.used.sum())
        unusable += int((typed.verdicts.rejected & ~typed.verdicts.mask_of("duplicate")).sum())
        of_another += _rows_with(typed, "id_of_another")
    profile = Profile(
        period=period,
        read=sum(typed.size for typed in parts) + broken,
        used=used,
        rows_by_village=rows,
        unusable=unusable,
        of_another=of_another,
    )
    contract = parts[0].contract
    profile.identity_columns = frozenset(number for number, _ in identity_pairs(contract))
    for column in contract.columns:
        here = [typed for typed in parts if column.name in typed.block.recognised.mapping]
        if not here:
            continue
        profile.headers[column.name] = here[0].block.header(column.name)
        profile.readable[column.name] = _readable(here, column.name)
        if column.type in ("money", "money_text"):
            profile.money[column.name] = _amounts(here, column.name)
        if column.codes and (column.required or column.default is not None):
            profile.words[column.name] = _words(here, column.name)
        if column.type == "name" and contract.subject == "person":
            names = pl.concat([typed.values[column.name] for typed in here]).drop_nulls()
            profile.distinct_names[column.name] = (names.len(), names.n_unique())
    return profile


def _amounts(parts: list[TypedRows], name: str) -> Amounts:
    values = pl.concat([typed.values[name].filter(pl.Series(typed.used)) for typed in parts])
    values = values.drop_nulls()
    if not values.len():
        return Amounts(0, 0, 0, 0.0, 0)
    fen = values.to_numpy()
    positive = fen[fen > 0]
    median = float(np.median(positive)) if len(positive) else 0.0
    return Amounts(len(fen), values.n_unique(), int(fen.min()), median, int(fen.sum()),
                   int((fen == 0).sum()))  # fmt: skip


def _rows_with(typed: TypedRows, reason: str) -> int:
    """Number of rows that have a verdict with this reason."""
    positions = {
        position
        for verdicts in typed.verdicts.gather()
        if verdicts["reason"][0] == reason
        for position in verdicts["position"].to_list()
    }
    return len(positions)


def _words(parts: list[TypedRows], name: str) -> tuple[int, int, int]:
    """(cells, different words, cells without the most usual word) of the used rows."""
    values = pl.concat([typed.values[name].filter(pl.Series(typed.used)) for typed in parts])
    counts = values.drop_nulls().value_counts()["count"]
    if not counts.len():
        return 0, 0, 0
    total = int(counts.sum())
    return total, counts.len(), total - int(counts.max())  # type: ignore[arg-type]


def _readable(parts: list[TypedRows], name: str) -> tuple[int, int]:
    """(cells that say something, cells that do not fit the column)."""
    filled = wrong = 0
    for typed in parts:
        filled += int(typed.block.cleaned(name).is_not_null().sum())
        for verdicts in typed.verdicts.gather():
            if verdicts["column"][0] == name and verdicts["reason"][0] in UNREADABLE:
                wrong += verdicts.height
    return filled, wrong


def control_totals(
    parts: list[TypedRows],
) -> tuple[list[ControlTotal], list[tuple[float, float, str]]]:
    """The sender's totals against our own sums, and the pairs (stated, computed, header).

    A subtotal speaks for the rows since the total row before it, any other total for all rows
    above it. Sums are tried with and without repeated rows: senders do either.
    """
    found: list[ControlTotal] = []
    pairs: list[tuple[float, float, str]] = []
    for typed in parts:
        table = typed.block.recognised.table
        before = 0
        for row, cells in sorted(table.totals, key=lambda entry: entry[0]):
            subtotal = any(_SUBTOTAL.search(text) for text in cells.values())
            start = before if subtotal else 0
            inside = (typed.block.rows > start) & (typed.block.rows < row)
            for total, pair in _totals_of_row(typed, cells, inside):
                found.append(total)
                if not subtotal:
                    pairs.append(pair)
            before = row
    return found, pairs


def _totals_of_row(
    typed: TypedRows, cells: dict[int, str], inside: NDArray[np.bool_]
) -> list[tuple[ControlTotal, tuple[float, float, str]]]:
    by_index = {index: name for name, index in typed.block.recognised.mapping.items()}
    duplicate = typed.verdicts.mask_of("duplicate")
    results: list[tuple[ControlTotal, tuple[float, float, str]]] = []
    for index, text in cells.items():
        name = by_index.get(index)
        column = typed.contract.column(name) if name else None
        count = _COUNT.search(text)
        if count and (column is None or column.type not in ("money", "number", "integer")):
            stated = int(count[1].replace(",", ""))
            broken = records(typed.block.recognised.table.sheet)
            ours = int(inside.sum()) + broken, int((inside & ~duplicate).sum()) + broken
            agrees = stated in ours
            header = typed.block.header(name) if name else "行数"
            results.append(_total(header, str(stated), str(stated if agrees else ours[0]), agrees))
            continue
        if name is None or column is None or name == "serial":
            continue
        if column.type in ("money", "money_text") and _PLAIN_NUMBER.match(text.strip("¥￥元 ")):
            results.append(_money_total(typed, name, text, inside, duplicate))
        elif column.type in ("integer", "number") and _PLAIN_NUMBER.match(text.strip()):
            results.append(_number_total(typed, name, column.type, text, inside, duplicate))
    return results


def _total(
    header: str, stated: str, computed: str, agrees: bool
) -> tuple[ControlTotal, tuple[float, float, str]]:
    pair = (float(stated.replace(",", "")), float(computed.replace(",", "")), header)
    return ControlTotal(header, stated, computed, agrees), pair


def _money_total(
    typed: TypedRows,
    name: str,
    text: str,
    inside: NDArray[np.bool_],
    duplicate: NDArray[np.bool_],
) -> tuple[ControlTotal, tuple[float, float, str]]:
    """In the unit of the rows above the total; half a unit of its last digit is forgiven."""
    rows = np.flatnonzero(inside)
    unit = "元"
    column = typed.contract.column(name)
    if column is not None and column.unit:
        unit = column.unit.split("/")[0]
    if len(rows):
        last = int(typed.block.rows[rows[-1]])
        for first, end, declared in typed.block.recognised.units.get(name, []):
            if first <= last <= end:
                unit = declared.split("/")[0]
    unit = unit if unit in FEN_PER_UNIT else "元"
    stated = read_money(text, unit=unit).fen or 0  # type: ignore[arg-type]
    decimals = len(text.strip("¥￥元 ").partition(".")[2])
    slack = max(1, FEN_PER_UNIT[unit] // (2 * 10**decimals)) if unit != "元" else 1
    values = typed.values[name]
    whole = _sum(values, inside)
    once = _sum(values, inside & ~duplicate)
    sums = [whole, once]
    if typed.block.first is not None:  # a household's amount stands on each of its rows
        sums.append(_sum(values, inside & typed.block.first))
    agrees = any(abs(stated - ours) <= slack for ours in sums)
    shown = min(sums, key=lambda ours: abs(stated - ours))
    header = typed.block.header(name)
    return _total(header, f"{stated / 100:.2f}", f"{shown / 100:.2f}", agrees)


def _number_total(
    typed: TypedRows,
    name: str,
    kind: str,
    text: str,
    inside: NDArray[np.bool_],
    duplicate: NDArray[np.bool_],
) -> tuple[ControlTotal, tuple[float, float, str]]:
    scale = 10**words.NUMBER_SCALE if kind == "number" else 1
    stated = round(float(text.replace(",", "")) * scale)
    values = typed.values[name]
    block = typed.block
    whole, once = _sum(values, inside), _sum(values, inside & ~duplicate)
    ours = [whole, once]
    if block.first is not None:  # a household's figure stands once per household
        ours.append(_sum(values, inside & block.first))
    agrees = stated in ours
    shown = min(ours, key=lambda value: abs(value - stated))
    return _total(block.header(name), f"{stated / scale:g}", f"{shown / scale:g}", agrees)


def _sum(values: pl.Series, mask: NDArray[np.bool_]) -> int:
    return int(values.filter(pl.Series(mask)).sum() or 0)

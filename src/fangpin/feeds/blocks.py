"""The data rows of a recognised table as columns of the contract, still as delivered.

Merged and blank household cells are filled down here, and names and numbers that stand in each
other's column are put right, so that every later step sees one complete row per record.
"""

from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.feeds.cell_kinds import CellKind
from fangpin.feeds.reasons import Action
from fangpin.feeds.tables import RecognisedTable
from fangpin.feeds.verdicts import Verdicts
from fangpin.feeds.words import cleaned
from fangpin.policy.pack import Contract

ID_TYPES = ("id_number", "disability_number")
MONEY_TYPES = ("money", "money_text")

_ID_LIKE = r"(?:^|[^0-9])[0-9]{15}(?:[0-9]{2}[0-9XxＸｘ])?(?:[1-7][1-4].{0,2})?\s*$"
_NAME_LIKE = r"^[\p{Han}·•・‧．.\s]{2,30}$"


@dataclass
class Block:
    """n data rows of one table.

    `rows` sender's row numbers; `text`/`kind` per contract column, n values each, as delivered but
    filled down; `household` runs of rows that share filled-down household cells (0…); `first` true
    on the row that carries those cells.
    """

    recognised: RecognisedTable
    rows: NDArray[np.int64]
    text: dict[str, pl.Series]
    kind: dict[str, NDArray[np.uint8]]
    verdicts: Verdicts
    household: NDArray[np.int64] | None = None
    first: NDArray[np.bool_] | None = None
    clean: dict[str, pl.Series] = field(default_factory=dict)

    @property
    def contract(self) -> Contract:
        return self.recognised.contract

    @property
    def size(self) -> int:
        return len(self.rows)

    def cleaned(self, column: str) -> pl.Series:
        """`words.cleaned` of a column's cells, made once."""
        found = self.clean.get(column)
        if found is None:
            found = self.clean[column] = cleaned(self.text[column])
        return found

    def header(self, column: str) -> str:
        """The sender's header of a contract column, or the column's own name."""
        index = self.recognised.mapping.get(column)
        headers = self.recognised.table.headers
        if index is not None and index < len(headers) and headers[index]:
            return headers[index].rsplit("/", 1)[-1].strip() or column
        definition = self.contract.column(column)
        return definition.label.zh if definition and definition.label else column

    def letter(self, column: str) -> str:
        """Excel letter of a contract column; "" when the table does not have it."""
        index = self.recognised.mapping.get(column)
        return "" if index is None else column_letter(index)


def column_letter(index: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def block_of(recognised: RecognisedTable) -> Block:
    """The rows of a table as a block: extracted, filled down, swapped cells put right."""
    table = recognised.table
    rows = np.asarray(table.body, dtype=np.int64)
    gather = rows - 1
    whole = len(rows) == table.sheet.rows
    text: dict[str, pl.Series] = {}
    kind: dict[str, NDArray[np.uint8]] = {}
    for name, index in recognised.mapping.items():
        column = table.sheet.columns[index]
        text[name] = column.text if whole else column.text.gather(gather)
        kinds = column.kind.to_numpy()
        kind[name] = kinds if whole else kinds[gather]
    for name, value in recognised.constants.items():
        if name not in text:
            text[name] = pl.Series(name, [value], dtype=pl.String).new_from_index(0, len(rows))
            kind[name] = np.full(len(rows), CellKind.text, dtype=np.uint8)
    block = Block(recognised, rows, text, kind, Verdicts(len(rows)))
    _fill_merged(block)
    _fill_down(block)
    _put_swapped_right(block)
    _note_hidden(block)
    return block


def _fill_merged(block: Block) -> None:
    """Cells below the first of a vertical merge say what the first says (not amounts per person).

    Amounts are repeated only where the contract says that the amount is the household's.
    """
    merged = [area for area in block.recognised.table.sheet.merged if area[2] > area[0]]
    if not merged or not block.size:
        return
    by_column: dict[int, list[tuple[int, int]]] = {}
    for first_row, first_column, last_row, last_column in merged:
        for index in range(first_column, last_column + 1):
            by_column.setdefault(index, []).append((first_row, last_row))
    contract = block.contract
    for name, index in block.recognised.mapping.items():
        definition = contract.column(name)
        if definition is None or index not in by_column:
            continue
        amount = definition.type in (*MONEY_TYPES, "number", "integer")
        if amount and not (definition.fill_down or name == contract.amount_of_household):
            continue
        source = np.arange(block.size)
        for first_row, last_row in by_column[index]:
            start, end = np.searchsorted(block.rows, (first_row, last_row + 1))
            if end - start > 1 and block.rows[start] == first_row:
                source[start:end] = start
        block.text[name] = block.text[name].gather(source)
        block.kind[name] = block.kind[name][source]


def _blank(series: pl.Series) -> NDArray[np.bool_]:
    return (series.is_null() | (series.str.strip_chars() == "")).fill_null(True).to_numpy()


def _fill_down(block: Block) -> None:
    """Household cells written once per household are repeated for its other members."""
    contract = block.contract
    names = [
        column.name
        for column in contract.columns
        if column.name in block.recognised.mapping
        and (column.fill_down or column.name == contract.amount_of_household)
    ]
    if not names or not block.size:
        return
    filled = [~_blank(block.text[name]) for name in names]
    # After merged cells were repeated, a household starts where any of its cells changes.
    raw = block.recognised.table.sheet
    starts = np.zeros(block.size, dtype=np.bool_)
    for name in names:
        index = block.recognised.mapping[name]
        starts |= ~_blank(raw.columns[index].text.gather(block.rows - 1))
    if starts.all():
        starts = _starts_by_amount(block)
    if starts.all() or not starts.any():
        _group_by_head(block)
        return
    starts[0] = True
    leader = np.maximum.accumulate(np.where(starts, np.arange(block.size), 0))
    for name, present in zip(names, filled, strict=True):
        take = np.where(present, np.arange(block.size), leader)
        block.text[name] = block.text[name].gather(take)
        block.kind[name] = block.kind[name][take]
    block.household = leader
    block.first = starts


def _starts_by_amount(block: Block) -> NDArray[np.bool_]:
    """The head on every row, the household's amount only on its first: where households start."""
    amount = block.contract.amount_of_household
    heads = _head_columns(block)
    if amount is None or amount not in block.recognised.mapping or not heads:
        return np.ones(block.size, dtype=np.bool_)
    return _changes(block, heads) | ~_blank(block.text[amount])


def _head_columns(block: Block) -> list[str]:
    """Columns that say whose household it is, and where; empty without the first."""
    heads = [n for n in ("household_number", "head_id_number", "head_name") if n in block.text]
    return [*heads, *(n for n in ("township", "village") if n in block.text)] if heads else []


def _changes(block: Block, names: list[str]) -> NDArray[np.bool_]:
    """bool[rows]: rows that differ from the row before in one of the columns."""
    frame = pl.DataFrame([block.text[name].rename(name) for name in dict.fromkeys(names)])
    run = frame.select(pl.struct(pl.all()).rle_id()).to_series().to_numpy().astype(np.int64)
    first = np.ones(block.size, dtype=np.bool_)
    first[1:] = run[1:] != run[:-1]
    return first


def _group_by_head(block: Block) -> None:
    """Every row carries the household's cells: rows of one household follow each other."""
    amount, heads = block.contract.amount_of_household, _head_columns(block)
    if amount is None or not heads:
        return
    first = _changes(block, [*heads, amount])
    block.household = np.maximum.accumulate(np.where(first, np.arange(block.size), 0))
    block.first = first


def identity_pairs(contract: Contract) -> list[tuple[str, str]]:
    """(number column, name column) pairs of a contract: the person's own first, then the head's."""
    pairs: list[tuple[str, str]] = []
    for column in contract.columns:
        if column.type not in ID_TYPES:
            continue
        name = "head_name" if column.name.startswith("head_") else "name"
        pairs.append((column.name, name))
    return sorted(pairs, key=lambda pair: pair[1] == "head_name")


def _put_swapped_right(block: Block) -> None:
    """Rows whose name cell holds a number and whose number cell holds a name."""
    for number, name in identity_pairs(block.contract):
        if number not in block.recognised.mapping or name not in block.recognised.mapping:
            continue
        numbers, names = block.text[number], block.text[name]
        swapped = names.str.contains(_ID_LIKE) & numbers.str.contains(_NAME_LIKE)
        swapped = swapped.fill_null(False)
        if not swapped.any():
            continue
        mask = swapped.to_numpy()
        kinds, name_kinds = block.kind[number].copy(), block.kind[name].copy()
        kinds[mask], name_kinds[mask] = block.kind[name][mask], block.kind[number][mask]
        block.kind[number], block.kind[name] = kinds, name_kinds
        block.verdicts.add(
            mask,
            "columns_swapped",
            Action.corrected,
            number,
            delivered=numbers,
            taken_as=names.filter(swapped).str.strip_chars(),
        )
        block.text[number] = names.zip_with(swapped, numbers)
        block.text[name] = numbers.zip_with(swapped, names)


def _note_hidden(block: Block) -> None:
    hidden = block.recognised.table.sheet.hidden_rows
    if hidden:
        mask = np.isin(block.rows, np.fromiter(hidden, dtype=np.int64))
        block.verdicts.add(mask, "hidden_row", Action.flagged)

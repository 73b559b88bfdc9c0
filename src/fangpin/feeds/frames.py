"""Linked rows → the feed tables of a snapshot: typed columns, no names, no identity numbers."""

import re
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.feeds.linking import Links
from fangpin.feeds.reasons import Action
from fangpin.feeds.rows import IDENTITY_TYPES, TypedRows
from fangpin.feeds.values import dtype_of
from fangpin.policy.pack import Contract, Pack

PERSONAL_COLUMNS = frozenset(
    {"address", "remark", "township", "village", "village_code", "serial", "household_number",
     "person_number"}
)  # fmt: skip
"""Standard columns that say who or where somebody is; `_person` and `_village` stand for them."""
_WORD = re.compile(r"[a-z_][a-z0-9_]*")
NUMBER_INSIDE = r"(?:^|[^0-9])(?:[0-9]{15}|[0-9]{17}[0-9Xx]|1[3-9][0-9]{9})(?:$|[^0-9Xx])"


@dataclass
class FeedTable:
    """The used, linked rows of one contract and month. Columns: docs/architecture.md."""

    contract: str
    period: date
    frame: pl.DataFrame


def feed_columns(contract: Contract, pack: Pack) -> list[str]:
    """Contract columns that may enter a snapshot: no identity, and free text only where a fact of
    the pack names the column."""
    sources = {column.from_text for column in contract.columns if column.from_text}
    wanted = named_by_facts(contract, pack)
    return [
        column.name
        for column in contract.columns
        if column.type not in (*IDENTITY_TYPES, "credit_code")
        and column.name not in PERSONAL_COLUMNS
        and column.name not in sources - wanted
        and (column.type != "text" or column.name in wanted)
    ]


def named_by_facts(contract: Contract, pack: Pack) -> set[str]:
    """Words that occur in the expressions of the contract's facts."""
    found: set[str] = set()
    for fact in pack.facts.values():
        if fact.feed != contract.name:
            continue
        for expression in (fact.where, fact.of, fact.within, fact.order_by):
            if expression is not None:
                text = expression if isinstance(expression, str) else expression.text
                found.update(_WORD.findall(text))
    return found


def feed_frame(
    parts: list[tuple[TypedRows, Links]], pack: Pack, files: list[str], sheets: list[str]
) -> pl.DataFrame:
    """All used rows of a delivery that belong to somebody (or somewhere) in the register.

    `files` and `sheets` are the indices behind `_file` and `_sheet`. Sorted by file, sheet, row.
    """
    contract = parts[0][0].contract
    names = feed_columns(contract, pack)
    frames = [_part(typed, links, names, files, sheets) for typed, links in parts]
    return pl.concat(frames).sort("_file", "_sheet", "_row", "_village")


def _part(
    typed: TypedRows, links: Links, names: list[str], files: list[str], sheets: list[str]
) -> pl.DataFrame:
    linked = (links.person >= 0) | (links.household >= 0) | (links.village >= 0)
    if typed.contract.subject == "none":
        linked[:] = True
    keep = np.flatnonzero(typed.used & linked)
    columns: list[pl.Series] = []
    for name in names:
        column = typed.contract.column(name)
        assert column is not None
        values = typed.values[name].gather(keep).cast(dtype_of(column)).alias(name)
        if column.type == "text":
            personal = values.str.contains(NUMBER_INSIDE).fill_null(False)
            values = values.set(personal, None)
        columns.append(values)
    file, sheet = files.index(typed.file), sheets.index(typed.sheet)
    count = len(keep)
    columns += [
        _dense("_person", links.person[keep]),
        _dense("_household", links.household[keep]),
        _dense("_village", links.village[keep]),
        pl.Series("_file", [file], dtype=pl.UInt16).new_from_index(0, count),
        pl.Series("_sheet", [sheet], dtype=pl.UInt16).new_from_index(0, count),
        pl.Series("_row", typed.block.rows[keep], dtype=pl.UInt32),
    ]
    frame = pl.DataFrame(columns)
    if not links.also:
        return frame
    # A row about villages merged under one name stands for each of them.
    position = {row: index for index, row in enumerate(keep.tolist())}
    extra = [(position[row], village) for row, village in links.also if row in position]
    if not extra:
        return frame
    copies = frame[[index for index, _ in extra]].with_columns(
        pl.Series("_village", [village for _, village in extra], dtype=pl.UInt32)
    )
    return pl.concat([frame, copies])


def _dense(name: str, numbers: NDArray[np.int64]) -> pl.Series:
    """Dense numbers as UInt32, -1 as null."""
    series = pl.Series(name, numbers, dtype=pl.Int64)
    return series.set(series < 0, None).cast(pl.UInt32)


def count_household_amounts_once(typed: TypedRows) -> None:
    """The household's amount stays on its first used row; its other rows carry zero."""
    name = typed.contract.amount_of_household
    block = typed.block
    if name is None or name not in typed.values or block.household is None:
        return
    used = typed.used
    order = np.arange(block.size)
    carrier = np.full(block.size, block.size, dtype=np.int64)
    np.minimum.at(carrier, block.household[used], order[used])
    first = carrier[block.household] == order
    others = used & ~first
    values = typed.values[name]
    typed.values[name] = values.set(pl.Series(others) & values.is_not_null(), 0)


def rejected_rows(typed: TypedRows) -> NDArray[np.bool_]:
    """Rows that go back to the sender, repeated rows included."""
    return typed.verdicts.mask(Action.rejected, Action.duplicate)

"""Recognised table → typed columns: every cell accepted, corrected, flagged or rejected.

A value that cannot be understood is unknown (null), never zero. Sentences are written later.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.feeds import values
from fangpin.feeds.blocks import ID_TYPES, Block, block_of
from fangpin.feeds.cell_kinds import CellKind
from fangpin.feeds.duplicates import mark_duplicates, mark_same_keys
from fangpin.feeds.names_compared import normalised
from fangpin.feeds.reasons import Action
from fangpin.feeds.tables import RecognisedTable
from fangpin.feeds.verdicts import Verdicts
from fangpin.kernel.identity import judge_series
from fangpin.policy.pack import Contract, ContractColumn, Pack

IDENTITY_TYPES = (*ID_TYPES, "name", "phone")
"""Column types that never leave the machine's memory."""
REGISTERS = ("household_register", "person_register")
KEYS = ("household_number", "township", "village")
"""Without these a row of the register belongs nowhere."""
_CERTIFICATE_WORDS = ("视力", "听力", "言语", "肢体", "智力", "精神", "多重")


@dataclass
class TypedRows:
    """n rows of one table, typed.

    `values` contract column → typed Series (docs/architecture.md, FeedTable), identity columns
    as normalised text; `identity` number column → what `kernel.identity.judge_series` says.
    """

    block: Block
    values: dict[str, pl.Series]
    identity: dict[str, pl.DataFrame] = field(default_factory=dict)

    @property
    def contract(self) -> Contract:
        return self.block.contract

    @property
    def verdicts(self) -> Verdicts:
        return self.block.verdicts

    @property
    def size(self) -> int:
        return self.block.size

    @property
    def file(self) -> str:
        return self.block.recognised.table.sheet.file

    @property
    def sheet(self) -> str:
        return self.block.recognised.table.sheet.sheet

    @property
    def used(self) -> NDArray[np.bool_]:
        """Rows that count (neither rejected nor duplicate)."""
        return ~self.verdicts.rejected


Prepare = Callable[[Block], None]
"""What a reader of its own does to the cells of a table before they are typed."""


def type_rows(
    recognised: RecognisedTable, pack: Pack, as_of: date, prepare: Prepare | None = None
) -> TypedRows:
    """All rows of a recognised table, typed by its contract.

    `as_of` bounds birth dates and gives the year of dates such as `5.15` when the table has no
    period. Linking and the verdicts on blank or wrong identity numbers come later.
    """
    block = block_of(recognised)
    if prepare is not None:
        prepare(block)
    mark_duplicates(block)
    typed = TypedRows(block, {})
    for column in block.contract.columns:
        _note_broken_cells(block, column)
        if column.type in ID_TYPES:
            _identity(typed, column, as_of)
        elif column.type == "name":
            typed.values[column.name] = _name(block, column)
        else:
            typed.values[column.name] = values.typed_column(block, column, pack, as_of)
    _check_required(typed)
    _check_certificates(typed, pack)
    mark_same_keys(block, typed.values)
    return typed


def _note_broken_cells(block: Block, column: ContractColumn) -> None:
    """Formulas without a result and formula errors: the row cannot be used where it matters."""
    kinds = block.kind.get(column.name)
    if kinds is None or column.name not in block.recognised.mapping:
        return
    needed = column.required or column.type in (
        *ID_TYPES, "money", "money_text", "number", "integer", "date", "month",
    )  # fmt: skip
    action = Action.rejected if needed else Action.flagged
    for kind, reason in (
        (CellKind.formula_without_value, "formula_without_value"),
        (CellKind.error, "cell_error"),
    ):
        mask = kinds == kind
        if mask.any():
            text = block.text[column.name]
            block.verdicts.add(mask, reason, action, column.name, delivered=text)
            # Later steps see a blank cell, not the text of the error.
            block.text[column.name] = text.set(pl.Series(mask), None)
            block.clean.pop(column.name, None)


def _identity(typed: TypedRows, column: ContractColumn, as_of: date) -> None:
    """Judge the numbers; only what was put right is recorded here, the rest when linking."""
    block = typed.block
    if column.name not in block.text:
        return
    numeric = pl.Series(block.kind[column.name] == CellKind.number)
    judged = judge_series(block.text[column.name], numeric, as_of=as_of)
    typed.identity[column.name] = judged
    typed.values[column.name] = judged["normalised"]
    changed = (judged["verdict"] == "ok_normalised").to_numpy()
    if column.type == "disability_number":
        # Twenty digits are what such a column is for.
        changed = changed & (judged["corrections"] != "disability_20").to_numpy()
    if changed.any():
        kinds = judged["corrections"].filter(pl.Series(changed)).str.split("+")
        block.verdicts.add(
            changed,
            "id_normalised",
            Action.corrected,
            column.name,
            delivered=block.text[column.name],
            taken_as=judged["normalised"],
            detail=[values.corrections_text(entry, "zh") for entry in kinds.to_list()],
            detail_en=[values.corrections_text(entry, "en") for entry in kinds.to_list()],
        )


def _name(block: Block, column: ContractColumn) -> pl.Series:
    """Names without spaces, remarks and markers; null where blank."""
    if column.name not in block.text:
        return pl.Series(column.name, [None], dtype=pl.String).new_from_index(0, block.size)
    delivered = block.text[column.name]
    plain = normalised(delivered)
    changed = (plain != delivered.str.strip_chars()).fill_null(False)
    block.verdicts.add(
        changed,
        "name_normalised",
        Action.corrected,
        column.name,
        delivered=delivered,
        taken_as=plain,
    )
    return plain.alias(column.name)


def _check_required(typed: TypedRows) -> None:
    """Required cells other than names and numbers (those are decided when linking)."""
    block = typed.block
    for column in block.contract.columns:
        if not column.required or column.type in IDENTITY_TYPES or column.name not in block.text:
            continue
        blank = block.cleaned(column.name).is_null().to_numpy()
        blank &= ~_already(block, column.name)
        # Nobody disappears from the register because a detail is blank.
        kept = block.contract.role in REGISTERS and column.name not in KEYS
        action = Action.flagged if kept else Action.rejected
        block.verdicts.add(blank, "required_blank", action, column.name)


def _already(block: Block, column: str) -> NDArray[np.bool_]:
    """Rows whose cell in `column` already has a verdict."""
    found = np.zeros(block.size, dtype=np.bool_)
    for part in block.verdicts.gather():
        if part["column"][0] == column:
            found[part["position"].to_numpy()] = True
    return found


def _check_certificates(typed: TypedRows, pack: Pack) -> None:
    """Level and category inside a certificate number against the columns that say the same."""
    block = typed.block
    for number, judged in typed.identity.items():
        column = block.contract.column(number)
        if column is None or judged["level"].null_count() == judged.height:
            continue
        level, category = judged["level"], judged["category"]
        _compare_certificate(typed, pack, "disability_level", level, "level_conflict")
        _compare_certificate(typed, pack, "disability_category", category, "category_conflict")


def _compare_certificate(
    typed: TypedRows, pack: Pack, name: str, digit: pl.Series, reason: str
) -> None:
    column = typed.contract.column(name)
    if column is None or column.codes is None:
        return
    codes = pack.codes[column.codes]
    # Position in the certificate number → code of the vocabulary.
    by_digit: dict[int, str] = {}
    for value in codes.values:
        for position in range(1, 8):
            word = _CERTIFICATE_WORDS[position - 1]
            if value.code == str(position) or (
                name == "disability_category" and value.zh.startswith(word)
            ):
                by_digit.setdefault(position, value.code)
    inside = digit.cast(pl.Int64).replace_strict(by_digit, default=None, return_dtype=pl.String)
    stated = typed.values[name]
    conflict = (inside != stated).fill_null(False)
    if name in typed.block.text:
        typed.verdicts.add(conflict, reason, Action.flagged, name, delivered=typed.block.text[name])
    filled = stated.zip_with(stated.is_not_null(), inside)
    typed.values[name] = filled.set(conflict, None).alias(name)

"""Cells as Python objects, as the slower readers give them, to `RawColumn`s."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
import polars as pl

from fangpin.feeds.cell_kinds import CellKind
from fangpin.feeds.tables import RawColumn


def columns_of_objects(
    table: Sequence[Sequence[Any]], kinds: np.ndarray | None = None
) -> tuple[RawColumn, ...]:
    """Columns of rows of str, int, float, bool, date, datetime, time, timedelta or None/"".

    `kinds` (uint8[columns, rows]) marks formulas without value and errors, which the objects do
    not tell; everything else follows from the objects.
    """
    width = max((len(row) for row in table), default=0)
    height = len(table)
    if kinds is not None:
        width, height = max(width, kinds.shape[0]), max(height, kinds.shape[1])
    while (
        height and kinds is None and not any(cell not in ("", None) for cell in table[height - 1])
    ):
        height -= 1
    columns = []
    for number in range(width):
        texts: list[str | None] = []
        found = np.zeros(height, dtype=np.uint8)
        for index, row in enumerate(table[:height]):
            text, kind = _cell(row[number] if number < len(row) else None)
            texts.append(text)
            found[index] = kind
        texts.extend([None] * (height - len(texts)))
        if kinds is not None and number < kinds.shape[0]:
            said = np.zeros(height, dtype=np.uint8)
            said[: kinds.shape[1]] = kinds[number]
            special = (said == CellKind.formula_without_value) | (said == CellKind.error)
            found[special] = said[special]
        columns.append(RawColumn(pl.Series(texts, dtype=pl.String), pl.Series(found)))
    return tuple(columns)


def _cell(value: Any) -> tuple[str | None, CellKind]:
    if value is None or value == "":
        return None, CellKind.blank
    if isinstance(value, str):
        return value, CellKind.text
    if isinstance(value, bool):
        return ("TRUE" if value else "FALSE"), CellKind.bool
    if isinstance(value, int):
        return str(value), CellKind.number
    if isinstance(value, float):
        return plain_number(value), CellKind.number
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds").removesuffix(" 00:00:00"), CellKind.date
    if isinstance(value, date):
        return value.isoformat(), CellKind.date
    if isinstance(value, time):
        return value.isoformat(timespec="seconds"), CellKind.text
    if isinstance(value, timedelta):
        return str(value), CellKind.text
    return str(value), CellKind.text


def plain_number(value: float) -> str:
    """Shortest decimal form of a double without exponent and without ".0"."""
    text = repr(value)
    if "e" in text or "E" in text:
        digits, _, exponent = text.lower().partition("e")
        sign, digits = ("-", digits[1:]) if digits.startswith("-") else ("", digits)
        whole, _, fraction = digits.partition(".")
        shift = int(exponent)
        if shift >= 0:
            fraction = fraction.ljust(shift, "0")
            whole, fraction = whole + fraction[:shift], fraction[shift:]
        else:
            padded = whole.rjust(1 - shift, "0")
            whole, fraction = padded[:shift], padded[shift:] + fraction
        fraction = fraction.rstrip("0")
        return sign + (whole.lstrip("0") or "0") + (f".{fraction}" if fraction else "")
    return text.removesuffix(".0")

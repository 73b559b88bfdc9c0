"""Collects what was decided about rows and cells while a block of rows is being processed.

Positions are indices into the block (0…n-1), not the sender's row numbers. One entry per row and
reason; sentences are written only at the end, once per distinct wording.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.feeds.reasons import REASONS, Action

SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "position": pl.UInt32,
    "column": pl.String,
    "action": pl.String,
    "reason": pl.String,
    "delivered": pl.String,
    "taken_as": pl.String,
    "detail_zh": pl.String,
    "detail_en": pl.String,
}

Texts = pl.Series | Sequence[str | None] | str | None
Positions = NDArray[np.integer] | NDArray[np.bool_] | pl.Series


def positions_of(where: Positions) -> NDArray[np.uint32]:
    """Positions from a Boolean mask or from positions; null in a mask counts as false."""
    if isinstance(where, pl.Series):
        where = where.fill_null(False).to_numpy() if where.dtype == pl.Boolean else where.to_numpy()
    if where.dtype == np.bool_:
        where = np.flatnonzero(where)
    return where.astype(np.uint32)


def _texts(values: Texts, count: int) -> pl.Series:
    if values is None or isinstance(values, str):
        return pl.Series([values], dtype=pl.String).new_from_index(0, count)
    series = values if isinstance(values, pl.Series) else pl.Series(list(values), dtype=pl.String)
    if series.dtype != pl.String:
        series = series.cast(pl.String)
    if series.len() != count:
        raise ValueError(f"{count} positions need {count} texts, got {series.len()}")
    return series


@dataclass
class Verdicts:
    """The verdicts of one block of `size` rows."""

    size: int
    parts: list[pl.DataFrame] = field(default_factory=list)
    waiting: list[tuple[Any, ...]] = field(default_factory=list)

    def add(
        self,
        where: Positions,
        reason: str,
        action: Action,
        column: str = "",
        *,
        delivered: Texts = None,
        taken_as: Texts = None,
        detail: Texts = None,
        detail_en: Texts = None,
    ) -> None:
        """Record `reason` for the rows of `where` (mask over the block, or positions).

        Text arguments are one value for all, or one per position. `delivered` may also be the
        whole column (block size); the rows of `where` are taken from it then.
        """
        if reason not in REASONS:
            raise KeyError(f"unknown reason {reason!r}")
        rows = positions_of(where)
        count = len(rows)
        if not count:
            return

        def texts(values: Texts) -> pl.Series:
            if isinstance(values, pl.Series) and values.len() == self.size and count != self.size:
                values = values.gather(rows)
            return _texts(values, count)

        zh = texts(detail)
        self.parts.append(
            pl.DataFrame(
                {
                    "position": rows,
                    "column": _texts(column, count),
                    "action": _texts(action.value, count),
                    "reason": _texts(reason, count),
                    "delivered": texts(delivered),
                    "taken_as": texts(taken_as),
                    "detail_zh": zh,
                    "detail_en": zh if detail_en is None else texts(detail_en),
                },
                schema=SCHEMA,
            )
        )

    def add_one(
        self,
        row: int,
        reason: str,
        action: Action,
        column: str = "",
        *,
        delivered: str | None = None,
        taken_as: str | None = None,
        detail: str | None = None,
        detail_en: str | None = None,
    ) -> None:
        """`add` for one position, for steps that go row by row."""
        if reason not in REASONS:
            raise KeyError(f"unknown reason {reason!r}")
        english = detail if detail_en is None else detail_en
        self.waiting.append(
            (row, column, action.value, reason, delivered, taken_as, detail, english)
        )

    def gather(self) -> list[pl.DataFrame]:
        """The parts, each with one action, reason and column; those added singly put together."""
        if self.waiting:
            groups: dict[tuple[str, str, str], list[tuple[Any, ...]]] = {}
            for line in self.waiting:
                groups.setdefault((line[1], line[2], line[3]), []).append(line)
            self.parts += [
                pl.DataFrame(lines, schema=SCHEMA, orient="row") for lines in groups.values()
            ]
            self.waiting = []
        return self.parts

    def frame(self) -> pl.DataFrame:
        """All verdicts, columns as `SCHEMA`, in row order (then order of discovery)."""
        if not self.gather():
            return pl.DataFrame(schema=SCHEMA)
        return pl.concat(self.parts).sort("position", maintain_order=True)

    def mask(self, *actions: Action) -> NDArray[np.bool_]:
        """Rows that have at least one verdict with one of `actions`."""
        found = np.zeros(self.size, dtype=np.bool_)
        wanted = {action.value for action in actions}
        for part in self.gather():
            if part["action"][0] in wanted:
                found[part["position"].to_numpy()] = True
        return found

    def mask_of(self, *actions: str) -> NDArray[np.bool_]:
        """`mask` by the names of the actions."""
        return self.mask(*(Action(action) for action in actions))

    @property
    def rejected(self) -> NDArray[np.bool_]:
        """Rows that are not used (rejected or duplicate)."""
        return self.mask(Action.rejected, Action.duplicate)


def worded(verdicts: pl.DataFrame, headers: dict[str, str]) -> pl.DataFrame:
    """Add reason_zh, reason_en, remedy_zh, remedy_en to verdicts.

    `verdicts` has the columns of `SCHEMA` but may carry others; `headers` maps contract columns to
    the sender's headers. Each distinct wording is made once.
    """
    keys = ["column", "reason", "delivered", "taken_as", "detail_zh", "detail_en"]
    names = ["reason_zh", "reason_en", "remedy_zh", "remedy_en"]
    distinct = verdicts.select(keys).unique(maintain_order=True)
    texts: list[list[str]] = [[], [], [], []]
    for column, reason, delivered, taken_as, detail_zh, detail_en in distinct.iter_rows():
        entry = REASONS[reason]
        header = headers.get(column) or column
        for language, detail, what, remedy in (
            ("zh", detail_zh, texts[0], texts[2]),
            ("en", detail_en, texts[1], texts[3]),
        ):
            parts = {
                "header": header,
                "delivered": _short(delivered),
                "taken": _short(taken_as),
                "detail": detail or "",
            }
            what.append(entry.sentence(language, **parts))
            remedy.append(entry.advice(language, **parts))
    table = distinct.with_columns(
        pl.Series(name, values, dtype=pl.String) for name, values in zip(names, texts, strict=True)
    )
    return verdicts.join(table, on=keys, how="left", nulls_equal=True, maintain_order="left")


def _short(text: str | None, limit: int = 120) -> str:
    """One line of at most `limit` characters."""
    if text is None:
        return ""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"

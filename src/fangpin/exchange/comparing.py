"""Rows of a file beside what the registry holds: new, changed, unchanged, field by field."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.exchange import state
from fangpin.exchange.cells import plain
from fangpin.exchange.clearing import CLEARED, clears, clears_any
from fangpin.exchange.clearing import joined as cleared_keys
from fangpin.exchange.columns import SheetName, WideColumn
from fangpin.exchange.texts import whole
from fangpin.feeds.names_compared import normalised
from fangpin.kernel import characters

NUMBER: Final[dict[SheetName, str]] = {
    "household": "household.number",
    "person": "person.number",
}
LINK: Final = "membership.household"
PLACE: Final = "household.village_code"
RELATION: Final = "membership.relation"
HEAD: Final = "head"
ALWAYS: Final = ("person.name", "person.id_number", RELATION)
CHANGES: Final = {
    "sheet": pl.String, "row": pl.Int64, "kind": pl.String, "number": pl.String,
    "household": pl.String, "village": pl.String, "key": pl.String, "new": pl.String,
    "old": pl.String,
}  # fmt: skip


@dataclass
class Part:
    """Households or persons of a plan.

    `rows`: usable rows of the file with `id` (null = new), `_status` (added, changed, unchanged)
    and for every written key its new value where it changes (null where it does not);
    `clearing.CLEARED` names what it empties. `before`:
    what the registry holds of the known ones. `keys`: keys that the file brings and may be written.
    """

    rows: pl.DataFrame
    before: pl.DataFrame
    keys: list[str]
    changed: pl.DataFrame

    def counts(self) -> dict[str, int]:
        """Rows by status."""
        status = self.rows["_status"]
        return {name: int((status == name).sum()) for name in ("added", "changed", "unchanged")}


@dataclass
class Matched:
    """Rows of the file beside what the registry holds: `rows` with `id`, `before`."""

    rows: pl.DataFrame
    before: pl.DataFrame


def compared(sheet: SheetName, matched: Matched, keys: Sequence[str]) -> Part:
    """Every row with its status and, where the registry says something else, the new values."""
    rows, before = matched.rows, matched.before
    old = rows.select("id").join(
        before.select("id", *(pl.col(key).alias(f"={key}") for key in keys)),
        on="id", how="left", maintain_order="left", nulls_equal=False,
    )  # fmt: skip
    columns = state.column_of(sheet)
    if CLEARED not in rows.columns:
        rows = rows.with_columns(pl.lit(None, dtype=pl.String).alias(CLEARED))
    news: list[pl.Series] = []
    emptied: list[tuple[str, NDArray[np.bool_]]] = []
    asked = clears_any(rows)
    for key in keys:
        new, was = rows[key], old[f"={key}"]
        held = _as_read(columns[key], was)
        differs = new.is_not_null() & (held.is_null() | (new != held).fill_null(False))
        news.append(new.set(~differs, None).alias(f"+{key}"))
        if asked and (where := rows.select(clears(key)).to_series()).any():
            emptied.append((key, (where & new.is_null() & held.is_not_null()).to_numpy()))
    changes = pl.DataFrame(news) if news else pl.DataFrame()
    # What holds nothing is not cleared again.
    joined = rows.with_columns(news).with_columns(cleared_keys(emptied, rows.height))
    touched = pl.any_horizontal(pl.lit(False), *(pl.col(f"+{key}").is_not_null() for key in keys))
    touched = touched | pl.col(CLEARED).is_not_null()
    if "_origin" in rows.columns:
        # What was only known from a screening run becomes the registry's own.
        touched = touched | (pl.col("_origin") == "run").fill_null(False)
    if sheet == "person" and rows.height:
        touched = touched | (pl.col("_from").is_null() | (pl.col("_from") != pl.col(LINK)))
    status = (
        pl.when(pl.col("id").is_null())
        .then(pl.lit("added"))
        .when(touched)
        .then(pl.lit("changed"))
        .otherwise(pl.lit("unchanged"))
    )
    joined = joined.with_columns(status.alias("_status"))
    return Part(joined, before, list(keys), _changes(sheet, joined, old, keys, changes.width))


def _as_read(column: WideColumn, held: pl.Series) -> pl.Series:
    """What the registry holds, as it would be read from a file: spelling alone is no change."""
    if column.masked == "name":
        return normalised(held)
    if column.masked in ("phone", "account", "id_number"):
        return characters.without_spaces_series(held).str.to_uppercase()
    return plain(held) if column.kind == "text" else held


def _changes(
    sheet: SheetName, rows: pl.DataFrame, old: pl.DataFrame, keys: Sequence[str], width: int
) -> pl.DataFrame:
    """One line per changed field of a known household or person, old and new in words."""
    parts = []
    columns = state.column_of(sheet)
    link = LINK if sheet == "person" else NUMBER["household"]
    village = pl.col("village") if "village" in rows.columns else pl.lit(None, dtype=pl.String)
    clearing = clears_any(rows)
    for key in keys if width else []:
        given = rows[f"+{key}"].is_not_null()
        if clearing:
            given = given | rows.select(clears(key)).to_series()
        pick = rows["id"].is_not_null() & given
        if not pick.any():
            continue
        parts.append(
            rows.filter(pick).select(
                sheet="_sheet", row="_row", kind=pl.lit(sheet), number=NUMBER[sheet],
                household=link, village=village, key=pl.lit(key),
                new=whole(columns[key], pl.col(f"+{key}")),
            ).with_columns(
                old=old.filter(pick).select(whole(columns[key], pl.col(f"={key}"))).to_series()
            )
        )  # fmt: skip
    if parts:
        return pl.concat(parts).sort("row", maintain_order=True)
    return pl.DataFrame(schema=CHANGES)


def seen_of(households: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    """What a plan rests on: every known row that the file names, with a hash of what it held."""
    parts = []
    for kind, frame, number in (
        ("household", households, NUMBER["household"]),
        ("person", persons, NUMBER["person"]),
    ):
        if number not in frame.columns:
            continue
        parts.append(
            frame.select(
                kind=pl.lit(kind), number=number, id="id", version="version",
                held=pl.Series(frame.hash_rows(seed=11)),
            )
        )  # fmt: skip
    if parts:
        return pl.concat(parts)
    return pl.DataFrame(
        schema={"kind": pl.String, "number": pl.String, "id": pl.Int64, "version": pl.Int64,
                "held": pl.UInt64}
    )  # fmt: skip

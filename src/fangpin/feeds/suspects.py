"""Persons whom an unusable row may concern: for them an absent row proves nothing."""

import re
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.feeds.linking import Linker
from fangpin.feeds.names_compared import COMPATIBLE_KINDS, compared, folded, is_partial
from fangpin.kernel.identity import judge_series
from fangpin.policy.pack import Pack

if TYPE_CHECKING:
    from fangpin.feeds.assessing import Assessed

SUSPECTS_SCHEMA: dict[str, type[pl.DataType]] = {
    "contract": pl.String,
    "period": pl.Date,
    "person": pl.UInt32,
    "file": pl.String,
    "sheet": pl.String,
    "row": pl.UInt32,
    "reason": pl.String,
}
_NUMBER = re.compile(r"(?<![0-9])(?:[0-9]{17}[0-9Xx]|[0-9]{15})(?![0-9Xx])")
NO_NUMBER = "register_without_number"
CONTRADICTIONS = ("level_conflict", "category_conflict")

Line = tuple[str, date, int, str, str, int, str]


def suspects_frame(
    feeds: "dict[tuple[str, date], list[Assessed]]", linker: Linker, pack: Pack
) -> pl.DataFrame:
    """All suspects of an intake, each (contract, period, person, row, reason) once."""
    lines: list[Line] = []
    for key, parts in feeds.items():
        found: set[int] = set()
        for part in parts:
            typed = part.typed
            found |= set(part.links.person[part.links.person >= 0].tolist())
            lines += [
                (*key, person, typed.file, typed.sheet, int(typed.block.rows[row]), reason)
                for person, row, reason in part.links.suspects
            ]
        lines += _contradicted(key, parts)
        lines += _in_broken_records(key, parts, linker)
        if pack.contracts[key[0]].subject in ("person", "household"):
            lines += _without_number(key, found, linker, _unlinked_names(parts))
    return (
        pl.DataFrame(lines, schema=SUSPECTS_SCHEMA, orient="row")
        .unique()
        .sort("contract", "period", "person", "file", "sheet", "row", "reason")
    )


def _contradicted(key: tuple[str, date], parts: "list[Assessed]") -> list[Line]:
    """Persons whose row contradicts itself where rules look: their facts rest on it in vain."""
    lines: list[Line] = []
    for part in parts:
        typed = part.typed
        found = typed.verdicts.frame().filter(pl.col("reason").is_in(CONTRADICTIONS))
        for row, reason in found.select("position", "reason").iter_rows():
            person = int(part.links.person[row])
            if person >= 0 and typed.used[row]:
                lines.append(
                    (*key, person, typed.file, typed.sheet, int(typed.block.rows[row]), reason)
                )
    return lines


def _without_number(
    key: tuple[str, date], found: set[int], linker: Linker, unlinked: pl.Series | None
) -> list[Line]:
    """Registered persons without a usable number cannot be found by number in any feed: one of
    them is doubtful where a row booked to nobody bears a name that may be theirs."""
    identity = linker.register.identity
    persons = np.array(
        [
            person
            for person in np.flatnonzero(identity.number.is_null().to_numpy()).tolist()
            if person not in found
        ],
        dtype=np.int64,
    )
    if unlinked is not None:
        persons = persons[_may_bear(identity.name.gather(persons), unlinked)]
    return [
        (
            *key,
            person,
            identity.file[person],
            identity.sheet[person],
            int(identity.row[person]),
            NO_NUMBER,
        )
        for person in persons.tolist()
    ]


def _may_bear(own: pl.Series, unlinked: pl.Series) -> NDArray[np.bool_]:
    """Which of the registered names one of the delivered names may stand for."""
    distinct = unlinked.drop_nulls().unique()
    partial = distinct.map_elements(is_partial, return_dtype=pl.Boolean)
    whole = folded(distinct.filter(~partial))
    alike = folded(own).is_in(whole.implode()).fill_null(False).to_numpy().copy()
    for damaged in distinct.filter(partial).to_list():
        rest = np.flatnonzero(~alike)
        if not len(rest):
            break
        wanted = pl.Series([damaged], dtype=pl.String).new_from_index(0, len(rest))
        alike[rest] = np.isin(compared(own.gather(rest), wanted), COMPATIBLE_KINDS)
    return alike


def _unlinked_names(parts: "list[Assessed]") -> pl.Series | None:
    """The names on rows that were booked to nobody; None when a table has no names at all."""
    names: list[pl.Series] = []
    for part in parts:
        columns = [column.name for column in part.typed.contract.columns if column.type == "name"]
        present = [part.typed.values[name] for name in columns if name in part.typed.values]
        if not present:
            return None
        nobody = pl.Series(part.links.person < 0)
        names += [each.cast(pl.String).filter(nobody) for each in present]
    return pl.concat(names).drop_nulls().unique().sort() if names else None


def _in_broken_records(
    key: tuple[str, date], parts: "list[Assessed]", linker: Linker
) -> list[Line]:
    """Persons whose numbers stand in text records that could not be split into fields."""
    lines: list[Line] = []
    seen: set[tuple[str, str]] = set()
    for part in parts:
        sheet = part.typed.block.recognised.table.sheet
        if not sheet.broken or (sheet.file, sheet.sheet) in seen:
            continue
        seen.add((sheet.file, sheet.sheet))
        numbers = [(row, n) for row, text, _ in sheet.broken for n in _NUMBER.findall(text)]
        judged = judge_series(pl.Series([n for _, n in numbers], dtype=pl.String))
        persons = linker.exact(judged["normalised"])
        for (row, _), person in zip(numbers, persons.tolist(), strict=True):
            if person >= 0:
                lines.append((*key, person, sheet.file, sheet.sheet, row, "broken_record"))
    return lines

"""What the registry says about households and their members as of a day, by the names facts use.

Members are those of the day; fields stand as they were recorded then (rows of history written
after the day tell what was there before). Incomes are those of the newest year up to the day.
"""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, Final

import polars as pl
from django.db import models

from fangpin.exchange import bulk, state
from fangpin.exchange.columns import SheetName, WideColumn, columns_of
from fangpin.policy.pack import Contract
from fangpin.registry.models import Household, Person
from fangpin.registry.queries.as_of import end_of

_HOUSEHOLDS: Final = """
SELECT {columns} FROM registry_household h {history}
LEFT JOIN LATERAL (
  SELECT * FROM registry_incomeyear
  WHERE household_id = h.id AND occasion = 'year' AND year <= {year:d}
  ORDER BY year DESC LIMIT 1
) i ON true
LEFT JOIN LATERAL (
  SELECT * FROM registry_yearlyconditions
  WHERE household_id = h.id AND year <= {year:d} ORDER BY year DESC LIMIT 1
) c ON true
WHERE {which}
"""
_PERSONS: Final = """
SELECT {columns} FROM registry_membership m
JOIN registry_person p ON p.id = m.person_id {history}
WHERE (m.began_on IS NULL OR m.began_on <= '{day}')
  AND (m.ended_on IS NULL OR m.ended_on > '{day}') AND {which}
"""
_ALIAS: Final = {
    "household": "h", "conditions": "c", "measures": "c", "income": "i", "items": "i",
    "person": "p", "membership": "m",
}  # fmt: skip


def register_columns(
    sheet: SheetName, contract: Contract, wanted: Collection[str]
) -> dict[str, WideColumn]:
    """Columns of a register contract → the column of the registry with the same header, as far as
    it has one and does not keep it closed."""
    owner = {header: each for each in columns_of(sheet) for header in each.read.headers}
    found: dict[str, WideColumn] = {}
    for name in sorted(wanted):
        described = contract.column(name)
        headers = described.headers if described else ()
        column = next((owner[header] for header in headers if header in owner), None)
        if column is not None and not state.sealed_of(column):
            found[name] = column
    return found


def households(columns: dict[str, WideColumn], day: date, only: int | None = None) -> pl.DataFrame:
    """id, number, code (village), state, and the columns. `only`: one household by its id."""
    joined = _history(Household, "h", day, None if only is None else f"pgh_obj_id = {only:d}")
    own = {
        "id": ("h.id", pl.Int64),
        "number": ("h.number", pl.String),
        "code": (_then("h", "village_code", joined), pl.String),
        "state": (_then("h", "state", joined), pl.String),
    }
    which = "true" if only is None else f"h.id = {only:d}"
    sql = _HOUSEHOLDS.replace("{history}", joined)
    return _read(sql, own, columns, joined, "h", {"year": day.year, "which": which})


def persons(columns: dict[str, WideColumn], day: date, only: int | None = None) -> pl.DataFrame:
    """id, number, home (household), died_on, closed (the identity number), and the columns, of
    those who lived on the day. `only`: the members of one household."""
    some = "pgh_obj_id IN (SELECT person_id FROM registry_membership WHERE household_id = {only:d})"
    joined = _history(Person, "p", day, None if only is None else some.format(only=only))
    own = {
        "id": ("p.id", pl.Int64),
        "number": ("p.number", pl.String),
        "home": ("m.household_id", pl.Int64),
        "died_on": (_then("p", "died_on", joined), pl.Date),
        "closed": (f"{_then('p', 'id_number', joined)}::text", pl.String),
    }
    which = "true" if only is None else f"m.household_id = {only:d}"
    sql = _PERSONS.replace("{history}", joined)
    found = _read(sql, own, columns, joined, "p", {"day": day.isoformat(), "which": which})
    return found.filter(pl.col("died_on").is_null() | (pl.col("died_on") > day))


def _history(model: type[models.Model], alias: str, day: date, some: str | None) -> str:
    """A join with the rows as they were before they changed after the day; "" without any.
    `some`: the condition on the objects that matter."""
    table = f"{model._meta.db_table}history"
    later = f"pgh_created_at >= '{end_of(day).isoformat()}'" + (f" AND {some}" if some else "")
    recent = bulk.read(
        f"SELECT 1 WHERE EXISTS (SELECT 1 FROM {table} WHERE {later})", {"one": pl.Int64}
    )
    if not recent.height:
        return ""
    return (
        f"LEFT JOIN (SELECT DISTINCT ON (pgh_obj_id) * FROM {table}"
        f" WHERE {later} ORDER BY pgh_obj_id, pgh_id) {alias}0"
        f" ON {alias}0.pgh_obj_id = {alias}.id"
    )


def _then(alias: str, column: str, joined: str) -> str:
    """A column as it stood on the day."""
    if not joined:
        return f"{alias}.{column}"
    return f"CASE WHEN {alias}0.pgh_id IS NULL THEN {alias}.{column} ELSE {alias}0.{column} END"


def _read(
    sql: str,
    own: dict[str, tuple[str, Any]],
    columns: dict[str, WideColumn],
    joined: str,
    dated: str,
    values: dict[str, Any],
) -> pl.DataFrame:
    """The columns by the names that facts use; `dated`: the alias whose past is joined."""
    selects = [text for text, _ in own.values()]
    schema = {name: kind for name, (_, kind) in own.items()}
    for name, column in columns.items():
        alias = _ALIAS[column.table]
        text = state.select(column, alias)
        if joined and alias == dated:
            past = state.select(column, f"{alias}0")
            text = f"CASE WHEN {alias}0.pgh_id IS NULL THEN {text} ELSE {past} END"
        selects.append(text)
        schema[name] = state.type_of(column)
    return bulk.read(sql.format(columns=", ".join(selects), **values), schema)


def told(
    frame: pl.DataFrame, sheet: SheetName, columns: dict[str, WideColumn], own: Iterable[str]
) -> pl.DataFrame:
    """The columns of a file, blanks unknown, several codes in one as the vocabulary has it."""
    columns_told = [pl.col(name) for name in own]
    for name, column in columns.items():
        value = pl.col(name)
        if frame.schema[name] == pl.String:
            value = value.replace("", None)
        if column.part:
            value = value.str.split(",").list.get(column.part - 1, null_on_oob=True)
        elif column.kind == "codes":
            value = value.str.replace_all(",", "_")
        columns_told.append(value.alias(name))
    return frame.select(columns_told)

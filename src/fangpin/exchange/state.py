"""What the registry holds now, as wide tables: one row per household, one per member.

Frames have the keys of `columns.wide_columns` (several codes of one field in one column) and beside
them ids and versions. "" and unknown are both null.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl
from django.db import models

from fangpin.exchange import bulk
from fangpin.exchange.columns import SheetName, WideColumn, columns_of
from fangpin.foundation.fields import SealedField
from fangpin.registry import sealing
from fangpin.registry.models import (
    HelperSpell,
    Household,
    IncomeYear,
    Membership,
    Person,
    YearlyConditions,
)

MODELS: Final[dict[str, type[models.Model]]] = {
    "household": Household,
    "conditions": YearlyConditions,
    "measures": YearlyConditions,
    "income": IncomeYear,
    "items": IncomeYear,
    "removal": IncomeYear,
    "helper": HelperSpell,
    "person": Person,
    "membership": Membership,
}
_ALIAS: Final = {
    "household": "h", "conditions": "c", "measures": "c", "income": "i", "items": "i",
    "removal": "r", "helper": "a", "person": "p", "membership": "m",
}  # fmt: skip
JSON: Final = {"measures": "measures", "items": "items"}
_HOUSEHOLDS: Final = """
FROM registry_household h {join}
LEFT JOIN registry_yearlyconditions c ON c.household_id = h.id AND c.year = {conditions:d}
LEFT JOIN registry_incomeyear i
  ON i.household_id = h.id AND i.year = {income:d} AND i.occasion = 'year'
LEFT JOIN LATERAL (
  SELECT * FROM registry_incomeyear
  WHERE household_id = h.id AND occasion = 'removal' ORDER BY year DESC LIMIT 1
) r ON true
LEFT JOIN LATERAL (
  SELECT * FROM registry_helperspell WHERE household_id = h.id AND ended_on IS NULL
  ORDER BY began_on DESC NULLS LAST, id DESC LIMIT 1
) a ON true
{where}
"""
_PERSONS: Final = """
FROM registry_person p {join}
LEFT JOIN registry_membership m ON m.person_id = p.id AND m.ended_on IS NULL
LEFT JOIN registry_household h ON h.id = m.household_id
{where}
"""
_HOUSEHOLD_OWN: Final = {
    "id": "h.id", "version": "h.version", "state": "h.state", "origin": "h.origin",
    "village": "h.village_code", "members": "h.members", "conditions.id": "c.id",
    "income.id": "i.id", "removal.id": "r.id", "helper.id": "a.id",
}  # fmt: skip
_PERSON_OWN: Final = {
    "id": "p.id", "version": "p.version", "died_on": "p.died_on", "membership.id": "m.id",
    "membership.is_head": "m.is_head", "membership.began_on": "m.began_on",
    "household.id": "h.id", "membership.household": "h.number", "village": "h.village_code",
}  # fmt: skip
_OWN_TYPES: Final[dict[str, Any]] = {
    "state": pl.String, "origin": pl.String, "village": pl.String, "died_on": pl.Date,
    "membership.is_head": pl.Boolean, "membership.began_on": pl.Date,
    "membership.household": pl.String,
}  # fmt: skip


@dataclass(frozen=True)
class Which:
    """Which rows: those whose numbers stand in the temporary table `listed`, those of households
    whose numbers stand in `homes`, or those of active households in `areas` (code prefixes);
    exactly one of them is given."""

    listed: str = ""
    areas: tuple[str, ...] = ()
    homes: str = ""

    def join(self, alias: str) -> str:
        """The part of FROM that keeps the listed numbers only."""
        return f'JOIN pg_temp."{self.listed}" k ON k.number = {alias}.number' if self.listed else ""

    def where(self) -> str:
        """The condition on the areas. Prefixes are digits, checked here once more."""
        if self.listed:
            return ""
        if self.homes:
            return f'WHERE h.number IN (SELECT number FROM pg_temp."{self.homes}")'
        if not self.areas or not all(area.isascii() and area.isdigit() for area in self.areas):
            raise ValueError("no areas are given, or one is not a code")
        inside = " OR ".join(
            f"(h.village_code >= '{area}' AND h.village_code < '{area}:')" for area in self.areas
        )
        return f"WHERE h.state = 'active' AND ({inside})"


@dataclass(frozen=True)
class Year:
    """Calendar years that incomes and conditions are taken of."""

    income: int
    conditions: int


def households(which: Which, keys: Collection[str], year: Year) -> pl.DataFrame:
    """Households with these keys, by village and number."""
    from_ = _HOUSEHOLDS.format(
        join=which.join("h"), where=which.where(), conditions=year.conditions, income=year.income
    )
    return _read("household", keys, from_, _HOUSEHOLD_OWN, "h.village_code, h.number")


def persons(which: Which, keys: Collection[str]) -> pl.DataFrame:
    """Persons with these keys, by household and number. By areas: only members."""
    from_ = _PERSONS.format(join=which.join("p"), where=which.where())
    return _read("person", keys, from_, _PERSON_OWN, "h.village_code, h.number, p.number")


def base_keys(sheet: SheetName) -> list[str]:
    """Keys of one table, several codes of a field taken together."""
    return list(dict.fromkeys(each.base for each in columns_of(sheet)))


def column_of(sheet: SheetName) -> dict[str, WideColumn]:
    """The first wide column of each key of one table."""
    found: dict[str, WideColumn] = {}
    for each in columns_of(sheet):
        found.setdefault(each.base, each)
    return found


def sealed_of(column: WideColumn) -> bool:
    """Whether the registry keeps the column closed."""
    if column.table in JSON:
        return False
    return isinstance(bulk.column_of(MODELS[column.table], column.column), SealedField)


def _read(
    sheet: SheetName, keys: Collection[str], from_: str, own: dict[str, str], order: str
) -> pl.DataFrame:
    columns = column_of(sheet)
    wanted = [key for key in columns if key in keys]
    schema: dict[str, Any] = {name: _OWN_TYPES.get(name, pl.Int64) for name in own}
    selects = list(own.values())
    for key in wanted:
        column = columns[key]
        selects.append(select(column, _ALIAS[column.table]))
        schema[key] = type_of(column)
    frame = bulk.read(f"SELECT {', '.join(selects)} {from_} ORDER BY {order}", schema)
    return _opened(frame, [columns[key] for key in wanted], sheet)


def select(column: WideColumn, alias: str) -> str:
    """SQL that gives the whole field from a table under `alias`, in the form of a frame."""
    if column.table in JSON:
        value = f"{alias}.{JSON[column.table]}->>'{column.column}'"
        return f"({value})::bigint" if column.kind == "money" else value
    return bulk.selected(MODELS[column.table], column.column, alias)


def type_of(column: WideColumn) -> Any:
    """Polars type of the field in a frame."""
    if column.table in JSON:
        return pl.Int64 if column.kind == "money" else pl.String
    return bulk.dtype_of(bulk.kind_of(bulk.column_of(MODELS[column.table], column.column)))


def _opened(frame: pl.DataFrame, columns: Iterable[WideColumn], sheet: SheetName) -> pl.DataFrame:
    """Closed columns in clear; "" as null."""
    opened: list[pl.Series] = []
    for column in columns:
        if not sealed_of(column):
            continue
        own = "id" if column.table == sheet else f"{column.table}.id"
        filled = frame.select(row=own, closed=column.base).drop_nulls()
        texts = sealing.open_many(
            MODELS[column.table],
            column.column,
            filled["row"].to_list(),
            bulk.unhexed(filled["closed"]),
        )
        values: list[str | None] = [None] * frame.height
        places = frame[column.base].is_not_null().arg_true().to_list()
        for at, text in zip(places, texts, strict=True):
            values[at] = text
        opened.append(pl.Series(column.base, values, dtype=pl.String))
    texts_only = [name for name, kind in frame.schema.items() if kind == pl.String]
    blank = [pl.col(name).replace("", None) for name in texts_only]
    return frame.with_columns(opened).with_columns(blank)


def newest_years() -> Year:
    """The newest years that the registry has incomes and conditions of; 0 where it has none."""
    found = []
    for model, condition in ((IncomeYear, {"occasion": "year"}), (YearlyConditions, {})):
        row: Sequence[Any] | None = (
            model.objects.filter(**condition).order_by("-year").values_list("year").first()
        )
        found.append(int(row[0]) if row else 0)
    return Year(found[0], found[1])

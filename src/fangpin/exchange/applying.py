"""A plan carried out: a handful of statements for a file of any length, all or nothing.

Rows are inserted by COPY and changed by one UPDATE for each table; closed columns are sealed in
bulk. Null in a change leaves what is there, so nobody's work on other fields is lost.
"""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

import polars as pl
from django.db import connection

from fangpin.exchange import bulk, state
from fangpin.exchange.belonging import (
    VERSION,
    end,
    events,
    homes_of_changed,
    memberships,
    other_households,
    spells,
)
from fangpin.exchange.clearing import CLEARED, cleared_columns, clears, clears_any
from fangpin.exchange.columns import SheetName
from fangpin.exchange.comparing import LINK, NUMBER, PLACE, Part
from fangpin.exchange.plan import Plan
from fangpin.registry.following import village_changed
from fangpin.registry.ids import allocate
from fangpin.registry.models import (
    HelperSpell,
    Household,
    IncomeYear,
    Person,
    YearlyConditions,
)

_TABLES: Final = (
    *("registry_household", "registry_person", "registry_membership", "registry_categoryspell"),
    *("registry_yearlyconditions", "registry_incomeyear", "registry_helperspell"),
)


def carry_out(plan: Plan, *, by: Any, on: date, context: UUID | None) -> dict[str, int]:
    """Write a plan. `on` is the day from which changes hold. Runs inside the caller's transaction.

    Returns how many households and persons were touched.
    """
    homes = _with_ids("household", plan.households)
    people = _with_ids("person", plan.persons)
    new_members = _members_after(plan, homes)
    _write("household", Household, homes, plan.households.keys, {"members": new_members})
    touched = homes.filter(pl.col("_status") != "unchanged")
    _yearly(YearlyConditions, "conditions", ("conditions", "measures"), touched, plan)
    _yearly(IncomeYear, "income", ("income", "items"), touched, plan)
    _yearly(IncomeYear, "removal", ("removal",), touched, plan)
    _helpers(touched, plan, on)
    _write("person", Person, people, plan.persons.keys, {})
    elsewhere = other_households(plan, homes)
    memberships(people, plan, on)
    ids = sorted({*touched["id"].to_list(), *elsewhere, *homes_of_changed(people)})
    spells(touched["id"].to_list(), on)
    persons = people.filter(pl.col("_status") != "unchanged")
    events(ids, by=by, on=on, context=context)
    for number, before, now in _moved(plan, homes):
        village_changed(number, before, now)
    with connection.cursor() as cursor:
        # Until it knows the new rows, the planner reads all of them for one household.
        cursor.execute(f"ANALYZE {', '.join(_TABLES)}")
    return {"households": len(ids), "persons": persons.height}


def _with_ids(sheet: SheetName, part: Part) -> pl.DataFrame:
    """The rows of a plan, new ones with the ids they will have."""
    rows = part.rows
    if not rows.height:
        return rows
    model = Household if sheet == "household" else Person
    fresh = allocate(model, int(rows["id"].null_count()))
    places = rows["id"].is_null().arg_true()
    return rows.with_columns(rows["id"].scatter(places, fresh).alias("id"))


def _moved(plan: Plan, homes: pl.DataFrame) -> list[tuple[str, str, str]]:
    """Households that the file puts into another village: number, village before, village now."""
    number, before = NUMBER["household"], plan.households.before
    if number not in homes.columns or not before.height:
        return []
    joined = homes.select(number, "_status", now=f"+{PLACE}").join(
        before.select(number, was=PLACE), on=number
    )
    changed = (pl.col("_status") == "changed") & pl.col("now").is_not_null()
    return (
        joined.filter(changed & (pl.col("now") != pl.col("was")))
        .select(number, "was", "now")
        .rows()
    )


def _members_after(plan: Plan, homes: pl.DataFrame) -> pl.Series:
    """`members` of every household of the file, null where it does not change."""
    number = NUMBER["household"]
    if number not in homes.columns:
        return pl.Series("members", [], dtype=pl.Int64)
    before = plan.households.before.select(pl.col(number), was="members")
    joined = (
        homes.select(number)
        .join(before, on=number, how="left", maintain_order="left")
        .join(plan.members, left_on=number, right_on=LINK, how="left", maintain_order="left")
    )
    return joined.select(
        pl.when(pl.col("change").is_not_null() & (pl.col("change") != 0))
        .then(pl.col("was").fill_null(0) + pl.col("change"))
        .alias("members")
    ).to_series()


def _write(
    sheet: SheetName,
    model: type[Household] | type[Person],
    rows: pl.DataFrame,
    keys: Sequence[str],
    beside: dict[str, pl.Series],
) -> None:
    """Insert the new rows and change the known ones of households or persons."""
    if not rows.height:
        return
    columns = state.column_of(sheet)
    own = [key for key in keys if columns[key].table == sheet]
    plain = [key for key in own if not state.sealed_of(columns[key])]
    closed = [key for key in own if state.sealed_of(columns[key])]
    frame = rows.select(
        "id", "_status",
        pl.col(NUMBER[sheet]).alias("number"),
        *(pl.col(f"+{key}").alias(columns[key].column) for key in plain),
        *(pl.col(f"+{key}").alias(f"\0{columns[key].column}") for key in closed),
        cleared_columns(rows, _with_indexes([(key, columns[key].column) for key in own])),
    ).with_columns(values.alias(name) for name, values in beside.items())  # fmt: skip
    if sheet == "household":
        frame = frame.with_columns(origin=pl.lit("registry"))
    names = [columns[key].column for key in closed]
    added = _sealed(model, frame.filter(pl.col("_status") == "added"), names)
    bulk.insert(model, _filled(added.drop("_status", CLEARED)))
    changed = frame.filter(_touched(frame, beside))
    changed = _sealed(model, changed, names).drop("_status", "number")
    bulk.update(model, changed, also=VERSION, emptied=CLEARED)


def _touched(frame: pl.DataFrame, beside: dict[str, pl.Series]) -> pl.Expr:
    """Known rows to be changed: those the plan says, and those whose members change."""
    found = pl.col("_status") == "changed"
    for name in beside:
        found = found | ((pl.col("_status") == "unchanged") & pl.col(name).is_not_null())
    return found


def _filled(frame: pl.DataFrame) -> pl.DataFrame:
    """Columns that are null throughout are left to the database's default."""
    empty = [name for name in frame.columns if frame[name].null_count() == frame.height]
    counted = [pl.col(name).fill_null(0) for name in ("members",) if name in frame.columns]
    return frame.with_columns(counted).drop(name for name in empty if name != "members")


def _sealed(model: type[Any], frame: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """The columns `\\0name` in clear replaced by closed ones and what finds them."""
    texts = {name: frame[f"\0{name}"].to_list() for name in names}
    columns = bulk.closed(model, frame["id"].to_list(), texts)
    blank = {name: frame[f"\0{name}"].is_null() for name in names}
    plain = frame.drop(f"\0{name}" for name in names)
    made = []
    for name, values in columns.items():
        # An index of nothing must not replace what finds the value that stays.
        source = name if name in blank else _SOURCE[name]
        made.append(values.alias(name).set(blank[source], None))
    return plain.with_columns(made)


_SOURCE: Final = {
    "phone_index": "phone",
    "id_index": "id_number",
    "id_last4_index": "id_number",
    "name_tokens": "name",
}


def _with_indexes(named: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Columns by key, with what finds the closed ones: it goes with them."""
    found = list(named)
    for key, column in named:
        found += [(key, index) for index, source in _SOURCE.items() if source == column]
    return found


def _yearly(
    model: type[YearlyConditions] | type[IncomeYear],
    which: str,
    tables: tuple[str, ...],
    rows: pl.DataFrame,
    plan: Plan,
) -> None:
    """Conditions or incomes of the plan's year; `which` names their id in the plan."""
    columns = state.column_of("household")
    keys = [key for key in plan.households.keys if columns[key].table in tables]
    if not keys or not rows.height:
        return
    plain = [key for key in keys if columns[key].table not in state.JSON]
    given = [pl.col(f"+{key}").is_not_null() for key in keys]
    if clears_any(rows):
        given += map(clears, plain)
    some = rows.filter(pl.any_horizontal(given))
    if not some.height:
        return
    known = plan.households.before.select("id", row=f"{which}.id")
    some = some.join(known, on="id", how="left", maintain_order="left")
    frame = some.select(
        pl.col("id").alias("household_id"), "row",
        *(pl.col(f"+{key}").alias(columns[key].column) for key in plain),
        cleared_columns(some, [(key, columns[key].column) for key in plain]),
    )  # fmt: skip
    grouped: dict[str, list[str]] = {}
    for key in keys:
        if columns[key].table in state.JSON:
            grouped.setdefault(state.JSON[columns[key].table], []).append(key)
    merged = []
    for name, inside in grouped.items():
        frame = frame.with_columns(_json(some, inside).alias(name))
        merged.append(name)
    year = plan.year.conditions if which == "conditions" else plan.year.income
    new = frame.filter(pl.col("row").is_null()).drop("row", CLEARED)
    new = new.with_columns(pl.lit(year, dtype=pl.Int64).alias("year"))
    if model is IncomeYear:
        occasion = "removal" if which == "removal" else "year"
        new = new.with_columns(pl.lit(occasion).alias("occasion"))
    new = new.with_columns(pl.col(name).fill_null("{}") for name in merged)
    bulk.insert(model, new)
    old = frame.filter(pl.col("row").is_not_null()).drop("household_id").rename({"row": "id"})
    bulk.update(model, old, merged=merged, emptied=CLEARED)


def _json(rows: pl.DataFrame, keys: Sequence[str]) -> pl.Series:
    """The keys that have a value as a JSON object by column; null where there is none."""
    columns = state.column_of("household")
    names = [columns[key].column for key in keys]
    values = [rows[f"+{key}"].to_list() for key in keys]
    texts = []
    for row in zip(*values, strict=True):
        told = {name: value for name, value in zip(names, row, strict=True) if value is not None}
        texts.append(json.dumps(told, ensure_ascii=False) if told else None)
    return pl.Series(texts, dtype=pl.String)


def _helpers(rows: pl.DataFrame, plan: Plan, on: date) -> None:
    """Another name is another helper: the former one ends. Other details are changed in place."""
    columns = state.column_of("household")
    keys = [key for key in plan.households.keys if columns[key].table == "helper"]
    if not keys or not rows.height:
        return
    some = rows.filter(pl.any_horizontal(pl.col(f"+{key}").is_not_null() for key in keys))
    known = plan.households.before.select("id", row="helper.id")
    some = some.join(known, on="id", how="left", maintain_order="left")
    named = pl.col("+helper.name").is_not_null() if "helper.name" in keys else pl.lit(False)
    another = some.filter(named | pl.col("row").is_null())
    same = some.filter(~named & pl.col("row").is_not_null())
    end("registry_helperspell", another["row"].drop_nulls().to_list(), on)
    # A new helper has everything the file says, also what the former one had as well.
    full = {key: key for key in keys} | {"id": "household_id"}
    if another.height:
        fresh = another.select(
            pl.Series("id", allocate(HelperSpell, another.height)),
            pl.col("id").alias("household_id"),
            *(
                pl.col(key).alias(
                    f"\0{columns[key].column}"
                    if state.sealed_of(columns[key])
                    else columns[key].column
                )
                for key in full
                if key in columns
            ),
            _began=pl.when(pl.col("row").is_not_null()).then(pl.lit(on)),
        )
        began = pl.col("began_on") if "began_on" in fresh.columns else pl.lit(None, dtype=pl.Date)
        fresh = fresh.with_columns(began_on=pl.coalesce(began, "_began")).drop("_began")
        closed = [n[1:] for n in fresh.columns if n.startswith("\0")]
        bulk.insert(HelperSpell, _filled(_sealed(HelperSpell, fresh, closed)))
    if same.height:
        frame = same.select(
            pl.col("row").alias("id"),
            *(
                pl.col(f"+{key}").alias(
                    f"\0{columns[key].column}"
                    if state.sealed_of(columns[key])
                    else columns[key].column
                )
                for key in keys
            ),
        )
        closed = [n[1:] for n in frame.columns if n.startswith("\0")]
        bulk.update(HelperSpell, _sealed(HelperSpell, frame, closed))

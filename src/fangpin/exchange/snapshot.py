"""The registry as of a day, in the columnar layout that `fangpin screen` reads.

Members are those of the day; fields stand as they were recorded then (rows of history written
after the day tell what was there before). Incomes are those of the newest year up to the day. The
same registry gives the same files and the same hash. Identity numbers stand in clear in one file,
because deliveries are linked by them: the folder is readable by the service's account only.
"""

import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import polars as pl
from django.db import models, transaction

from fangpin.exchange import bulk, state
from fangpin.exchange.actions import keep_snapshot, snapshot_folder
from fangpin.exchange.columns import SHEETS, SheetName, WideColumn, columns_of
from fangpin.exchange.exporting import place_names
from fangpin.kernel.errors import FangpinError, Text
from fangpin.kernel.hashing import frame_hash, value_hash
from fangpin.policy import load_pack
from fangpin.registry import sealing
from fangpin.registry.models import Household, Person
from fangpin.registry.queries.as_of import end_of

Progress = Callable[[int, Text], None]
DEFAULT_PACKS: Final = ("cn-base", "baiyin-2021")
_FORMAT: Final = "fangpin registry snapshot 1"
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
"""
_PERSONS: Final = """
SELECT {columns} FROM registry_membership m
JOIN registry_person p ON p.id = m.person_id {history}
WHERE (m.began_on IS NULL OR m.began_on <= '{day}')
  AND (m.ended_on IS NULL OR m.ended_on > '{day}')
"""
_ALIAS: Final = {
    "household": "h", "conditions": "c", "measures": "c", "income": "i", "items": "i",
    "person": "p", "membership": "m",
}  # fmt: skip


def take(
    *, by: Any, progress: Progress, as_of: str, packs: Sequence[str] = DEFAULT_PACKS
) -> dict[str, Any]:
    """The job: write a snapshot aside, rename it, note it. FangpinError for an empty registry."""
    day = date.fromisoformat(as_of)
    key = f"{day}-{uuid4().hex[:8]}"
    folder = snapshot_folder(key)
    aside = folder.with_name(f"{key}.partial")
    aside.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        made = write(aside, day, packs=packs, progress=progress)
        os.rename(aside, folder)
        with transaction.atomic():
            kept = keep_snapshot(by=by, key=key, as_of=day, **made)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return {"snapshot": kept.pk, **made}


def write(
    folder: Path,
    day: date,
    *,
    packs: Sequence[str] = DEFAULT_PACKS,
    progress: Progress = lambda percent, step: None,
) -> dict[str, Any]:
    """The four files of the register as of `day` below `folder` (which must not exist).

    `packs`: whose facts the columns are for. Returns digest, villages, households, persons.
    """
    register = folder / "register"
    folder.mkdir(mode=0o700)
    register.mkdir(mode=0o700)
    columns = {sheet: _columns(sheet, tuple(packs)) for sheet in SHEETS}
    with transaction.atomic():
        progress(5, Text("读取户", "Reading households"))
        homes = _households(columns["household"], day)
        progress(30, Text("读取人员", "Reading persons"))
        people = _persons(columns["person"], day)
    homes, people, places = _ordered(homes, people)
    progress(60, Text("解密证件号码", "Opening identity numbers"))
    identity = _identity(people)
    progress(85, Text("写出快照", "Writing the snapshot"))
    frames = {
        "places": places,
        "households": _told(homes, "household", columns["household"], ("number", "village")),
        "persons": _told(people, "person", columns["person"], ("number", "household")),
        "identity": identity,
    }
    digest = value_hash(
        {"format": _FORMAT, "as_of": day.isoformat()}
        | {name: frame_hash(frame) for name, frame in frames.items()}
    )
    for name, frame in frames.items():
        frame.write_parquet(register / f"{name}.parquet", compression="lz4")
    return {
        "digest": digest,
        "villages": places.height,
        "households": homes.height,
        "persons": people.height,
    }


@lru_cache(maxsize=16)
def _columns(sheet: SheetName, packs: tuple[str, ...]) -> dict[str, WideColumn]:
    """What facts of the packs call a column of the register → the column of the registry."""
    contract = load_pack("cn-base").contracts[f"{sheet}_register"]
    owner = {header: each for each in columns_of(sheet) for header in each.read.headers}
    wanted = {
        fact.registry
        for name in packs
        for fact in load_pack(name).facts.values()
        if fact.registry is not None and fact.subject == sheet
    }
    found: dict[str, WideColumn] = {}
    for name in sorted(wanted):
        described = contract.column(name)
        column = next(
            (
                owner[header]
                for header in (described.headers if described else ())
                if header in owner
            ),
            None,
        )
        if column is not None and not state.sealed_of(column):
            found[name] = column
    return found


def _households(columns: dict[str, WideColumn], day: date) -> pl.DataFrame:
    joined = _history(Household, "h", day)
    own = {
        "id": ("h.id", pl.Int64),
        "number": ("h.number", pl.String),
        "code": (_then("h", "village_code", joined), pl.String),
        "state": (_then("h", "state", joined), pl.String),
    }
    sql = _HOUSEHOLDS.replace("{history}", joined)
    return _read(sql, own, columns, joined, "h", {"year": day.year})


def _persons(columns: dict[str, WideColumn], day: date) -> pl.DataFrame:
    joined = _history(Person, "p", day)
    own = {
        "id": ("p.id", pl.Int64),
        "number": ("p.number", pl.String),
        "home": ("m.household_id", pl.Int64),
        "died_on": (_then("p", "died_on", joined), pl.Date),
        "closed": (f"{_then('p', 'id_number', joined)}::text", pl.String),
    }
    sql = _PERSONS.replace("{history}", joined)
    found = _read(sql, own, columns, joined, "p", {"day": day.isoformat()})
    return found.filter(pl.col("died_on").is_null() | (pl.col("died_on") > day))


def _history(model: type[models.Model], alias: str, day: date) -> str:
    """A join with the rows as they were before they changed after the day; "" without any."""
    table = f"{model._meta.db_table}history"
    moment = end_of(day).isoformat()
    recent = bulk.read(
        f"SELECT 1 WHERE EXISTS (SELECT 1 FROM {table} WHERE pgh_created_at >= '{moment}')",
        {"one": pl.Int64},
    )
    if not recent.height:
        return ""
    return (
        f"LEFT JOIN (SELECT DISTINCT ON (pgh_obj_id) * FROM {table}"
        f" WHERE pgh_created_at >= '{moment}' ORDER BY pgh_obj_id, pgh_id) {alias}0"
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


def _ordered(
    homes: pl.DataFrame, people: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Households of the day by village, their members by household, and the villages."""
    inhabited = people["home"].unique()
    homes = homes.filter(
        (pl.col("state") == "active") | pl.col("id").is_in(inhabited.implode())
    ).filter(pl.col("code").is_not_null() & (pl.col("code") != ""))
    if not homes.height:
        raise FangpinError.because(
            "台账中没有农户", "the registry holds no household",
            do_zh="先导入或登记农户", do_en="import or enter households first",
        )  # fmt: skip
    places = _places(homes["code"].unique().sort())
    numbered = places.select("code").with_row_index("village")
    homes = (
        homes.join(numbered, on="code", how="left")
        .sort("village", "number")
        .with_row_index("household")
    )
    people = (
        people.join(homes.select("household", home="id"), on="home", how="inner")
        .sort("household", "number")
        .drop("home")
    )
    return homes, people, places


def _places(codes: pl.Series) -> pl.DataFrame:
    """code, name, township_code, township of villages; a code without a place is its own name."""
    names = place_names(codes.str.slice(0, 6).unique().to_list())
    found = pl.DataFrame({"code": codes}).join(
        names.select(pl.col("village").alias("code"), "village_name", "township"),
        on="code", how="left", maintain_order="left",
    )  # fmt: skip
    town = pl.col("code").str.slice(0, 9) + "000"
    return found.select(
        "code",
        name=pl.coalesce("village_name", "code"),
        township_code=town,
        township=pl.coalesce("township", town),
    )


def _identity(people: pl.DataFrame) -> pl.DataFrame:
    """Identity numbers in clear, one per person in order."""
    closed = bulk.unhexed(people["closed"])
    texts = sealing.open_many(Person, "id_number", people["id"].to_list(), closed)
    return pl.DataFrame({"id_number": pl.Series(texts, dtype=pl.String)})


def _told(
    frame: pl.DataFrame, sheet: SheetName, columns: dict[str, WideColumn], own: Iterable[str]
) -> pl.DataFrame:
    """The columns of a file, blanks unknown, several codes in one as the vocabulary has it."""
    told = [pl.col(name) for name in own]
    for name, column in columns.items():
        value = pl.col(name)
        if frame.schema[name] == pl.String:
            value = value.replace("", None)
        if column.part:
            value = value.str.split(",").list.get(column.part - 1, null_on_oob=True)
        elif column.kind == "codes":
            value = value.str.replace_all(",", "_")
        told.append(value.alias(name))
    return frame.select(told)

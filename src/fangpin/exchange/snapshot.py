"""The registry as of a day, in the columnar layout that `fangpin screen` reads.

Members are those of the day; fields stand as they were recorded then (rows of history written
after the day tell what was there before). Incomes are those of the newest year up to the day. The
same registry gives the same files and the same hash. Identity numbers stand in clear in one file,
because deliveries are linked by them: the folder is readable by the service's account only.
"""

import os
import shutil
from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import polars as pl
from django.db import transaction

from fangpin.exchange import bulk
from fangpin.exchange.actions import keep_snapshot, snapshot_folder
from fangpin.exchange.columns import SHEETS, SheetName, WideColumn
from fangpin.exchange.exporting import place_names
from fangpin.exchange.register_as_of import households, persons, register_columns, told
from fangpin.kernel.errors import FangpinError, Text
from fangpin.kernel.hashing import frame_hash, value_hash
from fangpin.policy import load_pack
from fangpin.registry import sealing
from fangpin.registry.models import Person

Progress = Callable[[int, Text], None]
DEFAULT_PACKS: Final = ("cn-base", "baiyin-2021")
_FORMAT: Final = "fangpin registry snapshot 1"


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
        homes = households(columns["household"], day)
        progress(30, Text("读取人员", "Reading persons"))
        people = persons(columns["person"], day)
    homes, people, places = _ordered(homes, people)
    progress(60, Text("解密证件号码", "Opening identity numbers"))
    identity = _identity(people)
    progress(85, Text("写出快照", "Writing the snapshot"))
    frames = {
        "places": places,
        "households": told(homes, "household", columns["household"], ("number", "village")),
        "persons": told(people, "person", columns["person"], ("number", "household")),
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
    wanted = {
        fact.registry
        for name in packs
        for fact in load_pack(name).facts.values()
        if fact.registry is not None and fact.subject == sheet
    }
    return register_columns(sheet, load_pack("cn-base").contracts[f"{sheet}_register"], wanted)


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

"""Quality rules in the dry run of an import: what carrying it out would bring and clear.

The households that the file touches are asked twice: as they are registered, and with the plan's
new values laid over them. Nothing is written. Time and memory follow the size of the file, not that
of the registry.
"""

from datetime import date
from pathlib import Path
from typing import Any, Final

import polars as pl
from django.db import transaction
from django.utils import timezone

from fangpin.checks.asking import ask_rows, labels, rows_of
from fangpin.checks.entry import beyond, refresh
from fangpin.exchange import state, tasks
from fangpin.exchange.actions import folder_of
from fangpin.exchange.clearing import CLEARED, clears, clears_any
from fangpin.exchange.columns import SheetName
from fangpin.exchange.comparing import HEAD, LINK, NUMBER, RELATION, Part
from fangpin.exchange.models import Import
from fangpin.exchange.plan import Plan
from fangpin.people.models import User

FOUND: Final = {
    "change": pl.String, "severity": pl.String, "rule": pl.String, "label": pl.String,
    "label_en": pl.String, "sheet": pl.String, "row": pl.Int64, "household": pl.String,
    "number": pl.String, "sentence_zh": pl.String, "sentence_en": pl.String,
}  # fmt: skip
_OF_A_YEAR: Final = {"income": "income", "items": "income"} | dict.fromkeys(
    ("conditions", "measures"), "conditions"
)


def check(*, by: User | None, progress: tasks.Progress, number: int) -> dict[str, Any]:
    """The job: the dry run of an import, with what the rules say."""
    return tasks.check(by=by, progress=progress, number=number, also=keep)


def apply(*, by: User | None, progress: tasks.Progress, number: int) -> dict[str, Any]:
    """The job: carry the import out, then bring the hits of its households up to date."""
    done = tasks.apply(by=by, progress=progress, number=number)
    _refresh(by, number)
    return done


def undo(*, by: User | None, progress: tasks.Progress, number: int) -> dict[str, Any]:
    """The job: take the import back, then bring the hits of its households up to date."""
    done = tasks.undo(by=by, progress=progress, number=number)
    _refresh(by, number)
    return done


def _refresh(by: User | None, number: int) -> None:
    """Households that the kept report names; begun again after a crash, it finds the same."""
    folder = folder_of(Import.objects.get(pk=number)) / "report"
    named: set[str] = set()
    for name in ("changes", "additions", "quality"):
        if (folder / f"{name}.parquet").is_file():
            column = pl.read_parquet(folder / f"{name}.parquet", columns=["household"])
            named.update(column["household"].drop_nulls().to_list())
    if named:
        refresh(by=by, numbers=sorted(named))


def keep(folder: Path, plan: Plan) -> dict[str, int]:
    """Write `quality.parquet` into a report's folder; gives how many hits come and go."""
    found = hits_of(plan, timezone.localdate())
    found.write_parquet(folder / "quality.parquet")
    brought = found.filter(pl.col("change") == "brought")
    return {
        "quality_brought": brought.height,
        "quality_errors": brought.filter(pl.col("severity") == "error").height,
        "quality_cleared": found.height - brought.height,
    }


def hits_of(plan: Plan, day: date) -> pl.DataFrame:
    """Hits that the plan would bring or clear, columns FOUND: brought ones first, each with the row
    of the file that it is about (null where the file does not name that person)."""
    newest = state.newest_years()
    with transaction.atomic():
        homes, people = rows_of(_touched(plan), newest)
        before = ask_rows(homes, people, day)
        stale = {
            table
            for table, year in _OF_A_YEAR.items()
            if getattr(plan.year, year) < getattr(newest, year)
        }
        after = ask_rows(
            _homes_after(homes, plan.households, stale), _people_after(people, homes, plan), day
        )
    brought = beyond(after.found, before.found).with_columns(change=pl.lit("brought"))
    cleared = beyond(before.found, after.found).with_columns(change=pl.lit("cleared"))
    return _told(pl.concat([brought, cleared]), plan)


def _touched(plan: Plan) -> list[str]:
    """Numbers of the households that the file adds or changes, or whose members it does."""
    homes, people = _changing(plan.households), _changing(plan.persons)
    numbers = [homes[NUMBER["household"]]] if homes.height else []
    numbers += [people[name].drop_nulls() for name in (LINK, "_from") if people.height]
    return pl.concat([each.alias("n") for each in numbers]).unique().to_list() if numbers else []


def _changing(part: Part) -> pl.DataFrame:
    return part.rows.filter(pl.col("_status") != "unchanged")


def _homes_after(homes: pl.DataFrame, part: Part, stale: set[str]) -> pl.DataFrame:
    """`stale`: parts of the registry of an older year than the newest, which the rules read."""
    rows = _changing(part)
    columns = state.column_of("household")
    keys = [key for key in part.keys if columns[key].table not in stale]
    return _laid_over("household", homes, rows, keys, ["village"]).with_columns(
        state=pl.col("state").fill_null("active")
    )


def _people_after(people: pl.DataFrame, homes: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    rows = _changing(plan.persons)
    after = _laid_over("person", people, rows, plan.persons.keys, [LINK])
    villages = pl.concat(
        [homes.select(LINK_OF_HOME, "village"), _villages_of_new(plan.households)]
    ).unique(LINK_OF_HOME, keep="last")
    after = after.drop("village").join(
        villages.rename({LINK_OF_HOME: LINK}), on=LINK, how="left", maintain_order="left"
    )
    is_head = pl.col(RELATION) == HEAD
    known = pl.col("membership.is_head")
    return after.with_columns(pl.coalesce(known, is_head).alias("membership.is_head")).select(
        people.columns
    )


LINK_OF_HOME: Final = "household.number"


def _villages_of_new(part: Part) -> pl.DataFrame:
    rows = _changing(part)
    if not rows.height:
        return pl.DataFrame(schema={LINK_OF_HOME: pl.String, "village": pl.String})
    return rows.select(LINK_OF_HOME, "village")


def _laid_over(
    sheet: SheetName, frame: pl.DataFrame, rows: pl.DataFrame, keys: list[str], own: list[str]
) -> pl.DataFrame:
    """The registered rows with the plan's new values, and the rows that are new, with the columns
    of `frame`. `own`: columns that stand in the plan under their own name."""
    if not rows.height:
        return frame
    number = NUMBER[sheet]
    new = {key: f"+{key}" for key in keys if key in frame.columns and f"+{key}" in rows.columns}
    plain = [name for name in own if name in rows.columns]
    given = rows.select(
        pl.col(number),
        *(pl.col(written).cast(frame.schema[key]).alias(written) for key, written in new.items()),
        *(pl.col(name).cast(frame.schema[name]).alias(f"+{name}") for name in plain),
        CLEARED,
    )
    new |= {name: f"+{name}" for name in plain}
    clearing = clears_any(rows)
    joined = frame.join(given, on=number, how="full", coalesce=True, maintain_order="left_right")
    return joined.with_columns(
        _written(key, pl.coalesce(written, key), clearing).alias(key)
        for key, written in new.items()
        if key != number
    ).select(frame.columns)


def _written(key: str, value: pl.Expr, clearing: bool) -> pl.Expr:
    return pl.when(clears(key)).then(None).otherwise(value) if clearing else value


def _told(found: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """Hits with their words and the row of the file."""
    places = [
        part.rows.select(pl.col(name).alias("subject"), sheet="_sheet", row="_row")
        for name, part in (
            (NUMBER["household"], plan.households),
            (NUMBER["person"], plan.persons),
        )
        if name in part.rows.columns
    ]
    where = pl.concat(places).unique("subject", keep="first") if places else None
    words = labels()
    told = found.with_columns(
        subject=pl.when(pl.col("person_number") == "")
        .then("household_number")
        .otherwise("person_number"),
        label=pl.col("rule").replace_strict({n: t.zh for n, t in words.items()}, default=""),
        label_en=pl.col("rule").replace_strict({n: t.en for n, t in words.items()}, default=""),
        household="household_number",
        number="person_number",
    )
    if where is None:
        told = told.with_columns(sheet=pl.lit(None, pl.String), row=pl.lit(None, pl.Int64))
    else:
        told = told.join(where, on="subject", how="left", maintain_order="left")
    return (
        told.select(FOUND.keys())
        .cast(FOUND)  # type: ignore[arg-type]
        .sort(
            pl.col("change") != "brought", pl.col("severity") != "error", "row", "rule",
            maintain_order=True, nulls_last=True,
        )
    )  # fmt: skip

"""What follows from a plan for belonging: memberships, spells of categories, the timeline."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

import polars as pl
from django.db import connection

from fangpin.exchange import bulk
from fangpin.exchange.comparing import HEAD, LINK, NUMBER, RELATION
from fangpin.exchange.plan import Plan
from fangpin.registry.models import EventKind, Household, Membership, RegistryEvent

VERSION: Final = "version = t.version + 1"
_PER_EVENT: Final = 500
"""Households of one event: a timeline looks it up by any of them."""


def memberships(people: pl.DataFrame, plan: Plan, on: date) -> None:
    """Who joins, who leaves for another household, whose relation changes."""
    if not people.height:
        return
    known = plan.persons.before.select(
        "id", member="membership.id", was=RELATION, was_head="membership.is_head"
    )
    rows = people.join(known, on="id", how="left", maintain_order="left")
    staying = pl.col("_from").is_not_null() & (pl.col("_from") == pl.col(LINK))
    end(
        "registry_membership",
        rows.filter(pl.col("_from").is_not_null() & ~staying)["member"].to_list(),
        on,
        ", why_ended = 'moved_out'",
    )
    relation = f"+{RELATION}"
    if relation in rows.columns:
        changed = rows.filter(staying & pl.col(relation).is_not_null()).select(
            pl.col("member").alias("id"),
            pl.col(relation).alias("relation"),
            (pl.col(relation) == HEAD).alias("is_head"),
            "was_head",
        )
        # The former head steps back before another one is entered.
        back = changed.filter(pl.col("was_head") & ~pl.col("is_head")).drop("was_head")
        bulk.update(Membership, back)
        other = changed.filter(~(pl.col("was_head") & ~pl.col("is_head"))).drop("was_head")
        bulk.update(Membership, other)
    joins = rows.filter(pl.col("_from").is_null() | ~staying)
    homes = _ids_of_households(joins[LINK])
    told = pl.col(RELATION) if RELATION in rows.columns else pl.lit(None, dtype=pl.String)
    first = pl.col("_status") == "added"
    before = _left_on(joins.filter(~first)["id"].to_list())
    joins = joins.join(before, on="id", how="left", maintain_order="left")
    bulk.insert(
        Membership,
        joins.join(homes, on=LINK, how="left", maintain_order="left").select(
            person_id="id",
            household_id="household_id",
            relation=told,
            is_head=(told == HEAD).fill_null(False),
            began_on=pl.when(~first).then(pl.max_horizontal(pl.lit(on), pl.col("_left"))),
            why_began=pl.when(~first).then(pl.lit("moved_in")),
        ),
    )


def _ids_of_households(numbers: pl.Series) -> pl.DataFrame:
    bulk.keys("exchange_joined", numbers.drop_nulls().unique().to_list())
    return bulk.read(
        "SELECT h.number, h.id FROM registry_household h"
        " JOIN pg_temp.exchange_joined k ON k.number = h.number",
        {LINK: pl.String, "household_id": pl.Int64},
    )


def _left_on(persons: Sequence[int]) -> pl.DataFrame:
    """The last day on which each person left a household, if they ever did."""
    return bulk.read(
        "SELECT person_id, max(ended_on) FROM registry_membership"
        " WHERE person_id = ANY(%s) GROUP BY person_id",
        {"id": pl.Int64, "_left": pl.Date},
        [list(persons)],
    )


def end(table: str, rows: Sequence[int | None], on: date, also: str = "") -> None:
    """Close spells or memberships on a day, not before they began."""
    ids = [row for row in rows if row is not None]
    if not ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET ended_on = greatest(%s, coalesce(began_on, %s)){also}"
            " WHERE id = ANY(%s)",
            [on, on, ids],
        )


def other_households(plan: Plan, homes: pl.DataFrame) -> list[int]:
    """Households outside the file that gain or lose members; their ids."""
    number = NUMBER["household"]
    own = homes[number].to_list() if number in homes.columns else []
    others = plan.members.filter(~pl.col(LINK).is_in(own) & (pl.col("change") != 0))
    if not others.height:
        return []
    found = _ids_of_households(others[LINK]).join(others, on=LINK)
    bulk.keys("exchange_counted", others[LINK].to_list())
    counted = bulk.read(
        "SELECT h.id, h.members FROM registry_household h"
        " JOIN pg_temp.exchange_counted k ON k.number = h.number",
        {"household_id": pl.Int64, "was": pl.Int64},
    )
    frame = found.join(counted, on="household_id").select(
        pl.col("household_id").alias("id"), members=pl.col("was") + pl.col("change")
    )
    bulk.update(Household, frame, also=VERSION)
    return [int(pk) for pk in frame["id"].to_list()]


def homes_of_changed(people: pl.DataFrame) -> list[int]:
    """Households of persons that were changed or added."""
    if not people.height:
        return []
    changed = people.filter(pl.col("_status") != "unchanged")
    return [int(pk) for pk in _ids_of_households(changed[LINK])["household_id"].to_list()]


_SPELLS: Final = (
    ("category", "category", "h.category <> ''", "NULL", "'{}'"),
    ("poverty_status", "poverty_status", "h.poverty_status <> ''", "NULL", "'{}'"),
    (
        "monitoring", "monitoring_category",
        "h.monitoring_category NOT IN ('', 'none')", "h.monitored_since", "h.risks",
    ),
)  # fmt: skip


def spells(ids: Sequence[int], on: date) -> None:
    """Open spells say what the households say now; what they said before ends on the day."""
    if not ids:
        return
    with connection.cursor() as cursor:
        for kind, column, holds, since, risks in _SPELLS:
            cursor.execute(
                "UPDATE registry_categoryspell s"
                " SET ended_on = greatest(%s, coalesce(s.began_on, %s))"
                " FROM registry_household h WHERE h.id = s.household_id AND h.id = ANY(%s)"
                f" AND s.kind = %s AND s.ended_on IS NULL AND (s.code <> h.{column})",
                [on, on, list(ids), kind],
            )
            cursor.execute(
                "INSERT INTO registry_categoryspell (household_id, kind, code, risks, began_on)"
                f" SELECT h.id, %s, h.{column}, {risks}, CASE WHEN last.at IS NULL THEN {since}"
                f" ELSE greatest(last.at, coalesce({since}, %s)) END"
                " FROM registry_household h LEFT JOIN LATERAL ("
                "   SELECT max(coalesce(ended_on, %s)) AS at FROM registry_categoryspell"
                "   WHERE household_id = h.id AND kind = %s) last ON true"
                f" WHERE h.id = ANY(%s) AND {holds} AND NOT EXISTS ("
                "   SELECT 1 FROM registry_categoryspell o WHERE o.household_id = h.id"
                "   AND o.kind = %s AND o.ended_on IS NULL)",
                [kind, on, on, kind, list(ids), kind],
            )
        cursor.execute(
            "UPDATE registry_categoryspell s SET risks = h.risks FROM registry_household h"
            " WHERE h.id = s.household_id AND h.id = ANY(%s) AND s.kind = 'monitoring'"
            " AND s.ended_on IS NULL AND s.risks <> h.risks",
            [list(ids)],
        )


def events(ids: Sequence[int], *, by: Any, on: date, context: UUID | None) -> None:
    """One event for every few hundred households."""
    RegistryEvent.objects.bulk_create(
        RegistryEvent(
            kind=EventKind.IMPORTED,
            on=on,
            by=by,
            households=list(ids[start : start + _PER_EVENT]),
            context=context,
        )
        for start in range(0, len(ids), _PER_EVENT)
    )

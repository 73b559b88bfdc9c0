"""Columns of other tables that hold the code of a village and follow it when the code changes.

A package above registers its columns when Django starts (in `AppConfig.ready`):

    follow("registry.Household", "village_code")

From then on every renumbering, move and merger carries the rows along in its own transaction, a
change is undone only as long as they can be carried back, and a place in use is not closed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.apps import apps
from django.db import connection

from fangpin.places.models import FollowedRows, PlaceChange

Pair = tuple[str, str]  # old code, new code


@dataclass(frozen=True)
class Follower:
    """One column: `model` as "app.Model". `holds` says that a place with such rows is in use."""

    model: str
    field: str
    holds: bool

    @property
    def name(self) -> str:
        """As it stands in FollowedRows."""
        return f"{self.model}.{self.field}"

    def quoted(self) -> tuple[str, str]:
        """Table and column, quoted for SQL."""
        meta = apps.get_model(self.model)._meta
        column = meta.get_field(self.field).column
        return connection.ops.quote_name(meta.db_table), connection.ops.quote_name(str(column))


_FOLLOWERS: dict[str, Follower] = {}
_AFTERWARDS: dict[str, Callable[[Sequence[Pair]], None]] = {}


def follow(model: str, field: str, *, holds: bool = True) -> None:
    """Let a text column with 12-digit codes follow its villages. Saying it twice changes nothing.

    `holds=False` for what only mentions a place (a finding of a run): it follows, but does not
    keep a place from being closed or a change from being undone.
    """
    follower = Follower(model, field, holds)
    _FOLLOWERS[follower.name] = follower


def afterwards(name: str, act: Callable[[Sequence[Pair]], None]) -> None:
    """Call `act` with (old, new) codes in the transaction in which columns have followed them, for
    what is worked out from codes. It is called with the pairs turned round when that is undone."""
    _AFTERWARDS[name] = act


def _tell(pairs: Sequence[Pair]) -> None:
    for name in sorted(_AFTERWARDS) if pairs else ():
        _AFTERWARDS[name](pairs)


def followers() -> tuple[Follower, ...]:
    """All registered columns, in a fixed order."""
    return tuple(_FOLLOWERS[name] for name in sorted(_FOLLOWERS))


def carry(change: PlaceChange, pairs: Sequence[Pair]) -> int:
    """Rewrite old codes to new ones in every following column, and note which rows. One statement
    per column, so that codes which are swapped do not run into each other. Returns the rows."""
    carried = 0
    if not pairs:
        return 0
    for follower in followers():
        table, column = follower.quoted()
        with connection.cursor() as cursor:
            cursor.execute(
                f"WITH pairs (old, new) AS (SELECT * FROM unnest(%s::text[], %s::text[])), "
                f"moved AS (UPDATE {table} AS t SET {column} = pairs.new FROM pairs "
                f"WHERE t.{column} = pairs.old RETURNING t.id, pairs.old, pairs.new) "
                f"SELECT old, new, array_agg(id ORDER BY id) FROM moved GROUP BY old, new",
                [[old for old, _ in pairs], [new for _, new in pairs]],
            )
            rows = cursor.fetchall()
        FollowedRows.objects.bulk_create(
            FollowedRows(change=change, column=follower.name, old=old, new=new, ids=ids)
            for old, new, ids in rows
        )
        carried += sum(len(ids) for _, _, ids in rows)
    _tell(pairs)
    return carried


def carry_back(change: PlaceChange) -> int:
    """Put the rows that a change had carried back to their old codes. Returns how many."""
    back = 0
    told: list[Pair] = []
    known = {follower.name: follower for follower in followers()}
    for noted in FollowedRows.objects.filter(change=change):
        follower = known.get(noted.column)
        if follower is None:
            continue
        table, column = follower.quoted()
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {table} SET {column} = %s WHERE id = ANY(%s) AND {column} = %s",
                [noted.old, noted.ids, noted.new],
            )
            back += cursor.rowcount
        told.append((noted.new, noted.old))
    _tell(list(dict.fromkeys(told)))
    return back


def rewrite(pairs: Sequence[Pair]) -> int:
    """Rewrite old codes to new ones without noting anything. Returns the rows."""
    rows = 0
    for follower in followers() if pairs else ():
        table, column = follower.quoted()
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {table} AS t SET {column} = pairs.new "
                f"FROM unnest(%s::text[], %s::text[]) AS pairs (old, new) "
                f"WHERE t.{column} = pairs.old",
                [[old for old, _ in pairs], [new for _, new in pairs]],
            )
            rows += cursor.rowcount
    _tell(pairs)
    return rows


def in_use(codes: Sequence[str]) -> int:
    """How many rows of other tables hold on to these codes."""
    rows = 0
    for follower in followers():
        if follower.holds and codes:
            table, column = follower.quoted()
            with connection.cursor() as cursor:
                cursor.execute(
                    f"SELECT count(*) FROM {table} WHERE {column} = ANY(%s)", [list(codes)]
                )
                rows += cursor.fetchone()[0]
    return rows


def strayed(change: PlaceChange) -> int:
    """How many carried rows stand elsewhere by now, or are gone: they cannot be carried back."""
    missing = 0
    known = {follower.name: follower for follower in followers() if follower.holds}
    for noted in FollowedRows.objects.filter(change=change):
        follower = known.get(noted.column)
        if follower is None:
            continue
        table, column = follower.quoted()
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT count(*) FROM {table} WHERE id = ANY(%s) AND {column} = %s",
                [noted.ids, noted.new],
            )
            missing += len(noted.ids) - cursor.fetchone()[0]
    return missing


def joined_since(change: PlaceChange, codes: Sequence[str]) -> int:
    """How many rows hold on to these codes without having been carried there by the change."""
    rows = 0
    for follower in followers():
        if not follower.holds or not codes:
            continue
        table, column = follower.quoted()
        carried = [
            pk
            for ids in FollowedRows.objects.filter(change=change, column=follower.name).values_list(
                "ids", flat=True
            )
            for pk in ids
        ]
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT count(*) FROM {table} WHERE {column} = ANY(%s) AND NOT id = ANY(%s)",
                [list(codes), carried],
            )
            rows += cursor.fetchone()[0]
    return rows

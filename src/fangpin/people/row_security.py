"""The second wall: while a request is served, the database itself shows only rows of the reader's
places, whatever a query forgot.

Tables that carry the code of a village or an area have a policy for the role WEB_ROLE, and so has
what belongs to a household, person or entry there (see the apps' second and third migrations);
those about persons without one say why in `WITHOUT_POLICY` (privacy/holdings.py). A request runs
under that role, with the reader's places in settings of the connection; without them there are no
rows at all. Programs that work for everybody (commands, migrations, the worker) own the tables and
are not held by the policies: they never serve a page. A reader in charge of everything that the
database holds needs no wall, and queries then keep every index.

The places are taken from the posts themselves, not through `Scope.within`, so that a mistake there
does not open both walls.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import reduce
from operator import or_
from typing import Any, Final

import psycopg
from django.db import DatabaseError, connection, connections
from django.db.models import Q

from fangpin.people.models import User
from fangpin.people.scope import Scope, scope_of
from fangpin.places.models import Place

WEB_ROLE: Final = "fangpin_web"
_NOTHING: Final = ("~", "~", "~")  # no code lies there


def range_of(scope: Scope) -> tuple[str, str, str]:
    """Lowest code, first code beyond, and the prefixes between them, as the policies read them.

    The range lets an index find the rows; the prefixes decide.
    """
    prefixes = sorted({grant.area for grant in scope.grants if grant.area})
    if not prefixes:
        return _NOTHING
    # ":" follows "9": whatever begins with the prefix is smaller.
    return prefixes[0], max(f"{prefix}:" for prefix in prefixes), ",".join(prefixes)


def sees_everything(scope: Scope) -> bool:
    """Whether no place of the database lies outside the reader's. One query."""
    prefixes = {grant.area for grant in scope.grants if grant.area}
    if not any(len(prefix) <= 6 for prefix in prefixes):
        return False
    villages = Place.objects.filter(level__in=[Place.Level.VILLAGE, Place.Level.TOWNSHIP])
    for prefix in prefixes:
        villages = villages.exclude(code__startswith=prefix)
    return not villages.exists()


@contextmanager
def seen_by(actor: User | None) -> Iterator[None]:
    """Within the block the database shows what `actor` may see; None shows nothing.

    Blocks may lie inside each other: the inner one holds, and the outer one again afterwards.
    """
    scope = scope_of(actor) if actor is not None else Scope(())
    if sees_everything(scope):
        yield
        return
    _set(WEB_ROLE, range_of(scope))
    try:
        yield
    finally:
        _reset()


@contextmanager
def unwalled() -> Iterator[None]:
    """Within the block the policies do not hold: for a step that has checked the reader's rights
    itself and needs rows as they were elsewhere (taking back a move reads the old village)."""
    role, values = _current()
    if role != WEB_ROLE:
        yield
        return
    _set("none", _NOTHING)
    try:
        yield
    except BaseException:
        # A failed statement has aborted the transaction: its end brings the settings back.
        if connection.connection.info.transaction_status != psycopg.pq.TransactionStatus.INERROR:
            _set(role, values)
        raise
    _set(role, values)


@contextmanager
def by_condition(column: str) -> Iterator[Q]:
    """Within the block the policies do not hold; the condition says of `column`, the code of a
    village, what they say. For a question whose indexes are of no use beneath policies, and whose
    answer is a number of rows or their ids."""
    role, (_, _, areas) = _current()
    if role != WEB_ROLE:
        yield Q()
        return
    # Every code begins with "", and nobody's area is that.
    inside = [Q(**{f"{column}__startswith": prefix}) for prefix in areas.split(",") if prefix]
    with unwalled():
        yield reduce(or_, inside, Q(pk__in=[]))


def _current() -> tuple[str, tuple[str, str, str]]:
    # On the driver's own cursor: this is no query of the page.
    connection.ensure_connection()
    with connection.connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('role'), current_setting('fangpin.lo', true),"
            " current_setting('fangpin.hi', true), current_setting('fangpin.areas', true)"
        )
        role, low, high, areas = cursor.fetchone()
    return role, (low, high, areas)


def _set(role: str, values: tuple[str, str, str]) -> None:
    # On the driver's own cursor: this is no query of the page.
    connection.ensure_connection()
    with connection.connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('fangpin.lo', %s, false), set_config('fangpin.hi', %s, false),"
            " set_config('fangpin.areas', %s, false), set_config('role', %s, false)",
            (*values, role),
        )


def _reset() -> None:
    try:
        _set("none", _NOTHING)
    except Exception as error:
        # A failed transaction: its end takes the role back. Anything else must not be reused.
        if not connection.in_atomic_block:
            connection.close()
        elif not isinstance(error, (DatabaseError, psycopg.Error)):
            raise


def grant_tables(using: str, **_: Any) -> None:
    """After a migration: the role may use every table there is; policies narrow the rows."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [WEB_ROLE])
        if cursor.fetchone() is None:
            return
        cursor.execute(
            f"GRANT USAGE ON SCHEMA public TO {WEB_ROLE};"
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {WEB_ROLE};"
            f"GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {WEB_ROLE}"
        )

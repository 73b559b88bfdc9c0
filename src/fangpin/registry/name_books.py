"""The books of names (`models/name_book.py`): made village by village, and looked through.

A book is only ever a way to persons: whoever is found in one is read from the registry and compared
before being shown, within the reader's area. What changed since a book was made is read directly
(`search`), so nobody is missed while the worker is behind.
"""

import math
import time
from collections.abc import Iterable, Iterator
from typing import Any, Final, Literal

import polars as pl
import psycopg
from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from fangpin.foundation.cipher import unseal_many
from fangpin.kernel.names import surname
from fangpin.kernel.sounds import Letters, spelt, syllables
from fangpin.registry.ids import allocate
from fangpin.registry.models import Household, Membership, NameBook, NameChange, Person
from fangpin.registry.sealing import cipher_column, close_one, open_many
from fangpin.registry.search_tokens import folded, is_han

Column = Literal["names", "sounds"]
_ROUNDS: Final = (8, 32, 128, 512, 2_048)  # books opened in one go
_CHORE_SECONDS: Final = 20


# -- making them -----------------------------------------------------------------------------------


def keep() -> None:
    """The worker's chore: bring books up to date, for some seconds at most."""
    renew(seconds=_CHORE_SECONDS)


def renew(*, villages: Iterable[str] | None = None, seconds: float = math.inf) -> int:
    """Make the books anew that are behind, or those of `villages`. Returns how many were made.

    Each in a transaction of its own, or in the caller's; after `seconds` no further one begins.
    """
    ends, made = time.monotonic() + seconds, 0
    for village in _behind() if villages is None else sorted(set(villages)):
        if time.monotonic() > ends:
            break
        _make(village)
        made += 1
    if villages is None:
        homes = Household.objects.filter(pk=OuterRef("household_id"))
        NameChange.objects.filter(~Exists(homes), household_id__isnull=False).delete()
    return made


def pending() -> Q:
    """Households whose names a book does not have yet, as a condition on households."""
    return Q(Exists(NameChange.objects.filter(household_id=OuterRef("pk"))))


def _behind() -> list[str]:
    changed = Household.objects.filter(pending()).order_by().values("village_code").distinct()
    left = NameChange.objects.exclude(left_village="").values("left_village").distinct()
    return sorted({row["village_code"] for row in changed} | {row["left_village"] for row in left})


@transaction.atomic
def _make(village: str) -> None:
    with connection.cursor() as cursor:
        # Two at once: whoever read names earlier must not write later.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('fangpin.name_books'))")
    homes = Household.objects.filter(village_code=village)
    changes = NameChange.objects.filter(
        Q(left_village=village) | Q(household_id__in=homes.values("pk"))
    )
    # Read before the names: a change that comes in between stays on the list.
    seen = list(changes.values_list("pk", flat=True))
    rows = dict(
        Membership.objects.filter(household__village_code=village)
        .order_by()
        .values_list("person_id", "person__name")
    )
    persons = sorted(person for person, name in rows.items() if name is not None)
    if persons:
        names = open_many(Person, "name", persons, [rows[person] for person in persons])
        _write(village, persons, [folded(name or "") for name in names])
    else:
        NameBook.objects.filter(village_code=village).delete()
    NameChange.objects.filter(pk__in=seen).delete()


def _write(village: str, persons: list[int], names: list[str]) -> None:
    pk = NameBook.objects.filter(village_code=village).values_list("pk", flat=True).first()
    if pk is None:
        (pk,) = allocate(NameBook, 1)
    letters = Letters.of(pl.Series(names, dtype=pl.String))
    sounds = spelt(letters, syllables(letters))
    lines = [_heard(name, sound) for name, sound in zip(names, sounds, strict=True)]
    closed: dict[str, Any] = dict(
        close_one(NameBook, pk, {"names": _lines(names), "sounds": _lines(lines)})
    )
    NameBook.objects.update_or_create(
        pk=pk, defaults={"village_code": village, "listed": persons, **closed}
    )


def _lines(texts: Iterable[str]) -> str:
    return "".join(f"\n{text}" for text in texts)


def _heard(name: str, sound: str) -> str:
    """What letters are compared with, each after a blank: initials of the name and of the given
    name, the whole pinyin; of a foreign name its words."""
    syllable = sound.split()
    first = "".join(part[0] for part in syllable)
    family = len(surname(name)) if is_han(name) else 1
    words = [] if is_han(name) else name.lower().split()
    return "".join(f" {part}" for part in (first, first[family:], "".join(syllable), *words))


# -- looking ---------------------------------------------------------------------------------------


def look(
    where: Q, column: Column, needle: str, *, enough: int, until: float
) -> tuple[list[int], bool]:
    """Ids of persons in whose line `needle` stands, `enough` at most, and whether there are no
    others. `where`: a condition on villages; `until`: the moment of `time.monotonic` after which
    no further books are opened."""
    found: list[int] = []
    last = ""
    for size in _ROUNDS:
        books = NameBook.objects.filter(where, village_code__gt=last).order_by("village_code")
        rows = _in_binary(books.values_list("pk", "village_code", column)[:size])
        texts = unseal_many(
            [row[2] for row in rows],
            column=cipher_column(NameBook, column),
            rows=[r[0] for r in rows],
        )
        hits = [
            (row[0], line)
            for row, text in zip(rows, texts, strict=True)
            for line in _lines_with(text or "", needle)
        ]
        if hits:
            found += _persons(hits[: enough - len(found)])
        if len(found) >= enough:
            break
        if len(rows) < size:
            return found, True
        last = rows[-1][1]
        if time.monotonic() > until:
            break
    return found, False


def _in_binary(rows: QuerySet[Any, Any]) -> list[tuple[Any, ...]]:
    """The rows of a query by the driver's binary protocol: closed books of a whole county are read
    five times as fast as in the written-out form that cursors of the framework ask for."""
    try:
        query, values = rows.query.sql_with_params()
    except EmptyResultSet:  # the condition holds nowhere
        return []
    connection.ensure_connection()
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(query, values, binary=True)
        return cursor.fetchall()


def _persons(hits: list[tuple[int, int]]) -> list[int]:
    """Who stands in these lines (book, line). A book that was made anew since its text was read
    has other lines; whoever they name is compared before being shown."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT book.listed[hit.line + 1]"
            " FROM unnest(%s::bigint[], %s::int[]) AS hit (pk, line)"
            " JOIN registry_namebook AS book ON book.id = hit.pk",
            [[pk for pk, _ in hits], [line for _, line in hits]],
        )
        return [person for (person,) in cursor.fetchall() if person is not None]


def _lines_with(text: str, needle: str) -> Iterator[int]:
    """Numbers of the lines in which the needle stands, each once."""
    line, counted, at = -1, 0, text.find(needle)
    while at >= 0:
        line += text.count("\n", counted, at + 1)
        yield line
        counted = at + 1
        end = text.find("\n", counted)
        at = text.find(needle, end) if end >= 0 else -1

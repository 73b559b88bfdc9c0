"""What a screening run knows of households: the registry takes in those it does not have.

A run names households and persons by number. Households that were entered or imported are the
registry's own and are never touched; those only known from runs follow the newest run. Nothing is
deleted.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, models, transaction
from psycopg import sql

from fangpin.foundation.actions import record
from fangpin.registry import sealing
from fangpin.registry.ids import allocate
from fangpin.registry.models import Household, Membership, Origin, Person


@dataclass(frozen=True)
class HouseholdRow:
    """A household as the run has it; `category` is a code of household_category, "" unknown."""

    number: str
    village_code: str
    category: str = ""


@dataclass(frozen=True)
class PersonRow:
    """A member as the run's register has them."""

    household_number: str
    number: str
    name: str
    is_head: bool


@transaction.atomic
def take_from_run(
    *, by: Any, on: date, households: Iterable[HouseholdRow], persons: Iterable[PersonRow]
) -> int:
    """Enter households that the registry does not know and refresh those known from runs only.

    `on` is the day the run speaks of. Members of a household that is not listed are left out. Names
    may be missing altogether (a run that was screened elsewhere brings none): then members stay
    as they are, and heads of new households are unknown. Returns how many households were entered.
    """
    rows = {household.number: household for household in households}
    known = {
        number: (pk, origin, village, category)
        for number, pk, origin, village, category in Household.objects.values_list(
            "number", "pk", "origin", "village_code", "category"
        ).iterator(chunk_size=20000)
    }
    new = [row for number, row in rows.items() if number not in known]
    ids = allocate(Household, len(new))
    ours = {row.number: pk for pk, row in zip(ids, new, strict=True)} | {
        number: known[number][0]
        for number in rows
        if number in known and known[number][1] == Origin.RUN
    }
    wanted = _wanted(person for person in persons if person.household_number in ours)
    sizes = Counter(person.household_number for person in wanted)
    _copy(
        Household,
        ("id", "number", "village_code", "category", "origin", "members"),
        (
            (pk, row.number, row.village_code, row.category, Origin.RUN, sizes[row.number])
            for pk, row in zip(ids, new, strict=True)
        ),
    )
    changed = [
        (row.village_code, row.category, known[number][0])
        for number, row in rows.items()
        if number in known
        and known[number][1] == Origin.RUN
        and known[number][2:] != (row.village_code, row.category)
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE registry_household SET village_code = %s, category = %s,"
            " version = version + 1 WHERE id = %s",
            changed,
        )
    if wanted:
        _take_members(ours, wanted, on, counted=set(ids))
    townships = Counter(row.village_code[:9] for row in new)
    record(
        by=by,
        action="registry.take_from_run",
        detail={"entered": len(new), "refreshed": len(changed), "townships": dict(townships)},
    )
    return len(new)


def _wanted(rows: Iterable[PersonRow]) -> list[PersonRow]:
    """Each person once, without those of whom the registry itself knows where they belong."""
    elsewhere = set(
        Membership.objects.filter(ended_on=None)
        .exclude(household__origin=Origin.RUN)
        .values_list("person__number", flat=True)
    )
    return list({row.number: row for row in rows if row.number not in elsewhere}.values())


def _take_members(
    ours: dict[str, int], wanted: list[PersonRow], on: date, *, counted: set[int]
) -> None:
    """Make the members of these households what the run says; `counted` are new ones, whose size
    is written already."""
    ours_ids = set(ours.values())
    persons = _take_persons(wanted)
    open_now = {
        person: (pk, household, is_head)
        for pk, person, household, is_head in Membership.objects.filter(
            ended_on=None, household__origin=Origin.RUN
        )
        .values_list("pk", "person_id", "household_id", "is_head")
        .iterator(chunk_size=20000)
    }
    heads: set[int] = set()
    due: dict[int, tuple[int, bool]] = {}
    for row in wanted:
        person, household = persons[row.number], ours[row.household_number]
        is_head = row.is_head and household not in heads
        heads |= {household} if is_head else set()
        due[person] = (household, is_head)
    ended = {
        pk: household
        for person, (pk, household, is_head) in open_now.items()
        if (person in due or household in ours_ids) and due.get(person) != (household, is_head)
    }
    Membership.objects.filter(pk__in=ended.keys()).update(ended_on=on)
    earlier = set(Membership.objects.values_list("person_id", flat=True))
    begun = {
        person: (household, is_head)
        for person, (household, is_head) in due.items()
        if open_now.get(person, (0, 0, False))[1:] != (household, is_head)
    }
    _copy(
        Membership,
        ("person_id", "household_id", "is_head", "relation", "began_on"),
        (
            (
                *(person, household, is_head, "head" if is_head else ""),
                on if person in earlier else None,
            )
            for person, (household, is_head) in begun.items()
        ),
    )
    recount = {*ended.values(), *(household for household, _ in begun.values())} - counted
    with connection.cursor() as cursor:
        # Until it knows the new rows, the planner reads all of them for one household.
        cursor.execute("ANALYZE registry_household, registry_person, registry_membership")
        cursor.execute(
            "UPDATE registry_household h SET members = ("
            "  SELECT count(*) FROM registry_membership m"
            "  WHERE m.household_id = h.id AND m.ended_on IS NULL)"
            " WHERE h.id = ANY(%s)",
            [sorted(recount)],
        )


def _take_persons(rows: list[PersonRow]) -> dict[str, int]:
    """Ids by number; unknown persons are entered, names of known ones follow the run."""
    known = {
        number: (pk, name)
        for number, pk, name in Person.objects.filter(number__in=[row.number for row in rows])
        .values_list("number", "pk", "name")
        .iterator(chunk_size=20000)
    }
    new = [row for row in rows if row.number not in known]
    ids = allocate(Person, len(new))
    closed = sealing.close(Person, ids, {"name": [row.name for row in new]})
    names = tuple(closed)
    _copy(
        Person,
        ("id", "number", *names),
        zip(ids, (row.number for row in new), *(closed[name] for name in names), strict=True),
    )
    old = [row for row in rows if row.number in known and row.name]
    opened = sealing.open_many(
        Person,
        "name",
        (known[row.number][0] for row in old),
        (known[row.number][1] for row in old),
    )
    for row, name in zip(old, opened, strict=True):
        if name != row.name:
            pk = known[row.number][0]
            Person.objects.filter(pk=pk).update(
                version=models.F("version") + 1, **sealing.close_one(Person, pk, {"name": row.name})
            )
    return {number: pk for number, (pk, _) in known.items()} | {
        row.number: pk for pk, row in zip(ids, new, strict=True)
    }


def _copy(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> None:
    """Insert rows by COPY; columns that are not named take the database's default."""
    table = sql.Identifier(model._meta.db_table)
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(table, names)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)

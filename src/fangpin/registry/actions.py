"""Every write to the registry."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from fangpin.foundation.actions import record
from fangpin.registry.models import Household, Person


@dataclass(frozen=True)
class HouseholdRow:
    """A household as the source registry has it."""

    number: str
    village_code: str
    category_zh: str = ""
    category_en: str = ""


@dataclass(frozen=True)
class PersonRow:
    """A member as the source registry has them."""

    household_number: str
    number: str
    name: str
    is_head: bool


@transaction.atomic
def replace(*, by: Any, households: Iterable[HouseholdRow], persons: Iterable[PersonRow]) -> int:
    """Replace all households and members by those of a registry export; returns the households.

    Members of a household that is not listed are left out. Names may be missing altogether (a run
    that was screened elsewhere brings none); heads then stay blank, which pages show as unknown.
    """
    members: dict[str, dict[str, PersonRow]] = {}
    for person in persons:
        members.setdefault(person.household_number, {})[person.number] = person
    Household.objects.all().delete()
    rows = {household.number: household for household in households}
    made = Household.objects.bulk_create(
        [
            Household(
                number=row.number,
                village_code=row.village_code,
                category_zh=row.category_zh,
                category_en=row.category_en,
                head_name=next(
                    (p.name for p in members.get(row.number, {}).values() if p.is_head), ""
                ),
                members=len(members.get(row.number, {})),
            )
            for row in rows.values()
        ],
        batch_size=2000,
    )
    identity = {household.number: household.pk for household in made}
    with (
        connection.cursor() as cursor,
        cursor.copy(
            f"COPY {Person._meta.db_table} (household_id, number, name, is_head) FROM STDIN"
        ) as copy,
    ):
        for number, household_id in identity.items():
            for person in members.get(number, {}).values():
                copy.write_row((household_id, person.number, person.name, person.is_head))
    with connection.cursor() as cursor:
        # Until it knows the new rows, the planner reads all of them for one household.
        cursor.execute(f"ANALYZE {Household._meta.db_table}, {Person._meta.db_table}")
    townships = Counter(row.village_code[:9] for row in rows.values())
    record(
        by=by,
        action="registry.replace",
        detail={"households": len(made), "townships": dict(townships)},
    )
    return len(made)

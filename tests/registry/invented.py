"""Invented households for the tests of the registry."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from fangpin.registry.actions.enter import NewPerson, enter_household
from fangpin.registry.models import Household, Membership, Person

VILLAGE = "620402101201"
OTHER_VILLAGE = "620402102201"
BEGUN = date(2020, 1, 1)


def person(
    name: str, relation: str, sex: str = "", born: date | None = None, **values: Any
) -> NewPerson:
    """A person to enter; the relation "head" makes them the head."""
    given = {"name": name, "sex": sex, "birth_date": born, **values}
    return NewPerson(relation=relation, values=given, is_head=relation == "head")


def family(
    number: str = "F1",
    village: str = VILLAGE,
    values: Mapping[str, Any] | None = None,
    members: list[NewPerson] | None = None,
) -> Household:
    """A couple with a grown son, a daughter at school and the husband's mother."""
    event = enter_household(
        by=None,
        village_code=village,
        number=number,
        members=members
        or [
            person("赵测甲", "head", "male", date(1970, 5, 1)),
            person("钱试乙", "spouse", "female", date(1972, 6, 1)),
            person("赵测丙", "son", "male", date(1995, 7, 1)),
            person("赵测丁", "daughter", "female", date(2010, 8, 1)),
            person("孙试戊", "mother", "female", date(1945, 9, 1)),
        ],
        values=values or {"category": "alleviated", "main_cause": "illness"},
        on=BEGUN,
    )
    return Household.objects.get(pk=event.households[0])


def members(household: Household) -> dict[str, str]:
    """Relations of the open members by the last character of their names."""
    from fangpin.registry.sealing import open_one

    rows = Membership.objects.filter(household=household, ended_on=None).select_related("person")
    return {open_one(row.person, "name")[-1]: row.relation for row in rows}


def called(character: str) -> Person:
    """The person whose name ends so; there must be exactly one."""
    from fangpin.registry.sealing import open_one

    (found,) = (each for each in Person.objects.all() if open_one(each, "name")[-1] == character)
    return found


def version(household: Household) -> int:
    """The present version."""
    return Household.objects.values_list("version", flat=True).get(pk=household.pk)

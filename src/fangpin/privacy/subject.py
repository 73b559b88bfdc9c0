"""Whom something is about: one person, or one household, with every number they ever had."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.apps import apps

from fangpin.registry.models import Household, Membership, Person


@dataclass(frozen=True)
class Subject:
    """Ids and national numbers. A person: `persons` is that one, `households` those they ever
    belonged to. A household: itself and the persons who belong to it now."""

    persons: frozenset[int]
    households: frozenset[int]
    person_numbers: frozenset[str]
    household_numbers: frozenset[str]


def of_person(person: int) -> Subject:
    """A person with all their households. Raises Person.DoesNotExist."""
    Person.objects.only("pk").get(pk=person)
    homes = Membership.objects.filter(person=person).values_list("household_id", flat=True)
    return _subject({person}, set(homes))


def of_household(household: int) -> Subject:
    """A household with its present members. Raises Household.DoesNotExist."""
    Household.objects.only("pk").get(pk=household)
    members = Membership.objects.filter(household=household, ended_on=None)
    return _subject(set(members.values_list("person_id", flat=True)), {household})


def _subject(persons: set[int], households: set[int]) -> Subject:
    return Subject(
        frozenset(persons),
        frozenset(households),
        numbers(Person, persons),
        numbers(Household, households),
    )


def numbers(model: type[Person] | type[Household], ids: Iterable[int]) -> frozenset[str]:
    """The numbers that rows have and had, as far as history reaches back. Two queries."""
    listed = list(ids)
    if not listed:
        return frozenset()
    history = apps.get_model("registry", f"{model.__name__}History")
    now = model._default_manager.filter(pk__in=listed).values_list("number", flat=True)
    then = history._default_manager.filter(pgh_obj_id__in=listed)
    return frozenset(now) | frozenset(then.values_list("number", flat=True).distinct())

"""Whom cases are about, in words: names of heads and places for a page of cases at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fangpin.cases.models import Case
from fangpin.kernel.place_codes import township_of
from fangpin.people.scope import FieldGroup, Scope
from fangpin.places.models import Place
from fangpin.registry import sealing
from fangpin.registry.models import Household, Membership, Person


@dataclass(frozen=True, slots=True)
class Subject:
    """`number` and `head` "" for a case about a place; `head` "" where names are not shown."""

    number: str
    head: str
    village: str
    township: str


def subjects(scope: Scope, cases: Iterable[Case]) -> Mapping[int, Subject]:
    """By case id. Three queries, whatever their number."""
    listed = list(cases)
    homes = {case.household_id for case in listed if case.household_id is not None}
    numbers = dict(Household.objects.filter(pk__in=homes).values_list("pk", "number"))
    shown = {
        case.household_id
        for case in listed
        if case.household_id is not None and FieldGroup.identity in scope.groups(case.area_code)
    }
    heads = list(
        Membership.objects.filter(household__in=shown, ended_on=None, is_head=True).values_list(
            "household_id", "person_id", "person__name"
        )
    )
    opened = sealing.open_many(Person, "name", [row[1] for row in heads], [row[2] for row in heads])
    names = {row[0]: name or "" for row, name in zip(heads, opened, strict=True)}
    codes = {code for case in listed for code in (case.area_code, township_of(case.area_code))}
    places = dict(Place.objects.filter(code__in=codes, valid_to=None).values_list("code", "name"))
    return {
        case.pk: Subject(
            number=numbers.get(case.household_id, "") if case.household_id else "",
            head=names.get(case.household_id, "") if case.household_id else "",
            village=places.get(case.area_code, ""),
            township=places.get(township_of(case.area_code), ""),
        )
        for case in listed
    }

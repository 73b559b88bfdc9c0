"""What goes down to a phone: the households of the day and what is to be done there.

As little as a visit needs: place, names, relation and age of members, why somebody is to look. No
identity numbers, telephones, accounts; no forms that the tasks do not need. Only what the scope
allows today, at most MOST_HOUSEHOLDS, and never more persons than the day's reading limit leaves.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from fangpin.fieldwork.devices import device_of, may_take_along, must_wipe
from fangpin.fieldwork.forms import Form, text
from fangpin.fieldwork.models import Device
from fangpin.fieldwork.tasks_down import PROVIDERS, Task
from fangpin.fieldwork.visit_form import VISIT
from fangpin.foundation.actions import record
from fangpin.kernel.errors import Text
from fangpin.kernel.place_codes import township_of
from fangpin.people.models import User
from fangpin.people.reading import note_reading, room_for
from fangpin.people.scope import FieldGroup, Right, Scope, scope_of
from fangpin.places.models import Place
from fangpin.registry import sealing
from fangpin.registry.catalogue.vocabulary import words
from fangpin.registry.models import Household, Membership, Person
from fangpin.registry.queries.file import age_on

MOST_HOUSEHOLDS: Final = 80


@dataclass(frozen=True)
class Day:
    """What a phone takes along. `left_out`: households beyond what may be taken today."""

    tasks: list[dict[str, Any]]
    households: list[dict[str, Any]]
    forms: list[dict[str, Any]]
    left_out: int


def take_along(*, by: User, device: Device, today: date) -> Day:
    """The day of one user for one phone; what is taken along is counted and written down.

    A fixed number of queries besides those of the providers. Raises MustWipe without the right.
    """
    device = device_of(by, device.token)
    if not may_take_along(by):
        raise must_wipe()
    scope = scope_of(by)
    tasks, forms = _asked(by, today)
    wanted = list(dict.fromkeys(task.household for task in tasks if task.household is not None))
    rows = _rows(scope, wanted)
    ordered = [pk for pk in wanted if pk in rows]
    members = _members(scope, [rows[pk] for pk in ordered[:MOST_HOUSEHOLDS]])
    fit = room_for(by, [members.persons(pk) for pk in ordered[:MOST_HOUSEHOLDS]])
    chosen = ordered[:MOST_HOUSEHOLDS][:fit]
    taken = set(chosen)
    kept = [task for task in tasks if task.household is None or task.household in taken]
    # A household that was taken along can always be visited, whatever else is asked of it.
    needed = {task.form for task in kept} | {VISIT.id}
    _note(by, device, chosen, members)
    places = _places({rows[pk].village_code for pk in chosen} | {t.village_code for t in kept})
    return Day(
        [task.as_data() | {"place": places.get(task.village_code)} for task in kept],
        [_household(rows[pk], members, places, today) for pk in chosen],
        [form.as_data() for form in forms.values() if form.id in needed],
        len(ordered) - len(chosen),
    )


def _asked(by: User, today: date) -> tuple[list[Task], dict[str, Form]]:
    tasks: list[Task] = []
    forms: dict[str, Form] = {}
    for provider in PROVIDERS:
        provided = provider(by, today)
        tasks += provided.tasks
        forms |= provided.forms
    return tasks, forms


def _rows(scope: Scope, wanted: list[int]) -> dict[int, Any]:
    inside = scope.within(Right.visits, "village_code")
    rows = Household.objects.filter(inside, pk__in=wanted).annotate(last=Max("visits__on"))
    return {row.pk: row for row in rows}


@dataclass(frozen=True)
class _Members:
    """Members by household: (person, name, relation, birth date, head)."""

    rows: dict[int, list[tuple[int, str, Text | None, date | None, bool]]]

    def persons(self, household: int) -> list[int]:
        return [row[0] for row in self.rows.get(household, [])]


def _members(scope: Scope, households: list[Household]) -> _Members:
    """Members of those households whose names the actor is shown. One query."""
    shown = [row.pk for row in households if FieldGroup.identity in scope.groups(row.village_code)]
    found = list(
        Membership.objects.filter(household__in=shown, ended_on=None, person__died_on=None)
        .order_by("household", "-is_head", "person__number")
        .values_list(
            "household", "person", "person__name", "relation", "person__birth_date", "is_head"
        )
    )
    names = sealing.open_many(Person, "name", (r[1] for r in found), (r[2] for r in found))
    by_household: dict[int, list[tuple[int, str, Text | None, date | None, bool]]] = {}
    for (household, person, _, relation, born, head), name in zip(found, names, strict=True):
        line = (person, name or "", words("relation_to_head", relation), born, head)
        by_household.setdefault(household, []).append(line)
    return _Members(by_household)


def _note(by: User, device: Device, households: list[int], members: _Members) -> None:
    """Count the persons, write down whose data went to which phone."""
    note_reading(by=by, persons=[p for pk in households for p in members.persons(pk)])
    with transaction.atomic():
        Device.objects.filter(pk=device.pk).update(synced_at=timezone.now())
        record(
            by=by,
            action="fieldwork.take_along",
            subject=f"device:{device.pk}",
            detail={"households": households},
        )


def _places(codes: set[str]) -> dict[str, str]:
    """Names of villages with their township, by code. One query."""
    codes = {code for code in codes if code}
    towns = {township_of(code) for code in codes}
    rows = Place.objects.filter(code__in=codes | towns, valid_to=None)
    names = dict(rows.values_list("code", "name"))
    return {
        code: f"{names.get(township_of(code), '')} {names.get(code, code)}".strip()
        for code in codes
    }


def _household(row: Any, members: _Members, places: dict[str, str], today: date) -> dict[str, Any]:
    monitoring = words("monitoring_category", row.monitoring_category)
    lines = members.rows.get(row.pk, [])
    return {
        "id": row.pk,
        "number": row.number,
        "place": places.get(row.village_code, row.village_code),
        "group": row.group_name,
        "head": next((name for _, name, _, _, head in lines if head), ""),
        "members": [
            {
                "id": person,
                "name": name,
                "relation": text(relation) if relation else None,
                "age": age_on(born, today),
            }
            for person, name, relation, born, _ in lines
        ],
        "size": row.members,
        "monitoring": text(monitoring) if monitoring else None,
        "last_visit": row.last.isoformat() if row.last else None,
    }

"""Single facts about households that other pages show: number, head, size."""

from dataclasses import dataclass

from django.db.models import Count, Sum

from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of
from fangpin.registry import sealing
from fangpin.registry.catalogue.vocabulary import words
from fangpin.registry.models import Household, Membership, Person


@dataclass(frozen=True)
class HouseholdView:
    """A household as one actor may see it: names are blank without the right to them."""

    number: str
    village_code: str
    category_zh: str
    category_en: str
    members: int
    names_shown: bool
    head_name: str
    persons: dict[str, str]  # person number → name


def household(actor: User, number: str) -> HouseholdView | None:
    """The household, or None when it is absent or outside the actor's areas. Two queries."""
    scope = scope_of(actor)
    row = Household.objects.filter(
        scope.within(Right.findings, "village_code"), number=number
    ).first()
    if row is None:
        return None
    shown = scope.covers(Right.names, row.village_code)
    members = list(
        Membership.objects.filter(household=row, ended_on=None)
        .order_by("person__number")
        .values_list("person_id", "person__number", "person__name", "is_head")
    )
    names = _names([(pk, closed) for pk, _, closed, _ in members]) if shown else []
    category = words("household_category", row.category)
    return HouseholdView(
        number=row.number,
        village_code=row.village_code,
        category_zh=category.zh if category else "",
        category_en=category.en if category else "",
        members=row.members,
        names_shown=shown,
        head_name=next(
            (name for name, member in zip(names, members, strict=False) if member[3]), ""
        ),
        persons={number: name for name, (_, number, _, _) in zip(names, members, strict=False)},
    )


def _names(rows: list[tuple[int, bytes | memoryview | None]]) -> list[str]:
    opened = sealing.open_many(Person, "name", (pk for pk, _ in rows), (data for _, data in rows))
    return [name or "" for name in opened]


def head_names(actor: User, numbers: list[str]) -> dict[str, str]:
    """Names of the heads of these households, as far as the actor may see them. One query."""
    scope = scope_of(actor)
    inside = scope.within(Right.names, "household__village_code")
    rows = list(
        Membership.objects.filter(
            inside, household__number__in=set(numbers) - {""}, ended_on=None, is_head=True
        ).values_list("household__number", "person_id", "person__name")
    )
    names = _names([(pk, closed) for _, pk, closed in rows])
    return {number: name for (number, _, _), name in zip(rows, names, strict=True)}


@dataclass(frozen=True)
class Extent:
    """How much lies within an actor's areas."""

    households: int
    persons: int
    villages: int


def extent(actor: User) -> Extent:
    """Households, members and villages within the actor's areas. One query."""
    inside = scope_of(actor).within(Right.findings, "village_code")
    row = Household.objects.filter(inside).aggregate(
        households=Count("pk"),
        persons=Sum("members", default=0),
        villages=Count("village_code", distinct=True),
    )
    return Extent(**row)

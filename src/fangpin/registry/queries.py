"""Every read of the registry. The actor comes first."""

from dataclasses import dataclass

from django.db.models import Count, Sum

from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of
from fangpin.registry.models import Household, Person


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
    persons = dict(
        Person.objects.filter(household=row).values_list("number", "name").order_by("number")
    )
    return HouseholdView(
        number=row.number,
        village_code=row.village_code,
        category_zh=row.category_zh,
        category_en=row.category_en,
        members=row.members,
        names_shown=shown,
        head_name=row.head_name if shown else "",
        persons=persons if shown else {},
    )


def head_names(actor: User, numbers: list[str]) -> dict[str, str]:
    """Names of the heads of these households, as far as the actor may see them. One query."""
    scope = scope_of(actor)
    inside = scope.within(Right.names, "village_code")
    rows = Household.objects.filter(inside, number__in=set(numbers) - {""})
    return dict(rows.values_list("number", "head_name"))


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

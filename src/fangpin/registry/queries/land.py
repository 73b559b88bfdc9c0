"""Land of the households of a village together, to hold against what the village reports."""

from decimal import Decimal

from django.db.models import Sum

from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of
from fangpin.registry.models import HouseholdState, YearlyConditions

# Column of the village table → column of the households' conditions.
LAND = {
    "arable": "arable_land",
    "irrigated": "irrigated_land",
    "forest": "forest_land",
    "returned_forest": "returned_forest",
    "orchard": "orchard",
    "grassland": "grassland",
    "water_area": "water_surface",
}


def land_of(actor: User, village_code: str, year: int) -> dict[str, Decimal]:
    """Sums in mu over the active households that the actor may see, by column of the village
    table. What no household has recorded is left out. One query."""
    inside = scope_of(actor).within(Right.registry, "household__village_code")
    sums = YearlyConditions.objects.filter(
        inside,
        household__village_code=village_code,
        household__state=HouseholdState.ACTIVE,
        year=year,
    ).aggregate(**{name: Sum(column) for name, column in LAND.items()})
    return {name: total for name, total in sums.items() if total is not None}

"""How a household lived in a year."""

from django.db import models

from fangpin.registry.models import columns
from fangpin.registry.models.history import kept
from fangpin.registry.models.household import Household


@kept()
class YearlyConditions(models.Model):
    """Land, road, water, power, house, fuel and the safeguards of one household in one year."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="conditions")
    year = models.PositiveSmallIntegerField()

    housing_unsafe = columns.flag()
    has_dropout = columns.flag()
    water_unsafe = columns.flag()
    somebody_uninsured = columns.flag()
    after_housing_damaged = columns.flag()
    after_dropout = columns.flag()
    after_water_damaged = columns.flag()
    after_uninsured = columns.flag()

    arable_land = columns.quantity()
    irrigated_land = columns.quantity()
    forest_land = columns.quantity()
    returned_forest = columns.quantity()
    orchard = columns.quantity()
    grassland = columns.quantity()
    water_surface = columns.quantity()
    road_kind = columns.code()
    road_hardened = columns.flag()
    road_distance = columns.quantity()
    town_distance = columns.quantity()
    in_cooperative = columns.flag()
    organisation_kind = columns.text(60)
    led_by_firm = columns.flag()
    led_by_person = columns.flag()
    mutual_fund = columns.flag()
    mutual_fund_amount = columns.fen()
    family_planning = columns.flag()
    power_for_production = columns.flag()
    power_for_living = columns.flag()
    broadcast = columns.flag()
    safe_water = columns.flag()
    water_difficult = columns.flag()
    water_kind = columns.text(60)
    sanitary_toilet = columns.flag()
    house_area = columns.quantity()
    house_structure = columns.code()
    dangerous_house = columns.flag()
    dangerous_house_grade = columns.code(2)
    house_rebuilt_year = columns.year()
    fuel = columns.code()
    other_fuels = columns.codes()
    # kind of assistance → what was recorded of it, as the national table has it
    measures = models.JSONField(default=dict, db_default={}, blank=True)
    entered_at = columns.entered()

    class Meta:
        ordering = ["household_id", "year"]
        constraints = [
            models.UniqueConstraint(
                fields=["household", "year"], name="conditions_once_per_household_and_year"
            )
        ]

    def __str__(self) -> str:
        return f"{self.household_id} {self.year}"

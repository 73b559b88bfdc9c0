"""What a household earned and spent in a year."""

from django.db import models
from django.db.models import Q

from fangpin.registry.models import columns
from fangpin.registry.models.history import kept
from fangpin.registry.models.household import Household


class Occasion(models.TextChoices):
    """Why the income was recorded: the yearly round, or a removed risk (its own period)."""

    YEAR = "year"
    REMOVAL = "removal"


@kept()
class IncomeYear(models.Model):
    """Items (`items`: item code → fen) and the sums as they were recorded, each of them optional.

    Which items there are, and what counts in which formula: `catalogue/income_items.yaml`.
    A sum that was delivered without its items stays; `income.py` computes only from what is known.
    """

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="incomes")
    year = models.PositiveSmallIntegerField()
    occasion = models.CharField(
        max_length=10, choices=Occasion, default=Occasion.YEAR, db_default="year"
    )
    began_on = columns.day()
    ended_on = columns.day()
    persons = models.PositiveSmallIntegerField(null=True, blank=True)
    items = models.JSONField(default=dict, db_default={}, blank=True)

    wage_income = columns.fen()
    business_income = columns.fen()
    business_cost = columns.fen()
    property_income = columns.fen()
    transfer_income = columns.fen()
    gross_income = columns.fen()
    net_income = columns.fen()
    net_income_per_person = columns.fen()
    insurance_payout = columns.fen()
    compliant_expense = columns.fen()
    reference_income = columns.fen()
    reference_income_per_person = columns.fen()
    entered_at = columns.entered()

    class Meta:
        ordering = ["household_id", "year", "occasion"]
        constraints = [
            models.UniqueConstraint(
                fields=["household", "year", "occasion"],
                name="income_once_per_household_year_and_occasion",
            ),
            models.CheckConstraint(
                condition=Q(occasion__in=Occasion.values), name="income_occasion_is_known"
            ),
            models.CheckConstraint(
                condition=Q(persons=None) | Q(persons__gt=0), name="income_is_of_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.household_id} {self.year}"

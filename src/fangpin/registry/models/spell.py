"""What a household counted as, from when to when."""

from django.db import models
from django.db.models import F, Q

from fangpin.registry.models import columns
from fangpin.registry.models.history import kept
from fangpin.registry.models.household import Household


class SpellKind(models.TextChoices):
    """Which classification a spell belongs to. Spells of one kind never overlap."""

    CATEGORY = "category"  # household_category
    MONITORING = "monitoring"  # monitoring_category, with its risks
    POVERTY_STATUS = "poverty_status"


@kept()
class CategorySpell(models.Model):
    """One classification of a household for a time; open while `ended_on` is empty."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="spells")
    kind = models.CharField(max_length=20, choices=SpellKind)
    code = models.CharField(max_length=30)
    risks = columns.codes()
    began_on = columns.day()
    ended_on = columns.day()
    ended_how = columns.code()
    clause = columns.text(120)
    entered_at = columns.entered()

    class Meta:
        ordering = ["household_id", "kind", "began_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["household", "kind"],
                condition=Q(ended_on=None),
                name="one_open_spell_per_kind",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(began_on=None) | Q(ended_on__gte=F("began_on")),
                name="spell_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=SpellKind.values), name="spell_kind_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.household_id} {self.kind} {self.code}"

"""Who is responsible for helping a household, from when to when."""

from django.db import models
from django.db.models import F, Q

from fangpin.registry.models import columns
from fangpin.registry.models.history import kept
from fangpin.registry.models.household import Household


@kept()
class HelperSpell(models.Model):
    """One helper of a household for a time. A household may have several at once."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="helpers")
    name = columns.sealed()
    sex = columns.code(10)
    political_status = columns.code()
    unit = columns.text(120)
    phone = columns.sealed()
    began_on = columns.day()
    ended_on = columns.day()
    entered_at = columns.entered()

    class Meta:
        ordering = ["household_id", "began_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(began_on=None) | Q(ended_on__gte=F("began_on")),
                name="helper_ends_after_beginning",
            )
        ]

    def __str__(self) -> str:
        return f"helper {self.pk} of {self.household_id}"

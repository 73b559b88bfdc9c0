"""Who belonged to which household, from when to when."""

from django.db import models
from django.db.models import F, Q

from fangpin.registry.models import columns
from fangpin.registry.models.history import kept
from fangpin.registry.models.household import Household
from fangpin.registry.models.person import Person


@kept()
class Membership(models.Model):
    """A person in a household. Open while `ended_on` is empty; `began_on` empty = since ever."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="memberships")
    relation = columns.code()
    is_head = models.BooleanField(default=False, db_default=False)
    began_on = columns.day()
    ended_on = columns.day()
    why_began = columns.code()
    why_ended = columns.code()
    entered_at = columns.entered()

    class Meta:
        ordering = ["household_id", "person_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(ended_on=None), name="one_open_membership_per_person"
            ),
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(ended_on=None, is_head=True),
                name="one_head_per_household",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(began_on=None) | Q(ended_on__gte=F("began_on")),
                name="membership_ends_after_it_begins",
            ),
        ]
        indexes = [
            models.Index(fields=["household"], name="open_members", condition=Q(ended_on=None)),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.household_id}"

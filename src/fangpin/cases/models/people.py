"""Who must stay away from whom: the users' own persons, and what they declared themselves."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from fangpin.foundation.fields import BlindField, Opened, SealedField
from fangpin.registry.models import Household


class OwnPerson(models.Model):
    """Which registered person a user is, by the hash of the identity number; entered by the
    security administrator. The number is kept closed so that new keys can make the hash anew."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="own_person"
    )
    id_number = SealedField(null=True)
    id_index = BlindField(null=True)
    at = models.DateTimeField(auto_now=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    def __str__(self) -> str:
        return f"person of user {self.user_id}"


class Recusal(models.Model):
    """A user declared to be close to a household, and stays away from its cases."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="recusals"
    )
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="+")
    reason_closed = SealedField()
    at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    why_ended_closed = SealedField(null=True)

    reason = Opened("reason_closed")
    why_ended = Opened("why_ended_closed")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "household"],
                condition=Q(ended_at=None),
                name="a_recusal_once_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"user {self.user_id} household {self.household_id}"

"""Who read about whom, and what was out of the ordinary."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class PersonRead(models.Model):
    """Somebody opened what the registry holds about a person on a day; numbers only.

    Tells whom a misused account has read about, and stops one that reads far more than work needs.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    person = models.BigIntegerField(help_text="id of the person of record")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "day", "person"], name="person_read_once_a_day")
        ]
        indexes = [models.Index(fields=["day"], name="person_read_by_day")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.day} {self.person}"


class HouseholdListed(models.Model):
    """Somebody was shown a household with its name as a line of a list on a day; numbers only."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    household_number = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "day", "household_number"], name="household_listed_once_a_day"
            )
        ]
        indexes = [
            models.Index(fields=["day"], name="household_listed_by_day"),
            models.Index(fields=["household_number"], name="listed_by_household"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.day} {self.household_number}"


class Alarm(models.Model):
    """Something the security administrator looks at. An open one of kind "reading" stops the user
    from reading about further persons on that day."""

    class Kind(models.TextChoices):
        READING = "reading"  # more persons on a day than the role's work explains

    kind = models.CharField(max_length=20, choices=Kind)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    day = models.DateField()
    count = models.PositiveIntegerField(help_text="persons read on the day when it rang")
    limit = models.PositiveIntegerField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "user", "day"],
                condition=Q(ended_at=None),
                name="an_alarm_rings_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.user_id} {self.day}"

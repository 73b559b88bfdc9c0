"""What happened to households, for the timeline and for taking things back."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now


class EventKind(models.TextChoices):
    """Each action of the registry."""

    ENTERED = "entered"
    IMPORTED = "imported"
    EDITED = "edited"
    HEAD_CHANGED = "head_changed"
    SPLIT = "split"
    MERGED = "merged"
    MARRIED_IN = "married_in"
    BORN = "born"
    JOINED = "joined"
    MOVED = "moved"  # a person to another household
    LEFT = "left"  # a person out of the registry's area
    MOVED_VILLAGE = "moved_village"  # a household
    DIED = "died"
    RETURNED = "returned"
    CATEGORISED = "categorised"
    INCOME = "income"
    CONDITIONS = "conditions"
    HELPER = "helper"
    REVERSED = "reversed"


class RegistryEvent(models.Model):
    """One action on one or more households. `detail` holds ids and codes, never names or values.

    `context` marks the rows of history that the action displaced (`models/history.py`).
    """

    kind = models.CharField(max_length=20, choices=EventKind)
    at = models.DateTimeField(db_default=Now(), editable=False)
    on = models.DateField(help_text="the day from which it holds")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    households = ArrayField(models.BigIntegerField(), default=list, db_default=[])
    persons = ArrayField(models.BigIntegerField(), default=list, db_default=[])
    context = models.UUIDField(null=True, editable=False)
    detail = models.JSONField(default=dict, db_default={})
    reversal_of = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversed_by"
    )

    class Meta:
        ordering = ["-id"]
        indexes = [
            GinIndex(fields=["households"], name="event_by_household", fastupdate=False),
            GinIndex(fields=["persons"], name="event_by_person", fastupdate=False),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

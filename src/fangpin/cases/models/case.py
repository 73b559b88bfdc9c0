"""A household, a person or a place going through a procedure."""

from typing import Final

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from fangpin.cases.models.definition import Definition
from fangpin.registry.models import Household, Person


class CaseState(models.TextChoices):
    """Whether it still runs, and how it ended."""

    OPEN = "open"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"


OPEN: Final = Q(state=CaseState.OPEN)


class Case(models.Model):
    """One case. `area_code` (12 digits) decides who sees it and follows the household; `place_code`
    is the subject of a case about a village, township or county, "" otherwise.

    `step` is the first step it waits at, "" when closed; all steps stand in `Turn`. `round` counts
    how often it was sent back. `returned` says that it waits because it was sent back. `owed` are
    steps of the green channel still to be done.
    """

    number = models.CharField(max_length=20, unique=True)
    definition = models.ForeignKey(Definition, on_delete=models.PROTECT, related_name="cases")
    procedure = models.CharField(max_length=80)
    effect = models.CharField(max_length=30)
    household = models.ForeignKey(
        Household, null=True, on_delete=models.PROTECT, related_name="cases"
    )
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="cases")
    place_code = models.CharField(max_length=12, blank=True, db_collation="C", db_default="")
    area_code = models.CharField(max_length=12, db_collation="C")
    clue = models.BigIntegerField(null=True, help_text="id of the clue that it came from")
    about = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="followed")

    state = models.CharField(max_length=10, choices=CaseState, default=CaseState.OPEN)
    step = models.CharField(max_length=60, blank=True)
    round = models.PositiveSmallIntegerField(default=0)
    returned = models.BooleanField(default=False)
    green = models.BooleanField(default=False)
    circumstances = ArrayField(models.CharField(max_length=40), default=list)
    owed = ArrayField(models.CharField(max_length=60), default=list)
    effective = models.BooleanField(default=False, help_text="its effect has happened")

    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=40, blank=True, help_text="clue, application or officer")
    due_on = models.DateField(null=True)
    provisional = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    client_id = models.UUIDField(unique=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=CaseState.values), name="case_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at=None) & ~Q(step="")
                | ~Q(state="open") & Q(closed_at__isnull=False, step=""),
                name="an_open_case_waits_and_a_closed_one_does_not",
            ),
            models.CheckConstraint(
                condition=Q(household__isnull=False) | ~Q(place_code=""),
                name="a_case_is_about_a_household_or_a_place",
            ),
            models.UniqueConstraint(
                fields=["household", "procedure"],
                condition=Q(state="open", person=None),
                name="one_open_case_of_a_kind_per_household",
            ),
            models.UniqueConstraint(
                fields=["person", "procedure"],
                condition=Q(state="open", person__isnull=False),
                name="one_open_case_of_a_kind_per_person",
            ),
            models.UniqueConstraint(
                fields=["place_code", "procedure"],
                condition=Q(state="open") & ~Q(place_code="") & ~Q(effect="none"),
                name="one_open_case_of_a_kind_per_place",
            ),
        ]
        indexes = [
            models.Index(fields=["area_code", "-id"], name="case_by_area"),
            models.Index(fields=["procedure", "area_code", "-id"], name="case_by_procedure"),
            models.Index(
                fields=["area_code", "due_on"], name="open_case_by_due", condition=Q(state="open")
            ),
            models.Index(fields=["household", "-id"], name="case_by_household"),
            models.Index(
                fields=["area_code"],
                name="open_case_sent_back",
                condition=Q(state="open", returned=True),
            ),
        ]

    def __str__(self) -> str:
        return self.number

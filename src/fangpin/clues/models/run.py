"""What became of the findings of a run: taken as clues, or held until two people have looked."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class RunTaken(models.Model):
    """One run. `key` is the intake's: loading the same folder again is the same run.

    A run that would bring clues for more than the pack's share of households is HELD as a whole;
    one that would only do so in some villages is taken without those (`villages`). Somebody
    proposes the release, somebody else grants or refuses it.
    """

    class State(models.TextChoices):
        TAKEN = "taken"
        HELD = "held"
        RELEASED = "released"
        REFUSED = "refused"
        SUPERSEDED = "superseded"  # a later run was taken

    key = models.CharField(max_length=120, unique=True)
    run = models.BigIntegerField()
    as_of = models.DateField()
    areas = models.JSONField(default=list, help_text="code prefixes of the counties it is about")
    state = models.CharField(max_length=10, choices=State)
    whole = models.BooleanField(default=False, help_text="held because of the whole area's share")
    households = models.IntegerField(help_text="active households of the area")
    concerned = models.IntegerField(help_text="households that would get a new clue")
    villages = models.JSONField(default=list, help_text="[{code, concerned, households}] held")
    counts = models.JSONField(default=dict, help_text="what all passes together did")
    at = models.DateTimeField(auto_now_add=True)
    loaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True, help_text="about data, not persons")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-as_of", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="released")
                | Q(proposed_by__isnull=False, decided_by__isnull=False)
                & ~Q(proposed_by=F("decided_by")),
                name="a_release_takes_two_people",
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.state}"

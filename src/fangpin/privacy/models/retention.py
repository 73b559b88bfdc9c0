"""What is due to go after its time, listed first, released by somebody else, then carried out."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class RetentionPlan(models.Model):
    """One dry list as of a day. `counts`: rule → rows, as listed."""

    class State(models.TextChoices):
        LISTED = "listed"
        RELEASED = "released"  # waits for the worker, or is being carried out
        DONE = "done"
        REFUSED = "refused"

    day = models.DateField(help_text="the day that periods are counted to")
    state = models.CharField(max_length=10, choices=State, default=State.LISTED)
    counts = models.JSONField(default=dict)
    listed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    listed_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True, default="")
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(listed_by=None) | ~Q(decided_by=F("listed_by")),
                name="nobody_releases_the_own_list",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["listed", "refused"]) | Q(decided_by__isnull=False),
                name="a_release_names_who_gave_it",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.state}"


class RetentionItem(models.Model):
    """One row of the list: a rule of `privacy.retention` and the id of what it concerns."""

    plan = models.ForeignKey(RetentionPlan, on_delete=models.CASCADE, related_name="items")
    rule = models.CharField(max_length=40)
    row = models.CharField(max_length=40, help_text="id; of jobs a UUID")
    done = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "rule", "row"], name="listed_once_in_a_plan")
        ]
        indexes = [
            models.Index(
                fields=["plan", "rule", "id"],
                name="retention_left_to_do",
                condition=Q(done=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.row}"

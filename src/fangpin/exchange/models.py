"""Wide tables that were brought, and snapshots that were taken.

What stands in a brought file stays in a folder of the data folder until it is carried out or
discarded; the rows here hold no personal data.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Import(models.Model):
    """One file, checked first and carried out only then.

    `content` names what the file says, whatever it is called and however it is sorted. `counts`:
    households and persons added, changed, unchanged, rows refused, cells not used. `context` marks
    the history of what it changed, `made` tells the ids of what it added (`undoing.Marks`).
    """

    class State(models.TextChoices):
        CHECKING = "checking"  # the dry run is under way
        CHECKED = "checked"
        REFUSED = "refused"  # the file cannot be read at all
        APPLYING = "applying"
        APPLIED = "applied"
        STALE = "stale"  # the registry changed since the dry run
        DISCARDED = "discarded"
        REVERSED = "reversed"  # taken back as a whole

    key = models.CharField(max_length=40, unique=True)
    file = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, blank=True)
    content = models.CharField(max_length=64, blank=True)
    on = models.DateField(help_text="the day from which changes hold")
    income_year = models.PositiveSmallIntegerField(null=True, blank=True)
    conditions_year = models.PositiveSmallIntegerField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.CHECKING)
    counts = models.JSONField(default=dict)
    withheld = models.JSONField(default=list, help_text="headers the post may not write")
    left_out = models.JSONField(default=list, help_text="headers that are no field")
    problem_zh = models.TextField(blank=True)
    problem_en = models.TextField(blank=True)
    job = models.UUIDField(null=True)
    repeat_of = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    applied_at = models.DateTimeField(null=True)
    context = models.UUIDField(null=True, editable=False)
    made = models.JSONField(default=dict, editable=False)
    reversed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reversed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["content"], name="import_by_content")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="applied") | Q(applied_at__isnull=False),
                name="an_applied_import_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="reversed") | Q(reversed_at__isnull=False),
                name="a_reversed_import_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.state}"

    @property
    def open(self) -> bool:
        """It may still be carried out or discarded."""
        return self.state in {self.State.CHECKED, self.State.STALE, self.State.APPLYING}


class Snapshot(models.Model):
    """The registry as of a day, in the layout that screening reads. `hash` names its content."""

    key = models.CharField(max_length=40, unique=True)
    as_of = models.DateField()
    hash = models.CharField(max_length=64)
    villages = models.PositiveIntegerField()
    households = models.PositiveIntegerField()
    persons = models.PositiveIntegerField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True, help_text="its files are gone; the row stays")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.as_of} {self.hash[:12]}"

"""What was taken away as a file: by whom, what for, how much, and until when it is kept."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class ExportLog(models.Model):
    """One file with personal data that left, or was to leave.

    A database trigger keeps what was asked for as it was, and refuses to delete a row before it is
    three years old. `filter` holds codes and figures, never names; `areas` are leading digits of
    places. The file itself lies encrypted beside the database (`people.exporting.files`) until
    `expires_at`.
    """

    class State(models.TextChoices):
        MAKING = "making"  # asked for; the file is being written
        WAITING = "waiting"  # so many rows that somebody else has to release it
        READY = "ready"
        REFUSED = "refused"
        EXPIRED = "expired"  # the file is gone
        FAILED = "failed"  # no file came of it

    class Form(models.TextChoices):
        CSV = "csv"
        XLSX = "xlsx"
        PDF = "pdf"

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    what = models.CharField(max_length=60, help_text="name of the list or document")
    right = models.CharField(max_length=40, help_text="the right it was taken with")
    areas = ArrayField(models.CharField(max_length=12), default=list)
    filter = models.JSONField(default=dict)
    columns = ArrayField(models.CharField(max_length=80), default=list)
    form = models.CharField(max_length=10, choices=Form)
    purpose = models.CharField(max_length=30, help_text="a code of people.exporting.purpose")
    note = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.MAKING)
    name = models.CharField(max_length=120, blank=True, help_text="file name without its ending")
    rows = models.PositiveIntegerField(null=True)
    size = models.PositiveBigIntegerField(null=True, help_text="bytes")
    sha256 = models.CharField(max_length=64, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True, help_text="why released or refused")
    expires_at = models.DateTimeField(null=True)
    taken = models.PositiveSmallIntegerField(default=0, help_text="how often it was fetched")

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["by", "-id"], name="export_by_user"),
            models.Index(fields=["id"], name="export_waiting", condition=Q(state="waiting")),
            models.Index(
                fields=["expires_at"], name="export_expiring", condition=~Q(state="expired")
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(purpose=""), name="an_export_has_a_purpose"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("by")),
                name="nobody_releases_the_own_export",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["ready", "waiting"])
                | (Q(rows__isnull=False) & ~Q(sha256="") & Q(expires_at__isnull=False)),
                name="a_kept_export_is_described",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number on the file's pages and in its rows."""
        return f"E{self.pk:06d}"

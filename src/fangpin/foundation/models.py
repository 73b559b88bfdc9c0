"""Audit entries with their chain, and background jobs."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from fangpin.foundation.calendar.models import CalendarDay, CalendarYear
from fangpin.foundation.export_log import ExportLog

__all__ = ["AuditEntry", "AuditLink", "CalendarDay", "CalendarYear", "ExportLog", "Job"]


class AuditEntry(models.Model):
    """Who did what to which thing, and when. Written in the transaction of the change itself.

    A database trigger refuses to change or delete a row. Details hold numbers and codes, never
    names or identity numbers, so that an auditor reads them without reading about persons.
    """

    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=200, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["subject", "-id"], name="audit_by_subject"),
            models.Index(fields=["action", "-id"], name="audit_by_action"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.subject}"


class AuditLink(models.Model):
    """One link of the chain over audit entries, written by a trigger at commit, never by us.

    `seq` counts from 1 without gaps in the order of commits; `hash` is SHA-256 over the hash before
    and the entry. A deleted, changed, added or moved entry breaks it; a chain cut short or written
    anew differs from what was anchored outside (`foundation.audit_chain`).
    """

    seq = models.BigIntegerField(primary_key=True)
    entry_id = models.BigIntegerField(unique=True)
    hash = models.BinaryField()

    class Meta:
        ordering = ["-seq"]

    def __str__(self) -> str:
        return f"link {self.seq}"


class Job(models.Model):
    """One piece of background work, claimed by a worker, shown with its progress, cancellable."""

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    arguments = models.JSONField(default=dict)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    progress = models.PositiveSmallIntegerField(default=0, help_text="percent")
    step_zh = models.CharField(max_length=200, blank=True)
    step_en = models.CharField(max_length=200, blank=True)
    error_zh = models.TextField(blank=True)
    error_en = models.TextField(blank=True)
    result = models.JSONField(default=dict)
    cancel_requested = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["created_at"], name="job_waiting", condition=Q(state="queued")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(progress__lte=100), name="job_progress_is_a_percentage"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    @property
    def ended(self) -> bool:
        """Nothing more will happen to it."""
        return self.state in {self.State.DONE, self.State.FAILED, self.State.CANCELLED}

"""Why somebody should look at a household: a finding, an application, a report, a transfer."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from fangpin.clues.models.clue import Channel, Clue
from fangpin.foundation.fields import BlindField, Opened, SealedField


class Standing(models.TextChoices):
    """How the household stood when a finding came that was only noted."""

    MONITORED = "monitored"  # is in monitoring
    PROCEDURE = "procedure"  # a case about it is under way
    CHECKED = "checked"  # the same sign was checked and answered shortly before


class ClueReason(models.Model):
    """One reason of a clue. Findings are copied with their evidence, so that the clue still says
    what it was about when the run has been replaced; everything that a person wrote is closed.

    `key` names a finding within its clue (rule, person, and whether it was only noted); a finding
    that goes on refreshes its row. `first_on` and `last_on` are days of the data.
    """

    clue = models.ForeignKey(Clue, on_delete=models.CASCADE, related_name="reasons")
    village_code = models.CharField(max_length=12, db_collation="C")
    channel = models.CharField(max_length=12, choices=Channel)
    at = models.DateTimeField()
    standing = models.CharField(
        max_length=10, choices=Standing, blank=True, default="", db_default=""
    )

    key = models.CharField(max_length=160, blank=True, default="", db_default="")
    rule = models.CharField(max_length=80, blank=True, default="", db_default="")
    kind = models.CharField(max_length=80, blank=True, default="", db_default="")
    kind_zh = models.CharField(max_length=120, blank=True, default="", db_default="")
    kind_en = models.CharField(max_length=200, blank=True, default="", db_default="")
    severity = models.CharField(max_length=10, blank=True, default="", db_default="")
    person_number = models.CharField(max_length=40, blank=True, default="", db_default="")
    pack = models.CharField(max_length=80, blank=True, default="", db_default="")
    clause = models.CharField(max_length=80, blank=True, default="", db_default="")
    clause_path = models.CharField(max_length=200, blank=True, default="", db_default="")
    sentence_zh = models.TextField(blank=True, default="", db_default="")
    sentence_en = models.TextField(blank=True, default="", db_default="")
    evidence = models.JSONField(default=list, db_default=[])
    departments = ArrayField(models.CharField(max_length=120), default=list, db_default=[])
    run = models.BigIntegerField(null=True, help_text="the last run that found it")
    first_on = models.DateField(null=True)
    last_on = models.DateField(null=True)

    source = models.CharField(max_length=30, blank=True, default="", db_default="")
    text_closed = SealedField(null=True)
    reporter_closed = SealedField(null=True)
    reference_closed = SealedField(null=True)
    reference_index = BlindField(null=True)
    text = Opened("text_closed")
    reporter = Opened("reporter_closed")
    reference = Opened("reference_closed")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    client_id = models.UUIDField(null=True, unique=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["clue", "key"], condition=~Q(key=""), name="a_finding_once_in_a_clue"
            ),
            models.UniqueConstraint(
                fields=["channel", "source", "reference_index"],
                condition=Q(reference_index__isnull=False),
                name="a_reference_of_a_source_once",
            ),
            models.CheckConstraint(
                condition=Q(channel__in=Channel.values), name="clue_channel_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(channel="screening") | ~Q(rule="") & ~Q(key=""),
                name="a_finding_names_its_rule",
            ),
        ]
        indexes = [
            models.Index(fields=["village_code", "id"], name="clue_reason_by_village"),
            GinIndex(
                fields=["departments"],
                name="clue_reason_by_department",
                condition=Q(channel="screening"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.rule} of clue {self.clue_id}"

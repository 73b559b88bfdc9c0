"""Runs and findings, as far as pages need them: filled from a run folder, the source."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from fangpin.feeds.models import Intake


class Run(models.Model):
    """One screening: which pack, which data, how many subjects."""

    intake = models.OneToOneField(Intake, on_delete=models.CASCADE, related_name="run")
    as_of = models.DateField()
    pack_name = models.CharField(max_length=80)
    pack_title_zh = models.CharField(max_length=300, blank=True)
    pack_title_en = models.CharField(max_length=300, blank=True)
    pack_hash = models.CharField(max_length=80)
    snapshot_hash = models.CharField(max_length=80)
    previous = models.CharField(max_length=200, blank=True)
    persons = models.IntegerField()
    households = models.IntegerField()
    villages = models.IntegerField()
    unknown = models.JSONField(default=list, help_text="[{rule, township, subjects}]")
    current = models.BooleanField(default=False)
    loaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-as_of", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["current"], condition=Q(current=True), name="one_current_run"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pack_name} {self.as_of}"


class Finding(models.Model):
    """One rule holding for one subject, with its evidence and sentences."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="findings")
    rule = models.CharField(max_length=80)
    kind = models.CharField(max_length=80)
    kind_zh = models.CharField(max_length=120)
    kind_en = models.CharField(max_length=200)
    group = models.CharField(max_length=30, blank=True)
    severity = models.CharField(max_length=10)
    state = models.CharField(max_length=12)
    subject = models.CharField(max_length=10)
    township = models.CharField(max_length=80, blank=True)
    village_code = models.CharField(max_length=12)
    village = models.CharField(max_length=80, blank=True)
    household_number = models.CharField(max_length=40, blank=True)
    person_number = models.CharField(max_length=40, blank=True)
    clause = models.CharField(max_length=80, blank=True)
    clause_path = models.CharField(max_length=200, blank=True)
    sentence_zh = models.TextField()
    sentence_en = models.TextField()
    evidence = models.JSONField(default=list)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["run", "village_code", "id"],
                name="finding_by_village",
                opclasses=["int8_ops", "text_pattern_ops", "int8_ops"],
            ),
            models.Index(fields=["run", "kind", "id"], name="finding_by_kind"),
            models.Index(fields=["run", "household_number"], name="finding_by_household"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.household_number}"


class Scenario(models.Model):
    """Figures that somebody tried instead of those in force, under a name.

    It holds what was changed, no result: results are worked out for each reader, within their own
    areas. `area_code` is the 12-digit code of the place it was saved for; only readers of that
    place see it.
    """

    name = models.CharField(max_length=80)
    note = models.CharField(max_length=500, blank=True)
    snapshot_hash = models.CharField(max_length=80, help_text="data it was first tried on")
    as_of = models.DateField(help_text="date of that data")
    pack = models.CharField(max_length=80, help_text="pack whose figures were changed")
    changes = models.JSONField(default=dict, help_text="{parameter: value as people write it}")
    area_code = models.CharField(max_length=12)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["by", "name"], name="a_scenario_name_once_for_its_author"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="a_scenario_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class AnswerFile(models.Model):
    """A file of answers of field checks that somebody handed in; removing it removes its answers.

    Answers only ever label findings of past months (backtest); no rule reads them.
    """

    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["sha256"], name="a_file_of_answers_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Answer(models.Model):
    """One row of it; see screening/outcomes.py for what the columns mean."""

    file = models.ForeignKey(AnswerFile, on_delete=models.CASCADE, related_name="answers")
    household_number = models.CharField(max_length=40)
    rule = models.CharField(max_length=80, blank=True, help_text="rule or kind; blank: any")
    answered_on = models.DateField()
    result = models.CharField(max_length=20)
    channel = models.CharField(max_length=40)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.household_number} {self.answered_on} {self.result}"

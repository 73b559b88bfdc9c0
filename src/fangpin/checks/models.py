"""What the quality rules found in the registry, the answers to it, and how many there were."""

from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import Q

from fangpin.kernel.errors import Text

LONGEST_SENTENCE: Final = 600


class Check(models.Model):
    """One run of the rules over the registry of an area."""

    as_of = models.DateField()
    area = models.CharField(max_length=12, blank=True, help_text="code prefix; empty = all")
    pack_hash = models.CharField(max_length=80)
    households = models.IntegerField()
    persons = models.IntegerField()
    not_checked = models.JSONField(default=list, help_text="numbers of rules without their columns")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.as_of} {self.area}"


class Hit(models.Model):
    """One rule holding for one person, household or village of record. What is found about a
    village stands under its code, in the place of a household's number.

    `opened` and `seen` are the days of the checks that found it first and last; `closed` the day
    of the check that asked the rule again and did not find it.
    """

    class State(models.TextChoices):
        OPEN = "open"
        CONFIRMED = "confirmed"  # true as registered; the reason says why, for a time
        EXEMPTED = "exempted"  # the rule is not asked of this one, for a time
        CORRECTED = "corrected"  # found no longer

    class Unit(models.TextChoices):
        PERSON = "person"
        HOUSEHOLD = "household"
        VILLAGE = "village"

    rule = models.CharField(max_length=40)
    unit = models.CharField(max_length=10, choices=Unit)
    severity = models.CharField(max_length=10)
    village_code = models.CharField(max_length=12, db_collation="C")
    household_number = models.CharField(max_length=40)
    person_number = models.CharField(max_length=40, blank=True, db_default="")
    sentence_zh = models.CharField(max_length=LONGEST_SENTENCE, blank=True)
    sentence_en = models.CharField(max_length=LONGEST_SENTENCE, blank=True, db_default="")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN, db_default="open")
    opened = models.DateField()
    seen = models.DateField()
    closed = models.DateField(null=True)
    reason = models.CharField(max_length=300, blank=True, db_default="")
    until = models.DateField(null=True, help_text="last day of the answer")
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["village_code", "household_number", "person_number", "rule"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "household_number", "person_number"],
                name="a_rule_holds_once_for_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["confirmed", "exempted"])
                | (Q(until__isnull=False) & ~Q(reason="")),
                name="an_answer_has_its_reason_and_its_end",
            ),
        ]
        indexes = [
            models.Index(fields=["village_code", "id"], name="hit_by_village"),
            models.Index(fields=["rule", "village_code"], name="hit_by_rule"),
            models.Index(fields=["household_number"], name="hit_by_household"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.household_number} {self.person_number}"

    @property
    def sentence(self) -> Text | None:
        """What is registered that makes the rule hold; in Chinese for both where a check from
        before the English one found it. None when there is nothing to tell."""
        if not self.sentence_zh:
            return None
        return Text(self.sentence_zh, self.sentence_en or self.sentence_zh)


class Count(models.Model):
    """How many hits a township had after the last check of a month, by state."""

    month = models.DateField(help_text="first day")
    township = models.CharField(max_length=9, db_collation="C")
    opened = models.IntegerField(help_text="found first in this month")
    open = models.IntegerField()
    answered = models.IntegerField()
    corrected = models.IntegerField(help_text="found no longer in this month")

    class Meta:
        ordering = ["month", "township"]
        constraints = [
            models.UniqueConstraint(
                fields=["month", "township"], name="a_township_is_counted_once_a_month"
            )
        ]

    def __str__(self) -> str:
        return f"{self.township} {self.month:%Y-%m}"

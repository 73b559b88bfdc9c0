"""The clue itself: about whom, how far it has come, until when it is to be answered."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q


class Channel(models.TextChoices):
    """Where a lead comes from."""

    SCREENING = "screening"
    APPLICATION = "application"
    CADRE = "cadre"
    SUPERVISION = "supervision"
    PLATFORM = "platform"


class ClueState(models.TextChoices):
    """NEW: known, not sent down. SENT: the village is to check. ANSWERED: found true, nothing has
    begun yet. CLOSED: a person ended it, or a case has begun."""

    NEW = "new"
    SENT = "sent"
    ANSWERED = "answered"
    CLOSED = "closed"


OPEN = (ClueState.NEW, ClueState.SENT, ClueState.ANSWERED)


class Ending(models.TextChoices):
    """Why a clue is closed."""

    NOT_TRUE = "not_true"
    ALREADY_MONITORED = "already_monitored"
    NOT_LIVING_HERE = "not_living_here"
    CASE = "case"
    NO_CASE = "no_case"  # found true, and somebody decided with a reason that nothing follows
    MONITORED = "monitored"  # the household was monitored when the sign came: noted, never sent
    MERGED = "merged"  # the household turned out to have a clue already


class Clue(models.Model):
    """One household that somebody should look at; `ClueReason` says why.

    `version` counts what somebody who answers must know of: answers, their taking back, closing,
    and about whom it is. Sending and further reasons leave it as it is.
    """

    household = models.ForeignKey(
        "registry.Household",
        null=True,
        on_delete=models.PROTECT,
        related_name="clues",
        help_text="NULL: nobody in the registry has been named yet",
    )
    village_code = models.CharField(max_length=12, db_collation="C")
    state = models.CharField(
        max_length=10, choices=ClueState, default=ClueState.NEW, db_default="new"
    )
    # Of its reasons, kept here so that lists and rates need no join.
    channels = ArrayField(models.CharField(max_length=12), default=list, db_default=[])
    rules = ArrayField(models.CharField(max_length=80), default=list, db_default=[])

    opened_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    days = models.PositiveSmallIntegerField(
        null=True, help_text="workdays given; NULL: a day named"
    )
    due_on = models.DateField(null=True)
    provisional = models.BooleanField(
        default=False, db_default=False, help_text="due_on rests on a calendar not published yet"
    )

    answer = models.CharField(max_length=20, blank=True, default="", db_default="")
    reason = models.CharField(max_length=30, blank=True, default="", db_default="")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    late = models.BooleanField(null=True, help_text="answered after due_on; NULL: no answer or day")

    ended_as = models.CharField(
        max_length=20, choices=Ending, blank=True, default="", db_default=""
    )
    closed_at = models.DateTimeField(null=True)
    case = models.BigIntegerField(
        null=True, help_text="number of the row in cases, a package above"
    )
    version = models.PositiveIntegerField(default=1, db_default=1)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["household"],
                condition=~Q(state="closed"),
                name="a_household_has_one_open_clue",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ClueState.values), name="clue_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) & ~Q(ended_as="")
                | ~Q(state="closed") & Q(closed_at=None, ended_as=""),
                name="a_closed_clue_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False, due_on__isnull=False),
                name="a_sent_clue_has_its_day",
            ),
            models.CheckConstraint(
                condition=~Q(state="answered") | Q(answer="true", answered_at__isnull=False),
                name="an_answered_clue_was_found_true",
            ),
            models.CheckConstraint(
                condition=Q(village_code__regex=r"^[0-9]{12}$"),
                name="clue_village_code_has_12_digits",
            ),
        ]
        indexes = [
            models.Index(fields=["village_code", "id"], name="clue_by_village"),
            models.Index(fields=["state", "village_code", "id"], name="clue_by_state"),
            models.Index(
                F("due_on").asc(nulls_last=True),
                "id",
                name="clue_by_due",
                condition=Q(state="sent"),
            ),
            models.Index(fields=["opened_at", "id"], name="clue_by_opening"),
            models.Index(fields=["household", "-id"], name="clue_of_household"),
            models.Index(fields=["case"], name="clue_of_case", condition=Q(case__isnull=False)),
            GinIndex(fields=["channels"], name="clue_by_channel"),
            GinIndex(fields=["rules"], name="clue_by_rule"),
        ]

    def __str__(self) -> str:
        return f"clue {self.pk} {self.state}"

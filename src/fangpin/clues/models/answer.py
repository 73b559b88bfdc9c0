"""What was found at the household."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from fangpin.clues.models.clue import Clue
from fangpin.foundation.fields import Opened, SealedField


class AnswerKind(models.TextChoices):
    """The four answers."""

    TRUE = "true"
    NOT_TRUE = "not_true"
    ALREADY_MONITORED = "already_monitored"
    NOT_LIVING_HERE = "not_living_here"


class ClueAnswer(models.Model):
    """One answer as it was handed in. A phone may hand it in many times under one `client_id`:
    it counts once. What arrives under the same id with another content, or when somebody else
    has answered meanwhile, is kept as a conflict and changes nothing.

    `received_at` is the server's clock and decides what is late; `claimed_at` what a phone said.
    """

    class State(models.TextChoices):
        TAKEN = "taken"
        CONFLICT = "conflict"
        WITHDRAWN = "withdrawn"

    clue = models.ForeignKey(Clue, on_delete=models.CASCADE, related_name="answers")
    village_code = models.CharField(max_length=12, db_collation="C")
    state = models.CharField(max_length=10, choices=State, default=State.TAKEN)
    client_id = models.UUIDField()
    answer = models.CharField(max_length=20, choices=AnswerKind)
    reason = models.CharField(max_length=30, blank=True)
    note_closed = SealedField(null=True)
    note = Opened("note_closed")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    claimed_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    due_on = models.DateField(null=True, help_text="the day that was asked for")
    late = models.BooleanField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    why_closed = SealedField(null=True)
    why_withdrawn = Opened("why_closed")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["client_id"],
                condition=~Q(state="conflict"),
                name="an_answer_of_a_client_once",
            ),
            models.UniqueConstraint(
                fields=["clue"], condition=Q(state="taken"), name="a_clue_has_one_answer"
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn")
                | Q(
                    withdrawn_at__isnull=False, withdrawn_by__isnull=False, why_closed__isnull=False
                ),
                name="a_withdrawn_answer_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["clue", "id"], name="clue_answer_of_clue"),
            models.Index(fields=["village_code", "id"], name="clue_answer_by_village"),
        ]

    def __str__(self) -> str:
        return f"{self.answer} to clue {self.clue_id}"

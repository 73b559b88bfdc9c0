"""What is published about a case, and what people say to it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from fangpin.cases.models.case import Case
from fangpin.cases.models.turn import Turn
from fangpin.foundation.fields import Opened, SealedField


class Publication(models.Model):
    """Something that must hang or hangs: where, for how long. `days` None: without an end.

    `from_day`, `until_day` are the first and last day on which it hangs, known once posted.
    """

    class State(models.TextChoices):
        DUE = "due"
        POSTED = "posted"
        OVER = "over"
        WITHDRAWN = "withdrawn"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="publications")
    turn = models.ForeignKey(Turn, on_delete=models.PROTECT, related_name="publications")
    area_code = models.CharField(max_length=12, db_collation="C")
    where_code = models.CharField(max_length=12, db_collation="C")
    form = models.CharField(max_length=20)
    masked = models.BooleanField(default=True)
    days = models.PositiveSmallIntegerField(null=True)
    kind = models.CharField(max_length=10, default="calendar")
    from_day = models.DateField(null=True)
    until_day = models.DateField(null=True)
    provisional = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State, default=State.DUE)
    posted_at = models.DateTimeField(null=True)
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["turn", "form"], name="a_turn_publishes_a_form_once"),
            models.CheckConstraint(
                condition=Q(until_day=None) | Q(until_day__gte=F("from_day")),
                name="a_publication_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("due", "withdrawn")) | Q(from_day__isnull=False),
                name="a_posted_publication_has_its_first_day",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "until_day"], name="publication_by_end"),
            models.Index(fields=["where_code", "state", "-id"], name="publication_by_place"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.form} {self.state}"


class Objection(models.Model):
    """Somebody objects to a publication or to a case. `sender` None: anonymous, or by an officer
    who recorded what was said (`by`)."""

    class State(models.TextChoices):
        OPEN = "open"
        UPHELD = "upheld"
        REJECTED = "rejected"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="objections")
    publication = models.ForeignKey(
        Publication, null=True, on_delete=models.PROTECT, related_name="objections"
    )
    turn = models.ForeignKey(Turn, null=True, on_delete=models.PROTECT, related_name="objections")
    text_closed = SealedField()
    sender_closed = SealedField(null=True)
    anonymous = models.BooleanField(default=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()
    due_on = models.DateField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    answer_closed = SealedField(null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_at = models.DateTimeField(null=True)
    client_id = models.UUIDField(null=True, unique=True)

    text = Opened("text_closed")
    sender = Opened("sender_closed", values=True)
    answer = Opened("answer_closed")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", settled_at=None)
                | ~Q(state="open") & Q(settled_by__isnull=False, answer_closed__isnull=False),
                name="a_settled_objection_has_a_person_and_an_answer",
            )
        ]
        indexes = [
            models.Index(fields=["case"], name="open_objection", condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.state}"

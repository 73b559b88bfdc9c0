"""What citizens hand in through the public page, and how often somebody tries."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from fangpin.foundation.fields import BlindField, Opened, SealedField


class Kind(models.TextChoices):
    """What it is."""

    APPLICATION = "application"
    OBJECTION = "objection"
    COMPLAINT = "complaint"
    TIP = "tip"


class Submission(models.Model):
    """One application, objection, complaint or tip-off.

    `content` {field: text} is closed; `id_index` and `household` find the same person again.
    `receipt` is given to the sender with a second secret, of which only a hash is kept.
    `consent` is the version of the text that was agreed to, "" where none was asked for.
    """

    class State(models.TextChoices):
        RECEIVED = "received"
        PASSED_ON = "passed_on"  # a clue or an objection has come of it
        ANSWERED = "answered"
        CLOSED = "closed"

    kind = models.CharField(max_length=12, choices=Kind)
    receipt = models.CharField(max_length=20, unique=True)
    secret = models.BinaryField(max_length=32)
    area_code = models.CharField(max_length=12, db_collation="C")
    content_closed = SealedField()
    id_index = BlindField(null=True)
    id_number = SealedField(null=True)
    anonymous = models.BooleanField(default=False)
    for_another = models.BooleanField(default=False)
    consent = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=2, default="zh")
    household = models.BigIntegerField(null=True, help_text="registered household, when found")
    clue = models.BigIntegerField(null=True)
    objection = models.BigIntegerField(null=True)
    publication = models.BigIntegerField(null=True)
    client_id = models.UUIDField(unique=True)
    state = models.CharField(max_length=10, choices=State, default=State.RECEIVED)
    answer_closed = SealedField(null=True)
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)

    content = Opened("content_closed", values=True)
    answer = Opened("answer_closed")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None)
                | Q(answered_by__isnull=False, answer_closed__isnull=False),
                name="an_answered_submission_has_a_person_and_an_answer",
            )
        ]
        indexes = [
            models.Index(fields=["kind", "area_code", "-id"], name="submission_by_area"),
            models.Index(
                fields=["id_index"],
                name="submission_by_person",
                condition=Q(id_index__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class SubmissionFile(models.Model):
    """A photograph or a drawn signature handed in, closed."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="files")
    use = models.CharField(max_length=10)  # photo, signature
    kind = models.CharField(max_length=4)
    name = models.CharField(max_length=32)
    key = SealedField()
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()

    file_key = Opened("key")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.submission_id} {self.use}"


class Attempt(models.Model):
    """One try at the public page, by a hash of what it was about: an address that hands something
    in, a receipt number that is looked up. Gone after a day; never tied to a submission."""

    what = models.CharField(max_length=10)
    about = BlindField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["what", "about", "at"], name="public_attempt_by_what"),
            models.Index(fields=["at"], name="public_attempt_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.at:%Y-%m-%d %H:%M}"

"""What people are told inside the product: a task that waits for a post, or news for one user."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q


class MessageKind(models.TextChoices):
    """What a message tells. The words stand in `people.messages.words`."""

    STEP = "step"  # a step of a case waits
    RETURNED = "returned"  # a case came back
    CLUE = "clue"  # clues to check
    NOTICE = "notice"  # a notice or announcement to post
    OBJECTION = "objection"  # somebody objects
    RELEASE = "release"  # a file or a run waits for a release
    LINKS = "links"  # pairs that may be the same person
    TOMORROW = "tomorrow"  # due tomorrow
    LATE = "late"
    DECISION = "decision"  # a case that the reader opened has ended
    CHANNEL = "channel"  # nothing gets through to the outside


class Message(models.Model):
    """One line that somebody is told: for whoever holds one of `roles` at a place on the day of
    reading, or for the user `to`. Codes and numbers, never names.

    `about` is what the line leads to ("case:12"). `task` is what it waits for: when that is done,
    `over_at` is set and nobody is asked to read it any more. `key` keeps it from being told twice.
    """

    kind = models.CharField(max_length=12, choices=MessageKind)
    at = models.DateTimeField()
    area_code = models.CharField(
        max_length=12, blank=True, default="", db_default="", db_collation="C",
        help_text="place it is about; empty: the system as a whole",
    )  # fmt: skip
    roles = ArrayField(models.CharField(max_length=30), default=list, db_default=[])
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+"
    )
    apart = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text="not told, whatever the post: what one handed in is not one's own to release",
    )
    about = models.CharField(max_length=60, blank=True, default="", db_default="")
    task = models.CharField(max_length=60, blank=True, default="", db_default="")
    key = models.CharField(max_length=120, null=True, unique=True)
    label = models.CharField(max_length=40, blank=True, default="", help_text="number of a case")
    what_zh = models.CharField(max_length=120, blank=True, default="")
    what_en = models.CharField(max_length=160, blank=True, default="")
    count = models.PositiveIntegerField(default=1)
    day = models.DateField(null=True, help_text="until when it is to be done")
    over_at = models.DateTimeField(null=True)
    spread_at = models.DateTimeField(null=True, help_text="when channels outward were considered")

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["area_code", "-id"], name="message_by_area"),
            models.Index(fields=["to", "-id"], name="message_by_user", condition=~Q(to=None)),
            models.Index(fields=["area_code"], name="message_open", condition=Q(over_at=None)),
            GinIndex(
                fields=["roles"],
                name="message_open_by_role",
                condition=Q(over_at=None),
                fastupdate=False,
            ),
            GinIndex(fields=["roles"], name="message_by_role", fastupdate=False),
            models.Index(
                fields=["task"], name="message_by_task", condition=Q(over_at=None) & ~Q(task="")
            ),
            models.Index(fields=["about"], name="message_by_subject", condition=~Q(about="")),
            models.Index(fields=["at"], name="message_by_time"),
            models.Index(fields=["id"], name="message_to_spread", condition=Q(spread_at=None)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(to__isnull=False) | ~Q(roles=[]), name="a_message_is_for_somebody"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=MessageKind.values), name="message_kind_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.about}"


class MessageRead(models.Model):
    """A user has seen a message, or said so."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="reads")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "message"], name="a_message_is_read_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} read {self.message_id}"

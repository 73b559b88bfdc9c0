"""What was shown, where and when: the proof of each notice, and photographs of village boards."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from fangpin.cases.models import Publication
from fangpin.foundation.fields import Opened, SealedField


class PostedNotice(models.Model):
    """One notice as it was posted. The built files lie closed in one archive (`name`, `key`);
    `hashes` {file: sha256} stay readable, so that a sheet that turns up can be compared.

    One that was taken down early may be posted anew, under a number of its own.

    `shown` {field: masked value} is what later notices about the household are held against.
    """

    class Why(models.TextChoices):
        OVER = "over"  # its days are over
        EARLY = "early"  # somebody took it down, with a reason
        WITHDRAWN = "withdrawn"  # its case no longer asks for it

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="disclosed")
    area_code = models.CharField(max_length=12, db_collation="C")
    where_code = models.CharField(max_length=12, db_collation="C")
    household = models.BigIntegerField(null=True, help_text="id of the household it is about")
    number = models.CharField(max_length=24, unique=True)
    hashes = models.JSONField()
    shown_closed = SealedField()
    name = models.CharField(max_length=32)
    key = SealedField()
    from_day = models.DateField()
    until_day = models.DateField(null=True)
    posted_at = models.DateTimeField()
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    down_at = models.DateTimeField(null=True)
    down_why = models.CharField(max_length=10, choices=Why, blank=True)
    down_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason_closed = SealedField(null=True)

    shown = Opened("shown_closed", values=True)
    reason = Opened("reason_closed")
    file_key = Opened("key")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(down_at=None, down_why="") | Q(down_at__isnull=False) & ~Q(down_why=""),
                name="a_notice_that_is_down_says_why",
            ),
            models.UniqueConstraint(
                fields=["publication"],
                condition=Q(down_at=None),
                name="a_publication_hangs_once",
            ),
        ]
        indexes = [
            models.Index(fields=["where_code"], name="hanging_notice", condition=Q(down_at=None)),
            models.Index(fields=["household"], name="posted_by_household"),
        ]

    def __str__(self) -> str:
        return self.number


class BoardPhoto(models.Model):
    """A photograph of the board with the notice on it: the picture alone, without what the camera
    wrote beside it."""

    notice = models.ForeignKey(PostedNotice, on_delete=models.PROTECT, related_name="photos")
    kind = models.CharField(max_length=4)
    name = models.CharField(max_length=32)
    key = SealedField()
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()

    file_key = Opened("key")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "sha256"], name="a_board_photo_once")
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.at:%Y-%m-%d}"

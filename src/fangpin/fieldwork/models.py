"""Phones, what they handed in, visits and pictures.

Everything that tells about a person is closed (`SealedField`). The order in which things were
handed in is that of `Sent.pk`: a phone's clock is kept as a claim and orders nothing.
"""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from fangpin.foundation.fields import Opened, SealedField
from fangpin.registry.models import Household


class Device(models.Model):
    """A phone (a browser on it) that takes data along for one user.

    `token` is what the phone calls itself; nobody guesses it. `secret` is the key that its store is
    closed with: handed out again at each sync as long as the right lasts, forgotten at the end.
    """

    class Why(models.TextChoices):
        SIGNED_OUT = "signed_out"
        LOST = "lost"  # ended by the user or by somebody responsible
        RIGHT_ENDED = "right_ended"
        REPLACED = "replaced"  # the user has taken more phones than one may have

    token = models.UUIDField(unique=True, default=uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="devices"
    )
    agent = models.CharField(max_length=80, blank=True)
    secret = SealedField(null=True)
    began_at = models.DateTimeField(auto_now_add=True)
    synced_at = models.DateTimeField(null=True, help_text="data went down")
    ended_at = models.DateTimeField(null=True)
    why_ended = models.CharField(max_length=12, choices=Why, blank=True)

    opened_secret = Opened("secret")

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["user"], name="live_device", condition=Q(ended_at=None)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(secret=None), name="an_ended_device_has_no_key"
            ),
        ]

    def __str__(self) -> str:
        return f"device {self.pk} of user {self.user_id}"


class Sent(models.Model):
    """One thing that a phone handed in. `client_id` was made there; it is taken once.

    `digest` (keyed) tells whether the same id came with other content. `content` is forgotten some
    time after it was taken; of what was refused it stays until somebody has seen to it.
    """

    class Kind(models.TextChoices):
        VISIT = "visit"
        CLUE = "clue"
        STEP = "step"

    class State(models.TextChoices):
        TAKEN = "taken"
        REFUSED = "refused"  # a reason in words; the sender may hand it in again, corrected
        CONFLICT = "conflict"  # somebody else was there before
        SEEN_TO = "seen_to"  # what was refused or in conflict has been dealt with

    client_id = models.UUIDField(unique=True)
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="sent")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=5, choices=Kind)
    household = models.ForeignKey(Household, null=True, on_delete=models.PROTECT, related_name="+")
    village_code = models.CharField(max_length=12, db_collation="C", blank=True, db_default="")
    subject = models.CharField(max_length=40, blank=True, help_text="clue:1, case:7, visit:3")
    digest = models.BinaryField(max_length=32)
    content = SealedField(null=True)
    said = SealedField(null=True, help_text="why it was refused, in both languages")
    state = models.CharField(max_length=8, choices=State)
    claimed_at = models.DateTimeField(null=True, help_text="by the phone's clock")
    received_at = models.DateTimeField(auto_now_add=True)
    seen_to_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    opened_content = Opened("content", values=True)
    opened_said = Opened("said", values=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["village_code", "-id"], name="sent_by_village"),
            models.Index(fields=["user", "-id"], name="sent_by_user"),
            models.Index(
                fields=["village_code", "-id"],
                name="sent_unsettled",
                condition=Q(state__in=["refused", "conflict"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.client_id} {self.state}"


class Dispute(models.Model):
    """Other content that came under an id that was taken before. Nothing of it is lost."""

    sent = models.ForeignKey(Sent, on_delete=models.PROTECT, related_name="disputes")
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="+")
    digest = models.BinaryField(max_length=32)
    content = SealedField(null=True)
    claimed_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(auto_now_add=True)
    seen_to_at = models.DateTimeField(null=True)
    seen_to_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    opened_content = Opened("content", values=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sent", "digest"], name="the_same_other_content_is_kept_once"
            )
        ]

    def __str__(self) -> str:
        return f"other content of {self.sent_id}"


class Visit(models.Model):
    """Somebody was at a household. What was found is closed (`content`, by the visit form)."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="visits")
    village_code = models.CharField(max_length=12, db_collation="C")
    on = models.DateField()
    purpose = models.CharField(max_length=20)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sent = models.OneToOneField(Sent, null=True, on_delete=models.PROTECT, related_name="visit")
    content = SealedField(null=True)
    entered_at = models.DateTimeField(auto_now_add=True)

    opened_content = Opened("content", values=True)

    class Meta:
        ordering = ["-on", "-pk"]
        indexes = [
            models.Index(fields=["household", "-on"], name="visit_by_household"),
            models.Index(fields=["village_code", "-on"], name="visit_by_village"),
        ]

    def __str__(self) -> str:
        return f"visit to household {self.household_id} on {self.on}"


class Picture(models.Model):
    """A picture on its way, or kept. It belongs to what it was handed in with (`sent`).

    `size` is what the phone said it would send, `received` how much has come. `name` and `key`
    lead to the kept file (`foundation.kept_files`) once it is whole.
    """

    client_id = models.UUIDField(unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sent = models.ForeignKey(Sent, null=True, on_delete=models.PROTECT, related_name="pictures")
    role = models.CharField(max_length=40, blank=True, help_text="id of the attachment rule")
    size = models.PositiveIntegerField()
    received = models.PositiveIntegerField(default=0)
    name = models.CharField(max_length=32, blank=True)
    key = SealedField(null=True)
    kind = models.CharField(max_length=4, blank=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    began_at = models.DateTimeField(auto_now_add=True)

    opened_key = Opened("key")

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["began_at"], name="picture_nobody_claimed", condition=Q(sent=None)
            ),
        ]

    def __str__(self) -> str:
        return f"picture {self.pk}"


class Part(models.Model):
    """A piece of a picture that comes in several."""

    picture = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="parts")
    offset = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    name = models.CharField(max_length=32)
    key = SealedField(null=True)

    opened_key = Opened("key")

    class Meta:
        ordering = ["offset"]
        constraints = [
            models.UniqueConstraint(fields=["picture", "offset"], name="a_piece_is_kept_once")
        ]

    def __str__(self) -> str:
        return f"{self.picture_id} from {self.offset}"

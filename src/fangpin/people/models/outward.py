"""Ways out of the system: addresses of users and units, the county's own gateways, and what was
sent by them. Addresses and passwords are closed; what is sent names nobody."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from fangpin.foundation.fields import Opened, SealedField
from fangpin.people.models.unit import Unit
from fangpin.people.models.user import User


class ChannelKind(models.TextChoices):
    """EMAIL and SMS belong to a user; a group robot belongs to a unit."""

    EMAIL = "email"
    SMS = "sms"
    WECOM = "wecom"
    DINGTALK = "dingtalk"
    FEISHU = "feishu"


OF_USERS = (ChannelKind.EMAIL, ChannelKind.SMS)
ROBOTS = (ChannelKind.WECOM, ChannelKind.DINGTALK, ChannelKind.FEISHU)


class Channel(models.Model):
    """Where a user or a unit wants to be told. It is used once its address was confirmed by a code
    that had been sent there. `address` {"address", "secret"} is closed and never shown in whole.

    `kinds` are told at once, outside the quiet hours; `digest_hour` sums up each day.
    """

    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="channels")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.CASCADE, related_name="channels")
    kind = models.CharField(max_length=10, choices=ChannelKind)
    address_closed = SealedField()
    kinds = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)
    digest_hour = models.PositiveSmallIntegerField(null=True)
    language = models.CharField(max_length=2, default="zh")
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    # The code is worked out from the nonce and the secret of the installation: it lies nowhere.
    code_nonce = models.CharField(max_length=32, blank=True, default="")
    code_until = models.DateTimeField(null=True)
    code_tries = models.PositiveSmallIntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0, help_text="sendings in a row")
    stopped_at = models.DateTimeField(null=True, help_text="after too many failures")
    problem = models.CharField(max_length=40, blank=True, default="")

    address = Opened("address_closed", values=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, unit=None, kind__in=OF_USERS)
                | Q(user=None, unit__isnull=False, kind__in=ROBOTS),
                name="a_channel_belongs_to_a_user_or_a_unit",
            ),
            models.UniqueConstraint(
                fields=["user", "kind"],
                condition=Q(user__isnull=False),
                name="a_user_has_one_channel_of_a_kind",
            ),
            models.UniqueConstraint(
                fields=["unit", "kind"],
                condition=Q(unit__isnull=False),
                name="a_unit_has_one_channel_of_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(digest_hour=None) | Q(digest_hour__lte=23), name="a_digest_has_an_hour"
            ),
        ]

    def __str__(self) -> str:
        return f"channel {self.pk} {self.kind}"


class Gateway(models.Model):
    """The county's mail server, or its gateway for text messages, as the system administrator
    entered it. `content` is closed; the password is never shown again."""

    kind = models.CharField(max_length=10, choices=[(each, each) for each in OF_USERS], unique=True)
    content_closed = SealedField()
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    content = Opened("content_closed", values=True)

    class Meta:
        ordering = ["kind"]

    def __str__(self) -> str:
        return f"gateway {self.kind}"


class Sending(models.Model):
    """Something that is sent once by one channel: a code, a count of messages, a day's sum.

    WAITING → SENDING, committed before anything leaves → SENT, or WAITING again with a later
    `next_at` when the other end surely did not take it, FAILED after the last try. UNSURE: it was
    handed over and no answer came; it is not sent again. DROPPED: there was nothing left to tell.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        SENDING = "sending"
        SENT = "sent"
        FAILED = "failed"
        UNSURE = "unsure"
        DROPPED = "dropped"

    class What(models.TextChoices):
        CODE = "code"
        MESSAGES = "messages"
        DIGEST = "digest"

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="sendings")
    what = models.CharField(max_length=10, choices=What)
    messages = ArrayField(models.BigIntegerField(), default=list)
    day = models.DateField(null=True, help_text="of a digest")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    next_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["next_at"], name="sending_waiting", condition=Q(state="waiting")),
            models.Index(
                fields=["claimed_at"], name="sending_under_way", condition=Q(state="sending")
            ),
            models.Index(fields=["made_at"], name="sending_by_time"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "day"],
                condition=Q(day__isnull=False),
                name="a_channel_gets_one_digest_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"sending {self.pk} {self.what} {self.state}"

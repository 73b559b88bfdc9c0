"""One step of one case: when it began, who took it, what was entered, attached and decided."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from fangpin.cases.models.case import Case
from fangpin.foundation.fields import Opened, SealedField


class Turn(models.Model):
    """A step that waits (`done_at` empty) or was taken. `outcome` "left": the case went on
    elsewhere before anybody took it.

    `posts` may act on it. `votes` {entitled, present, favour, against, abstain}. `claimed_at` is
    what the clock of a telephone said; only `done_at` counts. `event` is one of the four earlies.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="turns")
    area_code = models.CharField(max_length=12, db_collation="C")
    seq = models.PositiveIntegerField()
    step = models.CharField(max_length=60)
    round = models.PositiveSmallIntegerField(default=0)
    posts = ArrayField(models.CharField(max_length=30), default=list)
    waits_for_notice = models.BooleanField(
        default=False, help_text="until the notice that the step publishes has hung its days"
    )
    event = models.CharField(max_length=20, blank=True)
    decides = models.BooleanField(default=False)
    owed = models.BooleanField(default=False, help_text="done after the help came first")
    began_at = models.DateTimeField()
    due_on = models.DateField(null=True)
    provisional = models.BooleanField(default=False)

    done_at = models.DateTimeField(null=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    outcome = models.CharField(max_length=60, blank=True)
    effect = models.CharField(max_length=30, blank=True)
    registry_event = models.BigIntegerField(null=True, help_text="what it did to the registry")
    votes = models.JSONField(null=True)
    reason_closed = SealedField(null=True)
    entries_closed = SealedField(null=True)
    client_id = models.UUIDField(null=True, unique=True)
    claimed_at = models.DateTimeField(null=True)

    reason = Opened("reason_closed")
    entries = Opened("entries_closed", values=True)

    class Meta:
        ordering = ["case_id", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["case", "seq"], name="a_turn_has_its_number"),
            models.UniqueConstraint(
                fields=["case", "step"],
                condition=Q(done_at=None),
                name="a_case_waits_once_at_a_step",
            ),
            models.CheckConstraint(
                condition=Q(done_at=None, outcome="") | Q(done_at__isnull=False) & ~Q(outcome=""),
                name="a_turn_that_is_done_has_an_outcome",
            ),
            # No registry change without a person who decided it.
            models.CheckConstraint(
                condition=Q(effect="") | Q(by__isnull=False, reason_closed__isnull=False),
                name="an_effect_has_a_person_and_a_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["area_code", "due_on", "id"],
                name="waiting_turn_by_due",
                condition=Q(done_at=None),
            ),
            # What a desk counts and sorts stands in the index.
            models.Index(
                fields=["due_on", "id"],
                include=["area_code", "posts", "decides", "owed", "waits_for_notice", "case"],
                name="waiting_turn_of_a_desk",
                condition=Q(done_at=None),
            ),
            models.Index(fields=["area_code"], name="turn_with_effect", condition=~Q(effect="")),
            models.Index(
                fields=["event", "area_code", "done_at"],
                name="turn_by_event",
                condition=~Q(event="") & Q(done_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}.{self.seq} {self.step}"


class Attachment(models.Model):
    """A file that belongs to a turn, closed under a key of its own; pictures without what the
    camera adds (place, time, device)."""

    turn = models.ForeignKey(Turn, on_delete=models.PROTECT, related_name="attachments")
    rule = models.CharField(max_length=60)
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=80, help_text="of the kept file, made up")
    key = SealedField()
    sha256 = models.CharField(max_length=64, help_text="of the content")
    size = models.PositiveIntegerField()
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["turn_id", "id"]

    def __str__(self) -> str:
        return f"{self.turn_id} {self.rule}"


class DecisionSnapshot(models.Model):
    """The household at the moment of a decision with the rules and figures then in force.

    `hash` is the sha256 of the canonical content, which carries random bytes of its own, so that
    nobody finds the content by trying. It stands in the audit trail as well.
    """

    turn = models.OneToOneField(Turn, on_delete=models.PROTECT, related_name="snapshot")
    content_closed = SealedField()
    hash = models.CharField(max_length=64)
    pack = models.CharField(max_length=80)
    pack_hash = models.CharField(max_length=80)
    run = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    content = Opened("content_closed", values=True)

    class Meta:
        ordering = ["turn_id"]

    def __str__(self) -> str:
        return f"{self.turn_id} {self.hash[:8]}"


class Escalation(models.Model):
    """The next level was told that a step is nearly or already late."""

    class Kind(models.TextChoices):
        BEFORE = "before"
        AFTER = "after"

    turn = models.ForeignKey(Turn, on_delete=models.PROTECT, related_name="escalations")
    kind = models.CharField(max_length=10, choices=Kind)
    level = models.CharField(max_length=10, help_text="township, county, city, province")
    posts = ArrayField(models.CharField(max_length=30), default=list)
    due_on = models.DateField(help_text="the day it was due when this was said")
    at = models.DateTimeField()

    class Meta:
        ordering = ["turn_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["turn", "kind", "level", "due_on"], name="a_level_is_told_once_of_a_day"
            )
        ]
        indexes = [models.Index(fields=["at"], name="escalation_by_time")]

    def __str__(self) -> str:
        return f"{self.turn_id} {self.kind} {self.level}"


class KeptEntry(models.Model):
    """What somebody sent that could not be taken as it was: the same id with other content, or a
    case that had gone on. Nothing is lost; a person looks at both sides."""

    class Why(models.TextChoices):
        OTHER_CONTENT = "other_content"
        STALE = "stale"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="kept_entries")
    step = models.CharField(max_length=60)
    why = models.CharField(max_length=20, choices=Why)
    client_id = models.UUIDField()
    content_closed = SealedField()
    claimed_at = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    content = Opened("content_closed", values=True)

    class Meta:
        ordering = ["case_id", "id"]
        indexes = [models.Index(fields=["client_id"], name="kept_entry_by_client")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.step} {self.why}"


class KeptFile(models.Model):
    """A file that was sent with a kept entry, closed as an attachment is. Only who sent it has it
    again; it goes when it is attached after all, or when both sides have been compared."""

    kept = models.ForeignKey(KeptEntry, on_delete=models.CASCADE, related_name="files")
    rule = models.CharField(max_length=60)
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=80, help_text="of the kept file, made up")
    key = SealedField()
    sha256 = models.CharField(max_length=64, help_text="of the content")
    size = models.PositiveIntegerField()

    class Meta:
        ordering = ["kept_id", "id"]

    def __str__(self) -> str:
        return f"{self.kept_id} {self.rule}"

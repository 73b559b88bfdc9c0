"""What a person asks for about the data kept on them, with its deadline and its decision."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from fangpin.foundation.fields import Opened, SealedField
from fangpin.foundation.models import ExportLog
from fangpin.registry.models import Household, Person, RegistryEvent


class PersonRequest(models.Model):
    """One request of a person, or of a household, registered by the office that received it.

    Decided by somebody else than who registered it. `fields` are keys of the catalogue that a
    correction, an objection or a withdrawn consent is about. What was said, and why it was decided
    so, is closed: both speak about people.
    """

    class Kind(models.TextChoices):
        COPY = "copy"
        CORRECT = "correct"
        ERASE = "erase"
        OBJECT = "object"

    class State(models.TextChoices):
        OPEN = "open"
        GRANTED = "granted"  # decided; still to be carried out
        DONE = "done"
        REFUSED = "refused"
        WITHDRAWN = "withdrawn"

    class Asker(models.TextChoices):
        SELF = "self"
        GUARDIAN = "guardian"
        RELATIVE = "relative"  # close relative of somebody who has died (PIPL 49)
        AGENT = "agent"

    class Proof(models.TextChoices):
        CARD = "card"  # identity card seen
        LETTER = "letter"  # authority in writing, with the identity card
        KNOWN = "known"  # known to the village in person

    class Ground(models.TextChoices):
        """Why something may be erased (PIPL 47)."""

        ENDED = "ended"  # the purpose is reached or the period of keeping is over
        WITHDRAWN = "withdrawn"  # consent was withdrawn
        UNLAWFUL = "unlawful"  # entered without a legal basis

    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    village_code = models.CharField(max_length=12, db_collation="C")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    asker = models.CharField(max_length=10, choices=Asker)
    proof = models.CharField(max_length=10, choices=Proof)
    text_closed = SealedField(null=True)
    text = Opened("text_closed")
    fields = ArrayField(models.CharField(max_length=80), default=list)
    received_on = models.DateField()
    due_on = models.DateField()
    provisional = models.BooleanField(
        default=False, help_text="the calendar of a year of it is not published yet"
    )
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    registered_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    ground = models.CharField(max_length=10, choices=Ground, blank=True, default="")
    reason_closed = SealedField(null=True)
    reason = Opened("reason_closed")
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    done_at = models.DateTimeField(null=True)
    event = models.ForeignKey(RegistryEvent, null=True, on_delete=models.PROTECT, related_name="+")
    export = models.ForeignKey(ExportLog, null=True, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["due_on", "id"],
                name="request_under_way",
                condition=Q(state__in=["open", "granted"]),
            ),
            models.Index(fields=["village_code", "-id"], name="request_by_village"),
            models.Index(fields=["household"], name="request_by_household"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("registered_by")),
                name="nobody_decides_what_they_registered",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["granted", "refused", "done"])
                | (Q(decided_by__isnull=False) & Q(reason_closed__isnull=False)),
                name="a_decision_has_its_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(done_at__isnull=False),
                name="a_request_done_says_when",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """How it is called on paper."""
        return f"R{self.pk:06d}"

    @property
    def under_way(self) -> bool:
        """Whether something is still to be done."""
        return self.state in (self.State.OPEN, self.State.GRANTED)

"""Who and what was erased: ids only, so that a restored backup can be made to forget again."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Depth(models.TextChoices):
    """How much goes."""

    IDENTITY = "identity"  # who somebody is: names, numbers, phones, accounts, free text
    EVERYTHING = "everything"  # all that is personal; dates of belonging and sums stay
    FIELDS = "fields"  # named fields: an objection, a withdrawn consent


class Erasure(models.Model):
    """One person or one household of which something was erased, by the ids of the rows."""

    person = models.BigIntegerField(null=True)
    household = models.BigIntegerField(null=True)
    depth = models.CharField(max_length=10, choices=Depth)
    fields = ArrayField(models.CharField(max_length=80), default=list)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    request = models.ForeignKey(
        "privacy.PersonRequest", null=True, on_delete=models.PROTECT, related_name="+"
    )
    plan = models.ForeignKey(
        "privacy.RetentionPlan", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(person=None, household__isnull=False)
                | Q(person__isnull=False, household=None),
                name="an_erasure_is_of_one_person_or_household",
            ),
            models.CheckConstraint(
                condition=~Q(depth="fields") | ~Q(fields=[]),
                name="erased_fields_are_named",
            ),
        ]
        indexes = [
            models.Index(fields=["person"], name="erasure_of_person"),
            models.Index(fields=["household"], name="erasure_of_household"),
        ]

    def __str__(self) -> str:
        return f"{self.person or ''}/{self.household or ''} {self.depth}"

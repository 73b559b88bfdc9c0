"""Which notice of processing was shown to a household, when, and what was consented to."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from fangpin.registry.models import Household


class NoticeShown(models.Model):
    """One time that a household was told what its data are for (PIPL 17, 30). Never changed.

    `consents`: purposes resting on consent that were agreed to; what is not named was not agreed
    to. The newest row of a household holds.
    """

    class How(models.TextChoices):
        READ = "read"  # read by the household on the screen
        TOLD = "told"  # read out to it
        PAPER = "paper"  # handed over on paper

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="+")
    version = models.CharField(max_length=20)
    sha256 = models.CharField(max_length=64)
    how = models.CharField(max_length=10, choices=How)
    consents = ArrayField(models.CharField(max_length=40), default=list)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["household", "-id"], name="notice_by_household")]

    def __str__(self) -> str:
        return f"{self.household_id} {self.version}"

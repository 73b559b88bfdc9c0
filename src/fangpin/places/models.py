"""The administrative tree."""

from django.db import models
from django.db.models import Q


class Place(models.Model):
    """A county, township or village as it stood from one date to another."""

    class Level(models.TextChoices):
        COUNTY = "county"
        TOWNSHIP = "township"
        VILLAGE = "village"

    # Leading digits of the code that all places below share.
    PREFIX_DIGITS = {Level.COUNTY: 6, Level.TOWNSHIP: 9, Level.VILLAGE: 12}

    code = models.CharField(max_length=12)
    name = models.CharField(max_length=80)
    level = models.CharField(max_length=10, choices=Level)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True, help_text="last day; empty = still valid")

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9]{12}$"), name="place_code_has_12_digits"
            ),
            models.UniqueConstraint(fields=["code"], condition=Q(valid_to=None), name="place_once"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")),
                name="place_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.code}"

    @property
    def prefix(self) -> str:
        """Leading digits that this place and everything below it share."""
        return self.code[: self.PREFIX_DIGITS[Place.Level(self.level)]]

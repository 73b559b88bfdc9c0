"""A place: one node of the tree, the same through renamings and new codes."""

from django.db import models
from django.db.models import Q

from fangpin.kernel.place_codes import PREFIX_LENGTHS


class Place(models.Model):
    """A province, city, county, township or village, as it stands now.

    What it was called before, under which code and where it belonged, stand in `PlaceSpell`; what
    became of a closed place in `Succession`. Only `places.actions` writes any of them.
    """

    class Level(models.TextChoices):
        PROVINCE = "province"
        CITY = "city"
        COUNTY = "county"
        TOWNSHIP = "township"
        VILLAGE = "village"

    class Origin(models.TextChoices):
        REFERENCE = "reference"  # the shipped table of provinces, cities and counties
        LIST = "list"  # the county's own list, or entered by hand: nothing overrides it
        RUN = "run"  # a register that was screened brought it

    # Leading digits of the code that all places below share.
    PREFIX_DIGITS = dict(zip(Level, PREFIX_LENGTHS, strict=True))

    code = models.CharField(max_length=12)
    name = models.CharField(max_length=80)
    level = models.CharField(max_length=10, choices=Level)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True, help_text="last day; empty = still valid")
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.RUN)

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
        indexes = [
            # Subtrees are asked for by the leading digits of the code.
            models.Index(fields=["code"], name="place_by_prefix", opclasses=["text_pattern_ops"]),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.code}"

    @property
    def prefix(self) -> str:
        """Leading digits that this place and everything below it share."""
        return self.code[: self.PREFIX_DIGITS[Place.Level(self.level)]]

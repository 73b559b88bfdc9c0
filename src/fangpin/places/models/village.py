"""What is known about villages: yearly figures, hamlets and groups, resettlement sites."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from fangpin.places.models.place import Place


class VillageProfile(models.Model):
    """The figures of one village for one year.

    `values` holds, by the names of the catalogue (`places.profile.catalogue`), only what is known:
    a missing key is unknown, never zero. Money is fen, other numbers are whole units of the
    catalogue's step.
    """

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="profiles")
    year = models.PositiveSmallIntegerField()
    values = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(fields=["place", "year"], name="one_profile_a_year"),
            models.CheckConstraint(
                condition=Q(year__gte=1990) & Q(year__lte=2100), name="profile_year_is_plausible"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place_id} {self.year}"


class NaturalVillage(models.Model):
    """A hamlet or villagers' group within a village: a name, not a node of the tree."""

    class Kind(models.TextChoices):
        HAMLET = "hamlet"
        GROUP = "group"

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="hamlets")
    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=80)
    households = models.PositiveIntegerField(null=True, blank=True)
    persons = models.PositiveIntegerField(null=True, blank=True)
    hard_road = models.BooleanField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["kind", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["place", "kind", "name"],
                condition=Q(closed_on=None),
                name="one_hamlet_of_a_name_in_a_village",
            )
        ]

    def __str__(self) -> str:
        return self.name


class ResettlementSite(models.Model):
    """A place where households moved to from where life was too hard (易地搬迁集中安置区)."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="sites")
    name = models.CharField(max_length=80)
    planned_households = models.PositiveIntegerField(null=True, blank=True)
    planned_persons = models.PositiveIntegerField(null=True, blank=True)
    households = models.PositiveIntegerField(null=True, blank=True)
    persons = models.PositiveIntegerField(null=True, blank=True)
    employed_persons = models.PositiveIntegerField(null=True, blank=True)
    occupied_since = models.PositiveSmallIntegerField(null=True, blank=True, help_text="year")
    clause = models.CharField(max_length=120, blank=True, help_text="pack:clause")
    note = models.CharField(max_length=300, blank=True)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["place_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["place", "name"],
                condition=Q(closed_on=None),
                name="one_site_of_a_name_in_a_place",
            )
        ]

    def __str__(self) -> str:
        return self.name

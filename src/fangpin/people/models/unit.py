"""Units that people work for, and what units answer for."""

from django.db import models
from django.db.models import F, Q

from fangpin.people.models.user import User
from fangpin.places.models import Place


class Unit(models.Model):
    """A department, township government, village committee, stationed team, bank or insurer."""

    class Kind(models.TextChoices):
        DEPARTMENT = "department"
        TOWNSHIP_GOVERNMENT = "township_government"
        VILLAGE_COMMITTEE = "village_committee"
        STATIONED_TEAM = "stationed_team"
        BANK = "bank"
        INSURER = "insurer"
        OTHER = "other"

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=Kind)
    code = models.CharField(max_length=18, blank=True, help_text="unified social credit code")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="units")
    feed_name = models.CharField(
        max_length=80, blank=True, help_text="how contracts of feeds name it as a sender"
    )
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["place__code", "kind", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["place", "name"],
                condition=Q(valid_to=None),
                name="one_unit_of_a_name_in_a_place",
            ),
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(valid_to=None) & ~Q(code=""),
                name="one_unit_of_a_credit_code",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="a_unit_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=~Q(parent=F("id")), name="a_unit_is_not_its_own_parent"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class UnitDuty(models.Model):
    """One line of the responsibility list: what a unit answers for, and where that is written."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="duties")
    text = models.CharField(max_length=300)
    pack = models.CharField(max_length=60, blank=True)
    clause = models.CharField(max_length=60, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["unit_id", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="a_duty_ends_after_it_begins",
            )
        ]

    def __str__(self) -> str:
        return self.text


class Charge(models.Model):
    """Who looks after which county, township, village or household (包县 包乡 包村 包户).

    A unit or a person of it; a place or a household by its number, which the registry, a package
    above this one, keeps.
    """

    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="charges"
    )
    user = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="charges"
    )
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="charges")
    household_number = models.CharField(max_length=40, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["place__code", "id"]
        indexes = [models.Index(fields=["household_number"], name="charge_by_household")]
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=False) | Q(user__isnull=False),
                name="a_charge_names_a_unit_or_a_person",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="a_charge_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id or ''}/{self.user_id or ''} → {self.place_id}"

"""The posts people hold, and their delegation."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from fangpin.people.models.unit import Unit
from fangpin.people.models.user import User
from fangpin.places.models import Place


class Role(models.TextChoices):
    """What a post is. The rights of each role stand in `people.rights`."""

    COUNTY_BUREAU = "county_bureau"
    TOWNSHIP_OFFICER = "township_officer"
    VILLAGE_WORKER = "village_worker"
    DEPARTMENT_LIAISON = "department_liaison"
    APPROVER = "approver"
    LEADER = "leader"
    AUDITOR = "auditor"
    SYSTEM_ADMINISTRATOR = "system_administrator"
    SECURITY_ADMINISTRATOR = "security_administrator"
    AUDIT_ADMINISTRATOR = "audit_administrator"


# Administrators hold their post for the system as a whole, an auditor may.
PLACELESS_ROLES = (
    Role.AUDITOR,
    Role.SYSTEM_ADMINISTRATOR,
    Role.SECURITY_ADMINISTRATOR,
    Role.AUDIT_ADMINISTRATOR,
)


class Post(models.Model):
    """A role held for a place (or a department) from one day to another, both inclusive.

    A last day before the first says that the post was taken back on the day it was given.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="posts")
    role = models.CharField(max_length=30, choices=Role)
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT)
    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="posts"
    )
    # The unit's name in feeds, kept beside it: deliveries are matched by this text.
    department = models.CharField(max_length=80, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["user", "valid_from"], name="post_by_user")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(role="department_liaison") | ~Q(department=""),
                name="a_liaison_names_the_department",
            ),
            models.CheckConstraint(
                condition=Q(role__in=PLACELESS_ROLES) | Q(place__isnull=False),
                name="a_post_names_its_place",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.role} {self.place or ''}{self.department}"


class Delegation(models.Model):
    """A post exercised by somebody else for some days. It ends by itself after the last day."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="delegations")
    to = models.ForeignKey(User, on_delete=models.PROTECT, related_name="delegated")
    first_day = models.DateField()
    last_day = models.DateField()
    reason = models.CharField(max_length=200, blank=True)
    given_at = models.DateTimeField(auto_now_add=True)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, help_text="taken back before the last day")
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["to", "last_day"], name="delegation_by_receiver")]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=models.F("first_day")),
                name="a_delegation_ends_after_it_begins",
            )
        ]

    def __str__(self) -> str:
        return f"{self.post_id} → {self.to_id} {self.first_day}–{self.last_day}"

"""Users and the posts they hold."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q

from fangpin.places.models import Place


class User(AbstractUser):
    """A person who signs in. What they may see comes from their posts alone, never from flags."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    full_name = models.CharField(max_length=80, blank=True)
    title_zh = models.CharField(max_length=80, blank=True)
    title_en = models.CharField(max_length=120, blank=True)
    is_demo = models.BooleanField(default=False, help_text="exists in a demonstration only")

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name or self.username


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
    """A role held for a place (or a department) from one day to another, both inclusive."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="posts")
    role = models.CharField(max_length=30, choices=Role)
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT)
    department = models.CharField(max_length=80, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
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

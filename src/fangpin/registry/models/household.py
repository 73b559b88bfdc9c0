"""The household of record."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from fangpin.registry.models import columns
from fangpin.registry.models.history import kept


class HouseholdState(models.TextChoices):
    """Whether a household still exists. Only an active one has open memberships."""

    ACTIVE = "active"
    MERGED = "merged"  # its members live on in another household
    SPLIT = "split"  # everybody left it in a split
    DISSOLVED = "dissolved"  # nobody is left


class Origin(models.TextChoices):
    """Where the household was entered: here, or only known from a screening run."""

    REGISTRY = "registry"
    RUN = "run"


@kept()
class Household(models.Model):
    """One household: place, categories as they stand now, causes, monitoring, contact, bank."""

    number = columns.number()
    village_code = models.CharField(max_length=12, db_collation="C", blank=True, db_default="")
    group_name = columns.text(80)
    state = models.CharField(
        max_length=10, choices=HouseholdState, default=HouseholdState.ACTIVE, db_default="active"
    )
    origin = models.CharField(
        max_length=10, choices=Origin, default=Origin.REGISTRY, db_default="registry"
    )
    members = models.PositiveSmallIntegerField(default=0, db_default=0)

    category = columns.code()
    policies_continue = columns.flag()
    poverty_status = columns.code()
    poverty_attribute = columns.code(40)
    main_cause = columns.code()
    other_causes = columns.codes()
    identification_standard = columns.code()
    identified_in = columns.day()
    lifted_out_year = columns.year()

    monitoring_category = columns.code()
    monitored_since = columns.day()
    risks = columns.codes()
    disaster_kinds = columns.codes()
    risk_note = columns.text(300)
    risk_removed = columns.flag()
    risk_removed_month = columns.day()
    removal_kind = columns.code()
    no_labour_household = columns.flag()
    resettlement_area = columns.flag()
    resettlement_address = columns.text(200)

    phone = columns.sealed()
    phone_index = columns.blinded()
    bank = columns.text(80)
    account = columns.sealed()
    collector_name = columns.sealed()
    collector_phone = columns.sealed()
    remark = columns.sealed()

    version = columns.version()
    entered_at = columns.entered()

    class Meta:
        ordering = ["number"]
        indexes = [
            models.Index(fields=["village_code", "number"], name="household_by_village"),
            models.Index(
                fields=["category", "village_code", "number"], name="household_by_category"
            ),
            models.Index(
                fields=["monitoring_category", "village_code", "number"],
                name="household_by_monitoring",
                condition=~Q(monitoring_category=""),
            ),
            GinIndex(fields=["risks"], name="household_by_risk"),
            models.Index(
                fields=["phone_index"],
                name="household_by_phone",
                condition=Q(phone_index__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=HouseholdState.values), name="household_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state="active") | Q(members=0),
                name="only_an_active_household_has_members",
            ),
            models.CheckConstraint(
                condition=Q(village_code__regex=r"^([0-9]{12})?$"),
                name="household_village_code_has_12_digits",
            ),
        ]

    def __str__(self) -> str:
        return self.number

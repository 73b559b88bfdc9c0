"""The tables of the registry by the subject that the catalogue speaks of."""

from django.db import models

from fangpin.registry.models import (
    CategorySpell,
    HelperSpell,
    Household,
    IncomeYear,
    Membership,
    Person,
    YearlyConditions,
)

TABLES: dict[str, type[models.Model]] = {
    "household": Household,
    "person": Person,
    "membership": Membership,
    "category": CategorySpell,
    "conditions": YearlyConditions,
    "income": IncomeYear,
    "helper": HelperSpell,
}

"""The registry of record, one noun per file. What each column means stands in `catalogue/`.

Dates that end something (`ended_on`) are the first day on which it no longer holds, so that one
membership or spell can follow another on the same day. Sealed columns are bytes (`sealing.py`).
"""

from fangpin.registry.models.conditions import YearlyConditions
from fangpin.registry.models.event import EventKind, RegistryEvent
from fangpin.registry.models.helper import HelperSpell
from fangpin.registry.models.household import Household, HouseholdState, Origin
from fangpin.registry.models.income import IncomeYear, Occasion
from fangpin.registry.models.membership import Membership
from fangpin.registry.models.name_book import NameBook, NameChange
from fangpin.registry.models.person import Person
from fangpin.registry.models.spell import CategorySpell, SpellKind

__all__ = [
    "CategorySpell",
    "EventKind",
    "HelperSpell",
    "Household",
    "HouseholdState",
    "IncomeYear",
    "Membership",
    "NameBook",
    "NameChange",
    "Occasion",
    "Origin",
    "Person",
    "RegistryEvent",
    "SpellKind",
    "YearlyConditions",
]

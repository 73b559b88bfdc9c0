"""The administrative tree, its history, and what is known about villages. One noun per file."""

from fangpin.places.models.boundary import Boundary
from fangpin.places.models.change import FollowedRows, PlaceChange, PlaceSpell, Succession
from fangpin.places.models.place import Place
from fangpin.places.models.village import NaturalVillage, ResettlementSite, VillageProfile

__all__ = [
    "Boundary",
    "FollowedRows",
    "NaturalVillage",
    "Place",
    "PlaceChange",
    "PlaceSpell",
    "ResettlementSite",
    "Succession",
    "VillageProfile",
]

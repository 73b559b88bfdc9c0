"""Every read of the registry, one noun per file. The actor comes first."""

from fangpin.registry.queries.household import (
    Extent,
    HouseholdView,
    extent,
    head_names,
    household,
)

__all__ = ["Extent", "HouseholdView", "extent", "head_names", "household"]

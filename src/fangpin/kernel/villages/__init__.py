"""Villages: from names, codes and addresses as delivered to the place codes of the registry."""

from fangpin.kernel.villages.columns import PLACE_VERDICT_DTYPE, resolve_series
from fangpin.kernel.villages.index import Merger, Place, PlaceIndex, PlaceVerdict, Resolution
from fangpin.kernel.villages.spelling import (
    Address,
    PlaceKind,
    VillageName,
    split_address,
    split_group,
    township_core,
    village_name,
)

__all__ = [
    "PLACE_VERDICT_DTYPE",
    "Address",
    "Merger",
    "Place",
    "PlaceIndex",
    "PlaceKind",
    "PlaceVerdict",
    "Resolution",
    "VillageName",
    "resolve_series",
    "split_address",
    "split_group",
    "township_core",
    "village_name",
]

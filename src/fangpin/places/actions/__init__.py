"""Every write to the administrative tree and to what is known about villages."""

from fangpin.places.actions.boundaries import forget_outlines, keep_outlines
from fangpin.places.actions.from_list import Report, apply_list, dry_run
from fangpin.places.actions.merging import NewPlace, merge, split
from fangpin.places.actions.opening import close, enter, reopen
from fangpin.places.actions.reference import load_reference
from fangpin.places.actions.restating import move, recode, rename, restated
from fangpin.places.actions.take_over import take_over
from fangpin.places.actions.undoing import undo
from fangpin.places.actions.village import (
    Stale,
    close_hamlet,
    close_site,
    keep_hamlet,
    keep_profile,
    keep_site,
)

__all__ = [
    "NewPlace",
    "Report",
    "Stale",
    "apply_list",
    "close",
    "close_hamlet",
    "close_site",
    "dry_run",
    "enter",
    "forget_outlines",
    "keep_hamlet",
    "keep_outlines",
    "keep_profile",
    "keep_site",
    "load_reference",
    "merge",
    "move",
    "recode",
    "rename",
    "reopen",
    "restated",
    "split",
    "take_over",
    "undo",
]

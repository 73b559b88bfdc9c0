"""Who answers for a step, and which level is told when it is late."""

from datetime import timedelta
from typing import Final

AHEAD: Final = timedelta(days=1)  # told to the next level so long before
# Days late after which the level above the next one is told as well.
HIGHER_AFTER: Final = timedelta(days=3)

_LEVEL_OF: Final = {
    "household": "village",
    "village_worker": "village",
    "township_officer": "township",
    "county_bureau": "county",
    "approver": "county",
    "department_liaison": "county",
}
# Who is told at a level.
TOLD: Final = {"township": ["township_officer"], "county": ["county_bureau", "approver"],
               "leader": ["leader"]}  # fmt: skip
ABOVE: Final = {"village": ("township", "county"), "township": ("county", "leader"),
                 "county": ("leader", "leader")}  # fmt: skip


def level_of(posts: list[str]) -> str:
    """The lowest level that may act on a step."""
    found = {_LEVEL_OF.get(post, "county") for post in posts}
    return next((level for level in ("village", "township", "county") if level in found), "county")

"""What the rules of data quality found about a household, for its page."""

from collections.abc import Mapping
from typing import Any

from fangpin.checks.asking import rules
from fangpin.checks.models import Hit
from fangpin.checks.queries import hits_of_household
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of
from fangpin.registry.queries.file import HouseholdFile
from fangpin.web.lists.quality import STATES, label


def quality_of(actor: User, file: HouseholdFile, names: Mapping[str, str]) -> dict[str, Any]:
    """Open and answered hits with their words, what is open and surely wrong first; `quality` None
    for whom they are not shown, and for a file of the past. One query."""
    if not scope_of(actor).covers(Right.quality, file.village_code) or file.as_of:
        return {"quality": None}
    found = sorted(
        hits_of_household(actor, file.number),
        key=lambda hit: (hit.state != Hit.State.OPEN, hit.severity != "error"),
    )
    known = rules()
    lines = [
        {
            "hit": hit,
            "label": label(hit.rule),
            "advice": known[hit.rule].advice if hit.rule in known else None,
            "name": names.get(hit.person_number, ""),
            "state": STATES[Hit.State(hit.state)],
        }
        for hit in found
    ]
    return {"quality": lines, "quality_open": sum(hit.state == Hit.State.OPEN for hit in found)}

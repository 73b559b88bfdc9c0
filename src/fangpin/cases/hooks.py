"""What packages below call when something happens there; light, read when the program starts."""

from collections.abc import Sequence
from typing import Any, Final

from fangpin.cases.models import OPEN, Case
from fangpin.foundation.actions import enqueue
from fangpin.foundation.models import Job

RECOUNT: Final = "cases_recount"


def calendar_changed(by: Any, year: int) -> None:
    """Days of open cases move with the calendar, in a job; called in the calendar's transaction."""
    waiting = Job.objects.filter(kind=RECOUNT, state=Job.State.QUEUED, arguments={"year": year})
    if not waiting.exists():
        enqueue(by=by, kind=RECOUNT, arguments={"year": year})


_FEW = 2000  # more ids than that cost more to send than all open cases to read


INCLUSION: Final = ("monitor", "return_to_monitoring", "identify")
"""Effects of the procedures at whose end a household is helped whatever sign comes in meanwhile;
one that mends a roof or corrects a telephone number says nothing about other signs."""


def households_with_open_case(households: Sequence[int]) -> set[int]:
    """Those of the households whose inclusion is under way."""
    rows = Case.objects.filter(OPEN, household__isnull=False, effect__in=INCLUSION)
    if len(households) <= _FEW:
        rows = rows.filter(household__in=households)
    open_now = {pk for pk in rows.values_list("household_id", flat=True) if pk is not None}
    return open_now & set(households)

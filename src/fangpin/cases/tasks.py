"""Background work: fetch what is named, call an action."""

from typing import Any

from fangpin.cases.actions.time import recount_all
from fangpin.kernel.errors import Text


def recount(*, by: Any, progress: Any, year: int) -> dict[str, Any]:
    """The job: the calendar of a year changed, days that were counted with it move."""
    progress(10, Text("重新计算个案期限", "Counting the days of cases anew"))
    return recount_all(by=by, year=year)

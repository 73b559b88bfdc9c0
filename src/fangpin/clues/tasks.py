"""Background work: fetch what is named, call an action."""

from typing import Any

from fangpin.clues.models import RunTaken
from fangpin.foundation.actions import enqueue
from fangpin.kernel.errors import Text
from fangpin.screening.models import Run

JOB, RECOUNT = "clues_from_run", "clues_recount"


def enqueue_from_run(by: Any, run: Run) -> None:
    """A run has been loaded: put the taking of its findings into the queue."""
    enqueue(by=by, kind=JOB, arguments={"run": run.pk})


def calendar_changed(by: Any, year: int) -> None:
    """Days that are counted in workdays move with the calendar, in a job."""
    enqueue(by=by, kind=RECOUNT, arguments={"year": year})


def take_run(*, by: Any, progress: Any, run: int) -> dict[str, Any]:
    """The job: findings of a run become clues. A run that was replaced meanwhile is left to the
    job of the one that replaced it."""
    from fangpin.clues.actions.from_run import from_run

    found = Run.objects.select_related("intake").filter(pk=run).first()
    if found is None:
        return {"replaced": True}
    progress(10, Text("把疑点汇成线索", "Turning findings into clues"))
    taken: RunTaken = from_run(by=by, run=found)
    return {"state": str(taken.state), **taken.counts}


def recount(*, by: Any, progress: Any, year: int) -> dict[str, Any]:
    """The job: the calendar of a year changed, days that were counted with it move."""
    from fangpin.clues.actions.sending import recount as recounted

    progress(10, Text("重新计算线索期限", "Counting the days of clues anew"))
    return {"moved": recounted(by=by, year=year)}

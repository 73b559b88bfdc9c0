"""When a case, a step or a notice is due, by the calendar; and anew when the calendar changes."""

from datetime import date, datetime

from django.utils import timezone

from fangpin.cases.in_force import frozen_of
from fangpin.cases.models import Case, Publication, Turn
from fangpin.foundation.calendar import Calendar, due
from fangpin.policy.procedure_records import Step, TimeLimit


def day_of(moment: datetime) -> date:
    """The day of a moment by the server's calendar."""
    return timezone.localtime(moment).date()


def case_due(case: Case, calendar: Calendar) -> tuple[date | None, bool]:
    """The day by which the whole case is due, None without a limit; and whether provisional."""
    limit = frozen_of(case).procedure.time_limit
    return _counted(limit, day_of(case.opened_at), calendar)


def turn_due(
    case: Case, step: Step, began: datetime, notice: Publication | None, calendar: Calendar
) -> tuple[date | None, bool]:
    """The day by which a step is due. A step whose notice hangs is due on the workday after it;
    one without a limit of its own, with the case."""
    if notice is not None and notice.until_day is not None:
        after = due(notice.until_day, 1, "workday", calendar)
        return after.on, after.provisional or notice.provisional
    if step.within is None:
        return case.due_on, case.provisional
    start = case.opened_at if step.within.counts_from == "case" else began
    return _counted(step.within, day_of(start), calendar)


def notice_ends(
    publication: Publication, first: date, calendar: Calendar
) -> tuple[date | None, bool]:
    """The last day on which a notice hangs that goes up on `first`; None without an end."""
    if publication.days is None:
        return None, False
    last = due(
        first,
        publication.days,
        "workday" if publication.kind == "workday" else "calendar",
        calendar,
    )
    return last.on, last.provisional


def _counted(limit: TimeLimit | None, start: date, calendar: Calendar) -> tuple[date | None, bool]:
    if limit is None:
        return None, False
    assert isinstance(limit.days, int)  # frozen definitions name no parameters
    found = due(start, limit.days, limit.kind, calendar)
    return found.on, found.provisional


def recount(
    case: Case, turns: list[Turn], notices: dict[int, Publication], calendar: Calendar
) -> list[str]:
    """Work out all days of an open case anew; rows are changed and not saved. Returns which rows
    differ ("case", "turn:<id>", "publication:<id>")."""
    changed = []
    steps = {step.id: step for step in frozen_of(case).procedure.steps}
    whole = case_due(case, calendar)
    if whole != (case.due_on, case.provisional):
        case.due_on, case.provisional = whole
        changed.append("case")
    for turn in turns:
        notice = notices.get(turn.pk)
        if notice is not None and notice.state == Publication.State.POSTED and notice.from_day:
            ends = notice_ends(notice, notice.from_day, calendar)
            if ends != (notice.until_day, notice.provisional):
                notice.until_day, notice.provisional = ends
                changed.append(f"publication:{notice.pk}")
        found = turn_due(case, steps[turn.step], turn.began_at, notice, calendar)
        if found != (turn.due_on, turn.provisional):
            turn.due_on, turn.provisional = found
            changed.append(f"turn:{turn.pk}")
    return changed

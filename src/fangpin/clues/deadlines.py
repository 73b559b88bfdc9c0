"""Until when a clue is to be answered: workdays after the day it was sent."""

from datetime import date, timedelta

from fangpin.clues.actions.refusals import refuse
from fangpin.clues.limits import limits, pack_in_force
from fangpin.foundation.calendar import Calendar, Due, due
from fangpin.foundation.calendar.queries import calendar_in_force

LONGEST_DAYS = 60
LONGEST = timedelta(days=120)


def usual_days(day: date) -> int:
    """Workdays that the pack in force gives for a check. One query."""
    return limits(pack_in_force(), day).check_days


def due_after(sent_on: date, days: int, calendar: Calendar | None = None) -> Due:
    """The day by which a clue sent on `sent_on` is to be answered. Two queries without a calendar.
    Raises FangpinError for fewer than one day or more than LONGEST_DAYS."""
    if not 1 <= days <= LONGEST_DAYS:
        raise refuse(
            f"期限须为 1 到 {LONGEST_DAYS} 个工作日",
            f"between 1 and {LONGEST_DAYS} workdays can be given",
            "重新填写天数",
            "change the number of days",
            "days",
        )
    return due(sent_on, days, "workday", calendar or calendar_in_force())


def named_day(sent_on: date, day: date) -> Due:
    """A day that somebody named. Raises FangpinError for one that is past or far ahead."""
    if not sent_on <= day <= sent_on + LONGEST:
        raise refuse(
            "期限须在今天以后四个月以内",
            "the day lies between today and four months ahead",
            "重新选择日期",
            "choose another day",
            "due",
        )
    return Due(day, False)

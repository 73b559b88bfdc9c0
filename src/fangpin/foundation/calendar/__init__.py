"""Working days of the People's Republic: what is published, what was entered, what is due when."""

from fangpin.foundation.calendar.workdays import (
    Calendar,
    Due,
    Kind,
    due,
    local_day,
    next_workday,
    workdays_between,
)

__all__ = ["Calendar", "Due", "Kind", "due", "local_day", "next_workday", "workdays_between"]

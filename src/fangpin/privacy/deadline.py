"""By when a request is answered."""

from datetime import date

from django.conf import settings

from fangpin.foundation.calendar import Due, due
from fangpin.foundation.calendar.queries import calendar_in_force


def answer_by(received: date) -> Due:
    """The last working day for a request received on a day (FANGPIN_REQUEST_WORKDAYS)."""
    return due(received, settings.REQUEST_WORKDAYS, "workday", calendar_in_force())

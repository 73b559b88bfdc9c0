"""Row history: triggers keep the old row at every update and delete, however it is made.

An insert writes no history (a million rows by COPY cost nothing); `entered_at` tells when a row
began. Rows that one action changed carry the same context (`RegistryEvent.context`), so that the
action can be shown and taken back exactly.
"""

from collections.abc import Callable
from typing import TypeVar

import pghistory
from django.db.models import Model

M = TypeVar("M", bound=type[Model])


def kept() -> Callable[[M], M]:
    """Class decorator: keep the old rows of this table in `<Model>History`."""

    def decorate(model: M) -> M:
        tracked: M = pghistory.track(
            pghistory.UpdateEvent(row=pghistory.Old),
            pghistory.DeleteEvent(),
            model_name=f"{model.__name__}History",
            app_label="registry",
        )(model)
        return tracked

    return decorate

"""A posted notice is taken down before its end, by a person with a reason: it is due anew, and its
days begin again when it is posted again."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from fangpin.cases.actions.doing import ids, locked_with, may_act, subject
from fangpin.cases.actions.refusals import NotAllowed, Refused
from fangpin.cases.models import Publication
from fangpin.cases.refusals import NO_REASON
from fangpin.foundation.actions import record
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of


@transaction.atomic
def notice_withdrawn(
    *, by: User, publication: int, reason: str, now: datetime | None = None
) -> Publication:
    """Take it back. One that does not hang stays as it is; one whose step was taken already, or
    whose case is closed, comes down for good.

    Raises Publication.DoesNotExist for one that is not the actor's, NotAllowed, Refused without a
    reason. The reason is kept by whoever shows notices.
    """
    now = now or timezone.now()
    case, row = locked_with(by, Publication, publication)
    if row.state != Publication.State.POSTED:
        return row
    if not may_act(by, case.area_code):
        raise NotAllowed(scope_of(by).why(Right.cases_act, case.area_code).reason, case.pk)
    if len(reason.strip()) < 2:
        raise Refused.by(NO_REASON)
    if case.state == "open" and row.turn.done_at is None:
        row.state = Publication.State.DUE
        row.from_day = row.until_day = row.posted_at = row.posted_by = None
    else:
        row.state, row.ended_at = Publication.State.WITHDRAWN, now
    row.save()
    case.version += 1
    case.save(update_fields=["version"])
    record(
        by=by,
        action="cases.notice_withdrawn",
        subject=subject(case),
        detail=ids(case, publication=row.pk),
    )
    return row

"""The bond between a clue and the case that began from it. The package of cases calls these inside
its own transactions; it has asked whether the actor may."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from fangpin.clues import telling
from fangpin.clues.actions.answering import refuse_second
from fangpin.clues.actions.refusals import refuse
from fangpin.clues.actions.seen import opening
from fangpin.clues.models import Clue, ClueState, Ending
from fangpin.foundation.actions import record


@transaction.atomic
def link_case(*, by: Any, clue: int, case: int) -> Clue:
    """A case has begun from the clue, which is closed with it. The same again changes nothing.

    Raises Clue.DoesNotExist, FangpinError for a clue that was closed otherwise or has another case.
    """
    found = Clue.objects.select_for_update().get(pk=clue)
    if found.case == case:
        return found
    if found.state == ClueState.CLOSED:
        raise refuse(
            "该线索已办结，不能再转办",
            "the clue is closed already",
            "答复有误的先撤回答复；有新情况的另行登记线索",
            "take a mistaken answer back first, or enter a new lead",
        )
    found.case, found.state, found.ended_as = case, ClueState.CLOSED, Ending.CASE
    found.closed_at = timezone.now()
    _save(found)
    telling.checked(found.village_code, now=found.closed_at)
    record(by=by, action="clues.link_case", subject=f"clue:{found.pk}", detail={"case": case})
    return found


@transaction.atomic
def unlink_case(*, by: Any, clue: int, case: int) -> Clue:
    """The case was opened by mistake and cancelled: the clue is as it was before.

    Raises Clue.DoesNotExist, FangpinError when the household has another open clue by now.
    """
    found = Clue.objects.select_for_update().get(pk=clue)
    if found.case != case:
        return found
    refuse_second(found)
    found.case, found.ended_as, found.closed_at = None, "", None
    if found.answer:
        found.state = ClueState.ANSWERED
    else:
        found.state = ClueState.SENT if found.sent_at else ClueState.NEW
    with opening():
        _save(found)
    record(by=by, action="clues.unlink_case", subject=f"clue:{found.pk}", detail={"case": case})
    return found


def _save(clue: Clue) -> None:
    clue.version += 1
    clue.save(update_fields=["case", "state", "ended_as", "closed_at", "version"])

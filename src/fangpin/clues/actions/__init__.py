"""Every write about clues. Keyword-only; one transaction is the change and its audit entry."""

from fangpin.clues.actions.answering import Answered, answer, close_without_case, take_back
from fangpin.clues.actions.from_run import from_run
from fangpin.clues.actions.linking import link_case, unlink_case
from fangpin.clues.actions.refusals import Conflict
from fangpin.clues.actions.releasing import decide_release, propose_release
from fangpin.clues.actions.reporting import identify, report
from fangpin.clues.actions.returning import return_to_department
from fangpin.clues.actions.sending import MOST_AT_ONCE, Sent, send

__all__ = [
    "MOST_AT_ONCE",
    "Answered",
    "Conflict",
    "Sent",
    "answer",
    "close_without_case",
    "decide_release",
    "from_run",
    "identify",
    "link_case",
    "propose_release",
    "report",
    "return_to_department",
    "send",
    "take_back",
    "unlink_case",
]

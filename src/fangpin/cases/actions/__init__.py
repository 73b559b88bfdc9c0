"""Every write about cases: one transaction = change + audit."""

from fangpin.cases.actions.attachments import Attached
from fangpin.cases.actions.conflicts import settle_kept
from fangpin.cases.actions.notices import notice_over, notice_posted
from fangpin.cases.actions.objections import object_to, settle_objection
from fangpin.cases.actions.opening import open_case
from fangpin.cases.actions.refusals import Conflict, NotAllowed, Refused, Side
from fangpin.cases.actions.staying_away import declare_recusal, end_recusal, state_own_person
from fangpin.cases.actions.taking import Taken, take_step, withdraw
from fangpin.cases.actions.taking_down import notice_withdrawn
from fangpin.cases.actions.time import keep_time, recount_all
from fangpin.cases.actions.which_pack import put_pack_in_force

__all__ = [
    "Attached",
    "Conflict",
    "NotAllowed",
    "Refused",
    "Side",
    "Taken",
    "declare_recusal",
    "end_recusal",
    "keep_time",
    "notice_over",
    "notice_posted",
    "notice_withdrawn",
    "object_to",
    "open_case",
    "put_pack_in_force",
    "recount_all",
    "settle_kept",
    "settle_objection",
    "state_own_person",
    "take_step",
    "withdraw",
]

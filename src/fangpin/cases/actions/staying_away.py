"""Who a user is in the registry, and whom they declare to be close to."""

from typing import Final

from django.db import transaction
from django.utils import timezone

from fangpin.cases.actions.refusals import NotAllowed, Refused
from fangpin.cases.models import OwnPerson, Recusal
from fangpin.cases.refusals import NO_REASON
from fangpin.foundation.actions import record
from fangpin.foundation.fields import close_into
from fangpin.kernel.errors import FangpinError, Text
from fangpin.kernel.identity import REMEDY, WHAT, Verdict, judge
from fangpin.people.models import User
from fangpin.people.row_security import unwalled
from fangpin.people.scope import Right, scope_of
from fangpin.registry.ids import allocate
from fangpin.registry.models import Household
from fangpin.registry.sealing import close

_OWN_ACCOUNT: Final = Text(
    "本人的身份和回避由另一位安全管理员处理",
    "another security administrator sees to your own person and recusals",
)


@transaction.atomic
def state_own_person(*, by: User, user: User, id_number: str) -> OwnPerson:
    """Say which person a user is, by the identity number ("" takes it back). Only who enters users
    may; the number itself is in no audit entry. Raises NotAllowed, FangpinError."""
    answer = scope_of(by).why(Right.users)
    if not answer:
        raise NotAllowed(answer.reason)
    if user.pk == by.pk:
        raise NotAllowed(_OWN_ACCOUNT)
    text = "".join(id_number.split()).upper()
    if text:
        judged = judge(text, as_of=timezone.localdate())
        if judged.verdict not in (Verdict.ok, Verdict.ok_normalised):
            what, remedy = WHAT[judged.verdict], REMEDY[judged.verdict]
            raise FangpinError.because(what.zh, what.en, do_zh=remedy.zh, do_en=remedy.en)
        text = judged.normalised or text
    row = OwnPerson.objects.select_for_update().filter(user=user).first()
    if row is None:
        row = OwnPerson(pk=allocate(OwnPerson, 1)[0], user=user)
    closed = close(OwnPerson, [row.pk], {"id_number": [text or None]})
    row.id_number, row.id_index = closed["id_number"][0], closed["id_index"][0]
    row.entered_by = by
    row.save()
    record(
        by=by,
        action="cases.own_person",
        subject=f"user:{user.pk}",
        detail={"stated": bool(text)},
    )
    return row


@transaction.atomic
def declare_recusal(*, by: User, household: int, reason: str) -> Recusal:
    """Say that one is close to a household and stays away from its cases. Again, it is the same.

    Raises Household.DoesNotExist for one that is not the actor's, Refused without a reason.
    """
    inside = scope_of(by).within(Right.registry, "village_code")
    home = Household.objects.get(inside, pk=household)
    before = Recusal.objects.filter(user=by, household=home, ended_at=None).first()
    if before is not None:
        return before
    if len(reason.strip()) < 2:
        raise Refused.by(NO_REASON)
    row = Recusal(pk=allocate(Recusal, 1)[0], user=by, household=home)
    close_into([row], "reason", [reason.strip()[:500]])
    row.save(force_insert=True)
    record(
        by=by,
        action="cases.recusal",
        subject=f"household:{home.pk}",
        detail={"user": by.pk},
    )
    return row


@transaction.atomic
def end_recusal(*, by: User, recusal: int, reason: str) -> Recusal:
    """Only who enters users may end one, not the user it binds. Raises Recusal.DoesNotExist,
    NotAllowed, Refused without a reason."""
    with unwalled():  # whoever looks after accounts has no area of their own
        return _ended(by, recusal, reason)


def _ended(by: User, recusal: int, reason: str) -> Recusal:
    row = Recusal.objects.select_for_update().get(pk=recusal, ended_at=None)
    answer = scope_of(by).why(Right.users)
    if not answer:
        raise NotAllowed(answer.reason)
    if row.user_id == by.pk:
        raise NotAllowed(_OWN_ACCOUNT)
    if len(reason.strip()) < 2:
        raise Refused.by(NO_REASON)
    row.ended_at, row.ended_by = timezone.now(), by
    close_into([row], "why_ended", [reason.strip()[:500]])
    row.save(update_fields=["ended_at", "ended_by", "why_ended_closed"])
    record(
        by=by,
        action="cases.recusal_ended",
        subject=f"household:{row.household_id}",
        detail={"user": row.user_id},
    )
    return row

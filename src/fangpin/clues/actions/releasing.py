"""A run that would bring too many clues at once: two people look before they are taken."""

from django.db import transaction
from django.utils import timezone

from fangpin.clues import telling
from fangpin.clues.actions.from_run import take_released
from fangpin.clues.actions.refusals import changed, refuse, text_of
from fangpin.clues.models import RunTaken
from fangpin.foundation.actions import record
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of
from fangpin.screening.models import Run


def _held(by: User, pk: int) -> RunTaken:
    """The held run, locked. Raises RunTaken.DoesNotExist when it is absent or reaches beyond the
    actor's area."""
    found = RunTaken.objects.select_for_update().get(pk=pk)
    scope = scope_of(by)
    if not all(scope.covers(Right.clues_release, area) for area in found.areas):
        raise RunTaken.DoesNotExist
    if found.state != RunTaken.State.HELD:
        raise changed()
    return found


@transaction.atomic
def propose_release(*, by: User, held: int, reason: str) -> RunTaken:
    """The first of two: say why so many clues are right. Raises RunTaken.DoesNotExist, Conflict,
    FangpinError without a reason."""
    found = _held(by, held)
    why = text_of(reason, 300, "reason")
    if len(why) < 4:
        raise refuse(
            "请写明核对了什么",
            "say what was looked at",
            "如“已与医保局核对，5 月集中结算”",
            "for example: asked the department, it settled two months at once",
            "reason",
        )
    found.proposed_by, found.proposed_at, found.reason = by, timezone.now(), why
    found.save(update_fields=["proposed_by", "proposed_at", "reason"])
    record(by=by, action="clues.propose_release", subject=f"run:{found.key}", detail={})
    return found


@transaction.atomic
def decide_release(*, by: User, held: int, release: bool) -> RunTaken:
    """The second of two takes the findings as clues, or refuses the run. Whoever proposed it cannot
    release it; a refusal needs nobody else.

    Raises RunTaken.DoesNotExist, Conflict, FangpinError.
    """
    found = _held(by, held)
    now = timezone.now()
    if not release:
        telling.released([found.pk], now=now)
        found.state = RunTaken.State.REFUSED
        found.decided_by, found.decided_at = by, now
        found.save(update_fields=["state", "decided_by", "decided_at"])
        record(by=by, action="clues.refuse_run", subject=f"run:{found.key}", detail={})
        return found
    if found.proposed_by_id is None or found.proposed_by_id == by.pk:
        raise refuse(
            "放行须由两人完成：一人核对提出，另一人同意",
            "a release takes two people: one proposes it, another one grants it",
            "请另一位有权限的人员处理",
            "ask somebody else with this right",
        )
    run = Run.objects.select_related("intake").filter(pk=found.run).first()
    if run is None:
        raise refuse(
            "这次比对的结果已被替换",
            "the results of this run have been replaced",
            "等新结果的处理",
            "wait for those of the new one",
        )
    telling.released([found.pk], now=now)
    found.state, found.decided_by, found.decided_at = RunTaken.State.RELEASED, by, now
    found.save(update_fields=["state", "decided_by", "decided_at"])
    record(by=by, action="clues.release_run", subject=f"run:{found.key}", detail={})
    return take_released(by=by, run=run, now=now)

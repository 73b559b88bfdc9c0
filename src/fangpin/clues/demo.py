"""Clues of a demonstration: those of its runs, some sent, some answered, some late.

Everything goes through the actions; only the moments are set back, and the days of the data moved
along with them, so that there is something to see: the invented data are of one month for ever, the
demonstration is of today. The same county always gives the same clues.
"""

from datetime import date, datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid5

from django.db import connection, transaction
from django.utils import timezone

from fangpin.clues import actions
from fangpin.clues.deadlines import due_after
from fangpin.clues.labels import RESULTS
from fangpin.clues.models import Clue, ClueAnswer, ClueReason, ClueState, RunTaken
from fangpin.clues.tasks import JOB
from fangpin.clues.words import REASONS
from fangpin.foundation.actions import finish
from fangpin.foundation.calendar.queries import calendar_in_force
from fangpin.foundation.models import Job
from fangpin.people.models import User
from fangpin.screening.models import Answer, Run

_SPACE = UUID("6f0c5d0e-6d2c-4b1f-9a55-0d5f4a4f3c11")
_MOST_OLD, _MOST_NEW = 45, 10  # answers
_MONTH = timedelta(days=30)
_REPORTS = (
    ("cadre", "grid_worker", "走访发现：户主上月在工地摔伤，近期无法务工，两个孩子在上学。", ""),
    ("cadre", "stationed_team", "入户发现：房屋东墙开裂，雨后有渗水，家中只有两位老人。", ""),
    (
        "supervision",
        "hotline_12345",
        "来电反映：家里养的牛病死，今年收入可能明显减少。",
        "12345-0412",
    ),
    ("application", "in_person", "本人到村委会申请：孩子住院花费较大，生活困难。", ""),
)


def show_clues(*, county: User, approver: User, village_code: str) -> int:
    """Make the clues, unless there are some already. Returns how many there are."""
    if Clue.objects.exists():
        return 0
    runs = list(Run.objects.select_related("intake").order_by("as_of"))
    now = timezone.now()
    with transaction.atomic():
        for at, run in enumerate(runs):
            back = _MONTH * (len(runs) - 2 - at) + timedelta(days=9)
            _take(run, now - max(back, timedelta(days=2)), county, approver)
        _signs()
        _done()
        _report(county, village_code, now)
        _send(county, village_code, now)
        _answer(county, now)
    return Clue.objects.count()


def _take(run: Run, moment: datetime, county: User, approver: User) -> None:
    taken = actions.from_run(by=None, run=run, now=moment)
    if taken.state == RunTaken.State.HELD:
        actions.propose_release(by=county, held=taken.pk, reason="首次筛查，已与各部门核对数据")
        actions.decide_release(by=approver, held=taken.pk, release=True)
        # The release is of this moment; the clues are of the run's.
        Clue.objects.filter(reasons__run=run.pk, opened_at__gt=moment).update(opened_at=moment)
        ClueReason.objects.filter(run=run.pk, at__gt=moment).update(at=moment)


def _signs() -> None:
    """The data speak of some days before their clues, not of the year they were made for."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE clues_cluereason
            SET first_on = at::date - (4 + clue_id % 9)::int, last_on = at::date - 4
            WHERE channel = 'screening' AND first_on < at::date - 400
            """
        )


def _done() -> None:
    """The jobs that would take the same runs once more have nothing left to do."""
    for job in Job.objects.filter(kind=JOB, state=Job.State.QUEUED):
        Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, started_at=timezone.now())
        finish(job=job, state=Job.State.DONE, result={"demonstration": True})


def _report(county: User, village_code: str, now: datetime) -> None:
    """Leads that people brought, about households of one village."""
    from fangpin.registry.models import Household

    homes = Household.objects.filter(village_code=village_code, state="active", clues=None)
    for (channel, source, text, reference), home in zip(
        _REPORTS, homes.order_by("number")[: len(_REPORTS)], strict=False
    ):
        actions.report(
            by=county, channel=channel, source=source, text=text, reference=reference,
            household=home.pk, client_id=uuid5(_SPACE, source), at=now - timedelta(days=4),
        )  # fmt: skip


def _chance(clue: Clue, what: str) -> float:
    """Between 0 and 1, always the same for a household."""
    number = clue.household.number if clue.household else str(clue.pk)
    return int.from_bytes(sha256(f"{what} {number}".encode()).digest()[:4], "big") / 2**32


def _send(county: User, village_code: str, now: datetime) -> None:
    """Older clues have all been sent a day after they were opened, of the newest most."""
    today = timezone.localdate(now)
    calendar = calendar_in_force()
    clues = [
        clue
        for clue in Clue.objects.filter(state=ClueState.NEW).select_related("household")
        if today - timezone.localdate(clue.opened_at) > timedelta(days=12)
        or _chance(clue, "sent") < 0.7
        or clue.village_code == village_code
    ]
    actions.send(by=county, clues=[clue.pk for clue in clues])
    days = Clue.objects.filter(pk=clues[0].pk).values_list("days", flat=True)[0] or 3
    due: dict[date, tuple[date, bool]] = {}
    for clue in clues:
        clue.state, clue.sent_by, clue.days = ClueState.SENT, county, days
        clue.sent_at = min(clue.opened_at + timedelta(days=1), now)
        sent_on = timezone.localdate(clue.sent_at)
        if sent_on not in due:
            until = due_after(sent_on, days, calendar)
            due[sent_on] = until.on, until.provisional
        clue.due_on, clue.provisional = due[sent_on]
    Clue.objects.bulk_update(clues, ["sent_at", "due_on", "provisional"], batch_size=2000)


def _answer(county: User, now: datetime) -> None:
    """Most of the older clues were answered, some of them late; of the newest the first."""
    checks = Answer.objects.filter(channel="field_check").order_by("answered_on")
    told = dict(checks.values_list("household_number", "result"))
    kinds = {result: kind for kind, result in RESULTS.items()}
    waiting = Clue.objects.filter(state=ClueState.SENT).select_related("household")
    left = {True: _MOST_OLD, False: _MOST_NEW}
    for clue in waiting.order_by("opened_at", "pk"):
        old = now - clue.opened_at > timedelta(days=12)
        if not left[old] or _chance(clue, "answered") > (0.85 if old else 0.4):
            continue
        left[old] -= 1
        number = clue.household.number if clue.household else ""
        kind = str(
            kinds[told.get(number, "refused" if _chance(clue, "true") < 0.3 else "confirmed")]
        )
        reason = list(REASONS[kind])[int(_chance(clue, "reason") * 2)]
        note = "已入户核实，情况属实，家庭支出压力较大。" if reason == "worse" else ""
        done = actions.answer(
            by=county, clue=clue.pk, version=clue.version, answer=kind, reason=reason, note=note,
            client_id=uuid5(_SPACE, number or str(clue.pk)),
        )  # fmt: skip
        assert clue.sent_at is not None
        assert clue.due_on is not None
        wait = timedelta(days=1 + int(_chance(clue, "wait") * (10 if old else 5)))
        moment = min(clue.sent_at + wait, now)
        late = timezone.localdate(moment) > clue.due_on
        shut = moment if done.clue.state == ClueState.CLOSED else None
        Clue.objects.filter(pk=clue.pk).update(answered_at=moment, late=late, closed_at=shut)
        ClueAnswer.objects.filter(pk=done.answer.pk).update(received_at=moment, late=late)

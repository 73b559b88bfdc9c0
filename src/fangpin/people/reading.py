"""How many persons somebody reads about in a day, and the stop when it is too many.

Counted are persons whose file or search result was opened, or of whom a value was shown in clear,
and households that stood with a name in a list: one each, whatever their size. Who was read or
listed twice on a day counts once. Files that are taken away have their own log.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from fangpin.foundation.actions import record
from fangpin.kernel.errors import FangpinError, Problem, Text
from fangpin.people.models import Alarm, HouseholdListed, PersonRead, User
from fangpin.people.scope import Right, scope_of


class TooManyRead(FangpinError):
    """More persons than the role's work explains; the security administrator has been told."""


def limit_of(actor: User) -> int:
    """Persons a day, by the actor's roles that read the registry; the largest holds."""
    limits: dict[str, int] = settings.READING_LIMITS
    roles = {g.role.value for g in scope_of(actor).grants if g.gives(Right.registry)}
    return max((limits[role] for role in roles), default=0)


def note_reading(*, by: User, persons: Iterable[int]) -> None:
    """Write down that `by` is about to be shown these persons (ids). At most six queries.

    Raises TooManyRead, and rings the alarm once, when the day's limit does not allow for those
    among them that were not read before today; then none of them may be shown.
    """
    wanted = set(persons)
    if not wanted:
        return
    with transaction.atomic():
        refused = _note(by, wanted, timezone.localdate())
    if refused is not None:
        raise refused


def room_for(by: User, groups: Sequence[Iterable[int]]) -> int:
    """How many of the groups of persons (ids), taken in order, the day still allows to be shown.
    Writes nothing and rings no alarm: for whoever would rather show less. At most four queries.
    """
    today = timezone.localdate()
    wanted = {person for group in groups for person in group}
    if not wanted:
        return len(groups)
    rows = PersonRead.objects.filter(user=by, day=today)
    read = set(rows.filter(person__in=wanted).values_list("person", flat=True))
    released = Alarm.objects.filter(
        user=by, day=today, kind=Alarm.Kind.READING, ended_at__isnull=False
    ).count()
    left = limit_of(by) * (1 + released) - rows.count()
    for at, group in enumerate(groups):
        new = set(group) - read
        left -= len(new)
        read |= new
        if left < 0:
            return at
    return len(groups)


def note_listed(*, by: User, households: Iterable[str]) -> None:
    """Write down that `by` is about to be shown these households (numbers) with names in a list.

    Four queries however many there are. Raises TooManyRead as `note_reading`.
    """
    wanted = sorted({number for number in households if number})
    if not wanted:
        return
    today = timezone.localdate()
    try:
        with transaction.atomic():
            HouseholdListed.objects.bulk_create(
                [HouseholdListed(user=by, day=today, household_number=each) for each in wanted],
                ignore_conflicts=True,
            )
            count = _seen(by, today)
            if count > limit_of(by) and count > (limit := _limit(by, today)):
                raise _too_many(limit)
    except TooManyRead:
        with transaction.atomic():  # the alarm stays, the lines are not shown and do not count
            _ring(by, today, _seen(by, today), _limit(by, today))
        raise


def _seen(by: User, today: date) -> int:
    """Persons read and households listed today. One query."""
    listed = (
        HouseholdListed.objects.filter(user=by, day=today).values("user").annotate(n=Count("*"))
    )
    found = User.objects.filter(pk=by.pk).values_list(
        Coalesce(Subquery(listed.values("n")), 0)
        + Coalesce(
            Subquery(
                PersonRead.objects.filter(user=by, day=today)
                .values("user")
                .annotate(n=Count("*"))
                .values("n")
            ),
            0,
        ),
        flat=True,
    )
    return int(found.get())


def _limit(by: User, today: date) -> int:
    """The day's limit; an alarm that was ended lets it hold once more."""
    released = Alarm.objects.filter(
        user=by, day=today, kind=Alarm.Kind.READING, ended_at__isnull=False
    ).count()
    return limit_of(by) * (1 + released)


def _ring(by: User, today: date, count: int, limit: int) -> None:
    _, rings = Alarm.objects.get_or_create(
        user=by,
        day=today,
        kind=Alarm.Kind.READING,
        ended_at=None,
        defaults={"count": count, "limit": limit},
    )
    if rings:
        record(
            by=by,
            action="alarm.reading",
            subject=f"user:{by.pk}",
            detail={"read": count, "limit": limit},
        )


def _note(by: User, wanted: set[int], today: date) -> TooManyRead | None:
    User.objects.select_for_update().only("pk").get(pk=by.pk)  # two windows count together
    read = PersonRead.objects.filter(user=by, day=today)
    new = wanted - set(read.filter(person__in=wanted).values_list("person", flat=True))
    if not new:
        return None
    count, limit = _seen(by, today), _limit(by, today)
    if count + len(new) > limit:
        _ring(by, today, count, limit)
        return _too_many(limit)
    PersonRead.objects.bulk_create(
        [PersonRead(user=by, day=today, person=person) for person in sorted(new)]
    )
    return None


def _too_many(limit: int) -> TooManyRead:
    return TooManyRead(
        Problem(
            Text(
                f"您今天查看的人员已达到岗位上限（{limit} 人），系统已暂停查看并通知安全管理员",
                f"you have read about as many persons today as your post allows ({limit}); reading "
                "is stopped and the security administrator has been told",
            ),
            Text(
                "如工作确有需要，请联系安全管理员解除；明天自动恢复",
                "if your work needs it, ask the security administrator; it ends tomorrow by itself",
            ),
        )
    )


def alarms(actor: User, size: int = 100) -> list[Alarm]:
    """The newest alarms, open ones first. One query; empty without the right."""
    if not scope_of(actor).may(Right.alarms):
        return []
    rows = Alarm.objects.select_related("user", "ended_by")
    return sorted(rows[:size], key=lambda alarm: (alarm.ended_at is not None, -alarm.pk))


@transaction.atomic
def end_alarm(*, by: User, pk: int, reason: str) -> Alarm:
    """Let the user go on; the reason is kept. The day's limit then holds once more.

    Raises Alarm.DoesNotExist for one that is absent, ended, or about oneself, PermissionError
    without the right, and FangpinError without a reason.
    """
    if not scope_of(by).may(Right.alarms):
        raise PermissionError("this actor may not end alarms")
    alarm = Alarm.objects.select_for_update().exclude(user=by).get(pk=pk, ended_at=None)
    reason = " ".join(reason.split())[:300]
    if len(reason) < 2:
        raise FangpinError.because(
            "解除限制须说明原因",
            "ending a stop needs its reason",
            do_zh="用一句话说明核实情况",
            do_en="say in a sentence what was found",
        )
    alarm.ended_by, alarm.ended_at, alarm.reason = by, timezone.now(), reason
    alarm.save(update_fields=["ended_by", "ended_at", "reason"])
    record(by=by, action="alarm.end", subject=f"user:{alarm.user_id}", detail={"alarm": alarm.pk})
    return alarm

"""What clues tell people (people.messages): how many are to be sent down, to be checked, due or
late in a place. Numbers only."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Count, Exists, OuterRef
from django.db.models.functions import Left
from django.utils import timezone

from fangpin.clues.models import Clue, ClueState, RunTaken
from fangpin.kernel.errors import Text
from fangpin.people.messages.actions import Telling, settle, shared_place, tell
from fangpin.people.models import Message, MessageKind, Role

_TASK: Final = "clues"
_CHECK: Final = Text("线索核查", "check of clues")
_NEW: Final = Text("待下发线索", "clues to send down")
_HELD: Final = Text("批量线索", "a run with many clues")
_BACK: Final = timedelta(days=7)  # days late that are told of once, should the worker have stood


def sent(clues: Iterable[Clue], due: date, *, now: datetime) -> None:
    """Clues were sent down: each village is told how many."""
    counts: dict[str, int] = {}
    for clue in clues:
        counts[clue.village_code] = counts.get(clue.village_code, 0) + 1
    tell(
        [
            _to_village(MessageKind.CLUE, village, count=count, day=due)
            for village, count in sorted(counts.items())
        ],
        now=now,
    )


def checked(village_code: str, *, now: datetime) -> None:
    """One was answered: when none is left in the village, nobody is asked any more."""
    if not Clue.objects.filter(state=ClueState.SENT, village_code=village_code).exists():
        settle([_TASK], area_code=village_code, now=now)


def again(clue: Clue, *, now: datetime) -> None:
    """An answer was taken back; the clue waits anew."""
    if clue.state == ClueState.SENT:
        tell([_to_village(MessageKind.RETURNED, clue.village_code, about=f"clue:{clue.pk}")])


def opened(run: RunTaken, *, now: datetime) -> None:
    """A run brought new clues, or so many that two people have to look first."""
    rows = Clue.objects.filter(opened_at=now, state=ClueState.NEW).order_by()
    per_township = rows.values_list(Left("village_code", 9)).annotate(Count("pk"))
    found = [
        Telling(
            kind=MessageKind.CLUE,
            area_code=f"{township:0<12}",
            roles=(Role.TOWNSHIP_OFFICER,),
            about="clues:new",
            what=_NEW,
            count=count,
        )
        for township, count in per_township
    ]
    place = shared_place(run.areas)
    if run.state == RunTaken.State.HELD and place:
        found.append(
            Telling(
                kind=MessageKind.RELEASE,
                area_code=place,
                roles=(Role.COUNTY_BUREAU, Role.APPROVER),
                about=f"run:{run.pk}",
                task=f"run:{run.pk}",
                key=f"run:{run.pk}:{run.run}",
                what=_HELD,
            )
        )
    tell(found, now=now)


def released(runs: Iterable[int], *, now: datetime) -> None:
    """Held runs were released, refused or superseded."""
    settle([f"run:{pk}" for pk in runs], now=now)


def urge(*, now: datetime | None = None) -> None:
    """The worker's chore: how many are due tomorrow, and how many were not answered in time. Told
    once for each village and day."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    rows = (
        Clue.objects.filter(
            state=ClueState.SENT,
            due_on__gte=today - _BACK,
            due_on__lte=today + timedelta(days=1),
        )
        .exclude(due_on=today)
        .order_by()
        .values_list("village_code", "due_on")
        .annotate(Count("pk"))
    )
    found = []
    for village, due, count in rows:
        kind = MessageKind.LATE if due < today else MessageKind.TOMORROW
        key = f"clues:{village}:{kind}:{due}"
        found.append(_to_village(kind, village, count=count, day=due, key=key))
        if kind == MessageKind.LATE:
            found.append(
                _to_village(
                    kind, village, count=count, day=due, key=f"{key}:up", role=Role.TOWNSHIP_OFFICER
                )
            )
    with transaction.atomic():
        tell(found, now=now)
        _settle_left(now)


def _settle_left(now: datetime) -> None:
    """Villages in which nothing waits any more: two who answer the last two clues in the same
    moment each still saw the other's."""
    waiting = Clue.objects.filter(state=ClueState.SENT, village_code=OuterRef("area_code"))
    left = Message.objects.filter(~Exists(waiting), task=_TASK, over_at=None)
    for village in set(left.values_list("area_code", flat=True)):
        settle([_TASK], area_code=village, now=now)


def _to_village(
    kind: MessageKind,
    village: str,
    *,
    count: int = 1,
    day: date | None = None,
    about: str = "clues:sent",
    key: str = "",
    role: Role = Role.VILLAGE_WORKER,
) -> Telling:
    return Telling(
        kind=kind,
        area_code=village,
        roles=(role,),
        about=about,
        task=_TASK,
        key=key,
        what=None if kind == MessageKind.CLUE else _CHECK,
        count=count,
        day=day,
    )

"""How many clues were sent, answered in time and confirmed: by channel, rule, township, month."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final, Literal

from django.db.models import Count, F, Q, Value
from django.db.models.functions import Concat, Left, TruncMonth
from django.utils import timezone

from fangpin.clues.models import AnswerKind, ClueState, Ending
from fangpin.clues.queries.lists import ClueFilter, Each, clues_of
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of

By = Literal["channel", "rule", "township", "village", "month"]
BY: Final[tuple[By, ...]] = ("channel", "rule", "township", "month")


_KEYS: Final[dict[str, Any]] = {
    "channel": Each(F("channels")),
    "rule": Each(F("rules")),
    "township": Concat(Left("village_code", 9), Value("000")),
    "village": F("village_code"),
    "month": TruncMonth("opened_at"),
}


@dataclass(frozen=True)
class Rate:
    """One line. Shares are None (unknown) where there is nothing to take a share of."""

    key: str
    clues: int
    sent: int
    answered: int
    in_time: int
    late: int
    overdue: int
    confirmed: int
    refused: int
    monitored: int
    elsewhere: int
    cases: int

    @property
    def share_in_time(self) -> Fraction | None:
        """Answered in time, of those whose day is over or that were answered: with a day."""
        due = self.in_time + self.late + self.overdue
        return Fraction(self.in_time, due) if due else None

    @property
    def share_confirmed(self) -> Fraction | None:
        """Found true, of those answered."""
        return Fraction(self.confirmed, self.answered) if self.answered else None


def rates(actor: User, by: By, period: tuple[str, str] = ("", "")) -> list[Rate]:
    """Lines by `by` of clues opened in `period` (first and last day, "" = open), within the
    actor's areas. A clue counts under each of its channels and rules. One query."""
    wanted = ClueFilter(state="all", counted="yes", opened_from=period[0], opened_to=period[1])
    rows = clues_of(actor, wanted)
    overdue = Q(state=ClueState.SENT, due_on__lt=timezone.localdate())
    counted: Any = (
        rows.annotate(key=_KEYS[by])
        .values("key")
        .annotate(
            clues=Count("pk"),
            sent=Count("pk", filter=Q(sent_at__isnull=False)),
            answered=Count("pk", filter=~Q(answer="")),
            in_time=Count("pk", filter=Q(late=False)),
            late=Count("pk", filter=Q(late=True)),
            overdue=Count("pk", filter=overdue),
            confirmed=Count("pk", filter=Q(answer=AnswerKind.TRUE)),
            refused=Count("pk", filter=Q(answer=AnswerKind.NOT_TRUE)),
            monitored=Count("pk", filter=Q(answer=AnswerKind.ALREADY_MONITORED)),
            elsewhere=Count("pk", filter=Q(answer=AnswerKind.NOT_LIVING_HERE)),
            cases=Count("pk", filter=Q(ended_as=Ending.CASE)),
        )
        .order_by("key")
    )
    return [Rate(**{**row, "key": _text(row["key"])}) for row in counted]


def _text(key: object) -> str:
    return f"{key:%Y-%m}" if isinstance(key, date) else str(key)


def total(actor: User, period: tuple[str, str] = ("", "")) -> Rate | None:
    """All clues of the period as one line, each counted once; None without any. One query."""
    lines = rates(actor, "month", period)
    if not lines:
        return None
    sums = [sum(getattr(line, name) for line in lines) for name in Rate.__match_args__[1:]]
    return Rate("", *sums)


def only_one_township(actor: User) -> bool:
    """Whether the actor reads clues of no more than one township, so that lines are villages."""
    areas = scope_of(actor).areas(Right.clues)
    return bool(areas) and len({area[:9] for area in areas}) == 1 and len(areas[0]) >= 9

"""The list of clues: filters, pages, counts, choices."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import CharField, Count, F, Func, Q, QuerySet
from django.utils import timezone

from fangpin.clues.models import Clue, ClueState, Ending
from fangpin.kernel.place_codes import prefix_of
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of

ORDERS = ("-opened", "due", "place")
NOT_COUNTED = (Ending.MERGED, Ending.MONITORED)  # never to be checked by themselves
Key = tuple[str, int]


class Each(Func):
    """Every element of an array, a line for each."""

    function = "unnest"
    set_returning = True
    output_field = CharField()


@dataclass(frozen=True)
class ClueFilter:
    """What the list is narrowed to; "" does not narrow.

    `state`: a state, "open" (everything but closed), "all". `due`: late (not answered, past its
    day), today, soon (within three days), answered_late, in_time. `opened_from`, `opened_to`,
    days, both inclusive. `household`: the beginning of a number. `named`: "no" = nobody named yet.
    """

    township: str = ""
    village: str = ""
    channel: str = ""
    rule: str = ""
    state: str = "open"
    due: str = ""
    answer: str = ""
    ended: str = ""
    opened_from: str = ""
    opened_to: str = ""
    household: str = ""
    named: str = ""
    sent: str = ""  # "yes": has been sent down at some time
    counted: str = ""  # "yes": as rates count: neither joined with another nor only noted

    def condition(self, today: date) -> Q:
        """The restriction as a condition on clues."""
        found = Q()
        if self.township:
            found &= Q(village_code__startswith=prefix_of(self.township))
        if self.village:
            found &= Q(village_code=self.village)
        if self.channel:
            found &= Q(channels__contains=[self.channel])
        if self.rule:
            found &= Q(rules__contains=[self.rule])
        if self.state == "open":
            found &= ~Q(state=ClueState.CLOSED)
        elif self.state and self.state != "all":
            found &= Q(state=self.state)
        found &= self._due(today)
        if self.answer:
            found &= ~Q(answer="") if self.answer == "any" else Q(answer=self.answer)
        if self.ended:
            found &= Q(ended_as=self.ended)
        if self.opened_from:
            found &= Q(opened_at__gte=_begin(self.opened_from))
        if self.opened_to:
            found &= Q(opened_at__lt=_begin(self.opened_to) + timedelta(days=1))
        if self.household:
            found &= Q(household__number__startswith=self.household)
        if self.named:
            found &= Q(household__isnull=self.named == "no")
        if self.sent:
            found &= Q(sent_at__isnull=False)
        if self.counted:
            found &= ~Q(ended_as__in=NOT_COUNTED)
        return found

    def _due(self, today: date) -> Q:
        waiting = Q(state=ClueState.SENT)
        match self.due:
            case "late":
                return waiting & Q(due_on__lt=today)
            case "today":
                return waiting & Q(due_on=today)
            case "soon":
                return waiting & Q(due_on__gte=today, due_on__lte=today + timedelta(days=3))
            case "answered_late":
                return Q(late=True)
            case "in_time":
                return Q(late=False)
        return Q()

    @property
    def narrowed(self) -> bool:
        """Whether anything differs from the plain list."""
        return any(getattr(self, field.name) != field.default for field in fields(self))


def _begin(day: str) -> datetime:
    """Midnight at which a day begins here."""
    return timezone.make_aware(datetime.combine(date.fromisoformat(day), time()))


def clues_of(actor: User, wanted: ClueFilter | None = None) -> QuerySet[Clue]:
    """Clues that the actor may read and that fit, unordered."""
    inside = Q(scope_of(actor).within(Right.clues, "village_code"))
    rows = Clue.objects.filter(inside).order_by()
    return rows.filter(wanted.condition(timezone.localdate())) if wanted is not None else rows


def page_of_clues(
    actor: User,
    wanted: ClueFilter,
    *,
    order: str = "-opened",
    after: Key | None = None,
    size: int = 50,
) -> tuple[list[Clue], Key | None]:
    """One page and the key to go on from. One query.

    Orders: newest first, by the day due, by village. Clues without a day come last.
    """
    rows = clues_of(actor, wanted).select_related("household")
    if order == "due":
        rows = rows.order_by(F("due_on").asc(nulls_last=True), "id")
        if after is not None:
            day, pk = after
            following = Q(due_on=None, id__gt=pk)
            if day != "-":
                later = Q(due_on__gt=date.fromisoformat(day))
                following = later | Q(due_on=day, id__gt=pk) | Q(due_on=None)
            rows = rows.filter(following)
    elif order == "place":
        rows = rows.order_by("village_code", "id")
        if after is not None:
            code, pk = after
            rows = rows.filter(Q(village_code__gte=code), Q(village_code__gt=code) | Q(id__gt=pk))
    else:
        rows = rows.order_by("-id")
        if after is not None:
            rows = rows.filter(id__lt=after[1])
    page = list(rows[: size + 1])
    more = _key(page[size - 1], order) if len(page) > size else None
    return page[:size], more


def _key(clue: Clue, order: str) -> Key:
    if order == "due":
        return (clue.due_on.isoformat() if clue.due_on else "-", clue.pk)
    return (clue.village_code if order == "place" else "-", clue.pk)


def counts_by_state(actor: User, wanted: ClueFilter) -> dict[str, int]:
    """How many of the clues that fit stand where; "late" those past their day. One query."""
    today = timezone.localdate()
    late = Count("pk", filter=Q(state=ClueState.SENT, due_on__lt=today))
    states: dict[str, Any] = {
        str(state): Count("pk", filter=Q(state=state)) for state in ClueState.values
    }
    return clues_of(actor, wanted).aggregate(**states, late=late)


def rules_present(actor: User) -> list[str]:
    """Rules of the clues in the actor's areas, by name. One query."""
    rows = clues_of(actor).annotate(each=Each(F("rules")))
    return sorted(rows.values_list("each", flat=True).distinct())


def to_send(actor: User, wanted: ClueFilter, among: Sequence[int] = ()) -> QuerySet[Clue]:
    """New clues that fit (with `among`: of these only) and that the actor may send down, by id."""
    inside = scope_of(actor).within(Right.clues_send, "village_code")
    rows = clues_of(actor, wanted).filter(inside, state=ClueState.NEW)
    return (rows.filter(pk__in=among) if among else rows).order_by("pk")


def sendable_by_village(
    actor: User, wanted: ClueFilter, among: Sequence[int] = ()
) -> list[tuple[str, int]]:
    """(village code, clues) of `to_send`. One query."""
    rows = to_send(actor, wanted, among).order_by().values_list("village_code")
    return list(rows.annotate(n=Count("pk")).order_by("village_code"))

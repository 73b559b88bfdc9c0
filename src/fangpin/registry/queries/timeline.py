"""What happened to a household, newest first, as one actor may see it."""

from dataclasses import dataclass
from datetime import date, datetime

from fangpin.kernel.errors import Text
from fangpin.people.models import User
from fangpin.people.row_security import unwalled
from fangpin.people.scope import Answer, FieldGroup, Right, scope_of
from fangpin.registry import sealing
from fangpin.registry.actions.reverse import FINAL, may_reverse
from fangpin.registry.catalogue.load import catalogue
from fangpin.registry.event_words import EVENT_WORDS
from fangpin.registry.models import EventKind, Household, Person, RegistryEvent


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One event. `persons` (number, name) and `fields` are cut to what the actor may see;
    `others` are numbers of other households concerned that the actor may read. `lasting`: nobody
    takes it back here, because it never is or because households of other places are in it."""

    pk: int
    kind: EventKind
    words: Text
    at: datetime
    on: date
    by: str
    persons: tuple[tuple[str, str], ...]
    fields: tuple[Text, ...]
    others: tuple[str, ...]
    year: int | None
    reversed: bool
    reversal: bool
    lasting: bool


def timeline(
    actor: User, number: str, *, before: int | None = None, size: int = 30
) -> tuple[list[TimelineEntry], int | None] | None:
    """A page of events of a household older than event `before`, and the id to go on from; None
    when the household is absent or not the actor's to read. Four queries."""
    scope = scope_of(actor)
    home = Household.objects.filter(
        scope.within(Right.registry, "village_code"), number=number
    ).first()
    if home is None:
        return None
    rows = (
        RegistryEvent.objects.filter(households__contains=[home.pk])
        .select_related("by", "reversed_by", "reversal_of")
        .order_by("-pk")
    )
    if before is not None:
        rows = rows.filter(pk__lt=before)
    page = list(rows[: size + 1])
    more, page = len(page) > size, page[:size]
    groups = scope.groups(home.village_code)
    # An import names thousands; only events of a few name persons here.
    few = [row for row in page if len(row.persons) <= 20]
    names = _persons({pk for row in few for pk in row.persons}, FieldGroup.identity in groups)
    linked = {pk for row in page if len(row.households) <= 5 for pk in row.households} - {home.pk}
    readable = scope.within(Right.registry, "village_code")
    others = dict(Household.objects.filter(readable, pk__in=linked).values_list("pk", "number"))
    entries = [
        TimelineEntry(
            pk=row.pk,
            kind=EventKind(row.kind),
            words=EVENT_WORDS[EventKind(row.kind)],
            at=row.at,
            on=row.on,
            by=str(row.by) if row.by else "",
            persons=tuple(names[pk] for pk in row.persons if pk in names and row in few),
            fields=tuple(
                catalogue().fields[key].label
                for key in row.detail.get("fields", ())
                if key in catalogue().fields and catalogue().fields[key].group in groups
            ),
            others=tuple(others[pk] for pk in row.households if pk in others),
            year=row.detail.get("year"),
            reversed=getattr(row, "reversed_by", None) is not None,
            reversal=row.reversal_of_id is not None,
            lasting=row.kind in FINAL or not set(row.households) <= {home.pk, *others},
        )
        for row in page
    ]
    return entries, page[-1].pk if more else None


def _persons(ids: set[int], shown: bool) -> dict[int, tuple[str, str]]:
    if not shown or not ids:
        return {}
    rows = list(Person.objects.filter(pk__in=ids).only("pk", "number", "name"))
    return {row.pk: (row.number, sealing.open_one(row, "name")) for row in rows}


def event_of(actor: User, pk: int) -> tuple[RegistryEvent, Answer] | None:
    """An event the actor may read, with whether they may take it back; None otherwise."""
    event = RegistryEvent.objects.filter(pk=pk).first()
    if event is None:
        return None
    inside = scope_of(actor).within(Right.registry, "village_code")
    readable = Household.objects.filter(inside, pk__in=event.households).count()
    with unwalled():
        present = Household.objects.filter(pk__in=event.households).count()
    if not readable or readable != present:
        return None
    return event, may_reverse(actor, event)

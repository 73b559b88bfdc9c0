"""Reads of requests, notices and lists of what is due; the first argument is the actor."""

from datetime import date
from typing import Any

from django.db.models import QuerySet

from fangpin.people.models import User
from fangpin.people.row_security import unwalled
from fangpin.people.scope import Right, scope_of
from fangpin.privacy.models import NoticeShown, PersonRequest, RetentionPlan
from fangpin.privacy.subject import Subject, of_household, of_person
from fangpin.registry.models import Household, Membership, Person
from fangpin.registry.sealing import open_many

_UNDER_WAY = (PersonRequest.State.OPEN, PersonRequest.State.GRANTED)


def _visible(actor: User) -> QuerySet[PersonRequest]:
    inside = scope_of(actor).within(Right.person_requests, "village_code")
    inside |= scope_of(actor).within(Right.person_requests_decide, "village_code")
    rows: QuerySet[PersonRequest] = PersonRequest.objects.filter(inside)
    return rows.select_related("household", "person", "registered_by", "decided_by", "done_by")


def requests_of(
    actor: User, *, under_way: bool = True, before: int | None = None, size: int = 60
) -> tuple[list[PersonRequest], bool]:
    """Requests within the actor's places: those under way by deadline, or all by age, newest first.

    Returns one page and whether there are more. One query.
    """
    rows = _visible(actor)
    if under_way:
        rows = rows.filter(state__in=_UNDER_WAY).order_by("due_on", "id")
    else:
        rows = rows.order_by("-id")
        if before:
            rows = rows.filter(id__lt=before)
    page = list(rows[: size + 1])
    return page[:size], len(page) > size


def request_of(actor: User, pk: int) -> PersonRequest | None:
    """One request; None when it is absent or not the actor's."""
    return _visible(actor).filter(pk=pk).first()


def late(actor: User, day: date) -> int:
    """How many requests are past their day. One query."""
    return _visible(actor).filter(state__in=_UNDER_WAY, due_on__lt=day).count()


def subject_of(request: PersonRequest) -> Subject:
    """Whom a copy is about, wherever they belonged and belong now."""
    with unwalled():
        if request.person_id is not None:
            return of_person(request.person_id)
        return of_household(request.household_id)


def members_of(actor: User, household: int) -> tuple[Household, list[tuple[Person, str]]] | None:
    """A household whose requests the actor receives, with everybody who belongs or belonged to it,
    and their names. None when it is absent or not the actor's. Two queries."""
    inside = scope_of(actor).within(Right.person_requests, "village_code")
    home = Household.objects.filter(inside, pk=household).first()
    if home is None:
        return None
    rows = Membership.objects.filter(household=home).select_related("person")
    persons = {row.person_id: row.person for row in rows.order_by("-is_head", "pk")}
    people = list(persons.values())
    names = open_many(Person, "name", [p.pk for p in people], [p.name for p in people])
    return home, [(p, name or "") for p, name in zip(people, names, strict=True)]


def notice_of(actor: User, household: int) -> NoticeShown | None:
    """The newest notice that a household of the actor's was shown. One query."""
    inside = scope_of(actor).within(Right.registry, "household__village_code")
    return NoticeShown.objects.filter(inside, household=household).select_related("by").first()


def plans(actor: User, size: int = 50) -> list[RetentionPlan]:
    """Lists of what is due, newest first; counts only. Empty without the right. One query."""
    scope = scope_of(actor)
    if not (scope.everywhere(Right.retention) or scope.everywhere(Right.retention_release)):
        return []
    rows: Any = RetentionPlan.objects.select_related("listed_by", "decided_by")
    return list(rows[:size])

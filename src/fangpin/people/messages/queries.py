"""What somebody is told, by the posts that they hold on the day of reading."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import BooleanField, Exists, F, OuterRef, Q, QuerySet, Value

from fangpin.people.models import Message, MessageRead, User
from fangpin.people.scope import Scope, scope_of

MOST_COUNTED: Final = 100
PAGE: Final = 30


def visible(actor: User) -> Q:
    """Condition on messages: told to a post that the actor holds now, where it reaches; or to the
    actor, about a place where they still hold a post. Who was posted elsewhere sees none of it."""
    return seen_by(scope_of(actor), actor.pk)


def seen_by(scope: Scope, user: int | None) -> Q:
    """The same for a scope: with `user` None for whoever holds these posts (a unit)."""
    condition = Q(pk__in=[])
    for grant in scope.grants:
        told = Q(roles__contains=[str(grant.role)])
        if grant.area is None:
            condition |= told & Q(area_code="")
        else:
            condition |= told & (Q(area_code__startswith=grant.area) | Q(area_code=""))
    if user is None:
        return condition
    here = Q(area_code="")
    for area in {grant.area for grant in scope.grants if grant.area}:
        here |= Q(area_code__startswith=area)
    condition |= Q(to=user) & here
    return condition & (Q(apart=None) | ~Q(apart=user))


def to_read(actor: User) -> QuerySet[Message]:
    """Messages that ask the actor to be read: neither read nor done meanwhile."""
    read = MessageRead.objects.filter(user=actor, message=OuterRef("pk"))
    return Message.objects.filter(visible(actor), ~Exists(read), over_at=None).order_by()


def unread(actor: User) -> int:
    """How many ask to be read; MOST_COUNTED stands for that many or more. One query."""
    return len(to_read(actor).values_list("pk", flat=True)[:MOST_COUNTED])


@dataclass(frozen=True)
class MessagePage:
    """Messages, newest first; `more`: the id to go on below, None at the end."""

    rows: Sequence[Message]
    more: int | None


def page_of(actor: User, *, which: str = "", kind: str = "", below: int | None) -> MessagePage:
    """`which`: "unread", "open" (still to be done) or "" for all. Rows carry `seen`. One query."""
    read = MessageRead.objects.filter(user=actor, message=OuterRef("pk"))
    if which == "unread":
        rows = to_read(actor).annotate(seen=Value(False, BooleanField()))
    else:
        rows = Message.objects.filter(visible(actor)).annotate(seen=Exists(read))
        if which == "open":
            rows = rows.filter(over_at=None).exclude(task="")
    if kind:
        rows = rows.filter(kind=kind)
    if below is not None:
        rows = rows.filter(pk__lt=below)
    # Not by the id itself: the planner would walk through everybody's to find a reader's few.
    found = list(rows.order_by((F("pk") + 0).desc())[: PAGE + 1])
    return MessagePage(found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None)


def message(actor: User, pk: int) -> Message:
    """One message. Raises Message.DoesNotExist for one that is absent or not the actor's."""
    return Message.objects.get(visible(actor), pk=pk)

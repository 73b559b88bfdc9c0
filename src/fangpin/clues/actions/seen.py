"""Clues that an actor may act on, locked."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from fangpin.clues.actions.refusals import changed
from fangpin.clues.models import Clue
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of


def locked(by: User, pk: int, right: Right, *, version: int | None = None) -> Clue:
    """The clue, locked. Raises Clue.DoesNotExist for one that is absent or where the actor does not
    hold `right`, Conflict when it is not the version that was seen."""
    inside = scope_of(by).within(right, "village_code")
    clue = Clue.objects.select_for_update().get(inside, pk=pk)
    if version is not None and clue.version != version:
        raise changed()
    return clue


def locked_many(by: User, pks: Iterable[int], right: Right) -> list[Clue]:
    """Those of the clues where the actor holds `right`, locked in the order of their ids."""
    inside = scope_of(by).within(right, "village_code")
    return list(Clue.objects.select_for_update().filter(inside, pk__in=set(pks)).order_by("pk"))


@contextmanager
def opening() -> Iterator[None]:
    """Around the writing of a clue that is open from now on. Raises Conflict when its household got
    another open clue in the same moment."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise changed() from error

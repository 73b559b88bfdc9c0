"""The same place under another name, another code or another parent."""

from datetime import date
from typing import Any

from django.db import transaction

from fangpin.foundation.actions import record
from fangpin.places import refusals
from fangpin.places.actions.tree import (
    begin,
    below,
    check_code,
    checked_name,
    recode_below,
    restate,
)
from fangpin.places.followers import carry
from fangpin.places.models import Place, PlaceChange


def rename(
    *, by: Any, place: Place, name: str, on: date, document: str = "", note: str = ""
) -> PlaceChange:
    """The place is called `name` from the day `on`."""
    return restated(by=by, place=place, on=on, name=name, document=document, note=note)


def recode(
    *, by: Any, place: Place, code: str, on: date, document: str = "", note: str = ""
) -> PlaceChange:
    """The place has this code from the day `on`; codes below it that begin alike follow."""
    return restated(by=by, place=place, on=on, code=code, document=document, note=note)


def move(
    *,
    by: Any,
    place: Place,
    parent: Place,
    code: str,
    on: date,
    document: str = "",
    note: str = "",
) -> PlaceChange:
    """The place belongs to another parent from the day `on`, under a code of that parent.

    Rights follow codes, so a moved place needs one; `queries.proposed_code` finds a free one.
    """
    return restated(
        by=by, place=place, on=on, code=code, parent=parent, document=document, note=note
    )


@transaction.atomic
def restated(
    *,
    by: Any,
    place: Place,
    on: date,
    name: str | None = None,
    code: str | None = None,
    parent: Place | None = None,
    document: str = "",
    note: str = "",
) -> PlaceChange:
    """Any of the three at once, as one change. What is None stays. Raises FangpinError."""
    kind = PlaceChange.Kind.RENAME
    if code is not None and code != place.code:
        kind = PlaceChange.Kind.RECODE
    if parent is not None and parent.pk != place.parent_id:
        kind = PlaceChange.Kind.MOVE
    others = [parent] if kind == PlaceChange.Kind.MOVE and parent else []
    change, locked = begin(by=by, kind=kind, on=on, places=[place], document=document, note=note)
    place = locked[place.pk]
    for other in others:
        if other.valid_to is not None:
            raise refusals.not_open(other)
    new_name = checked_name(name) if name is not None else place.name
    new_code = code if code is not None else place.code
    new_parent = parent if parent is not None else place.parent
    if (new_name, new_code, new_parent) == (place.name, place.code, place.parent):
        raise refusals.no_change(place)
    if kind != PlaceChange.Kind.RENAME:
        check_code(new_code, Place.Level(place.level), new_parent, but=place)
    old_code, old_prefix = place.code, place.prefix
    restate(
        change,
        place,
        code=new_code,
        name=new_name,
        parent_id=new_parent.pk if new_parent else None,
    )
    pairs = []
    if new_code != old_code:
        pairs = [(old_code, new_code)]
        deeper = below(place)
        _see_that_prefix_is_free(place, deeper)
        pairs += recode_below(change, old_prefix, place.prefix, deeper)
    carried = carry(change, pairs)
    record(
        by=by,
        action=f"places.{kind}",
        subject=f"place:{place.pk}",
        detail={"change": change.pk, "code": new_code, "was": old_code, "rows": carried},
    )
    return change


def _see_that_prefix_is_free(place: Place, deeper: list[Place]) -> None:
    """Codes below a new code must not belong to somebody else."""
    others = Place.objects.filter(code__startswith=place.prefix, valid_to=None)
    taken = others.exclude(pk__in=[place.pk, *(each.pk for each in deeper)]).first()
    if taken is not None:
        raise refusals.code_taken(taken.code, taken)

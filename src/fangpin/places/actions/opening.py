"""A place is entered, closed, reopened."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from fangpin.foundation.actions import record
from fangpin.kernel.errors import FangpinError
from fangpin.places import refusals
from fangpin.places.actions.tree import begin, below, check_code, checked_name, open_new, retire
from fangpin.places.followers import in_use
from fangpin.places.models import Place, PlaceChange, PlaceSpell, Succession


@transaction.atomic
def enter(
    *,
    by: Any,
    parent: Place | None,
    level: Place.Level,
    code: str,
    name: str,
    on: date,
    document: str = "",
    note: str = "",
) -> Place:
    """A place that was not known begins on the day `on`. Raises FangpinError."""
    today = timezone.localdate()
    if on > today:
        raise refusals.in_the_future(on, today)
    if parent is not None and parent.valid_to is not None:
        raise refusals.not_open(parent)
    check_code(code, level, parent, but=None)
    change = PlaceChange.objects.create(
        kind=PlaceChange.Kind.ENTER,
        on=on,
        document=document.strip()[:120],
        note=note.strip()[:300],
        by=by,
    )
    place = open_new(change, code=code, name=checked_name(name), level=level, parent=parent)
    PlaceChange.objects.filter(pk=change.pk).update(place=place)
    record(
        by=by,
        action="places.enter",
        subject=f"place:{place.pk}",
        detail={"change": change.pk, "code": code},
    )
    return place


@transaction.atomic
def close(*, by: Any, place: Place, on: date, document: str = "", note: str = "") -> PlaceChange:
    """The place is there no more from the day `on`. Nothing may belong to it any longer."""
    kind = PlaceChange.Kind.CLOSE
    change, locked = begin(by=by, kind=kind, on=on, places=[place], document=document, note=note)
    place = locked[place.pk]
    if children := len(below(place)):
        raise refusals.has_children(place, children)
    if rows := in_use([place.code]):
        raise refusals.still_in_use(place, rows)
    retire(change, place)
    record(
        by=by,
        action="places.close",
        subject=f"place:{place.pk}",
        detail={"change": change.pk, "code": place.code},
    )
    return change


@transaction.atomic
def reopen(*, by: Any, place: Place, on: date, document: str = "", note: str = "") -> PlaceChange:
    """A closed place is there again from the day `on`, as it was last. Raises FangpinError."""
    today = timezone.localdate()
    if on > today:
        raise refusals.in_the_future(on, today)
    place = Place.objects.select_for_update().get(pk=place.pk)
    if place.valid_to is None:
        raise FangpinError.because(
            f"{place.name} 没有撤销，不用恢复",
            f"{place.name} is not closed",
            do_zh="核对选择的区划",
            do_en="check which place is meant",
        )
    if on <= place.valid_to:
        raise refusals.too_early(place, on, place.valid_to + timedelta(days=1))
    if place.parent is not None and place.parent.valid_to is not None:
        raise refusals.not_open(place.parent)
    check_code(place.code, Place.Level(place.level), place.parent, but=place)
    change = PlaceChange.objects.create(
        kind=PlaceChange.Kind.REOPEN,
        place=place,
        on=on,
        document=document.strip()[:120],
        note=note.strip()[:300],
        by=by,
    )
    Place.objects.filter(pk=place.pk).update(valid_to=None)
    PlaceSpell.objects.create(
        place=place,
        code=place.code,
        name=place.name,
        parent_id=place.parent_id,
        began_on=on,
        opened_by=change,
    )
    record(
        by=by,
        action="places.reopen",
        subject=f"place:{place.pk}",
        detail={
            "change": change.pk,
            "code": place.code,
            "successors": list(
                Succession.objects.filter(before=place).values_list("after__code", flat=True)
            ),
        },
    )
    return change

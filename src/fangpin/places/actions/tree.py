"""The steps that all changes of the tree are made of: begin, restate, retire, open."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from fangpin.places import refusals
from fangpin.places.models import Place, PlaceChange, PlaceSpell

LEVELS = tuple(Place.Level)


def begin(
    *,
    by: Any,
    kind: PlaceChange.Kind,
    on: date,
    places: Iterable[Place],
    beside: Iterable[Place] = (),
    document: str = "",
    note: str = "",
) -> tuple[PlaceChange, dict[int, Place]]:
    """Lock the places, see that they exist and stood as they are before `on`, note the change.

    `beside` are places that take part without changing themselves: they need only exist.
    Returns the change and the places by id, read anew under the lock. Raises FangpinError.
    """
    today = timezone.localdate()
    if on > today:
        raise refusals.in_the_future(on, today)
    changing = list(places)
    first, *_ = wanted = [*changing, *beside]
    locked = {
        place.pk: place
        for place in Place.objects.select_for_update()
        .filter(pk__in=[place.pk for place in wanted])
        .order_by("pk")
    }
    spells = {
        spell.place_id: spell
        for spell in PlaceSpell.objects.filter(place__in=locked, ended_on=None)
    }
    for place in locked.values():
        spell = spells.get(place.pk)
        if place.valid_to is not None or spell is None:
            raise refusals.not_open(place)
        if spell.began_on >= on and place in changing:
            raise refusals.too_early(place, on, spell.began_on)
    change = PlaceChange.objects.create(
        kind=kind,
        place=locked[first.pk],
        on=on,
        document=document.strip()[:120],
        note=note.strip()[:300],
        by=by,
    )
    return change, locked


def checked_name(name: str) -> str:
    """The name without blanks around it. Raises FangpinError for none or one that is too long."""
    tidy = re.sub(r"\s+", "", name)
    if not tidy or len(tidy) > 80:
        raise refusals.no_name()
    return tidy


def check_code(code: str, level: Place.Level, parent: Place | None, but: Place | None) -> None:
    """Refuse a code that is no code of this level, lies outside the parent, or is taken."""
    digits = Place.PREFIX_DIGITS[level]
    above = [Place.PREFIX_DIGITS[each] for each in LEVELS if Place.PREFIX_DIGITS[each] < digits]
    own = code[max(above, default=0) : digits]
    if not re.fullmatch(r"[0-9]{12}", code) or set(code[digits:]) - {"0"} or not set(own) - {"0"}:
        raise refusals.bad_code(code, level)
    if parent is not None:
        if LEVELS.index(Place.Level(parent.level)) >= LEVELS.index(level):
            raise refusals.wrong_parent(parent)
        if not code.startswith(parent.prefix):
            raise refusals.outside_parent(code, parent)
    holder = Place.objects.filter(code=code, valid_to=None).first()
    if holder is not None and holder != but:
        raise refusals.code_taken(code, holder)


def restate(
    change: PlaceChange, place: Place, *, code: str, name: str, parent_id: int | None
) -> None:
    """End the open spell the day before the change and begin one with the new values."""
    _end_spell(change, place)
    Place.objects.filter(pk=place.pk).update(
        code=code, name=name, parent_id=parent_id, origin=Place.Origin.LIST
    )
    place.code, place.name, place.parent_id = code, name, parent_id
    PlaceSpell.objects.create(
        place=place,
        code=code,
        name=name,
        parent_id=parent_id,
        began_on=change.on,
        opened_by=change,
    )


def retire(change: PlaceChange, place: Place) -> None:
    """Close a place the day before the change."""
    _end_spell(change, place)
    place.valid_to = change.on - timedelta(days=1)
    Place.objects.filter(pk=place.pk).update(valid_to=place.valid_to)


def open_new(
    change: PlaceChange, *, code: str, name: str, level: Place.Level, parent: Place | None
) -> Place:
    """Enter a place that begins with the change. The code has been checked."""
    place = Place.objects.create(
        code=code,
        name=name,
        level=level,
        parent=parent,
        valid_from=change.on,
        origin=Place.Origin.LIST,
    )
    PlaceSpell.objects.create(
        place=place, code=code, name=name, parent=parent, began_on=change.on, opened_by=change
    )
    return place


def _end_spell(change: PlaceChange, place: Place) -> None:
    PlaceSpell.objects.filter(place=place, ended_on=None).update(
        ended_on=change.on - timedelta(days=1), closed_by=change
    )


def below(place: Place) -> list[Place]:
    """All open places below, locked, higher levels first."""
    found: list[Place] = []
    ring = [place.pk]
    while ring:
        children = list(
            Place.objects.select_for_update()
            .filter(parent__in=ring, valid_to=None)
            .order_by("code")
        )
        found += children
        ring = [child.pk for child in children]
    return found


def recode_below(
    change: PlaceChange, old_prefix: str, new_prefix: str, places: list[Place]
) -> list[tuple[str, str]]:
    """Give all these places codes with the new prefix; returns (old, new) of what changed.

    Raises FangpinError when one of them stood as it is only from the change's day or later.
    """
    pairs: list[tuple[str, str]] = []
    spells = {
        spell.place_id: spell
        for spell in PlaceSpell.objects.filter(place__in=places, ended_on=None)
    }
    for place in places:
        if not place.code.startswith(old_prefix):
            continue
        if spells[place.pk].began_on >= change.on:
            raise refusals.too_early(place, change.on, spells[place.pk].began_on)
        old = place.code
        code = new_prefix + old[len(old_prefix) :]
        restate(change, place, code=code, name=place.name, parent_id=place.parent_id)
        pairs.append((old, code))
    return pairs

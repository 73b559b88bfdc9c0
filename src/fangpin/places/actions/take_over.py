"""Places as a screened register names them."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from fangpin.foundation.actions import record
from fangpin.kernel.place_codes import codes_around
from fangpin.places.models import Place, PlaceSpell
from fangpin.places.reference import own_name


@transaction.atomic
def take_over(
    *,
    by: Any,
    county: tuple[str, str],
    villages: Iterable[tuple[str, str, str, str]],
    valid_from: date,
) -> int:
    """Enter the county, its townships and villages that are not known yet; rename what changed.

    `county` is (code, name); where a pack names its area with province and city before it, only
    the county's own name is taken. `villages` holds (code, name, township code, township name).
    A place that is no longer listed is left as it is: a list that came short must not close a
    village. A code that a place had before, and a name that the county's own list gave, are left
    as well.
    Returns the number of places entered or renamed.
    """
    wanted: dict[str, tuple[str, Place.Level, str | None]] = {
        county[0]: (own_name(*county), Place.Level.COUNTY, None)
    }
    for code, name, township_code, township in villages:
        wanted.setdefault(township_code, (township, Place.Level.TOWNSHIP, county[0]))
        wanted[code] = (name, Place.Level.VILLAGE, township_code)
    known = {place.code: place for place in Place.objects.filter(valid_to=None)}
    former = {
        spell.code: spell.place
        for spell in PlaceSpell.objects.filter(code__in=wanted.keys() - known.keys())
        .select_related("place")
        .order_by("began_on")
    }
    known = former | known
    changed = 0
    for level in (Place.Level.COUNTY, Place.Level.TOWNSHIP, Place.Level.VILLAGE):
        fresh = []
        for code, (name, its_level, parent) in wanted.items():
            if its_level != level:
                continue
            place = known.get(code)
            if place is None:
                fresh.append(
                    Place(
                        code=code,
                        name=name,
                        level=level,
                        parent=known[parent] if parent else _above(code, known),
                        valid_from=valid_from,
                    )
                )
            elif place.code == code and name != code and place.name != name:
                changed += _called(place, name, valid_from)
        made = Place.objects.bulk_create(fresh)
        PlaceSpell.objects.bulk_create(
            PlaceSpell(
                place=place,
                code=place.code,
                name=place.name,
                parent_id=place.parent_id,
                began_on=valid_from,
            )
            for place in made
        )
        known.update({place.code: place for place in made})
        changed += len(fresh)
    if changed:
        record(by=by, action="places.take_over", subject=county[0], detail={"places": changed})
    return changed


def _above(code: str, known: dict[str, Place]) -> Place | None:
    """The city or province of a county, where the reference table is loaded."""
    return next((known[above] for above in codes_around(code)[1:] if above in known), None)


def _called(place: Place, name: str, since: date) -> int:
    """Take a name from a register: dated, never over the county's own list or something newer."""
    if place.origin == Place.Origin.LIST:
        return 0
    spell = PlaceSpell.objects.filter(place=place, ended_on=None).first()
    if spell is None or spell.began_on > since:
        return 0
    if spell.began_on == since or spell.name == spell.code:
        PlaceSpell.objects.filter(pk=spell.pk).update(name=name)
    else:
        PlaceSpell.objects.filter(pk=spell.pk).update(ended_on=since - timedelta(days=1))
        PlaceSpell.objects.create(
            place=place,
            code=spell.code,
            name=name,
            parent_id=spell.parent_id,
            began_on=since,
        )
    return Place.objects.filter(pk=place.pk).update(name=name)

"""Provinces, cities and counties from the reference table that is shipped."""

from datetime import date
from typing import Any

from django.db import transaction

from fangpin.foundation.actions import record
from fangpin.places.models import Place, PlaceSpell
from fangpin.places.reference import divisions, own_name

# The table says what is, not since when. This day stands for "before anything entered here".
SINCE = date(2000, 1, 1)


@transaction.atomic
def load_reference(*, by: Any) -> int:
    """Enter the divisions that are not known yet and hang known counties below their cities.

    A name that was entered here stays; a county that only had its code for a name gets one,
    and one that was called with province and city before it loses these.
    Doing it again changes nothing. Returns the number of places entered or completed.
    """
    known = {place.code: place for place in Place.objects.filter(valid_to=None)}
    changed = 0
    for level in (Place.Level.PROVINCE, Place.Level.CITY, Place.Level.COUNTY):
        fresh = []
        for division in divisions():
            if division.level != level:
                continue
            above = known.get(division.above)
            place = known.get(division.code)
            if place is None:
                fresh.append(
                    Place(
                        code=division.code,
                        name=division.name,
                        level=level,
                        parent=above,
                        valid_from=SINCE,
                        origin=Place.Origin.REFERENCE,
                    )
                )
            else:
                changed += _complete(place, division.name, above)
        made = Place.objects.bulk_create(fresh, batch_size=1000)
        PlaceSpell.objects.bulk_create(
            (
                PlaceSpell(
                    place=place,
                    code=place.code,
                    name=place.name,
                    parent_id=place.parent_id,
                    began_on=SINCE,
                )
                for place in made
            ),
            batch_size=1000,
        )
        known |= {place.code: place for place in made}
        changed += len(made)
    if changed:
        record(by=by, action="places.load_reference", detail={"places": changed})
    return changed


def _complete(place: Place, name: str, above: Place | None) -> int:
    """Parent and name that were missing, in place and in its open spell: nothing has happened."""
    missing: dict[str, Any] = {}
    if place.parent_id is None and above is not None:
        missing["parent"] = above
    if place.name == place.code or own_name(place.code, place.name) != place.name:
        missing["name"] = name
    if not missing:
        return 0
    PlaceSpell.objects.filter(place=place, ended_on=None).update(**missing)
    return Place.objects.filter(pk=place.pk).update(**missing)

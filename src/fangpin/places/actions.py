"""Every write to the administrative tree."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction

from fangpin.foundation.actions import record
from fangpin.places.models import Place


@transaction.atomic
def take_over(
    *,
    by: Any,
    county: tuple[str, str],
    villages: Iterable[tuple[str, str, str, str]],
    valid_from: date,
) -> int:
    """Enter the county, its townships and villages that are not known yet; rename what changed.

    `county` is (code, name); `villages` holds (code, name, township code, township name). A place
    that is no longer listed is left as it is: a list that came short must not close a village.
    Returns the number of places entered or renamed.
    """
    wanted: dict[str, tuple[str, str, str | None]] = {
        county[0]: (county[1], Place.Level.COUNTY, None)
    }
    for code, name, township_code, township in villages:
        wanted.setdefault(township_code, (township, Place.Level.TOWNSHIP, county[0]))
        wanted[code] = (name, Place.Level.VILLAGE, township_code)
    known = {place.code: place for place in Place.objects.filter(valid_to=None)}
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
                        parent=known[parent] if parent else None,
                        valid_from=valid_from,
                    )
                )
            elif place.name != name:
                changed += Place.objects.filter(pk=place.pk).update(name=name)
        known.update({place.code: place for place in Place.objects.bulk_create(fresh)})
        changed += len(fresh)
    if changed:
        record(by=by, action="places.take_over", subject=county[0], detail={"places": changed})
    return changed

"""The villages of the places table, as files name them: by code, by name, by names of before."""

from collections import defaultdict

from fangpin.kernel.villages import Place as Village
from fangpin.kernel.villages import PlaceIndex
from fangpin.places.models import Place, PlaceSpell


def village_index(areas: tuple[str, ...] | None = None) -> PlaceIndex:
    """All villages in use, or those within code prefixes, with former names and codes."""
    places = {
        code: (pk, name, township)
        for pk, code, name, township in Place.objects.filter(
            level=Place.Level.VILLAGE, valid_to=None
        ).values_list("pk", "code", "name", "parent__name")
        if areas is None or any(code.startswith(area) for area in areas)
    }
    names: dict[int, list[str]] = defaultdict(list)
    codes: dict[int, list[str]] = defaultdict(list)
    spells = PlaceSpell.objects.filter(place__level=Place.Level.VILLAGE, ended_on__isnull=False)
    for pk, code, name in spells.values_list("place_id", "code", "name"):
        names[pk].append(name)
        codes[pk].append(code)
    return PlaceIndex(
        Village(
            code,
            name,
            township or "",
            tuple(dict.fromkeys(other for other in names[pk] if other != name)),
            tuple(dict.fromkeys(other for other in codes[pk] if other not in places)),
        )
        for code, (pk, name, township) in places.items()
    )

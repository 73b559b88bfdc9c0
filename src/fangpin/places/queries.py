"""Reads of the administrative tree. Names of places are public; no actor is needed."""

from fangpin.places.models import Place


def names_of(village_code: str) -> list[str]:
    """Names from the county down to the village, as far as they are known. One query."""
    codes = [f"{village_code[:6]}000000", f"{village_code[:9]}000", village_code]
    rows = Place.objects.filter(code__in=codes, valid_to=None).values_list("code", "name")
    names = dict(rows)
    return [names[code] for code in codes if code in names]

"""Reads of the administrative tree. Names of places are public; no actor is needed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from fangpin.kernel.place_codes import codes_around, county_of, township_of
from fangpin.places.codes import free_code
from fangpin.places.models import Place, PlaceChange, PlaceSpell, Succession


def names_of(village_code: str) -> list[str]:
    """Names from the county down to the village, as far as they are known. One query.

    Provinces and cities, where the reference table is loaded, are left out: everybody on these
    pages works in one county.
    """
    codes = [county_of(village_code), township_of(village_code), village_code]
    rows = Place.objects.filter(code__in=codes, valid_to=None).values_list("code", "name")
    names = dict(rows)
    return [names[code] for code in dict.fromkeys(codes) if code in names]


@dataclass(frozen=True)
class Resolved:
    """What became of a code. `place` is None when nobody had it, or several came out of a split;
    then `candidates` holds them."""

    place: Place | None
    candidates: tuple[Place, ...] = ()


def resolve(code: str, on: date) -> Place | None:
    """The place that a code, old or new, means on a day: renamed, moved and merged places are
    followed. None for a code that nobody ever had, and for a place that was split into several.
    Four queries."""
    return resolved([code], on)[code].place


def resolved(codes: Iterable[str], on: date) -> dict[str, Resolved]:
    """`resolve` for many codes at once, with the candidates of a split. Four queries."""
    asked = set(codes)
    spells: dict[str, list[PlaceSpell]] = {}
    for spell in PlaceSpell.objects.filter(code__in=asked).order_by("began_on", "pk"):
        spells.setdefault(spell.code, []).append(spell)
    after: dict[int, list[int]] = {}
    successions = Succession.objects.filter(on__lte=on).order_by("pk")
    for before_id, after_id in successions.values_list("before_id", "after_id"):
        after.setdefault(before_id, []).append(after_id)
    starts = {code: _meant(rows, on) for code, rows in spells.items()}
    reached = set(starts.values())
    ring = list(reached)
    while ring:
        ring = [pk for start in ring for pk in after.get(start, ()) if pk not in reached]
        reached.update(ring)
    standing = _standing(on).filter(place__in=reached)
    open_then = set(standing.values_list("place_id", flat=True))
    places = Place.objects.in_bulk(reached)
    found = {code: Resolved(None) for code in asked}
    for code, start in starts.items():
        ends = [places[pk] for pk in dict.fromkeys(_ends(start, after, open_then))]
        one = len(ends) == 1
        found[code] = Resolved(ends[0] if one else None, () if one else tuple(ends))
    return found


def _standing(on: date) -> QuerySet[PlaceSpell]:
    """Spells that hold on a day."""
    return PlaceSpell.objects.filter(Q(ended_on=None) | Q(ended_on__gte=on), began_on__lte=on)


def _meant(spells: list[PlaceSpell], on: date) -> int:
    """Whose code it was on the day; else who had it last before; else who got it first."""
    begun = [spell for spell in spells if spell.began_on <= on]
    return (begun[-1] if begun else spells[0]).place_id


def _ends(start: int, after: dict[int, list[int]], open_then: set[int]) -> Iterator[int]:
    """Places that stand for `start`: itself while it is there, otherwise its successors'."""
    if start in open_then or start not in after:
        yield start
        return
    for pk in after[start]:
        yield from _ends(pk, after, open_then)


def place_as_of(place: Place, on: date) -> PlaceSpell | None:
    """Name, code and parent on a day; None when it was not there. One query."""
    return _standing(on).filter(place=place).select_related("parent").last()


def standing_below(place: Place | None, on: date) -> list[PlaceSpell]:
    """What stood directly below on a day, by the names and codes of that day. One query."""
    return list(_standing(on).filter(parent=place).order_by("code"))


def children_of(place: Place | None) -> list[Place]:
    """Open places directly below, with `below` = how many lie below each. One query."""
    return list(
        Place.objects.filter(parent=place, valid_to=None)
        .annotate(below=Count("children", filter=Q(children__valid_to=None)))
        .order_by("code")
    )


def way_to(place: Place) -> list[Place]:
    """The open places above, highest first, and the place itself. One query."""
    codes = codes_around(place.code)[1:]
    above = Place.objects.filter(code__in=codes, valid_to=None).order_by("code")
    levels = list(Place.Level)
    mine = levels.index(Place.Level(place.level))
    return [
        *(each for each in above if levels.index(Place.Level(each.level)) < mine),
        place,
    ]


@dataclass(frozen=True)
class HistoryLine:
    """One spell of a place, with the change that began it, if it is known."""

    spell: PlaceSpell
    change: PlaceChange | None


def history_of(place: Place) -> list[HistoryLine]:
    """Spells of a place, newest first. One query."""
    spells = (
        PlaceSpell.objects.filter(place=place)
        .select_related("parent", "opened_by__by")
        .order_by("-began_on", "-pk")
    )
    return [HistoryLine(spell, spell.opened_by) for spell in spells]


def kin_of(place: Place) -> tuple[list[Succession], list[Succession]]:
    """What the place came from, and what it went into. Two queries."""
    came = Succession.objects.filter(after=place).select_related("before", "change")
    went = Succession.objects.filter(before=place).select_related("after", "change")
    return list(came.order_by("on", "pk")), list(went.order_by("on", "pk"))


def changes(place: Place | None = None, *, before: int | None = None) -> list[PlaceChange]:
    """Changes of the tree, or those that touched one place, newest first, 50 at most. One query."""
    rows = PlaceChange.objects.select_related("place", "by", "undone_by").order_by("-pk")
    if place is not None:
        rows = rows.filter(
            Q(place=place)
            | Q(opened__place=place)
            | Q(closed__place=place)
            | Q(successions__before=place)
            | Q(successions__after=place)
        ).distinct()
    if before:
        rows = rows.filter(pk__lt=before)
    return list(rows[:50])


def proposed_code(parent: Place, place: Place) -> str:
    """A free code for `place` below `parent`, with the digits it has where possible. One query."""
    taken = Place.objects.filter(code__startswith=parent.prefix, valid_to=None)
    return free_code(
        parent, Place.Level(place.level), place.code, set(taken.values_list("code", flat=True))
    )

"""Several places become one; one becomes several."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Model

from fangpin.foundation.actions import record
from fangpin.kernel.errors import FangpinError
from fangpin.places import refusals
from fangpin.places.actions.tree import (
    begin,
    below,
    check_code,
    checked_name,
    open_new,
    recode_below,
    restate,
    retire,
)
from fangpin.places.codes import free_code
from fangpin.places.followers import Pair, carry, in_use
from fangpin.places.models import (
    FollowedRows,
    NaturalVillage,
    Place,
    PlaceChange,
    ResettlementSite,
    Succession,
)


@dataclass(frozen=True)
class NewPlace:
    """What a merger or split makes anew, beside the places it begins with."""

    code: str
    name: str


def _too_few() -> FangpinError:
    return FangpinError.because(
        "合并至少涉及两个同级区划",
        "a merger needs at least two places of one level",
        do_zh="再选择要并入的区划",
        do_en="choose the places that are merged",
    )


@transaction.atomic
def merge(
    *,
    by: Any,
    places: Sequence[Place],
    into: Place | NewPlace,
    on: date,
    name: str | None = None,
    document: str = "",
    note: str = "",
) -> PlaceChange:
    """All `places` become one on the day `on`: `into` one of them or another, or a new one.

    `name` renames the place that goes on. Households and everything else that holds on to the
    codes follow; hamlets and resettlement sites follow too; townships bring their villages, which
    get codes of the new township. Yearly profiles stay with the places they were about.
    Raises FangpinError.
    """
    goes_on = into if isinstance(into, Place) else None
    ending = [place for place in dict.fromkeys(places) if place != goes_on]
    involved = [*([goes_on] if goes_on else []), *ending]
    if len(involved) < 2 or len({place.level for place in involved}) > 1:
        raise _too_few()
    renamed = goes_on is not None and name is not None and checked_name(name) != goes_on.name
    change, locked = begin(
        by=by,
        kind=PlaceChange.Kind.MERGE,
        on=on,
        places=involved if renamed else ending,
        beside=[goes_on] if goes_on else (),
        document=document,
        note=note,
    )
    ending = [locked[place.pk] for place in ending]
    for place in ending:
        retire(change, place)
    if goes_on is not None:
        target = locked[goes_on.pk]
        PlaceChange.objects.filter(pk=change.pk).update(place=target)
        if name is not None and checked_name(name) != target.name:
            restate(
                change,
                target,
                code=target.code,
                name=checked_name(name),
                parent_id=target.parent_id,
            )
    else:
        assert isinstance(into, NewPlace)
        level, parent = Place.Level(ending[0].level), ending[0].parent
        check_code(into.code, level, parent, but=None)
        target = open_new(
            change, code=into.code, name=checked_name(into.name), level=level, parent=parent
        )
        PlaceChange.objects.filter(pk=change.pk).update(place=target)
    pairs: list[Pair] = []
    for place in ending:
        Succession.objects.create(before=place, after=target, on=on, change=change)
        pairs.append((place.code, target.code))
        pairs += _bring_children(change, place, target)
    carried = carry(change, pairs)
    _bring_village_parts(change, ending, target)
    record(
        by=by,
        action="places.merge",
        subject=f"place:{target.pk}",
        detail={
            "change": change.pk,
            "code": target.code,
            "merged": [place.code for place in ending],
            "rows": carried,
        },
    )
    return change


def _bring_children(change: PlaceChange, place: Place, target: Place) -> list[Pair]:
    """Children of a merged place move to the target, under free codes of it."""
    taken = set(
        Place.objects.filter(code__startswith=target.prefix, valid_to=None).values_list(
            "code", flat=True
        )
    )
    pairs: list[Pair] = []
    deeper = below(place)
    for child in [each for each in deeper if each.parent_id == place.pk]:
        old_code, old_prefix = child.code, child.prefix
        code = free_code(target, Place.Level(child.level), old_code, taken)
        taken.add(code)
        restate(change, child, code=code, name=child.name, parent_id=target.pk)
        pairs.append((old_code, code))
        pairs += recode_below(
            change, old_prefix, child.prefix, [each for each in deeper if each.pk != child.pk]
        )
    return pairs


def _bring_village_parts(change: PlaceChange, ending: Sequence[Place], target: Place) -> None:
    """Hamlets and sites are rows of ours; which ones moved is noted like those of others."""
    for model in (NaturalVillage, ResettlementSite):
        names = set(
            model.objects.filter(place=target, closed_on=None).values_list("name", flat=True)
        )
        for place in ending:
            moved: list[int] = []
            for row in model.objects.select_for_update().filter(place=place, closed_on=None):
                name = row.name
                if name in names:  # both had a group 一组: the name says whose it was
                    name = f"{place.name}{row.name}"[:80]
                    _note(change, model, "name", row.name, name, [row.pk])
                names.add(name)
                model.objects.filter(pk=row.pk).update(place=target, name=name)
                moved.append(row.pk)
            if moved:
                _note(change, model, "place_id", str(place.pk), str(target.pk), moved)


def _note(
    change: PlaceChange, model: type[Model], field: str, old: str, new: str, ids: list[int]
) -> None:
    FollowedRows.objects.create(
        change=change, column=f"places.{model.__name__}.{field}", old=old, new=new, ids=ids
    )


@transaction.atomic
def split(
    *,
    by: Any,
    place: Place,
    parts: Sequence[NewPlace],
    on: date,
    keeps: bool = True,
    document: str = "",
    note: str = "",
) -> PlaceChange:
    """New places are cut out of one on the day `on`. With `keeps` the old one goes on beside them.

    Nobody follows by themselves: which household belongs to which part is decided household by
    household. So a place that holds households can only be split keeping it. Raises FangpinError.
    """
    if not parts or (not keeps and len(parts) < 2):
        raise FangpinError.because(
            "没有填写拆分出的区划",
            "it is not said which places come out of the split",
            do_zh="保留原区划时至少填一个新区划，不保留时至少两个",
            do_en="name at least one new place, or two when the old one ends",
        )
    kind = PlaceChange.Kind.SPLIT
    change, locked = begin(by=by, kind=kind, on=on, places=[place], document=document, note=note)
    place = locked[place.pk]
    if not keeps:
        if rows := in_use([place.code]):
            raise refusals.still_in_use(place, rows)
        if children := len(below(place)):
            raise refusals.has_children(place, children)
        retire(change, place)
    made = []
    for part in parts:
        level = Place.Level(place.level)
        check_code(part.code, level, place.parent, but=None)
        new = open_new(
            change,
            code=part.code,
            name=checked_name(part.name),
            level=level,
            parent=place.parent,
        )
        Succession.objects.create(before=place, after=new, on=on, change=change)
        made.append(new.code)
    record(
        by=by,
        action="places.split",
        subject=f"place:{place.pk}",
        detail={"change": change.pk, "code": place.code, "parts": made, "keeps": keeps},
    )
    return change

"""Taking a change back, as long as nothing rests on it."""

from typing import Any

from django.db import transaction
from django.db.models import Model, ProtectedError
from django.utils import timezone

from fangpin.foundation.actions import record
from fangpin.places import followers, refusals
from fangpin.places.models import (
    FollowedRows,
    NaturalVillage,
    Place,
    PlaceChange,
    PlaceSpell,
    ResettlementSite,
    Succession,
)

_OURS: dict[str, type[Model]] = {
    "places.NaturalVillage": NaturalVillage,
    "places.ResettlementSite": ResettlementSite,
}


@transaction.atomic
def undo(*, by: Any, change: PlaceChange) -> None:
    """Put the tree, and every row that followed, back to where they stood before the change.

    Refused with a sentence when the change was undone already, when a later change or something
    else (a household, a post, a unit) has been built upon it.
    """
    change = PlaceChange.objects.select_for_update().get(pk=change.pk)
    if change.undone_at is not None:
        raise refusals.cannot_undo("已经撤销过", "it has been undone already")
    opened = list(PlaceSpell.objects.filter(opened_by=change).select_related("place"))
    closed = list(PlaceSpell.objects.filter(closed_by=change).select_related("place"))
    touched = {spell.place_id for spell in (*opened, *closed)}
    list(Place.objects.select_for_update().filter(pk__in=touched).order_by("pk"))
    _see_that_nothing_came_later(change, touched)
    made = [
        spell.place
        for spell in opened
        if not PlaceSpell.objects.filter(place=spell.place_id).exclude(opened_by=change).exists()
    ]
    _see_that_nothing_rests_on(change, made)
    Succession.objects.filter(change=change).delete()
    before = {spell.place_id: spell for spell in closed}
    pairs = [
        (spell.code, before[spell.place_id].code)
        for spell in opened
        if spell.place_id in before and spell.code != before[spell.place_id].code
    ]
    _see_that_old_codes_are_free(closed, touched)
    back = _carry_back_ours(change)
    back += followers.carry_back(change)
    if change.kind in (PlaceChange.Kind.RECODE, PlaceChange.Kind.MOVE):
        back += followers.rewrite(pairs)  # also who came under the new code in the meantime
    PlaceSpell.objects.filter(opened_by=change).delete()
    for spell in closed:
        PlaceSpell.objects.filter(pk=spell.pk).update(ended_on=None, closed_by=None)
    _restore(touched)
    _delete(made)
    FollowedRows.objects.filter(change=change).delete()
    PlaceChange.objects.filter(pk=change.pk).update(undone_at=timezone.now(), undone_by=by)
    record(
        by=by,
        action="places.undo",
        subject=f"change:{change.pk}",
        detail={"kind": change.kind, "rows": back},
    )


def _see_that_nothing_came_later(change: PlaceChange, touched: set[int]) -> None:
    later = PlaceSpell.objects.filter(place__in=touched).exclude(opened_by=change)
    if (
        later.filter(began_on__gte=change.on).exists()
        or PlaceSpell.objects.filter(opened_by=change).exclude(ended_on=None).exists()
        or Succession.objects.filter(change=change).exclude(after__valid_to=None).exists()
        or PlaceChange.objects.filter(place__in=touched, undone_at=None, pk__gt=change.pk)
        .filter(kind=PlaceChange.Kind.SPLIT)
        .exists()
    ):
        raise refusals.cannot_undo("其后这些区划又有变动", "these places have changed again since")


def _see_that_nothing_rests_on(change: PlaceChange, made: list[Place]) -> None:
    codes = [place.code for place in made]
    if rows := followers.joined_since(change, codes):
        raise refusals.cannot_undo(
            f"其后有 {rows} 条登记落在新区划", f"{rows} records have been entered there since"
        )
    if rows := followers.strayed(change):
        raise refusals.cannot_undo(
            f"当时随迁的登记有 {rows} 条已另有去处",
            f"{rows} records that were carried along stand elsewhere by now",
        )
    opened = set(PlaceSpell.objects.filter(opened_by=change).values_list("place_id", flat=True))
    below = Place.objects.filter(parent__in=opened, valid_to=None).exclude(pk__in=opened)
    renamed = change.kind == PlaceChange.Kind.RENAME
    if (found := below.first()) is not None and not renamed:
        raise refusals.cannot_undo(f"其下又有了 {found.name}", f"{found.name} lies below it by now")


def _see_that_old_codes_are_free(closed: list[PlaceSpell], touched: set[int]) -> None:
    taken = Place.objects.filter(code__in=[spell.code for spell in closed], valid_to=None).exclude(
        pk__in=touched
    )
    if (holder := taken.first()) is not None:
        raise refusals.code_taken(holder.code, holder)


def _carry_back_ours(change: PlaceChange) -> int:
    """Hamlets and sites go back under their old names to the villages they came from."""
    back = 0
    noted_rows = FollowedRows.objects.filter(change=change, column__startswith="places.")
    for noted in noted_rows.order_by("-pk"):  # home first, then the old name
        model, _, field = noted.column.rpartition(".")
        rows = _OURS[model]._default_manager.filter(pk__in=noted.ids, **{field: noted.new})
        back += rows.update(**{field: noted.old})
    return back


def _delete(made: list[Place]) -> None:
    """Places that the change had entered go. Hierarchies go from below."""
    for place in sorted(made, key=lambda each: each.prefix, reverse=True):
        try:
            place.delete()
        except ProtectedError as error:
            raise refusals.cannot_undo(
                f"{place.name} 已有任职、单位或村情登记",
                f"posts, units or figures are entered for {place.name}",
            ) from error


def _restore(places: set[int]) -> None:
    """The place as it stands follows from its spells: the open one, or the end of the last.

    Two rounds: codes are free again before they are given back.
    """
    spells: dict[int, PlaceSpell] = {}
    for spell in PlaceSpell.objects.filter(place__in=places).order_by("began_on", "pk"):
        spells[spell.place_id] = spell
    Place.objects.filter(pk__in=places, valid_to=None).update(valid_to=timezone.localdate())
    for pk, spell in spells.items():
        Place.objects.filter(pk=pk).update(
            code=spell.code,
            name=spell.name,
            parent_id=spell.parent_id,
            valid_to=spell.ended_on,
        )

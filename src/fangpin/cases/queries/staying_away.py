"""From whom a user stays away, as far as who looks after accounts may know it."""

from collections.abc import Sequence
from dataclasses import dataclass

from fangpin.cases.models import OwnPerson, Recusal
from fangpin.kernel.place_codes import township_of
from fangpin.people.models import User
from fangpin.people.row_security import unwalled
from fangpin.people.scope import Right, scope_of
from fangpin.places.models import Place


@dataclass(frozen=True)
class Declared:
    """A recusal: when, of a household in which village (township, village). Neither household nor
    reason: whoever looks after accounts sees no households."""

    recusal: Recusal
    place: Sequence[str]


@dataclass(frozen=True)
class StaysAway:
    """`own`: the row that says that the user's own person was entered, by whom and when – never the
    number. None when it was not."""

    own: OwnPerson | None
    declared: tuple[Declared, ...]


def stays_away(actor: User, of: User) -> StaysAway:
    """Nothing for who may not enter users. Three queries."""
    if not scope_of(actor).may(Right.users):
        return StaysAway(None, ())
    with unwalled():
        own = OwnPerson.objects.filter(user=of).select_related("entered_by").first()
        rows = list(
            Recusal.objects.filter(user=of, ended_at=None)
            .select_related("household")
            .defer("reason_closed", "why_ended_closed")
        )
    villages = {row.household.village_code for row in rows}
    codes = villages | {township_of(code) for code in villages}
    names = dict(
        Place.objects.filter(code__in=codes, valid_to=None).values_list("code", "name")
        if codes
        else ()
    )
    return StaysAway(
        own if own is not None and own.id_index is not None else None,
        tuple(
            Declared(row, [names[at] for at in (township_of(code), code) if at in names])
            for row in rows
            for code in (row.household.village_code,)
        ),
    )

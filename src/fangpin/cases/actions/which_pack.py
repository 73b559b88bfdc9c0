"""Which pack's procedures hold in a place from a day on."""

from datetime import date
from typing import Any

from django.db import transaction

from fangpin.cases.actions.refusals import NotAllowed
from fangpin.cases.models import PackInForce
from fangpin.foundation.actions import record
from fangpin.kernel.place_codes import county_of
from fangpin.people.scope import Right, scope_of
from fangpin.places.models import Place
from fangpin.policy.loading.kept import load_kept_pack


@transaction.atomic
def put_pack_in_force(*, by: Any, place: Place, pack: str, from_date: date) -> PackInForce:
    """Let cases of a place that begin on or after a day run under the procedures of `pack`; cases
    that run already go on under what they began with. `by` None is the program itself.

    Raises NotAllowed without the right to decide in the county, PackError when it does not load.
    """
    if by is not None:
        # Not a township for itself: the county answers for its procedures.
        answer = scope_of(by).why(Right.cases_decide, county_of(place.code))
        if not answer:
            raise NotAllowed(answer.reason)
    name = load_kept_pack(pack).name
    row, _ = PackInForce.objects.update_or_create(
        area_code=place.prefix, from_date=from_date, defaults={"pack": name, "by": by}
    )
    record(
        by=by,
        action="cases.pack_in_force",
        subject=f"place:{place.pk}",
        detail={"pack": name, "from": from_date.isoformat()},
    )
    return row

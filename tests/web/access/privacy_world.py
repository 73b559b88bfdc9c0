"""Requests of every kind in several places, and a list of what is due."""

from collections.abc import Mapping
from datetime import date

from django.utils import timezone
from tests.web.access.oracle import Thing

from fangpin.foundation.fields import close_into
from fangpin.people.models import User
from fangpin.privacy.models import PersonRequest, RetentionPlan
from fangpin.registry.ids import allocate
from fangpin.registry.models import Household, Membership, Person

_NOWHERE = Thing("absent", absent=True, words={"request": 10**9, "plan": 10**9})


def privacy_things(users: Mapping[str, User]) -> dict[str, list[Thing]]:
    """By kind. The second of each place was registered by whoever might decide on it elsewhere."""
    made: dict[str, list[Thing]] = {
        kind: [_NOWHERE] for kind in ("request", "correction", "erasure", "copy")
    }
    for number, owner in (
        ("620402000001", "village"),
        ("620402000001", "county"),
        ("620402000003", "other_township"),
        ("620403000001", "other_county"),
    ):
        home = Household.objects.get(number=number)
        person = Person.objects.create(number=f"{number}-{owner}")
        Membership.objects.create(person=person, household=home)
        for of, kind, state in (
            ("request", "copy", "open"),
            ("correction", "correct", "granted"),
            ("erasure", "erase", "granted"),
            ("copy", "copy", "granted"),
        ):
            row = _request(home, person, users[owner], users["approver"], kind, state)
            words = {"request": row.pk}
            made[of].append(Thing(f"{number}/{owner}", home.village_code, owner=owner, words=words))
    plan = RetentionPlan.objects.create(day=date(2026, 1, 1), counts={"jobs": 1})
    made["retention plan"] = [Thing("listed", words={"plan": plan.pk}), _NOWHERE]
    return made


def _request(
    home: Household, person: Person, by: User, decided_by: User, kind: str, state: str
) -> PersonRequest:
    (pk,) = allocate(PersonRequest, 1)
    row = PersonRequest(
        pk=pk,
        kind=kind,
        state=state,
        village_code=home.village_code,
        household=home,
        person=person,
        asker="self",
        proof="card",
        received_on=date(2026, 1, 5),
        due_on=date(2026, 1, 26),
        registered_by=by,
        ground="unlawful" if kind == "erase" else "",
    )
    close_into([row], "text", ["请求"])
    if state != "open":
        row.decided_by, row.decided_at = decided_by, timezone.now()
        close_into([row], "reason", ["同意"])
    row.save(force_insert=True)
    return row

"""Who may act on whose case: posts that reach it, and who must stay away.

Somebody stays away from their own household, from households of people they ever lived in one
household with, and from those that they declared to be close to.
"""

from collections.abc import Collection
from typing import Any, Final

from django.db import connection

from fangpin.cases.flow import Who
from fangpin.cases.models import OwnPerson, Recusal
from fangpin.foundation.cipher import blinds
from fangpin.kernel.errors import Text
from fangpin.people.row_security import unwalled
from fangpin.people.scope import Right, scope_of
from fangpin.registry.sealing import identity_key, open_one

OWN: Final = Text("这是您本人的户", "it is your own household")
RELATIVES: Final = Text(
    "该户有您的家人或亲属（曾同户）",
    "somebody there has been in one household with you",
)
DECLARED: Final = Text("您已申报与该户有利害关系", "you declared to be close to this household")

# Households whose members, now or before, were ever in one household with the person.
_NEAR = """
SELECT DISTINCT target.household_id, bool_or(target.person_id = mine.id AND target.ended_on IS NULL)
FROM registry_person mine
JOIN registry_membership own ON own.person_id = mine.id
JOIN registry_membership beside ON beside.household_id = own.household_id
JOIN registry_membership target ON target.person_id = beside.person_id
WHERE mine.id_index = ANY(%s) AND target.household_id = ANY(%s)
GROUP BY target.household_id
"""


def barred(actor: Any, households: Collection[int]) -> dict[int, Text]:
    """Those of the households that the actor must stay away from, and why. Two or three queries,
    whatever their number."""
    wanted = sorted(set(households))
    if not wanted:
        return {}
    # Relatives live elsewhere as well: the wall does not hide that they are relatives.
    with unwalled():
        found = dict.fromkeys(
            Recusal.objects.filter(user=actor.pk, household__in=wanted, ended_at=None).values_list(
                "household_id", flat=True
            ),
            DECLARED,
        )
        own = OwnPerson.objects.filter(user=actor.pk).first()
        number = open_one(own, "id_number") if own is not None else ""
        if not number:
            return found
        hashes = blinds(identity_key(number), column="registry.person.id_index")
        with connection.cursor() as cursor:
            cursor.execute(_NEAR, [hashes, wanted])
            for household, itself in cursor.fetchall():
                found[household] = OWN if itself else RELATIVES
    return found


def posts_at(actor: Any, area_code: str) -> frozenset[str]:
    """Roles by which the actor may act on cases at this 12-digit code."""
    scope = scope_of(actor)
    return frozenset(
        str(grant.role)
        for grant in scope.grants
        if grant.reaches(area_code) and grant.rights & {Right.cases_act, Right.cases_decide}
    )


def who_is(actor: Any, area_code: str, household: int | None) -> Who:
    """The actor as the machine sees them, for a case at a place about a household."""
    why = barred(actor, [household]).get(household) if household is not None else None
    return Who(actor.pk, posts_at(actor, area_code), why)

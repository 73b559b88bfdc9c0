"""Erasing with its record: rows, the list of what was erased, the audit entry, one transaction."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction

from fangpin.foundation.actions import record
from fangpin.people.row_security import unwalled
from fangpin.privacy import erased_list
from fangpin.privacy.erasing import erase
from fangpin.privacy.models import Depth, Erasure, PersonRequest, RetentionPlan


def erase_rows(
    *,
    by: Any,
    persons: Iterable[int] = (),
    households: Iterable[int] = (),
    depth: Depth,
    fields: Collection[str] = (),
    request: PersonRequest | None = None,
    plan: RetentionPlan | None = None,
) -> int:
    """Erase and write down that it was done; the list outside the database follows the commit.

    The caller has decided that it is lawful. Returns how many rows were written.
    """
    people, homes = sorted(set(persons)), sorted(set(households))
    if not people and not homes:
        return 0
    with transaction.atomic(), unwalled():  # history and findings of former villages as well
        count = erase(persons=people, households=homes, depth=depth, fields=fields)
        common: dict[str, Any] = {
            "depth": depth, "fields": sorted(fields), "by": by, "request": request, "plan": plan,
        }  # fmt: skip
        Erasure.objects.bulk_create(
            [Erasure(person=pk, **common) for pk in people]
            + [Erasure(household=pk, **common) for pk in homes]
        )
        record(
            by=by,
            action="privacy.erased",
            subject=f"request:{request.pk}" if request else f"retention:{plan.pk}" if plan else "",
            detail={"persons": people, "households": homes, "depth": depth, "rows": count},
        )
        transaction.on_commit(erased_list.write)
    return count

"""The household as it was when it was decided."""

from dataclasses import dataclass
from typing import Any

from fangpin.cases.models import Case, DecisionSnapshot
from fangpin.cases.snapshots import verified
from fangpin.cases.visible import visible
from fangpin.people.models import User
from fangpin.people.scope import FieldGroup, scope_of


@dataclass(frozen=True)
class SnapshotShown:
    """`content` as it was frozen (see `cases.snapshots`); `holds`: it is what was hashed then."""

    row: DecisionSnapshot
    case: Case
    content: dict[str, Any]
    holds: bool


def snapshot_of(actor: User, turn: int) -> SnapshotShown | None:
    """The snapshot of a decision, or None when it is absent or not the actor's. Whole households
    are only opened for who sees names, health and income there; others get None as well."""
    row = DecisionSnapshot.objects.select_related("turn__case").filter(turn=turn).first()
    if row is None:
        return None
    case = row.turn.case
    if not Case.objects.filter(visible(actor), pk=case.pk).exists():
        return None
    groups = scope_of(actor).groups(case.area_code)
    if not {FieldGroup.identity, FieldGroup.health, FieldGroup.income} <= groups:
        return None
    return SnapshotShown(row, case, row.content, verified(row))

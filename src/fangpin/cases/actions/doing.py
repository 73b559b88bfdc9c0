"""What every action on a case begins with: the case locked, and the actor's rights."""

from typing import Any, TypeVar

from fangpin.cases.models import Case, KeptEntry, Objection, Publication
from fangpin.cases.visible import visible
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of

_Part = TypeVar("_Part", Publication, Objection, KeptEntry)


def locked(by: User, pk: int) -> Case:
    """The case, locked for this transaction. Raises Case.DoesNotExist for one that is absent and
    for one that is not the actor's to see alike."""
    if not Case.objects.filter(visible(by), pk=pk).exists():
        raise Case.DoesNotExist("no such case")
    return locked_row(pk)


def locked_row(pk: int) -> Case:
    """The case, locked, whoever asks: for what the program does by itself."""
    return Case.objects.select_for_update(of=("self",)).select_related("definition").get(pk=pk)


def locked_with(by: User, part: type[_Part], pk: int) -> tuple[Case, _Part]:
    """The case of a notice, an objection or a kept entry, locked, and the row as it stands then.
    Raises its DoesNotExist for one that is absent and for one that is not the actor's alike."""
    row = part.objects.filter(pk=pk).first()
    if row is None:
        raise part.DoesNotExist("no such row")
    try:
        case = locked(by, row.case_id)
    except Case.DoesNotExist:
        raise part.DoesNotExist("no such row") from None
    return case, part.objects.get(pk=pk)


def may_act(by: User, area_code: str) -> bool:
    """Whether a post of the actor acts on or decides cases there."""
    scope = scope_of(by)
    return scope.covers(Right.cases_act, area_code) or scope.covers(Right.cases_decide, area_code)


def subject(case: Case) -> str:
    """How the audit trail names a case."""
    return f"case:{case.pk}"


def ids(case: Case, **more: Any) -> dict[str, Any]:
    """Details of an audit entry: ids and codes only."""
    found: dict[str, Any] = {"procedure": case.procedure}
    if case.household_id is not None:
        found["household"] = case.household_id
    if case.place_code:
        found["place"] = case.place_code
    return found | more

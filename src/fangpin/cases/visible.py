"""Which cases an actor may see: within their areas; a department's liaison those that wait, or
waited, for a department."""

from typing import Final

from django.db.models import Exists, OuterRef, Q

from fangpin.cases.models import Turn
from fangpin.people.models import Role, User
from fangpin.people.scope import Right, Scope, scope_of

_LIAISON: Final = str(Role.DEPARTMENT_LIAISON)


def visible(actor: User) -> Q:
    """Condition on cases. Matches nothing without a right."""
    scope = scope_of(actor)
    condition = scope.within(Right.cases, "area_code")
    areas = liaison_areas(scope)
    if areas:
        within = Q(pk__in=[])
        for prefix in areas:
            within |= Q(area_code__startswith=prefix)
        asked = Turn.objects.filter(case=OuterRef("pk"), posts__contains=[_LIAISON])
        condition |= within & Q(Exists(asked))
    return condition


def liaison_areas(scope: Scope) -> tuple[str, ...]:
    """Areas in which the actor acts for a department and reads cases by no other post."""
    held = scope.areas(Right.cases)
    found = {
        grant.area
        for grant in scope.grants
        if grant.role == Role.DEPARTMENT_LIAISON
        and Right.cases_act in grant.rights
        and grant.area
        and not any(grant.area.startswith(prefix) for prefix in held)
    }
    return tuple(sorted(found))


def sees_whole(actor: User, area_code: str) -> bool:
    """Whether everything of a case there is shown, not only what a department is asked."""
    return scope_of(actor).covers(Right.cases, area_code)

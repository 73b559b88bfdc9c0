"""Households under monitoring that have waited longest for a visit."""

from datetime import date
from typing import Final

from django.db.models import F, Max

from fangpin.fieldwork.tasks_down import Provided, Task, provides
from fangpin.fieldwork.visit_form import VISIT
from fangpin.kernel.errors import Text
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of
from fangpin.registry.models import Household, HouseholdState

MOST: Final = 30


@provides
def return_visits(actor: User, today: date) -> Provided:
    """Monitored households whose risk is not removed, the longest not visited first. One query.

    For villages and townships: whoever works for a county visits what is asked of them by name.
    """
    scope = scope_of(actor)
    areas = scope.areas(Right.visits)
    if not areas or any(len(area) <= 6 for area in areas):
        return Provided([], {VISIT.id: VISIT})
    rows = (
        Household.objects.filter(
            scope.within(Right.visits, "village_code"), state=HouseholdState.ACTIVE
        )
        .exclude(monitoring_category="")
        .exclude(risk_removed=True)
        .annotate(last=Max("visits__on"))
        .order_by(F("last").asc(nulls_first=True), "number")
        .values_list("pk", "village_code", "last")[:MOST]
    )
    return Provided([_task(pk, code, last, today) for pk, code, last in rows], {VISIT.id: VISIT})


def _task(pk: int, code: str, last: date | None, today: date) -> Task:
    days = (today - last).days if last else None
    said = (
        Text("尚无走访记录", "no visit recorded yet")
        if days is None
        else Text("今天已走访", "visited today")
        if days <= 0
        else Text(f"距上次走访 {days} 天", f"{days} days since the last visit")
    )
    return Task(
        key=f"visit:{pk}",
        kind="visit",
        title=Text("走访监测对象", "Visit a monitored household"),
        household=pk,
        village_code=code,
        form=VISIT.id,
        about={"household": pk},
        sentences=(said,),
    )

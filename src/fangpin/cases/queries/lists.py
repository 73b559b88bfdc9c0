"""Lists of cases within the actor's areas."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from fangpin.cases.in_force import frozen_of, ready
from fangpin.cases.models import OPEN, Case, CaseState
from fangpin.cases.queries.subjects import Subject, subjects
from fangpin.cases.visible import visible
from fangpin.cases.words import state_words
from fangpin.kernel.errors import Text
from fangpin.kernel.place_codes import prefix_of
from fangpin.people.models import User
from fangpin.people.scope import scope_of


@dataclass(frozen=True)
class CaseFilter:
    """What the list is narrowed to; "" and None do not narrow. `state` "all": closed as well;
    "" only those that run. `area` is a code of which trailing zeros do not count."""

    area: str = ""
    procedure: str = ""
    state: str = ""
    step: str = ""
    late: bool = False
    returned: bool = False
    green: bool = False
    household: int | None = None


@dataclass(frozen=True)
class CaseLine:
    """A case in a list. `stands` is the state in the field's own words: 待入户核查, 已通过.

    `days_late` counts days past the day due; 0 in time, closed, or without a limit.
    """

    case: Case
    label: Text
    stands: Text
    subject: Subject
    days_late: int


def cases_of(actor: User, chosen: CaseFilter, day: date) -> QuerySet[Case]:
    """Cases that the actor may see and that fit, unordered."""
    rows = Case.objects.filter(visible(actor))
    if chosen.state != "all":
        rows = rows.filter(state=chosen.state) if chosen.state else rows.filter(OPEN)
    if chosen.area:
        rows = rows.filter(area_code__startswith=prefix_of(chosen.area))
    simple = {
        "procedure": chosen.procedure,
        "step": chosen.step,
        "household": chosen.household,
        "green": chosen.green,
        "returned": chosen.returned,
    }
    rows = rows.filter(**{name: value for name, value in simple.items() if value})
    return rows.filter(OPEN, due_on__lt=day) if chosen.late else rows


def page_of_cases(
    actor: User, chosen: CaseFilter, *, day: date, after: int | None = None, size: int = 50
) -> tuple[list[CaseLine], int | None]:
    """One page, the newest first, and the id to go on after. Five queries at most."""
    rows = cases_of(actor, chosen, day).order_by("-pk")
    if after is not None:
        rows = rows.filter(pk__lt=after)
    page = list(rows[: size + 1])
    more = page[size - 1].pk if len(page) > size else None
    return lines(actor, page[:size], day), more


def lines(actor: User, cases: Sequence[Case], day: date) -> list[CaseLine]:
    """Lines for loaded cases that the actor may see. Four queries at most."""
    ready({case.definition_id for case in cases})
    found = subjects(scope_of(actor), cases)
    return [
        CaseLine(
            case,
            frozen_of(case).procedure.label,
            stands(case),
            found[case.pk],
            max((day - case.due_on).days, 0) if case.due_on and case.state == "open" else 0,
        )
        for case in cases
    ]


def stands(case: Case) -> Text:
    """Where a case stands, in words."""
    if case.state != CaseState.OPEN:
        return state_words(case)
    step = next(each for each in frozen_of(case).procedure.steps if each.id == case.step)
    return step.state or step.label


def cases_of_household(actor: User, household: int, day: date) -> list[CaseLine]:
    """All cases about a household that the actor may see, the newest first."""
    rows = Case.objects.filter(visible(actor), household=household).order_by("-pk")
    return lines(actor, list(rows), day)

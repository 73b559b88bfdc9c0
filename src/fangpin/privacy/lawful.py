"""Whether something may be erased now: what the law asks to be kept stays (PIPL 47)."""

from datetime import date

from django.db.models import Max, Q

from fangpin.cases.models import Case, CaseState
from fangpin.kernel.errors import Text
from fangpin.people.row_security import unwalled
from fangpin.privacy.models import PersonRequest
from fangpin.registry.catalogue.load import catalogue
from fangpin.registry.models import Membership, Person

Ground = PersonRequest.Ground
_LONGEST = "file"  # the retention that the register itself is kept for


def years_later(day: date, years: int) -> date:
    """The same day so many years later; of 29 February the day after."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def left_on(person: int) -> date | None:
    """The first day on which a person belonged to no household any more; None while they do, or
    when the day is not known."""
    rows = Membership.objects.filter(person=person)
    if rows.filter(ended_on=None).exists() or not rows.exists():
        return None
    last: date | None = rows.aggregate(last=Max("ended_on"))["last"]
    return last


def obstacles(person: int, ground: str, day: date) -> list[Text]:
    """Why a person may not be erased on this ground on a day; empty when nothing stands against it.

    Whoever belongs to a household is registered by statutory duty: they leave it first. A case
    under way needs its data. The period of keeping binds unless there never was a legal basis.
    """
    with unwalled():  # a household or a case in somebody else's place stands against it as well
        return _obstacles(person, ground, day)


def _obstacles(person: int, ground: str, day: date) -> list[Text]:
    found = []
    if Membership.objects.filter(person=person, ended_on=None).exists():
        found.append(
            Text(
                "此人仍是在册家庭成员，登记有法定依据；如属错登，先办理减少成员，再删除",
                "the person still belongs to a household, registered by statutory duty; if entered "
                "by mistake, take them out of the household first",
            )
        )
    concerned = Q(person=person) | Q(
        person=None, household__memberships__person=person, household__memberships__ended_on=None
    )
    if Case.objects.filter(concerned, state=CaseState.OPEN).exists():
        found.append(Text("此人有正在办理的个案", "a case about the person is under way"))
    if ground == Ground.UNLAWFUL:
        return found
    years = next(p.retention.years for p in catalogue().purposes.values()
                 if p.retention.name == _LONGEST)  # fmt: skip
    left = left_on(person) or Person.objects.values_list("died_on", flat=True).get(pk=person)
    if left is None or years_later(left, years) > day:
        until = "" if left is None else f"（至 {years_later(left, years)}）"
        until_en = "" if left is None else f" (until {years_later(left, years)})"
        found.append(
            Text(
                f"法定保存期限 {years} 年未满{until}，依法停止除存储外的处理，不作删除",
                f"the period of keeping of {years} years is not over{until_en}; until then the "
                "data are stored and nothing else is done with them",
            )
        )
    return found

"""What is recorded by year, and who helps: incomes, living conditions, helpers.

These rows have no version of their own; the household's guards them.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone

from fangpin.people.scope import FieldGroup
from fangpin.registry import sealing
from fangpin.registry.actions.doing import (
    Doing,
    allowed,
    clear_values,
    doing,
    locked,
    state_allows,
)
from fangpin.registry.actions.edit import write_columns
from fangpin.registry.actions.refusals import Conflict, Refused, differences
from fangpin.registry.catalogue.load import catalogue
from fangpin.registry.ids import allocate
from fangpin.registry.models import (
    EventKind,
    HelperSpell,
    Household,
    IncomeYear,
    Occasion,
    RegistryEvent,
    YearlyConditions,
)
from fangpin.registry.values import accept_all


def record_income(
    *,
    by: Any,
    household: int,
    version: int,
    year: int,
    values: Mapping[str, Any],
    occasion: Occasion = Occasion.YEAR,
) -> RegistryEvent | None:
    """Write the income of a year: `values` by column of IncomeYear, `items` {item: fen or yuan
    text}. Columns that are not named stay. None when nothing differs."""
    with doing(by=by, kind=EventKind.INCOME) as act:
        home = _home(by, household, {FieldGroup.income})
        accepted = accept_all("income", dict(values))
        if "persons" in accepted and accepted["persons"] is not None and accepted["persons"] < 1:
            raise Refused.said(
                "计算人口数至少为 1",
                "at least one person is counted",
                "按家庭人口填写",
                "give the members of the household",
                "income.persons",
            )
        row = IncomeYear.objects.filter(household=home, year=year, occasion=occasion).first()
        _check(home, version, "income", row, accepted)
        fresh = IncomeYear(household=home, year=_year(year), occasion=occasion)
        changed = _put(act, home, "income", row, fresh, accepted)
        act.detail |= {"year": year, "occasion": str(occasion)}
    return act.event if changed else None


def record_conditions(
    *, by: Any, household: int, version: int, year: int, values: Mapping[str, Any]
) -> RegistryEvent | None:
    """Write how the household lives in a year: `values` by column of YearlyConditions. Columns
    that are not named stay. None when nothing differs."""
    with doing(by=by, kind=EventKind.CONDITIONS) as act:
        groups = {catalogue().fields[f"conditions.{name}"].group for name in values}
        home = _home(by, household, groups or {FieldGroup.housing})
        accepted = accept_all("conditions", dict(values))
        row = YearlyConditions.objects.filter(household=home, year=year).first()
        _check(home, version, "conditions", row, accepted)
        fresh = YearlyConditions(household=home, year=_year(year))
        changed = _put(act, home, "conditions", row, fresh, accepted)
        act.detail["year"] = year
    return act.event if changed else None


def assign_helper(
    *,
    by: Any,
    household: int,
    version: int,
    values: Mapping[str, Any],
    replaces: int | None = None,
    on: date | None = None,
) -> RegistryEvent:
    """Make somebody responsible from a day on; `replaces` (a helper's id) ends on that day."""
    with doing(by=by, kind=EventKind.HELPER, on=on) as act:
        home = _home(by, household, {FieldGroup.helper})
        accepted = accept_all("helper", dict(values))
        _check(home, version, "helper", None, accepted)
        if not accepted.get("name"):
            raise Refused.said(
                "请填写帮扶责任人姓名",
                "a name is needed",
                "填写姓名",
                "give the name",
                "helper.name",
            )
        act.touch(home)
        if replaces is not None:
            _end_helper(act, home, replaces)
        (pk,) = allocate(HelperSpell, 1)
        row = HelperSpell(pk=pk, household=home, began_on=act.on)
        closed_names = set(sealing.sealed_fields(HelperSpell))
        texts = {name: value for name, value in accepted.items() if name in closed_names}
        for name, value in {**accepted, **sealing.close_one(HelperSpell, pk, texts)}.items():
            setattr(row, name, value)
        act.new(row)
    assert act.event is not None
    return act.event


def end_helper(
    *, by: Any, household: int, version: int, helper: int, on: date | None = None
) -> RegistryEvent:
    """End the responsibility of a helper on a day."""
    with doing(by=by, kind=EventKind.HELPER, on=on) as act:
        home = _home(by, household, {FieldGroup.helper})
        _check(home, version, "helper", None, {})
        act.touch(home)
        _end_helper(act, home, helper)
    assert act.event is not None
    return act.event


def _end_helper(act: Doing, home: Household, helper: int) -> None:
    row = HelperSpell.objects.filter(pk=helper, household=home, ended_on=None).first()
    if row is None or (row.began_on is not None and row.began_on > act.on):
        raise Refused.said(
            "该帮扶责任人已结束帮扶，或在此日期之后才开始",
            "this helper's time is over, or begins later than this day",
            "核对人员和日期",
            "check the helper and the day",
        )
    HelperSpell.objects.filter(pk=row.pk).update(ended_on=act.on)


def _home(by: Any, household: int, groups: set[FieldGroup]) -> Household:
    home = locked([household])[household]
    state_allows(home)
    allowed(by, home, groups)
    return home


def _year(year: int) -> int:
    if not 2000 <= year <= timezone.localdate().year:
        raise Refused.said(
            f"年度 {year} 不对", f"{year} is not a year to record", "核对年度", "check the year"
        )
    return year


def _check(
    home: Household,
    version: int,
    subject: str,
    row: IncomeYear | YearlyConditions | None,
    mine: Mapping[str, Any],
) -> None:
    if home.version == version:
        return
    now = {name: value for name, value in clear_values(row).items() if name in mine} if row else {}
    raise Conflict("household", home.pk, home.version, differences(subject, None, now, dict(mine)))


def _put(
    act: Doing,
    home: Household,
    subject: str,
    row: IncomeYear | YearlyConditions | None,
    fresh: IncomeYear | YearlyConditions,
    accepted: Mapping[str, Any],
) -> bool:
    """Write a year's row, new or changed. Whether anything changed."""
    if row is None:
        for name, value in accepted.items():
            setattr(fresh, name, value)
        act.touch(home)
        act.new(fresh)
        act.detail["fields"] = [f"{subject}.{name}" for name in accepted]
        return True
    now = clear_values(row)
    changed = {name: value for name, value in accepted.items() if value != now[name]}
    if changed:
        act.touch(home)
        write_columns(row, changed)
        act.detail["fields"] = [f"{subject}.{name}" for name in changed]
    return bool(changed)

"""What a household counts as: classified, monitored, its risk removed; the earlier spell ends."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from fangpin.people.scope import FieldGroup
from fangpin.registry.actions.doing import (
    Doing,
    allowed,
    check_version,
    doing,
    locked,
    state_allows,
)
from fangpin.registry.actions.refusals import Refused
from fangpin.registry.models import CategorySpell, EventKind, Household, RegistryEvent, SpellKind
from fangpin.registry.values import accept_all

COLUMN = {
    SpellKind.CATEGORY: "category",
    SpellKind.MONITORING: "monitoring_category",
    SpellKind.POVERTY_STATUS: "poverty_status",
}


def classify(
    *,
    by: Any,
    household: int,
    version: int,
    kind: SpellKind,
    code: str,
    risks: Sequence[str] = (),
    on: date | None = None,
    clause: str = "",
) -> RegistryEvent:
    """Let a household count as `code` from a day on; "" ends the present spell without another.

    Monitoring starts afresh: its risks are those given and count as not removed. Refused when the
    household counts as that already (monitoring: and its risk is not removed).
    """
    with doing(by=by, kind=EventKind.CATEGORISED, on=on) as act:
        row = locked([household])[household]
        state_allows(row)
        allowed(by, row, {FieldGroup.household})
        column = COLUMN[kind]
        accepted = accept_all("household", {column: code, "risks": list(risks)})
        check_version(row, version, {column: accepted[column]})
        act.touch(row)
        again = kind is SpellKind.MONITORING and row.risk_removed is True
        if accepted[column] == getattr(row, column) and not again:
            raise Refused.said(
                "该户已是这一类别", "the household counts as that already", "无需修改", "leave it"
            )
        end_spell(act, row, kind)
        changes: dict[str, Any] = {column: accepted[column]}
        if kind is SpellKind.MONITORING:
            watched = accepted[column] not in ("", "none")
            changes |= {
                "risks": accepted["risks"] if watched else [],
                "monitored_since": act.on.replace(day=1) if watched else None,
                "risk_removed": False if watched else None,
                "risk_removed_month": None,
                "removal_kind": "",
            }
        Household.objects.filter(pk=row.pk).update(**changes)
        if accepted[column]:
            open_spell(act, row, kind, accepted[column], risks=accepted["risks"], clause=clause)
        act.detail |= {"spell": str(kind), "code": accepted[column]}
    assert act.event is not None
    return act.event


def remove_risk(
    *,
    by: Any,
    household: int,
    version: int,
    how: str,
    on: date | None = None,
    clause: str = "",
) -> RegistryEvent:
    """Mark the risk of a monitored household as removed; its monitoring spell ends that day.

    The category stays on the household, as the national register keeps it.
    """
    with doing(by=by, kind=EventKind.CATEGORISED, on=on) as act:
        row = locked([household])[household]
        state_allows(row)
        allowed(by, row, {FieldGroup.household})
        accepted = accept_all("household", {"removal_kind": how})
        check_version(row, version, accepted)
        if row.monitoring_category in ("", "none") or row.risk_removed:
            raise Refused.said(
                "该户不是监测对象，或风险已经消除",
                "the household is not monitored, or its risk is removed already",
                "核对该户的监测情况",
                "check its monitoring",
            )
        act.touch(row)
        end_spell(act, row, SpellKind.MONITORING, how=accepted["removal_kind"], clause=clause)
        Household.objects.filter(pk=row.pk).update(
            risk_removed=True,
            risk_removed_month=act.on.replace(day=1),
            removal_kind=accepted["removal_kind"],
        )
        act.detail |= {"spell": str(SpellKind.MONITORING), "removed": accepted["removal_kind"]}
    assert act.event is not None
    return act.event


def open_spell(
    act: Doing,
    household: Household,
    kind: SpellKind,
    code: str,
    *,
    risks: Sequence[str] = (),
    clause: str = "",
    began_on: date | None = None,
) -> CategorySpell:
    """Begin a spell on the day of the action (or a given one)."""
    row = CategorySpell(
        household=household,
        kind=kind,
        code=code,
        risks=list(risks) if kind is SpellKind.MONITORING else [],
        began_on=began_on or act.on,
        clause=clause[:120],
    )
    act.new(row)
    return row


def end_spell(
    act: Doing, household: Household, kind: SpellKind, *, how: str = "", clause: str = ""
) -> None:
    """End the open spell of a kind on the day of the action, if there is one."""
    row = CategorySpell.objects.filter(household=household, kind=kind, ended_on=None).first()
    if row is None:
        return
    if row.began_on is not None and row.began_on > act.on:
        raise Refused.said(
            f"日期不能早于现有类别的开始日期 {row.began_on}",
            f"the present classification began on {row.began_on}, later than this day",
            "核对日期",
            "check the day",
            "on",
        )
    changes: dict[str, Any] = {"ended_on": act.on, "ended_how": how}
    if clause and not row.clause:
        changes["clause"] = clause[:120]
    CategorySpell.objects.filter(pk=row.pk).update(**changes)

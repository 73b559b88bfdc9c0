"""Single fields of a household or a person, changed by who may write their group."""

from collections.abc import Mapping
from typing import Any

from django.db import models

from fangpin.people.scope import FieldGroup
from fangpin.registry import sealing
from fangpin.registry.actions.doing import (
    Doing,
    allowed,
    check_version,
    clear_values,
    doing,
    locked,
    state_allows,
)
from fangpin.registry.actions.refusals import Refused
from fangpin.registry.catalogue.load import catalogue
from fangpin.registry.models import (
    CategorySpell,
    EventKind,
    Household,
    Membership,
    Person,
    RegistryEvent,
    SpellKind,
)
from fangpin.registry.values import accept_all

# What only an action of its own changes, because more follows from it.
HOUSEHOLD_BY_ACTION = frozenset(
    {
        *("number", "village_code", "state", "origin", "members", "category", "poverty_status"),
        *("monitoring_category", "monitored_since", "risk_removed", "risk_removed_month"),
        "removal_kind",
    }
)
PERSON_BY_ACTION = frozenset({"number", "died_on", "death_cause"})


def edit_household(
    *, by: Any, household: int, version: int, values: Mapping[str, Any]
) -> RegistryEvent | None:
    """Change fields of a household by name; None when nothing differs.

    Raises NotAllowed for a group the actor may not write, FangpinError for values that do not fit,
    Refused for fields that follow from an action, Conflict for a stale version.
    """
    _see_to(values, HOUSEHOLD_BY_ACTION, "household")
    with doing(by=by, kind=EventKind.EDITED) as act:
        row = locked([household])[household]
        state_allows(row)
        allowed(by, row, _groups("household", values))
        wanted = accept_all("household", values)
        check_version(row, version, wanted)
        changed = _changed(row, wanted)
        if changed:
            act.touch(row)
            _write(act, "household", row, changed)
            if "risks" in changed:
                open_now = CategorySpell.objects.filter(
                    household=row, kind=SpellKind.MONITORING, ended_on=None
                )
                open_now.update(risks=changed["risks"])
    return act.event if changed else None


def edit_person(
    *, by: Any, person: int, version: int, values: Mapping[str, Any]
) -> RegistryEvent | None:
    """Change fields of a person by name; `relation` changes the open membership's relation.

    Rights are those for the household the person lives in; somebody without one (dead, moved away)
    is changed by the rights for the last. Raises as `edit_household`.
    """
    _see_to(values, PERSON_BY_ACTION, "person")
    with doing(by=by, kind=EventKind.EDITED) as act:
        latest = _latest(person)
        home = locked([latest.household_id])[latest.household_id]
        row = Person.objects.select_for_update().get(pk=person)
        if _latest(person).household_id != home.pk:
            raise Refused.said(
                "此人刚刚迁到其他户",
                "the person has just moved to another household",
                "重新打开此人现在的户",
                "open the household they live in now",
            )
        own = {name: value for name, value in values.items() if name != "relation"}
        allowed(by, home, _groups("person", own) | _relation_group(values))
        kind = own.get("id_kind", row.id_kind)
        wanted = accept_all("person", own | ({"id_kind": kind} if "id_number" in own else {}))
        check_version(row, version, wanted)
        changed = _changed(row, wanted)
        restated = _relation(values, latest)
        if changed or restated is not None:
            act.touch(home, row)
            if changed or restated is not None:
                _write(act, "person", row, changed | {"version": models.F("version") + 1})
            if restated is not None:
                Membership.objects.filter(pk=latest.pk).update(relation=restated)
                act.detail.setdefault("fields", []).append("membership.relation")
    return act.event if changed or restated is not None else None


def _latest(person: int) -> Membership:
    """The open membership of a person, else the one that ended last."""
    row = (
        Membership.objects.filter(person=person)
        .order_by(models.F("ended_on").desc(nulls_first=True), "-pk")
        .first()
    )
    if row is None:
        raise Refused.said(
            "该人员已不存在", "the person is not there any more", "返回列表", "go back to the list"
        )
    return row


def _see_to(values: Mapping[str, Any], by_action: frozenset[str], subject: str) -> None:
    for name in values:
        if name in by_action:
            label = catalogue().fields[f"{subject}.{name}"].label
            raise Refused.said(
                f"“{label.zh}”不能直接修改",
                f'"{label.en}" is not changed by itself',
                "用相应的办理事项修改",
                "use the action for it",
                f"{subject}.{name}",
            )


def _groups(subject: str, values: Mapping[str, Any]) -> set[FieldGroup]:
    return {catalogue().fields[f"{subject}.{name}"].group for name in values}


def _relation_group(values: Mapping[str, Any]) -> set[FieldGroup]:
    return {FieldGroup.identity} if "relation" in values else set()


def _relation(values: Mapping[str, Any], latest: Membership) -> str | None:
    """The relation to write, None when it stays."""
    if "relation" not in values:
        return None
    wanted = str(accept_all("membership", {"relation": values["relation"]})["relation"])
    if wanted == latest.relation:
        return None
    if latest.is_head != (wanted == "head"):
        raise Refused.said(
            "户主要用“变更户主”办理",
            "the head is changed by the action for it",
            "使用“变更户主”",
            'use "change head"',
            "membership.relation",
        )
    return wanted


def _changed(row: models.Model, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the wanted values that differ from the row's."""
    now = clear_values(row)
    return {name: value for name, value in wanted.items() if value != now[name]}


def _write(act: Doing, subject: str, row: Household | Person, changed: dict[str, Any]) -> None:
    write_columns(row, changed)
    act.detail["fields"] = [f"{subject}.{name}" for name in changed if name != "version"]


def write_columns(row: models.Model, values: Mapping[str, Any]) -> None:
    """Update named fields of one row, closing what is closed."""
    closed_names = set(sealing.sealed_fields(type(row)))
    texts = {name: value for name, value in values.items() if name in closed_names}
    plain = {name: value for name, value in values.items() if name not in closed_names}
    columns = plain | sealing.close_one(type(row), row.pk, texts)
    type(row)._default_manager.filter(pk=row.pk).update(**columns)

"""One action under way: rows locked, rights and versions checked, then event and audit written.

Every change an action makes happens inside `doing(...)`: one transaction, one context for the rows
of history it displaces, one RegistryEvent, one audit entry. At its end the households it touched
are counted, and it fails when one of them would be left with members and without a head.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import pghistory
from django.db import models, transaction
from django.utils import timezone

from fangpin.foundation.actions import record
from fangpin.people.scope import FieldGroup, Right, scope_of
from fangpin.registry import sealing
from fangpin.registry.actions.refusals import Conflict, NotAllowed, Refused, differences
from fangpin.registry.models import (
    EventKind,
    Household,
    HouseholdState,
    Membership,
    Origin,
    Person,
    RegistryEvent,
)

_decided: ContextVar[bool] = ContextVar("fangpin_decided", default=False)


@contextmanager
def by_decision() -> Iterator[None]:
    """Within the block the actor writes because a case was decided, whatever their post may write.
    Only `cases.effects` uses it, in the transaction of the decision."""
    token = _decided.set(True)
    try:
        yield
    finally:
        _decided.reset(token)


@dataclass
class Doing:
    """What the action has touched so far. `detail` takes ids and codes only."""

    by: Any
    kind: EventKind
    on: date
    context: UUID
    households: dict[int, bool] = field(default_factory=dict)  # id → had a head before
    persons: set[int] = field(default_factory=set)
    made: dict[str, list[int]] = field(default_factory=dict)
    detail: dict[str, Any] = field(default_factory=dict)
    ends_as: dict[int, HouseholdState] = field(default_factory=dict)
    event: RegistryEvent | None = None
    changed: bool = False

    def touch(self, *rows: Household | Person) -> None:
        """Name rows that the action concerns; households are counted and checked at its end."""
        self.changed = True
        for row in rows:
            if isinstance(row, Person):
                self.persons.add(row.pk)
            elif row.pk not in self.households:
                self.households[row.pk] = _has_head(row.pk)

    def new(self, row: models.Model) -> None:
        """Save a new row and remember it, so that the action can be taken back."""
        self.changed = True
        row.save(force_insert=True)
        self.made.setdefault(row._meta.model_name or "", []).append(row.pk)
        if isinstance(row, Household):
            self.households[row.pk] = True
        if isinstance(row, Person):
            self.persons.add(row.pk)


def _has_head(household: int) -> bool:
    return Membership.objects.filter(household=household, ended_on=None, is_head=True).exists()


@contextmanager
def doing(*, by: Any, kind: EventKind, on: date | None = None) -> Iterator[Doing]:
    """Run an action. `on` is the day from which it holds (today by the server's clock)."""
    day = on or timezone.localdate()
    if day > timezone.localdate():
        raise Refused.said(
            f"日期 {day} 还没有到",
            f"{day} lies in the future",
            "填今天或以前的日期",
            "give today or earlier",
        )
    try:
        with transaction.atomic(), pghistory.context(action=str(kind)) as context:
            act = Doing(by=by, kind=kind, on=day, context=context.id)
            yield act
            if act.changed:  # an edit that changes nothing leaves no trace
                _finish(act)
    except NotAllowed as refusal:
        with transaction.atomic():  # the attempt stays on record, though its transaction is undone
            record(
                by=by,
                action=f"registry.refused:{kind}",
                subject=f"household:{refusal.household}",
                detail={"reason": refusal.reason.en},
            )
        raise


def _finish(act: Doing) -> None:
    for pk, had_head in act.households.items():
        present = Membership.objects.filter(household=pk, ended_on=None)
        heads = list(present.values_list("is_head", flat=True))
        if heads and had_head and sum(heads) != 1:
            raise Refused.said(
                "操作后该户没有户主",
                "the household would be left without a head",
                "请指定新户主",
                "name the new head",
                "membership.is_head",
            )
        # Whoever works on a household known from runs only makes it the registry's own.
        changes: dict[str, Any] = {"members": len(heads), "origin": Origin.REGISTRY}
        if not heads and pk in act.ends_as:
            changes["state"] = act.ends_as[pk]
        if pk not in act.made.get("household", ()):
            changes["version"] = models.F("version") + 1
        Household.objects.filter(pk=pk).update(**changes)
    detail = act.detail | ({"made": act.made} if act.made else {})
    act.event = RegistryEvent.objects.create(
        kind=act.kind,
        on=act.on,
        by=act.by,
        households=sorted(act.households),
        persons=sorted(act.persons),
        context=act.context,
        detail=detail,
        reversal_of_id=act.detail.get("event"),
    )
    record(
        by=act.by,
        action=f"registry.{act.kind}",
        subject=f"event:{act.event.pk}",
        detail={"households": sorted(act.households), "persons": sorted(act.persons)}
        | {name: detail[name] for name in ("fields", "event") if name in detail},
    )


def locked(households: Iterable[int]) -> dict[int, Household]:
    """Households by id, locked in a fixed order. Raises Refused when one is absent."""
    wanted = set(households)
    rows = Household.objects.select_for_update().filter(pk__in=wanted).order_by("pk")
    found = {row.pk: row for row in rows}
    if found.keys() != wanted:
        raise Refused.said(
            "该户已不存在", "the household is not there any more", "返回列表", "go back to the list"
        )
    return found


def allowed(
    by: Any, household: Household, groups: Iterable[FieldGroup] = (FieldGroup.household,)
) -> None:
    """Whether the actor may change these groups of this household. None is the program itself.

    Raises NotAllowed with the reason; `doing` writes the attempt down.
    """
    if by is None or _decided.get():
        return
    scope = scope_of(by)
    for group in groups:
        answer = scope.why(
            Right.registry_write, household.village_code, group=group, state=household.state
        )
        if not answer:
            raise NotAllowed(answer.reason, household.pk)


def state_allows(household: Household) -> None:
    """Refuse a change to a household that was merged, split or dissolved, whoever asks."""
    if household.state != HouseholdState.ACTIVE:
        raise Refused.said(
            "该户已并户、分户或销户",
            "the household was merged, split or dissolved",
            "到现在的户里操作",
            "work on the household its members live in now",
        )


def check_version(
    row: Household | Person, version: int, mine: Mapping[str, Any] | None = None
) -> None:
    """Raise Conflict when the row is not the one that the writer saw."""
    if row.version == version:
        return
    subject = "household" if isinstance(row, Household) else "person"
    now = clear_values(row)
    seen = seen_values(row, version)
    raise Conflict(subject, row.pk, row.version, differences(subject, seen, now, mine or {}))


def clear_values(row: models.Model, kept: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Values of a row by field name, closed ones opened; of a kept row of history when given."""
    closed = set(sealing.sealed_fields(type(row)))
    hidden = {"id", "version", "entered_at", "name_tokens", "members"}
    values: dict[str, Any] = {}
    for column in row._meta.concrete_fields:
        if column.name in hidden or column.name.endswith("_index"):
            continue
        raw = kept[column.attname] if kept is not None else getattr(row, column.attname)
        if column.name in closed:
            raw = sealing.open_many(type(row), column.name, [row.pk], [raw])[0] or ""
        values[column.name] = raw
    return values


def seen_values(row: Household | Person, version: int) -> dict[str, Any] | None:
    """Values of the row as they stood at a version; None when history does not reach back."""
    history = type(row)._meta.apps.get_model("registry", f"{type(row).__name__}History")
    kept = (
        history._default_manager.filter(pgh_obj_id=row.pk, version=version)
        .order_by("pgh_id")
        .values()
        .first()
    )
    return clear_values(row, kept) if kept else None

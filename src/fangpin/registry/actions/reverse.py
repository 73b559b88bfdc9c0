"""Taking an action back: the rows it displaced return from history, the rows it made go.

An action can be taken back as long as nothing rests on it: no later move, death, split or merger of
the same households or people, and no later change of the very same fields. A later action has to
be taken back first; the reason names it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import F, ProtectedError, Q

from fangpin.kernel.errors import Text
from fangpin.people.models import User
from fangpin.people.row_security import unwalled
from fangpin.people.scope import Answer, FieldGroup, Right, scope_of
from fangpin.registry.actions.doing import allowed, doing, locked
from fangpin.registry.actions.refusals import Refused
from fangpin.registry.catalogue.load import catalogue
from fangpin.registry.event_words import EVENT_WORDS
from fangpin.registry.following import village_changed
from fangpin.registry.models import (
    CategorySpell,
    EventKind,
    HelperSpell,
    Household,
    IncomeYear,
    Membership,
    Person,
    RegistryEvent,
    YearlyConditions,
)

# Actions that change who belongs where; whatever comes later on the same rows rests on them.
STRUCTURAL = frozenset(
    {
        *(EventKind.ENTERED, EventKind.HEAD_CHANGED, EventKind.SPLIT, EventKind.MERGED),
        *(EventKind.MARRIED_IN, EventKind.BORN, EventKind.JOINED, EventKind.MOVED),
        *(EventKind.LEFT, EventKind.MOVED_VILLAGE, EventKind.DIED, EventKind.RETURNED),
    }
)
FINAL = frozenset({EventKind.IMPORTED, EventKind.REVERSED})
# The order in which made rows go and displaced rows return: what points to others first.
_TABLES: tuple[type[models.Model], ...] = (
    *(Membership, CategorySpell, HelperSpell, IncomeYear, YearlyConditions),
    *(Person, Household),
)
_NOT_RESTORED = ("id", "version", "entered_at", "members")


@dataclass(frozen=True, slots=True)
class _Displaced:
    """A row as it stood before an action and right after it."""

    table: type[models.Model]
    pk: int
    before: dict[str, Any]
    after: dict[str, Any]
    now: dict[str, Any]

    @property
    def columns(self) -> list[str]:
        """What the action changed."""
        return [name for name in self.before if self.before[name] != self.after[name]]

    @property
    def changed_since(self) -> list[str]:
        """What it changed and something else changed again later."""
        return [name for name in self.columns if self.after[name] != self.now[name]]


def reversible(event: RegistryEvent) -> Answer:
    """Whether an event can be taken back now, and why not. A fixed number of queries."""
    if event.kind in FINAL:
        return Answer(
            False,
            Text("导入和撤销不能再撤销", "imports and reversals are not taken back"),
        )
    if RegistryEvent.objects.filter(reversal_of=event).exists():
        return Answer(False, Text("已经撤销", "it was taken back already"))
    later = _resting_on(event)
    if later is not None:
        label = EVENT_WORDS[EventKind(later.kind)]
        return Answer(
            False,
            Text(
                f"其后 {later.on} 又办理了“{label.zh}”，须先撤销",
                f'"{label.en}" of {later.on} rests on it and has to be taken back first',
            ),
        )
    with unwalled():  # what it displaced may have stood in another village
        changed = any(row.changed_since for row in _displaced(event)) or _made_changed(event)
    if changed:
        return Answer(
            False,
            Text(
                "其后有人修改过相同内容，请直接修改",
                "the same fields were changed since; change them instead",
            ),
        )
    return Answer(True, Text("可以撤销", "it can be taken back"))


def _resting_on(event: RegistryEvent) -> RegistryEvent | None:
    """The newest later action in force that builds on what this one did."""
    shared = Q(households__overlap=event.households or [0])
    if event.persons:
        shared |= Q(persons__overlap=event.persons)
    later = RegistryEvent.objects.filter(shared, pk__gt=event.pk, reversed_by=None).exclude(
        kind=EventKind.REVERSED
    )
    if event.kind in STRUCTURAL:
        return later.filter(kind__in=[*STRUCTURAL, EventKind.IMPORTED]).order_by("-pk").first()
    if event.kind == EventKind.CATEGORISED:
        same = Q(kind=EventKind.CATEGORISED, detail__spell=event.detail.get("spell"))
        same |= Q(kind__in=[EventKind.SPLIT, EventKind.MERGED, EventKind.IMPORTED])
        return later.filter(same).order_by("-pk").first()
    return None


def _displaced(event: RegistryEvent) -> Iterator[_Displaced]:
    for table in _TABLES:
        history = apps.get_model("registry", f"{table.__name__}History")
        names = [field.attname for field in table._meta.concrete_fields]
        kept = list(
            history._default_manager.filter(pgh_context_id=event.context)
            .order_by("pgh_id")
            .values("pgh_id", "pgh_obj_id", *names)
        )
        if not kept:
            continue
        ids = {row["pgh_obj_id"] for row in kept}
        now = {row["id"]: row for row in table._default_manager.filter(pk__in=ids).values(*names)}
        first: dict[int, dict[str, Any]] = {}
        last: dict[int, int] = {}
        for row in kept:
            first.setdefault(row["pgh_obj_id"], row)
            last[row["pgh_obj_id"]] = row["pgh_id"]
        following: dict[int, dict[str, Any]] = {}
        later = (
            history._default_manager.filter(pgh_obj_id__in=ids, pgh_id__gt=min(last.values()))
            .exclude(pgh_context_id=event.context)
            .order_by("pgh_id")
            .values("pgh_id", "pgh_obj_id", *names)
        )
        for row in later:
            if row["pgh_id"] > last[row["pgh_obj_id"]]:
                following.setdefault(row["pgh_obj_id"], row)
        for pk, before in first.items():
            present = now.get(pk)
            if present is None:
                continue  # made and gone again by other actions
            after = following.get(pk, present)
            kept_names = [name for name in names if name not in _NOT_RESTORED]
            yield _Displaced(
                table,
                pk,
                {name: _plain(before[name]) for name in kept_names},
                {name: _plain(after[name]) for name in kept_names},
                {name: _plain(present[name]) for name in kept_names},
            )


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def _made(event: RegistryEvent) -> dict[type[models.Model], list[int]]:
    made: dict[str, list[int]] = event.detail.get("made", {})
    return {table: made[name] for table in _TABLES if (name := table._meta.model_name) in made}


def _made_changed(event: RegistryEvent) -> bool:
    """Whether a row the action made was changed by another since (beyond being counted)."""
    for table, ids in _made(event).items():
        history = apps.get_model("registry", f"{table.__name__}History")
        names = [
            field.attname
            for field in table._meta.concrete_fields
            if field.name not in _NOT_RESTORED
        ]
        present = {row["id"]: row for row in table._default_manager.filter(pk__in=ids).values()}
        if len(present) != len(set(ids)):
            return True
        kept = history._default_manager.filter(pgh_obj_id__in=ids).order_by("pgh_id")
        after: dict[int, dict[str, Any]] = {}  # as each row stood when the action was over
        for row in kept.values("pgh_obj_id", "pgh_context_id", *names):
            if row["pgh_context_id"] == event.context:
                after.pop(row["pgh_obj_id"], None)
            else:
                after.setdefault(row["pgh_obj_id"], row)
        for pk, row in after.items():
            if any(_plain(row[name]) != _plain(present[pk][name]) for name in names):
                return True
    return False


def may_reverse(actor: User, event: RegistryEvent) -> Answer:
    """Whether this actor may take the event back: as `reversible`, and may write to all of it."""
    scope = scope_of(actor)
    with unwalled():
        homes = Household.objects.filter(pk__in=event.households)
        codes = {*homes.values_list("village_code", flat=True)}
    codes |= {event.detail["from_village"]} if "from_village" in event.detail else set()
    for code in sorted(codes):
        answer = scope.why(Right.registry_write, code, group=FieldGroup.household)
        if not answer:
            return answer
    return reversible(event)


def reverse(*, by: Any, event: int) -> RegistryEvent:
    """Take an action back. Raises Refused with the reason when something rests on it."""
    with doing(by=by, kind=EventKind.REVERSED) as act:
        found = RegistryEvent.objects.select_for_update().filter(pk=event).first()
        if found is None:
            raise Refused.said("没有此记录", "there is no such entry", "返回", "go back")
        homes = locked(found.households)
        for home in homes.values():
            _may(by, home, found)
        answer = reversible(found)
        if not answer:
            raise Refused.said(
                f"不能撤销：{answer.reason.zh}",
                f"it cannot be taken back: {answer.reason.en}",
                "按提示处理",
                "do as it says",
            )
        with unwalled():
            displaced = list(_displaced(found))
            made = _made(found)
            for home in homes.values():
                if home.pk not in made.get(Household, ()):
                    act.touch(home)
                    act.households[home.pk] = _had_head_before(found, home.pk, displaced)
            act.changed = True
            gone = set(made.get(Person, ()))
            act.persons |= set(found.persons) - gone
            _delete(made)
            _restore(displaced)
        act.detail["event"] = found.pk
        act.detail["undoes"] = found.kind
    assert act.event is not None
    return act.event


def _may(by: Any, home: Household, event: RegistryEvent) -> None:
    # A merger leaves a household that nobody may write to; taking it back is the exception.
    state, home.state = home.state, "active"
    groups = {FieldGroup.household}
    for key in event.detail.get("fields", ()):
        groups.add(catalogue().fields[key].group)
    allowed(by, home, groups)
    if "from_village" in event.detail:  # and where it would go back to
        there = home.village_code
        home.village_code = event.detail["from_village"]
        allowed(by, home, groups)
        home.village_code = there
    home.state = state


def _had_head_before(event: RegistryEvent, household: int, displaced: list[_Displaced]) -> bool:
    """Whether the household had a head before the action, so that it must have one again."""
    return any(
        row.table is Membership
        and row.before["household_id"] == household
        and row.before["is_head"]
        and row.before["ended_on"] is None
        for row in displaced
    ) or (
        Membership.objects.filter(household=household, is_head=True, ended_on=None)
        .exclude(pk__in=_made(event).get(Membership, ()))
        .exists()
    )


def _delete(made: dict[type[models.Model], list[int]]) -> None:
    for table in _TABLES:
        try:
            table._default_manager.filter(pk__in=made.get(table, ())).delete()
        except ProtectedError:
            raise Refused.said(
                "不能撤销：其后又登记了与之相关的内容",
                "it cannot be taken back: something recorded since hangs on it",
                "先撤销其后的登记",
                "take that back first",
            ) from None


def _restore(displaced: list[_Displaced]) -> None:
    """Put the changed columns back; closed memberships first, heads last."""

    def order(row: _Displaced) -> tuple[bool, bool, bool]:
        is_open = row.before.get("ended_on", True) is None
        return (row.table in (Membership, CategorySpell), is_open, bool(row.before.get("is_head")))

    for row in sorted(displaced, key=order):
        columns: dict[str, Any] = {name: row.before[name] for name in row.columns}
        if not columns:
            continue
        if row.table is Person:
            columns["version"] = F("version") + 1
        if row.table is Household and "village_code" in columns:
            number = str(row.now["number"])
            village_changed(number, str(row.now["village_code"]), str(columns["village_code"]))
        if row.table is Household and columns.get("state", "active") != "active":
            columns["members"] = 0  # counted at the end; a closed household has none meanwhile
        row.table._default_manager.filter(pk=row.pk).update(**columns)

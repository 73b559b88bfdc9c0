"""Rules asked before a change of the registry is kept: what it would bring is shown first.

The change is carried out, the households it touched are asked, and when a rule holds that did not
hold before, everything is taken back and told. Whoever entered it corrects it, or saves it as it is
with the rules named; errors then stay open until somebody corrects or answers them, unless a reason
is given at once. People decide; nothing is lost.

Of somebody who is new, only what has been entered can contradict itself; what is still blank is
kept as open and shown on the household's page.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import polars as pl
from django.db import transaction
from django.utils import timezone

from fangpin.checks.actions import answer, keep_households
from fangpin.checks.asking import Asked, ask_households, ask_rows, labels, rows_of, rules
from fangpin.checks.fields import fields_of_rules
from fangpin.checks.models import Hit
from fangpin.exchange import state
from fangpin.kernel.errors import Text
from fangpin.people.models import User
from fangpin.people.row_security import unwalled
from fangpin.people.scope import Right, scope_of
from fangpin.registry.models import Household, RegistryEvent

_Event = TypeVar("_Event", bound=RegistryEvent | None)
_KEY = ("rule", "household_number", "person_number")


@dataclass(frozen=True)
class Doubt:
    """A rule that would come to hold. `fields`: keys of the registry (`person.health`) it reads."""

    rule: str
    severity: str
    label: Text
    advice: Text
    sentence: Text | None
    household_number: str
    person_number: str
    fields: frozenset[str]

    @property
    def error(self) -> bool:
        """Whether the rule says that something must be wrong, not only that it may be."""
        return self.severity == "error"


class Doubted(Exception):
    """The change was not kept: it would bring these."""

    def __init__(self, doubts: Sequence[Doubt]) -> None:
        super().__init__(f"{len(doubts)} rules")
        self.doubts = list(doubts)


def checked(
    act: Callable[[], _Event],
    *,
    by: User,
    accepted: Collection[str] = (),
    reason: str = "",
    day: date | None = None,
) -> _Event:
    """Carry out `act` and bring the hits of its households up to date, in one transaction.

    `accepted`: numbers of rules that whoever acts has seen and leaves as they are; with a `reason`
    their new hits are answered as true, where the post may answer. Raises Doubted, with nothing
    kept, when rules come to hold that are not accepted; and whatever `act` raises.
    """
    day = day or timezone.localdate()
    try:
        return _tried(act, by, day, frozenset(accepted), reason)
    except _Brought as after:
        # What held before the change is asked about elsewhere, not here.
        with transaction.atomic(), unwalled():
            homes, people = rows_of(after.numbers, state.newest_years())
            before = ask_rows(homes, people, day).found
        brought = beyond(after.found, before)
        brought = brought.filter(~pl.col("rule").is_in(list(accepted)))
        doubts = [
            doubt
            for doubt in doubts_of(brought)
            if not _is_new(doubt, homes, people) or _entered(doubt, after)
        ]
        if doubts:
            raise Doubted(doubts) from None
    every = frozenset(rules())
    return _tried(act, by, day, every, reason, answered=frozenset(accepted))


def beyond(found: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """What was found that did not hold before; somebody who changes households takes along what
    held about them."""
    of_person = pl.col("person_number") != ""
    people = found.filter(of_person).join(
        before, on=["rule", "person_number"], how="anti", maintain_order="left"
    )
    homes = found.filter(~of_person).join(before, on=_KEY, how="anti", maintain_order="left")
    return pl.concat([people, homes])


def _is_new(doubt: Doubt, homes: pl.DataFrame, people: pl.DataFrame) -> bool:
    """Whether nobody was registered under these numbers before."""
    if doubt.person_number:
        return doubt.person_number not in people["person.number"]
    return doubt.household_number not in homes["household.number"]


def _entered(doubt: Doubt, after: "_Brought") -> bool:
    """Whether every field that the rule reads has something in it."""
    home = after.homes.filter(pl.col("household.number") == doubt.household_number)
    person = after.people.filter(pl.col("person.number") == doubt.person_number)
    filled = {
        name
        for frame in (home, person if doubt.person_number else home)
        for name in frame.columns
        if frame[name].null_count() < frame.height
    }
    return doubt.fields <= filled


def refresh(*, by: User | None, numbers: Sequence[str], day: date | None = None) -> None:
    """Bring the hits of households up to date after a change that was not asked about first."""
    day = day or timezone.localdate()
    with transaction.atomic(), unwalled():
        _keep(by, day, numbers, ask_households(numbers, day))


class _Brought(Exception):
    """Takes back what was tried."""

    def __init__(
        self, numbers: list[str], homes: pl.DataFrame, people: pl.DataFrame, found: pl.DataFrame
    ) -> None:
        super().__init__()
        self.numbers, self.homes, self.people, self.found = numbers, homes, people, found


def _tried(
    act: Callable[[], _Event],
    by: User,
    day: date,
    accepted: frozenset[str],
    reason: str,
    answered: frozenset[str] | None = None,
) -> _Event:
    with transaction.atomic():
        event = act()
        if event is None:
            return event
        # Others who share a number may live where the reader sees nobody; no rule names them.
        with unwalled():
            rows = Household.objects.filter(pk__in=event.households).order_by("pk")
            numbers = list(rows.values_list("number", flat=True))
            homes, people = rows_of(numbers, state.newest_years())
            asked = ask_rows(homes, people, day)
            known = _known(numbers)
            new = asked.found.join(known, on=_KEY, how="anti", maintain_order="left")
            if new.filter(~pl.col("rule").is_in(list(accepted))).height:
                raise _Brought(numbers, homes, people, asked.found)
            _keep(by, day, numbers, asked)
        if reason:
            own = accepted if answered is None else answered
            _answered(by, new.filter(pl.col("rule").is_in(list(own))), reason)
    return event


def _known(numbers: Sequence[str]) -> pl.DataFrame:
    """What is kept as found about these households."""
    rows = Hit.objects.filter(household_number__in=numbers).exclude(state=Hit.State.CORRECTED)
    return pl.DataFrame(
        list(rows.values_list(*_KEY)), schema=dict.fromkeys(_KEY, pl.String), orient="row"
    )


def _keep(by: User | None, day: date, numbers: Sequence[str], asked: Asked) -> None:
    # Nobody lives there any more: whatever was found about the household has gone with it.
    rules_asked = asked.asked if asked.households else list(rules())
    keep_households(by=by, day=day, households=numbers, found=asked.found, asked=rules_asked)


def _answered(by: User, new: pl.DataFrame, reason: str) -> None:
    for rule, household, person, village in new.select(*_KEY, "village_code").iter_rows():
        if scope_of(by).covers(Right.quality, village):
            hit = Hit.objects.get(rule=rule, household_number=household, person_number=person)
            answer(by=by, pk=hit.pk, state=Hit.State.CONFIRMED, reason=reason)


def doubts_of(found: pl.DataFrame) -> list[Doubt]:
    """Rows of `actions.HITS` in words, errors first."""
    known, fields = rules(), fields_of_rules()
    listed = [
        Doubt(
            rule=row["rule"],
            severity=row["severity"],
            label=labels()[row["rule"]],
            advice=known[row["rule"]].advice,
            sentence=Text(row["sentence_zh"], row["sentence_en"]) if row["sentence_zh"] else None,
            household_number=row["household_number"],
            person_number=row["person_number"],
            fields=fields[row["rule"]],
        )
        for row in found.iter_rows(named=True)
    ]
    return sorted(listed, key=lambda each: (not each.error, each.person_number, each.rule))

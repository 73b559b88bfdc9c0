"""Leads that people bring: cadres, hotlines, letters, the press, and citizens themselves."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from fangpin.clues.actions.refusals import Conflict, changed, refuse, text_of
from fangpin.clues.actions.seen import locked, opening
from fangpin.clues.closing import close_one, reference_key
from fangpin.clues.models import OPEN, Channel, Clue, ClueReason, ClueState, Ending
from fangpin.clues.words import SOURCES
from fangpin.foundation.actions import record
from fangpin.foundation.cipher import blinds
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of
from fangpin.places.models import Place
from fangpin.registry.ids import allocate
from fangpin.registry.models import Household, HouseholdState

MOST_TEXT, MOST_REPORTER, MOST_REFERENCE = 2000, 100, 60
# Which right somebody needs to enter a lead of a channel by hand.
_RIGHTS = {
    Channel.CADRE: Right.clues_answer,
    Channel.APPLICATION: Right.clues_answer,
    Channel.SUPERVISION: Right.clues_send,
    Channel.PLATFORM: Right.clues_send,
}


@dataclass(frozen=True)
class Told:
    """What somebody told: all of it is closed when it is stored.

    `reference`: number of the hotline's slip, of the letter, of the platform's line.
    """

    text: str
    reporter: str = ""
    reference: str = ""

    @classmethod
    def of(cls, text: str, reporter: str, reference: str) -> "Told":
        """Trimmed. Raises FangpinError for a missing or too long text."""
        told = cls(
            text_of(text, MOST_TEXT, "text"),
            text_of(reporter, MOST_REPORTER, "reporter"),
            text_of(reference, MOST_REFERENCE, "reference"),
        )
        if len(told.text) < 4:
            raise refuse(
                "请写明发现的情况",
                "say what was seen or told",
                "至少写一句话，如“户主住院，家中无人劳动”",
                "write at least a sentence",
                "text",
            )
        return told


def report(
    *,
    by: User | None,
    channel: str,
    source: str,
    text: str,
    client_id: UUID,
    household: int | None = None,
    village_code: str = "",
    reporter: str = "",
    reference: str = "",
    at: datetime | None = None,
) -> Clue:
    """Enter a lead about a household of the registry (its id), or about somebody in a village who
    is not registered or not known yet. `by` None: the citizens' door, which has asked who it is.

    It joins the open clue of the household, else it opens one: what a person says is checked even
    where an earlier answer said no. The same `client_id` again gives the same clue.

    Raises PermissionError without the right, Household.DoesNotExist for one that is absent or out
    of the actor's area, Conflict when the client_id stands for something else, FangpinError for
    what is missing or was entered before.
    """
    told = Told.of(text, reporter, reference)
    right = _RIGHTS.get(Channel(channel)) if channel in Channel.values else None
    if right is None or source not in SOURCES[channel]:
        raise refuse(
            "请选择线索来源",
            "choose where the lead comes from",
            "从列表中选择",
            "choose one of the list",
            "source",
        )
    if by is not None and not scope_of(by).may(right):
        raise PermissionError("this actor may not enter leads of this channel")
    with transaction.atomic():
        before = ClueReason.objects.filter(client_id=client_id).select_related("clue").first()
        if before is not None:
            return _again(before, channel, source, told, household)
        home, code = _about(by, right, household, village_code)
        _refuse_known(channel, source, told)
        moment = at or timezone.now()
        clue = _clue_for(home, code, moment)
        reason = ClueReason(
            pk=allocate(ClueReason, 1)[0], clue=clue, village_code=clue.village_code,
            channel=channel, source=source, at=moment, entered_by=by, client_id=client_id,
        )  # fmt: skip
        closed = {
            "text_closed": told.text,
            "reporter_closed": told.reporter,
            "reference_closed": told.reference,
        }
        for name, value in close_one(ClueReason, reason.pk, closed).items():
            setattr(reason, name, value)
        try:
            with transaction.atomic():
                reason.save(force_insert=True)
        except IntegrityError as error:
            # Entered at the same time, or where the actor does not see it.
            raise _known_already() from error
        refresh(clue)
        record(
            by=by,
            action="clues.report",
            subject=f"clue:{clue.pk}",
            detail={"channel": channel, "source": source, "reason": reason.pk},
        )
    return clue


def _again(
    before: ClueReason, channel: str, source: str, told: Told, household: int | None
) -> Clue:
    same = (
        before.channel == channel
        and before.source == source
        and (before.text, before.reporter or "", before.reference or "")
        == (told.text, told.reporter, told.reference)
        and (household is None or before.clue.household_id == household)
    )
    if not same:
        raise changed()
    return before.clue


def _about(
    by: User | None, right: Right, household: int | None, village_code: str
) -> tuple[Household | None, str]:
    """The household, locked, and its village. What may be named is bounded by the actor's area."""
    scope = scope_of(by) if by is not None else None
    if household is not None:
        rows = Household.objects.select_for_update()
        if scope is not None:
            rows = rows.filter(scope.within(right, "village_code"))
        home = rows.get(pk=household)
        if home.state != HouseholdState.ACTIVE or not home.village_code:
            raise refuse(
                "该户已并户、分户或销户",
                "the household was merged, split or dissolved",
                "选择现在的户",
                "choose the household its members live in now",
                "household",
            )
        return home, home.village_code
    known = Place.objects.filter(code=village_code, level=Place.Level.VILLAGE, valid_to=None)
    if (scope is not None and not scope.covers(right, village_code)) or not known.exists():
        raise refuse(
            "请选择所在村",
            "choose the village",
            "从本辖区的村中选择",
            "choose a village of your area",
            "village",
        )
    return None, village_code


def _refuse_known(channel: str, source: str, told: Told) -> None:
    if not told.reference:
        return
    hashes = blinds(reference_key(told.reference), column="clues.cluereason.reference_index")
    if ClueReason.objects.filter(
        channel=channel, source=source, reference_index__in=hashes
    ).exists():
        raise _known_already()


def _known_already() -> Exception:
    return refuse(
        "这个编号的线索已经登记过",
        "a lead with this number has been entered before",
        "核对编号；同一来件不必重复登记",
        "check the number; one letter or call is entered once",
        "reference",
    )


def _clue_for(home: Household | None, code: str, now: datetime) -> Clue:
    """The open clue of a household, locked; a new one without. A run that is taken at the same
    time may open it first."""
    opened = Clue.objects.select_for_update().filter(household=home, state__in=OPEN)
    found = opened.first() if home is not None else None
    if found is not None:
        return found
    try:
        with opening():
            return Clue.objects.create(household=home, village_code=code, opened_at=now)
    except Conflict:
        return opened.get()


def refresh(*clues: Clue) -> None:
    """Bring channels and rules of clues in line with their reasons. One query, and one a clue."""
    found: dict[int, tuple[set[str], set[str]]] = {clue.pk: (set(), set()) for clue in clues}
    rows = ClueReason.objects.filter(clue__in=list(found)).values_list("clue", "channel", "rule")
    for pk, channel, rule in rows:
        found[pk][0].add(channel)
        if rule:
            found[pk][1].add(rule)
    for clue in clues:
        clue.channels, clue.rules = (sorted(each) for each in found[clue.pk])
        clue.save(update_fields=["channels", "rules"])


@transaction.atomic
def identify(*, by: User, clue: int, version: int, household: int) -> Clue:
    """Say which household of the registry a clue is about. Where that has an open clue already,
    the reasons join it and this one is closed. Returns the clue that goes on.

    Raises Clue.DoesNotExist, Household.DoesNotExist (both also for out of the area), Conflict.
    """
    found = locked(by, clue, Right.clues_answer, version=version)
    if found.household_id is not None or found.state == ClueState.CLOSED:
        raise changed()
    home, code = _about(by, Right.clues_answer, household, "")
    assert home is not None
    other = Clue.objects.select_for_update().filter(household=home, state__in=OPEN).first()
    goes_on = found
    if other is None:
        with opening():
            Clue.objects.filter(pk=found.pk).update(
                household=home, village_code=code, version=F("version") + 1
            )
        _move(ClueReason.objects.filter(clue=found), found, code)
        found.refresh_from_db()
    else:
        _move(ClueReason.objects.filter(clue=found), other, other.village_code)
        Clue.objects.filter(pk=found.pk).update(
            state=ClueState.CLOSED,
            ended_as=Ending.MERGED,
            closed_at=timezone.now(),
            version=F("version") + 1,
        )
        Clue.objects.filter(pk=other.pk).update(version=F("version") + 1)
        other.refresh_from_db()
        refresh(other)
        goes_on = other
    record(
        by=by,
        action="clues.identify",
        subject=f"clue:{found.pk}",
        detail={"household": home.pk, "into": goes_on.pk},
    )
    return goes_on


def _move(reasons: Any, to: Clue, code: str) -> None:
    reasons.update(clue=to, village_code=code)

"""Leads that a higher-level platform sends as a list: tried first, then entered together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Q

from fangpin.clues.actions.refusals import refuse
from fangpin.clues.actions.reporting import MOST_REFERENCE, MOST_TEXT, report
from fangpin.clues.closing import reference_key
from fangpin.clues.models import OPEN, Channel, Clue, ClueReason
from fangpin.foundation.actions import record
from fangpin.foundation.cipher import blinds
from fangpin.kernel.errors import Text
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of
from fangpin.places.models import Place
from fangpin.registry.models import Household, Membership
from fangpin.registry.sealing import identity_key

MOST_ROWS = 1000
_INDEX = "clues.cluereason.reference_index"
_ID_INDEX = "registry.person.id_index"


@dataclass(frozen=True)
class Lead:
    """One line of the list as it was written. `row` as the sender counts."""

    row: int
    reference: str
    household_number: str
    id_number: str
    village: str  # name or code
    text: str


@dataclass(frozen=True)
class Tried:
    """What would become of a line. `household` None: nobody registered, it stands for the village.
    `why`: not taken, and why. `joins`: the household has an open clue already."""

    lead: Lead
    household: int | None
    household_number: str
    village_code: str
    joins: bool
    why: Text | None

    @property
    def taken(self) -> bool:
        return self.why is None


def dry_run(*, by: User, source: str, leads: Sequence[Lead]) -> list[Tried]:
    """What would become of each line; nothing is written. Eight queries at most.

    A household is found by its number, else by a member's identity number. Raises PermissionError
    without the right, FangpinError for too many lines.
    """
    scope = scope_of(by)
    if not scope.may(Right.clues_send):
        raise PermissionError("this actor may not import leads")
    if not leads or len(leads) > MOST_ROWS:
        raise refuse(
            "没有找到线索，或超过 1000 条",
            "there is no lead, or there are more than 1,000",
            "核对表头；多的分几次导入",
            "check the header; bring long lists in parts",
            "file",
        )
    inside = scope.within(Right.clues_send, "village_code")
    homes = _homes(inside, leads)
    opened = set(
        Clue.objects.filter(
            household__in=[pk for pk, _, _ in homes.values()], state__in=OPEN
        ).values_list("household", flat=True)
    )
    villages = _villages(by, leads)
    known = _known(source, leads)
    seen: set[str] = set()
    found = []
    for lead in leads:
        home = homes.get(lead.row)
        code = home[2] if home else villages.get("".join(lead.village.split()), "")
        key = reference_key(lead.reference)
        why = _why(lead, key, code, key in known, key in seen)
        seen.add(key)
        found.append(
            Tried(
                lead,
                home[0] if home else None,
                home[1] if home else "",
                code,
                home is not None and home[0] in opened,
                why,
            )
        )
    return found


def _homes(inside: Q, leads: Sequence[Lead]) -> dict[int, tuple[int, str, str]]:
    """Row → (id, number, village) of the household it is about."""
    rows = Household.objects.filter(inside, state="active").exclude(village_code="")
    numbers = {lead.household_number for lead in leads} - {""}
    by_number = {
        number: (pk, number, code)
        for pk, number, code in rows.filter(number__in=numbers).values_list(
            "pk", "number", "village_code"
        )
    }
    asked = {lead.row: identity_key(lead.id_number) for lead in leads if lead.id_number}
    hashes = {
        hashed: key for key in set(asked.values()) for hashed in blinds(key, column=_ID_INDEX)
    }
    members = Membership.objects.filter(
        person__id_index__in=list(hashes), ended_on=None, household__in=rows
    ).values_list(
        "person__id_index", "household_id", "household__number", "household__village_code"
    )
    by_person = {
        hashes[bytes(index)]: (pk, number, code) for index, pk, number, code in members if index
    }
    found = {}
    for lead in leads:
        home = by_number.get(lead.household_number) or by_person.get(asked.get(lead.row, ""))
        if home is not None:
            found[lead.row] = home
    return found


def _villages(by: User, leads: Sequence[Lead]) -> dict[str, str]:
    """Name or code of a village as it was written → code, where only one of the area fits."""
    wanted = {"".join(lead.village.split()) for lead in leads} - {""}
    inside = scope_of(by).within(Right.clues_send, "code")
    rows = Place.objects.filter(inside, level=Place.Level.VILLAGE, valid_to=None)
    named: dict[str, set[str]] = {}
    for code, name in rows.values_list("code", "name"):
        for key in {code, name} & wanted:
            named.setdefault(key, set()).add(code)
    return {key: min(codes) for key, codes in named.items() if len(codes) == 1}


def _known(source: str, leads: Iterable[Lead]) -> set[str]:
    hashes = {
        hashed: reference_key(lead.reference)
        for lead in leads
        if lead.reference
        for hashed in blinds(reference_key(lead.reference), column=_INDEX)
    }
    rows = ClueReason.objects.filter(
        channel=Channel.PLATFORM, source=source, reference_index__in=list(hashes)
    )
    found = rows.values_list("reference_index", flat=True)
    return {hashes[bytes(each)] for each in found if each}


def _why(lead: Lead, key: str, code: str, known: bool, twice: bool) -> Text | None:
    if not key or len(lead.reference) > MOST_REFERENCE:
        return Text("没有推送编号，或超过 60 个字", "no reference number, or one that is too long")
    if known:
        return Text("这个编号已经导入过", "this number was imported before")
    if twice:
        return Text("编号与上面的行重复", "the number stands in a row above as well")
    if not 4 <= len(lead.text) <= MOST_TEXT:
        return Text("没有情况说明，或超过 2000 个字", "no text, or one that is too long")
    if not code:
        return Text(
            "按户编号、身份证号都没有找到户，所在村也不在辖区内或有重名",
            "no household by its number or a member’s identity number, and no such village, or "
            "several of that name, in your area",
        )
    return None


@transaction.atomic
def import_platform(
    *, by: User, source: str, leads: Sequence[Lead], client_id: UUID
) -> tuple[int, int]:
    """Enter what a dry run accepts, all or nothing. Doing it again under the same `client_id`
    changes nothing. Returns (leads entered, lines left out).

    Raises what `dry_run` and `report` raise.
    """
    entered = 0
    for each in dry_run(by=by, source=source, leads=leads):
        if not each.taken:
            continue
        report(
            by=by,
            channel=Channel.PLATFORM,
            source=source,
            text=each.lead.text,
            reference=each.lead.reference,
            client_id=uuid5(client_id, reference_key(each.lead.reference)),
            household=each.household,
            village_code=each.village_code,
        )
        entered += 1
    record(
        by=by,
        action="clues.import_platform",
        detail={"source": source, "leads": entered, "left_out": len(leads) - entered},
    )
    return entered, len(leads) - entered

"""A case of every place, each with an objection, a kept entry, a file and a frozen decision."""

from uuid import uuid4

from django.utils import timezone
from tests.cases.world import photo
from tests.web.access.oracle import Thing

from fangpin.cases.actions import object_to, open_case
from fangpin.cases.actions.attachments import Clean, keep_all
from fangpin.cases.models import Case, KeptEntry, Turn
from fangpin.cases.snapshots import freeze_decision
from fangpin.foundation.fields import close_into
from fangpin.people.models import User
from fangpin.registry.ids import allocate
from fangpin.registry.models import Household

ABSENT = ("case", "objection", "kept", "attachment", "turn")


def cases(opened_by: dict[str, User]) -> list[Thing]:
    """A case about one household of each village; `opened_by` names an officer for each county."""
    things = []
    seen: set[str] = set()
    for household in Household.objects.filter(state="active").order_by("number"):
        place = household.village_code
        by = opened_by.get(place[:6])
        if by is None or place in seen:
            continue
        seen.add(place)
        case = open_case(by=by, procedure="cn-monitor", household=household.pk, client_id=uuid4())
        things.append(Thing(place, place, words={"case": case.pk, **_with(case, by)}))
    return [*things, Thing("absent", absent=True, words=dict.fromkeys(ABSENT, 10**9))]


def _with(case: Case, by: User) -> dict[str, int]:
    turn = Turn.objects.get(case=case)
    keep_all(turn, [Clean("photo", "jpeg", photo(), "0" * 64)], by)
    now = timezone.now()
    freeze_decision(case=case, turn=turn, entered={}, now=now, on=timezone.localdate(now))
    (pk,) = allocate(KeptEntry, 1)
    kept = KeptEntry(pk=pk, case=case, step="lead", why="stale", client_id=uuid4(), by=by)
    close_into([kept], "content", [{"reason": "另一内容"}])
    kept.save(force_insert=True)
    found = object_to(by=by, case=case.pk, text="收入不实")
    return {
        "objection": found.pk,
        "kept": pk,
        "attachment": turn.attachments.get().pk,
        "turn": turn.pk,
    }

"""Which procedures may begin for a household, and what stands in the way, before anybody tries."""

from dataclasses import dataclass
from datetime import date

from fangpin.cases import snapshots
from fangpin.cases.eyes import who_is
from fangpin.cases.in_force import pack_for
from fangpin.cases.models import OPEN, Case
from fangpin.exchange.one_household import Figure, newest_run
from fangpin.kernel.errors import Text
from fangpin.people.models import User
from fangpin.people.scope import Answer, Right, scope_of
from fangpin.policy.procedure_records import Procedure
from fangpin.registry.models import Household


@dataclass(frozen=True)
class Asked:
    """One condition with its answer. `blocks`: the case cannot begin because of it."""

    id: str
    label: Text
    clause: str
    truth: str
    sentence: Text
    figures: tuple[Figure, ...]
    blocks: bool


@dataclass(frozen=True)
class Offer:
    """A procedure that could begin. `running` is the case of this kind that runs already."""

    procedure: Procedure
    pack: str
    may: Answer
    running: Case | None


def procedures_for(actor: User, household: int, day: date) -> list[Offer]:
    """Procedures about households that the pack in force there declares. Conditions are asked by
    `why_not_open`. Raises Household.DoesNotExist for one that is not the actor's."""
    home = _home(actor, household)
    pack = pack_for(home.village_code, day)
    answer = scope_of(actor).why(Right.cases_act, home.village_code)
    who = who_is(actor, home.village_code, home.pk)
    if answer and who.barred is not None:
        answer = Answer(False, who.barred)
    running = {
        case.procedure: case for case in Case.objects.filter(OPEN, household=home, person=None)
    }
    return [
        Offer(each, pack.name, answer, running.get(each.id))
        for each in pack.procedures.values()
        if each.runnable and each.subject in ("household", "person")
    ]


def why_not_open(actor: User, procedure: str, household: int, day: date) -> list[Asked]:
    """Every condition of a procedure with what the household's figures say. Empty: there is none.

    Raises Household.DoesNotExist for one that is not the actor's, KeyError for a procedure that
    the pack in force does not declare.
    """
    home = _home(actor, household)
    pack = pack_for(home.village_code, day)
    conditions = pack.procedures[procedure].conditions
    found = snapshots.answers(home.pk, conditions, pack, day, newest_run())
    return [
        Asked(
            id=each.id,
            label=each.label,
            clause=pack.clauses[each.clause].path,
            truth=found[each.id].truth,
            sentence=found[each.id].sentence,
            figures=found[each.id].figures,
            blocks=found[each.id].truth == "false"
            or (found[each.id].truth == "unknown" and each.on_unknown == "refuse"),
        )
        for each in conditions
    ]


def _home(actor: User, household: int) -> Household:
    inside = scope_of(actor).within(Right.cases, "village_code")
    return Household.objects.get(inside, pk=household)

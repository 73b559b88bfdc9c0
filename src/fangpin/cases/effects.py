"""What a decision does to the registry: the one place from which households are included, removed
or changed by a case. Always by a person, with a reason, in the transaction of the decision.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from fangpin.cases.models import Case, Turn
from fangpin.kernel.errors import FangpinError
from fangpin.people.models import User
from fangpin.places.actions.village import keep_profile
from fangpin.places.models import Place, VillageProfile
from fangpin.policy.procedure_records import Procedure
from fangpin.registry.actions.doing import by_decision
from fangpin.registry.actions.edit import edit_household, edit_person
from fangpin.registry.actions.households import move_village
from fangpin.registry.actions.spells import classify, remove_risk
from fangpin.registry.models import Household, Membership, Person, RegistryEvent, SpellKind

Entered = Mapping[str, Any]
_POOR, _ALLEVIATED = "poor", "alleviated"
_NOT_OF_THE_REGISTRY: Final = frozenset({"none", "objection", "exit_county"})


def do_what_was_decided(
    *, by: User, case: Case, turn: Turn, procedure: Procedure, entered: Entered, on: date
) -> int | None:
    """Do what the decision says; the id of the registry's event, None when it changes nothing
    there. Raises FangpinError when something that it needs was not entered."""
    if not turn.effect or turn.effect in _NOT_OF_THE_REGISTRY:
        return None
    if not isinstance(by, User) or not (turn.reason or "").strip():
        raise RuntimeError("nothing is decided without a person and a reason")
    with by_decision():
        if case.household_id is None:
            # A village that is identified is one that has not been lifted out yet.
            _village(by, case.place_code, on, lifted_out=turn.effect == "exit_village")
            return None
        event = _of_household(by, case, turn.effect, procedure.clause, entered, on)
        return event.pk if event is not None else None


def _of_household(
    by: User, case: Case, effect: str, clause: str, entered: Entered, on: date
) -> RegistryEvent | None:
    assert case.household_id is not None
    home = Household.objects.select_for_update().get(pk=case.household_id)
    given: dict[str, Any] = {"by": by, "household": home.pk, "version": home.version}
    dated = given | {"on": on, "clause": f"{clause} {case.number}"}
    if effect in ("monitor", "return_to_monitoring"):
        again = effect == "return_to_monitoring"
        code = entered.get("category") or (home.monitoring_category if again else "")
        risks = entered.get("risks") or (home.risks if again else ())
        return _monitor(dated, home, code, risks)
    if effect == "remove_risk":
        return remove_risk(
            **dated, how=_needed(entered, "how", "风险消除方式", "how the risk was removed")
        )
    if effect == "identify":
        return classify(**dated, kind=SpellKind.POVERTY_STATUS, code=_POOR)
    if effect == "exit_household":
        return classify(**dated, kind=SpellKind.POVERTY_STATUS, code=_ALLEVIATED)
    if effect == "transfer":
        return move_village(
            **given,
            village_code=_needed(entered, "village", "迁入的行政村", "the village it moves to"),
            on=on,
        )
    if effect == "correct":
        return _correct(by, case, home, entered)
    raise ValueError(f"nothing is known of the effect {effect}")


def _monitor(
    dated: dict[str, Any], home: Household, code: str, risks: Sequence[str]
) -> RegistryEvent:
    """Let the household be monitored; what it counts as in the national register follows."""
    code = _needed({"category": code}, "category", "监测对象类别", "the monitoring category")
    event = classify(**dated, kind=SpellKind.MONITORING, code=code, risks=risks)
    if home.category != code:
        dated = dated | {"version": home.version + 1}
        classify(**dated, kind=SpellKind.CATEGORY, code=code)
    return event


def _needed(entered: Entered, name: str, zh: str, en: str) -> str:
    value = entered.get(name)
    if not value:
        raise FangpinError.because(
            f"还没有填写{zh}，不能作出决定",
            f"{en} was not entered; it cannot be decided",
            do_zh="退回补填后再审定",
            do_en="send the case back to have it entered",
        )
    return str(value)


def _correct(by: User, case: Case, home: Household, entered: Entered) -> RegistryEvent | None:
    """Fields named by entries: `household.…`, or `person.…` of the case's person or the one named
    with the entry."""
    of_home: dict[str, Any] = {}
    of_persons: dict[int, dict[str, Any]] = {}
    for key, value in entered.items():
        named = isinstance(value, Mapping) and "field" in value
        field = str(value["field"]) if named else key
        subject, _, name = field.partition(".")
        content = value["value"] if named else value
        if subject == "household" and name:
            of_home[name] = content
        elif subject == "person" and name:
            person = (value.get("person") if named else None) or case.person_id
            if person is None:
                raise FangpinError.because(
                    "没有说明更正谁的信息",
                    "whose data are to be corrected was not said",
                    do_zh="退回补填后再审定",
                    do_en="send the case back to have it entered",
                )
            of_persons.setdefault(int(person), {})[name] = content
    members = set(
        Membership.objects.filter(household=home, person__in=of_persons).values_list(
            "person_id", flat=True
        )
    )
    if set(of_persons) - members:
        raise FangpinError.because(
            "要更正的人不是本户成员",
            "the person to be corrected is no member of this household",
            do_zh="退回，在其所在户办理",
            do_en="send it back; it is corrected in the household the person lives in",
        )
    event = None
    if of_home:
        event = edit_household(by=by, household=home.pk, version=home.version, values=of_home)
    for person, values in sorted(of_persons.items()):
        version = Person.objects.values_list("version", flat=True).get(pk=person)
        event = edit_person(by=by, person=person, version=version, values=values) or event
    return event


def _village(by: User, code: str, on: date, *, lifted_out: bool) -> None:
    """Put into the village table whether the village counts as lifted out of poverty."""
    place = Place.objects.get(code=code, valid_to=None)
    version = (
        VillageProfile.objects.filter(place=place, year=on.year)
        .values_list("version", flat=True)
        .first()
    )
    values = {"lifted_out": lifted_out, "lifted_out_year": on.year if lifted_out else None}
    keep_profile(by=by, place=place, year=on.year, values=values, version=version or 0)

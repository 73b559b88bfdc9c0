"""Every procedure that is shipped can be gone through to its end by a county's officers."""

from pathlib import Path
from uuid import uuid4

import pytest
from tests.cases.delivered import delivered, steady_home
from tests.cases.test_effects import case_steps, monitored
from tests.cases.world import COUNTY, World, county, home, living_now, take
from tests.registry.invented import OTHER_VILLAGE, VILLAGE, called

from fangpin.cases.actions import open_case, put_pack_in_force
from fangpin.cases.models import Case, Publication, Turn
from fangpin.places.models import Place
from fangpin.policy import load_pack
from fangpin.policy.rates import INPUTS
from fangpin.registry.actions.spells import remove_risk

pytestmark = pytest.mark.django_db

# Figures with which every rate keeps to its limit.
FIGURES = dict.fromkeys((name for names in INPUTS.values() for name in names), 0) | {
    "rural_population": 100_000,
    "alleviated": 1000,
    "unregistered": 1000,
    "sampled_alleviated": 100,
    "sampled_unregistered": 100,
    "approving_households": 95,
    "surveyed_households": 100,
}
PLACES = {"village": VILLAGE, "township": "620402101000", "county": COUNTY}
PACKS = ("cn-base", "baiyin-2021", "shicheng-2020", "cangxi-2014")


def subject_of(world: World, procedure: str, kind: str, number: str) -> dict[str, object]:
    if kind in PLACES:
        return {"place": PLACES[kind]}
    if procedure == "cn-exit-household":
        return {"household": steady_home(number, values={"poverty_status": "poor"}).pk}
    if procedure not in ("cn-remove-risk", "cn-return-to-monitoring"):
        return {"household": home(number).pk}
    family = monitored(number)
    if procedure == "cn-return-to-monitoring":
        remove_risk(by=None, household=family.pk, version=family.version, how="support",
                    on=world.day)  # fmt: skip
    return {"household": family.pk}


def gone_through(world: World, folder: Path, pack: str, procedure: str, number: str) -> Case:
    declared = load_pack(pack).procedures[procedure]
    subject = subject_of(world, procedure, declared.subject, number)
    if declared.conditions:
        delivered(folder, world.day, pack=pack)
    by = world.county if declared.subject == "county" else world.township
    case = open_case(by=by, procedure=procedure, client_id=uuid4(), now=world.now,
                     application="officer" not in declared.opens_from,
                     **subject)  # type: ignore[arg-type]  # fmt: skip
    for _ in range(40):
        if case.state != "open":
            break
        step = next(each for each in case_steps(case) if each.id == case.step)
        entries: dict[str, object] = {}
        for entry in step.enter:
            if entry.id in FIGURES:
                entries[entry.id] = FIGURES[entry.id]
            if entry.id == "village":
                entries[entry.id] = OTHER_VILLAGE
            if entry.type == "household_field":
                entries[entry.id] = {"field": "person.school", "value": "某校",
                                     "person": called("丙").pk}  # fmt: skip
        take(world, case, entries=entries)
    return case


def go_through(world: World, folder: Path, pack: str, procedure: str, number: str) -> None:
    put_pack_in_force(by=None, place=Place.objects.get(code=COUNTY), pack=pack,
                      from_date=world.day)  # fmt: skip
    case = gone_through(world, folder, pack, procedure, number)
    assert case.state == "granted"
    taken = Turn.objects.filter(case=case).order_by("seq")
    assert [turn.step for turn in taken] == [step.id for step in case_steps(case)]
    decisions = [turn for turn in taken if turn.decides]
    assert all(turn.by and turn.reason and turn.snapshot for turn in decisions)
    notices = Publication.objects.filter(case=case)
    published = [s.publish.form for s in case_steps(case) if s.publish]
    assert sorted(notices.values_list("form", flat=True)) == sorted(published)


OTHERS = ["cn-objection", "cn-exit-household", "cn-exit-county", "cn-identify-village"]


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return living_now(monkeypatch, county())


@pytest.mark.parametrize("procedure", OTHERS)
def test_a_procedure_is_gone_through(world: World, tmp_path: Path, procedure: str) -> None:
    go_through(world, tmp_path, "cn-base", procedure, "G1")


@pytest.mark.long
@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize("procedure", sorted(
    each.id for each in load_pack("cn-base").procedures.values() if each.runnable
))  # fmt: skip
def test_every_procedure_of_every_pack(
    world: World, tmp_path: Path, pack: str, procedure: str
) -> None:
    go_through(world, tmp_path, pack, procedure, "G2")

"""What decisions do to the registry, and that nothing else does it."""

import re
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.utils import timezone
from tests.cases.delivered import delivered, steady_home
from tests.cases.world import COUNTY, begun, county, home, living_now, new_id, take, taken_to
from tests.registry.invented import OTHER_VILLAGE, VILLAGE, called

import fangpin
from fangpin.cases.actions import Refused, open_case
from fangpin.cases.models import Case, Turn
from fangpin.cases.queries import why_not_open
from fangpin.kernel.errors import FangpinError
from fangpin.places.models import VillageProfile
from fangpin.registry.actions.spells import classify
from fangpin.registry.models import CategorySpell, Household, Membership, SpellKind
from fangpin.registry.sealing import open_one

SOURCE = Path(fangpin.__file__).parent


def monitored(number: str = "F1", since: date = date(2025, 3, 1), **more: str) -> Household:
    family = steady_home(number, **more)
    classify(by=None, household=family.pk, version=family.version, kind=SpellKind.MONITORING,
             code="marginal", risks=["illness"], on=since)  # fmt: skip
    classify(by=None, household=family.pk, version=family.version + 1, kind=SpellKind.CATEGORY,
             code="marginal", on=since)  # fmt: skip
    return Household.objects.get(pk=family.pk)


@pytest.mark.django_db
def test_too_early_a_removal_is_refused_with_the_figures() -> None:
    world, today = county(), timezone.localdate()
    family = monitored(since=today - timedelta(days=65))
    world.now = timezone.now()  # facts are those registered by that day
    with pytest.raises(Refused) as refused:
        begun(world, family, "cn-remove-risk")
    assert refused.value.code == "conditions"
    said = refused.value.in_language("zh")
    assert "识别监测已满规定月数" in said
    assert "6 个月" in said
    asked = {
        each.id: each
        for each in why_not_open(world.village, "cn-remove-risk", family.pk, world.day)
    }
    assert (asked["half_a_year"].truth, asked["half_a_year"].blocks) == ("false", True)
    assert asked["monitored"].truth == "true"
    assert asked["water"].blocks is False
    assert not Case.objects.exists()


@pytest.mark.django_db
def test_what_was_delivered_refuses_a_removal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = living_now(monkeypatch, county("village"))
    poor, ill = monitored("F1", income="5999.99"), monitored("F2")
    (head,) = Membership.objects.filter(household=ill, is_head=True)
    delivered(tmp_path, world.day, self_paid={head.person.number: 2_300_000})
    for family, condition, figure in (
        (poor, "人均纯收入", "5,999.99"),
        (ill, "大额医疗", "23,000"),
    ):
        with pytest.raises(Refused) as refused:
            begun(world, family, "cn-remove-risk")
        assert refused.value.code == "conditions"
        assert len(refused.value.problems) == 1
        said = refused.value.in_language("zh")
        assert condition in said
        assert figure in said
    assert not Case.objects.exists()


@pytest.mark.django_db
def test_a_removed_risk_and_the_way_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world, family = living_now(monkeypatch, county()), monitored()
    delivered(tmp_path, world.day)
    case = taken_to(world, begun(world, family, "cn-remove-risk"), "none")
    assert case.state == "granted"
    family.refresh_from_db()
    assert (family.risk_removed, family.monitoring_category) == (True, "marginal")
    decision = Turn.objects.get(case=case, decides=True)
    assert decision.by is not None
    assert decision.reason
    back = taken_to(world, begun(world, family, "cn-return-to-monitoring"), "none")
    assert back.state == "granted"
    family.refresh_from_db()
    assert family.risk_removed is False
    spells = CategorySpell.objects.filter(household=family, kind="monitoring")
    assert spells.filter(ended_on=None).count() == 1
    assert spells.count() == 2


@pytest.mark.django_db
def test_a_refusal_changes_nothing() -> None:
    world, family = county(), home()
    case = taken_to(world, begun(world, family), "decide")
    version = Household.objects.get(pk=family.pk).version
    taken = take(world, case, "decide", "refused", reason="收入已超过监测范围")
    assert (case.state, taken.turn.effect) == ("refused", "")
    assert Household.objects.get(pk=family.pk).version == version
    assert taken.turn.snapshot.content["outcome"] == "refused"


@pytest.mark.django_db
def test_data_are_corrected_and_a_household_moves() -> None:
    world, family = county(), home()
    son = called("丙")
    case = open_case(by=world.village, procedure="cn-correct-data", household=family.pk,
                     person=son.pk, client_id=new_id(), now=world.now)  # fmt: skip
    steps = {step.id: step for step in case_steps(case)}
    fields = {
        entry.id: {"field": "person.school", "value": "某中学", "person": son.pk}
        for step in steps.values()
        for entry in step.enter
        if entry.type == "household_field"
    }
    assert fields
    while case.state == "open":
        asked = {entry.id for entry in steps[case.step].enter}
        take(world, case, entries={name: each for name, each in fields.items() if name in asked})
    son.refresh_from_db()
    assert (case.state, son.school) == ("granted", "某中学")
    assert open_one(son, "name").endswith("丙")
    moving = open_case(by=world.county, procedure="cn-transfer", household=family.pk,
                       client_id=new_id(), now=world.now)  # fmt: skip
    while moving.state == "open":
        entries = {"village": OTHER_VILLAGE}
        asked = {entry.id for entry in next(
            s for s in case_steps(moving) if s.id == moving.step).enter}  # fmt: skip
        take(world, moving, entries={n: v for n, v in entries.items() if n in asked})
    family.refresh_from_db()
    assert family.village_code == OTHER_VILLAGE
    assert moving.area_code == OTHER_VILLAGE
    areas = Turn.objects.filter(case=moving).values_list("area_code", flat=True)
    assert set(areas) == {OTHER_VILLAGE}
    assert Case.objects.get(pk=case.pk).area_code == OTHER_VILLAGE  # what was before follows


def case_steps(case: Case):  # type: ignore[no-untyped-def]
    from fangpin.cases.in_force import flow_of

    return list(flow_of(case).steps.values())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("poor", "west", "passes"), [(19, False, True), (20, False, False), (21, False, False)]
)
def test_a_village_leaves_below_two_in_a_hundred_exactly(
    poor: int, west: bool, passes: bool
) -> None:
    world = county()
    case = open_case(by=world.township, procedure="cn-exit-village", place=VILLAGE,
                     client_id=uuid4(), now=world.now)  # fmt: skip
    figures = {
        "remaining_poor": poor, "rural_population": 1000, "alleviated": 0, "unregistered": 0,
        "sampled_wrong_exits": 0, "sampled_alleviated": 10, "sampled_omissions": 0,
        "sampled_unregistered": 10,
    }  # fmt: skip
    rated = {step.id for step in case_steps(case) if step.rates}
    assert rated
    while case.state == "open":
        step = next(s for s in case_steps(case) if s.id == case.step)
        asked = {entry.id for entry in step.enter}
        entries = {name: value for name, value in figures.items() if name in asked}
        if step.id in rated and not passes:
            with pytest.raises(FangpinError, match="贫困发生率"):
                take(world, case, entries=entries)
            case.refresh_from_db()
            assert case.step == step.id
            return
        take(world, case, entries=entries)
    profile = VillageProfile.objects.get(place__code=VILLAGE, year=2026)
    assert (case.state, profile.values["lifted_out"]) == ("granted", True)


@pytest.mark.django_db
def test_a_county_and_a_household_of_2014_go_through() -> None:
    world = county()
    family = home()
    identified = taken_to(world, begun(world, family, "cn-identify-2014"), "none")
    family.refresh_from_db()
    assert (identified.state, family.poverty_status) == ("granted", "poor")
    place = open_case(by=world.county, procedure="cn-exit-county", place=COUNTY,
                      client_id=uuid4(), now=world.now)  # fmt: skip
    assert place.area_code == COUNTY
    assert place.household is None


# -- nothing else includes or removes --------------------------------------------------------------

# Who may call what decides about a household: the effects of a decided case, and the form on which
# a person puts right what was recorded wrongly, with the basis named.
ALLOWED = {
    "classify": {"cases/effects.py", "web/dialogs/running.py"},
    "remove_risk": {"cases/effects.py", "web/dialogs/running.py"},
    "by_decision": {"cases/effects.py"},
    "do_what_was_decided": {"cases/actions/taking.py"},
}
# Columns of decisions, and who writes them: the registry's own actions.
COLUMNS = "monitoring_category|risk_removed|removal_kind|poverty_status"
WRITERS = {"registry/actions/spells.py", "registry/actions/edit.py"}


@pytest.fixture(scope="module")
def sources() -> dict[str, str]:
    return {
        path.relative_to(SOURCE).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(SOURCE.rglob("*.py"))
        if "migrations" not in path.parts
    }


def test_no_other_path_includes_or_removes_a_household(sources: dict[str, str]) -> None:
    for name, allowed in ALLOWED.items():
        calling = re.compile(rf"(?<!def )\b{name}\(")
        assert {path for path, text in sources.items() if calling.search(text)} == allowed, name


def test_no_other_path_writes_the_columns_of_a_decision(sources: dict[str, str]) -> None:
    written = re.compile(rf"\.update\([^)]*\b({COLUMNS})=")
    assert {path for path, text in sources.items() if written.search(text)} <= WRITERS
    assert written.search(sources["registry/actions/spells.py"])  # the pattern finds what there is

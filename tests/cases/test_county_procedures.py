"""What documents demand beyond inclusion and exit runs as cases: unsafe homes, children out of
school, relief by several departments, those left behind, problems to be put right.

Each way is gone by the machine: the steps in the document's order, taken by the document's actors
and by nobody else. What a step does not go on without is asked of what people enter.
"""

from typing import Any

import pytest
from tests.cases.world import begun, county, filled, home, new_id, take, taken_to
from tests.registry.invented import VILLAGE

from fangpin.cases.actions import Refused, open_case, put_pack_in_force
from fangpin.cases.flow import Flow, State, Take, Who
from fangpin.cases.hooks import households_with_open_case
from fangpin.cases.in_force import flow_of
from fangpin.cases.models import Case, Turn
from fangpin.cases.queries import case_file
from fangpin.cases.refusals import Refusal
from fangpin.cases.tally import Tally
from fangpin.kernel.errors import FangpinError
from fangpin.places.models import Place
from fangpin.policy import load_pack

POSTS = ("village_worker", "township_officer", "county_bureau", "department_liaison", "approver")
V, T, C, D = "village_worker", "township_officer", "county_bureau", "department_liaison"
# Pack and procedure → steps in order, with one post that takes each and one that must not.
WAYS: dict[tuple[str, str], list[tuple[str, str, str]]] = {
    ("baiyin-2021", "unsafe-housing"): [
        ("watch", V, D), ("appraise", D, T), ("rebuild", V, D), ("accept", D, V)],
    ("baiyin-2021", "return-to-school"): [
        ("compare", D, V), ("reason", T, V), ("persuade", T, D), ("confirm", D, T)],
    ("baiyin-2021", "joint-relief"): [
        ("propose", T, V), ("confer", C, D), ("refer", C, T), ("relieve", D, V)],
    ("baiyin-2021", "safety-net-entry"): [
        ("identify", T, V), ("include", D, T), ("supplement", D, V)],
    ("hubei-2019", "dropout-return"): [
        ("find", T, V), ("government-line", T, D), ("school-line", D, T), ("reason", T, V),
        ("persuade", V, D), ("aid", D, T), ("return", D, V)],
    ("hubei-2019", "unsafe-housing"): [("report", V, D), ("appraise", D, V), ("rebuild", D, V)],
    ("hubei-2019", "joint-prevention"): [
        ("gather", T, V), ("coordinate", C, T), ("relieve", D, V), ("insure", C, V)],
    ("hubei-2019", "left-behind-care"): [
        ("register", V, D), ("five-ones", V, D), ("visit", V, D), ("supervise", T, V)],
    ("hubei-2019", "rectification"): [("record", C, T), ("correct", C, V), ("verify", C, D)],
    ("shicheng-2020", "epidemic-check"): [("check", V, D), ("judge", T, D), ("supply", V, D)],
    ("shicheng-2020", "dropout-return"): [("find", T, C), ("two-lines", V, D), ("aid", T, V)],
    ("shicheng-2020", "secured-housing-cycle"): [
        ("check", V, D), ("build", T, V), ("maintain", V, T), ("score", V, D)],
    ("shicheng-2020", "post-check"): [("attendance", T, V), ("faults", T, V), ("correct", T, V)],
    ("shicheng-2020", "rectification"): [
        ("record", T, V), ("similar", V, D), ("correct", V, D), ("look-back", T, V)],
    ("shicheng-2020", "census-self-check"): [("check", V, T), ("correct", V, D), ("census", T, V)],
    ("fuxin-2016", "special-groups-response"): [
        ("survey", V, D), ("report", V, T), ("emergency", T, V), ("intervene", D, V),
        ("update", D, T)],
    ("fuxin-2016", "housing-priority"): [
        ("identify", T, D), ("rank", D, T), ("choose", V, C), ("carry-out", T, V),
        ("follow-up", V, D)],
    ("fuxin-2016", "village-decision"): [
        ("branch-proposal", V, T), ("committees-consult", V, C), ("members-review", V, T),
        ("villagers-decide", V, T), ("township-review", T, V), ("publish-decision", V, C),
        ("publish-result", V, C)],
    ("fuxin-2016", "poverty-incident"): [("find", C, V), ("handle", C, D), ("feedback", C, T)],
}  # fmt: skip


def moved(flow: Flow, state: State, move: Take) -> State:
    after = flow.apply(state, move)
    assert isinstance(after, State), after
    return after


@pytest.mark.parametrize(("pack", "procedure"), WAYS)
def test_the_steps_of_the_document_are_taken_in_order_by_its_actors(
    pack: str, procedure: str
) -> None:
    flow = Flow(load_pack(pack).procedures[procedure])
    state = flow.begin(0)
    for number, (step, post, other) in enumerate(WAYS[pack, procedure], 1):
        assert [each.step for each in state.waiting] == [step]
        first = flow.outcomes(step)[0].id
        tally = Tally(30, 25, 20, 5) if flow.steps[step].vote else None
        refused = flow.apply(state, Take(Who(99, frozenset({other})), step, first, "理由", tally))
        assert isinstance(refused, Refusal)
        assert refused.code == "not_the_post"
        state = moved(flow, state, Take(Who(number, frozenset({post})), step, first, "理由", tally))
    assert (state.status, state.effective) == ("granted", False)


# Pack, procedure, step, way out, what follows: a step that waits, or how the case ends.
TURNS = [
    ("baiyin-2021", "unsafe-housing", "appraise", "safe", "refused"),
    ("baiyin-2021", "unsafe-housing", "accept", "not_accepted", "rebuild"),
    ("baiyin-2021", "return-to-school", "reason", "health", "granted"),
    ("baiyin-2021", "return-to-school", "confirm", "not_back", "persuade"),
    ("baiyin-2021", "joint-relief", "relieve", "returned", "confer"),
    ("baiyin-2021", "safety-net-entry", "identify", "able", "refused"),
    ("hubei-2019", "dropout-return", "reason", "health", "granted"),
    ("hubei-2019", "dropout-return", "return", "not_back", "persuade"),
    ("hubei-2019", "left-behind-care", "register", "without_children", "visit"),
    ("hubei-2019", "left-behind-care", "visit", "again", "visit"),
    ("hubei-2019", "rectification", "verify", "not_yet", "correct"),
    ("shicheng-2020", "epidemic-check", "check", "not_affected", "refused"),
    ("shicheng-2020", "post-check", "faults", "none", "granted"),
    ("shicheng-2020", "rectification", "look-back", "not_yet", "correct"),
    ("fuxin-2016", "special-groups-response", "report", "none", "update"),
    ("fuxin-2016", "special-groups-response", "intervene", "again", "emergency"),
    ("fuxin-2016", "village-decision", "township-review", "sent_back", "committees-consult"),
]


@pytest.mark.parametrize(("pack", "procedure", "at", "outcome", "follows"), TURNS)
def test_a_case_turns_where_the_document_says(
    pack: str, procedure: str, at: str, outcome: str, follows: str
) -> None:
    flow = Flow(load_pack(pack).procedures[procedure])
    state = flow.begin(0)
    for number, (step, post, _) in enumerate(WAYS[pack, procedure], 1):
        who = Who(number, frozenset({post}))
        tally = Tally(30, 25, 20, 5) if flow.steps[step].vote else None
        if step == at:
            state = moved(flow, state, Take(who, step, outcome, "理由", tally))
            break
        state = moved(flow, state, Take(who, step, flow.outcomes(step)[0].id, "理由", tally))
    if state.status == "open":
        assert [each.step for each in state.waiting] == [follows]
    else:
        assert state.status == follows


def entries(pack: str, procedure: str, step: str) -> dict[str, Any]:
    declared = load_pack(pack).procedures[procedure].steps
    return {each.id: each for each in next(s for s in declared if s.id == step).enter}


# What the mechanism counts: one thing each that the step does not go on without.
ASKED = [
    ("baiyin-2021", "unsafe-housing", "watch", "group", 4),  # the four groups of concern
    ("baiyin-2021", "unsafe-housing", "appraise", "grade", 4),  # A to D
    ("baiyin-2021", "joint-relief", "confer", "kinds", 5),  # four kinds of special relief, one more
    ("hubei-2019", "joint-prevention", "coordinate", "kinds", 5),
    ("hubei-2019", "joint-prevention", "insure", "insurance", 6),  # five insurances, or none wanted
    ("hubei-2019", "left-behind-care", "register", "kinds", 3),  # elderly, women, children
    ("hubei-2019", "rectification", "record", "source", 6),
    ("shicheng-2020", "rectification", "record", "kind", 9),  # three by three
    ("shicheng-2020", "epidemic-check", "check", "risk", 3),
    ("fuxin-2016", "housing-priority", "choose", "way", 5),
]


@pytest.mark.parametrize(("pack", "procedure", "step", "entry", "choices"), ASKED)
def test_a_step_asks_for_what_the_document_counts(
    pack: str, procedure: str, step: str, entry: str, choices: int
) -> None:
    asked = entries(pack, procedure, step)[entry]
    assert asked.required
    assert len(asked.options) == choices


def test_every_free_word_about_a_household_is_kept_closed() -> None:
    for pack, procedure in WAYS:
        declared = load_pack(pack).procedures[procedure]
        for step in declared.steps:
            for entry in step.enter:
                if declared.subject == "household" and entry.type in ("long_text", "signature"):
                    assert entry.sensitive, (pack, procedure, step.id, entry.id)


# In the system, with people


@pytest.mark.django_db
def test_each_left_behind_child_has_its_five_ones() -> None:
    """A step without one of the five is refused and says which; nothing is written."""
    world = county("village", "township", "county")
    put_pack_in_force(by=None, place=Place.objects.get(code="620402000000"), pack="hubei-2019",
                      from_date=world.day)  # fmt: skip
    case = begun(world, home("L1"), "left-behind-care", by=world.township)
    taken_to(world, case, "five-ones")
    step = flow_of(case).steps["five-ones"]
    for one in ("child", "neighbour", "teacher", "official", "team"):
        with pytest.raises(FangpinError, match=f"^{one}: "):
            take(world, case, "five-ones", entries={one: ""})
    assert Turn.objects.get(case=case, step="five-ones").done_at is None
    assert set(filled(case, step)) == {"child", "neighbour", "teacher", "official", "team"}
    take(world, case, "five-ones")
    assert case.step == "visit"


@pytest.mark.django_db
def test_an_unsafe_home_is_cleared_and_other_signs_still_come_down() -> None:
    """Gone through by people of the county; who worked on the house does not accept it; while the
    case runs, other findings about the household are not taken for settled."""
    world = county("village", "township", "county", "liaison")
    put_pack_in_force(by=None, place=Place.objects.get(code="620402000000"), pack="baiyin-2021",
                      from_date=world.day)  # fmt: skip
    family = home("U1")
    case = begun(world, family, "unsafe-housing", by=world.township)
    assert households_with_open_case([family.pk]) == set()
    included = begun(world, home("U2"), "cn-monitor")
    assert households_with_open_case([family.pk, included.household_id or 0]) == {
        included.household_id
    }
    taken_to(world, case, "accept")
    taken = Turn.objects.filter(case=case).order_by("seq")
    assert [each.step for each in taken] == ["watch", "appraise", "rebuild", "accept"]
    take(world, case, outcome="not_accepted")
    assert case.step == "rebuild"
    taken_to(world, case, "none")
    assert case.state == "granted"
    shown = case_file(world.county, case.pk, world.day)
    assert shown is not None
    # Nothing was granted by it: it is done.
    assert (shown.state.zh, shown.stands.zh) == ("已办结", "已办结")


@pytest.mark.django_db
def test_a_village_has_a_ledger_of_several_problems_at_once() -> None:
    """Problems are cases of their own and closed one by one; the exit of a village is one case."""
    world = county("village", "township", "township2", "county")
    put_pack_in_force(by=None, place=Place.objects.get(code="620402000000"), pack="shicheng-2020",
                      from_date=world.day)  # fmt: skip

    def opened(procedure: str) -> Case:
        return open_case(by=world.township, procedure=procedure, place=VILLAGE,
                         client_id=new_id(), now=world.now)  # fmt: skip

    first, second = opened("rectification"), opened("rectification")
    taken_to(world, first, "none")
    second.refresh_from_db()
    assert (first.state, second.state, second.step) == ("granted", "open", "record")
    opened("cn-exit-village")
    with pytest.raises(Refused, match="open already"):
        opened("cn-exit-village")

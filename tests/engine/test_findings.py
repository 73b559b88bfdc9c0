"""Rules on a snapshot, and why a subject cannot be decided."""

from tests.engine.lake import AS_OF, JUNE, pack, snapshot

from fangpin.engine.facts import Facts
from fangpin.engine.findings import Outcome, evaluate_rules

PACK = pack()
AFLOAT = [{"_household": number, "state": "afloat"} for number in range(3)]


def outcomes(**parts) -> dict[str, Outcome]:
    facts = Facts(PACK, snapshot(**parts), AS_OF)
    return {outcome.rule.name: outcome for outcome in evaluate_rules(PACK, facts)}


def test_household_rule_lifts_members():
    rich = [{"_person": 1, "value": 10_000}, {"_person": 2, "value": 9_999}]
    outcome = outcomes(catches=rich, boats=AFLOAT)["poor_catch"]
    assert outcome.holds.tolist() == [1, 2]
    assert not outcome.undecided.any()


def test_exemption_silences_the_rule():
    boats = [{"_household": 1, "state": "wrecked"}]
    assert outcomes(catches=[], boats=boats)["poor_catch"].holds.tolist() == [0, 2]


def test_a_gap_in_the_area_is_undecided_but_not_unclear():
    outcome = outcomes(catches=[], boats=AFLOAT, coverage=[("catches", JUNE, 0, "missing")])
    poor = outcome["poor_catch"]
    assert poor.holds.tolist() == [2]
    assert poor.undecided.tolist() == [True, True, False]
    assert poor.unclear.tolist() == []


def test_a_doubt_about_one_person_is_unclear():
    parts = {
        "catches": [],
        "catches_before": [{"_person": 4, "value": 1}, {"_person": 3, "value": 1}],
        "suspects": [("catches", JUNE, 4)],
    }
    stopped = outcomes(**parts)["stopped_fishing"]
    assert stopped.holds.tolist() == [3]
    assert stopped.unclear.tolist() == [4]

"""Evidence: what speaks for the finding, with values, persons and source rows."""

from datetime import date

import numpy as np
from tests.engine.lake import AS_OF, JUNE, MAY, pack, snapshot

from fangpin.engine.evidence import ROWS_SHOWN, evidence
from fangpin.engine.facts import Facts
from fangpin.engine.findings import evaluate_rules

PACK = pack()
AFLOAT = [{"_household": number, "state": "afloat"} for number in range(3)]


def entries(rule_name: str, **parts) -> dict[int, list[dict]]:
    """Entries of the rule's findings by row of the subject."""
    facts = Facts(PACK, snapshot(**parts), AS_OF)
    evaluate_rules(PACK, facts)
    rule = PACK.rules[rule_name]
    outcome = next(o for o in evaluate_rules(PACK, facts) if o.rule is rule)
    lists = evidence(PACK, facts, rule, outcome.holds, PACK.expanded(rule))
    return dict(zip(outcome.holds.tolist(), lists.to_list(), strict=True))


def test_members_who_add_to_a_sum_are_shown_with_their_rows():
    catches = [
        {"_person": 0, "value": 1000, "landed_on": date(2030, 6, 1)},
        {"_person": 0, "value": 2000, "landed_on": date(2030, 6, 2)},
        {"_person": 1, "value": 50_000},
        {"_person": 2, "value": 4000},
    ]
    found = entries("poor_catch", catches=catches, boats=AFLOAT)
    assert sorted(found) == [1, 2]
    own = [each for each in found[1] if each["fact"] == "catch_total"]
    assert [(e["person_number"], e["value"], e["unit"], e["row"]) for e in own] == [
        ("P2", "40.00", "元", 5)
    ]
    assert own[0]["file"] == "渔获.xlsx"
    assert own[0]["sheet"] == "六月"
    assert own[0]["period"] == "2030-06"


def test_a_sum_of_nothing_shows_all_members():
    found = entries("poor_catch", catches=[], boats=AFLOAT)
    shown = [e["person_number"] for e in found[0] if e["fact"] == "catch_total"]
    assert shown == ["P0", "P1"]
    assert all(e["file"] is None for e in found[0] if e["fact"] == "catch_total")


def test_every_source_row_is_named_up_to_a_limit():
    catches = [{"_person": 2, "value": 1}] * (ROWS_SHOWN + 10)
    found = entries("poor_catch", catches=catches, boats=AFLOAT)
    rows = [e["row"] for e in found[1] if e["fact"] == "catch_total"]
    assert rows == list(range(2, ROWS_SHOWN + 2))


def test_code_and_household_fact_are_printed_in_words():
    found = entries("poor_catch", catches=[], boats=AFLOAT)
    state = next(e for e in found[0] if e["fact"] == "boat_state")
    assert (state["value"], state["label_en"], state["person_number"]) == (
        "在用",
        "state of the boat",
        None,
    )


def test_previous_month_is_named():
    found = entries("stopped_fishing", catches=[], catches_before=[{"_person": 3, "value": 1}])
    assert list(found) == [3]
    before = next(e for e in found[3] if e["fact"] == "fished_before")
    assert before["period"] == f"{MAY:%Y-%m}"
    assert (before["value"], before["known"]) == ("是", True)
    now = next(e for e in found[3] if e["fact"] == "fished")
    assert (now["value"], now["period"]) == ("否", f"{JUNE:%Y-%m}")


def test_unknown_figures_say_so():
    facts = Facts(PACK, snapshot(catches=[], suspects=[("catches", JUNE, 2)], boats=AFLOAT), AS_OF)
    rule = PACK.rules["poor_catch"]
    lists = evidence(PACK, facts, rule, np.array([1]), PACK.expanded(rule))
    entry = next(e for e in lists[0] if e["fact"] == "catch_total")
    assert (entry["value"], entry["known"]) == ("未知", False)

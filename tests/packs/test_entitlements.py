"""Who is entitled to what in the documents' own words: asked of the plain evaluator, person by
person, with the amounts of the clause."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from fangpin.policy import load_pack
from fangpin.policy.language.evaluate import UNKNOWN, Result, evaluate
from fangpin.policy.situation import Situation, case_of
from fangpin.screening.payments import Payment, payment_of

HOUSEHOLD: dict[str, Result] = {
    "household_category": "general",
    "risk_removed": False,
    "net_income_per_person": 900_000,
}
PERSON: dict[str, Result] = {
    "on_subsistence": False,
    "on_destitute": False,
    "severe_certificate": False,
    "disability_certificate": False,
    "dead": False,
    "birth_date": date(1980, 1, 1),
}
POOR = {"household_category": "unstable"}
OUT = {"household_category": "alleviated"}
SUBSISTENCE, DESTITUTE = {"on_subsistence": True}, {"on_destitute": True}
AID = ("insurance-premium-full", "insurance-premium-fixed", "insurance-premium-transition")
OWN = {*AID, "serious-illness-insurance-preference", "pension-premium"}


def entitled(pack: str, programme: str, as_of: date, given: dict[str, Any]) -> Result:
    loaded = load_pack(pack)
    eligible = loaded.programmes[programme].eligible
    assert eligible is not None
    assert eligible.node is not None
    home = HOUSEHOLD | {key: given[key] for key in given if key in HOUSEHOLD}
    person = PERSON | {key: given[key] for key in given if key in PERSON}
    situation = Situation(as_of, "person", {}, home, (person,))
    return evaluate(eligible.node, case_of(loaded, situation))


def born(day: str) -> dict[str, Any]:
    return {"birth_date": date.fromisoformat(day)}


MAY = date(2021, 5, 31)
BAIYIN = [
    ({}, set()),
    (DESTITUTE, {AID[0], "serious-illness-insurance-preference", "pension-premium"}),
    (SUBSISTENCE, {AID[1], "serious-illness-insurance-preference", "pension-premium"}),
    # Who has two statuses gets the higher aid, and that alone.
    (DESTITUTE | SUBSISTENCE, {AID[0], "serious-illness-insurance-preference", "pension-premium"}),
    (OUT, {AID[2]}),
    (OUT | SUBSISTENCE, {AID[1], "serious-illness-insurance-preference", "pension-premium"}),
    (POOR, {"serious-illness-insurance-preference", "pension-premium"}),
    (POOR | {"risk_removed": True}, set()),
    ({"severe_certificate": True}, {"pension-premium"}),
    # From 16 until 60: who is 60 draws the pension instead.
    ({"severe_certificate": True} | born("2005-06-01"), set()),
    ({"severe_certificate": True} | born("2005-05-31"), {"pension-premium"}),
    ({"severe_certificate": True} | born("1961-06-01"), {"pension-premium"}),
    ({"severe_certificate": True} | born("1961-05-31"), set()),
    (DESTITUTE | {"dead": True}, set()),
]


@pytest.mark.parametrize(("given", "expected"), BAIYIN)
def test_premiums_by_status_in_baiyin(given: dict[str, Any], expected: set[str]) -> None:
    found = {each for each in OWN if entitled("baiyin-2021", each, MAY, given) is True}
    assert found == expected
    assert len(found & set(AID)) <= 1


@pytest.mark.parametrize("programme", sorted(OWN))
def test_without_the_lists_nobody_is_said_not_to_be_entitled(programme: str) -> None:
    """The list of the destitute is missing: unknown, except where another status decides."""
    given = {"on_destitute": UNKNOWN, "on_subsistence": UNKNOWN} | OUT
    assert entitled("baiyin-2021", programme, MAY, given) is UNKNOWN


HUBEI = [
    ("subsistence-increment", SUBSISTENCE, False),
    ("subsistence-increment", SUBSISTENCE | born("2003-06-01"), True),  # 17
    ("subsistence-increment", SUBSISTENCE | born("2003-05-31"), False),  # 18 today
    ("subsistence-increment", SUBSISTENCE | born("1961-05-31"), True),  # 60 today
    ("subsistence-increment", SUBSISTENCE | {"severe_certificate": True}, True),
    ("subsistence-increment", born("1950-01-01"), False),
    ("disability-care-allowance", {"severe_certificate": True}, True),
    ("disability-care-allowance", {"severe_certificate": True} | DESTITUTE, False),
]


@pytest.mark.parametrize(("programme", "given", "said"), HUBEI)
def test_allowances_in_hubei(programme: str, given: dict[str, Any], said: bool) -> None:
    assert entitled("hubei-2019", programme, MAY, given) is said


def test_the_increment_in_hubei_is_a_fifth_of_the_standard() -> None:
    share = load_pack("hubei-2019").parameter("subsistence_increment_share", MAY)
    assert share is not None
    assert share.value == Fraction(1, 5)


INSURED = [
    ({"net_income_per_person": 499_999}, True),
    ({"net_income_per_person": 500_000}, False),
    (OUT | {"net_income_per_person": 499_999}, True),
    (POOR | {"net_income_per_person": 499_999}, False),
    ({"net_income_per_person": UNKNOWN}, UNKNOWN),
    ({"net_income_per_person": 499_999, "dead": True}, False),
]


@pytest.mark.parametrize(("given", "said"), INSURED)
def test_whom_shicheng_insures_against_poverty(given: dict[str, Any], said: Result) -> None:
    """Below the line of 2020, neither poor nor monitored, at 45 yuan a person."""
    day = date(2020, 5, 31)
    assert entitled("shicheng-2020", "poverty-insurance", day, given) == said
    pack = load_pack("shicheng-2020")
    paid = payment_of(pack, pack.programmes["poverty-insurance"], day)
    assert isinstance(paid, Payment)
    assert (paid.low, paid.high, paid.rhythm, paid.per) == (4500, 4500, "once", "person")

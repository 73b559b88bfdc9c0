"""The general pack: figures as published, programmes that agree with the rules beside them."""

from datetime import date
from fractions import Fraction

import pytest

from fangpin.policy import load_pack
from fangpin.policy.language.evaluate import UNKNOWN, Case, Result, evaluate
from fangpin.policy.loading.examples import examples_of
from fangpin.policy.pack import Pack, Publication, TimeLimit
from fangpin.policy.situation import Situation, case_of

MAY = date(2021, 5, 31)


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack("cn-base")


FIGURES = [
    # parameter, on, value (money in fen, shares of one), unit
    ("monitoring_line", date(2020, 6, 1), 500_000, "元/人·年"),
    ("monitoring_line", date(2021, 6, 1), 600_000, "元/人·年"),
    ("poverty_standard", date(2012, 1, 1), 230_000, "元/人·年"),
    ("identification_days", MAY, 15, "天"),
    ("identification_notice_days", MAY, 5, "天"),
    ("removal_income_months", MAY, 6, "月"),
    ("village_poverty_rate_most", MAY, Fraction(2, 100), None),
    ("village_poverty_rate_most_west", MAY, Fraction(3, 100), None),
    ("approval_rate_least", MAY, Fraction(9, 10), None),
    ("subsistence_supplement_share", MAY, Fraction(1, 5), None),
    ("yulu_yearly", MAY, 300_000, "元/人·年"),
    ("microloan_most", MAY, 5_000_000, "元/户"),
    ("microloan_subsidy_share", date(2023, 12, 31), Fraction(1), None),
    ("microloan_subsidy_share", date(2024, 1, 1), Fraction(7, 10), None),
    ("microloan_rate_one_year", MAY, Fraction("0.0435"), None),
    ("catastrophic_threshold", MAY, 626_900, "元/年"),
    ("catastrophic_threshold_preferred", MAY, 313_500, "元/年"),
    ("special_relief_share_most", date(2022, 6, 1), Fraction(55, 100), None),
    ("housing_area_person_most", MAY, Fraction(18), "平方米/人"),
    ("prevention_illness_rate_4", MAY, Fraction(9, 10), None),
    ("solar_wage_share", MAY, Fraction(4, 5), None),
    ("publication_days", MAY, 10, "天"),
    ("resident_days_least", MAY, 20, "天"),
]


@pytest.mark.parametrize(("name", "on", "value", "unit"), FIGURES)
def test_published_figures(
    pack: Pack, name: str, on: date, value: int | Fraction, unit: str | None
) -> None:
    found = pack.parameter(name, on)
    assert found is not None
    assert found.value == value
    assert pack.parameters[name].base_unit == unit


def test_what_no_source_gives_must_be_confirmed(pack: Pack) -> None:
    unsourced = {
        "destitute_standard_multiple",
        "plan_days",
        "boarding_primary",
        "boarding_junior",
        "post_years_most",
        "notice_2014_days",
        "assistance_rate_least",
    }
    for name in unsourced:
        assert {value.status for value in pack.parameters[name].values} == {"to-be-confirmed"}


def days(pack: Pack, limit: TimeLimit | Publication | None) -> tuple[int, str]:
    """How long a limit or notice of the pack is, and how its days count."""
    assert limit is not None
    assert isinstance(limit.days, str)
    value = pack.parameter(limit.days, MAY)
    assert value is not None
    assert isinstance(value.value, int)
    return value.value, limit.kind


def test_identification_has_nine_steps_and_a_masked_notice_of_five_days(pack: Pack) -> None:
    procedure = pack.procedures["cn-monitor"]
    *nine, last = procedure.steps
    assert [step.id for step in nine] == [
        *("lead", "consent", "visit", "compare", "assess"),
        *("notice", "review", "decide", "enter"),
    ]
    assert last.event == "first_measure"
    assert days(pack, procedure.time_limit) == (15, "calendar")
    notice = next(step for step in procedure.steps if step.id == "notice").publish
    assert notice is not None
    assert (notice.where, notice.masked) == ("village", True)
    assert days(pack, notice) == (5, "calendar")


def test_the_registration_of_2014_has_ten_steps(pack: Pack) -> None:
    steps = pack.procedures["cn-identify-2014"].steps
    assert len(steps) == 10
    published = [step.id for step in steps if step.publish is not None]
    assert published == ["first-notice", "second-notice", "announce"]


# Programmes


def gap(pack: Pack, programme: str, case: Case) -> Result:
    """Entitled and not received, three-valued."""
    found = pack.programmes[programme]
    assert found.eligible is not None
    assert found.eligible.node is not None
    assert found.received is not None
    assert found.received.node is not None
    eligible, received = evaluate(found.eligible.node, case), evaluate(found.received.node, case)
    if eligible is False or received is True:
        return False
    return UNKNOWN if UNKNOWN in (eligible, received) else True


def test_the_yulu_rule_finds_exactly_those_entitled_who_receive_nothing(pack: Pack) -> None:
    checked = 0
    for rule, _, situation in examples_of(pack):
        if rule.name == "yulu_grant_missing":
            case = case_of(pack, situation)
            assert evaluate(rule.condition, case) == gap(pack, "cn-yulu", case)
            checked += 1
    assert checked >= 6


def person(
    as_of: date = MAY, household: dict[str, Result] | None = None, **facts: Result
) -> Situation:
    return Situation(as_of, "person", household=household or {}, persons=({**facts},))


def eligible(pack: Pack, programme: str, situation: Situation) -> Result:
    written = pack.programmes[programme].eligible
    assert written is not None
    assert written.node is not None
    return evaluate(written.node, case_of(pack, situation))


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        (date(2003, 6, 1), False),  # 17
        (date(2003, 5, 31), True),  # 18 today
        (date(1955, 6, 1), True),  # 65
        (date(1955, 5, 31), False),  # 66 today
    ],
)
def test_a_small_loan_needs_somebody_of_eighteen_to_sixty_five(
    pack: Pack, born: date, expected: bool
) -> None:
    situation = Situation(
        MAY,
        "household",
        household={"household_category": "alleviated"},
        persons=({"birth_date": born, "labour_ability": "ordinary", "dead": False},),
    )
    assert eligible(pack, "cn-microloan", situation) is expected


@pytest.mark.parametrize(
    ("paid", "expected"), [(999_999, False), (1_000_000, False), (1_000_001, True)]
)
def test_special_relief_begins_above_its_line(pack: Pack, paid: int, expected: bool) -> None:
    situation = person(
        date(2022, 6, 1),
        {"household_category": "marginal", "risk_removed": False},
        inpatient_self_paid_max=paid,
        dead=False,
    )
    assert eligible(pack, "cn-illness-special-relief", situation) is expected


def test_nobody_in_destitute_support_receives_the_nursing_allowance(pack: Pack) -> None:
    base = {"severe_certificate": True, "dead": False}
    assert eligible(pack, "cn-disability-nursing", person(**base, on_destitute=False)) is True
    assert eligible(pack, "cn-disability-nursing", person(**base, on_destitute=True)) is False
    assert eligible(pack, "cn-disability-nursing", person(**base)) is UNKNOWN


def test_of_two_statuses_the_higher_pays_the_premium(pack: Pack) -> None:
    both = person(on_subsistence=True, on_destitute=True, dead=False)
    assert eligible(pack, "cn-insurance-full", both) is True
    assert eligible(pack, "cn-insurance-fixed", both) is False


def test_the_dead_are_entitled_to_nothing(pack: Pack) -> None:
    for programme in pack.programmes.values():
        if programme.eligible is None or programme.subject != "person":
            continue
        situation = person(
            household={"household_category": "unstable", "risk_removed": False},
            dead=True,
            on_subsistence=True,
            on_destitute=False,
            severe_certificate=True,
            disability_certificate=True,
            birth_date=date(1980, 1, 1),
            labour_ability="ordinary",
        )
        assert eligible(pack, programme.id, situation) is False, programme.id

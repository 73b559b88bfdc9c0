"""The procedures that cases run under: what the documents say, step by step and condition by
condition, and how three places differ from packs alone."""

from datetime import date
from typing import Any

import pytest

from fangpin.policy import load_pack
from fangpin.policy.language.evaluate import UNKNOWN, Result, evaluate
from fangpin.policy.loading.folders import known_packs
from fangpin.policy.pack import Pack, Procedure, Step
from fangpin.policy.procedure_graph import END, START, reachable, ways
from fangpin.policy.procedure_sheet import sheet
from fangpin.policy.procedure_words import days_of
from fangpin.policy.situation import Situation, case_of
from fangpin.registry.catalogue.load import catalogue

MAY = date(2022, 5, 31)
SHIPPED = {
    "cn-monitor": "monitor",
    "cn-remove-risk": "remove_risk",
    "cn-return-to-monitoring": "return_to_monitoring",
    "cn-identify-2014": "identify",
    "cn-identify-village": "identify",
    "cn-exit-household": "exit_household",
    "cn-exit-village": "exit_village",
    "cn-exit-county": "exit_county",
    "cn-correct-data": "correct",
    "cn-objection": "objection",
    "cn-transfer": "transfer",
}
PACKS = sorted(known_packs())


@pytest.fixture(scope="module")
def base() -> Pack:
    return load_pack("cn-base")


def step(procedure: Procedure, name: str) -> Step:
    return next(each for each in procedure.steps if each.id == name)


def limits(pack: Pack, procedure: str, name: str) -> tuple[int | None, str, str]:
    """Days, kind and beginning of a step's limit in force."""
    within = step(pack.procedures[procedure], name).within
    assert within is not None
    return days_of(within.days, pack, MAY), within.kind, within.counts_from


def test_the_shipped_procedures_run_and_take_effect(base: Pack) -> None:
    running = {name: each.effect for name, each in base.procedures.items() if each.runnable}
    assert running == SHIPPED


@pytest.mark.parametrize("name", PACKS)
def test_in_every_pack_each_running_procedure_can_be_walked(name: str) -> None:
    """From the start to every step and from every step to the end, also help first; decided by
    somebody else than those who proposed; figures in force; a sheet in both languages."""
    pack = load_pack(name)
    for procedure in pack.procedures.values():
        if not procedure.runnable:
            continue
        for green in (False, True):
            graph = ways(procedure, green)
            for each in procedure.in_order(green):
                assert each.id in reachable(START, graph)
                assert END in reachable(each.id, graph)
        deciding = [each for each in procedure.steps if each.decides]
        assert len(deciding) == (procedure.effect != "none")
        for each in deciding:
            assert each.apart_from
            assert not {"household", "village_worker"} & set(each.posts)
            assert {way.ends_as for way in each.outcomes} >= {"granted", "refused"}
        for each in procedure.steps:
            assert each.publish is None or each.publish.masked
        for limit in [procedure.time_limit, *(each.within for each in procedure.steps)]:
            assert limit is None or days_of(limit.days, pack, MAY) is not None
        assert len(sheet(procedure, pack, MAY).steps) == len(procedure.steps)


@pytest.mark.parametrize("name", PACKS)
def test_what_is_entered_is_a_field_of_the_registry_where_it_says_so(name: str) -> None:
    fields = catalogue().fields
    for procedure in load_pack(name).procedures.values():
        for each in procedure.steps:
            for entry in each.enter:
                if entry.type == "household_field":
                    assert entry.vocabulary is None or entry.vocabulary in fields


# Inclusion


def test_help_first_leaves_no_step_out_and_decides_last(base: Pack) -> None:
    procedure = base.procedures["cn-monitor"]
    order = [each.id for each in procedure.in_order(green=True)]
    assert sorted(order) == sorted(each.id for each in procedure.steps)
    assert order[:4] == ["lead", "consent", "visit", "help"]
    assert order[4:] == ["compare", "assess", "notice", "review", "decide", "enter"]


def test_limits_of_inclusion(base: Pack) -> None:
    assert limits(base, "cn-monitor", "visit") == (3, "calendar", "step")
    assert limits(base, "cn-monitor", "compare") == (5, "calendar", "step")
    assert limits(base, "cn-monitor", "assess") == (5, "calendar", "step")
    assert limits(base, "cn-monitor", "decide") == (15, "calendar", "case")
    assert limits(base, "cn-monitor", "help") == (30, "calendar", "step")
    compare = step(base.procedures["cn-monitor"], "compare")
    assert (compare.parallel_with, compare.skip_when) == ("visit", ("compared_already",))
    vote = step(base.procedures["cn-monitor"], "assess").vote
    assert vote is not None
    assert (str(vote.quorum), str(vote.majority), vote.more_than) == ("2/3", "1/2", True)


def test_only_sensitive_answers_are_written_freely(base: Pack) -> None:
    """Free text about a household's life is closed; what is open is a date, figure or choice."""
    for name, procedure in base.procedures.items():
        if not procedure.runnable or procedure.subject != "household":
            continue
        for each in procedure.steps:
            for entry in each.enter:
                if entry.type in ("long_text", "signature"):
                    assert entry.sensitive, (name, each.id, entry.id)


# Removal of a risk: half a year, income above the line, expenses settled, guarantees, labour

MEMBER: dict[str, Result] = {
    "inpatient_self_paid_max": 0,
    "medical_self_paid": 0,
    "marked_as_dropout": False,
    "insured": True,
    "dead": False,
    "soldier": False,
    "labour_ability": "ordinary",
    "work_lost": False,
}
HOUSEHOLD: dict[str, Result] = {
    "household_category": "unstable",
    "risk_removed": False,
    "monitored_since": date(2021, 11, 1),
    "net_income_per_person": 600_001,
    "dangerous_house": False,
    "poverty_status": "poor",
}
VILLAGE: dict[str, Result] = {"water_not_restored": False, "water_failed_test": False}


def asked(
    pack: Pack, procedure: str, condition: str, member: dict[str, Any], **changed: Any
) -> Result:
    """What a condition says of one household when the given facts are changed."""
    when = next(each for each in pack.procedures[procedure].conditions if each.id == condition).when
    assert when.node is not None
    village = {key: changed.pop(key) for key in list(changed) if key in VILLAGE}
    situation = Situation(
        changed.pop("as_of", MAY),
        "household",
        VILLAGE | village,
        HOUSEHOLD | changed,
        (MEMBER, MEMBER | member),
    )
    return evaluate(when.node, case_of(pack, situation))


REMOVAL = [
    # condition, changes to one member, changes to household or village, what it says
    ("monitored", {}, {}, True),
    ("monitored", {}, {"risk_removed": True}, False),
    ("monitored", {}, {"household_category": "alleviated"}, False),
    ("half_a_year", {}, {"as_of": date(2022, 4, 30)}, False),
    ("half_a_year", {}, {"as_of": date(2022, 5, 1)}, True),
    ("half_a_year", {}, {"monitored_since": UNKNOWN}, UNKNOWN),
    ("income", {}, {"net_income_per_person": 599_999}, False),
    ("income", {}, {"net_income_per_person": 600_000}, False),
    ("income", {}, {}, True),
    ("income", {}, {"net_income_per_person": UNKNOWN}, UNKNOWN),
    ("expenses", {}, {}, True),
    ("expenses", {"inpatient_self_paid_max": 599_999}, {}, True),
    ("expenses", {"inpatient_self_paid_max": 600_000}, {}, False),
    ("expenses", {"medical_self_paid": 499_999}, {}, True),
    ("expenses", {"medical_self_paid": 500_000}, {}, False),
    ("expenses", {"medical_self_paid": UNKNOWN}, {}, UNKNOWN),
    ("schooling", {"marked_as_dropout": True}, {}, False),
    ("schooling", {"marked_as_dropout": UNKNOWN}, {}, UNKNOWN),
    ("health", {"insured": False}, {}, False),
    ("health", {"insured": False, "soldier": True}, {}, True),
    ("health", {"insured": False, "dead": True}, {}, True),
    ("health", {"insured": UNKNOWN}, {}, UNKNOWN),
    ("housing", {}, {"dangerous_house": True}, False),
    ("housing", {}, {"dangerous_house": UNKNOWN}, UNKNOWN),
    ("water", {}, {}, True),
    ("water", {}, {"water_failed_test": True}, False),
    ("water", {}, {"water_not_restored": UNKNOWN}, UNKNOWN),
    ("no_new_risk", {"work_lost": True}, {}, False),
    ("no_new_risk", {}, {}, True),
]


@pytest.mark.parametrize(("condition", "member", "changed", "said"), REMOVAL)
def test_conditions_of_removal(
    base: Pack, condition: str, member: dict[str, Any], changed: dict[str, Any], said: Result
) -> None:
    assert asked(base, "cn-remove-risk", condition, member, **changed) == said


def test_a_household_without_any_labour_is_not_removed(base: Pack) -> None:
    """Nobody able to work among the living; one weak worker suffices."""
    when = next(
        each for each in base.procedures["cn-remove-risk"].conditions
        if each.id == "somebody_can_work"
    ).when.node  # fmt: skip
    assert when is not None
    for labour, dead, said in (
        ("none", False, False),
        ("lost", False, False),
        ("weak", False, True),
        ("ordinary", True, False),
        (UNKNOWN, False, UNKNOWN),
    ):
        member = MEMBER | {"labour_ability": labour, "dead": dead}
        situation = Situation(MAY, "household", VILLAGE, HOUSEHOLD, (member,))
        assert evaluate(when, case_of(base, situation)) == said


def test_removal_is_refused_when_it_cannot_be_told(base: Pack) -> None:
    """Only water and this month's work, which no register knows, merely warn."""
    warned = {
        each.id
        for each in base.procedures["cn-remove-risk"].conditions
        if each.on_unknown == "warn"
    }
    assert warned == {"water", "no_new_risk"}


EXIT = [
    ("poor_now", {"poverty_status": "poor"}, True),
    ("poor_now", {"poverty_status": "relapsed"}, True),
    ("poor_now", {"poverty_status": "alleviated"}, False),
    ("income", {"net_income_per_person": 400_000}, False),
    ("income", {"net_income_per_person": 400_001}, True),
]


@pytest.mark.parametrize(("condition", "changed", "said"), EXIT)
def test_conditions_of_a_household_s_exit(
    base: Pack, condition: str, changed: dict[str, Any], said: Result
) -> None:
    assert asked(base, "cn-exit-household", condition, {}, **changed) == said


def test_only_a_household_removed_before_returns(base: Pack) -> None:
    for removed, said in ((True, True), (False, False), (UNKNOWN, UNKNOWN)):
        found = asked(base, "cn-return-to-monitoring", "removed_before", {}, risk_removed=removed)
        assert found == said


def test_rates_of_exit_and_their_limits(base: Pack) -> None:
    county = step(base.procedures["cn-exit-county"], "verify").rates
    assert {(each.rate, each.relation, each.parameter) for each in county} == {
        ("overall_poverty", "less_than", "county_poverty_rate_most"),
        ("wrong_exit", "at_most", "wrong_exit_rate_most"),
        ("omission", "at_most", "omission_rate_most"),
        ("approval", "at_least", "approval_rate_least"),
    }
    for name, parameter in (
        ("cn-base", "village_poverty_rate_most"),
        ("baiyin-2021", "village_poverty_rate_most_west"),
        ("cangxi-2014", "village_poverty_rate_most_west"),
    ):
        (rate,) = step(load_pack(name).procedures["cn-exit-village"], "verify").rates
        assert rate.parameter == parameter


# Three places, from their packs alone


def test_gansu_counts_working_days_and_visits_afterwards() -> None:
    pack = load_pack("baiyin-2021")
    assert limits(pack, "cn-monitor", "visit") == (5, "workday", "step")
    assert limits(pack, "cn-monitor", "decide") == (15, "workday", "case")
    assert limits(pack, "cn-monitor", "compare") == (5, "calendar", "step")
    whole = pack.procedures["cn-monitor"].time_limit
    assert whole is not None
    assert (days_of(whole.days, pack, MAY), whole.kind) == (15, "workday")
    assert pack.procedures["cn-remove-risk"].steps[-1].id == "revisit"


def test_each_value_keeps_the_clause_it_rests_on() -> None:
    """What Gansu changes rests on Gansu's clause, what it leaves on the general one."""
    procedure = load_pack("baiyin-2021").procedures["cn-monitor"]
    visit, compare = step(procedure, "visit"), step(procedure, "compare")
    assert visit.within is not None
    assert visit.within.clause == "GS.one-tap"
    assert visit.clause == "A4"
    assert compare.clause == "A4"
    assert procedure.clause == "2.2"
    assert procedure.based_on == "cn-monitor"
    assert len(procedure.conditions) == len(
        load_pack("cn-base").procedures["cn-monitor"].conditions
    )


def test_in_shicheng_the_township_checks_files_and_follows_up() -> None:
    procedure = load_pack("shicheng-2020").procedures["cn-monitor"]
    assert step(procedure, "visit").posts == ("township_officer",)
    channels = {option.code for option in step(procedure, "lead").enter[0].options}
    assert channels == {"village", "departments", "application"}
    assert procedure.steps[-1].id == "follow-up"
    # five measures for the watched and two of the last resort; trend, causes, four principles
    assert len(step(procedure, "help").enter[0].options) == 7
    asked = {entry.id: entry for entry in step(procedure, "follow-up").enter}
    assert [option.code for option in asked["trend"].options] == ["better", "same", "worse"]
    assert asked["causes"].required
    assert len(asked["principles"].options) == 4
    assert {"incentive", "restraint"} <= set(asked)
    assert step(procedure, "follow-up").outcomes[1].goes == "back:help"
    assert [each.id for each in procedure.steps].index("assess") == 4


def test_in_cangxi_card_book_archive_and_system_are_kept_and_the_three_haves_checked() -> None:
    pack = load_pack("cangxi-2014")
    identify = pack.procedures["cn-identify-2014"]
    assert {"card_on", "book_on", "archive_on", "entered_on", "national_on"} <= {
        entry.id for entry in step(identify, "file").enter
    }
    notices = [each.publish for each in identify.steps if each.publish is not None]
    assert [days_of(each.days or 0, pack, MAY) for each in notices] == [7, 7, 5]
    verify = step(pack.procedures["cn-exit-household"], "verify")
    assert {"safe_water", "power", "broadcast"} <= {entry.id for entry in verify.enter}

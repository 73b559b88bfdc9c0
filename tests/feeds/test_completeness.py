"""Deliveries against the register's places, their own past, and themselves."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.feeds.county import APRIL, AS_OF, MAY, number_of, pack, typed

from fangpin.feeds.areas import Land, too_few
from fangpin.feeds.completeness import Assessment, assess
from fangpin.feeds.delivery import AreaStatus, Verdict
from fangpin.feeds.profile import Amounts, Profile, control_totals
from fangpin.policy.pack import Contract

LAND = Land(
    persons=np.array([600, 400, 500, 700, 300, 500]),
    households=np.array([200, 130, 160, 230, 100, 170]),
    township=np.array([0, 0, 1, 1, 2, 2]),
    names=("青石镇", "白沙乡", "云台镇"),
)


def profile(rows: list[float], period: date = MAY, **parts: object) -> Profile:
    return Profile(period=period, read=int(sum(rows)), used=int(sum(rows)),
                   rows_by_village=np.array(rows, dtype=np.float64), **parts)  # type: ignore # fmt: skip


def contract(name: str) -> Contract:
    return pack().contracts[name]


def judge(name: str, now: Profile, **parts: object) -> Assessment:
    return assess(contract(name), now, LAND, AS_OF, newest=True, **parts)  # type: ignore[arg-type]


def statuses(found: Assessment) -> list[str]:
    return [status.value for status in found.status]


def test_a_census_in_proportion_is_complete() -> None:
    found = judge("insurance_enrolment", profile([570, 385, 480, 660, 290, 470]))
    assert found.verdict is Verdict.accepted
    assert set(statuses(found)) == {"complete"}


def test_missing_townships_and_a_thin_village_of_a_census() -> None:
    found = judge("insurance_enrolment", profile([570, 385, 480, 60, 0, 0]))
    assert found.verdict is Verdict.accepted_with_gaps
    assert statuses(found) == ["complete"] * 3 + ["partial", "missing", "missing"]
    assert "云台镇" in found.reasons[-1].zh
    assert "云台镇" in found.why[4].en


def test_missing_townships_do_not_lower_what_is_expected() -> None:
    found = judge("insurance_enrolment", profile([570, 0, 0, 0, 0, 0]))
    assert statuses(found) == ["complete"] + ["missing"] * 5


def test_every_village_must_stand_in_a_table_of_villages() -> None:
    found = judge("water_monthly", profile([1, 1, 1, 0, 1, 1]))
    assert statuses(found) == ["complete"] * 3 + ["missing"] + ["complete"] * 2


def test_a_list_that_lost_a_township_since_last_month() -> None:
    past = profile([60, 40, 50, 70, 30, 50], APRIL)
    found = judge("disability_certificates", profile([61, 41, 50, 69, 0, 0]), past=past)
    assert statuses(found) == ["complete"] * 4 + ["missing"] * 2
    thin = judge("disability_certificates", profile([61, 41, 50, 69, 9, 12]), past=past)
    assert statuses(thin) == ["complete"] * 4 + ["partial"] * 2


def test_a_list_that_shrinks_a_little_is_complete() -> None:
    past = profile([60, 40, 50, 70, 30, 50], APRIL)
    found = judge("disability_certificates", profile([55, 37, 44, 66, 26, 45]), past=past)
    assert set(statuses(found)) == {"complete"}


def test_rows_of_an_earlier_run_stand_in_for_the_past() -> None:
    found = judge(
        "disability_certificates",
        profile([61, 41, 50, 69, 0, 0]),
        past_rows=np.array([100.0, 120.0, 80.0]),
    )
    assert statuses(found)[4:] == ["missing", "missing"]


def test_a_silent_township_without_any_past() -> None:
    found = judge("subsistence_allowance", profile([60, 40, 50, 70, 0, 0]))
    assert statuses(found)[4:] == ["missing", "missing"]
    few = judge("subsistence_allowance", profile([6, 4, 5, 7, 0, 0]))
    assert set(statuses(few)) == {"complete"}


def test_a_list_cut_off_in_the_middle_of_a_township() -> None:
    found = judge("pension_payments", profile([90, 60, 75, 0, 0, 0]))
    assert statuses(found) == ["complete"] * 3 + ["missing"] * 3
    thin = judge("pension_payments", profile([90, 60, 75, 20, 45, 75]))
    assert statuses(thin)[3] == "partial"


def test_lists_vary_from_place_to_place() -> None:
    found = judge("pension_payments", profile([90, 60, 75, 60, 75, 50]))
    assert set(statuses(found)) == {"complete"}


def test_a_village_that_vanished_since_last_month() -> None:
    past = profile([60, 40, 50, 70, 30, 50], APRIL)
    found = judge("disability_certificates", profile([61, 0, 50, 69, 31, 50]), past=past)
    assert statuses(found) == ["complete", "missing"] + ["complete"] * 4
    assert "上期" in found.reasons[0].zh


def test_events_may_be_silent_where_few_were_to_be_expected() -> None:
    found = judge("disasters", profile([30, 20, 0, 0, 0, 0]))
    assert set(statuses(found)) == {"complete"}


def test_a_silent_township_in_a_large_list_of_events() -> None:
    found = judge("medical_settlement", profile([180, 120, 150, 210, 0, 0]))
    assert statuses(found) == ["complete"] * 4 + ["missing"] * 2


def test_a_running_list_of_the_year_must_not_shrink() -> None:
    past = profile([60, 40, 50, 70, 30, 50], APRIL)
    found = judge("medical_settlement", profile([90, 60, 70, 100, 5, 4]), past=past)
    assert statuses(found)[4:] == ["partial", "partial"]


def money(value: int, known: int = 60, distinct: int = 1) -> dict[str, Amounts]:
    return {"amount": Amounts(known, distinct, value, float(value), value * known)}


def test_a_column_of_zeros_sets_the_delivery_aside() -> None:
    found = judge("temporary_relief", profile([10, 10, 10, 10, 10, 10], money=money(0)))
    assert found.verdict is Verdict.quarantined
    assert set(statuses(found)) == {"quarantined"}
    assert len(found.why) == LAND.villages


def test_the_same_amount_for_everybody_is_usual() -> None:
    found = judge("yulu_grants", profile([10, 10, 10, 10, 10, 10], money=money(150000)))
    assert found.verdict is Verdict.accepted


def test_a_jump_of_the_median_is_a_change_of_unit() -> None:
    past = profile([10] * 6, APRIL, money=money(5_000_000, distinct=9))
    found = judge("temporary_relief", profile([10] * 6, money=money(500, distinct=9)), past=past)
    assert found.verdict is Verdict.quarantined
    assert "万元" in found.reasons[0].zh


def test_a_column_that_turned_to_zeros_since_last_time() -> None:
    some = {"amount": Amounts(60, 9, 0, 50000.0, 2_000_000, zeros=2)}
    none = {"amount": Amounts(60, 3, 0, 50000.0, 100_000, zeros=57)}
    past = profile([10] * 6, APRIL, money=some)
    found = judge("temporary_relief", profile([10] * 6, money=none), past=past)
    assert found.verdict is Verdict.quarantined
    assert judge("temporary_relief", profile([10] * 6, money=some), past=past).verdict is (
        Verdict.accepted
    )


def test_the_total_of_household_amounts_counts_each_household_once() -> None:
    header = ["乡镇", "户主姓名", "户月保障金", "保障对象姓名", "身份证号"]
    anna, bert, cleo = (number_of(date(1970, 3, 4), n) for n in (12, 31, 44))
    rows = typed(
        "subsistence_allowance",
        [header, ["青石镇", "沈安", "756", "沈安", anna], [None, None, None, "吕博", bert],
         ["青石镇", "华玉", "399", "华玉", cleo], ["合计", None, "1155", None, None]],
        totals=[(5, {0: "合计", 2: "1155"})],
        ignored=[(5, "total")],
    )  # fmt: skip
    found, _ = control_totals([rows])
    assert [(total.computed, total.agrees) for total in found] == [("1155.00", True)]


def test_a_shifted_column_sets_the_delivery_aside() -> None:
    now = profile([10] * 6, readable={"id_number": (60, 55)},
                  identity_columns=frozenset({"id_number"}))  # fmt: skip
    assert judge("temporary_relief", now).verdict is Verdict.quarantined
    some = profile([10] * 6, readable={"id_number": (60, 5)},
                   identity_columns=frozenset({"id_number"}))  # fmt: skip
    assert judge("temporary_relief", some).verdict is Verdict.accepted


def test_nothing_usable_and_one_name_for_all() -> None:
    empty = profile([10] * 6)
    empty.used = 0
    assert judge("deaths", empty).verdict is Verdict.quarantined
    one_name = profile([10] * 6, distinct_names={"name": (60, 1)})
    assert judge("deaths", one_name).verdict is Verdict.quarantined


def test_late_and_future_periods() -> None:
    old = judge("disability_certificates", profile([60, 40, 50, 70, 30, 50], date(2021, 3, 1)))
    assert set(statuses(old)) == {"late"}
    last_month = judge("disability_certificates", profile([60, 40, 50, 70, 30, 50], APRIL))
    assert set(statuses(last_month)) == {"complete"}
    ahead = judge("disability_certificates", profile([60, 40, 50, 70, 30, 50], date(2021, 7, 1)))
    assert ahead.verdict is Verdict.quarantined
    history = assess(contract("disability_certificates"), profile([60] * 6, date(2020, 1, 1)),
                     LAND, AS_OF, newest=False)  # fmt: skip
    assert AreaStatus.late not in history.status


def test_a_total_above_the_sum_of_the_rows_means_missing_rows() -> None:
    now = profile([10] * 6, shortfalls=[(100.0, 60.0, "行数")])
    assert set(statuses(judge("deaths", now))) == {"partial"}
    close = profile([10] * 6, shortfalls=[(62.0, 60.0, "行数")])
    assert set(statuses(judge("deaths", close))) == {"complete"}


@settings(deadline=None)
@given(st.integers(0, 400), st.floats(1, 4000))
def test_more_rows_are_never_more_suspicious(observed: int, expected: float) -> None:
    if too_few(observed + 1, expected, 1.5, 1e-4):
        assert too_few(observed, expected, 1.5, 1e-4)
    assert not too_few(expected, expected, 1.5, 1e-4)


@pytest.mark.parametrize(("stated", "agrees"), [("300", True), ("400", True), ("350", False)])
def test_control_totals_with_or_without_repeated_rows(stated: str, agrees: bool) -> None:
    header = ["姓名", "身份证", "救助金额(元)"]
    anna, bert = (number_of(date(1970, 3, 4), n) for n in (12, 31))
    rows = typed(
        "temporary_relief",
        [header, ["沈安", anna, "100"], ["吕博", bert, "200"], ["沈安", anna, "100"],
         ["合计", None, stated]],
        totals=[(5, {0: "合计", 2: stated})],
        ignored=[(5, "total")],
    )  # fmt: skip
    found, pairs = control_totals([rows])
    assert [total.agrees for total in found] == [agrees]
    assert pairs[0][0] == float(stated)


def test_the_rate_of_a_census_is_that_of_the_villages_that_are_there() -> None:
    bigger = replace(LAND, persons=LAND.persons * 3)
    now = profile([1700, 1180, 1450, 0, 0, 0])
    found = assess(contract("insurance_enrolment"), now, bigger, AS_OF, newest=True)
    assert found.expected is not None
    assert found.expected[3] == pytest.approx(2100 * 0.97, rel=0.03)


def test_most_rows_unusable_set_the_delivery_aside() -> None:
    rows = [20.0, 20, 20, 20, 10, 10]
    half = judge("housing_inspection", profile(rows, unusable=50))
    assert half.quarantined
    assert "50/100" in half.reasons[0].zh
    assert not judge("housing_inspection", profile(rows, unusable=49)).quarantined
    assert not judge("housing_inspection", replace(profile([3.0] * 6), unusable=17)).quarantined


def test_numbers_beside_other_peoples_names_set_the_delivery_aside() -> None:
    rows = [60.0, 40, 40, 40, 10, 10]
    assert judge("public_welfare_posts", profile(rows, of_another=20)).quarantined
    assert not judge("public_welfare_posts", profile(rows, of_another=19)).quarantined


def test_a_column_that_lost_all_but_one_word() -> None:
    rows = [100.0] * 6
    before = profile(rows, APRIL, words={"migrant_status": (600, 3, 10)})
    now = profile(rows, words={"migrant_status": (600, 1, 0)})
    found = judge("migrant_work", now, past=before)
    assert found.quarantined
    assert "全部相同" in found.reasons[0].zh
    rare = profile(rows, APRIL, words={"migrant_status": (600, 3, 9)})
    assert not judge("migrant_work", now, past=rare).quarantined
    assert not judge("migrant_work", now).quarantined


def test_a_header_without_rows_says_nothing() -> None:
    found = judge("deaths", profile([0.0] * 6))
    assert found.quarantined
    assert "没有一行数据" in found.reasons[0].zh

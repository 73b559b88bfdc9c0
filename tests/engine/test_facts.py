"""Facts from deliveries: what is there stands, only absence is doubtful."""

from datetime import date

import pytest
from tests.engine.lake import AS_OF, JUNE, MAY, pack, snapshot

from fangpin.engine.facts import Facts
from fangpin.engine.plan import day_number
from fangpin.engine.snapshot import Snapshot

PACK = pack()


def values(taken: Snapshot, name: str) -> list[object]:
    """The fact per subject, None where unknown."""
    column = Facts(PACK, taken, AS_OF)[name]
    known = column.known_mask
    return [
        value if (known if known.ndim == 0 else known[position]) else None
        for position, value in enumerate(column.values.tolist())
    ]


CATCHES = [
    {"_person": 0, "value": 5000, "landed_on": date(2030, 6, 3), "slip": "a", "species": "carp"},
    {"_person": 0, "value": 7000, "landed_on": date(2030, 6, 9), "slip": "b", "species": "carp"},
    {"_person": 0, "value": -7000, "landed_on": date(2030, 6, 10), "slip": "b", "species": "pike"},
    {"_person": 2, "value": 100, "landed_on": date(2030, 7, 2), "slip": None, "species": None},
    {"_person": 2, "value": 300, "landed_on": None, "slip": None, "species": "pike"},
    {"_person": None, "value": 999999, "landed_on": None, "slip": "z", "species": "pike"},
]


def test_sum_adds_rows_and_absent_is_zero_where_the_delivery_is_complete():
    assert values(snapshot(CATCHES), "catch_total") == [5000, 0, 400, 0, 0]


def test_max_within_slip_nets_a_reversal_first():
    assert values(snapshot(CATCHES), "catch_best") == [5000, None, 300, None, None]


def test_texts_of_different_columns_are_compared():
    rows = [
        {"_person": 0, "value": 9000, "slip": "b1", "species": "x"},
        {"_person": 0, "value": -9000, "slip": "b1c", "species": "b1"},
        {"_person": 0, "value": 500, "slip": "x", "species": None},
    ]
    assert values(snapshot(rows), "catch_net")[0] == 500


def test_rows_without_a_slip_stand_alone():
    rows = [{"_person": 1, "value": 100}, {"_person": 1, "value": 150}]
    assert values(snapshot(rows), "catch_best")[1] == 150


def test_min():
    assert values(snapshot(CATCHES), "catch_worst") == [-7000, None, 100, None, None]


def test_count_leaves_out_rows_that_do_not_count_and_is_at_least_what_is_certain():
    # person 2: one landing after as_of does not count, one without a date may or may not
    assert values(snapshot(CATCHES), "landings") == [3, 0, None, 0, 0]


def test_a_row_that_does_not_count_is_enough_to_know_none():
    july = [{"_person": 0, "value": 5, "landed_on": date(2030, 7, 2)}]
    taken = snapshot(july, suspects=[("catches", JUNE, 1)])
    assert values(taken, "landings") == [0, None, 0, 0, 0]


def test_distinct_counts_kinds():
    assert values(snapshot(CATCHES), "kinds") == [2, 0, 1, 0, 0]


def test_any():
    assert values(snapshot(CATCHES), "fished") == [True, False, True, False, False]


def test_latest_date_prefers_dated_rows_and_absent_is_unknown_without_a_default():
    expected = [day_number(date(2030, 6, 10)), None, day_number(date(2030, 7, 2)), None, None]
    assert values(snapshot(CATCHES), "last_landing") == expected


def test_latest_of_household_follows_the_order_column_not_the_file():
    boats = [
        {"_household": 0, "state": "wrecked", "checked_on": date(2030, 5, 1)},
        {"_household": 0, "state": "afloat", "checked_on": date(2030, 4, 1)},
        {"_person": 2, "state": "afloat", "checked_on": None},
    ]
    codes = values(snapshot(boats=boats), "boat_state")
    assert codes == [1, 0, None]  # wrecked, afloat (through its person), no row


@pytest.mark.parametrize("status", ["missing", "partial"])
def test_in_an_incomplete_area_rows_stand_and_absence_is_unknown(status):
    taken = snapshot(CATCHES, coverage=[("catches", JUNE, 0, status)])
    assert values(taken, "catch_total") == [5000, None, 400, 0, 0]
    assert values(taken, "fished") == [True, None, True, False, False]


@pytest.mark.parametrize("status", ["quarantined", "late"])
def test_a_quarantined_or_late_delivery_says_nothing_for_the_area(status):
    taken = snapshot(CATCHES, coverage=[("catches", JUNE, 0, status)])
    assert values(taken, "catch_total") == [None, None, None, 0, 0]
    assert values(taken, "fished") == [None, None, None, False, False]


def test_without_any_delivery_everything_is_unknown():
    assert values(snapshot(), "catch_total") == [None] * 5
    assert values(snapshot(), "fished_before") == [None] * 5


def test_an_unusable_row_makes_absence_unknown_for_those_it_may_concern():
    taken = snapshot(CATCHES, suspects=[("catches", JUNE, 1), ("catches", JUNE, 0)])
    assert values(taken, "fished") == [True, None, True, False, False]
    assert values(taken, "catch_total") == [5000, None, 400, 0, 0]


def test_suspects_of_another_month_do_not_count():
    taken = snapshot(CATCHES, [], suspects=[("catches", MAY, 1)])
    assert values(taken, "fished") == [True, False, True, False, False]
    assert values(taken, "fished_before") == [False, None, False, False, False]


def test_previous_reads_the_month_before_the_newest():
    before = [{"_person": 3, "value": 1}]
    assert values(snapshot(CATCHES, before), "fished_before") == [False, False, False, True, False]


def test_an_amount_that_is_missing_does_not_undo_the_others():
    rows = [{"_person": 0, "value": None}, {"_person": 0, "value": 5}, {"_person": 1}]
    assert values(snapshot(rows), "catch_total") == [5, None, 0, 0, 0]

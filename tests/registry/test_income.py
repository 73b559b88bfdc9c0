from hypothesis import given
from hypothesis import strategies as st

from fangpin.registry.catalogue.field import Counts
from fangpin.registry.catalogue.load import catalogue
from fangpin.registry.income import (
    class_sum,
    disagreements,
    reference,
    registration,
    share,
    subsistence,
)

SUMS = {
    "wage_income": 20_000_00,
    "business_income": 10_000_00,
    "business_cost": 3_000_00,
    "property_income": 0,
    "transfer_income": 5_000_00,
}
AMOUNT = st.one_of(st.none(), st.integers(min_value=0, max_value=10**9))
ITEMS = st.fixed_dictionaries(dict.fromkeys(catalogue().items, AMOUNT))


def test_net_income_is_four_classes_less_the_costs() -> None:
    net = registration({}, SUMS, 4)
    assert (net.total, net.per_person) == (32_000_00, 8_000_00)
    assert {part.clause for part in net.parts} == {"cn-base:B3"}


def test_what_is_not_known_stays_unknown() -> None:
    net = registration({}, SUMS | {"property_income": None}, 4)
    assert (net.total, net.per_person, net.missing) == (None, None, ("property",))
    assert registration({}, SUMS, None).per_person is None
    assert registration({}, SUMS, 0).per_person is None


def test_a_class_counts_by_its_items_only_when_all_of_them_are_known() -> None:
    wage = catalogue().item_classes["wage"]
    items = {item.name: 100 for item in catalogue().items.values() if item.item_class is wage}
    assert class_sum(wage, items, {}) == 500
    items.pop("gathering")
    assert class_sum(wage, items, {}) is None
    assert class_sum(wage, items, {"wage_income": 700}) == 700


def test_reference_income_adds_payouts_and_takes_off_unavoidable_expenses() -> None:
    sums = SUMS | {"insurance_payout": 1_000_00, "compliant_expense": 6_000_00}
    assert reference({}, sums, 4).total == 27_000_00
    assert reference({}, SUMS, 4).missing == ("payout", "expense")


def test_subsistence_income_leaves_out_what_the_plan_leaves_out() -> None:
    items = {
        item.name: 0 for item in catalogue().items.values() if item.item_class.name == "transfer"
    } | {
        "family_planning_grant": 960_00,
        "basic_pension": 1_200_00,
        "relief": 500_00,
        "ecological_income": 300_00,
        "work_expense": 2_000_00,
    }
    allowance = subsistence(items, SUMS, 4)
    assert allowance.total == 20_000_00 + 10_000_00 - 3_000_00 + 300_00 - 2_000_00
    names = {part.name for part in allowance.parts}
    assert not names & {"family_planning_grant", "basic_pension", "relief", "transfer"}
    # the registration formula counts them all
    assert registration(items, SUMS | {"transfer_income": None}, 4).total == (
        20_000_00 + 10_000_00 - 3_000_00 + 2_960_00
    )


def test_transfers_as_a_sum_do_not_tell_the_subsistence_income() -> None:
    assert subsistence({"work_expense": 0}, SUMS, 4).total is None


@given(st.integers(min_value=-(10**12), max_value=10**12), st.integers(1, 30))
def test_a_share_is_rounded_half_away_from_zero(total: int, persons: int) -> None:
    found = share(total, persons)
    assert found is not None
    assert abs(found * persons - total) * 2 <= persons
    assert share(-total, persons) == -found


@given(ITEMS, st.integers(1, 12))
def test_formulas_agree_with_adding_up_by_hand(items: dict[str, int | None], persons: int) -> None:
    for formula, side in ((registration, "registration"), (subsistence, "subsistence")):
        income = formula(items, {}, persons)
        counted = [
            (item, -1 if getattr(item, side).counts is Counts.deducted else 1)
            for item in catalogue().items.values()
            if getattr(item, side).counts is not Counts.left_out
        ]
        amounts = [items[item.name] for item, _ in counted]
        if any(amount is None for amount in amounts):
            assert income.total is None
            assert income.missing
        else:
            expected = sum(sign * (items[item.name] or 0) for item, sign in counted)
            assert income.total == expected


def test_sums_that_contradict_are_named() -> None:
    wage = catalogue().item_classes["wage"]
    items = {item.name: 100 for item in catalogue().items.values() if item.item_class is wage}
    assert disagreements(items, SUMS, 4) == ("wage_income",)
    assert disagreements({}, SUMS | {"net_income": 1, "net_income_per_person": 8_000_00}, 4) == (
        "net_income",
    )
    assert disagreements({}, SUMS | {"gross_income": 35_000_00}, 4) == ()

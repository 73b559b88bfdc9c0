"""What a rule or fact rests on, and keys that change with it and with nothing else."""

from dataclasses import replace
from datetime import date

import pytest
from tests.engine.lake import AS_OF, JUNE, MAY, pack

from fangpin.engine.dependencies import Definitions, Deliveries
from fangpin.kernel.errors import Text
from fangpin.policy import load_pack

PACK = pack()
DELIVERIES = Deliveries.of([("catches", JUNE), ("catches", MAY), ("boats", JUNE)])
HERE = Definitions(PACK, AS_OF, DELIVERIES)
BAIYIN = load_pack("baiyin-2021")


def test_a_rule_names_what_it_reads_through_derived_facts():
    found = HERE.rule(PACK.rules["poor_catch"])
    assert found.deliveries == (("boats", JUNE), ("catches", JUNE))
    assert found.parameters == {"poor_catch": 10_000}
    assert found.columns == ()
    assert not found.reads_as_of


def test_the_date_is_read_in_conditions_over_rows():
    assert HERE.of_fact("landings").reads_as_of
    assert not HERE.of_fact("catch_total").reads_as_of


def test_the_month_before_is_another_delivery():
    found = HERE.rule(PACK.rules["stopped_fishing"])
    assert found.deliveries == (("catches", MAY), ("catches", JUNE))


def test_a_contract_that_was_never_delivered_is_named():
    nothing = Definitions(PACK, AS_OF, Deliveries.of([]))
    assert nothing.of_fact("fished").deliveries == (("catches", None),)


def test_register_columns_are_named():
    definitions = Definitions(BAIYIN, date(2021, 5, 31), Deliveries.of([]))
    found = definitions.rule(BAIYIN.rules["low_income_not_monitored"])
    assert ("household", "net_income_per_person") in found.columns
    assert "monitoring_line" in found.parameters
    assert not found.reads_as_of
    assert definitions.rule(BAIYIN.rules["post_age"]).reads_as_of


def test_a_delivery_that_is_expected_hides_the_older_one():
    older = Deliveries.of([("catches", MAY)])
    late = Deliveries.of([("catches", MAY)], [("catches", JUNE)])
    fact = PACK.facts["fished"]
    assert older.read_by(fact, AS_OF) == ("catches", MAY)
    assert late.read_by(fact, AS_OF) == ("catches", JUNE)


def key(changed=PACK, as_of=AS_OF, deliveries=DELIVERIES) -> str:
    return Definitions(changed, as_of, deliveries).rule(changed.rules["poor_catch"]).key


def with_figure(amount: int):
    declared = PACK.parameters["poor_catch"]
    values = tuple(replace(each, value=amount) for each in declared.values)
    changed = replace(declared, values=values)
    return replace(PACK, parameters={**PACK.parameters, "poor_catch": changed})


def test_the_key_follows_the_value_in_force():
    assert key(with_figure(10_000)) == key()
    assert key(with_figure(10_001)) != key()
    assert key(as_of=date(2029, 12, 31)) != key()  # before the first value


def test_the_key_follows_the_delivery():
    assert key(deliveries=Deliveries.of([("catches", MAY), ("boats", JUNE)])) != key()


def test_the_key_does_not_follow_the_date_that_is_not_read():
    assert key(as_of=AS_OF.replace(day=1)) == key()


def test_labels_and_names_do_not_matter():
    fact = PACK.facts["catch_total"]
    told = replace(fact, label=Text("另一个说法", "another wording"))
    assert key(replace(PACK, facts={**PACK.facts, fact.name: told})) == key()
    assert HERE.fact("catch_total") != HERE.fact("catch_worst")


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("catch_total", {"aggregate": "max"}),
        ("catch_total", {"absent": None}),
        ("catch_total", {"absent": 1}),
        ("catch_total", {"period": "previous"}),
        ("landings", {"where": None}),
        ("catch_best", {"within": None}),
        ("boat_state", {"order_by": "state"}),
    ],
)
def test_the_key_follows_every_part_of_a_definition(name, change):
    changed = replace(PACK.facts[name], **change)
    there = Definitions(replace(PACK, facts={**PACK.facts, name: changed}), AS_OF, DELIVERIES)
    assert there.fact(name) != HERE.fact(name)


def test_all_facts_of_a_pack_have_a_key_and_equal_ones_are_equal():
    definitions = Definitions(BAIYIN, date(2021, 5, 31), Deliveries.of([]))
    keys = {name: definitions.fact(name) for name in BAIYIN.facts}
    again = Definitions(load_pack("baiyin-2021"), date(2021, 5, 31), Deliveries.of([]))
    assert keys == {name: again.fact(name) for name in BAIYIN.facts}
    assert len(set(keys.values())) > len(keys) * 0.9

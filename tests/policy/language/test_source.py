"""Nodes print as the text that reads as the same node, with no parentheses to spare."""

import pytest
from tests.policy.language.county import HOUSEHOLD, ROW

from fangpin.policy.language.check import read
from fangpin.policy.language.scope import Entry, Scope
from fangpin.policy.language.source import source
from fangpin.policy.language.types import Type, parse_unit, stored_type


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("((monitored))", "monitored"),
        ("(monitored and alleviated) or water_ok", "monitored and alleviated or water_ok"),
        ("monitored and (alleviated or water_ok)", "monitored and (alleviated or water_ok)"),
        ("(monitored and alleviated) and water_ok", "monitored and alleviated and water_ok"),
        ("not (monitored)", "not monitored"),
        ("not (monitored and alleviated)", "not (monitored and alleviated)"),
        ("not (land > 5亩)", "not land > 5亩"),
        ("(not monitored) == alleviated", "(not monitored) == alleviated"),
        ("(land > 5亩) == monitored", "(land > 5亩) == monitored"),
        ("net_income - (5元 - 3元) > 0", "net_income - (5元 - 3元) > 0元"),
        ("(net_income - 5元) - 3元 > 0元", "net_income - 5元 - 3元 > 0元"),
        ("(net_income + 5元) * 2 > 0元", "(net_income + 5元) * 2 > 0元"),
        ("net_income + (5元 * 2) > 0元", "net_income + 5元 * 2 > 0元"),
        ("members / (2 / 3) > 0", "members / (2 / 3) > 0"),
        ("-net_income < -5.50元", "0元 - net_income < -5.5元"),
        ("land > 0", "land > 0"),
        ("land not between 1亩 and 2亩", "not land between 1亩 and 2亩"),
        ("category not in ('general')", "category not in ('general')"),
        ("not category in ('general')", "not category in ('general')"),
        ("members in (1人,2人,1人)", "members in (1人, 2人)"),
        ("land in (1.5亩, 2亩, 0)", "land in (1.5亩, 2亩, 0)"),
        ("'single'  in param.variants", "'single' in param.variants"),
        ("checked_on>2021-05-31", "checked_on > 2021-05-31"),
        ("count_members( age>=60岁 )>=2人", "count_members(age >= 60岁) >= 2人"),
        ("if(monitored,1,2)==1", "if(monitored, 1, 2) == 1"),
        ("known(coalesce(land,1亩))", "known(coalesce(land, 1亩))"),
        ("1 / members < 0.5 / 1人", "1 / members < 0.5 / 1人"),
    ],
)
def test_printed(text: str, printed: str) -> None:
    node = read(text, HOUSEHOLD)
    assert source(node) == printed
    assert read(printed, HOUSEHOLD) == node


def test_columns_print_their_names() -> None:
    node = read("kind == 'primary' and self_paid > 0 and remark in ('a', 'b')", ROW)
    assert source(node) == "kind == 'primary' and self_paid > 0元 and remark in ('a', 'b')"


def test_the_rounding_of_a_declared_number_is_printed() -> None:
    node = read("members / 3", HOUSEHOLD, expected=stored_type("number", parse_unit("人")))
    assert source(node) == "round(members / 3, 4)"


def test_a_number_without_bounds_is_no_entry() -> None:
    with pytest.raises(ValueError, match="needs bounds"):
        Entry("x", Type("integer"), HOUSEHOLD.facts["land"].label)


def test_the_words_of_an_unknown_code_are_the_code() -> None:
    assert Scope("household").word("nothing", "x").zh == "x"
    assert HOUSEHOLD.word("sex", "male").en == "male"

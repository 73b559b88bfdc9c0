"""The quality pack: every number of the practice rule set is a rule, or a reason why it is none."""

import re

from tests.quality.exports import pack


def test_every_rule_is_a_quality_rule_with_a_number_of_its_own() -> None:
    rules = list(pack().rules.values())
    assert len(rules) >= 250
    assert {each.group for each in rules} == {"quality"}
    assert {each.severity for each in rules} == {"error", "doubt"}
    numbers = [each.number for each in rules]
    assert len(set(numbers)) == len(numbers)
    for rule in rules:
        assert rule.number is not None
        assert rule.name == "q_" + re.sub(r"\W", "_", rule.number).lower()


def test_rules_left_out_have_a_reason_and_are_not_written() -> None:
    left_out = {
        each.path for name, each in pack().clauses.items() if name.startswith("Q.left_out.")
    }
    assert len(left_out) == 4
    assert not left_out & {each.number for each in pack().rules.values()}


def test_facts_read_columns_or_come_from_others() -> None:
    """Whatever the contracts test about a cell is asked by some fact: nothing is computed in vain,
    apart from columns that conditions over delivered rows read."""
    read = {each.registry for each in pack().facts.values() if each.registry is not None}
    for name in ("register_persons", "register_households"):
        tested = {each.name for each in pack().contracts[name].columns if each.test}
        assert tested <= read, tested - read

"""The pack of the benchmark is an ordinary, sound pack."""

from fangpin.bench import NEXT_MONTH, PACK, THIS_MONTH
from fangpin.bench.rows import CODES, COLUMNS
from fangpin.engine.examples import run_examples
from fangpin.policy import load_pack
from fangpin.screening.in_force import parameters_in_force


def test_twelve_feeds_and_twenty_five_rules():
    pack = load_pack(PACK)
    feeds = [each for each in pack.contracts.values() if each.role == "feed"]
    subjects = [rule.subject for rule in pack.rules.values()]
    assert (len(feeds), subjects.count("person"), subjects.count("household")) == (12, 15, 10)
    assert pack.chain == ("bench-2021",)


def test_worked_examples_hold_on_the_engine():
    outcomes = run_examples(load_pack(PACK))
    wrong = [f"{each.rule.name}.{each.example.name}" for each in outcomes if not each.agrees]
    assert not wrong
    assert len(outcomes) > 150


def test_every_figure_is_in_force_in_both_months():
    pack = load_pack(PACK)
    for day in (THIS_MONTH, NEXT_MONTH):
        parameters_in_force(pack, day)
    stay = pack.parameters["stay_line"]
    assert stay.at(THIS_MONTH) != stay.at(NEXT_MONTH)


def test_generated_columns_are_those_of_the_contracts():
    pack = load_pack(PACK)
    for feed, columns in COLUMNS.items():
        contract = pack.contracts[feed]
        assert [each.name for each in contract.columns] == ["id_number", *columns]
        for column in contract.columns[1:]:
            if column.codes is not None:
                words = [code.code for code in pack.codes[column.codes].values]
                assert sorted(CODES[f"{feed}.{column.name}"]) == sorted(words)

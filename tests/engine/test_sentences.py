"""Sentences of findings are those of the language, filled for many subjects at once."""

import numpy as np
from tests.engine.lake import AS_OF, JUNE, pack, snapshot

from fangpin.engine.facts import Facts
from fangpin.engine.sentences import sentences, undecided_sentences

PACK = pack()
RULE = PACK.rules["poor_catch"]


def told(rows: list[int], **parts) -> tuple[list[str], list[str]]:
    facts = Facts(PACK, snapshot(**parts), AS_OF)
    return sentences(PACK, facts, RULE, PACK.expanded(RULE, exemptions=False), np.array(rows))


def test_each_subject_has_its_own_figures():
    catches = [{"_person": 0, "value": 1234}, {"_person": 2, "value": 5000}]
    zh, en = told([0, 1], catches=catches)
    assert "12.34 元" in zh[0]
    assert "50.00 元" in zh[1]
    assert "12.34 yuan" in en[0]
    assert "100" in en[0]


def test_order_of_the_subjects_is_kept():
    catches = [{"_person": 0, "value": 1234}, {"_person": 2, "value": 5000}]
    forward, _ = told([0, 1], catches=catches)
    backward, _ = told([1, 0], catches=catches)
    assert backward == forward[::-1]


def test_no_subjects_no_sentences():
    assert told([], catches=[]) == ([], [])


def test_what_is_missing_is_named():
    parts = {"catches": [], "suspects": [("catches", JUNE, 2)]}
    facts = Facts(PACK, snapshot(**parts), AS_OF)
    zh, en = undecided_sentences(PACK, facts, RULE, PACK.expanded(RULE), np.array([1]))
    assert "本月渔获" in zh[0]
    assert "catch of the month" in en[0]
